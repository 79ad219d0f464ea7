"""What a logger answers when the platform asks, through the gateway's own exchanges (HJ 212-2017 §6.5, Annex C)."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clearbay.fleet import LoggerPlan
from clearbay.hj212 import Version, requests
from clearbay.hj212.exchange import Exchange, Outcome
from tests.fleet.playing import Play, air_logger, play

VERSIONS = [Version.V2005, Version.V2017, Version.V2025]
NOON = datetime(2026, 3, 1, 12)
KEY = b"0123456789abcdef"


def asked(
    folder: Path,
    plan: LoggerPlan,
    *requested: tuple[str, list[tuple[str, str]]],
    after: timedelta = timedelta(minutes=35),
    then: timedelta = timedelta(),
) -> tuple[Play, list[Exchange]]:
    """Ask a logger that has been sending for a while; let more time pass afterwards."""
    exchanges: list[Exchange] = []

    async def story(one: Play) -> None:
        await one.pass_time(after)
        (logger,) = one.gateway.registry.loggers.values()
        for cn, fields in requested:
            exchanges.append(await one.gateway.back.request(logger, cn, fields, time_out_s=5.0))
        await one.pass_time(then)

    return play(folder, [plan], story), exchanges


@pytest.mark.parametrize("version", VERSIONS)
def test_the_clock_is_told_and_set(tmp_path: Path, version: Version):
    one, (told, was_set) = asked(
        tmp_path, air_logger(version=version), ("1011", requests.clock()), ("1012", requests.clock(moment=NOON))
    )
    assert told.outcome is was_set.outcome is Outcome.DONE
    assert [packet.field("SystemTime") for packet in told.packets] == ["20260301123500"]
    assert one.counts.requests >= 2


@pytest.mark.parametrize("version", VERSIONS)
def test_history_is_sent_again_and_adds_nothing(tmp_path: Path, version: Version):
    # A period stands for the time it begins; those that begin from 12:00 to 12:10 are asked for, two of ten minutes.
    plan = replace(air_logger(version=version), key=KEY if version is Version.V2025 else b"")
    span = requests.history(NOON, NOON + timedelta(minutes=10))
    one, (history,) = asked(tmp_path, plan, ("2051", span))
    assert history.outcome is Outcome.DONE
    assert [packet.field("DataTime") for packet in history.packets] == ["20260301120000", "20260301121000"]
    assert one.observations is not None
    assert len(one.observations) == 3 * 6 * 3  # as without the request: three packets, six codes, min avg max
    assert set(one.observations["revision"].to_pylist()) == {0}


def test_history_that_is_not_there_is_said_so(tmp_path: Path):
    later = requests.history(NOON + timedelta(days=1), NOON + timedelta(days=2))
    _, (minutes, days) = asked(tmp_path, air_logger(), ("2051", later), ("2031", later))
    assert minutes.outcome is days.outcome is Outcome.FAILED
    assert minutes.detail.startswith("100: 没有数据")


@pytest.mark.parametrize("version", VERSIONS)
def test_intervals_are_told_and_set(tmp_path: Path, version: Version):
    plan = replace(air_logger(version=version), real_time_s=60)
    one, (told, was_set, rtd) = asked(
        tmp_path,
        plan,
        ("1063", []),
        ("1064", requests.minute_interval(5)),
        ("1062", requests.real_time_interval(300)),
        after=timedelta(minutes=1),
        then=timedelta(minutes=10),
    )
    assert [packet.field("MinInterval") for packet in told.packets] == ["10"]
    assert was_set.outcome is rtd.outcome is Outcome.DONE
    assert one.packets is not None
    frames = one.packets["bytes"].to_pylist()
    minutes = [frame.split(b"DataTime=")[1][8:12] for frame in frames if b"CN=2051" in frame]
    assert minutes == [b"1200", b"1205"]
    real_time = [frame.split(b"DataTime=")[1][8:12] for frame in frames if b"CN=2011" in frame]
    assert real_time[-2:] == [b"1205", b"1210"]


def test_real_time_data_stop_and_start(tmp_path: Path):
    plan = replace(air_logger(), real_time_s=60, minutes=0, hours=0, days=False)

    async def story(one: Play) -> None:
        (logger,) = one.gateway.registry.loggers.values()
        await one.pass_time(timedelta(minutes=2, seconds=30))
        assert (await one.gateway.back.request(logger, "2012")).outcome is Outcome.DONE
        await one.pass_time(timedelta(minutes=5))
        assert (await one.gateway.back.request(logger, "2011")).outcome is Outcome.DONE
        await one.pass_time(timedelta(minutes=2))

    one = play(tmp_path, [plan], story)
    assert one.packets is not None
    frames = one.packets["bytes"].to_pylist()
    times = [frame.split(b"DataTime=")[1][8:12] for frame in frames if b"CN=2011" in frame]
    assert times == [b"1200", b"1201", b"1202", b"1207", b"1208", b"1209"]


def test_a_wrong_password_and_an_unknown_command_are_refused(tmp_path: Path):
    exchanges: list[Exchange] = []

    async def story(one: Play) -> None:
        (logger,) = one.gateway.registry.loggers.values()
        await one.pass_time(timedelta(minutes=11))
        exchanges.append(await one.gateway.back.request(replace(logger, pw="654321"), "1011"))
        exchanges.append(await one.gateway.back.request(logger, "3017", requests.instrument("a34004", logger.version)))

    play(tmp_path, [air_logger()], story)
    assert [exchange.outcome for exchange in exchanges] == [Outcome.REFUSED, Outcome.REFUSED]
    assert [exchange.detail[:2] for exchange in exchanges] == ["3:", "8:"]


def test_a_new_password_is_used_from_then_on(tmp_path: Path):
    async def story(one: Play) -> None:
        (logger,) = one.gateway.registry.loggers.values()
        await one.pass_time(timedelta(minutes=11))
        exchange = await one.gateway.back.request(logger, "1072", requests.password("654321", Version.V2017))
        assert exchange.outcome is Outcome.DONE
        await one.pass_time_unanswered(timedelta(minutes=10))
        # nobody told the gateway's register, so it refuses what follows: as with a real logger
        assert one.gateway.counters.reasons == {"wrong_password": 1}

    play(tmp_path, [air_logger()], story)


def test_a_new_key_is_used_from_then_on(tmp_path: Path):
    new = b"fedcba9876543210"

    async def story(one: Play) -> None:
        (logger,) = one.gateway.registry.loggers.values()
        await one.pass_time(timedelta(minutes=11))
        exchange = await one.gateway.back.request(logger, "1014", requests.new_key(NOON, new.decode()))
        assert exchange.outcome is Outcome.DONE
        one.gateway.keys.change(one.gateway.registry, logger.mn, new)
        await one.pass_time(timedelta(minutes=10))

    one = play(tmp_path, [replace(air_logger(version=Version.V2025), key=KEY)], story)
    assert one.gateway.counters.total().refused == 0
    assert one.observations is not None
    assert len(one.observations) == 2 * 6 * 3


def test_an_instrument_is_named(tmp_path: Path):
    _, (named,) = asked(tmp_path, air_logger(), ("3019", requests.instrument("a34004", Version.V2017)))
    assert named.outcome is Outcome.DONE
