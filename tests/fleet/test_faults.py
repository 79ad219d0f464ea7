"""Each fault gives exactly the account it should: what the gateway stored, refused, and knew already."""

import asyncio
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from clearbay.fleet import Fault, FleetError, Kind, LoggerPlan
from clearbay.fleet.faults import Faults, checked
from clearbay.hj212 import Version
from tests.fleet.playing import START, Play, air_logger, play

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TENS = replace(air_logger(), hours=0, days=False)
"""A logger that sends a packet every ten minutes and nothing else."""
UNTIL = START + HOUR + 30 * timedelta(seconds=1)


def struck(start_min: float, end_min: float, kind: Kind, **settings: object) -> Fault:
    """A fault from so many to so many minutes after the start."""
    return Fault(kind, start=START + start_min * MINUTE, end=START + end_min * MINUTE, **settings)  # type: ignore[arg-type]


def one_hour(folder: Path, fault: Fault, plan: LoggerPlan = TENS, *, step: timedelta = MINUTE) -> Play:
    """An hour and a half minute of a logger with a fault: six packets of ten minutes fall due."""

    async def story(one: Play) -> None:
        one.fleet.inject(fault)
        hurrying = asyncio.create_task(time_outs(one))
        await one.pass_time(HOUR + timedelta(seconds=30), step)
        hurrying.cancel()

    return play(folder, [plan], story)


async def time_outs(one: Play) -> None:
    """Let what was refused for damage be sent again at once, when nothing else is still to be answered."""
    while True:
        await asyncio.sleep(0.01)
        counts, loggers = one.counts, one.fleet.loggers.values()
        if 0 < counts.damaged - counts.resent == sum(logger.unanswered for logger in loggers):
            for logger in loggers:
                logger.check(time.monotonic() + 60.0)


def account(one: Play) -> tuple[int, int, int]:
    """What the gateway stored, refused and knew already."""
    total = one.gateway.counters.total()
    return total.stored, total.refused, total.duplicate


def means(one: Play, code: str = "a34004") -> dict[datetime, float]:
    """Means of ten minutes by local time."""
    frame = pl.DataFrame(pl.from_arrow(one.observations))
    chosen = frame.filter((pl.col("code") == code) & (pl.col("statistic") == "avg")).sort("time")
    return dict(zip(chosen["time"].to_list(), chosen["value"].to_list(), strict=True))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[datetime, float]:
    """The same hour without a fault."""
    one = one_hour(tmp_path_factory.mktemp("sound"), struck(0, 1, Kind.DROP_OUT, loggers=("air-1",)))
    assert account(one) == (6, 0, 0)  # the drop-out ended before the first packet
    return means(one)


def test_a_drop_out_leaves_a_gap_for_ever(tmp_path: Path, sound: dict[datetime, float]):
    one = one_hour(tmp_path, struck(15, 35, Kind.DROP_OUT))
    assert account(one) == (4, 0, 0)
    assert one.counts.dropped == 2
    assert sound.items() - means(one).items() == set(list(sound.items())[1:3])


def test_a_line_that_is_down_delays_everything_and_loses_nothing(tmp_path: Path, sound: dict[datetime, float]):
    one = one_hour(tmp_path, struck(5, 45, Kind.LATE), replace(TENS, version=Version.V2025), step=5 * MINUTE)
    assert account(one) == (6, 0, 0)
    assert means(one) == sound
    assert one.packets is not None
    marked = [b"RF=1;" in packet for packet in one.packets["bytes"].to_pylist()]
    assert marked == [True, True, True, True, False, False]  # what was due at 10, 20, 30, 40 came at 45
    assert one.counts.connects == 2


def test_resends_are_known_and_answered_again(tmp_path: Path):
    one = one_hour(tmp_path, struck(15, 35, Kind.RESEND))
    assert account(one) == (6, 0, 2)
    assert one.gateway.counters.total().acknowledged == 8


