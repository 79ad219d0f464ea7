"""What happens in the service, told to whoever listens: values, findings, alarms, loggers, the district."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `kind` is `values`, `finding`, `alarm`, `logger` or `district`."""

    kind: str
    data: Mapping[str, object]


class EventStream:
    """Events to listeners in an event loop; they may happen in any thread.

    A listener that does not keep up loses the oldest events: live values are replaced by newer ones anyway, and
    everything that counts is in the store.
    """

    def __init__(self) -> None:
        self._listeners: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Queue[Event]]] = {}
        self._lock = threading.Lock()
        self._number = 0

    async def subscribe(self, maxsize: int = 1000) -> AsyncIterator[Event]:
        """Events from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue(maxsize)
        with self._lock:
            self._number += 1
            number = self._number
            self._listeners[number] = (asyncio.get_running_loop(), queue)
        try:
            while True:
                yield await queue.get()
        finally:
            with self._lock:
                self._listeners.pop(number, None)

    def happen(self, event: Event) -> None:
        """Tell every listener."""
        with self._lock:
            listeners = list(self._listeners.values())
        for loop, queue in listeners:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_put, queue, event)


def _put(queue: asyncio.Queue[Event], event: Event) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(event)
