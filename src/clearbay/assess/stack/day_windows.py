"""Days and rolling days out of hours: mean, number of valid hours, largest hour, worst 24 h that end in the day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.stack.compiled import kernel

ROLLING = 24
NONE = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Days:
    """Of series [n] and days: `mean`, `highest` [scaled, `NONE` without a valid hour], `valid` [hours]."""

    mean: NDArray[np.int64]
    highest: NDArray[np.int64]
    valid: NDArray[np.int64]


@dataclass(frozen=True)
class Rolling:
    """Of series [n] and days: `worst` mean of 24 h [scaled], its last hour `end` [slot], `windows` that have one."""

    worst: NDArray[np.int64]
    end: NDArray[np.int64]
    windows: NDArray[np.int64]


def days(s: NDArray[np.int64], counts: NDArray[np.bool_], bounds: NDArray[np.int64]) -> Days:
    """Give the days of hours [n, hours] that count; `bounds` [days + 1] the hour each begins with."""
    shape = (len(s), len(bounds) - 1)
    found = Days(np.full(shape, NONE), np.full(shape, NONE), np.zeros(shape, dtype=np.int64))
    _days(s, counts, bounds, found.mean, found.highest, found.valid)
    return found


def rolling(s: NDArray[np.int64], counts: NDArray[np.bool_], bounds: NDArray[np.int64], at_least: int) -> Rolling:
    """Give the worst mean of 24 consecutive hours that end in each day, of those with at least `at_least` hours."""
    shape = (len(s), len(bounds) - 1)
    found = Rolling(np.full(shape, NONE), np.full(shape, -1, dtype=np.int64), np.zeros(shape, dtype=np.int64))
    _rolling(s, counts, bounds, at_least, found.worst, found.end, found.windows)
    return found


@kernel
def _mean(total: int, count: int) -> int:
    q = total // count
    rest = 2 * (total - q * count)
    return q + (1 if rest > count or (rest == count and q % 2 == 1) else 0)


@kernel
def _days(
    s: NDArray[np.int64],
    counts: NDArray[np.bool_],
    bounds: NDArray[np.int64],
    mean: NDArray[np.int64],
    highest: NDArray[np.int64],
    valid: NDArray[np.int64],
) -> None:
    for i in range(len(s)):
        for d in range(len(bounds) - 1):
            total, n, top = 0, 0, NONE
            for h in range(bounds[d], bounds[d + 1]):
                if counts[i, h]:
                    total += s[i, h]
                    n += 1
                    top = max(top, s[i, h])
            valid[i, d] = n
            if n:
                mean[i, d], highest[i, d] = _mean(total, n), top


@kernel
def _rolling(
    s: NDArray[np.int64],
    counts: NDArray[np.bool_],
    bounds: NDArray[np.int64],
    at_least: int,
    worst: NDArray[np.int64],
    end: NDArray[np.int64],
    windows: NDArray[np.int64],
) -> None:
    for i in range(len(s)):
        total, n = 0, 0
        for d in range(len(bounds) - 1):
            for h in range(bounds[d], bounds[d + 1]):
                if counts[i, h]:
                    total += s[i, h]
                    n += 1
                if h >= ROLLING and counts[i, h - ROLLING]:
                    total -= s[i, h - ROLLING]
                    n -= 1
                if n >= at_least and h >= ROLLING - 1:
                    windows[i, d] += 1
                    mean = _mean(total, n)
                    if mean > worst[i, d]:
                        worst[i, d], end[i, d] = mean, h
