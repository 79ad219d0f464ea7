"""From bytes of many connections to one commit: decode, admit, store, and only then answer."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from clearbay.gateway.acknowledging import acknowledge, packet_of
from clearbay.gateway.connection import Connection
from clearbay.gateway.counting import Counters
from clearbay.gateway.registry import Registry
from clearbay.hj212 import layout as k
from clearbay.hj212.batch import Batch, decode_streams
from clearbay.hj212.packet import Packet
from clearbay.store import Arrivals, Store, StoreFull, Verdict

_MANY_FRAMES = 64  # from here on waiting a little gathers more frames into a commit
_MOST_BYTES = 16 << 20  # of one commit
_RETRY_S = 0.5  # while the disk is full


@dataclass(slots=True)
class Outcome:
    """What a commit means for the connections: answers to send, bytes to release, packets to look at."""

    answers: list[tuple[Connection, bytes]] = field(default_factory=list)
    released: list[tuple[Connection, int]] = field(default_factory=list)
    packets: list[tuple[Connection, Packet]] = field(default_factory=list)


class Intake:
    """A thread that turns what has come in since the last commit into the next one."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        counters: Counters,
        longest: int,
        gather_s: float,
        deliver: Callable[[Outcome], None],
        clock_us: Callable[[], int],
        between_s: float = 0.0,
    ) -> None:
        self._store, self._registry, self._counters = store, registry, counters
        self._longest, self._gather_s, self._deliver = longest, gather_s, deliver
        self._clock_us = clock_us
        self._between_s, self._committed_at = between_s, -between_s
        self._queue: deque[tuple[Connection, bytes, bool, float]] = deque()
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="intake")
        self.watched: frozenset[int] = frozenset()
        """Hashes of the MNs whose packets someone waits for."""
        self.failure: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, connection: Connection, data: bytes, *, final: bool = False) -> None:
        """Queue bytes of a connection; `final` says that what waits is to be decided, for no more will come."""
        self._queue.append((connection, data, final, time.monotonic()))
        self._wake.set()

    def stop(self) -> None:
        """Commit what has come in, then end. Waits for that, but not for a full disk."""
        self._stopping = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        frames = 0
        try:
            while True:
                if not self._queue:
                    if self._stopping:
                        return
                    self._wake.wait()
                    self._wake.clear()
                if not self._stopping:
                    gather_s = self._gather_s if frames >= _MANY_FRAMES else 0.0
                    since_s = time.monotonic() - self._committed_at
                    time.sleep(max(gather_s, self._between_s - since_s))
                frames = self._commit_waiting()
                self._committed_at = time.monotonic()
        except BaseException as error:
            self.failure = error
            raise

    def _commit_waiting(self) -> int:
        chunks: dict[Connection, list[bytes]] = {}
        final: set[Connection] = set()
        size, oldest = 0, 0.0
        while self._queue and size < _MOST_BYTES:
            connection, data, last, queued_at = self._queue.popleft()
            oldest = oldest or queued_at
            chunks.setdefault(connection, []).append(data)
            size += len(data)
            if last:
                final.add(connection)
        if not chunks:
            return 0
        connections = list(chunks)
        pieces, stops, at = [], [], 0
        for connection in connections:
            if connection.tail:
                pieces.append(connection.tail)
                at += len(connection.tail)
            pieces += chunks[connection]
            at += sum(map(len, chunks[connection]))
            stops.append(at)
        data = b"".join(pieces)
        batch = decode_streams(
            data,
            stops,
            [connection in final for connection in connections],
            longest=self._longest,
            keys=self._registry.keys,
        )
        outcome = self._store_batch(batch, connections, oldest)
        if outcome is None:
            return 0
        start = 0
        for connection, stop, consumed in zip(connections, stops, batch.consumed.tolist(), strict=True):
            had = bool(connection.tail)
            connection.tail = data[start + consumed : stop]
            if not connection.tail:
                connection.begun_at = 0.0
            elif not had or consumed:
                connection.begun_at = time.monotonic()
            start = stop
            outcome.released.append((connection, sum(map(len, chunks[connection]))))
        self._deliver(outcome)
        return len(batch.frames)

    def _store_batch(self, batch: Batch, connections: list[Connection], oldest: float) -> Outcome | None:
        """Make a batch durable and work out what follows; None when stopped while the disk was full."""
        outcome = Outcome()
        if not len(batch.frames):
            return outcome
        refusals, loggers = self._registry.admit(batch)
        names = self._registry.names
        self._counters.receive(loggers, names)
        arrivals = Arrivals(batch, refusals, [c.peer for c in connections], self._clock_us())
        began = time.monotonic()
        while True:
            try:
                verdicts = self._store.append(arrivals)
                self._counters.full = ""
                break
            except StoreFull as error:
                self._counters.full = str(error)
                if self._stopping:
                    return None
                time.sleep(_RETRY_S)
        now = time.monotonic()
        self._counters.commits += 1
        self._counters.commit_seconds += now - began
        self._counters.durable_ms = 1000 * (now - oldest)
        self._counters.settle(loggers, names, verdicts, refusals, self._clock_us() / 1e6)
        kept = verdicts != Verdict.REFUSED
        versions = {mn: logger.version for mn, logger in self._registry.loggers.items()} if batch.packets else {}
        answers = acknowledge(batch, kept, versions)
        self._counters.acknowledge(batch, loggers, names, kept)
        outcome.answers = [(connections[stream], text) for stream, text in answers.items()]
        self._name_connections(batch, loggers, connections)
        outcome.packets = self._watched_packets(batch, kept, connections)
        return outcome

    def _name_connections(self, batch: Batch, loggers: np.ndarray, connections: list[Connection]) -> None:
        """Remember which loggers speak over which connection, for the way back."""
        known = np.flatnonzero(loggers)
        pairs = np.unique(batch.frames[known, k.STREAM].astype(np.int64) << 32 | loggers[known])
        for pair in pairs.tolist():
            connection, mn = connections[pair >> 32], self._registry.names[pair & 0xFFFFFFFF]
            if mn not in connection.mns:
                connection.mns = (*connection.mns[-63:], mn)

    def _watched_packets(
        self, batch: Batch, kept: np.ndarray, connections: list[Connection]
    ) -> list[tuple[Connection, Packet]]:
        cn = batch.frames[:, k.CN]
        looked = kept & ((cn == 1013) | (cn == 1014))
        if self.watched:
            looked |= kept & np.isin(batch.mn_hashes, np.array(list(self.watched), np.uint64))
        return [(connections[batch.frames[n, k.STREAM]], packet_of(batch, n)) for n in np.flatnonzero(looked).tolist()]
