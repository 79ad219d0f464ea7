"""What a laboratory measures, from the states of ASM2d with fat."""

import numpy as np

from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT
from clearbay.twins.activated_sludge.influent import COD_PER_FAT
from clearbay.twins.activated_sludge.table import FloatArray, composition

# BOD5 of effluent: 0.25 of degradable COD with biomass counted (BSM1); small effluents from settled sludge.
EFFLUENT_BOD = 0.25
_DEGRADABLE = ("S_F", "S_A", "X_S", "X_H", "X_PAO", "X_PHA", "X_AUT", "X_FAT")

MEASURED = ("COD", "BOD5", "SS", "NH3-N", "TN", "TP", "oil")


def measured(c: FloatArray) -> dict[str, FloatArray]:
    """Return COD, BOD5, SS, NH3-N, TN, TP and oil [g/m3] of states (n, states) of ASM2d with fat [g/m3].

    COD is that of organics; N and P include what the solids hold; dinitrogen counts for nothing. Oil: fat
    as mass.
    """
    content = composition(ASM2D_FAT)
    names = ASM2D_FAT.state_names
    cod = content["COD"].copy()
    nitrogen = content["N"].copy()
    for gas in ("S_O2", "S_NO3", "S_N2"):
        cod[names.index(gas)] = 0.0
    nitrogen[names.index("S_N2")] = 0.0
    degradable = np.array([float(n in _DEGRADABLE) for n in names])
    c = np.atleast_2d(c)
    return {
        "COD": c @ cod,
        "BOD5": EFFLUENT_BOD * (c @ degradable),
        "SS": c[:, names.index("X_TSS")],
        "NH3-N": c[:, names.index("S_NH4")],
        "TN": c @ nitrogen,
        "TP": c @ content["P"],
        "oil": c[:, names.index("X_FAT")] / COD_PER_FAT,
    }
