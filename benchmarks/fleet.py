"""A fleet under load: one process of loggers against a gateway in another, every packet acknowledged.

    python benchmarks/fleet.py

Prints the fleet's CPU per packet and memory at one packet a minute of each logger, and how fast it catches up.
"""

import argparse
import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clearbay.fleet import Channel, Clock, Fleet, FleetPlan, LoggerPlan, Manners
from clearbay.fleet.sources.air import CODES, AmbientAir
from clearbay.hj212 import Version

START = datetime(2026, 3, 1, tzinfo=UTC)
VERSIONS = (Version.V2005, Version.V2017, Version.V2025)


def memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def plan_of(number: int, channels: int) -> LoggerPlan:
    """A logger of minute data only; a code stands for two channels where more are asked than a station has."""
    source = AmbientAir(number, region=1)
    codes = [f"{code}" for code in CODES] + [f"a9900{k}" for k in range(9)]
    chosen = tuple(Channel(codes[k], 2, source, reads=CODES[k % len(CODES)]) for k in range(channels))
    return LoggerPlan(
        f"BENCH{number:09d}",
        chosen,
        st="22",
        version=VERSIONS[number % 3],
        minutes=1,
        hours=0,
        days=False,
        delay_s=1.0 + number % 50,
    )


def gateway(folder: str) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-m", "clearbay", "gateway", "run", "--store", folder, "--port", "0", "--accept-unknown"]
    command += ["--connections-per-address", "100000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline().split("127.0.0.1:")[1].split()[0])


async def measure(port: int, loggers: int, channels: int, seconds: float, catch_up: timedelta) -> None:
    begun = memory_mb()
    plan = FleetPlan([plan_of(number, channels) for number in range(loggers)])
    clock = Clock(START)
    fleet = Fleet(plan, host="127.0.0.1", port=port, clock=clock, manners=Manners(window=32))
    running = asyncio.create_task(fleet.run())
    while not all(one.link.up for one in fleet.loggers.values()):
        await asyncio.sleep(0.1)
    await asyncio.sleep(62.0)  # the first minute's packets build the sources' first hour
    before, cpu, wall = fleet.counts(), time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    after = fleet.counts()
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    packets = after.acknowledged - before.acknowledged
    name = f"{loggers:,} loggers x {channels} channels, one packet a minute"
    print(f"{name}: {packets} packets in {wall:.0f} s, {1e6 * cpu / packets:.0f} us CPU a packet")
    print(f"{name}: {100 * cpu / wall:.2f} % of one core, {memory_mb():.0f} MB ({begun:.0f} MB before the fleet)")
    cpu, wall = time.process_time(), time.monotonic()
    clock.pause()
    clock.leap(catch_up)
    clock.resume()
    await fleet.settled(patience_s=600.0)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    packets = fleet.counts().acknowledged - after.acknowledged
    minutes = catch_up.total_seconds() / 60
    print(
        f"{minutes:.0f} minutes at once: {packets} packets in {wall:.1f} s, {1e6 * cpu / packets:.0f} us CPU a packet"
    )
    print(f"{minutes:.0f} minutes at once: {memory_mb():.0f} MB")
    counts = fleet.counts()
    print(f"sent {counts.sent}, acknowledged {counts.acknowledged}, resent {counts.resent}", flush=True)
    fleet.request_stop()
    await running


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loggers", type=int, default=1000)
    parser.add_argument("--channels", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--minutes", type=float, default=60.0, help="minutes to catch up at once")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * options.loggers + 1000), hard))
    folder = tempfile.mkdtemp(prefix="clearbay-bench-", dir=os.environ.get("CLEARBAY_BENCH_DIR"))
    process, port = gateway(folder)
    try:
        asyncio.run(
            measure(port, options.loggers, options.channels, options.seconds, timedelta(minutes=options.minutes))
        )
    finally:
        process.terminate()
        assert process.stdout is not None
        print(f"gateway: {process.stdout.read().strip()}")
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
