"""Findings on tags themselves: budgets of hours, and tags that contradict each other, their data or their rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.exact import PLACES
from clearbay.assess.reasons import WORDS, Why
from clearbay.assess.slots import HOUR_S, periods
from clearbay.assess.stack.case import Case, scaled
from clearbay.assess.stack.china_days import HourTags
from clearbay.assess.stack.furnace import Temperature, hourly
from clearbay.assess.stack.inputs import of_texts
from clearbay.assess.stack.pollutants import OXYGEN
from clearbay.assess.stack.timeline import OPEN, Conflict, seconds, spent
from clearbay.assess.stack.writing import EXCEEDED, MET, NOT_EVALUABLE, Batch
from clearbay.standards.stack_rules import Contradiction
from clearbay.vocabulary.clocks import date_of
from clearbay.vocabulary.tags import Tag

ONE = 10**PLACES
CLAUSE = "标记规则（公告 2019 年第 50 号）"

CONTRADICTIONS = {
    "feeding_while_stopped": Why.FEEDING_WHILE_STOPPED,
    "normal_load_while_fault": Why.LOAD_WHILE_FAULT,
}


def judge_budgets(case: Case) -> None:
    """Judge the hours of tags of each furnace in the years and quarters that the days touch.

    They hang on the tags alone: a year that is running is judged by what has been declared of it.
    """
    judged = case.days.days[case.on_days()]
    if not len(judged):
        return
    first, last = date_of(int(judged[0])), date_of(int(judged[-1]))
    for name, budget in case.rules.budgets.items():
        labels = [rule.label for rule in case.rules.tags.values() if rule.budget == name]
        rule = case.rule_of(name, "tags", "sum", "h", budget.clause, budget.confidence, float(budget.hours))
        if budget.valid_from is not None and last < budget.valid_from:
            continue
        for start, length in zip(*_slots(case, max(first, budget.valid_from or first), last, budget.per), strict=True):
            for k in range(len(case.points)):
                lines = (case.furnace_lines[k], case.monitor_lines[k])
                both = [spent(line, budget, start, length) for line in lines]
                total = sum(s.seconds for s in both)
                is_open = any(s.open for s in both)
                over = total > int(budget.hours * HOUR_S)
                verdict = EXCEEDED if over else NOT_EVALUABLE if is_open else MET
                drawn = "".join(
                    f"{s.start}\x1f{min(s.end, OPEN)}\x1f{s.rule.label}\n"
                    for line in lines
                    for s in line.drawn
                    if s.rule.label in labels and s.why == Why.USED
                )
                hours = total / HOUR_S
                extra = {Why.TAG_OPEN: np.array([int(is_open)], dtype=np.int32)} if is_open else {}
                case.batches.append(
                    _one(rule_batch=(case, rule), k=k, t=start, period=length, value=hours, verdict=verdict, text=drawn,
                         margin=float(budget.hours) - hours, extra=extra)
                )  # fmt: skip


def _slots(case: Case, first: object, last: object, per: str) -> tuple[list[int], list[int]]:
    slots = periods(first, last, "year" if per == "year" else "quarter", case.zone)  # type: ignore[arg-type]
    return slots.start.tolist(), slots.length_s.tolist()


def _one(
    *, rule_batch: tuple[Case, object], k: int, t: int, period: int, value: float, verdict: int, text: str,
    margin: float = np.nan, extra: dict[Why, NDArray[np.int32]] | None = None, first: int = 0, count: int = 0,
) -> Batch:  # fmt: skip
    rule = rule_batch[1]

    def whole(x: int) -> NDArray[np.int64]:
        return np.array([x], dtype=np.int64)

    return Batch(
        rule,  # type: ignore[arg-type]
        *(whole(k), whole(t), whole(period), np.array([value]), np.array([np.nan]), np.array([margin])),
        *(np.array([verdict], dtype=np.int8), whole(count), whole(count), whole(first), whole(count)),
        *(of_texts([text]), np.zeros(1, dtype=np.bool_)),
        extra or {},
    )


def judge_conflicts(case: Case) -> None:
    """Report every tag that something is wrong with and that the days touch; nothing about it is repaired."""
    judged = np.flatnonzero(case.on_days())
    if not len(judged):
        return
    begin = int(case.days.start[judged[0]])
    end = int(case.days.start[judged[-1]] + case.days.length_s[judged[-1]])
    seen: set[tuple[object, ...]] = set()
    for k in range(len(case.points)):
        for line in (case.furnace_lines[k], case.monitor_lines[k]):
            for conflict in line.conflicts:
                touches = conflict.start < end and max(conflict.end, conflict.start + 1) > begin
                key = (k, conflict.why, conflict.tag.label, conflict.start, conflict.end)
                if touches and key not in seen:
                    seen.add(key)
                    case.batches.append(conflict_finding(case, k, conflict))


def conflict_finding(case: Case, k: int, conflict: Conflict) -> Batch:
    """Write one conflict of a tag: value the hours it is about, none where the tag has no end."""
    length = 0 if conflict.end >= OPEN else conflict.end - conflict.start
    sure = "unverified"
    rule = case.rule_of(
        *("tag_conflict", conflict.tag.label, "declared", "h", CLAUSE, sure, None), name=WORDS[conflict.why][0]
    )
    return _one(
        rule_batch=(case, rule), k=k, t=conflict.start, period=length,
        value=length / HOUR_S if conflict.end < OPEN else np.nan, verdict=NOT_EVALUABLE, text=said(conflict.tag),
        extra={conflict.why: np.ones(1, dtype=np.int32)},
    )  # fmt: skip


def said(tag: Tag) -> str:
    """A tag as one line, for digests: all that was declared."""
    end = "" if tag.end is None else str(seconds(tag.end))
    return "\x1f".join(
        (tag.tag_id, str(tag.revision), tag.point_id, tag.kind, tag.label, str(seconds(tag.start)), end,
         str(seconds(tag.entered_at)), tag.by)
    )  # fmt: skip


def judge_contradictions(
    case: Case,
    tags: HourTags,
    oxygen: NDArray[np.int64],
    oxygen_valid: NDArray[np.bool_],
    temperatures: Sequence[Temperature | None],
) -> None:
    """Report days on which hours under a tag look like load: little oxygen, and a hot furnace where it is measured."""
    bounds = case.bounds
    start = case.dense.start + np.arange(oxygen.shape[1], dtype=np.int64) * HOUR_S
    on = case.on_days()
    plain = [text.split("+")[0].split(":")[0] for text in case.parts.labels]
    for k in np.flatnonzero(tags.label.any(axis=1)).tolist():
        own = temperatures[k]
        heat = None if own is None else hourly(own)
        for rule in case.rules.contradictions:
            under = np.array([text in rule.labels for text in plain])[tags.label[k]]
            if not under.any():
                continue
            found = _evidence(rule, under, oxygen[k], oxygen_valid[k], heat)
            days: dict[int, list[int]] = defaultdict(list)
            for hour in np.flatnonzero(found):
                days[int(np.searchsorted(bounds, hour, side="right") - 1)].append(int(hour))
            for day, hours in days.items():
                if on[day]:
                    texts = {h: plain[tags.label[k, h]] for h in hours}
                    _contradiction(case, rule, k, day, hours, texts, oxygen[k], start)


def _evidence(
    rule: Contradiction,
    under: NDArray[np.bool_],
    oxygen: NDArray[np.int64],
    valid: NDArray[np.bool_],
    heat: tuple[NDArray[np.int64], NDArray[np.bool_]] | None,
) -> NDArray[np.bool_]:
    found = under & valid & (oxygen <= scaled(rule.oxygen_at_most))
    if heat is not None:
        # Where the furnace is measured but gave nothing in this hour, oxygen alone does not speak against a tag.
        found &= heat[1] & (heat[0] >= scaled(rule.temperature_at_least))
    return np.asarray(found)


def _contradiction(
    case: Case, rule: Contradiction, k: int, day: int, hours: Sequence[int], texts: Mapping[int, str],
    oxygen: NDArray[np.int64], start: NDArray[np.int64],
) -> None:  # fmt: skip
    at = np.array(hours)
    labels = sorted({texts[h] for h in hours})
    first = case.parts.add(
        case.parts.code(OXYGEN), start[at], HOUR_S, oxygen[at] / ONE, np.zeros(len(at), dtype=np.int8), 0,
        np.array([case.parts.label(texts[h]) for h in hours], dtype=np.int32), np.zeros(len(at), dtype=np.bool_),
    )  # fmt: skip
    kind = case.rule_of(
        *("tag_conflict", "+".join(labels), "declared", "h", rule.clause, rule.confidence, None), name=rule.id
    )
    text = "".join(f"{start[h]}\x1f{oxygen[h]}\x1f{texts[h]}\n" for h in hours)
    case.batches.append(
        _one(
            rule_batch=(case, kind), k=k, t=int(case.days.start[day]), period=int(case.days.length_s[day]),
            value=float(len(hours)), verdict=NOT_EVALUABLE, text=text, first=first, count=len(at),
            extra={CONTRADICTIONS[rule.id]: np.array([len(hours)], dtype=np.int32)},
        )
    )  # fmt: skip
