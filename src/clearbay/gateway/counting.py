"""Counting what comes in and what becomes of it: received = stored + refused + duplicate, for each logger."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from clearbay.hj212 import layout as k
from clearbay.hj212.batch import Batch
from clearbay.store.arrivals import REASON_NAMES, Verdict

UNKNOWN = "(unknown)"
"""Under this name all loggers that are not registered are counted together, so that none can fill the table."""


@dataclass(slots=True)
class Count:
    """Packets of one logger."""

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    refused: int = 0
    acknowledged: int = 0
    last_seen: float = 0.0

    @property
    def balanced(self) -> bool:
        """Whether everything received is accounted for."""
        return self.received == self.stored + self.duplicate + self.refused


@dataclass(slots=True)
class Counters:
    """All counts of a gateway. `received` is counted when a packet is decoded, the others when it is on disk."""

    loggers: dict[str, Count] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    connections: int = 0
    turned_away: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    bytes_in: int = 0
    commits: int = 0
    commit_seconds: float = 0.0
    durable_ms: float = 0.0
    full: str = ""

    def logger(self, mn: str) -> Count:
        """The count of a logger."""
        return self.loggers.setdefault(mn or UNKNOWN, Count())

    def load(self, rows: Iterable[tuple[str, int, str, int]], known: Iterable[str]) -> None:
        """Take up the counts of an earlier run from what the store holds: (mn, verdict, reason, packets)."""
        names = set(known)
        for mn, verdict, reason, number in rows:
            count = self.logger(mn if mn in names else "")
            count.received += number
            self._settle(count, verdict, number)
            if reason:
                self.reasons[reason] = self.reasons.get(reason, 0) + number

    def _settle(self, count: Count, verdict: int, number: int) -> None:
        if verdict == Verdict.ACCEPTED:
            count.stored += number
        elif verdict == Verdict.DUPLICATE:
            count.duplicate += number
        else:
            count.refused += number

    def receive(self, loggers: NDArray[np.int32], names: list[str]) -> None:
        """Count decoded packets."""
        for number, found in enumerate(np.bincount(loggers, minlength=1).tolist()):
            if found:
                self.logger(names[number]).received += found

    def settle(
        self,
        loggers: NDArray[np.int32],
        names: list[str],
        verdicts: NDArray[np.uint8],
        refusals: NDArray[np.uint8],
        now: float,
    ) -> None:
        """Count packets that are on disk."""
        pairs = np.bincount(loggers.astype(np.int64) * 3 + verdicts).tolist()
        for index, found in enumerate(pairs):
            if found:
                count = self.logger(names[index // 3])
                self._settle(count, index % 3, found)
                count.last_seen = now
        for index, found in enumerate(np.bincount(refusals).tolist()):
            if found and index:
                name = REASON_NAMES[index]
                self.reasons[name] = self.reasons.get(name, 0) + found

    def acknowledge(self, batch: Batch, loggers: NDArray[np.int32], names: list[str], kept: NDArray[np.bool_]) -> None:
        """Count the packets that were answered."""
        wanting = kept & (batch.frames[:, k.FLAG] > 0) & ((batch.frames[:, k.FLAG] & 1) == 1)
        for number, found in enumerate(np.bincount(loggers[wanting], minlength=1).tolist()):
            if found:
                self.logger(names[number]).acknowledged += found

    def bump(self, table: dict[str, int], reason: str) -> None:
        """Count one connection turned away or dropped."""
        table[reason] = table.get(reason, 0) + 1

    def total(self) -> Count:
        """The sum over all loggers."""
        total = Count()
        for count in self.loggers.values():
            total.received += count.received
            total.stored += count.stored
            total.duplicate += count.duplicate
            total.refused += count.refused
            total.acknowledged += count.acknowledged
            total.last_seen = max(total.last_seen, count.last_seen)
        return total

    def as_dict(self) -> dict[str, object]:
        """All counts, for the status command."""
        total = self.total()
        return {
            "total": asdict(total) | {"balanced": total.balanced},
            "loggers": {mn: asdict(count) for mn, count in sorted(self.loggers.items())},
            "reasons": dict(sorted(self.reasons.items())),
            "connections": self.connections,
            "turned_away": self.turned_away,
            "dropped": self.dropped,
            "bytes_in": self.bytes_in,
            "commits": self.commits,
            "commit_seconds": round(self.commit_seconds, 3),
            "durable_ms": round(self.durable_ms, 1),
            "full": self.full,
        }
