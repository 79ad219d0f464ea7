"""Legal zones, label conventions and calendar bounds."""

from datetime import UTC, date, datetime

import pytest

from clearbay.vocabulary.clocks import (
    LocalTimeError,
    UnknownZone,
    day_start,
    first_of_next,
    from_start,
    local_date,
    period_of,
    to_start,
    to_utc,
    zone,
)


def test_beijing_midnight_is_16_utc_the_day_before() -> None:
    assert day_start(date(2026, 3, 1), "Asia/Shanghai") == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert local_date(datetime(2026, 2, 28, 16, tzinfo=UTC), "Asia/Shanghai") == date(2026, 3, 1)


def test_an_hour_ending_label_of_midnight_belongs_to_the_day_before() -> None:
    label = to_utc(datetime(2026, 3, 1, 0), "Asia/Shanghai")
    start = to_start(label, 3600, "end")
    assert local_date(start, "Asia/Shanghai") == date(2026, 2, 28)
    assert from_start(start, 3600, "end") == label
    assert to_start(label, 3600, "start") == label


def test_a_skipped_hour_does_not_exist() -> None:
    with pytest.raises(LocalTimeError, match="does not exist"):
        to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")


def test_a_repeated_hour_needs_an_offset() -> None:
    with pytest.raises(LocalTimeError, match="exists twice"):
        to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Berlin")


def test_shanghai_had_summer_time_in_1986() -> None:
    # China put clocks forward on 1986-05-04: a day of 23 hours.
    length = day_start(date(1986, 5, 5), "Asia/Shanghai") - day_start(date(1986, 5, 4), "Asia/Shanghai")
    assert length.total_seconds() == 23 * 3600


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(UnknownZone, match="Asia/Shanghia"):
        zone("Asia/Shanghia")


def test_periods_of_the_calendar() -> None:
    assert period_of(date(2026, 8, 17), "quarter") == date(2026, 7, 1)
    assert first_of_next(date(2026, 11, 1), "month") == date(2026, 12, 1)
    assert first_of_next(date(2026, 12, 1), "month") == date(2027, 1, 1)
    assert first_of_next(date(2026, 10, 1), "quarter") == date(2027, 1, 1)
    assert first_of_next(date(2024, 1, 1), "year") == date(2025, 1, 1)
