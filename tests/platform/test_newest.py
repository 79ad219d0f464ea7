"""The newest values that pages show: those of the newest decoding, whatever was decoded before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clearbay.platform.newest import Latest, Newest
from clearbay.store import Channel
from clearbay.store.changed import forget
from clearbay.store.redecoding import redecode
from tests.platform.judged_district import AIR, AIR_POINT, BEIJING, Judge, example, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
SO2, NO2 = "a21026", "a21004"


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    """Three hours of SO2 came; the newest is 53."""
    made = Judge(tmp_path / "store", DAY, *example())
    made.now = DAY + 3 * HOUR + timedelta(minutes=1)
    for k in range(3):
        made.push(hour(AIR, "22", DAY + k * HOUR, {SO2: f"5{k + 1}"}))
    yield made
    made.close()


def map_to(judge: Judge, *changed: Channel) -> None:
    """Put a channel map in force in which codes of the air station go elsewhere, and decode its packets anew."""
    codes = {channel.code for channel in changed}
    rows = [c for c in judge.judging.district.channels if c.mn != AIR or c.code not in codes]
    judge.now += HOUR
    judge.store.set_channels([*rows, *changed], judge.now.astimezone(UTC).replace(tzinfo=None))
    redecode(judge.store, AIR, now=judge.now)


def follow(judge: Judge, newest: Newest) -> dict[str, list[Latest]]:
    return newest.follow(judge.judging.district)


def shown(newest: Newest, point: str = AIR_POINT) -> list[tuple[str, float | None, datetime]]:
    return [(one.code, one.value, one.time) for one in newest.of(point)]


def test_a_value_that_moved_by_decoding_anew_is_shown_where_it_is_now_and_told(judge: Judge) -> None:
    newest = Newest(judge.store)
    follow(judge, newest)
    assert shown(newest) == [(SO2, 53.0, DAY + 2 * HOUR)]
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label="end"))
    fresh = follow(judge, newest)
    assert shown(newest) == [(SO2, 53.0, DAY + HOUR)]
    assert [one.time for one in fresh[AIR_POINT]] == [DAY + HOUR]
    assert follow(judge, newest) == {}


def test_a_value_that_went_to_another_point_is_shown_there_alone(judge: Judge) -> None:
    newest = Newest(judge.store)
    follow(judge, newest)
    map_to(judge, Channel(AIR, "22", SO2, "air-2", unit="ug/m3"))
    follow(judge, newest)
    assert shown(newest) == []
    assert shown(newest, "air-2") == [(SO2, 53.0, DAY + 2 * HOUR)]


def test_a_service_that_starts_later_shows_the_same(judge: Judge) -> None:
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label="end"))
    newest = Newest(judge.store)
    follow(judge, newest)
    assert shown(newest) == [(SO2, 53.0, DAY + HOUR)]
    map_to(judge, Channel(AIR, "22", SO2, "air-2", unit="ug/m3"))
    newest = Newest(judge.store)
    follow(judge, newest)
    assert shown(newest) == []


def test_notes_that_judging_forgot_before_they_were_looked_at_are_not_missed(judge: Judge) -> None:
    newest = Newest(judge.store)
    follow(judge, newest)
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label="end"))
    forget(judge.store, 0)
    follow(judge, newest)
    assert shown(newest) == [(SO2, 53.0, DAY + HOUR)]


def test_it_names_the_packet_that_it_came_in(judge: Judge) -> None:
    newest = Newest(judge.store)
    follow(judge, newest)
    (before,) = newest.of(AIR_POINT)
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label="end"))
    follow(judge, newest)
    (after,) = newest.of(AIR_POINT)
    assert after.packet_id == before.packet_id


def test_values_that_come_after_it_are_taken_up_as_ever(judge: Judge) -> None:
    newest = Newest(judge.store)
    follow(judge, newest)
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label="end"))
    judge.push(hour(AIR, "22", DAY + 4 * HOUR, {SO2: "60"}))
    follow(judge, newest)
    assert shown(newest) == [(SO2, 60.0, DAY + 3 * HOUR)]
