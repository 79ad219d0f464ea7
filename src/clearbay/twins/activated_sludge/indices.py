"""Performance indices of BSM1: effluent and influent quality, operating cost, violations.

Source: Alex et al., Benchmark Simulation Model no. 1 (2008), and the task group's perf_plant_bsm1.m: 15-min
samples, left rectangle, over the last seven days.
"""

from dataclasses import dataclass

import numpy as np

from clearbay.twins.activated_sludge.simulate import InfluentTable, Run
from clearbay.twins.activated_sludge.table import FloatArray

LIMITS = {"TN": 18.0, "COD": 100.0, "NH": 4.0, "TSS": 30.0, "BOD5": 10.0}  # g/m3, BSM1
_WEIGHTS = {"TSS": 2.0, "COD": 1.0, "NKj": 30.0, "NO": 10.0, "BOD5": 2.0}
_I_XB, _I_XP, _F_P = 0.08, 0.06, 0.08
BOD_EFFLUENT, BOD_INFLUENT = 0.25, 0.65
FEW_STIRRED_BY_AIR = 20.0  # 1/d: below this kLa a tank needs its mixer


@dataclass(frozen=True)
class Indices:
    """EQI, IQI [kg pollution/d]; energies [kWh/d]; sludge [kg SS/d]; violations as shares of the time."""

    eqi: float
    iqi: float
    aeration_energy: float
    pumping_energy: float
    mixing_energy: float
    sludge_production: float
    oci: float
    violations: dict[str, float]
    means: dict[str, float]


def composites(c: FloatArray, bod: float) -> dict[str, FloatArray]:
    """Return TSS, COD, NKj, NO, TN, NH, BOD5 [g/m3] of ASM1 concentrations (n, 13)."""
    s_i, s_s, x_i, x_s, x_bh, x_ba, x_p, _, s_no, s_nh, s_nd, x_nd, _ = np.asarray(c, dtype=float).T
    cod = s_i + s_s + x_i + x_s + x_bh + x_ba + x_p
    kjeldahl = s_nh + s_nd + x_nd + _I_XB * (x_bh + x_ba) + _I_XP * (x_p + x_i)
    return {
        "TSS": 0.75 * (x_i + x_s + x_bh + x_ba + x_p),
        "COD": cod,
        "NKj": kjeldahl,
        "NO": s_no,
        "TN": kjeldahl + s_no,
        "NH": s_nh,
        "BOD5": bod * (s_s + x_s + (1.0 - _F_P) * (x_bh + x_ba)),
    }


def quality(c: FloatArray, flow: FloatArray, bod: float) -> float:
    """Return the quality index [kg pollution units/d] of samples: c (n, 13) [g/m3], flow (n,) [m3/d]."""
    parts = composites(c, bod)
    weighted = sum(weight * parts[name] for name, weight in _WEIGHTS.items())
    return float(np.mean(weighted * flow) / 1000.0)


def bsm1_effluent(run: Run) -> tuple[FloatArray, FloatArray]:
    """Return the effluent's concentrations (n, 13) and TSS (n,) at the run's times, as the settler's top
    gives them."""
    names = run.plant.flowsheet.model.state_names
    feed = run.states[:, run.plant.place("R5", names[0]) :][:, : len(names)]
    tss = run.states[:, run.plant.place("settler", "TSS_1")]
    share = tss / (feed @ run.plant.net.component[1])
    c = feed * share[:, None]
    for i in run.plant.net.soluble:
        c[:, i] = run.states[:, run.plant.place("settler", f"{names[i]}_1")]
    return c, tss


def bsm1_indices(run: Run, influent: InfluentTable, first: float = 7.0, last: float = 14.0) -> Indices:
    """Return the indices of an open-loop BSM1 run, from its 15-min samples in [first, last) [d]."""
    inside = (run.times >= first - 1e-9) & (run.times < last - 1e-9)
    at = np.clip(np.searchsorted(influent.times, run.times[inside] + 1e-7, side="right") - 1, 0, None)
    values = influent.values[at]
    flow_in = values[:, 13]
    c, tss = bsm1_effluent(run)
    c, tss = c[inside], tss[inside]
    flow_out = flow_in - _given(run, "settler.bottom -> waste")
    parts = composites(c, BOD_EFFLUENT)
    kla = run.plant.controls[0, 2:5]
    volumes = run.plant.net.cells["volume"]
    aerated = run.plant.net.cells["aeration"] > 0
    all_kla = np.zeros(len(volumes))
    all_kla[aerated] = kla[: int(aerated.sum())]
    aeration = 8.0 / 1800.0 * float((volumes * all_kla).sum())
    waste = _given(run, "settler.bottom -> waste")
    pumping = 0.004 * _given(run, "R5 -> R1") + 0.008 * _given(run, "settler.bottom -> R1") + 0.05 * waste
    mixing = 24.0 * 0.005 * float(volumes[all_kla < FEW_STIRRED_BY_AIR].sum())
    sludge = _sludge(run, inside, waste)
    limited = {name: parts[name] for name in LIMITS}
    return Indices(
        eqi=quality(c, flow_out, BOD_EFFLUENT),
        iqi=quality(values[:, :13], flow_in, BOD_INFLUENT),
        aeration_energy=aeration,
        pumping_energy=pumping,
        mixing_energy=mixing,
        sludge_production=sludge,
        oci=aeration + pumping + 5.0 * sludge + mixing,
        violations={name: float(np.mean(series > LIMITS[name])) for name, series in limited.items()},
        means={n: float((v * flow_out).sum() / flow_out.sum()) for n, v in parts.items()},
    )


def _given(run: Run, stream: str) -> float:
    j = run.plant.flow_names.index(stream)
    return float(run.plant.controls[0, int(run.plant.net.flows["control"][j])])


def _sludge(run: Run, inside: np.ndarray, waste: float) -> float:
    """Sludge for disposal [kg SS/d]: what is wasted, and what the plant's store grew by."""
    plant = run.plant
    n = len(plant.flowsheet.model.states)
    cells = len(plant.cell_names)
    w = plant.net.component[1]
    tanks = run.states[:, : cells * n].reshape(-1, cells, n) @ w @ plant.net.cells["volume"]
    layers = run.states[:, plant.place("settler", "TSS_1") :][:, :10]
    unit = plant.net.settlers[0]
    stored = tanks + layers.sum(axis=1) * float(1.0 / unit["per_volume"])
    index = np.flatnonzero(inside)
    first, last = index[0], min(index[-1] + 1, len(run.times) - 1)
    span = run.times[last] - run.times[first]
    wasted = float(layers[inside, 9].mean()) * waste
    return float((stored[last] - stored[first]) / span + wasted) / 1000.0
