"""The service people use: gateway, store, continuous assessment and the district's folder, wired together."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from clearbay.assess.findings import SCHEMA
from clearbay.district import read_district
from clearbay.district.journal import append, changes
from clearbay.district.watching import Change, Refusal, Watcher
from clearbay.gateway.service import Gateway
from clearbay.gateway.settings import Settings
from clearbay.platform.continuous import Continuous
from clearbay.platform.declared import reached
from clearbay.platform.events import Event, EventStream
from clearbay.platform.explaining import explained
from clearbay.platform.judging import Judging
from clearbay.platform.live import LISTED, Live
from clearbay.platform.memory import few_arenas, give_back
from clearbay.platform.newest import Latest, Newest
from clearbay.platform.troubles import Trouble, not_followed, not_judged, not_taken_up, refused
from clearbay.standards import load
from clearbay.store import Store, StoreError, book
from clearbay.store.judged import Judged
from clearbay.vocabulary.errors import ClearbayError
from clearbay.vocabulary.tags import Tag

LOG = logging.getLogger(__name__)

BETWEEN_S = 0.2
"""Least time between commits [s]: loggers wait for seconds, and a commit costs the same for one packet or twenty."""

FOLLOW_S = 0.5
"""How often new values are told [s]."""

WATCH_S = 2.0
"""How often the district's files are looked at [s]; a change holds after two looks that agree."""

TRIM_S = 10.0
"""How often free memory is given back to the system [s]."""

TOLD_AT_MOST = 200
"""Findings of one round that are told one by one; a restart that judges a month tells its last ones."""


@dataclass(frozen=True)
class Where:
    """Where a service listens and keeps what it holds."""

    district: Path
    data: Path
    host: str = "127.0.0.1"
    port: int = 9212
    min_free_bytes: int = 256 << 20


