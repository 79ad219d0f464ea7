"""A logger's TCP connection: kept up, with growing pauses between attempts, and told apart into frames."""

import asyncio
import zlib
from typing import Protocol, cast

from clearbay.hj212.framing import Frame, Framer

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 30.0


class Owner(Protocol):
    """Who speaks over a link."""

    def connected(self) -> None:
        """The link is up."""
        ...

    def heard(self, frame: Frame) -> None:
        """A frame came in."""
        ...

    def lost(self) -> None:
        """The link went down."""
        ...


class Link(asyncio.Protocol):
    """One logger's link. `name` spreads the pauses, so that a thousand loggers do not come back at once."""

    def __init__(self, owner: Owner, name: str, host: str, port: int, gate: asyncio.Semaphore) -> None:
        self._owner, self._host, self._port, self._gate = owner, host, port, gate
        self._share = zlib.crc32(name.encode()) / 2**32
        self._framer = Framer()
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._pause = FIRST_PAUSE_S
        self._wanted = False
        self.connects = 0

    @property
    def up(self) -> bool:
        """Whether bytes can be sent."""
        return self._transport is not None

    @property
    def clogged(self) -> bool:
        """Whether the peer does not take what was sent."""
        return self._transport is not None and self._transport.get_write_buffer_size() > 1 << 18

    def open(self) -> None:
        """Connect, and connect again whenever the link is lost, until `shut`."""
        self._wanted = True
        if self._transport is None and self._task is None:
            self._task = asyncio.create_task(self._connect())

    def shut(self) -> None:
        """Disconnect and stay so."""
        self._wanted = False
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.drop()

    def drop(self) -> None:
        """End the connection, after what was written has gone; it is opened again unless `shut`."""
        if self._transport is not None:
            self._transport.close()

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if self._transport is not None:
            self._transport.write(data)

    def answered(self) -> None:
        """The peer answers: the next loss begins with a short pause again."""
        self._pause = FIRST_PAUSE_S

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        if self.connects:
            await asyncio.sleep(self._pause * (0.5 + self._share))
        while self._wanted:
            try:
                async with self._gate:
                    await loop.create_connection(lambda: self, self._host, self._port)
            except OSError:
                await asyncio.sleep(self._pause * (0.5 + self._share))
                self._pause = min(2.0 * self._pause, LONGEST_PAUSE_S)
            else:
                break
        self._task = None

    # asyncio.Protocol ----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The link is up."""
        self._transport = cast(asyncio.Transport, transport)
        self._framer = Framer()
        self.connects += 1
        if not self._wanted:
            self._transport.close()
            return
        self._owner.connected()

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        for event in self._framer.feed(data):
            if isinstance(event, Frame):
                self._owner.heard(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """The link went down; it is opened again with a pause that doubles until the peer answers."""
        self._transport = None
        self._owner.lost()
        if self._wanted and self._task is None:
            self._pause = min(2.0 * self._pause, LONGEST_PAUSE_S)
            self._task = asyncio.create_task(self._connect())
