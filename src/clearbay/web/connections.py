"""Connections of browsers: how many, and for how long one may take to ask, or not to read what it is given.

The server underneath waits for the head of a request and for a reader without end; whoever opens connections and says
nothing would take the files that loggers, databases and other readers need.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from uvicorn.protocols.http.h11_impl import H11Protocol

from clearbay.web.security.hosts import is_loopback
from clearbay.web.security.rates import counted

SWEEP_S = 1.0


@dataclass(frozen=True)
class ConnectionLimits:
    """What is let in: connections in all and of one address (not this machine: a proxy's readers share its address),
    seconds for the head of a request, and seconds for which a reader may take nothing of an answer.
    """

    connections: int = 2000
    of_address: int = 200
    head_s: float = 20.0
    unread_s: float = 60.0


class Connection(H11Protocol):
    """A connection that knows since when its peer has been asking, or has not been reading."""

    watch: "Watch"
    asking_since: float = 0.0
    unread_since: float = 0.0
    unread: int = 0
    address: str = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let it in, or end it."""
        super().connection_made(transport)
        self.address = counted(self.client[0]) if self.client else ""
        self.asking_since = self.watch.clock()
        if not self.watch.admit(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self.watch.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a new request's head begins to count with its first byte."""
        waiting = self.waiting
        super().data_received(data)
        if not waiting or not self.waiting:
            self.asking_since = 0.0
        elif not self.asking_since:
            self.asking_since = self.watch.clock()

    @property
    def waiting(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def overdue(self, now: float, limits: ConnectionLimits) -> bool:
        """Whether the head of a request is missing for too long, or nothing of an answer was taken for too long."""
        if self.waiting and self.asking_since and now - self.asking_since > limits.head_s:
            return True
        unread = self.transport.get_write_buffer_size()
        if unread != self.unread or not unread:
            self.unread, self.unread_since = unread, now
            return False
        return now - self.unread_since > limits.unread_s


class Watch:
    """The connections of one server."""

    def __init__(self, limits: ConnectionLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits, self.clock = limits, clock
        self._open: set[Connection] = set()
        self._of: Counter[str] = Counter()

    def protocol(self) -> type[Connection]:
        """Give the class of this server's connections."""
        return type("WatchedConnection", (Connection,), {"watch": self})

    def admit(self, one: Connection) -> bool:
        """Count a connection, or say that it is one too many."""
        limits, near = self.limits, is_loopback(one.address)
        if len(self._open) >= limits.connections or (not near and self._of[one.address] >= limits.of_address):
            return False
        self._open.add(one)
        self._of[one.address] += 1
        return True

    def leave(self, one: Connection) -> None:
        """Count a connection no more."""
        if one in self._open:
            self._open.discard(one)
            self._of[one.address] -= 1
            self._of += Counter()  # forgets addresses that have none left

    async def sweep(self) -> None:
        """End what is overdue, every second."""
        while True:
            await asyncio.sleep(SWEEP_S)
            now = self.clock()
            for one in [one for one in self._open if one.overdue(now, self.limits)]:
                one.transport.abort()
