"""Commands to loggers over the connection they opened, with the time-outs and resends of the standard."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from clearbay.gateway.connection import Connection
from clearbay.gateway.registry import Logger
from clearbay.hj212.answers import DATA_ANSWER, answer, wants_answer
from clearbay.hj212.building import frame_segment
from clearbay.hj212.exchange import Exchange, Outcome, exchange_of
from clearbay.hj212.packet import Item, Packet
from clearbay.hj212.requests import request
from clearbay.hj212.sm4 import must_encrypt, seal_frame
from clearbay.hj212.times import format_qn
from clearbay.hj212.versions import Version
from clearbay.vocabulary.errors import ClearbayError

BEIJING = timezone(timedelta(hours=8))
_TICK_S = 0.25


class NotConnected(ClearbayError):
    """A logger has no connection, so no command can reach it."""


class BackChannel:
    """The open exchanges with loggers."""

    def __init__(self, watch: Callable[[frozenset[str]], None]) -> None:
        self._watch = watch
        self._open: dict[str, list[Exchange]] = {}
        self._connections: dict[str, Connection] = {}
        self._changed = asyncio.Event()
        self._last_qn = ""

    def heard(self, connection: Connection) -> None:
        """Note that a connection speaks for its loggers."""
        for mn in connection.mns:
            self._connections[mn] = connection

    def gone(self, connection: Connection) -> None:
        """Forget a connection."""
        for mn in connection.mns:
            if self._connections.get(mn) is connection:
                del self._connections[mn]

    def reachable(self) -> list[str]:
        """The loggers a command can reach."""
        return sorted(self._connections)

    def _next_qn(self) -> str:
        qn = format_qn(datetime.now(UTC).astimezone(BEIJING))
        if qn <= self._last_qn:  # two requests within a millisecond, or a clock put back
            moment = datetime.strptime(self._last_qn[:14], "%Y%m%d%H%M%S").replace(
                microsecond=1000 * int(self._last_qn[14:])
            )
            qn = format_qn(moment + timedelta(milliseconds=1))
        self._last_qn = qn
        return qn

    async def request(
        self,
        logger: Logger,
        cn: str,
        fields: Sequence[tuple[str, str]] = (),
        items: Sequence[Item] = (),
        *,
        qn: str | None = None,
        time_out_s: float = 10.0,
        resends: int = 3,
        execution_s: float = 120.0,
    ) -> Exchange:
        """Send a request, wait for what comes of it, and return the finished exchange.

        Raises NotConnected, or RequestError when the request cannot be made.
        """
        if logger.mn not in self._connections:
            raise NotConnected(f"{logger.mn} is not connected; loggers connect to the gateway, not the other way")
        qn = qn or self._next_qn()
        segment = request(logger.station, cn, qn, fields, items)
        sealed = bool(logger.key) and must_encrypt(cn)
        frame = seal_frame(segment, logger.key) if sealed else frame_segment(segment)
        exchange = Exchange(cn, qn, time.monotonic(), time_out_s=time_out_s, resends=resends, execution_s=execution_s)
        self._open.setdefault(logger.mn, []).append(exchange)
        self._watch(frozenset(self._open))
        try:
            self._send(logger.mn, frame)
            while not exchange.outcome.final:
                self._changed.clear()
                try:
                    await asyncio.wait_for(self._changed.wait(), _TICK_S)
                except TimeoutError:
                    if exchange.tick(time.monotonic()):
                        self._send(logger.mn, frame)
        finally:
            self._open[logger.mn].remove(exchange)
            if not self._open[logger.mn]:
                del self._open[logger.mn]
            self._watch(frozenset(self._open))
        return exchange

    def _send(self, mn: str, frame: bytes) -> None:
        connection = self._connections.get(mn)
        if connection is not None:
            connection.send(frame)

    def take(self, packet: Packet) -> None:
        """Give a packet from a logger to the exchange it belongs to."""
        exchange = exchange_of(self._open.get(packet.mn, ()), packet, time.monotonic())
        if exchange is None:
            return
        if packet.cn == "9011" and packet.version() is Version.V2005 and packet.answer_wanted:
            exchange.acknowledges = True
        elif exchange.acknowledges and not wants_answer(packet):
            # A 2005 logger says in its 9011 that it wants data and result answered (HJ/T 212-2005 Annex C).
            self._send(packet.mn, frame_segment(answer(packet, Version.V2005, DATA_ANSWER)))
        self._changed.set()


def summary(exchange: Exchange) -> dict[str, object]:
    """An exchange for the one who asked."""
    return {
        "cn": exchange.cn,
        "qn": exchange.qn,
        "outcome": exchange.outcome.value,
        "done": exchange.outcome is Outcome.DONE,
        "detail": exchange.detail,
        "sent": exchange.sent,
        "packets": [
            {"fields": dict(packet.fields), "items": {item.code: item.fields for item in packet.items}}
            for packet in exchange.packets
        ],
    }
