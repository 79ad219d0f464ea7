"""Half-hours and days as the EU's Annex VI counts them, and how findings of days are collected."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.reasons import Why
from clearbay.assess.stack.case import Case
from clearbay.assess.stack.writing import EXCEEDED, EXEMPT, MET, NOT_EVALUABLE, Batch, Rule

HALF_S, TEN_S = 1800, 600

NO_WASTE = (Why.TAG_STOPPED, Why.TAG_HEATING, Why.STOPPED)
"""Outside the effective operating time (Part 8, 1.2): nothing is burnt, so nothing is asked for or discarded."""


@dataclass(frozen=True)
class Halves:
    """Slots of one pollutant [points, slots]: `s` [scaled], `counts`, `idle` (no waste burnt).

    `bounds` [days + 1] is the slot each day begins with, `first` the number of the first part, `digest` that of each
    day's inputs [points, days, 32], `reasons` where each reason left a slot out.
    """

    s: NDArray[np.int64]
    counts: NDArray[np.bool_]
    idle: NDArray[np.bool_]
    bounds: NDArray[np.int64]
    first: int
    digest: NDArray[np.uint8]
    reasons: Mapping[Why, NDArray[np.bool_]]

    def by_day(self, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Slots of each day [points, days] where `which` [points, slots]."""
        return np.asarray(np.add.reduceat(which.astype(np.int64), self.bounds[:-1], axis=1))

    def discarded(self) -> NDArray[np.int64]:
        """Slots of each day [points, days] that should have a value and have none."""
        return self.by_day(~self.counts & ~self.idle)

    def valid_days(self, case: Case) -> NDArray[np.bool_]:
        """Days [points, days] with no more slots discarded than a daily mean allows (Part 8, 1.2)."""
        return np.asarray(self.discarded() <= int(case.figure("discarded_half_hours").value))

    def idle_days(self) -> NDArray[np.bool_]:
        """Days [points, days] on which no waste was burnt at all."""
        return np.asarray(self.by_day(self.idle) == np.diff(self.bounds))


def daily_verdict(over: NDArray[np.bool_], enough: NDArray[np.bool_], idle: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Give the verdict of each day: what its mean says where it has one, exempt where nothing was burnt."""
    plain = np.where(over, EXCEEDED, MET)
    return np.where(enough, plain, np.where(idle, EXEMPT, NOT_EVALUABLE)).astype(np.int8)


def collect(
    case: Case,
    rule: Rule,
    which: NDArray[np.bool_],
    *,
    value: NDArray[np.float64],
    margin: NDArray[np.float64],
    verdict: NDArray[np.int8],
    valid: NDArray[np.int64],
    expected: NDArray[np.int64],
    part: NDArray[np.int64],
    count: NDArray[np.int64],
    digest: NDArray[np.uint8],
) -> None:
    """Collect findings of days [points, days] where `which`."""
    point, day = np.nonzero(which)
    case.batches.append(
        Batch(
            rule,
            point,
            case.days.start[day],
            case.days.length_s[day],
            value[which],
            np.full(len(point), np.nan),
            margin[which],
            verdict[which],
            expected[which],
            valid[which],
            part[which],
            count[which],
            digest[which],
            np.zeros(len(point), dtype=np.bool_),
        )
    )
