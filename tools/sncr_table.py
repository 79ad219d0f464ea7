"""Writes the SNCR table of `clearbay.twins.incineration` anew, from the Alzueta mechanism that Cantera ships.

Each entry is one isothermal plug-flow reactor at 101.325 kPa, fed with flue gas and a reagent that carries its
nitrogen as NH3 or HNCO. Mechanism: Alzueta et al. (2023), NH3/CO/H2 with HNCO, 42 species, 281 reactions
(`example_data/ammonia-CO-H2-Alzueta-2023.yaml` of Cantera 3.1 and newer). GRI-Mech 3.0 has no working thermal
DeNOx window and must not take its place.

    python tools/sncr_table.py src/clearbay/twins/incineration/sncr_alzueta.npz
"""

import argparse
import itertools
import time
from pathlib import Path

import cantera as ct
import numpy as np

MECHANISM = "example_data/ammonia-CO-H2-Alzueta-2023.yaml"
TEMPERATURE_K = 998.15 + 12.5 * np.arange(37)  # 725 to 1175 degC; 25 K is too coarse at the window's edge
CO = np.array([0.0, 1e-5, 3e-5, 6e-5, 1e-4, 1.7e-4, 3e-4, 5.5e-4, 1e-3])  # mole fraction of the wet gas, as are O2, NO
NSR = np.array([0.25, 0.5, 1.0, 1.5, 2.0, 3.0])  # nitrogen fed with the reagent / NO
O2 = np.array([0.04, 0.075, 0.11])
NO = np.array([1e-4, 1.414e-4, 2e-4, 2.828e-4, 4e-4])  # a factor of 1.41: the lighting edge moves with NO most of all
HNCO_SHARE = np.array([0.0, 0.5])  # of the reagent's nitrogen; 0.5 is urea
TAU_S = np.array([0.1, 0.3, 0.5, 1.0])
H2O, CO2 = 0.17, 0.095
OUT = ("NO", "NH3", "HNCO", "N2O")  # mole per mole of NO fed


def reactor_ends(gas: ct.Solution, t_k: float, co: float, nsr: float, o2: float, no: float, hnco: float) -> np.ndarray:
    """Composition at each time of TAU_S, shape (4 times, 4 species) [mol per mol NO fed]."""
    reagent = nsr * no
    fed = {"NO": no, "NH3": reagent * (1 - hnco), "HNCO": reagent * hnco, "CO": co, "O2": o2, "H2O": H2O, "CO2": CO2}
    gas.TPX = t_k, ct.one_atm, {**fed, "N2": 1.0 - sum(fed.values())}
    index = [gas.species_index(s) for s in OUT]
    reactor = ct.IdealGasConstPressureReactor(gas, energy="off", clone=False)
    net = ct.ReactorNet([reactor])
    net.rtol, net.atol = 1e-7, 1e-14
    mean_w0 = gas.mean_molecular_weight
    rows = []
    for tau in TAU_S:
        net.advance(tau)
        # mole numbers change a little; per kg of gas they compare with what was fed
        rows.append(gas.X[index] / gas.mean_molecular_weight * mean_w0 / no)
    return np.array(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    gas = ct.Solution(MECHANISM)
    axes = (TEMPERATURE_K, CO, NSR, O2, NO, HNCO_SHARE)
    table = np.empty((*(len(a) for a in axes), len(TAU_S), len(OUT)), dtype=np.float32)
    started = time.process_time()
    for at in itertools.product(*(range(len(a)) for a in axes)):
        table[at] = reactor_ends(gas, *(float(axis[i]) for axis, i in zip(axes, at, strict=True)))
    seconds = time.process_time() - started
    # half precision: its 0.05 % is far below the interpolation error
    np.savez_compressed(
        out, table=table.astype(np.float16), temperature_k=TEMPERATURE_K, co=CO, nsr=NSR, o2=O2, no=NO,
        hnco_share=HNCO_SHARE, tau_s=TAU_S, species=np.array(OUT), h2o=H2O, co2=CO2, cantera=ct.__version__,
    )  # fmt: skip
    print(f"{table.size // len(OUT) // len(TAU_S)} reactors, {seconds:.0f} s CPU, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
