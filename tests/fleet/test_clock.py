"""Simulated time, and which data fall due when."""

from datetime import UTC, datetime, timedelta

import pytest

from clearbay.fleet import Channel, Clock, FleetError, FleetPlan, LoggerPlan
from clearbay.fleet.clock import BEIJING
from clearbay.fleet.cursors import Cursors
from clearbay.fleet.sources.air import AmbientAir
from clearbay.hj212 import Version
from tests.fleet.playing import START, START_S, Wall, air_logger

SOURCE = AmbientAir(1)
CHANNEL = Channel("a34004", 1, SOURCE)


def test_a_clock_runs_by_its_factor_stands_still_and_goes_on():
    wall = Wall()
    clock = Clock(START, 600.0, wall=wall)
    wall.second = 1.0
    assert clock.now() == START + timedelta(minutes=10)
    clock.pause()
    wall.second = 100.0
    assert clock.now() == START + timedelta(minutes=10)
    clock.resume()
    wall.second = 101.0
    assert clock.now() == START + timedelta(minutes=20)
    clock.set_factor(1.0)
    wall.second = 161.0
    assert clock.now() == START + timedelta(minutes=21)
    clock.leap(timedelta(days=1))
    assert clock.now() == START + timedelta(days=1, minutes=21)
    assert not clock.real


def test_pausing_twice_changes_nothing():
    wall = Wall()
    clock = Clock(START, wall=wall)
    clock.pause()
    wall.second = 5.0
    clock.pause()
    assert clock.now() == START


def test_without_a_start_it_shows_the_time_of_day():
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.real


@pytest.mark.parametrize("factor", [0.0, -1.0, 1e6, float("nan")])
def test_a_factor_that_cannot_be_is_refused(factor: float):
    with pytest.raises(FleetError, match="a clock runs forwards"):
        Clock(START, factor)


def test_a_clock_does_not_go_back():
    with pytest.raises(FleetError, match="does not go back"):
        Clock(START).leap(timedelta(seconds=-1))


def walked(plan: LoggerPlan, until: datetime, begins: float = START_S) -> list[tuple[str, datetime]]:
    """Commands and starts (Beijing) of all that is ready by a moment."""
    cursors = Cursors(plan, dict.fromkeys(("2011", "2051", "2061", "2031", "2111"), begins))
    expected = cursors.waiting(until.timestamp())
    found = []
    while (due := cursors.next()) is not None and due.ready <= until.timestamp():
        found.append((due.cn, datetime.fromtimestamp(due.start, BEIJING)))
        cursors.advance(due)
    assert plan.on_days or len(found) == expected
    assert cursors.waiting(until.timestamp()) == 0
    return found


def test_data_fall_due_when_their_period_is_over():
    plan = LoggerPlan("x", (CHANNEL,), real_time_s=1800, minutes=30, delay_s=0.0)
    noon = START.astimezone(BEIJING)
    half = timedelta(minutes=30)
    assert walked(plan, START + timedelta(hours=1, seconds=15)) == [
        ("2011", noon), ("2011", noon + half), ("2051", noon), ("2011", noon + 2 * half), ("2051", noon + half),
        ("2061", noon),
    ]  # fmt: skip


def test_days_are_those_of_beijing():
    plan = LoggerPlan("x", (CHANNEL,), minutes=0, hours=0)
    assert [start for _, start in walked(plan, START + timedelta(days=2))] == [
        datetime(2026, 3, 1, tzinfo=BEIJING),
        datetime(2026, 3, 2, tzinfo=BEIJING),
    ]


def test_a_river_station_sends_an_hour_in_four():
    plan = LoggerPlan("x", (CHANNEL,), minutes=0, hours=4, days=False)
    assert [start.hour for _, start in walked(plan, START + timedelta(hours=13, minutes=1))] == [12, 16, 20, 0]


def test_soil_is_sent_on_its_days_only():
    plan = LoggerPlan("x", (CHANNEL,), minutes=0, hours=0, days=False, on_days=((10, 15), (4, 1)))
    days = [start.date().isoformat() for _, start in walked(plan, START + timedelta(days=400))]
    assert days == ["2026-04-01", "2026-10-15", "2027-04-01"]


def test_history_goes_back_as_far_as_it_is_asked():
    plan = LoggerPlan("x", (CHANNEL,), minutes=0, days=False)
    found = walked(plan, START, START_S - 86400)
    assert len(found) == 23  # the hour before noon is summed up a moment after
    assert found[0][1] == datetime(2026, 2, 28, 12, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"minutes": 7}, "minutes 7 is none of"),
        ({"hours": 5}, "does not divide a day"),
        ({"key": b"short"}, "an SM4 key has 16 bytes"),
        ({"version": Version.SURFACE_WATER}, "version is 2005, 2017 or 2025"),
        ({"channels": (Channel("a21002", 1, SOURCE),)}, "its source has no code 'a21002'"),
    ],
)
def test_a_logger_that_cannot_be_is_refused_with_words(settings: dict[str, object], words: str):
    with pytest.raises(FleetError, match=words):
        LoggerPlan("x", **{"channels": (CHANNEL,), **settings})  # type: ignore[arg-type]


def test_a_fleet_has_each_mn_once():
    with pytest.raises(FleetError, match="two loggers have the MN air-1"):
        FleetPlan((air_logger(), air_logger()))
    with pytest.raises(FleetError, match="history of 9999"):
        FleetPlan((air_logger(),), {"9999": timedelta(days=1)})
