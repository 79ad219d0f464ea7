"""What the judging functions share: the values of some points of one zone, and how windows of them are found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.chain import Chain
from clearbay.assess.digests import digests
from clearbay.assess.exact import places
from clearbay.assess.findings import Evidence, window_lists
from clearbay.assess.permits import Permit, Point
from clearbay.assess.records import Records
from clearbay.assess.samples import of_records, on_days, select, whole_days
from clearbay.assess.slots import Slots, days_since_epoch
from clearbay.assess.windows import Windows
from clearbay.standards import Limit, Standard
from clearbay.vocabulary.clocks import date_of

FAR_FUTURE = 2**40
"""A day later than any: what is in force without an end reaches to it."""


@dataclass(frozen=True)
class Source:
    """Windows and the records they come from."""

    windows: Windows
    records: Records


@dataclass(frozen=True)
class Context:
    """Values of some points of one zone.

    `chain` holds values of an hour or finer, `samples` instants, `long` reported means of more than an hour, `maxima`
    reported daily maxima of the 8-h mean; `days` are the days covered.
    """

    zone: str
    points: Mapping[str, Point]
    days: Slots
    chain: Chain | None
    samples: Records
    long: Records
    maxima: Records
    assessed_at: datetime

    @cached_property
    def _made(self) -> dict[str, list[Source]]:
        return {}

    def sources(self, averaging: str) -> list[Source]:
        """Windows of an averaging from all levels that give it."""
        if averaging not in self._made:
            self._made[averaging] = self._find(averaging)
        return self._made[averaging]

    def _find(self, averaging: str) -> list[Source]:
        found: list[Source] = []
        made = self.chain.windows(averaging) if self.chain is not None else None
        if made is not None and self.chain is not None:
            found.append(Source(made, self.chain.records))
        if averaging == "sample" and self.samples.keys:
            found.append(Source(of_records("sample", self.samples, self.zone), self.samples))
        if averaging == "day" and self.long.keys:
            daily = self.long_without_finer()
            if daily.keys:
                found.append(Source(of_records("day", daily, self.zone), daily))
        if averaging == "mda8" and self.maxima.keys:
            maxima = self._without_finer(self.maxima)
            if maxima.keys:
                found.append(Source(on_days(of_records("mda8", maxima, self.zone), self.days), maxima))
        return found

    def long_without_finer(self) -> Records:
        """Reported daily means of series that have no finer values: what can be recomputed is."""
        daily = select(self.long, whole_days(self.long, self.zone))
        return self._without_finer(daily)

    def _without_finer(self, records: Records) -> Records:
        finer = set(self.chain.records.keys) if self.chain is not None else set()
        per_series = np.array([key not in finer for key in records.keys], dtype=np.bool_)
        return select(records, np.repeat(per_series, np.diff(records.bounds)))

    def codes(self, point_id: str) -> set[str]:
        """Codes that a point has values of."""
        keys = [
            *self.samples.keys,
            *self.long.keys,
            *self.maxima.keys,
            *(self.chain.records.keys if self.chain else ()),
        ]
        return {code for point, code in keys if point == point_id}


def days_in_force(standard: Standard, limit: Limit | None = None) -> tuple[int, int]:
    """First and last day [since 1970] on which a standard, and a limit in it, are in force; no end is far away."""
    begins = [standard.valid_from] if limit is None else [standard.valid_from, limit.valid_from]
    ends = [standard.valid_to] if limit is None else [standard.valid_to, limit.valid_to]
    known = [end for end in ends if end is not None]
    return days_since_epoch(max(begins)), days_since_epoch(min(known)) if known else FAR_FUTURE


def in_force(windows: Windows, permit: Permit, first: int, last: int) -> NDArray[np.bool_]:
    """Which windows are of the permit's points and begin on days `first` to `last` [since 1970] within its validity."""
    mine = np.array([permit.applies_to(point) for point, _ in windows.keys], dtype=np.bool_)
    which = mine[windows.series] & (windows.day >= first) & (windows.day <= last)
    if permit.valid_from is not None:
        which &= windows.day >= (permit.valid_from - date_of(0)).days
    if permit.valid_to is not None:
        which &= windows.day <= (permit.valid_to - date_of(0)).days
    return which


def evidence(
    source: Source,
    windows: Windows,
    also: Mapping[str, NDArray[np.bool_]] | None = None,
    facts: Sequence[str] | None = None,
) -> Evidence:
    """Collect the evidence of windows of one source.

    Parameters
    ----------
    also : further codes whose records enter the digest, and of which windows [n] (flow that weights a mean, temperature
        that chooses a limit).
    facts : facts of the point that chose the limit of each window [n], as text.
    """
    records = source.records
    number = records.index()
    columns = [np.array([number.get(key, -1) for key in windows.keys], dtype=np.int64)[windows.series]]
    for code, which in sorted((also or {}).items()):
        other = np.array([number.get((point, code), -1) for point, _ in windows.keys], dtype=np.int64)
        columns.append(np.where(which, other[windows.series], -1))
    series = np.stack(columns, axis=1)
    units = records.units_by_code()
    scale = np.array([10.0 ** places(units.get(code, "")) for _, code in windows.keys])
    return Evidence(
        windows.expected,
        windows.valid,
        windows.left_out(),
        window_lists(windows, [code for _, code in windows.keys], scale),
        digests([(records, series)], windows.start, windows.start + np.maximum(windows.length, 1), facts),
    )
