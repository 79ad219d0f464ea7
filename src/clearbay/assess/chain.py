"""From a table of values to windows of every averaging, for points of one legal zone.

Hours and days come from `averaging` (on whatever engine holds the values); what needs order comes from dense grids of
them. Slots are the calendar's: a series without a row in a day still has that day, and it is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import narwhals as nw
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.averaging import countable, daily_means, hourly_means
from clearbay.assess.frames import Lazy, collect, lazy
from clearbay.assess.grid import Grid, Key, to_grid
from clearbay.assess.moving import (
    MDA8_AT_LEAST_H,
    MDA8_AT_LEAST_WINDOWS,
    MDA8_WINDOW_H,
    MOVING_24_AT_LEAST_H,
    daily_maximum_8h,
    moving_mean,
)
from clearbay.assess.reasons import Why
from clearbay.assess.records import Records, conversions, reasons
from clearbay.assess.samples import local_days
from clearbay.assess.slots import HOUR_S, Slots, hours, offsets, periods
from clearbay.assess.windows import Method, Parts, Windows, of_grid, over_slots, parts_of
from clearbay.vocabulary.clocks import date_of

MAX_1H_AT_LEAST_H = 18
"""Hours that a day's largest hourly mean needs: 75 % of 24 (40 CFR 50, Appendices S and T)."""


