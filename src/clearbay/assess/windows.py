"""Windows: the values that limits are compared with, each with what it was made of.

A window is a mean (or a sample, or a maximum) of one series over one period. Windows are flat arrays, one element a
window, because samples come at any time and calendar periods do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.grid import Grid, Key
from clearbay.assess.reasons import Why
from clearbay.assess.slots import Slots


class Method(IntEnum):
    """How a window's value was formed."""

    SINGLE = 0
    ARITHMETIC = 1
    FLOW_WEIGHTED = 2
    MAXIMUM = 3
    PERCENTILE = 4
    REPORTED = 5


METHOD_WORDS = {
    Method.SINGLE: "single",
    Method.ARITHMETIC: "arithmetic_mean",
    Method.FLOW_WEIGHTED: "flow_weighted_mean",
    Method.MAXIMUM: "maximum",
    Method.PERCENTILE: "percentile",
    Method.REPORTED: "reported",
}


@dataclass(frozen=True)
class Parts:
    """What windows are made of, flat.

    `series`, `start` [s], `length` [s], `s` [scaled], `why` [Why; 0 = used], `given` [there is a value to show].
    """

    series: NDArray[np.int32]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    s: NDArray[np.int64]
    why: NDArray[np.int8]
    given: NDArray[np.bool_]


@dataclass(frozen=True)
class Windows:
    """Windows of one averaging.

    `series` [n, index into `keys`], `start`, `length` [n, s], `day` [n, days since 1970 in the zone], `s` [n, scaled],
    `expected`, `valid` [n, parts], `ok` [n: enough of them], `below` [n: below the detection limit, `s` is that limit],
    `why` [n, Why: the reason when not ok], `method` [n, Method], `first`, `count` [n: parts that each is made of].
    """

    averaging: str
    keys: tuple[Key, ...]
    series: NDArray[np.int32]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    day: NDArray[np.int64]
    s: NDArray[np.int64]
    expected: NDArray[np.int32]
    valid: NDArray[np.int32]
    ok: NDArray[np.bool_]
    below: NDArray[np.bool_]
    why: NDArray[np.int8]
    method: NDArray[np.int8]
    first: NDArray[np.int64]
    count: NDArray[np.int32]
    parts: Parts

    def __len__(self) -> int:
        return len(self.series)

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Windows":
        """Keep the windows that a mask or index names; parts stay."""
        names = ("series", "start", "length", "day", "s", "expected", "valid", "ok", "below", "why", "method")
        picked = {name: getattr(self, name)[which] for name in (*names, "first", "count")}
        return replace(self, **picked)

    def left_out(self) -> Mapping[Why, NDArray[np.int32]]:
        """Count, for each reason, the parts of every window [n] that were left out for it."""
        found: dict[Why, NDArray[np.int32]] = {}
        for number in np.unique(self.parts.why):
            if number == Why.USED:
                continue
            running = np.concatenate([[0], np.cumsum(self.parts.why == number)])
            counts = (running[self.first + self.count] - running[self.first]).astype(np.int32)
            if counts.any():
                found[Why(int(number))] = counts
        return found


def parts_of(grid: Grid, why: NDArray[np.int8]) -> Parts:
    """Give a grid's slots as parts; part number = series * slots + slot."""
    n, m = grid.s.shape
    return Parts(
        np.repeat(np.arange(n, dtype=np.int32), m),
        np.tile(grid.slots.start, n),
        np.tile(grid.slots.length_s, n),
        grid.s.reshape(-1),
        why.reshape(-1),
        grid.valid.reshape(-1) > 0,
    )


def of_grid(averaging: str, grid: Grid, why: NDArray[np.int8], method: Method = Method.SINGLE) -> Windows:
    """Each slot of a grid as a window made of itself."""
    n, m = grid.s.shape
    size = n * m
    return Windows(
        averaging,
        grid.keys,
        np.repeat(np.arange(n, dtype=np.int32), m),
        np.tile(grid.slots.start, n),
        np.tile(grid.slots.length_s, n),
        np.tile(grid.slots.days, n),
        grid.s.reshape(-1),
        np.ones(size, dtype=np.int32),
        grid.ok.reshape(-1).astype(np.int32),
        grid.ok.reshape(-1),
        np.zeros(size, dtype=np.bool_),
        why.reshape(-1),
        np.full(size, method, dtype=np.int8),
        np.arange(size, dtype=np.int64),
        np.ones(size, dtype=np.int32),
        parts_of(grid, why),
    )


def over_slots(
    averaging: str,
    keys: tuple[Key, ...],
    slots: Slots,
    s: NDArray[np.int64],
    valid: NDArray[np.int32],
    ok: NDArray[np.bool_],
    parts: Parts,
    bounds: NDArray[np.int64],
    method: NDArray[np.int8] | Method = Method.ARITHMETIC,
    why: NDArray[np.int8] | None = None,
) -> Windows:
    """Windows over calendar slots, each made of consecutive parts of a finer grid.

    Parameters
    ----------
    s, valid, ok : [series, slots].
    bounds : [slots + 1] the finer slots that each slot begins with.
    parts : the finer grid's parts (`parts_of`).
    why : the reason where not ok [series, slots]; by default too little valid data, or nothing at all.
    """
    n, m = s.shape
    fine = len(parts.start) // n if n else 0
    width = np.diff(bounds)
    reason = np.where(ok, Why.USED, np.where(valid > 0, Why.INCOMPLETE, Why.MISSING)) if why is None else why
    methods = np.full((n, m), method, dtype=np.int8) if isinstance(method, Method) else method
    return Windows(
        averaging,
        keys,
        np.repeat(np.arange(n, dtype=np.int32), m),
        np.tile(slots.start, n),
        np.tile(slots.length_s, n),
        np.tile(slots.days, n),
        s.reshape(-1),
        np.tile(width.astype(np.int32), n),
        valid.reshape(-1).astype(np.int32),
        ok.reshape(-1),
        np.zeros(n * m, dtype=np.bool_),
        reason.reshape(-1).astype(np.int8),
        methods.reshape(-1),
        (np.arange(n, dtype=np.int64)[:, None] * fine + bounds[:-1][None, :]).reshape(-1),
        np.tile(width.astype(np.int32), n),
        parts,
    )
