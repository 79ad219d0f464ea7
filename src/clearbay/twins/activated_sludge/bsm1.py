"""The benchmark plant BSM1: two anoxic and three aerated tanks with a ten-layer settler.

Source: Alex et al., Benchmark Simulation Model no. 1 (BSM1), IWA Taskgroup (2008).
"""

from itertools import pairwise

import numpy as np

from clearbay.twins.activated_sludge.asm1 import ASM1
from clearbay.twins.activated_sludge.asm2d import ASM2D_15C, ASM2D_FAT
from clearbay.twins.activated_sludge.assemble import Plant, compile_plant
from clearbay.twins.activated_sludge.flowsheet import Flowsheet, KLa, Pump, Settler, Stream, Tank
from clearbay.twins.activated_sludge.table import FloatArray

FLOW = 18446.0  # m3/d, of the constant influent and of the return sludge
INTERNAL = 55338.0
WASTE = 385.0

# States of ASM1 and the flow, g/m3 and m3/d.
CONSTANT_INFLUENT: FloatArray = np.array(
    [30, 69.5, 51.2, 202.32, 28.17, 0, 0, 0, 0, 31.56, 6.95, 10.59, 7, FLOW], dtype=float
)


def bsm1_sheet(kla: tuple[float, ...] = (0.0, 0.0, 240.0, 240.0, 84.0)) -> Flowsheet:
    """Return the open-loop plant; kla of the five tanks [1/d]."""
    volumes = (1000.0, 1000.0, 1333.0, 1333.0, 1333.0)
    return Flowsheet(
        model=ASM1,
        influents=("influent",),
        outlets=("effluent", "waste"),
        units=(
            *(
                Tank(f"R{i + 1}", v, KLa(k) if k > 0 else None)
                for i, (v, k) in enumerate(zip(volumes, kla, strict=True))
            ),
            Settler("settler", area=1500.0, depth=4.0),
        ),
        streams=(
            Stream("influent", "R1"),
            Stream("R1", "R2"),
            Stream("R2", "R3"),
            Stream("R3", "R4"),
            Stream("R4", "R5"),
            Stream("R5", "R1", Pump(INTERNAL)),
            Stream("R5", "settler"),
            Stream("settler.bottom", "R1", Pump(FLOW)),
            Stream("settler.bottom", "waste", Pump(WASTE)),
            Stream("settler.top", "effluent"),
        ),
        temperature=15.0,
        saturation=8.0,
    )


def bsm1_plant() -> Plant:
    """Return the compiled open-loop plant."""
    return compile_plant(bsm1_sheet())


def bsm1_start(plant: Plant) -> FloatArray:
    """Return a rough start for the search of the steady state: the influent with some sludge everywhere."""
    tank = np.array([30, 3, 1000, 80, 2000, 100, 400, 1, 8, 5, 1, 5, 5], dtype=float)
    y = np.empty(plant.net.n_states)
    cells = 13 * len(plant.cell_names)
    y[:cells] = np.tile(tank, len(plant.cell_names))
    settler = np.array([12, 18, 30, 70, 350, 350, 350, 350, 350, 6000], dtype=float)
    y[cells : cells + 10] = settler
    y[cells + 10 :] = np.repeat(tank[plant.net.soluble], 10)
    return y


def asm2d_sheet() -> Flowsheet:
    """Return the seven-tank plant on which the published ASM2d reference solution stands, at 15 degC.

    Source: the set-up of EXPOsan bsm1 (two anaerobic, two anoxic, three aerated tanks on the BSM1 settler).
    """
    volumes = (1000.0, 1000.0, 1000.0, 1000.0, 1333.0, 1333.0, 1333.0)
    names = ("A1", "A2", "A3", "A4", "O1", "O2", "O3")
    return Flowsheet(
        model=ASM2D_FAT.with_values(ASM2D_15C, t_ref=15.0),
        influents=("influent",),
        outlets=("effluent", "waste"),
        units=(
            *(Tank(n, v, KLa(240.0) if n[0] == "O" else None) for n, v in zip(names, volumes, strict=True)),
            Settler("settler", area=1500.0, depth=4.0),
        ),
        streams=(
            Stream("influent", "A1"),
            *(Stream(a, b) for a, b in pairwise(names)),
            Stream("O3", "A3", Pump(INTERNAL)),
            Stream("O3", "settler"),
            Stream("settler.bottom", "A1", Pump(FLOW)),
            Stream("settler.bottom", "waste", Pump(WASTE)),
            Stream("settler.top", "effluent"),
        ),
        temperature=15.0,
        saturation=8.0,
    )


def asm2d_influent() -> FloatArray:
    """Return the constant influent of the ASM2d reference [g/m3], TSS from its composition, and the flow."""
    given = {
        "S_F": 41.7, "S_A": 27.8, "S_I": 30.0, "S_NH4": 40.04, "S_PO4": 9.01, "S_ALK": 7.0,
        "X_I": 51.2, "X_S": 202.32, "X_H": 28.17,
    }  # fmt: skip
    given["X_TSS"] = 0.75 * (given["X_I"] + given["X_S"]) + 0.9 * given["X_H"]
    return np.array([*(given.get(name, 0.0) for name in ASM2D_FAT.state_names), FLOW])


def asm2d_start(plant: Plant) -> FloatArray:
    """Return a rough start for the search of the ASM2d plant's steady state."""
    sludge = {
        "S_O2": 1.0, "S_F": 1.0, "S_A": 1.0, "S_NH4": 8.0, "S_NO3": 6.0, "S_PO4": 8.0, "S_I": 30.0,
        "S_ALK": 5.0,
        "S_N2": 25.0, "X_I": 1700.0, "X_S": 80.0, "X_H": 1850.0, "X_PAO": 210.0, "X_PP": 60.0, "X_PHA": 5.0,
        "X_AUT": 117.0, "X_TSS": 3500.0,
    }  # fmt: skip
    tank = np.array([sludge.get(name, 0.0) for name in plant.flowsheet.model.state_names])
    y = np.empty(plant.net.n_states)
    cells = tank.size * len(plant.cell_names)
    y[:cells] = np.tile(tank, len(plant.cell_names))
    y[cells : cells + 10] = [12, 18, 30, 70, 370, 370, 370, 370, 1700, 6800]
    y[cells + 10 :] = np.repeat(tank[plant.net.soluble], 10)
    return y
