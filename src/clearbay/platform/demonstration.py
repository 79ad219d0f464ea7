"""The example district, running: a service, and simulated loggers that send real packets to it, faster than real time.

A demonstration can be killed and started again in the same folder: it goes on from the last packet that is on disk, and
the loggers' sources are the same, so what was under way is sent again as it was.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clearbay.district import District, read_district
from clearbay.fleet.clock import BEIJING, Clock
from clearbay.fleet.plan import DATA_CNS, FleetPlan
from clearbay.fleet.running import Fleet
from clearbay.fleet.steering import serve_steering
from clearbay.platform.demo_fleet import DemoFleet, demo_fleet
from clearbay.platform.example import copied
from clearbay.platform.service import Service, Where
from clearbay.store import Store, reading
from clearbay.vocabulary.tags import Tag

START = datetime(2026, 3, 15, tzinfo=BEIJING)
"""Where the simulated time of a new demonstration begins: the plant's events are then those of the district's log."""

SENT_AGAIN = timedelta(hours=2)
"""What loggers send again after a restart: what was not answered when the service was killed is in it."""

STEERING = "fleet.sock"
"""Name of the socket in the data folder that faults are asked for over."""

HISTORY_WITHIN_S = 900.0
"""Patience with a slow machine; it is a matter of a minute where nothing else runs."""


class Demonstration:
    """A service on the example district and the fleet that feeds it.

    `start` starts the service, `fill` the loggers: with a stretch of history first, which fills the pages; `stop` ends
    both. Simulated time stands still until the history is in the store.
    """

    def __init__(
        self,
        folder: Path,
        *,
        speed: float = 60.0,
        host: str = "127.0.0.1",
        port: int = 9212,
        history: Mapping[str, Mapping[str, timedelta]] | None = None,
    ) -> None:
        """Open the folder, with a copy of the example district in it.

        Parameters
        ----------
        folder : district and data live here; what an earlier run left is taken up.
        speed : simulated seconds for each second. history : of `demo_fleet`, by kind of site and command.

        Raises
        ------
        ExampleNotFound, DistrictError, StoreError, FleetError
        """
        district = copied(folder / "district")
        data = folder / "data"
        last = last_received(data / "store")
        begin = START if last is None else max(last, START)
        self.resumed = last is not None
        self.clock = Clock(begin, speed)
        self.clock.pause()
        self.service = Service(
            Where(district, data, host, port), now=self.clock.now, simulated=True, declared=self._declared
        )
        # Sources begin at the first start, whenever this one is: their values stay what they were.
        self._made = demo_fleet(read_district(district), START, history=history)
        self._host = host
        self._fleet: Fleet | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._steering: asyncio.Server | None = None

    @property
    def fleet(self) -> Fleet:
        """The fleet; it exists once `fill` has made it."""
        assert self._fleet is not None, "the loggers have not been started"
        return self._fleet

    @property
    def left_out(self) -> Sequence[str]:
        """Channels of the district that nothing simulates."""
        return self._made.left_out

    async def start(self) -> None:
        """Start the service. Raises OSError when a port is taken."""
        await self.service.start()

    async def fill(self) -> None:
        """Start the loggers, wait until their history is stored, and let simulated time go on.

        Raises
        ------
        FleetError : the history was not taken in time, or a twin cannot run.
        """
        plan = resent(self._made) if self.resumed else self._made.plan
        fleet = Fleet(plan, host=self._host, port=self.service.port, clock=self.clock)
        await fleet.prepare()
        self._fleet = fleet
        self._steering = await serve_steering(fleet, self.service.where.data / STEERING)
        self._tasks = [asyncio.create_task(fleet.run())]
        await fleet.settled(patience_s=HISTORY_WITHIN_S)
        self.clock.resume()

    async def serve(self) -> None:
        """Wait until the service is asked to stop, or the fleet breaks; only after `fill`."""
        waiting = asyncio.create_task(self.service.serve())
        done, _ = await asyncio.wait([waiting, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Stop the loggers, then the service."""
        if self._steering is not None:
            self._steering.close()
            (self.service.where.data / STEERING).unlink(missing_ok=True)
        if self._fleet is not None:
            self._fleet.request_stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.service.stop()

    def _declared(self, until: datetime) -> list[Tag]:
        if self._fleet is None:  # the twins have not been made yet
            return []
        return undeclared(self.service.live.district(), self._made.declared(until), until)


def undeclared(district: District, declared: Sequence[Tag], until: datetime) -> list[Tag]:
    """Give what simulated operators have declared by an instant and the district's own log does not say already."""
    said = {(tag.point_id, tag.kind, tag.start) for tag in district.tags}
    return [tag for tag in declared if tag.entered_at <= until and (tag.point_id, tag.kind, tag.start) not in said]


def resent(made: DemoFleet) -> FleetPlan:
    """Give the plan of a fleet that goes on: of its history only the last hours are sent again."""
    again = dict.fromkeys(DATA_CNS, SENT_AGAIN)
    return FleetPlan(tuple(replace(logger, history=again, history_codes={}) for logger in made.plan.loggers))


def last_received(folder: Path) -> datetime | None:
    """Give the instant of the last packet in a store, or None where there is no store or nothing in it.

    Raises
    ------
    StoreError : the store cannot be opened.
    """
    if not (folder / "store.json").exists():
        return None
    with Store(folder, min_free_bytes=0) as store:
        con = store.cursor()
        try:
            packets = reading.union(store.manifest, store.folder, "packets")
            found = con.execute(f"SELECT max(received_at) FROM ({packets})").fetchone()
        finally:
            con.close()
    return None if found is None or found[0] is None else found[0].replace(tzinfo=UTC)
