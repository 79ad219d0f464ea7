"""What the service gives to pages, as plain values: the shapes that `fake_live` fills."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import pyarrow as pa


@dataclass(frozen=True)
class Latest:
    code: str
    basis: str
    statistic: str
    period_s: int
    time: datetime
    value: float | None
    text: str
    flag: str
    unit: str
    packet_id: str = "01JQ0000000000000000000000"


@dataclass(frozen=True)
class LoggerState:
    mn: str
    site_id: str
    version: str
    last_seen: datetime | None
    received: int
    stored: int
    refused: int
    duplicate: int
    latest_refusals: tuple[object, ...] = ()


@dataclass(frozen=True)
class Capture:
    code: str
    basis: str
    period_s: int
    expected: int
    received: int
    valid: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True)
class Factor:
    key: str
    zh: str
    en: str
    value: float
    unit: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Energy:
    site_id: str
    start: datetime
    end: datetime
    waste_t: float | None
    heat_mwh: float | None
    electricity_mwh: float | None
    fossil_t: float | None
    biogenic_t: float | None
    avoided_t: float | None
    factors: tuple[Factor, ...]
    days: pa.Table


@dataclass(frozen=True)
class Event:
    kind: str
    data: Mapping[str, object]


@dataclass(frozen=True)
class Total:
    kg: Fraction
    measured: int
    substituted: int
    stopped: int
    missing: int


@dataclass(frozen=True)
class Emission:
    code: str
    first: datetime
    month: Total
    year: Total
    due: int
    stopped: int
    immediate: float | None
    completed: float | None


@dataclass(frozen=True)
class Emissions:
    until: datetime
    rows: tuple[Emission, ...]


@dataclass(frozen=True)
class Difference:
    packet_id: str
    mn: str
    code: str
    stored: str
    decoded: str


@dataclass
class Recomputed:
    finding: Mapping[str, object] | None
    differing: tuple[str, ...] = ()
    inputs: int = 24
    checked: int = 24
    packets: int = 24
    opened: int = 0
    sealed: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()

    @property
    def agrees(self) -> bool:
        return not (self.differing or self.sealed)


class EventStream:
    def __init__(self) -> None:
        self.queues: list[asyncio.Queue[Event]] = []
        self.loop: asyncio.AbstractEventLoop

    async def subscribe(self, maxsize: int = 1000) -> AsyncIterator[Event]:
        self.loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Event] = asyncio.Queue(maxsize)
        self.queues.append(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self.queues.remove(queue)

    def happen(self, kind: str, data: Mapping[str, object]) -> None:
        for queue in self.queues:
            queue.put_nowait(Event(kind, data))
