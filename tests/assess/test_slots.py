"""Slots come from the calendar of the legal zone, whatever rows exist."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import narwhals as nw
import numpy as np
import polars as pl
import pytest

from clearbay.assess.frames import collect, lazy
from clearbay.assess.slots import HOUR_S, days_since_epoch, hours, local_seconds, offsets, periods


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 3, 1), "Asia/Shanghai", 24),
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2026, 3, 8), "America/New_York", 23),
        (date(2026, 3, 1), "Asia/Kolkata", 24),
    ],
)
def test_a_day_has_the_hours_its_clocks_have(day: date, zone: str, expected: int) -> None:
    slots = hours(day, day, zone)
    assert len(slots) == expected
    assert set(slots.days.tolist()) == {days_since_epoch(day)}
    assert slots.start[0] == datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()


def test_hours_of_a_half_hour_zone_begin_at_its_own_full_hour() -> None:
    assert set((hours(date(2026, 3, 1), date(2026, 3, 1), "Asia/Kolkata").start % HOUR_S).tolist()) == {1800}


def test_a_leap_year_has_366_days_and_a_period_that_is_touched_comes_whole() -> None:
    assert len(periods(date(2024, 1, 1), date(2024, 12, 31), "day", "Asia/Shanghai")) == 366
    year = periods(date(2024, 6, 1), date(2024, 6, 2), "year", "Asia/Shanghai")
    assert (len(year), int(year.length_s[0])) == (1, 366 * 86400)
    quarters = periods(date(2026, 3, 31), date(2026, 4, 1), "quarter", "Asia/Shanghai")
    assert (quarters.length_s // 86400).tolist() == [90, 91]


def test_slots_follow_each_other_without_a_gap() -> None:
    slots = periods(date(2026, 1, 15), date(2026, 12, 1), "month", "Europe/Berlin")
    assert (slots.start[1:] == slots.start[:-1] + slots.length_s[:-1]).all()
    assert len(slots) == 12


def test_offsets_change_when_clocks_do() -> None:
    change = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp())
    found = offsets(date(2026, 10, 25), date(2026, 10, 25), "Europe/Berlin")
    assert [offset for _, offset in found] == [7200, 3600]
    assert found[1][0] == change
    assert [o for _, o in offsets(date(2026, 3, 1), date(2026, 3, 9), "Asia/Kolkata")] == [19800]


def test_wall_clock_seconds_use_the_offset_in_force() -> None:
    shifts = offsets(date(2026, 10, 25), date(2026, 10, 25), "Europe/Berlin")
    change = shifts[1][0]
    frame = lazy(pl.DataFrame({"t": [change - 1, change]}))
    found = collect(frame.select(local_seconds(nw.col("t"), shifts).alias("local")))["local"].to_pylist()
    assert np.subtract(found, [change - 1, change]).tolist() == [7200, 3600]


def test_midnight_is_the_first_hour_of_the_new_day() -> None:
    first = days_since_epoch(date(2026, 3, 1))
    assert hours(date(2026, 3, 1), date(2026, 3, 2), "Asia/Shanghai").days.tolist() == [first] * 24 + [first + 1] * 24
