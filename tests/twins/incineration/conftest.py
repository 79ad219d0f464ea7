"""Random feasible lines: what a Chinese or Japanese plant could be fed, built and run like."""

from collections.abc import Callable

import numpy as np
import pytest

from clearbay.twins.incineration import waste
from clearbay.twins.incineration.case import Floats, table
from clearbay.twins.incineration.errors import InfeasibleCase

RANGES = {
    "o2_dry": (0.05, 0.12), "ambient_c": (-10, 40), "air_humidity": (0.0, 0.025), "primary_share": (0.5, 0.9),
    "primary_c": (180, 260), "secondary_c": (20, 180), "bleed_air_c": (120, 175), "loss_share": (0.005, 0.05),
    "slag_c": (100, 600), "loss_on_ignition": (0.0, 0.05), "fly_ash_share": (0.05, 0.25),
    "boiler_ash_share": (0.0, 0.6), "hcl_release": (0.4, 1.0), "so2_release": (0.3, 1.0), "co_raw": (0.0, 120.0),
    "no_base": (0.01, 0.1), "no_slope": (0.2, 0.8), "chamber_m2": (5, 40), "chamber_m3": (20, 120),
    "pass_m2": (20, 90), "pass_m3": (150, 500), "wall_c": (250, 300), "ntu_evaporator": (1.2, 3.0),
    "ntu_economiser": (0.6, 2.0), "fouling": (0.6, 1.1), "steam_mpa": (2.5, 6.4), "steam_c": (360, 450),
    "drum_mpa": (6.5, 8.0), "feedwater_c": (105, 150), "blowdown": (0.0, 0.03), "nsr": (0.0, 3.0),
    "urea_share": (0.0, 1.0), "layer": (0.0, 1.0), "shift_k": (0.0, 60.0), "release_s": (0.0, 0.5),
    "mixing": (0.4, 1.0), "co_layer": (0.0, 1e-3), "carrier": (0.0, 200.0), "sorbent_ratio": (0.0, 3.5),
    "hcl_exponent": (2.0, 15.0), "so2_exponent": (1.3, 8.0), "carbonation": (0.0, 0.8), "reactor_c": (135, 220),
    "activated_carbon": (0.0, 1e-3), "filter_drop_k": (0.0, 12.0), "leak_share": (0.0, 0.08),
    "filter_pass": (0.0, 0.01), "scr_c": (150, 260), "scr_m2": (0.0, 40000.0), "scr_nsr": (0.0, 1.1),
    "scr_recovery": (0.0, 0.8),
}  # fmt: skip


def draw(n: int, seed: int) -> Floats:
    """`n` rows of inputs, every one feasible, drawn from RANGES and from reconcilable wastes."""
    rng = np.random.default_rng(seed)
    wastes: list[waste.Waste] = []
    while len(wastes) < n:
        water, ash, lhv = rng.uniform(0.30, 0.58), rng.uniform(0.04, 0.25), rng.uniform(4200, 12000)
        try:
            wastes.append(waste.from_proximate(water, ash, lhv, rng.uniform(0.001, 0.008), rng.uniform(0.0003, 0.003)))
        except InfeasibleCase:
            continue
    inputs = {k: np.array([w.inputs()[k] for w in wastes]) for k in wastes[0].inputs()}
    inputs |= {name: rng.uniform(low, high, n) for name, (low, high) in RANGES.items()}
    inputs["hnco_share"] = rng.uniform(0, 0.5, n) * inputs["urea_share"]
    inputs["feed"] = rng.uniform(4.0, 7.5, n) * 6699 / inputs["lhv"]
    return table(inputs)


@pytest.fixture(scope="session")
def feasible() -> Callable[[int, int], Floats]:
    """Draws rows of feasible inputs: feasible(n, seed)."""
    return draw
