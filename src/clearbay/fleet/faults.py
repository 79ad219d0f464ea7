"""What can be made to go wrong: kinds of fault, the spans they hold, and what they do to values."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from fnmatch import fnmatchcase

import numpy as np

from clearbay.fleet.errors import FleetError
from clearbay.fleet.sources.readings import Minutes
from clearbay.vocabulary.flags import FLAGS


class Kind(StrEnum):
    """Kinds of fault."""

    DROP_OUT = "drop_out"  # nothing is measured or kept: a gap for ever
    LATE = "late"  # the line is down; what was measured comes afterwards, as a supplement
    RESEND = "resend"  # every packet is sent twice, byte for byte
    BAD_CRC = "bad_crc"  # a packet's first sending is damaged on the way
    CUT = "cut"  # the connection ends in the middle of a packet, which is sent again
    CLOCK_SKEW = "clock_skew"  # the logger's clock is `value` seconds fast (or slow)
    DRIFT = "drift"  # values run away by `value` (a share) an hour
    FROZEN = "frozen"  # a sensor shows the value it had when it froze
    EXCEEDANCE = "exceedance"  # values are multiplied by `factor`, or set to `value`
    WRONG_FLAG = "wrong_flag"  # values carry the data mark `flag`, whatever it should be


OF_VALUES = frozenset((Kind.DRIFT, Kind.FROZEN, Kind.EXCEEDANCE, Kind.WRONG_FLAG))
NEEDS = {Kind.CLOCK_SKEW: "value", Kind.DRIFT: "value"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of some loggers (MNs, or patterns such as `wte-*`; empty: all) and some codes, from `start` to `end`.

    Times are simulated and aware. Without `start` it begins when it is injected, without `end` it lasts until cleared.
    """

    kind: Kind
    loggers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    value: float | None = None
    factor: float | None = None
    flag: str = ""
    fault_id: str = ""

    @property
    def start_s(self) -> float:
        """Its start [s since 1970 UTC]."""
        return self.start.timestamp() if self.start else -np.inf

    @property
    def end_s(self) -> float:
        """Its end [s since 1970 UTC]; infinite while it lasts."""
        return self.end.timestamp() if self.end else np.inf

    def holds(self, second: float) -> bool:
        """Whether it holds at a moment."""
        return self.start_s <= second < self.end_s

    def touches(self, mn: str, begin: float, end: float) -> bool:
        """Whether it concerns a logger in a span (at least at its beginning)."""
        return self.start_s < max(end, begin + 1e-6) and begin < self.end_s and _matches(self.loggers, mn)


def _matches(patterns: Sequence[str], name: str) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def checked(fault: Fault, mns: Sequence[str], codes: frozenset[str], now: float) -> Fault:
    """Complete and check a fault. Raises FleetError saying which part cannot be used."""
    for pattern in fault.loggers:
        if not any(fnmatchcase(mn, pattern) for mn in mns):
            raise FleetError(f"no logger is {pattern!r}; there are {len(mns)}, such as {', '.join(sorted(mns)[:3])}")
    for code in fault.codes:
        if code not in codes:
            raise FleetError(f"no logger sends the code {code!r}; they send {', '.join(sorted(codes))}")
    missing = NEEDS.get(fault.kind)
    if missing == "value" and fault.value is None:
        raise FleetError(f"a {fault.kind} needs a value: {_VALUE_MEANS[fault.kind]}")
    if fault.kind is Kind.EXCEEDANCE and (fault.value is None) == (fault.factor is None):
        raise FleetError("an exceedance needs a factor to multiply by, or a value to set, and not both")
    if fault.kind is Kind.WRONG_FLAG and fault.flag not in FLAGS:
        raise FleetError(f"a wrong_flag needs a flag, one of {', '.join(FLAGS)}; {fault.flag!r} is none")
    for moment in (fault.start, fault.end):
        if moment is not None and moment.tzinfo is None:
            raise FleetError(f"{moment.isoformat()} has no zone; write +08:00 or Z after it")
    start = fault.start or datetime.fromtimestamp(now, UTC)
    if fault.end is not None and fault.end <= start:
        raise FleetError(f"a fault ends ({fault.end.isoformat()}) after it begins ({start.isoformat()})")
    return replace(fault, start=start)


