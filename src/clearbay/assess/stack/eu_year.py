"""What the EU's Annex VI asks of a calendar year: half-hours within column A or B, days of CO, days discarded.

A year is judged when all of it lies within the judged days; a part of one says nothing of its shares.
Source: Directive 2010/75/EU, Annex VI, Part 8, 1.1 (b) to (d) and 1.2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.comparison import scaled_decimal
from clearbay.assess.exact import PLACES
from clearbay.assess.findings import rule_digest
from clearbay.assess.reasons import Why
from clearbay.assess.slots import periods
from clearbay.assess.stack import sha256
from clearbay.assess.stack.case import Case, least_sure
from clearbay.assess.stack.eu_days import Halves
from clearbay.assess.stack.writing import EXCEEDED, EXEMPT, MET, NOT_EVALUABLE, Batch, Rule
from clearbay.standards import Limit
from clearbay.vocabulary.clocks import date_of


@dataclass(frozen=True)
class Year:
    """A year: first instant and length [s], and which days of the case it holds."""

    start: int
    length: int
    days: slice


def whole_years(case: Case) -> Iterator[Year]:
    """Give the years whose every day is judged."""
    on = case.on_days()
    judged = case.days.days[on]
    if not len(judged):
        return
    years = periods(date_of(int(judged[0])), date_of(int(judged[-1])), "year", case.zone)
    for start, length in zip(years.start.tolist(), years.length_s.tolist(), strict=True):
        first, last = np.searchsorted(case.edges, [start, start + length])
        inside = slice(int(first), int(last))
        whole = last < len(case.edges) and case.edges[first] == start and case.edges[last] == start + length
        if whole and on[inside].all():
            yield Year(start, length, inside)


def judge_half_hours(case: Case, code: str, halves: Halves) -> None:
    """Part 8, 1.1 (b): either every half-hour of the year is within column A, or 97 % are within column B."""
    for a, b in zip(case.limit(code, "half_hour_a"), case.limit(code, "half_hour_b"), strict=True):
        figure = case.figure("half_hour_b_share")
        share = Fraction(figure.value)
        sure = least_sure(b.confidence, figure.confidence)
        rule_a = _rule(case, "half_hours_a", code, "count", "1", a, a.confidence, limit_max=0.0)
        rule_b = _rule(case, "half_hours_b", code, "share_within", "%", b, sure, limit_min=float(share))
        either = replace(
            case.rule_of(
                "half_hours", code, "either", "1", figure.clause, least_sure(a.confidence, sure), 0.0, name=code
            ),
            digest=rule_digest(rule_a.digest, rule_b.digest),
        )
        for year in whole_years(case):
            inside = slice(int(halves.bounds[year.days.start]), int(halves.bounds[year.days.stop]))
            for k in range(len(case.points)):
                counts, s = halves.counts[k, inside], halves.s[k, inside]
                n = int(counts.sum())
                above = np.flatnonzero(counts & (s > _top(a)))
                within = Fraction(100 * int((counts & (s <= _top(b))).sum()), n) if n else None
                none = EXEMPT if halves.idle[k, inside].all() else NOT_EVALUABLE
                in_a = none if n == 0 else EXCEEDED if len(above) else MET
                in_b = none if within is None else MET if within >= share else EXCEEDED
                both = none if n == 0 else MET if MET in (in_a, in_b) else EXCEEDED
                seen = (case, k, year, halves, inside)
                count = float(len(above))
                _add(rule_a, *seen, count if n else np.nan, -count if n else np.nan, in_a, n)
                value = np.nan if within is None else float(within)
                _add(rule_b, *seen, value, np.nan if within is None else float(within - share), in_b, n)
                _add(either, *seen, np.nan if n == 0 else float(both == EXCEEDED), np.nan, both, n)


def judge_days_of(case: Case, code: str, halves: Halves, above: NDArray[np.bool_], valid: NDArray[np.bool_]) -> None:
    """Part 8, 1.1 (d): 97 % of the daily means of CO of a year are within their limit.

    `above`, `valid` [points, days]: days with a daily mean, and those whose mean lies above the limit.
    """
    figure = case.figure("co_days_share")
    share = Fraction(figure.value)
    for limit in case.limit(code, "day"):
        sure = least_sure(limit.confidence, figure.confidence)
        base = _rule(case, "co_days", code, "share_within", "%", limit, sure, limit_min=float(share))
        rule = replace(base, clause=figure.clause)
        for year in whole_years(case):
            inside = slice(int(halves.bounds[year.days.start]), int(halves.bounds[year.days.stop]))
            for k in range(len(case.points)):
                n = int(valid[k, year.days].sum())
                kept = n - int((above & valid)[k, year.days].sum())
                within = Fraction(100 * kept, n) if n else None
                verdict = NOT_EVALUABLE if within is None else MET if within >= share else EXCEEDED
                value = np.nan if within is None else float(within)
                margin = np.nan if within is None else float(within - share)
                _add(rule, case, k, year, halves, inside, value, margin, verdict, n, expected=year_days(year))


def judge_discarded(case: Case, code: str, halves: Halves) -> None:
    """Part 8, 1.2: no more than ten daily means of a year may be discarded for want of half-hours."""
    figure = case.figure("discarded_days")
    most = int(figure.value)
    rule = case.rule_of("discarded_days", code, "count", "1", figure.clause, figure.confidence, float(most), name=code)
    lost = ~halves.valid_days(case)
    for year in whole_years(case):
        inside = slice(int(halves.bounds[year.days.start]), int(halves.bounds[year.days.stop]))
        for k in np.flatnonzero(halves.counts.any(axis=1)).tolist():
            n = int(lost[k, year.days].sum())
            verdict = EXCEEDED if n > most else MET
            total = year_days(year)
            _add(rule, case, k, year, halves, inside, float(n), float(most - n), verdict, total - n, expected=total)


def year_days(year: Year) -> int:
    """Days of a year."""
    return int(year.days.stop - year.days.start)


def _rule(
    case: Case, averaging: str, code: str, method: str, unit: str, limit: Limit, sure: str,
    *, limit_max: float | None = None, limit_min: float | None = None,
) -> Rule:  # fmt: skip
    base = case.rule_of(averaging, code, method, unit, limit.clause, sure, limit_max, basis="reference_o2", name=code)
    return replace(base, limit_min=limit_min, digest=rule_digest(base.digest, limit.maximum, limit_min))


def _top(limit: Limit) -> int:
    return np.iinfo(np.int64).max if limit.maximum is None else scaled_decimal(limit.maximum, PLACES)


def _add(
    rule: Rule, case: Case, k: int, year: Year, halves: Halves, inside: slice, value: float, margin: float,
    verdict: int, valid: int, *, expected: int | None = None,
) -> None:  # fmt: skip
    """Collect one finding of a year; what was left out is counted by half-hours, not listed."""

    def whole(x: int) -> NDArray[np.int64]:
        return np.array([x], dtype=np.int64)

    left_out: Mapping[Why, NDArray[np.int32]] = {
        why: np.array([n], dtype=np.int32)
        for why, where in halves.reasons.items()
        if (n := int(where[k, inside].sum())) > 0
    }
    case.batches.append(
        Batch(
            rule,
            point=whole(k),
            t=whole(year.start),
            period=whole(year.length),
            value=np.array([value]),
            raw=np.array([np.nan]),
            margin=np.array([margin]),
            verdict=np.array([verdict], dtype=np.int8),
            expected=whole(inside.stop - inside.start if expected is None else expected),
            valid=whole(valid),
            first=whole(0),
            count=whole(0),
            digest=sha256.rows(np.ascontiguousarray(halves.digest[k, year.days].reshape(1, -1))),
            unsure=np.zeros(1, dtype=np.bool_),
            extra=left_out,
        )
    )
