"""The whole service is killed while loggers send, and started again: nothing that was acknowledged is missing, and its
findings are those of a service that ran through.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clearbay.assess.findings import SCHEMA
from clearbay.assess.superseding import CONTENT
from clearbay.district import District, read_district
from clearbay.fleet import Clock, Fleet, Manners
from clearbay.fleet.clock import BEIJING
from clearbay.fleet.plan import HOUR
from clearbay.gateway.control import ask
from clearbay.platform.demo_fleet import demo_fleet
from clearbay.platform.example import copied
from clearbay.platform.judging import Judging
from clearbay.standards import load
from clearbay.store import Store, reading
from clearbay.store.checking import check_store
from clearbay.store.judged import Judged
from tests.platform.judged_district import Judge

START = datetime(2026, 3, 15, tzinfo=BEIJING)
SENDERS = ("air-1", "air-2", "river-1", "lake-1")
KILLED_AT = (150, 350)
"""Acknowledged packets at which the service is killed; findings are being written by then."""

PATIENCE_S = 60.0
ACCEPTED = 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(district: Path, data: Path, port: int, web_port: int) -> Iterator[subprocess.Popen[str]]:
    """The command `clearbay up`, once its pages answer; killed at the end if it still runs."""
    ports = ["--port", str(port), "--web-port", str(web_port)]
    command = [sys.executable, "-m", "clearbay", "up", str(district), "--data", str(data), *ports, "--lang", "en"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                page(web_port, "/")
                break
            except OSError:
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < until, "the pages do not answer"
                time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def page(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as reply:
        return len(reply.read()) if reply.status == 200 else 0


def fleet_of(district: District, port: int) -> Fleet:
    """Loggers of a few stations that send ten days of hours, all at once."""
    few = replace(district, loggers=tuple(one for one in district.loggers if one.site_id in SENDERS))
    kinds = ("air_station", "river_section", "lake_section")
    made = demo_fleet(few, START, history={kind: {HOUR: timedelta(days=10)} for kind in kinds})
    clock = Clock(START)
    clock.pause()
    return Fleet(made.plan, host="127.0.0.1", port=port, clock=clock, manners=Manners(time_out_s=2.0, window=8))


def stored(folder: Path) -> Counter[str]:
    """Accepted packets in a store, by logger."""
    with Store(folder, min_free_bytes=0) as store:
        con = store.cursor()
        try:
            rows = reading.packet_counts(con, store.manifest, store.folder)
        finally:
            con.close()
        assert check_store(store).problems in ((), [])
    return Counter({mn: sum(n for m, verdict, _, n in rows if m == mn and verdict == ACCEPTED) for mn, *_ in rows})


def test_a_killed_service_has_all_that_it_acknowledged_and_goes_on(tmp_path: Path):
    folder = copied(tmp_path / "district")
    district = read_district(folder)
    data, port, web_port = tmp_path / "data", free_port(), free_port()
    asyncio.run(killed_and_started(folder, district, data, port, web_port))
    packets = frames(data / "store")
    uninterrupted = run_through(tmp_path / "through", district, packets)
    assert len(uninterrupted) > 100
    assert standing(data / "store") == uninterrupted


async def killed_and_started(folder: Path, district: District, data: Path, port: int, web_port: int) -> None:
    fleet = fleet_of(district, port)
    sending: asyncio.Task[None] | None = None
    for enough in KILLED_AT:
        with running(folder, data, port, web_port) as service:
            sending = sending or asyncio.create_task(fleet.run())
            until = time.monotonic() + PATIENCE_S
            while fleet.counts().acknowledged < enough:
                assert time.monotonic() < until, "nothing is acknowledged"
                await asyncio.sleep(0.002)
            os.kill(service.pid, signal.SIGKILL)
            await asyncio.to_thread(service.wait)
            await asyncio.sleep(0.2)  # answers still under way arrive
            acknowledged = {mn: one.counts.acknowledged for mn, one in fleet.loggers.items()}
        after_kill = await asyncio.to_thread(stored, data / "store")
        assert sum(acknowledged.values()) >= enough
        assert {mn: n for mn, n in acknowledged.items() if after_kill[mn] < n} == {}
    assert sending is not None

    with running(folder, data, port, web_port) as service:
        await fleet.settled(patience_s=PATIENCE_S)
        status = await asyncio.to_thread(ask, data / "store", {"do": "status"})
        total = status["total"]
        assert isinstance(total, dict)
        assert total["received"] == total["stored"] + total["refused"] + total["duplicate"]
        for path in ("/", "/findings", "/loggers", "/points/air-1"):
            assert await asyncio.to_thread(page, web_port, path) > 0
        await judged(data / "store")
        fleet.request_stop()
        await sending
        service.terminate()
        assert await asyncio.to_thread(service.wait) == 0
    # Every frame made was acknowledged in the end, and each is on disk once.
    made = {mn: one.counts.made for mn, one in fleet.loggers.items()}
    assert {mn: one.counts.acknowledged for mn, one in fleet.loggers.items()} == made
    assert await asyncio.to_thread(stored, data / "store") == Counter(made)
    assert total["stored"] == sum(made.values())


async def judged(store: Path) -> None:
    """Wait until nothing waits to be judged."""
    until = time.monotonic() + PATIENCE_S
    while not (await asyncio.to_thread(ask, store, {"do": "assessment"}))["idle"]:
        assert time.monotonic() < until, "what came is not judged"
        await asyncio.sleep(0.1)


# Findings --------------------------------------------------------------------------------------------------------


def frames(folder: Path) -> list[bytes]:
    """Accepted packets of a store, in the order they came."""
    with Store(folder, min_free_bytes=0) as store:
        con = store.cursor()
        try:
            table = reading.packets(con, store.manifest, store.folder, verdict=ACCEPTED)
        finally:
            con.close()
    return [raw + b"\r\n" for raw in table["bytes"].to_pylist()]


def run_through(folder: Path, district: District, packets: list[bytes]) -> dict[str, tuple[object, ...]]:
    """Findings of a service that took these packets without a break."""
    judge = Judge(folder, datetime.now(UTC), district, load())
    judge.judging = Judging(district, load(), district.tags)
    keys = {logger.mn: logger.key for logger in district.loggers if logger.key}
    judge.push(*packets, keys=keys)
    # Years are judged a few at a time.
    while not judge.continuous.idle:
        judge.look()
    judge.close()
    return standing(folder)


def standing(folder: Path) -> dict[str, tuple[object, ...]]:
    """What each finding says, by its id. Revisions are numbered without gap or repeat, and each says something new."""
    with Store(folder, min_free_bytes=0) as store:
        rows = Judged(store, SCHEMA).select(all_revisions=True, order="finding_id, revision").to_pylist()
    found: dict[str, tuple[object, ...]] = {}
    revisions: Counter[str] = Counter()
    for row in rows:
        name = row["finding_id"]
        said = tuple(row[column] for column in (*CONTENT, "rule", "time", "period_s", "windows", "left_out"))
        revisions[name] += 1
        assert row["revision"] == revisions[name], name
        assert found.get(name) != said, name
        found[name] = said
    return found
