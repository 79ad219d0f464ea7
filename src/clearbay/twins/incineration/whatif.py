"""What if: one input of a line moved while the rest stays, and how much a line can burn and still be legal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration import line
from clearbay.twins.incineration.case import INPUTS, table
from clearbay.twins.incineration.errors import InfeasibleCase
from clearbay.twins.incineration.line import Lines
from clearbay.twins.incineration.plant import Plant, line_case
from clearbay.twins.incineration.thermochemistry import LATENT
from clearbay.twins.incineration.waste import from_proximate

Floats = NDArray[np.float64]

# name -> (input, what it means); waste questions are answered by `waste_sweep`
KNOBS = {
    "load": "feed", "nsr": "nsr", "layer": "layer", "sorbent": "sorbent_ratio", "oxygen": "o2_dry",
    "scr_ammonia": "scr_nsr", "fouling": "fouling",
}  # fmt: skip
# what `highest_load` holds a line to beside its limits: GB 18485-2014 Table 1
FURNACE_C, FURNACE_S = 850.0, 2.0


@dataclass(frozen=True)
class HighestLoad:
    """The largest share of capacity that keeps every condition, and the condition that stops it from more."""

    load: float
    binding: str
    lines: Lines


def sweep(plant: Plant, knob: str, values: Sequence[float] | Floats) -> Lines:
    """Solve one full-load line with one knob at each of some values; `load` is a share of capacity.

    Raises:
        InfeasibleCase: no such knob, or a value out of range.
    """
    if knob not in KNOBS:
        raise InfeasibleCase(f"{knob!r} is not a what-if; there are: moisture, calorific, {', '.join(KNOBS)}")
    base = line_case(plant)
    at = np.asarray(values, dtype=float)
    return line.solve({KNOBS[knob]: at * base.feed if knob == "load" else at}, base)


def waste_sweep(plant: Plant, water: Sequence[float] | Floats, lhv: Sequence[float] | Floats) -> Lines:
    """Solve one full-load line on other wastes as fired: water [kg/kg] and calorific value [kJ/kg], broadcast.

    Ash keeps its share of the dry matter; composition is reconciled anew for each.

    Raises:
        InfeasibleCase: a waste that cannot exist.
    """
    fired = plant.fired
    base = line_case(plant)
    pairs = np.broadcast(np.asarray(water, dtype=float), np.asarray(lhv, dtype=float))
    rows = []
    for w, h in pairs:
        ash = fired.ash * (1 - w) / (1 - fired.water)
        made = from_proximate(float(w), ash, float(h), fired.chlorine, fired.sulphur)
        rows.append(table(made.inputs(), base)[0])
    return line.solve_rows(np.array(rows))


def wetter(plant: Plant, extra: Sequence[float] | Floats) -> Lines:
    """Solve one full-load line with `extra` water [kg per kg fired before] in the same waste (rain, less drainage)."""
    fired = plant.fired.inputs()
    x = np.asarray(extra, dtype=float)
    if np.any(x < -fired["water"]):
        raise InfeasibleCase("less water than none: the extra water is below what the waste holds")
    varied = {n: v / (1 + x) for n, v in fired.items() if n not in ("water", "lhv")}
    varied["water"] = (fired["water"] + x) / (1 + x)
    varied["lhv"] = (fired["lhv"] - LATENT * x) / (1 + x)
    return line.solve(varied, line_case(plant))


def conditions(lines: Lines, limits: Mapping[str, float]) -> dict[str, NDArray[np.bool_]]:
    """Which conditions every row keeps: 850 degC after 2 s, and each limit [mg/Nm3 at 11 % O2] by output name."""
    held = {"850 degC for 2 s": lines["seconds_above_850"] >= FURNACE_S}
    return held | {name: lines[name] <= limit for name, limit in limits.items()}


def highest_load(
    plant: Plant, limits: Mapping[str, float], low: float = 0.4, high: float = 2.0, steps: int = 1601
) -> HighestLoad:
    """Largest load of one line that keeps 850 degC/2 s and every limit, on a grid fine to 0.1 % of capacity.

    Raises:
        InfeasibleCase: no load on the grid keeps them all; says which condition fails and where it is nearest.
    """
    loads = np.linspace(low, high, steps)
    lines = sweep(plant, "load", loads)
    held = conditions(lines, limits)
    fine = np.logical_and.reduce(list(held.values()))
    if not fine.any():
        worst = min(held, key=lambda name: int(held[name].sum()))
        raise InfeasibleCase(
            f"no load from {100 * low:.0f} to {100 * high:.0f} % keeps every condition; "
            f"{worst} is kept at {int(held[worst].sum())} of {steps} loads"
        )
    best = int(np.flatnonzero(fine)[-1])
    binding = next((name for name in held if best + 1 < steps and not held[name][best + 1]), "none on the grid")
    return HighestLoad(float(loads[best]), binding, line.solve_rows(lines.inputs[best : best + 1]))


def column(lines: Lines, name: str) -> Floats:
    """A column of results or inputs by name, shape (n)."""
    if name not in (*line.OUTPUTS, *INPUTS):
        raise InfeasibleCase(f"{name!r} is neither an input nor an output of a line")
    return lines[name]
