"""Plays a fleet against a real gateway on a store of its own, and compares what both counted."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from clearbay.fleet import Channel, Clock, Counts, Fleet, FleetPlan, LoggerPlan, Manners
from clearbay.fleet.sources.air import AmbientAir
from clearbay.gateway import Gateway, Settings
from clearbay.gateway import Logger as Registered
from clearbay.hj212 import Version
from clearbay.store import reading

START = datetime(2026, 3, 1, 4, tzinfo=UTC)  # noon in Beijing
START_S = int(START.timestamp())
PATIENT = Manners(time_out_s=10.0, resends=3, window=16)


class Wall:
    """A wall clock that is moved by hand."""

    def __init__(self) -> None:
        self.second = 0.0

    def __call__(self) -> float:
        return self.second


@dataclass
class Play:
    """A fleet, its clock's wall, the gateway it talks to, and afterwards what was stored."""

    fleet: Fleet
    wall: Wall
    gateway: Gateway
    packets: pa.Table | None = None
    observations: pa.Table | None = None

    async def pass_time(self, span: timedelta, step: timedelta = timedelta(minutes=1)) -> None:
        """Let simulated time pass, a step at a time, each sent and answered before the next."""
        left = span.total_seconds()
        while left > 0:
            self.wall.second += min(left, step.total_seconds())
            left -= step.total_seconds()
            self.fleet._send_due()
            await asyncio.sleep(0.001)
            await self.fleet.settled()

    async def pass_time_unanswered(self, span: timedelta) -> None:
        """Let simulated time pass without waiting for anything to be answered."""
        self.wall.second += span.total_seconds()
        await asyncio.sleep(0.6)

    @property
    def counts(self) -> Counts:
        return self.fleet.counts()


def air_logger(mn: str = "air-1", version: Version = Version.V2017, seed: int = 1, **settings: Any) -> LoggerPlan:
    """A logger of ambient air with minute data every 10 min, hours and days."""
    source = AmbientAir(seed)
    channels = tuple(Channel(code, 3, source) for code in ("a34004", "a34002", "a21026", "a21004", "a21005", "a05024"))
    return LoggerPlan(mn, channels, st="22", version=version, **settings)


def play(
    folder: Path,
    loggers: Sequence[LoggerPlan],
    story: Callable[[Play], Coroutine[Any, Any, None]],
    *,
    history: dict[str, timedelta] | None = None,
    registered: Sequence[Registered] | None = None,
    manners: Manners = PATIENT,
) -> Play:
    """Run gateway and fleet, let a story happen, stop both, and read the store."""

    async def whole() -> Play:
        wall = Wall()
        gateway = Gateway(
            Settings(folder, port=0, accept_unknown=True, min_free_bytes=0), clock_us=lambda: START_S * 1_000_000
        )
        gateway.registry._accept_unknown = False
        known = registered
        if known is None:
            known = [
                Registered(one.mn, one.st, one.password, one.version, one.key, one.minutes or 10) for one in loggers
            ]
        for logger in known:
            gateway.registry.add(logger)
        gateway.store.set_minutes({logger.mn: 60 * logger.minutes for logger in known})
        await gateway.start()
        fleet = Fleet(
            FleetPlan(tuple(loggers), history or {}),
            host="127.0.0.1",
            port=gateway.port,
            clock=Clock(START, wall=wall),
            manners=manners,
        )
        one = Play(fleet, wall, gateway)
        running = asyncio.create_task(fleet.run())
        try:
            while not all(logger.link.up for logger in fleet.loggers.values()):
                await asyncio.sleep(0.01)
            await asyncio.wait_for(story(one), 60)
        finally:
            fleet.request_stop()
            await running
            await asyncio.sleep(0.1)
            con = gateway.store.cursor()
            one.packets = reading.packets(con, gateway.store.manifest, gateway.store.folder)
            one.observations = reading.observations(con, gateway.store.manifest, gateway.store.folder)
            con.close()
            await gateway.stop()
        assert gateway.intake.failure is None
        total = gateway.counters.total()
        assert total.balanced
        assert fleet.counts().sent == total.received == total.stored + total.refused + total.duplicate
        return one

    return asyncio.run(whole())
