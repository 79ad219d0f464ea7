"""The common part of sources: minutes made an hour at a time, summed up to whatever period is asked for."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from clearbay.fleet.sources.noise import hashed, uniform
from clearbay.fleet.sources.readings import Change, Flags, Floats, Minutes, Reading

HOUR_S = 3600
KEPT_HOURS = 2
_ENOUGH = 0.75  # of the minutes of a period; gas: HJ 212-2017 C.16 to C.18, notes
_ONE = np.zeros(1, np.int64)


class MinuteSource(ABC):
    """A source that makes `hour`s: subclasses give the minute means of one hour at a time.

    `water` says how the flag of a period follows from its minutes: one abnormal minute makes a period of water
    abnormal, a period of gas needs three quarters of normal ones (HJ 212-2017 C.16 to C.18, notes).
    """

    def __init__(self, codes: tuple[str, ...], seed: int, spread: Floats, *, water: bool = False) -> None:
        self._codes = codes
        self.seed = seed
        self._spread = spread.reshape(-1, 1)
        self._water = water
        self._kept: OrderedDict[int, Minutes] = OrderedDict()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes it knows."""
        return self._codes

    @abstractmethod
    def hour(self, seconds: NDArray[np.int64]) -> tuple[Floats, Flags | None]:
        """Minute means (codes, 60) and flags of the hour whose minutes begin at `seconds` (60,)."""

    def converted(self, minutes: Minutes) -> dict[int, Floats]:
        """Factors to reference oxygen (m,) by row; none unless a source converts."""
        return {}

    def total(self, code: str, mean: float, period_s: int) -> float | None:
        """The sum of a code over a period, where it has one."""
        return None

    def prepare(self, until: datetime) -> None:  # noqa: B027  most sources have nothing to prepare
        """Nothing needs to be made in advance."""

    def sample(self, t0: datetime, period_s: int) -> Mapping[str, Reading]:
        """Readings of the period [s] that begins at an instant (aware); period 0 is the instant itself."""
        return self.read(int(t0.timestamp()), period_s)

    def _hour(self, number: int) -> Minutes:
        found = self._kept.get(number)
        if found is None:
            seconds = HOUR_S * number + 60 * np.arange(60)
            mean, flags = self.hour(seconds)
            streams = np.arange(len(self._codes)) + 1000
            half = np.abs(mean) * self._spread
            share = uniform(self.seed, streams, seconds)
            found = Minutes(self._codes, seconds, mean, mean - half * share, mean + half * (1.0 - share), flags)
            self._kept[number] = found
            while len(self._kept) > KEPT_HOURS:
                self._kept.popitem(last=False)
        return found

    def minutes(self, second: int, period_s: int) -> Minutes:
        """The minutes of a period (at least the one it begins in), as new arrays."""
        first, count = second // 60, max(1, period_s // 60)
        parts = []
        while count > 0:
            hour = self._hour(first // 60)
            a = first % 60
            b = min(60, a + count)
            parts.append((hour, a, b))
            first, count = first + b - a, count - (b - a)
        flags = None
        if any(hour.flags is not None for hour, _, _ in parts):
            flags = np.concatenate(
                [np.full(h.mean[:, a:b].shape, "N") if h.flags is None else h.flags[:, a:b] for h, a, b in parts],
                axis=1,
            )
        return Minutes(
            self._codes,
            np.concatenate([h.seconds[a:b] for h, a, b in parts]),
            np.concatenate([h.mean[:, a:b] for h, a, b in parts], axis=1),
            np.concatenate([h.low[:, a:b] for h, a, b in parts], axis=1),
            np.concatenate([h.high[:, a:b] for h, a, b in parts], axis=1),
            flags,
        )

    def read(self, second: int, period_s: int, change: Change | None = None) -> Mapping[str, Reading]:
        """Readings of the period that begins at a second since 1970 UTC, with the minutes changed first."""
        minutes = self.minutes(second, period_s)
        if change is not None:
            change(minutes)
        if period_s == 0:
            share = float(hashed(self.seed, _ONE, np.array([second]))[0, 0] >> np.uint64(40)) / 2**24
            minutes.mean = minutes.low + share * (minutes.high - minutes.low)
            minutes.low = minutes.high = minutes.mean
        factors = self.converted(minutes)
        if minutes.flags is None and minutes.mean.shape[1] == 1:
            mean, low, high = (x[:, 0].tolist() for x in (minutes.mean, minutes.low, minutes.high))
            flags = ["N"] * len(mean)
            counted = None
        else:
            counted = _counted(minutes)
            mean, low, high = _means(minutes, counted)
            flags = _period_flags(minutes, water=self._water)
        found = {}
        for row, code in enumerate(self._codes):
            zs = None
            if row in factors:
                zs = _converted(minutes, row, factors[row], None if counted is None else counted[row])
            total = self.total(code, mean[row], period_s) if period_s else None
            found[code] = Reading(mean[row], low[row], high[row], flags[row], zs, total)
        return found


def _counted(minutes: Minutes) -> NDArray[np.bool_]:
    """Which minutes make the mean: the normal ones, or all where there is no normal one."""
    if minutes.flags is None:
        return np.ones(minutes.mean.shape, np.bool_)
    normal = minutes.flags == "N"
    return np.asarray(normal | ~normal.any(axis=1, keepdims=True))


def _means(minutes: Minutes, counted: NDArray[np.bool_]) -> tuple[list[float], list[float], list[float]]:
    mean = np.where(counted, minutes.mean, 0.0).sum(axis=1) / counted.sum(axis=1)
    low = np.where(counted, minutes.low, np.inf).min(axis=1)
    high = np.where(counted, minutes.high, -np.inf).max(axis=1)
    mean = np.clip(mean, low, high)  # a mean of equal values may differ from them in its last digit
    return mean.tolist(), low.tolist(), high.tolist()


def _period_flags(minutes: Minutes, *, water: bool) -> list[str]:
    if minutes.flags is None:
        return ["N"] * len(minutes.mean)
    normal = (minutes.flags == "N").mean(axis=1)
    flags = []
    for row, share in enumerate(normal.tolist()):
        if share == 1.0 or (share >= _ENOUGH and not water):
            flags.append("N")
            continue
        others = minutes.flags[row][minutes.flags[row] != "N"]
        letters, counts = np.unique(others, return_counts=True)
        flags.append(str(letters[int(counts.argmax())]))
    return flags


def _converted(
    minutes: Minutes, row: int, factor: Floats, counted: NDArray[np.bool_] | None
) -> tuple[float, float, float]:
    mean, low, high = (x[row] * factor for x in (minutes.mean, minutes.low, minutes.high))
    if counted is not None:
        mean, low, high = mean[counted], low[counted], high[counted]
    least, most = float(low.min()), float(high.max())
    return min(max(float(mean.mean()), least), most), least, most
