"""The gateway as a running thing: listens, lets in, hands over, answers, stops without losing anything."""

import asyncio
import contextlib
import ssl
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from clearbay.gateway import control, metrics
from clearbay.gateway.backchannel import BEIJING, BackChannel, NotConnected, summary
from clearbay.gateway.connection import Connection
from clearbay.gateway.counting import Counters
from clearbay.gateway.forwarding import Forwarder
from clearbay.gateway.intake import Intake, Outcome
from clearbay.gateway.keys import NEW_KEY, KeyRing, made_key
from clearbay.gateway.registry import Logger, Registry, read_loggers
from clearbay.gateway.settings import CannotListen, Settings
from clearbay.gateway.warming import warm_up
from clearbay.hj212 import layout as k
from clearbay.hj212.exchange import Outcome as Done
from clearbay.hj212.packet import Packet
from clearbay.hj212.requests import clock, new_key
from clearbay.store import Store, read_channel_map, reading
from clearbay.store.backup import back_up
from clearbay.store.checking import check_store
from clearbay.store.redecoding import redecode
from clearbay.store.sealing import seal_month
from clearbay.vocabulary.errors import ClearbayError

_SWEEP_S = 1.0
_BACKLOG = 4096


def _clock_us() -> int:
    return time.time_ns() // 1000


