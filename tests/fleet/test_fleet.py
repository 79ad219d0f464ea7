"""A fleet against the real gateway: what it sends is what the gateway received, stored, refused or knew already."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pytest

from clearbay.fleet import LoggerPlan
from clearbay.hj212 import Version
from tests.fleet.playing import Play, air_logger, play

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("version", [Version.V2005, Version.V2017, Version.V2025])
def test_every_version_is_acknowledged(tmp_path: Path, version: Version):
    async def story(one: Play) -> None:
        await one.pass_time(HOUR + timedelta(seconds=30))
        assert one.counts.made == one.counts.sent == one.counts.acknowledged == 7  # six of ten minutes, one of an hour

    one = play(tmp_path, [air_logger(version=version)], story)
    assert one.gateway.counters.total().stored == 7
    assert one.observations is not None
    assert len(one.observations) == 7 * 6 * 3  # codes, and min, avg, max of each


def test_sm4_is_spoken_with_the_stations_key(tmp_path: Path):
    async def story(one: Play) -> None:
        await one.pass_time(HOUR + timedelta(seconds=30))

    one = play(tmp_path, [air_logger(version=Version.V2025, key=b"0123456789abcdef")], story)
    assert one.counts.acknowledged == one.gateway.counters.total().stored == 7
    assert one.packets is not None
    assert not any(b"a34004" in packet for packet in one.packets["bytes"].to_pylist())


def test_what_is_due_is_sent_in_order_after_an_outage(tmp_path: Path):
    plans: list[LoggerPlan] = [air_logger(f"air-{k}", seed=k) for k in range(3)]

    async def story(one: Play) -> None:
        await one.pass_time(timedelta(days=2), step=timedelta(days=2))

    one = play(tmp_path, plans, story)
    # from noon to noon: two midnights; the last ten minutes and the last hour are summed up a moment after noon
    assert one.counts.made == one.gateway.counters.total().stored == 3 * (287 + 47 + 2)
    assert one.packets is not None
    for plan in plans:
        of_logger = one.packets.filter(pa.compute.equal(one.packets["mn"], plan.mn))
        qns = [packet[9:26] for packet in of_logger["bytes"].to_pylist()]
        assert qns == sorted(set(qns))
