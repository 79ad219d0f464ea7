"""What one permit asks of some furnaces: values on the calendar, tags, limits, and where findings are collected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.context import FAR_FUTURE, days_in_force
from clearbay.assess.exact import PLACES
from clearbay.assess.findings import rule_digest
from clearbay.assess.permits import Permit
from clearbay.assess.slots import HOUR_S, Slots, days_since_epoch
from clearbay.assess.stack.dense import Dense
from clearbay.assess.stack.timeline import Timeline
from clearbay.assess.stack.writing import SURE, Batch, Parts, Rule
from clearbay.standards import Limit, Standard
from clearbay.standards.stack_rules import Figure, StackRules

METHOD_VERSION = "stack/1: minute 12 readings, hour 45 min, day 20 h, each hour at its own oxygen"
"""Version of this way of judging; it enters every rule digest."""


@dataclass
class Case:
    """One edition of a standard for the points of one permit.

    `days` are the days judged with one before them (what rolls into the first); `bounds` [days + 1] the hours that they
    begin with. `furnaces` is, for each of `points`, the point that holds its temperatures and furnace tags.
    """

    standard: Standard
    rules: StackRules
    permit: Permit
    limits: Sequence[Limit]
    points: Sequence[str]
    furnaces: Sequence[str]
    zone: str
    days: Slots
    dense: Dense
    groups: Mapping[str, NDArray[np.uint8]]
    furnace_groups: Mapping[str, NDArray[np.uint8]]
    furnace_lines: Sequence[Timeline]
    monitor_lines: Sequence[Timeline]
    batches: list[Batch] = field(default_factory=list)
    parts: Parts = field(default_factory=Parts)
    made: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    """Digests of days by pollutant, once made."""

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """The hour that each day begins with, and the end."""
        return np.asarray((self.edges - self.dense.start) // HOUR_S, dtype=np.int64)

    @cached_property
    def edges(self) -> NDArray[np.int64]:
        """First instants of the days, and the end [s]."""
        return np.append(self.days.start, self.days.start[-1] + self.days.length_s[-1])

    def figure(self, name: str) -> Figure:
        """Give a figure of the rules."""
        return self.rules.figures[name]

    def share(self) -> int:
        """Part of a slot that must be valid, or left by tags [%]."""
        return int(self.figure("slot_share").value)

    def on_days(self, limit: Limit | None = None) -> NDArray[np.bool_]:
        """On which days [days] the edition, the permit and a limit hold; never on the day that only looks back."""
        first, last = days_in_force(self.standard, limit)
        if self.permit.valid_from is not None:
            first = max(first, days_since_epoch(self.permit.valid_from))
        if self.permit.valid_to is not None:
            last = min(last, days_since_epoch(self.permit.valid_to))
        which = (self.days.days >= first) & (self.days.days <= min(last, FAR_FUTURE))
        which[0] = False
        return np.asarray(which)

    def since(self, day: date | None) -> NDArray[np.bool_]:
        """On which days [days] a rule holds that is younger than its standard."""
        held = self.on_days()
        return held if day is None else held & (self.days.days >= days_since_epoch(day))

    def limit(self, code: str, averaging: str) -> list[Limit]:
        """Limits of a code and averaging; several where the figure changes with the day."""
        return [x for x in self.limits if x.code == code and x.averaging == averaging]

    def rule(self, limit: Limit, averaging: str, method: str) -> Rule:
        """Give the rule of a limit, under the averaging that findings say."""
        key = limit.key if averaging == limit.averaging else limit.key.replace(f"/{limit.averaging}/", f"/{averaging}/")
        digest = self._digest(
            key,
            limit.minimum,
            limit.maximum,
            limit.unit,
            limit.decimals,
            limit.basis,
            limit.valid_from,
            limit.valid_to,
        )
        top = None if limit.maximum is None else float(limit.maximum)
        return Rule(
            key,
            digest,
            limit.clause,
            limit.code,
            averaging,
            method,
            limit.unit,
            SURE.index(limit.confidence),
            limit_max=top,
        )

    def rule_of(
        self, averaging: str, code: str, method: str, unit: str, clause: str, confidence: str, limit: float | None,
        *, basis: str = "", name: str = "",
    ) -> Rule:  # fmt: skip
        """Give a rule that is no limit of the table: budgets, temperature, tags."""
        key = f"{self.standard.id}/{averaging}" + (f"/{name}" if name else "")
        digest = self._digest(key, limit, unit)
        sure = SURE.index(confidence)
        return Rule(key, digest, clause, code, averaging, method, unit, sure, basis, None, limit)

    def _digest(self, *parts: object) -> str:
        return rule_digest(METHOD_VERSION, *map(_said, parts), self._said_by_all)

    @cached_property
    def _said_by_all(self) -> str:
        """What of permit and rules enters every rule's digest."""
        return f"{sorted(self.permit.profile.items())}\n{self.rules!r}"


def _said(part: object) -> str:
    return part.isoformat() if isinstance(part, date) else "" if part is None else str(part)


def scaled(value: object) -> int:
    """Give a figure as a whole number of 10**-9."""
    return int((Decimal(str(value)) * 10**PLACES).to_integral_value())


def least_sure(*confidences: str) -> str:
    """Give the least sure of some confidences."""
    return SURE[max(SURE.index(c) for c in confidences)]
