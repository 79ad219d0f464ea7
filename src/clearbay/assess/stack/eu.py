"""Waste incinerators by EU law: daily means of half-hours, 10-min means of CO, and the shares of a year.

Directive 2010/75/EU, Annex VI, Part 3 (values) and Part 8, 1.1 and 1.2 (when they are met; what is discarded).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.comparison import scaled_decimal
from clearbay.assess.exact import PLACES, round_scaled
from clearbay.assess.reasons import Why
from clearbay.assess.stack import eu_co, eu_year
from clearbay.assess.stack.case import Case
from clearbay.assess.stack.china import SIGNED
from clearbay.assess.stack.day_windows import days
from clearbay.assess.stack.eu_days import HALF_S, NO_WASTE, TEN_S, Halves, collect, daily_verdict
from clearbay.assess.stack.inputs import folded, of_texts
from clearbay.assess.stack.means import means
from clearbay.assess.stack.pollutants import NO, NO2, NOX, STATE, Evaluated, Gas, evaluated
from clearbay.assess.stack.timeline import on_slots
from clearbay.standards import Limit

ONE = 10**PLACES
CO = "a21005"


@dataclass(frozen=True)
class _Tags:
    """What tags say of slots [points, slots]: reason, number of the text, doubt; a digest a day [points, days, 32]."""

    why: NDArray[np.int8]
    label: NDArray[np.int32]
    unsure: NDArray[np.bool_]
    facts: NDArray[np.uint8]


def judge(case: Case, gas: Gas) -> None:
    """Collect the findings of a case in its batches."""
    codes = sorted({limit.code for limit in case.limits})
    asked = [*codes, *((NO, NO2) if NOX in codes else ()), *STATE]
    share = case.share()
    values = means(case.dense, asked, SIGNED, HALF_S, share)
    tags = _tags(case, HALF_S)
    tens = _tags(case, TEN_S)
    for code in codes:
        digest = folded(*(x.reshape(-1, 32) for x in (case.groups[code], case.groups["gas"], tags.facts))).reshape(
            tags.facts.shape
        )
        halves = _halves(case, code, evaluated(values, case.points, code, gas), tags, HALF_S, digest)
        _daily(case, code, halves)
        if case.limit(code, "10min"):
            parts = evaluated(means(case.dense, [code, *STATE], SIGNED, TEN_S, share), case.points, code, gas)
            eu_co.judge_co(case, halves, _halves(case, code, parts, tens, TEN_S, digest))
        else:
            eu_year.judge_half_hours(case, code, halves)
        eu_year.judge_discarded(case, code, halves)


def _tags(case: Case, step: int) -> _Tags:
    slots = int((case.edges[-1] - case.edges[0]) // step)
    n, bounds = len(case.points), (case.edges - case.dense.start) // step
    why, label = np.zeros((n, slots), dtype=np.int8), np.zeros((n, slots), dtype=np.int32)
    unsure = np.zeros((n, slots), dtype=np.bool_)
    facts = np.broadcast_to(of_texts([""])[0], (n, len(case.days), 32)).copy()
    for k in range(n):
        for line in (case.monitor_lines[k], case.furnace_lines[k]):
            if not line.segments:
                continue
            own = on_slots(line, case.dense.start, step, slots, case.share())
            number = np.array([case.parts.label(text) for text in own.labels], dtype=np.int32)[own.label]
            why[k] = np.where(own.why != 0, own.why, why[k])
            label[k] = np.where(number != 0, number, label[k])
            unsure[k] |= own.unsure & (own.label != 0)
        under = np.flatnonzero(label[k])
        for day in np.unique(np.searchsorted(bounds, under, side="right") - 1).tolist():
            mine = under[(under >= bounds[day]) & (under < bounds[day + 1])]
            text = "".join(f"{h - bounds[day]}\x1f{why[k, h]}\x1f{case.parts.labels[label[k, h]]}\n" for h in mine)
            facts[k, day] = of_texts([text])[0]
    return _Tags(why, label, unsure, facts)


def _halves(case: Case, code: str, one: Evaluated, tags: _Tags, step: int, digest: NDArray[np.uint8]) -> Halves:
    slots = one.s.shape[1]
    start = case.dense.start + np.arange(slots, dtype=np.int64) * step
    why = np.where(tags.why != 0, tags.why, one.why).astype(np.int8)
    first = case.parts.add(
        case.parts.code(code),
        np.tile(start, len(case.points)),
        step,
        np.where(one.why == Why.USED, one.s / ONE, np.nan).reshape(-1),
        why.reshape(-1),
        one.flag.reshape(-1),
        tags.label.reshape(-1),
        (tags.unsure | one.bounded).reshape(-1),
    )
    bounds = ((case.edges - case.dense.start) // step).astype(np.int64)
    return Halves(one.s, why == Why.USED, np.isin(why, NO_WASTE), bounds, first, digest, _worst_reasons(why))


def _worst_reasons(why: NDArray[np.int8]) -> Mapping[Why, NDArray[np.bool_]]:
    return {reason: why == reason for reason in Why if reason != Why.USED and (why == reason).any()}


def _daily(case: Case, code: str, halves: Halves) -> None:
    """Part 8, 1.1 (a): no daily mean above its limit; 1.2: a day with more than five discarded has none."""
    own = days(halves.s, halves.counts, halves.bounds)
    there = own.valid > 0
    for limit in case.limit(code, "day"):
        mean = own.mean if limit.decimals is None else round_scaled(own.mean, PLACES, limit.decimals)
        over = there & (mean > _top(limit))
        which = np.broadcast_to(case.on_days(limit), mean.shape)
        expected = np.broadcast_to(np.diff(halves.bounds), mean.shape)
        row = np.arange(len(mean), dtype=np.int64)[:, None] * halves.s.shape[1]
        collect(
            case,
            case.rule(limit, "day", "arithmetic_mean"),
            which,
            value=np.where(there, mean / ONE, np.nan),
            margin=np.where(there, (_top(limit) - mean) / ONE, np.nan),
            verdict=daily_verdict(over, there & halves.valid_days(case), halves.idle_days()),
            valid=own.valid,
            expected=expected,
            part=halves.first + row + halves.bounds[:-1][None, :],
            count=expected,
            digest=halves.digest,
        )


def _top(limit: Limit) -> int:
    return np.iinfo(np.int64).max if limit.maximum is None else scaled_decimal(limit.maximum, PLACES)