_VALUE_MEANS = {
    Kind.CLOCK_SKEW: "seconds the clock is fast (negative: slow)",
    Kind.DRIFT: "share by which values rise in an hour, such as 0.02",
}


class Faults:
    """The faults of a fleet: those that hold, and those that did (hours and days still need them)."""

    def __init__(self) -> None:
        self._all: list[Fault] = []
        self._numbers = itertools.count(1)

    def add(self, fault: Fault) -> Fault:
        """Enter a checked fault; return it with its id."""
        entered = replace(fault, fault_id=f"f{next(self._numbers)}")
        self._all.append(entered)
        return entered

    def clear(self, fault_id: str, now: float) -> list[Fault]:
        """End a fault, or every one (`all`), at a moment; return those ended. Raises FleetError."""
        ended = []
        for k, fault in enumerate(self._all):
            if fault_id in ("all", fault.fault_id) and fault.end_s > now:
                self._all[k] = replace(fault, end=datetime.fromtimestamp(max(now, fault.start_s), UTC))
                ended.append(self._all[k])
        if not ended and fault_id != "all":
            known = ", ".join(f.fault_id for f in self._all if f.end_s > now) or "none"
            raise FleetError(f"no fault {fault_id!r} lasts; these do: {known}")
        return ended

    def listed(self) -> list[Fault]:
        """All faults, in the order they were injected."""
        return list(self._all)

    def of(self, mn: str, begin: float, end: float) -> list[Fault]:
        """The faults that concern a logger in a span [s since 1970 UTC)."""
        if not self._all:
            return []
        return [fault for fault in self._all if fault.touches(mn, begin, end)]


def changed(minutes: Minutes, faults: Sequence[Fault], rows: dict[str, list[int]], held: dict[str, float]) -> None:
    """Put value faults into minutes, in place. `rows` are the rows of a code the logger sends, `held` the values that
    frozen codes show, by fault id and code."""
    for fault in faults:
        struck = (minutes.seconds >= fault.start_s - 59.0) & (minutes.seconds < fault.end_s)
        if not struck.any():
            continue
        for code in fault.codes or tuple(rows):
            for row in rows.get(code, ()):
                _strike(minutes, fault, row, struck, held.get(f"{fault.fault_id}/{code}"))


def _strike(minutes: Minutes, fault: Fault, row: int, struck: "np.ndarray", held: float | None) -> None:
    means = (minutes.mean, minutes.low, minutes.high)
    if fault.kind is Kind.WRONG_FLAG:
        if minutes.flags is None:
            minutes.flags = np.full(minutes.mean.shape, "N")
        minutes.flags[row, struck] = fault.flag
    elif fault.kind is Kind.FROZEN and held is not None:
        for array in means:
            array[row, struck] = held
    elif fault.kind is Kind.DRIFT and fault.value is not None:
        hours = np.maximum(0.0, minutes.seconds[struck] - fault.start_s) / 3600.0
        for array in means:
            array[row, struck] *= np.maximum(0.0, 1.0 + fault.value * hours)
    elif fault.kind is Kind.EXCEEDANCE and fault.factor is not None:
        for array in means:
            array[row, struck] *= fault.factor
    elif fault.kind is Kind.EXCEEDANCE and fault.value is not None:
        mean = minutes.mean[row, struck]
        scale = np.where(mean != 0.0, fault.value / np.where(mean != 0.0, mean, 1.0), 1.0)
        minutes.low[row, struck] *= scale
        minutes.high[row, struck] *= scale
        minutes.mean[row, struck] = fault.value
