"""Effective transmission of a monitor's data: what arrived in time, and what is there after completion.

The words 即时有效传输率 and 补全有效传输率 and what leaves the denominator (spans marked as stopped; of waste water one
hour a day of automatic standard-sample checks, so that 23 of 24 count as all) are as operators describe them. The
official text, and within what time a value counts as immediate, were not at hand: `CONFIDENCE`, and `due_s` has no
default.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.slots import periods

CONFIDENCE = "unverified"

NEVER = np.iinfo(np.int64).max
"""Arrival of a slot for which nothing valid came."""


@dataclass(frozen=True)
class Arrivals:
    """What was expected and when it came: `start` of each slot [n, s since 1970], `period_s`, `received` [n, s].

    `received` is when the first valid value of the slot arrived, `NEVER` where none did.
    """

    start: NDArray[np.int64]
    period_s: int
    received: NDArray[np.int64]


@dataclass(frozen=True)
class Transmission:
    """Slots of a stretch of time: `due` by now less those excluded, `in_time`, `in_the_end`; `excluded` beside them."""

    start: int
    length_s: int
    due: int
    excluded: int
    in_time: int
    in_the_end: int
    allowance: int = 0
    """Slots that may be absent without being due (a day's automatic check)."""

    def expected(self, arrived: int) -> int:
        """Slots that had to be there when `arrived` are: the allowance excuses absence, it never asks for less."""
        return max(self.due - self.allowance, arrived)

    @property
    def immediate(self) -> Fraction | None:
        """Share of due slots whose value came in time; None when nothing was due."""
        return _share(self.in_time, self.expected(self.in_time))

    @property
    def completed(self) -> Fraction | None:
        """Share of due slots whose value is there, whenever it came; None when nothing was due."""
        return _share(self.in_the_end, self.expected(self.in_the_end))


def first_arrivals(
    slots: NDArray[np.int64], period_s: int, time: NDArray[np.int64], received: NDArray[np.int64]
) -> Arrivals:
    """Give the first arrival for each expected slot.

    Parameters
    ----------
    slots : starts of the slots expected [n, s], ascending; time, received : start of the period and arrival of each
        valid value [m, s], in any order. A slot sent twice arrived when it first came; a value of no slot is ignored.
    """
    came = np.full(len(slots), NEVER, dtype=np.int64)
    place = np.searchsorted(slots, time)
    inside = place < len(slots)
    inside[inside] &= slots[place[inside]] == time[inside]
    np.minimum.at(came, place[inside], received[inside])
    return Arrivals(slots, period_s, came)


def by_day(
    arrivals: Arrivals,
    days: tuple[date, date],
    zone: str,
    *,
    due_s: int,
    as_of: int,
    excluded: NDArray[np.bool_] | None = None,
    check_s: int = 0,
) -> list[Transmission]:
    """Count each day of a zone.

    Parameters
    ----------
    days : first and last day, inclusive.
    due_s : within how long after the end of its period a value is immediate.
    as_of : instant at which is counted [s]: later arrivals are unknown, slots due later are not due.
    excluded : slots that leave the denominator [n]: spans marked as stopped.
    check_s : time a day that may be absent (waste water: 3600 for the automatic check of standard samples).
    """
    start, received = arrivals.start, arrivals.received
    out = np.zeros(len(start), dtype=np.bool_) if excluded is None else excluded
    by = start + arrivals.period_s + due_s
    due = (by <= as_of) & ~out
    there = due & (received <= as_of)
    in_time = there & (received <= by)
    found: list[Transmission] = []
    calendar = periods(*days, "day", zone)
    for begins, length in zip(calendar.start.tolist(), calendar.length_s.tolist(), strict=True):
        lo, hi = np.searchsorted(start, [begins, begins + length])
        mine = slice(int(lo), int(hi))
        n = int(due[mine].sum())
        found.append(
            Transmission(
                begins,
                length,
                n,
                int((out[mine] & (by[mine] <= as_of)).sum()),
                int(in_time[mine].sum()),
                int(there[mine].sum()),
                min(check_s // arrivals.period_s, n),
            )
        )
    return found


def rates(days: Sequence[Transmission]) -> tuple[Fraction | None, Fraction | None]:
    """Give the immediate and the completed rate of several days: of their slots, not the mean of the days' rates.

    A day's allowance serves that day only: what it does not need is not carried to another.
    """
    return (
        _share(sum(d.in_time for d in days), sum(d.expected(d.in_time) for d in days)),
        _share(sum(d.in_the_end for d in days), sum(d.expected(d.in_the_end) for d in days)),
    )


def _share(arrived: int, expected: int) -> Fraction | None:
    return Fraction(arrived, expected) if expected > 0 else None