class Gateway:
    """A gateway on a store. `start`, then `serve` or your own waiting, then `stop`.

    `clock_us` gives the time packets are stamped with [µs since 1970 UTC].
    """

    def __init__(
        self, settings: Settings, store: Store | None = None, *, clock_us: Callable[[], int] = _clock_us
    ) -> None:
        self.settings = settings
        self.store = store or Store(settings.store, min_free_bytes=settings.min_free_bytes)
        loggers = read_loggers(settings.loggers) if settings.loggers else []
        self.registry = Registry(loggers, accept_unknown=settings.accept_unknown)
        self.keys = KeyRing(self.store.folder)
        self.keys.apply(self.registry)
        self._clock_us = clock_us
        self._set_minutes(loggers)
        self.counters = Counters()
        known = self._counts()
        names = {row[0] for row in known} if settings.accept_unknown else self.registry.loggers
        self.counters.load(known, names)
        self.intake = Intake(
            self.store,
            self.registry,
            self.counters,
            longest=settings.limits.longest_segment,
            gather_s=settings.gather_s,
            deliver=self._deliver_from_thread,
            clock_us=clock_us,
            between_s=settings.between_s,
        )
        self.back = BackChannel(self._watch)
        self.forwarders = [Forwarder(self.store, upper) for upper in settings.uppers]
        self.also: dict[str, control.Handler] = {}
        """Requests that a service around this gateway answers on the same socket."""
        self.flooded = False
        self._waiting = 0
        self._connections: set[Connection] = set()
        self._addresses: Counter[str] = Counter()
        self._tasks: list[asyncio.Task[None]] = []
        self._servers: list[asyncio.Server] = []
        self._stopped = asyncio.Event()
        self.port = settings.port
        self.metrics_port = settings.metrics_port
        self.now = time.monotonic

    # Life ----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen. `port` and `metrics_port` then hold the ports taken, should 0 have been asked for.

        Raises
        ------
        CannotListen : the port is taken, or the host is not this machine's.
        """
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(warm_up)
        self.intake.start()
        settings = self.settings
        context = None
        if settings.certificate and settings.private_key:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.load_cert_chain(settings.certificate, settings.private_key)
        try:
            server = await self._loop.create_server(
                lambda: Connection(self), settings.host, settings.port, backlog=_BACKLOG, ssl=context
            )
        except OSError as error:
            raise CannotListen(settings.host, settings.port, error) from error
        self.port = server.sockets[0].getsockname()[1]
        self._servers = [server, await control.serve_control(self.store.folder, self.handle)]
        if settings.metrics_port is not None:
            page = await metrics.serve_metrics(
                settings.host, settings.metrics_port, lambda: metrics.prometheus(self.counters)
            )
            self.metrics_port = page.sockets[0].getsockname()[1]
            self._servers.append(page)
        self._tasks = [asyncio.create_task(self._sweep())]
        self._tasks += [asyncio.create_task(forwarder.run()) for forwarder in self.forwarders]

    async def serve(self) -> None:
        """Wait until `request_stop`."""
        await self._stopped.wait()

    def request_stop(self) -> None:
        """Let `serve` return."""
        self._stopped.set()

    async def stop(self) -> None:
        """Stop taking bytes, commit and answer what was taken, then close."""
        for server in self._servers:
            server.close()
        for connection in list(self._connections):
            connection.hold()
        await asyncio.to_thread(self.intake.stop)
        await asyncio.sleep(0)  # the last answers were handed to this loop by the intake
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in list(self._connections):
            if connection.transport is not None:
                connection.transport.close()
        await asyncio.sleep(0.05)
        (self.store.folder / control.NAME).unlink(missing_ok=True)
        self.store.close()

    # Connections ---------------------------------------------------------------------------------------------

    def turn_away(self, address: str) -> str:
        """Say why a new peer is turned away, or nothing."""
        limits = self.settings.limits
        reason = ""
        if self.settings.allow and not any(ip_address(address) in network for network in self.settings.allow):
            reason = "not_allowed"
        elif len(self._connections) >= limits.connections:
            reason = "too_many"
        elif self._addresses[address] >= limits.connections_per_address:
            reason = "too_many_of_address"
        if reason:
            self.counters.bump(self.counters.turned_away, reason)
        return reason

    def admit(self, connection: Connection, address: str) -> None:
        """Note a new connection."""
        self._connections.add(connection)
        self._addresses[address] += 1
        self.counters.connections = len(self._connections)

    def leave(self, connection: Connection) -> None:
        """A connection has ended: what it left unfinished is kept as cut."""
        self._connections.discard(connection)
        address = connection.peer.rpartition(":")[0]
        self._addresses[address] -= 1
        if self._addresses[address] <= 0:
            del self._addresses[address]
        self.counters.connections = len(self._connections)
        self.back.gone(connection)
        self.intake.put(connection, b"", final=True)

    def take(self, connection: Connection, data: bytes) -> None:
        """Hand bytes to the intake; when too much waits for the disk, nobody is read until it does not."""
        self.counters.bytes_in += len(data)
        self._waiting += len(data)
        self.intake.put(connection, data)
        if self._waiting > self.settings.limits.all_waiting_bytes and not self.flooded:
            self.flooded = True
        if self.flooded:
            connection.hold()

    def _deliver_from_thread(self, outcome: Outcome) -> None:
        self._loop.call_soon_threadsafe(self._deliver, outcome)

    def _deliver(self, outcome: Outcome) -> None:
        for connection, data in outcome.answers:
            connection.send(data)
        self._waiting -= sum(size for _, size in outcome.released)
        if self.flooded and self._waiting < self.settings.limits.all_waiting_bytes // 2:
            self.flooded = False
            for connection in self._connections:
                connection.read_on()
        for connection, size in outcome.released:
            connection.release(size)
            if not connection.closed:
                self.back.heard(connection)
        for connection, packet in outcome.packets:
            self._look_at(connection, packet)

    def _look_at(self, connection: Connection, packet: Packet) -> None:
        self.back.take(packet)
        logger = self.registry.loggers.get(packet.mn)
        if logger is None or connection.closed:
            return
        now = datetime.now(UTC).astimezone(BEIJING)
        if packet.cn == "1013" and self.settings.set_clocks:
            self._tasks.append(asyncio.create_task(self._quietly(logger, "1012", clock(packet.field("PolId"), now))))
        elif packet.cn == NEW_KEY and logger.key:
            self._tasks.append(asyncio.create_task(self._renew_key(logger, now)))

    async def _renew_key(self, logger: Logger, now: datetime) -> None:
        """A logger asks for a new SM4 key (2025, C7): send one under the old key, use it when it is taken."""
        key = made_key()
        with contextlib.suppress(NotConnected):
            exchange = await self.back.request(logger, NEW_KEY, new_key(now, key))
            if exchange.outcome is Done.DONE:
                self.keys.change(self.registry, logger.mn, key.encode())

    async def _quietly(self, logger: Logger, cn: str, fields: list[tuple[str, str]]) -> None:
        with contextlib.suppress(NotConnected):
            await self.back.request(logger, cn, fields)

    def _watch(self, mns: frozenset[str]) -> None:
        self.intake.watched = frozenset(k.name_hash(mn.encode()) for mn in mns)

    async def _sweep(self) -> None:
        """Every second: drop the idle and the dripping, decide what stalls, let the held read on."""
        limits = self.settings.limits
        while True:
            await asyncio.sleep(_SWEEP_S)
            now = self.now()
            if self.intake.failure is not None:
                self.request_stop()
            self._tasks = [task for task in self._tasks if not task.done()]
            for connection in list(self._connections):
                if now - connection.heard_at > limits.idle_s:
                    connection.drop("idle")
                elif connection.begun_at and now - connection.begun_at > limits.unfinished_s:
                    connection.drop("unfinished")
                elif connection.begun_at and now - connection.heard_at > limits.stalled_s:
                    self.intake.put(connection, b"", final=True)
                elif connection.held:
                    connection.read_on()

    # Commands ------------------------------------------------------------------------------------------------

    def status(self) -> dict[str, object]:
        """The state of the gateway, as the status command shows it."""
        return self.counters.as_dict() | {
            "store": str(self.store.folder),
            "port": self.port,
            "next_packet": self.store.next_number,
            "waiting_bytes": self._waiting,
            "reachable": self.back.reachable(),
            "hot": list(self.store.manifest.hot),
            "sealed": [entry.month for entry in self.store.manifest.sealed],
            "forwarding": [
                {
                    "name": f.upper.name,
                    "state": f.state,
                    "place": f.place,
                    "forwarded": f.forwarded,
                    "behind": self.store.next_number - 1 - f.place,
                }
                for f in self.forwarders
            ],
        }

    async def handle(self, asked: dict[str, object]) -> dict[str, object]:
        """Carry out a request from the control socket. Raises ClearbayError."""
        name = asked.get("do")
        if name == "status":
            return self.status()
        if name == "metrics":
            return {"text": metrics.prometheus(self.counters)}
        if name == "command":
            return await self._command(asked)
        if name == "check":
            return asdict(await asyncio.to_thread(check_store, self.store))
        if name == "seal":
            return asdict(await asyncio.to_thread(seal_month, self.store, str(asked.get("month"))))
        if name == "backup":
            target = await asyncio.to_thread(back_up, self.store, Path(str(asked.get("target"))))
            return {"target": str(target)}
        if name == "redecode":
            done = await asyncio.to_thread(redecode, self.store, str(asked.get("mn")), self.keys.known, self._now())
            return asdict(done)
        if name == "map":
            return await asyncio.to_thread(self._enter_map, Path(str(asked.get("channels"))))
        if name == "latest":
            values = self.store.latest(*(str(asked.get(key)) for key in ("point", "code", "basis")))
            return {"values": values}
        if name == "counts":
            return {"rows": await asyncio.to_thread(self._counts)}
        if name == "reload":
            return self.reload()
        if name in self.also:
            return await self.also[str(name)](asked)
        if name == "stop":
            self.request_stop()
            return {"stopping": True}
        raise ClearbayError(f"unknown request {name!r}")

    def _enter_map(self, path: Path) -> dict[str, object]:
        rows = read_channel_map(path)
        revision = self.store.set_channels(rows, self._now().replace(tzinfo=None))
        return {"revision": revision, "rows": len(rows)}

    def _counts(self) -> list[tuple[str, int, str, int]]:
        con = self.store.cursor()
        try:
            return reading.packet_counts(con, self.store.manifest, self.store.folder)
        finally:
            con.close()

    def reload(self) -> dict[str, object]:
        """Read the file of loggers again. Raises RegistryError."""
        if self.settings.loggers is None:
            raise ClearbayError("this gateway has no file of loggers")
        loggers = read_loggers(self.settings.loggers)
        for logger in loggers:
            self.registry.add(logger)
        if not self.settings.accept_unknown:
            self.registry.keep_only({logger.mn for logger in loggers})
        self.keys.apply(self.registry)
        self._set_minutes(loggers)
        return {"loggers": len(loggers)}

    def _set_minutes(self, loggers: Sequence[Logger]) -> None:
        self.store.set_minutes({logger.mn: 60 * logger.minutes for logger in loggers}, self._now())

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock_us() / 1e6, UTC)

    async def _command(self, asked: dict[str, object]) -> dict[str, object]:
        mn, cn = str(asked.get("mn")), str(asked.get("cn"))
        logger = self.registry.loggers.get(mn)
        if logger is None:
            raise ClearbayError(f"{mn} is not registered")
        fields = asked.get("fields")
        pairs = [(str(a), str(b)) for a, b in fields] if isinstance(fields, list) else []
        seconds = asked.get("time_out_s")
        exchange = await self.back.request(
            *(logger, cn, pairs),
            qn=str(asked["qn"]) if asked.get("qn") else None,
            time_out_s=float(seconds) if isinstance(seconds, int | float) else 10.0,
        )
        if cn == NEW_KEY and exchange.outcome is Done.DONE:
            self.keys.change(self.registry, mn, dict(pairs)["NewSK"].encode())
        return summary(exchange)
