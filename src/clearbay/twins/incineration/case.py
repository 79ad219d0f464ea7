"""What one steady line is given: every input a number with a unit, so that a batch is a plain table of rows."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clearbay.twins.incineration.errors import InfeasibleCase

Floats = NDArray[np.float64]


class Case(NamedTuple):
    """Inputs of one line; defaults are the untuned priors of docs/twins-incineration.md, for a 500 t/d line."""

    # what is fired, per kg as fired (mass shares sum to 1)
    carbon: float = 0.195
    hydrogen: float = 0.027
    oxygen: float = 0.1026
    nitrogen: float = 0.0055
    sulphur: float = 0.0011
    chlorine: float = 0.0032
    ash: float = 0.1816
    water: float = 0.484
    lhv: float = 6699.0  # kJ/kg
    feed: float = 500 / 86.4  # kg/s
    # air
    o2_dry: float = 0.08  # mole share of the dry gas leaving the furnace
    ambient_c: float = 20.0
    air_humidity: float = 0.010  # kg/kg dry air
    primary_share: float = 0.70
    primary_c: float = 220.0
    secondary_c: float = 20.0
    bleed_air_c: float = 170.0  # the bleed heater brings primary air to here, drum steam does the rest
    # furnace
    loss_share: float = 0.02  # of the heat fired: walls and radiation
    slag_c: float = 400.0
    loss_on_ignition: float = 0.02  # carbon in bottom ash, kg/kg
    fly_ash_share: float = 0.12  # of the ash fired
    boiler_ash_share: float = 0.25  # of the fly ash, dropped in the boiler
    hcl_release: float = 0.75  # of Cl
    so2_release: float = 0.60  # of S
    co_raw: float = 20.0  # mg/Nm3, 11 % O2
    no_base: float = 0.04  # fuel N to NO: base + slope * O2
    no_slope: float = 0.45
    chamber_m2: float = 20.0  # effective radiating surface, burnout chamber
    chamber_m3: float = 60.0  # above the last secondary air
    pass_m2: float = 45.0  # effective radiating surface, first pass
    pass_m3: float = 330.0
    wall_c: float = 270.0
    # boiler
    gas_design: float = 1.05  # kmol/s wet gas at which the two NTU below hold
    ntu_evaporator: float = 2.0
    ntu_economiser: float = 1.15
    fouling: float = 1.0  # 1 clean; < 1 fouled, multiplies both NTU
    steam_mpa: float = 4.1  # absolute
    steam_c: float = 400.0
    drum_mpa: float = 4.7
    feedwater_c: float = 130.0
    blowdown: float = 0.01  # of the steam raised
    # in-furnace denitrification (SNCR ammonia, SNCR urea or PNCR polymer powder); window, CO and mixing as they stand
    # are fitted to the five facts of Zhu et al. (2021) on PNCR at 300 t/d
    nsr: float = 2.0  # mole N fed per mole NO
    urea_share: float = 1.0  # of that N fed as urea or polymer powder (urea stands for both); the rest is ammonia water
    hnco_share: float = 0.0  # of that N set free as HNCO, at most half the urea share
    layer: float = 0.9  # height of the injection in the first pass, 0 to 1
    shift_k: float = 45.0  # how much lower than SNCR's the window lies (PNCR 30 to 60)
    release_s: float = 0.2  # time the powder takes to give off its nitrogen
    mixing: float = 0.92  # share of the gas that meets the reagent
    co_layer: float = 30e-6  # mole share of CO at the layer
    carrier: float = 10.0  # kg water or conveying moisture per kmol N
    # acid gas
    sorbent_ratio: float = 1.8  # Ca(OH)2 fed / stoichiometric for HCl and SO2
    hcl_exponent: float = 8.0
    so2_exponent: float = 3.5
    carbonation: float = 0.30  # of the lime left
    reactor_c: float = 152.0  # leaving the tower; water is what brings it there
    activated_carbon: float = 0.5e-3  # kg/kg fired
    # bag filter
    filter_drop_k: float = 7.0
    leak_share: float = 0.03  # air in-leakage, of the wet gas
    filter_pass: float = 0.0008  # of the dust
    # SCR
    scr_c: float = 180.0
    scr_m2: float = 12000.0  # geometric catalyst surface; 0 leaves the SCR out
    scr_nsr: float = 0.6  # NH3 (with the slip that arrives) / NO
    scr_k180: float = 8.0  # Nm/h at 180 degC
    scr_ea: float = 45000.0  # J/mol, apparent
    scr_recovery: float = 0.0  # effectiveness of the gas-gas exchanger before the steam reheater


INPUTS: tuple[str, ...] = Case._fields
# smallest and largest value that mean anything; the rest is checked together in `check`
BOUNDS: dict[str, tuple[float, float]] = {
    "carbon": (0.02, 0.8), "hydrogen": (0.002, 0.14), "oxygen": (0.0, 0.5), "nitrogen": (0.0, 0.05),
    "sulphur": (0.0, 0.05), "chlorine": (0.0, 0.05), "ash": (0.005, 0.6), "water": (0.0, 0.75),
    "lhv": (2000, 30000), "feed": (0.05, 50), "o2_dry": (0.02, 0.155), "ambient_c": (-30, 50),
    "air_humidity": (0.0, 0.04), "primary_share": (0.2, 1.0), "primary_c": (-30, 320), "secondary_c": (-30, 320),
    "bleed_air_c": (-30, 250), "loss_share": (0.0, 0.1), "slag_c": (25, 900), "loss_on_ignition": (0.0, 0.15),
    "fly_ash_share": (0.01, 0.5), "boiler_ash_share": (0.0, 0.9), "hcl_release": (0.0, 1.0),
    "so2_release": (0.0, 1.0), "co_raw": (0.0, 500), "no_base": (0.0, 0.4), "no_slope": (0.0, 2.0),
    "chamber_m2": (0.0, 500), "chamber_m3": (0.0, 2000), "pass_m2": (1.0, 2000), "pass_m3": (10.0, 5000),
    "wall_c": (150, 600), "gas_design": (0.01, 20), "ntu_evaporator": (0.2, 6), "ntu_economiser": (0.0, 5),
    "fouling": (0.2, 1.2), "steam_mpa": (1.0, 12), "steam_c": (250, 540), "drum_mpa": (1.0, 14),
    "feedwater_c": (60, 220), "blowdown": (0.0, 0.1), "nsr": (0.0, 3.0),
    "urea_share": (0.0, 1.0), "hnco_share": (0.0, 0.5), "layer": (0.0, 1.0),
    "shift_k": (-80, 80), "release_s": (0.0, 0.9), "mixing": (0.0, 1.0),
    "co_layer": (0.0, 1e-3), "carrier": (0.0, 500), "sorbent_ratio": (0.0, 6.0), "hcl_exponent": (1.05, 40),
    "so2_exponent": (1.05, 40), "carbonation": (0.0, 1.0), "reactor_c": (110, 260),
    "activated_carbon": (0.0, 5e-3), "filter_drop_k": (0.0, 30), "leak_share": (0.0, 0.3),
    "filter_pass": (0.0, 0.5), "scr_c": (120, 400), "scr_m2": (0.0, 2e5), "scr_nsr": (0.0, 1.2),
    "scr_k180": (0.0, 100), "scr_ea": (0.0, 120000), "scr_recovery": (0.0, 0.9),
}  # fmt: skip
_LOW, _HIGH = (np.array([BOUNDS[name][k] for name in INPUTS]) for k in (0, 1))
DEFAULT = Case()

_RECORD = np.dtype([(name, np.float64) for name in INPUTS])


def records(rows: Floats) -> Sequence[Case]:
    """The same rows as records, which a kernel reads by name without a copy."""
    return cast(Sequence[Case], np.ascontiguousarray(rows).view(_RECORD)[:, 0])


def table(inputs: Mapping[str, ArrayLike] | None = None, base: Case = DEFAULT) -> Floats:
    """Lay inputs out as rows, shape (n, number of inputs); what is not named keeps the value of `base`.

    Raises:
        InfeasibleCase: an unknown name, or shapes that do not go together.
    """
    given = dict(inputs or {})
    for name in given:
        if name not in INPUTS:
            raise InfeasibleCase(f"{name!r} is not an input of a line; inputs are: {', '.join(INPUTS)}")
    try:
        shape = np.broadcast_shapes(*(np.shape(v) for v in given.values())) if given else ()
    except ValueError as error:
        raise InfeasibleCase(f"the inputs have shapes that do not go together: {error}") from None
    size = int(np.prod(shape)) if shape else 1
    rows = np.tile(np.array(base, dtype=float), (size, 1))
    for name, value in given.items():
        rows[:, INPUTS.index(name)] = np.broadcast_to(np.asarray(value, dtype=float), shape).ravel()
    return rows


def check(rows: Floats) -> None:
    """Refuse rows outside what the model means.

    Raises:
        InfeasibleCase: with the first row and input that is wrong, its value, and what is allowed.
    """
    outside = ~((rows >= _LOW) & (rows <= _HIGH))
    if outside.any():
        k = int(np.argmax(outside.any(axis=0)))
        row = int(np.argmax(outside[:, k]))
        name, (low, high) = INPUTS[k], BOUNDS[INPUTS[k]]
        raise InfeasibleCase(f"row {row}: {name} is {rows[row, k]:g}; it must lie from {low:g} to {high:g}")
    share = rows[:, :8].sum(axis=1)
    bad = np.abs(share - 1.0) > 1e-6
    if bad.any():
        row = int(np.argmax(bad))
        raise InfeasibleCase(f"row {row}: C, H, O, N, S, Cl, ash and water sum to {share[row]:.6f} kg/kg, not to 1")
    column = {n: rows[:, INPUTS.index(n)] for n in ("hnco_share", "urea_share", "steam_mpa", "drum_mpa", "bleed_air_c",
                                                   "primary_c")}  # fmt: skip
    bad = column["hnco_share"] > 0.5 * column["urea_share"] + 1e-12
    if bad.any():
        row = int(np.argmax(bad))
        raise InfeasibleCase(f"row {row}: hnco_share is more than half of urea_share; urea frees one HNCO for two N")
    for low_name, high_name, why in (
        ("steam_mpa", "drum_mpa", "steam flows from the drum to the header"),
        ("bleed_air_c", "primary_c", "drum steam finishes what the bleed heater begins"),
    ):
        bad = column[low_name] > column[high_name]
        if bad.any():
            row = int(np.argmax(bad))
            raise InfeasibleCase(
                f"row {row}: {low_name} is {column[low_name][row]:g} and {high_name} {column[high_name][row]:g}; "
                f"it must not be above it ({why})"
            )
