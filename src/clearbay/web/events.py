"""Live values for browsers: one subscription to the service, fanned out to every open page as server-sent events.

A second's values are gathered, written as JSON once a point, and joined once for each set of points that some page
shows; a browser costs a queue and a socket write. A browser that cannot follow is let go and comes back by itself: what
it missed is in the values it is sent on arrival.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from clearbay.web.layout.errors import Refused
from clearbay.web.layout.formats import instant, of_latest, series_of
from clearbay.web.news import lines
from clearbay.web.source import Latest, Live
from clearbay.web.text import both

EVERY_S = 1.0
"""Seconds of values in one message."""

SILENCE_S = 10.0
"""A page hears at least the clock this often, so that it and every proxy between know the line is alive."""

WAITING_AT_MOST = 32
"""Messages a slow browser may lag behind."""

PAGES_AT_MOST = 1000
"""Pages that may listen at once."""

RETRY = b"retry: 3000\n\n"
ALL = "*"

router = APIRouter()
_log = logging.getLogger(__name__)


def encoded(values: Sequence[Latest]) -> bytes:
    """Write a point's values as JSON: k series, t text, v value, f flag, at start of the period, s its length."""
    return json.dumps(
        [
            {
                "k": series_of(one),
                "t": of_latest(one),
                "v": one.value,
                "f": "" if one.flag == "N" else one.flag,
                "at": instant(one.time),
                "s": one.period_s,
            }
            for one in values
        ],
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


def message(kind: str, data: bytes) -> bytes:
    """Write one server-sent event; `data` is one line."""
    return b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


@dataclass(eq=False)
class Browser:
    """An open page: the points it shows (None: all), and what it has not been sent yet."""

    points: frozenset[str] | None
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING_AT_MOST + 1))
    lost: bool = False

    def give(self, data: bytes) -> None:
        """Queue a message, or let the browser go when it lags too far behind."""
        if self.lost:
            return
        if self.queue.qsize() >= WAITING_AT_MOST:
            self.lost = True
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)
            return
        self.queue.put_nowait(data)


class Hub:
    """All open pages of this process. It listens to the service while at least one page is open."""

    def __init__(self, live: Live, every_s: float = EVERY_S) -> None:
        self._live = live
        self._every = every_s
        self._browsers: set[Browser] = set()
        self._values: dict[str, dict[str, Latest]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    @property
    def open_pages(self) -> int:
        """How many pages are listening."""
        return len(self._browsers)

    async def stream(self, points: frozenset[str] | None) -> AsyncGenerator[bytes]:
        """Give what one page is sent, from the values that stand now on, until it leaves or the service closes."""
        browser = Browser(points)
        self._browsers.add(browser)
        self._start()
        try:
            yield RETRY + self._standing(points)
            while True:
                data = await browser.queue.get()
                if data is None:
                    return
                yield data
        finally:
            self._browsers.discard(browser)
            if not self._browsers:
                self._stop()

    def close(self) -> None:
        """End every stream: a server that stops must not wait for pages that never leave."""
        self._closed = True
        self._let_go()
        self._stop()

    def _let_go(self) -> None:
        for browser in self._browsers:
            if not browser.lost:
                browser.queue.put_nowait(None)

    def _start(self) -> None:
        if not self._tasks and not self._closed:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]
            for task in self._tasks:
                task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Let every page come back when listening or sending broke: a silent page would look like a quiet plant."""
        if task.cancelled() or task not in self._tasks:
            return
        _log.error("the stream of live values ended; open pages will ask again", exc_info=task.exception())
        self._let_go()
        self._stop()

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self._values.clear()

    def _clock(self) -> bytes:
        return b'{"now":"' + instant(self._live.now()).encode() + b'"'

    def _standing(self, points: frozenset[str] | None) -> bytes:
        """The newest values of a page's points, as it opens or comes back."""
        wanted = self._live.latest_all() if points is None else {p: self._live.latest(p) for p in sorted(points)}
        return self._message({point: encoded(values) for point, values in wanted.items() if values})

    def _message(self, pieces: Mapping[str, bytes]) -> bytes:
        body = b",".join(json.dumps(point).encode() + b":" + piece for point, piece in pieces.items())
        return message("values", self._clock() + b',"points":{' + body + b"}}")

    async def _listen(self) -> None:
        async for event in self._live.events().subscribe():
            if event.kind == "values":
                point = str(event.data["point_id"])
                standing = self._values.setdefault(point, {})
                for one in event.data["values"]:  # type: ignore[attr-defined]
                    standing[series_of(one)] = one
                continue
            data = json.dumps(lines(self._live, event), ensure_ascii=False, separators=(",", ":")).encode()
            for browser in self._browsers:
                browser.give(message(event.kind, data))

    async def _send(self) -> None:
        quiet = 0.0
        while True:
            await asyncio.sleep(self._every)
            quiet += self._every
            values, self._values = self._values, {}
            pieces = {point: encoded(list(standing.values())) for point, standing in values.items()}
            joined: dict[frozenset[str] | None, bytes] = {}
            for browser in self._browsers:
                if browser.points not in joined:
                    mine = {p: b for p, b in pieces.items() if browser.points is None or p in browser.points}
                    joined[browser.points] = self._message(mine) if mine else b""
                if joined[browser.points]:
                    browser.give(joined[browser.points])
                elif quiet >= SILENCE_S:
                    browser.give(message("clock", self._clock() + b"}"))
            if quiet >= SILENCE_S:
                quiet = 0.0


@router.get("/events", summary="Live values, findings and alarms as server-sent events", tags=["live"])
async def events(
    request: Request,
    points: Annotated[str, Query(description="point ids joined by commas; `*` for all; empty for news only")] = "",
) -> StreamingResponse:
    """Stream `values` (of the points asked), `finding`, `alarm`, `logger`, `district` and `clock` events."""
    hub: Hub = request.app.state.hub
    if hub.open_pages >= PAGES_AT_MOST:
        told = both("error.too_many_pages")
        raise Refused(503, told.en, told.zh)
    wanted = None if points == ALL else frozenset(filter(None, points.split(",")))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

    async def body() -> AsyncIterator[bytes]:
        async with contextlib.aclosing(hub.stream(wanted)) as stream:
            async for data in stream:
                yield data

    return StreamingResponse(body(), media_type="text/event-stream", headers=headers)
