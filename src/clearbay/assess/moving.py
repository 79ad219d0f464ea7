"""Moving means over hours, and the daily maximum of the moving 8-h mean.

Sources: GB 3095-2012 3.7 and Table 4 (8-h mean: at least 6 valid hours); HJ 633 (24-h moving mean); HJ 663-2013 Annex A
(the daily maximum 8-h mean: windows that end at 08:00 … 24:00).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.exact import half_even_quotient_array
from clearbay.assess.grid import Grid

MDA8_WINDOW_H = 8
MDA8_AT_LEAST_H = 6
MDA8_AT_LEAST_WINDOWS = 14
"""Windows of a day that must be valid, of 17. Unverified: from memory of HJ 663-2013 Annex A."""

MOVING_24_AT_LEAST_H = 20


@dataclass(frozen=True)
class Moving:
    """Moving means: `s` [n, m, scaled] of the window that ends with each slot, `valid` [hours], `ok`."""

    s: NDArray[np.int64]
    valid: NDArray[np.int32]
    ok: NDArray[np.bool_]


def moving_mean(hours: Grid, window: int, at_least: int) -> Moving:
    """Mean of the `window` hours that end with each slot; it counts with `at_least` valid hours among them.

    Hours before the grid's first count as missing.
    """
    sums = _trailing(np.where(hours.ok, hours.s, 0), window)
    valid = _trailing(hours.ok.astype(np.int64), window)
    return Moving(half_even_quotient_array(sums, valid), valid.astype(np.int32), valid >= at_least)


def _trailing(values: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    total = np.cumsum(values, axis=1)
    total[:, window:] -= total[:, :-window].copy()
    return total


@dataclass(frozen=True)
class DailyMaximum:
    """Daily maxima of the moving 8-h mean: `s` [n, days, scaled], `valid` [windows], `expected` [days, windows]."""

    s: NDArray[np.int64]
    valid: NDArray[np.int32]
    expected: NDArray[np.int32]
    last: NDArray[np.int64]
    """Slot with which the largest window ends [n, days]; -1 where there is none."""


def daily_maximum_8h(hours: Grid) -> DailyMaximum:
    """Largest moving 8-h mean of each natural day among the windows that lie wholly within it.

    Whether enough windows are valid is the caller's question: a day with fewer than 14 still exceeds when its maximum
    does.
    """
    moving = moving_mean(hours, MDA8_WINDOW_H, MDA8_AT_LEAST_H)
    days, first, length = np.unique(hours.slots.days, return_index=True, return_counts=True)
    hour_of_day = np.arange(len(hours.slots)) - np.repeat(first, length)
    usable = moving.ok & (hour_of_day >= MDA8_WINDOW_H - 1)
    masked = np.where(usable, moving.s, np.iinfo(np.int64).min)
    highest = np.maximum.reduceat(masked, first, axis=1)
    valid = np.add.reduceat(usable.astype(np.int32), first, axis=1)
    last = np.full(highest.shape, -1, dtype=np.int64)
    for k in range(len(days)):
        day = masked[:, first[k] : first[k] + length[k]]
        last[:, k] = np.where(valid[:, k] > 0, first[k] + day.argmax(axis=1), -1)
    expected = np.maximum(length - (MDA8_WINDOW_H - 1), 0).astype(np.int32)
    return DailyMaximum(np.where(valid > 0, highest, 0), valid, expected, last)
