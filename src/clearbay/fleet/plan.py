"""What a fleet is: its loggers, what each sends and how often, and where each value comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from clearbay.fleet.errors import FleetError
from clearbay.fleet.sources.readings import Source
from clearbay.hj212.requests import MINUTE_INTERVALS
from clearbay.hj212.sm4 import KEY_BYTES
from clearbay.hj212.versions import Version

REAL_TIME, MINUTE, HOUR, DAY, FURNACE = "2011", "2051", "2061", "2031", "2111"
DATA_CNS = (REAL_TIME, MINUTE, FURNACE, HOUR, DAY)
FURNACE_S = 300
MEAN_FURNACE = "a01901"
"""Mean of the medians of a furnace's sections; over five minutes it is what 2111 reports."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One factor of a logger: the code it sends, its decimals, and the source and code its values come from.

    `reads` is the source's code where it differs (a 2005 logger sends 011 for w01018). `only` limits the commands it
    goes into; empty: all but 2111, which carries `a01901` alone.
    """

    code: str
    decimals: int
    source: Source
    reads: str = ""
    only: tuple[str, ...] = ()

    @property
    def source_code(self) -> str:
        """The source's code."""
        return self.reads or self.code


@dataclass(frozen=True, slots=True)
class LoggerPlan:
    """A logger. Intervals of 0 mean that a command is not sent.

    `minutes` is the length of its minute data [min], `hours` the step of its hour data [h] (4 for river stations),
    `real_time_s` that of real-time data. `on_days` are (month, day) of yearly samples, sent as day data in place of
    daily ones. `stamps_end`: it stamps periods with their end, as many 2005 devices do. `delay_s` is how long after
    a period its packet is sent. `history` says for this logger what the fleet's says for all; `history_codes` are the
    source's codes that a command's history is limited to, where it is.
    """

    mn: str
    channels: tuple[Channel, ...]
    st: str = "32"
    version: Version = Version.V2017
    password: str = "123456"
    key: bytes = b""
    real_time_s: int = 0
    minutes: int = 10
    hours: int = 1
    days: bool = True
    furnace: bool = False
    on_days: tuple[tuple[int, int], ...] = ()
    stamps_end: bool = False
    delay_s: float = 2.0
    history: Mapping[str, timedelta] = field(default_factory=dict)
    history_codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.minutes and self.minutes not in MINUTE_INTERVALS:
            raise FleetError(f"{self.mn}: minutes {self.minutes} is none of {MINUTE_INTERVALS} (HJ 212-2017 Table 4)")
        if self.hours and 24 % self.hours:
            raise FleetError(f"{self.mn}: hours {self.hours} does not divide a day")
        if self.key and len(self.key) != KEY_BYTES:
            raise FleetError(f"{self.mn}: an SM4 key has {KEY_BYTES} bytes, this one {len(self.key)}")
        if self.version is Version.SURFACE_WATER:
            raise FleetError(f"{self.mn}: version is 2005, 2017 or 2025; the surface-water dialect is not spoken here")
        for channel in self.channels:
            if channel.source_code not in channel.source.codes:
                known = ", ".join(channel.source.codes)
                raise FleetError(f"{self.mn}: its source has no code {channel.source_code!r}; it has {known}")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes it sends."""
        return tuple(channel.code for channel in self.channels)

    def period_s(self, cn: str) -> int:
        """Step of a command's data [s]; 0 when it is not sent."""
        return {
            REAL_TIME: self.real_time_s,
            MINUTE: 60 * self.minutes,
            HOUR: 3600 * self.hours,
            DAY: 86400 if self.days or self.on_days else 0,
            FURNACE: FURNACE_S if self.furnace else 0,
        }.get(cn, 0)


@dataclass(frozen=True)
class FleetPlan:
    """All loggers; `history` says from how far before the start each command's data are sent first."""

    loggers: Sequence[LoggerPlan]
    history: Mapping[str, timedelta] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for logger in self.loggers:
            if logger.mn in seen:
                raise FleetError(f"two loggers have the MN {logger.mn}")
            seen.add(logger.mn)
        for cn in self.history:
            if cn not in DATA_CNS:
                raise FleetError(f"history of {cn}: only {', '.join(DATA_CNS)} are data")

    def sources(self) -> list[Source]:
        """Every source once, in the order of first use."""
        found = {id(c.source): c.source for logger in self.loggers for c in logger.channels}
        return list(found.values())