@dataclass(frozen=True)
class Chain:
    """Values of an hour or finer of points in one zone, and what is made of them on demand."""

    values: Lazy
    records: Records
    keys: tuple[Key, ...]
    zone: str
    first: date
    last: date

    @cached_property
    def shifts(self) -> list[tuple[int, int]]:
        """Offsets from UTC in force."""
        return offsets(self.first, self.last, self.zone)

    @cached_property
    def hour_table(self) -> pa.Table:
        """Hourly means as `averaging.hourly_means` gives them."""
        stated = collect(self.values.select("code", "unit").unique())
        pairs = list(zip(stated["code"].to_pylist(), stated["unit"].to_pylist(), strict=True))
        return collect(hourly_means(countable(self.values, conversions(pairs)), self.shifts))

    @cached_property
    def hours(self) -> Grid:
        """Hourly means on the calendar."""
        return to_grid(self.hour_table, self.keys, hours(self.first, self.last, self.zone))

    @cached_property
    def hours_why(self) -> NDArray[np.int8]:
        """Why each hour does not count [series, hours]."""
        grid = self.hours
        why = np.where(grid.ok, Why.USED, np.where(grid.present > 0, Why.INCOMPLETE, Why.MISSING)).astype(np.int8)
        of_record = reasons(self.records.records)
        out = np.flatnonzero(of_record)
        if len(out) == 0:
            return why
        own = np.full(len(self.records.keys), -1, dtype=np.int64)
        number = {key: n for n, key in enumerate(self.keys)}
        for n, key in enumerate(self.records.keys):
            own[n] = number.get(key, -1)
        series = own[np.searchsorted(self.records.bounds, out, side="right") - 1]
        slot = (self.records.records["t"][out] - grid.slots.start[0]) // HOUR_S
        inside = (series >= 0) & (slot >= 0) & (slot < len(grid.slots))
        series, slot, out = series[inside], slot[inside], out[inside]
        bad = ~grid.ok[series, slot]
        np.maximum.at(why, (series[bad], slot[bad]), of_record[out[bad]])
        return why

    @cached_property
    def hour_parts(self) -> Parts:
        """Hours as parts of longer windows."""
        return parts_of(self.hours, self.hours_why)

    @cached_property
    def day_slots(self) -> Slots:
        """The days covered."""
        return periods(self.first, self.last, "day", self.zone)

    @cached_property
    def day_bounds(self) -> NDArray[np.int64]:
        """The hour slot that each day begins with [days + 1]."""
        return np.searchsorted(
            self.hours.slots.start,
            np.append(self.day_slots.start, self.day_slots.start[-1] + self.day_slots.length_s[-1]),
        ).astype(np.int64)

    @cached_property
    def days(self) -> Grid:
        """Daily means on the calendar."""
        table = collect(daily_means(lazy(self.hour_table), self.shifts))
        return to_grid(table, self.keys, self.day_slots, "day")

    def windows(self, averaging: str) -> Windows | None:
        """Windows of an averaging; None for one that values of an hour or finer do not give."""
        if averaging == "1h":
            return of_grid("1h", self.hours, self.hours_why)
        if averaging == "day":
            days = self.days
            return over_slots(
                "day", self.keys, self.day_slots, days.s, days.valid, days.ok, self.hour_parts, self.day_bounds
            )
        if averaging == "8h":
            return self._moving("8h", MDA8_WINDOW_H, MDA8_AT_LEAST_H)
        if averaging == "24h":
            return self._moving("24h", 24, MOVING_24_AT_LEAST_H)
        if averaging == "mda8":
            return self._mda8()
        if averaging == "max1h":
            return self._largest_hour()
        return None

    def _largest_hour(self) -> Windows:
        grid, first = self.hours, self.day_bounds[:-1]
        highest = np.maximum.reduceat(np.where(grid.ok, grid.s, np.iinfo(np.int64).min), first, axis=1)
        valid = np.add.reduceat(grid.ok.astype(np.int32), first, axis=1)
        return over_slots(
            "max1h",
            self.keys,
            self.day_slots,
            np.where(valid > 0, highest, 0),
            valid,
            valid >= MAX_1H_AT_LEAST_H,
            self.hour_parts,
            self.day_bounds,
            Method.MAXIMUM,
        )

    def _moving(self, averaging: str, window: int, at_least: int) -> Windows:
        moving = moving_mean(self.hours, window, at_least)
        slots = self.hours.slots
        begin = np.maximum(np.arange(len(slots)) - window + 1, 0)
        n, m = moving.s.shape
        count = np.arange(len(slots)) - begin + 1
        return Windows(
            averaging,
            self.keys,
            np.repeat(np.arange(n, dtype=np.int32), m),
            np.tile(slots.start - (window - 1) * HOUR_S, n),
            np.full(n * m, window * HOUR_S, dtype=np.int64),
            np.tile(slots.days, n),
            moving.s.reshape(-1),
            np.full(n * m, window, dtype=np.int32),
            moving.valid.reshape(-1),
            moving.ok.reshape(-1),
            np.zeros(n * m, dtype=np.bool_),
            np.where(moving.ok, Why.USED, np.where(moving.valid > 0, Why.INCOMPLETE, Why.MISSING))
            .astype(np.int8)
            .reshape(-1),
            np.full(n * m, Method.ARITHMETIC, dtype=np.int8),
            (np.arange(n, dtype=np.int64)[:, None] * m + begin[None, :]).reshape(-1),
            np.tile(count.astype(np.int32), n),
            self.hour_parts,
        )

    def _mda8(self) -> Windows:
        highest = daily_maximum_8h(self.hours)
        enough = np.minimum(highest.expected, MDA8_AT_LEAST_WINDOWS)
        made = over_slots(
            "mda8",
            self.keys,
            self.day_slots,
            highest.s,
            highest.valid,
            (highest.valid >= enough) & (highest.valid > 0),
            self.hour_parts,
            self.day_bounds,
            Method.MAXIMUM,
        )
        # A day's windows are counted as 8-h windows, while its evidence lists the hours they are made of.
        expected = np.tile(highest.expected, len(self.keys)).astype(np.int32)
        return replace(made, expected=expected)


def chain(
    values: Lazy,
    records: Records,
    asked: Sequence[Key],
    zone: str,
    first: date,
    last: date,
) -> Chain:
    """Build the chain of values of an hour or finer.

    Parameters
    ----------
    values : observations of the zone's points with 0 < period_s <= 3600, any engine.
    records : the same values as records.
    asked : series that permits name and that must be evaluated even if the data hold no row of them.
    """
    keys = tuple(sorted({*records.keys, *asked}))
    return Chain(values.filter(nw.col("period_s") > 0), records, keys, zone, first, last)


def days_between(first: int, last: int, zone: str) -> tuple[date, date]:
    """Days of a zone that two instants [s] fall on."""
    days = local_days(np.array([first, last], dtype=np.int64), zone)
    return date_of(int(days[0])), date_of(int(days[1]))
