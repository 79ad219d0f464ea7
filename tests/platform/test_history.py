"""Series drawn: which of a logger's periods stands for the series."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clearbay.platform.history import capture, history
from tests.platform.judged_district import AIR, AIR_POINT, BEIJING, Judge, example, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
HOUR, TEN_MINUTES = timedelta(hours=1), timedelta(minutes=10)
SO2 = "a21026"


@pytest.fixture
def day_of_hours(tmp_path: Path) -> Iterator[Judge]:
    """A day of hours, whose ten minutes began with its last hour."""
    made = Judge(tmp_path / "store", DAY + timedelta(days=1), *example())
    made.push(*(hour(AIR, "22", DAY + k * HOUR, {SO2: str(k + 1)}) for k in range(24)))
    made.push(*(hour(AIR, "22", DAY + 23 * HOUR + k * TEN_MINUTES, {SO2: "7"}, cn="2051") for k in range(6)))
    yield made
    made.close()


def drawn(judge: Judge, start: datetime, end: datetime) -> list[float]:
    table = history(judge.store, AIR_POINT, SO2, "raw", start, end, 600, "avg")
    found: list[float] = table["mean"].to_pylist()
    return found


def test_hours_of_the_whole_day_are_drawn_rather_than_minutes_of_its_end(day_of_hours: Judge) -> None:
    assert drawn(day_of_hours, DAY, DAY + timedelta(days=1)) == [float(k + 1) for k in range(24)]


def test_where_both_came_all_the_time_the_shorter_is_drawn(day_of_hours: Judge) -> None:
    assert drawn(day_of_hours, DAY + 23 * HOUR, DAY + 24 * HOUR) == [7.0] * 6


def test_an_hour_lies_on_its_hour_whenever_the_span_begins(day_of_hours: Judge) -> None:
    start = DAY + timedelta(minutes=27)
    table = history(day_of_hours.store, AIR_POINT, SO2, "raw", start, start + timedelta(hours=12), 600, "avg")
    assert table["time"][0].as_py() == DAY + HOUR


def test_minutes_that_began_within_the_day_are_counted_from_their_first_on(day_of_hours: Judge) -> None:
    (one,) = [c for c in capture(day_of_hours.store, AIR_POINT, DAY, DAY + timedelta(days=1)) if c.code == SO2]
    assert (one.period_s, one.expected, one.received, one.since) == (600, 6, 6, DAY + 23 * HOUR)


def test_minutes_that_stopped_and_came_back_are_missed_all_the_while(day_of_hours: Judge) -> None:
    day_of_hours.push(hour(AIR, "22", DAY - HOUR, {SO2: "7"}, cn="2051"))
    (one,) = [c for c in capture(day_of_hours.store, AIR_POINT, DAY, DAY + timedelta(days=1)) if c.code == SO2]
    assert (one.expected, one.received, one.since) == (144, 6, None)
    assert one.left_out == {"missing": 138}
