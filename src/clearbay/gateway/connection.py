"""One logger's connection: bytes in, bounded; answers out."""

import asyncio
import socket
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from clearbay.gateway.service import Gateway


class Connection(asyncio.Protocol):
    """A connection. `waiting` counts bytes read and not yet on disk; reading pauses when they are too many."""

    __slots__ = (
        "allowance",
        "begun_at",
        "closed",
        "gateway",
        "heard_at",
        "held",
        "mns",
        "peer",
        "refilled_at",
        "tail",
        "transport",
        "waiting",
    )

    def __init__(self, gateway: "Gateway") -> None:
        self.gateway = gateway
        self.transport: asyncio.Transport | None = None
        self.peer = ""
        self.tail = b""  # the beginning of a frame; owned by the intake
        self.waiting = 0
        self.held = False
        self.closed = False
        self.heard_at = 0.0
        self.begun_at = 0.0  # when the tail began to wait
        self.allowance = 0.0
        self.refilled_at = 0.0
        self.mns: tuple[str, ...] = ()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the peer in, or turn it away."""
        # Not isinstance: uvloop's transports are of a class of their own.
        self.transport = cast("asyncio.Transport", transport)
        address = transport.get_extra_info("peername") or ("", 0)
        self.peer = f"{address[0]}:{address[1]}"
        now = self.gateway.now()
        self.heard_at = self.refilled_at = now
        limits = self.gateway.settings.limits
        self.allowance = limits.bytes_per_s * limits.burst_s
        reason = self.gateway.turn_away(str(address[0]))
        if reason:
            self.closed = True
            self.transport.abort()
            return
        self.gateway.admit(self, str(address[0]))
        self.transport.set_write_buffer_limits(high=limits.unread_bytes)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            # A peer that has gone without a word is noticed in some minutes, not in two hours.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in (("TCP_KEEPIDLE", 120), ("TCP_KEEPINTVL", 30), ("TCP_KEEPCNT", 4)):
                if hasattr(socket, name):
                    sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def data_received(self, data: bytes) -> None:
        """Take bytes, and stop reading when the peer is ahead of the disk or of its rate."""
        if self.closed:
            return
        self.heard_at = self.gateway.now()
        self.waiting += len(data)
        self.gateway.take(self, data)
        limits = self.gateway.settings.limits
        self.allowance -= len(data)
        if self.allowance < 0:
            self._refill(limits.bytes_per_s, limits.burst_s)
        if not self.held and (self.waiting > limits.waiting_bytes or self.allowance < 0):
            self.hold()

    def _refill(self, rate: float, burst_s: float) -> None:
        now = self.gateway.now()
        self.allowance = min(self.allowance + (now - self.refilled_at) * rate, rate * burst_s)
        self.refilled_at = now

    def hold(self) -> None:
        """Stop reading; the peer's own buffers fill and it waits."""
        if self.transport is not None and not self.held and not self.closed:
            self.held = True
            self.transport.pause_reading()

    def release(self, size: int) -> None:
        """Bytes are on disk: read on when there is room again and the rate allows."""
        self.waiting -= size
        self.read_on()

    def read_on(self) -> None:
        """Read on, if nothing holds the peer back any more."""
        if not self.held or self.closed or self.transport is None:
            return
        limits = self.gateway.settings.limits
        self._refill(limits.bytes_per_s, limits.burst_s)
        if self.waiting <= limits.waiting_bytes // 2 and self.allowance >= 0 and not self.gateway.flooded:
            self.held = False
            self.transport.resume_reading()

    def send(self, data: bytes) -> None:
        """Send to the peer; one that does not read what it is sent is dropped."""
        if self.transport is not None and not self.closed:
            self.transport.write(data)

    def pause_writing(self) -> None:
        """The peer takes no answers."""
        self.drop("unread")

    def drop(self, reason: str) -> None:
        """End the connection from this side."""
        if not self.closed and self.transport is not None:
            self.gateway.counters.bump(self.gateway.counters.dropped, reason)
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone; what it sent is still worked on."""
        if not self.closed:
            self.closed = True
            self.gateway.leave(self)