@pytest.mark.parametrize("version", [Version.V2005, Version.V2017, Version.V2025])
def test_a_damaged_packet_is_refused_and_sent_again(tmp_path: Path, version: Version):
    one = one_hour(tmp_path, struck(15, 35, Kind.BAD_CRC), replace(TENS, version=version))
    assert account(one) == (6, 2, 0)
    assert one.gateway.counters.reasons == {"wrong_crc": 2}
    assert (one.counts.damaged, one.counts.resent) == (2, 2)


def test_damaged_cipher_is_refused_and_sent_again(tmp_path: Path):
    plan = replace(TENS, version=Version.V2025, key=b"0123456789abcdef")
    one = one_hour(tmp_path, struck(15, 35, Kind.BAD_CRC), plan)
    assert account(one) == (6, 2, 0)


def test_a_link_cut_in_a_packet_costs_that_sending_only(tmp_path: Path, sound: dict[datetime, float]):
    one = one_hour(tmp_path, struck(15, 35, Kind.CUT))
    assert account(one) == (6, 2, 0)
    assert one.gateway.counters.reasons == {"cut": 2}
    assert one.counts.connects == 3
    assert means(one) == sound


def test_a_cut_takes_nothing_else_along(tmp_path: Path):
    # six packets fall due at once; the others are answered before the fourth is cut, so none of them is sent twice
    one = one_hour(tmp_path, struck(35, 45, Kind.CUT), step=HOUR + MINUTE)
    assert account(one) == (6, 1, 0)


def test_a_clock_that_is_fast_moves_labels_by_whole_periods(tmp_path: Path, sound: dict[datetime, float]):
    plan = replace(TENS, real_time_s=600)
    one = one_hour(tmp_path, struck(0, 90, Kind.CLOCK_SKEW, value=900.0), plan)
    assert account(one)[1:] == (0, 0)
    moved = {moment - timedelta(minutes=20): value for moment, value in means(one).items()}
    assert moved == sound  # 15 minutes are nearer to two periods of ten than to one (half to even)
    assert one.packets is not None
    real_time = [packet for packet in one.packets["bytes"].to_pylist() if b"CN=2011" in packet]
    assert b"DataTime=20260301121500" in real_time[0]  # at noon


def test_setting_the_clock_puts_a_fast_one_right(tmp_path: Path):
    plan = replace(TENS, minutes=0, real_time_s=600)

    async def story(one: Play) -> None:
        one.fleet.inject(Fault(Kind.CLOCK_SKEW, value=120.0))
        await one.pass_time(15 * MINUTE)
        (logger,) = one.fleet.loggers.values()
        logger.ask_time()  # the gateway answers a 1013 with a 1012
        while not one.counts.requests:
            await one.pass_time(timedelta(seconds=1))
        await one.pass_time(10 * MINUTE)

    one = play(tmp_path, [plan], story)
    assert one.packets is not None
    times = [p.split(b"DataTime=")[1][:14] for p in one.packets["bytes"].to_pylist() if b"CN=2011" in p]
    assert times == [b"20260301120200", b"20260301121200", b"20260301122000"]


def test_a_value_that_drifts_runs_away_by_its_share_an_hour(tmp_path: Path, sound: dict[datetime, float]):
    one = one_hour(tmp_path, struck(0, 90, Kind.DRIFT, value=0.5, codes=("a34004",)))
    ratio = [value / sound[moment] for moment, value in means(one).items()]
    # the middle of the first ten minutes lies 4.5 min after the start (minutes are counted from their starts)
    assert ratio == pytest.approx([1 + 0.5 * (4.5 + 10 * k) / 60 for k in range(6)], rel=0.01)
    assert list(means(one, "a21005"))  # the other codes are as they were


def test_a_frozen_sensor_shows_what_it_showed(tmp_path: Path, sound: dict[datetime, float]):
    one = one_hour(tmp_path, struck(20, 50, Kind.FROZEN, codes=("a34004",)))
    values = list(means(one).values())
    assert values[:2] == list(sound.values())[:2]
    assert len(set(values[2:5])) == 1
    assert values[5] == list(sound.values())[5]
    frame = pl.DataFrame(pl.from_arrow(one.observations)).filter(pl.col("code") == "a34004")
    spans = frame.pivot("statistic", index="time", values="value").sort("time")
    assert (spans["max"] == spans["min"]).to_list() == [False, False, True, True, True, False]


