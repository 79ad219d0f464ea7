"""The calendar as arrays of slots: every hour, day, month and year of a legal zone between two days.

A slot exists whether or not a row does: what is expected is counted here, what is valid in the data.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from clearbay.vocabulary.clocks import day_start, first_of_next, period_of, zone

Period = Literal["day", "month", "quarter", "year"]
HOUR_S = 3600
DAY_S = 86400


@dataclass(frozen=True)
class Slots:
    """Consecutive periods: `start` and `length_s` [n, seconds, UTC], `days` [n, days since 1970 of the zone]."""

    start: NDArray[np.int64]
    length_s: NDArray[np.int64]
    days: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)


def _seconds(day: date, zone_name: str) -> int:
    return int(day_start(day, zone_name).timestamp())


def days_since_epoch(day: date) -> int:
    """Days from 1970-01-01 to `day`."""
    return (day - date(1970, 1, 1)).days


def periods(first: date, last: date, period: Period, zone_name: str) -> Slots:
    """All whole days, months, quarters or years of a zone that touch the days `first` to `last` (inclusive)."""
    starts: list[date] = []
    day = period_of(first, period)
    while day <= last:
        starts.append(day)
        day = first_of_next(day, period)
    bounds = np.array([_seconds(d, zone_name) for d in [*starts, day]], dtype=np.int64)
    return Slots(bounds[:-1], np.diff(bounds), np.array([days_since_epoch(d) for d in starts], dtype=np.int64))


def hours(first: date, last: date, zone_name: str) -> Slots:
    """All hours of the days `first` to `last` (inclusive) of a zone: 23 or 25 on days when clocks change."""
    days = periods(first, last, "day", zone_name)
    start = np.arange(days.start[0], days.start[-1] + days.length_s[-1], HOUR_S, dtype=np.int64)
    day = np.searchsorted(days.start, start, side="right") - 1
    return Slots(start, np.full(len(start), HOUR_S, dtype=np.int64), days.days[day])


def offsets(first: date, last: date, zone_name: str) -> list[tuple[int, int]]:
    """Offsets from UTC [s] in force from the day `first` to the day after `last`: (from instant [s], offset [s])."""
    there = zone(zone_name)
    found: list[tuple[int, int]] = []
    instant = _seconds(first, zone_name)
    end = _seconds(last + timedelta(days=1), zone_name)
    while instant <= end:
        # Clocks change on whole quarter hours; an hourly walk sees every change within the hour it happens.
        offset = datetime.fromtimestamp(instant, there).utcoffset() or timedelta(0)
        seconds = int(offset.total_seconds())
        if not found or found[-1][1] != seconds:
            found.append((instant, seconds))
        instant += HOUR_S
    return found


def local_seconds(t: nw.Expr, shifts: list[tuple[int, int]]) -> nw.Expr:
    """Give wall-clock seconds since 1970 of instants `t` [Int64], for the offsets that `offsets` found."""
    shift: nw.Expr | None = None
    for begins, offset in shifts:
        constant = nw.lit(offset, nw.Int64)
        shift = constant if shift is None else nw.when(t >= begins).then(constant).otherwise(shift)
    return t + (nw.lit(0, nw.Int64) if shift is None else shift)
