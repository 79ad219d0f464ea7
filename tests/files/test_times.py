"""Times in every spelling files have them, and the two hours a year that clocks make doubtful."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.files.times import NotTime, Stamp, read_time, read_times

ONE_OCLOCK = datetime(2026, 2, 27, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-27T0100",
        "2026-02-27 01:00",
        "2026-02-27 1:00",
        "2026-02-27T01:00:00",
        "2026-02-27 01:00:00.000000",
        "2026/2/27 1:00",
        "2026.2.27 01:00:00",
        "2026年2月27日 1时",
        "2026年02月27日01时00分",
        "2026年2月27日 上午1点",
        "02/27/2026 01:00",
        "02/27/2026 1:00 AM",
        "20260227010000",
        "2026022701",
        "46080.041666666664",
        "２０２６-02-27 01:00",
    ],
)
def test_one_oclock_in_every_spelling(text: str) -> None:
    stamp = read_time(text)
    assert isinstance(stamp, Stamp)
    assert (stamp.moment, stamp.kind) == (ONE_OCLOCK, "local")


@pytest.mark.parametrize("text", ["2026-02-27", "2026/2/27", "20260227", "2026年2月27日", "02/27/2026", "46080"])
def test_a_date_alone_is_the_whole_day(text: str) -> None:
    stamp = read_time(text)
    assert isinstance(stamp, Stamp)
    assert (stamp.moment, stamp.kind) == (datetime(2026, 2, 27), "day")


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-27T01:00:00Z",
        "2026-02-27T09:00+08:00",
        "2026-02-27 9:00:00+0800",
        "2026/2/27 1:00Z",
        "1772154000",
        "1772154000000",
    ],
)
def test_a_zone_in_the_text_makes_an_instant(text: str) -> None:
    stamp = read_time(text)
    assert isinstance(stamp, Stamp)
    assert (stamp.moment, stamp.kind) == (ONE_OCLOCK, "zoned")


def test_the_hour_24_is_the_next_midnight() -> None:
    stamp = read_time("2026-02-28 24:00")
    assert isinstance(stamp, Stamp)
    assert stamp.moment == datetime(2026, 3, 1)


def test_a_time_without_a_year_takes_the_last_one_not_after_its_day() -> None:
    day = date(2020, 5, 9)
    for text, expected in (("05-08 15:00", datetime(2020, 5, 8, 15)), ("09-09 09:00", datetime(2019, 9, 9, 9))):
        stamp = read_time(text, day=day)
        assert isinstance(stamp, Stamp)
        assert stamp.moment == expected
    leap = read_time("02-29 10:00", day=date(2023, 1, 1))
    assert isinstance(leap, Stamp)
    assert leap.moment == datetime(2020, 2, 29, 10)
    assert read_time("05-08 15:00") == NotTime("no_year", ("05-08 15:00",))


def test_a_clock_time_takes_the_rows_day() -> None:
    stamp = read_time("15:30", day=date(2020, 5, 9))
    assert isinstance(stamp, Stamp)
    assert stamp.moment == datetime(2020, 5, 9, 15, 30)
    assert read_time("15:30") == NotTime("no_date", ("15:30",))


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "2026-02-27 25:00", "2026年2月30日", "13/13/2026"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    assert read_time(text) == NotTime("no_such_time", (text,))


@pytest.mark.parametrize("text", ["yesterday", "12", "2026-02-27 noon", "1e9", "0"])
def test_what_is_no_time_is_refused(text: str) -> None:
    assert read_time(text) == NotTime("bad_time", (text,))


def test_day_and_month_are_told_apart_by_declaration() -> None:
    mdy, dmy = read_time("03/04/2018", "MDY"), read_time("03/04/2018", "DMY")
    assert isinstance(mdy, Stamp)
    assert isinstance(dmy, Stamp)
    assert (mdy.moment, dmy.moment) == (datetime(2018, 3, 4), datetime(2018, 4, 3))


def instant(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def test_an_hour_that_clocks_skip_and_one_they_repeat_are_refused() -> None:
    # New York 2026: forward at 02:00 on 8 March, back at 02:00 on 1 November.
    times = read_times(
        pa.array(["2026-03-08 01:30", "2026-03-08 02:30", "2026-11-01 01:30", "2026-11-01 02:30"]), "America/New_York"
    )
    assert {row: bad.reason for row, bad in times.bad.items()} == {1: "time_skipped", 2: "time_twice"}
    assert instant(int(times.micros[0])) == datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    assert instant(int(times.micros[3])) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


def test_a_day_on_which_clocks_change_has_23_or_25_hours() -> None:
    times = read_times(pa.array(["2026-03-08", "2026-11-01", "2026-06-01"]), "America/New_York")
    assert ((times.ends - times.micros) // 3_600_000_000).tolist() == [23, 25, 24]


ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC"])


@settings(max_examples=300, deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)), ZONES)
def test_a_wall_clock_time_names_the_instant_at_which_clocks_show_it(local: datetime, zone: str) -> None:
    local = local.replace(microsecond=0)
    times = read_times(pa.array([local.isoformat(sep=" ")]), zone)
    there = ZoneInfo(zone)
    early, late = (local.replace(tzinfo=there, fold=f).astimezone(UTC) for f in (0, 1))
    shown = early.astimezone(there).replace(tzinfo=None)
    if shown != local:
        assert times.bad[0].reason == "time_skipped"
    elif early != late:
        assert times.bad[0].reason == "time_twice"
    else:
        assert instant(int(times.micros[0])) == early