def test_an_exceedance_multiplies_or_sets_the_minutes_it_lasts(tmp_path: Path, sound: dict[datetime, float]):
    one = one_hour(tmp_path / "factor", struck(20, 40, Kind.EXCEEDANCE, factor=4.0, codes=("a34004",)))
    ratio = [value / sound[moment] for moment, value in means(one).items()]
    assert ratio == pytest.approx([1, 1, 4, 4, 1, 1], rel=1e-3)
    one = one_hour(tmp_path / "value", struck(20, 30, Kind.EXCEEDANCE, value=500.0, codes=("a34004",)))
    assert list(means(one).values())[2] == 500.0


def test_an_exceedance_of_half_an_hour_is_in_its_hour(tmp_path: Path):
    hours = replace(air_logger(), minutes=0, days=False)
    sound = one_hour(tmp_path / "sound", struck(0, 1, Kind.EXCEEDANCE, factor=3.0), hours)
    one = one_hour(tmp_path / "fault", struck(30, 60, Kind.EXCEEDANCE, factor=3.0, codes=("a34004",)), hours)
    (before,), (after,) = means(sound).values(), means(one).values()
    assert 1.9 < after / before < 2.1  # (30 x 1 + 30 x 3) / 60


def test_a_wrong_flag_is_sent_as_it_was_set(tmp_path: Path):
    one = one_hour(tmp_path, struck(20, 40, Kind.WRONG_FLAG, flag="D", codes=("a34004",)))
    frame = pl.DataFrame(pl.from_arrow(one.observations)).filter(pl.col("statistic") == "avg").sort("time")
    assert frame.filter(pl.col("code") == "a34004")["flag"].to_list() == ["N", "N", "D", "D", "N", "N"]
    assert set(frame.filter(pl.col("code") != "a34004")["flag"]) == {"N"}


def test_a_fault_without_end_lasts_until_it_is_cleared(tmp_path: Path):
    async def story(one: Play) -> None:
        fault = one.fleet.inject(Fault(Kind.LATE))
        await one.pass_time_unanswered(25 * MINUTE)
        assert one.counts.made == 0
        assert [f.fault_id for f in one.fleet.faults()] == [fault.fault_id]
        one.fleet.clear(fault.fault_id)
        await one.pass_time(MINUTE)
        assert one.counts.acknowledged == 2
        with pytest.raises(FleetError, match="no fault 'f1' lasts"):
            one.fleet.clear("f1")

    play(tmp_path, [TENS], story)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(Kind.DRIFT), "needs a value: share by which values rise in an hour"),
        (Fault(Kind.CLOCK_SKEW), "seconds the clock is fast"),
        (Fault(Kind.EXCEEDANCE), "a factor to multiply by, or a value to set"),
        (Fault(Kind.EXCEEDANCE, factor=2.0, value=3.0), "and not both"),
        (Fault(Kind.WRONG_FLAG, flag="X"), "'X' is none"),
        (Fault(Kind.LATE, loggers=("wte",)), "no logger is 'wte'"),
        (Fault(Kind.FROZEN, codes=("a1",)), "no logger sends the code 'a1'"),
        (Fault(Kind.LATE, start=datetime(2026, 3, 1)), "has no zone"),
        (Fault(Kind.LATE, start=START, end=START), "ends .* after it begins"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_with_words(fault: Fault, words: str):
    with pytest.raises(FleetError, match=words):
        checked(fault, ("air-1",), frozenset(("a34004",)), START.timestamp())


def test_clearing_ends_a_fault_and_keeps_what_it_did():
    faults = Faults()
    faults.add(checked(Fault(Kind.FROZEN), ("air-1",), frozenset(), START.timestamp()))
    (ended,) = faults.clear("all", START.timestamp() + 60)
    assert ended.end == START + MINUTE
    assert faults.of("air-1", START.timestamp() + 30, START.timestamp() + 90) == [ended]
    assert faults.of("air-1", START.timestamp() + 60, START.timestamp() + 90) == []