class Service:
    """A running service. `start`, then wait, then `stop`; `live` is what pages read.

    `now` is its time and `simulated` says that its loggers are no real ones. `declared` gives tags besides those of the
    folder (what simulated operators declare up to an instant).
    """

    def __init__(
        self,
        where: Where,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        simulated: bool = False,
        declared: Callable[[datetime], Sequence[Tag]] = lambda until: (),
    ) -> None:
        """Read the district and open the store.

        Raises
        ------
        DistrictError : the folder is not whole. StoreError : the store cannot be opened.
        """
        few_arenas()
        self.where, self._now, self._declared = where, now, declared
        self._district = read_district(where.district)
        self._standards = load(*self._district.standards)
        self._tags: tuple[Tag, ...] = tuple(self._district.tags)
        self._held: Judging | None = None
        where.data.mkdir(parents=True, exist_ok=True)
        self.store = Store(where.data / "store", min_free_bytes=where.min_free_bytes, now=now())
        self._map_channels()
        self.judged = Judged(self.store, SCHEMA)
        self.newest = Newest(self.store)
        self.stream = EventStream()
        self.gateway = Gateway(
            Settings(
                store=where.data / "store",
                host=where.host,
                port=where.port,
                loggers=where.district / "loggers.csv",
                min_free_bytes=where.min_free_bytes,
                set_clocks=not simulated,
                between_s=BETWEEN_S,
            ),
            self.store,
            clock_us=lambda: int(now().timestamp() * 1_000_000),
        )
        self.continuous = Continuous(self.store, self.judged, self.judging, now, self._tell_findings)
        self.live = Live(
            self.store, self.judged, self.newest, self.gateway, self.stream, self.judging, now, simulated=simulated
        )
        self.gateway.also["explain"] = self._explain
        self.gateway.also["assessment"] = self._assessment
        self._watcher = Watcher(self._district)
        self._tasks: list[asyncio.Task[None]] = []
        self._change: Change | None = None
        """A change of the folder that is not in force yet."""
        self._journaled = self._district

    @property
    def port(self) -> int:
        """Port the gateway listens on."""
        return self.gateway.port

    def judging(self) -> Judging:
        """What findings are judged by now; the same value as long as nothing of it changes."""
        held = self._held
        if held is None or held.district is not self._district or held.tags is not self._tags:
            held = self._held = Judging(self._district, self._standards, self._tags)
        return held

    async def start(self) -> None:
        """Listen, follow what comes in, judge it, watch the folder."""
        await asyncio.to_thread(self.newest.follow, self._district)
        await self.gateway.start()
        self.continuous.start()
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        """Stop taking packets, answer and keep what was taken, end the judging."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.continuous.stop)
        await self.gateway.stop()

    async def serve(self) -> None:
        """Wait until the gateway is asked to stop."""
        await self.gateway.serve()

    async def _explain(self, asked: dict[str, object]) -> dict[str, object]:
        return await asyncio.to_thread(explained, self.live, self.judged, str(asked.get("finding")))

    async def _assessment(self, asked: dict[str, object]) -> dict[str, object]:
        """How far judging has come: whether nothing waits, and how often it looked."""
        return {"idle": self.continuous.idle, "rounds": self.continuous.rounds}

    # What goes on ----------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(FOLLOW_S)
            try:
                fresh = await asyncio.to_thread(self.newest.follow, self._district)
            except (StoreError, duckdb.Error, OSError) as error:
                self._say("values", not_followed(error))
                continue
            self._say("values", ())
            for point, values in fresh.items():
                self._tell_values(point, values)
            if self.continuous.failure is not None:
                self._say("assessment", not_judged(self.continuous.failure))

    def _say(self, task: str, troubles: Sequence[Trouble]) -> None:
        """Let the pages say what is wrong with a task, or that nothing is any more; the log tells it once."""
        if tuple(troubles) == tuple(self.live.wrong.get(task, ())):
            return
        for one in troubles:
            LOG.warning("%s", one.en)
        self.live.wrong[task] = troubles

    def _tell_values(self, point_id: str, values: Sequence[Latest]) -> None:
        self.stream.happen(Event("values", {"point_id": point_id, "values": values}))

    def _tell_findings(self, news: pa.Table) -> None:
        rows = news.select([name for name in LISTED if name in news.column_names])
        for row in rows.slice(max(rows.num_rows - TOLD_AT_MOST, 0)).to_pylist():
            self.stream.happen(Event("finding", row))

    async def _watch(self) -> None:
        trimmed_at = 0.0
        while True:
            await asyncio.sleep(WATCH_S)
            if time.monotonic() - trimmed_at >= TRIM_S:
                trimmed_at = time.monotonic()
                await asyncio.to_thread(give_back)
            self._take_tags()
            await self._look()

    async def _look(self) -> None:
        """Look at the district's files; what cannot be put in force now is tried again at the next look."""
        try:
            found = await asyncio.to_thread(self._watcher.look)
            if isinstance(found, Refusal):
                self._say("district", refused(found.problems))
            elif isinstance(found, Change):
                self._change = Change(self._change.old if self._change else found.old, found.new)
            if self._change is not None:
                await asyncio.to_thread(self._take_up, self._change)
                self._change = None
                self._say("district", ())
        except (ClearbayError, duckdb.Error, OSError) as error:
            self._say("district", not_taken_up(error))

    def _take_up(self, change: Change) -> None:
        """Put a changed folder in force and write down what changed."""
        entries = changes(change.old, change.new)
        if change.new is not self._journaled:
            append(self.where.data / "district-journal.jsonl", entries, self._now(), change.new.digest)
            self._journaled = change.new
        old = change.old
        if change.new.standards != old.standards:
            self._standards = load(*change.new.standards)
        self._district = change.new
        if old.channels != change.new.channels:
            self._map_channels()
        if old.loggers != change.new.loggers:
            self.gateway.reload()
        self._take_tags()
        self.live.revisions_of_district += 1
        self.stream.happen(Event("district", {"changes": len(entries)}))

    def _take_tags(self) -> None:
        """Mark what new, changed or withdrawn tags reach or reached over."""
        declared = (*self._district.tags, *self._declared(self._now()))
        if declared == self._tags:
            return
        marked = reached(self._tags, declared, self._district.zone, self._now())
        self._tags = declared
        for tag in marked:
            self.continuous.touch([tag.point_id], tag.start, tag.end)

    def _map_channels(self) -> None:
        """Enter the district's channel map where it differs from the one that the store holds."""
        con = self.store.cursor()
        try:
            _, held = book.load_channels(con)
        finally:
            con.close()
        wanted = [replace(channel, mapped=True) for channel in self._district.channels]
        if sorted(map(_key, held)) != sorted(map(_key, wanted)):
            self.store.set_channels(wanted, self._now().astimezone(UTC).replace(tzinfo=None))


def _key(channel: object) -> tuple[str, ...]:
    return tuple(str(getattr(channel, name)) for name in (
        "mn", "st", "code", "point_id", "basis", "unit", "label", "valid_from", "valid_to"))  # fmt: skip
