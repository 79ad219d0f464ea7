"""Tags as a line of time: which tag speaks for each moment of a furnace, and whether it takes the moment out.

A tag takes time out within the hours of its event, and within the hours of its budget (calendar year or quarter of the
legal zone, in order of time); beyond them the tag stands and takes nothing out. Time that several tags cover is drawn
once, from the tightest budget. All of this hangs on the tags alone, never on the span that is judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.reasons import Why
from clearbay.assess.slots import HOUR_S, periods
from clearbay.standards.stack_rules import Budget, StackRules, TagRule
from clearbay.vocabulary.clocks import local_date
from clearbay.vocabulary.tags import LABELS, Tag, TagKind

OPEN = 2**40
"""The end [s] of a tag that has none."""

NORMAL = "正常运行"

EFFECTS: Mapping[str, Why] = {
    "monitor": Why.TAG_MONITOR,
    "stopped": Why.TAG_STOPPED,
    "heating": Why.TAG_HEATING,
    "exempt": Why.TAG_EXEMPT,
    "temperature": Why.TAG_TEMPERATURE,
}


@dataclass(frozen=True)
class Declared:
    """A tag in seconds: `end` is `OPEN` when it has none."""

    tag: Tag
    start: int
    end: int
    rule: TagRule


@dataclass(frozen=True)
class Segment:
    """A stretch of time [s] under one tag: `why` is `USED` where it takes the stretch out, else what keeps it in."""

    start: int
    end: int
    rule: TagRule
    why: Why


@dataclass(frozen=True)
class Spent:
    """What a budget was drawn on in one period [s]: `seconds` of closed tags, `open` when one has no end yet."""

    budget: Budget
    start: int
    length: int
    seconds: int
    open: bool


@dataclass(frozen=True)
class Conflict:
    """A tag that something is wrong with, for how long [s, 0: the tag as a whole], and what."""

    declared: Declared | None
    tag: Tag
    start: int
    end: int
    why: Why


@dataclass(frozen=True)
class Timeline:
    """What the tags of one furnace or monitor say, in order of time, and what is wrong with them."""

    segments: tuple[Segment, ...]
    conflicts: tuple[Conflict, ...]
    drawn: tuple[Segment, ...]
    """Stretches within the hours of their event, before any budget: what a budget is drawn by."""


def seconds(instant: datetime) -> int:
    """Give an instant as whole seconds since 1970; one without a zone is UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return int(aware.timestamp())


def latest(tags: Iterable[Tag]) -> list[Tag]:
    """Of every tag its last revision, by start and id."""
    last: dict[str, Tag] = {}
    for tag in tags:
        if tag.tag_id not in last or tag.revision > last[tag.tag_id].revision:
            last[tag.tag_id] = tag
    return sorted(last.values(), key=lambda tag: (seconds(tag.start), tag.tag_id))


def timeline(tags: Iterable[Tag], kind: TagKind, rules: StackRules, zone: str) -> Timeline:
    """Work out what the tags of one kind for one point say."""
    declared: list[Declared] = []
    conflicts: list[Conflict] = []
    for tag in tags:
        label = LABELS.get(tag.label)
        own_kind = label.kind if label is not None else tag.kind
        if own_kind != kind:
            continue
        start, end = seconds(tag.start), OPEN if tag.end is None else seconds(tag.end)
        if tag.label not in rules.tags:
            conflicts.append(Conflict(None, tag, start, end, Why.TAG_UNKNOWN_LABEL))
            continue
        if end < start:
            conflicts.append(Conflict(None, tag, start, start, Why.TAG_ENDS_FIRST))
            continue
        one = Declared(tag, start, end, rules.tags[tag.label])
        if end == OPEN:
            conflicts.append(Conflict(one, tag, start, end, Why.TAG_OPEN))
        if _late(tag, start, end, rules, zone):
            conflicts.append(Conflict(one, tag, start, end, Why.TAG_LATE))
        declared.append(one)
    conflicts += _overlaps(declared)
    capped, over = _capped(declared)
    conflicts += over
    flat = _flat(capped, rules)
    segments, beyond = _budgeted(flat, rules, zone)
    conflicts += [Conflict(None, _owner(declared, s), s.start, s.end, Why.TAG_OVER_BUDGET) for s in beyond]
    return Timeline(tuple(segments), tuple(conflicts), tuple(flat))


def _owner(declared: Sequence[Declared], segment: Segment) -> Tag:
    return next(
        d.tag
        for d in declared
        if d.rule.label == segment.rule.label and d.start < segment.end and d.end > segment.start
    )


def _late(tag: Tag, start: int, end: int, rules: StackRules, zone: str) -> bool:
    hour = rules.figures.get("late_hour")
    if hour is None:
        return False
    day = local_date(datetime.fromtimestamp(start if end == OPEN else end, UTC), zone)
    next_day = periods(day, day, "day", zone)
    deadline = int(next_day.start[0] + next_day.length_s[0]) + int(hour.value * HOUR_S)
    return seconds(tag.entered_at) > deadline


def _overlaps(declared: Sequence[Declared]) -> list[Conflict]:
    found = []
    latest_end: Declared | None = None
    for one in sorted(declared, key=lambda d: (d.start, d.tag.tag_id)):
        if latest_end is not None and one.start < latest_end.end and one.end > one.start:
            found.append(Conflict(one, one.tag, one.start, min(one.end, latest_end.end), Why.TAG_OVERLAP))
        if latest_end is None or one.end > latest_end.end:
            latest_end = one
    return found


def _capped(declared: Sequence[Declared]) -> tuple[list[Segment], list[Conflict]]:
    """Cut each event at its hours; tags of one label that touch are one event."""
    found: list[Segment] = []
    over: list[Conflict] = []
    events: dict[str, list[tuple[int, int, Tag]]] = {}
    for d in sorted(declared, key=lambda d: (d.start, d.tag.tag_id)):
        spans = events.setdefault(d.rule.label, [])
        if spans and d.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], d.end), spans[-1][2])
        elif d.end > d.start:
            spans.append((d.start, d.end, d.tag))
    rules = {d.rule.label: d.rule for d in declared}
    for label, spans in events.items():
        rule = rules[label]
        for start, end, tag in spans:
            cap = OPEN if rule.event_cap_h is None else start + int(rule.event_cap_h * HOUR_S)
            found.append(Segment(start, min(end, cap), rule, Why.USED))
            if end > cap:
                found.append(Segment(cap, end, rule, Why.TAG_OVER_EVENT))
                over.append(Conflict(None, tag, cap, end, Why.TAG_OVER_EVENT))
    return found, over


def _rank(segment: Segment, rules: StackRules) -> tuple[int, int, str]:
    """Order in which tags over one moment speak: normal operation, then the tightest budget, then no budget."""
    if segment.rule.label == NORMAL:
        return (0, 0, "")
    if segment.why != Why.USED:
        return (3, 0, segment.rule.label)
    budget = rules.budgets.get(segment.rule.budget or "")
    return (1, int(budget.hours), segment.rule.label) if budget else (2, 0, segment.rule.label)


def _flat(segments: Sequence[Segment], rules: StackRules) -> list[Segment]:
    """Make stretches that do not overlap: for each moment the tag that speaks."""
    edges = sorted({edge for s in segments for edge in (s.start, s.end)})
    ordered = sorted(segments, key=lambda s: s.start)
    found: list[Segment] = []
    live: list[Segment] = []
    at = 0
    for start, end in pairwise(edges):
        while at < len(ordered) and ordered[at].start <= start:
            live.append(ordered[at])
            at += 1
        live = [s for s in live if s.end > start]
        if not live:
            continue
        best = min(live, key=lambda s: _rank(s, rules))
        if best.rule.label == NORMAL and len(live) > 1:
            other = min((s for s in live if s is not best), key=lambda s: _rank(s, rules))
            best = Segment(start, end, other.rule, Why.TAG_OVERLAP)
        last = found[-1] if found else None
        if last is not None and (last.end, last.rule.label, last.why) == (start, best.rule.label, best.why):
            found[-1] = replace(last, end=end)
        else:
            found.append(Segment(start, end, best.rule, best.why))
    return found


def _periods(budget: Budget, first: int, last: int, zone: str) -> list[tuple[int, int]]:
    def day(t: int) -> date:
        return local_date(datetime.fromtimestamp(t, UTC), zone)

    slots = periods(day(first), day(last), budget.per, zone)
    return list(zip(slots.start.tolist(), slots.length_s.tolist(), strict=True))


def _budgeted(flat: Sequence[Segment], rules: StackRules, zone: str) -> tuple[list[Segment], list[Segment]]:
    """Cut stretches where their budget is used up; the second list is what lies beyond."""
    found, beyond = [s for s in flat if s.rule.budget is None or s.why != Why.USED], []
    for name, budget in rules.budgets.items():
        mine = [s for s in flat if s.rule.budget == name and s.why == Why.USED]
        if not mine:
            continue
        horizon = max((s.end for s in mine if s.end < OPEN), default=mine[-1].start)
        years = _periods(budget, mine[0].start, max(horizon, mine[-1].start), zone)
        allowed = int(budget.hours * HOUR_S)
        for k, (begins, length) in enumerate(years):
            left = allowed
            ends = OPEN if k == len(years) - 1 else begins + length
            for s in mine:
                a, b = max(s.start, begins), min(s.end, ends)
                if b <= a:
                    continue
                within = min(b, a + left)
                left -= within - a
                if within > a:
                    found.append(Segment(a, within, s.rule, Why.USED))
                if b > within:
                    found.append(Segment(within, b, s.rule, Why.TAG_OVER_BUDGET))
                    beyond.append(Segment(within, b, s.rule, Why.TAG_OVER_BUDGET))
    return sorted(found, key=lambda s: s.start), beyond


def spent(line: Timeline, budget: Budget, start: int, length: int) -> Spent:
    """Give what was drawn on a budget in one of its periods; time beyond an event's hours is not drawn."""
    total, is_open = 0, False
    for s in line.drawn:
        if s.rule.budget != budget.name or s.why != Why.USED:
            continue
        a, b = max(s.start, start), min(s.end, start + length)
        if b <= a:
            continue
        if s.end >= OPEN:
            is_open = True
        else:
            total += b - a
    return Spent(budget, start, length, total, is_open)


@dataclass(frozen=True)
class Tagged:
    """Slots under tags [n]: `why` the reason they are taken out for (0: they are not), `label` index into `labels`."""

    why: NDArray[np.int8]
    label: NDArray[np.int32]
    labels: tuple[str, ...]
    unsure: NDArray[np.bool_]
    """The tag's rule, or the cap that ended it, is not verified."""


def on_slots(line: Timeline, start: int, step: int, n: int, share: int, *, temperature: bool = False) -> Tagged:
    """Lay a timeline on slots of `step` [s] from `start` on.

    A slot is taken out when what tags leave of it is less than `share` [%]: an hour of which fewer than 45 minutes
    remain could not be valid either.
    """
    taken = np.zeros(n, dtype=np.int64)
    best, best_taken = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    label, label_taken = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    why = np.zeros(n, dtype=np.int8)
    unsure = np.zeros(n, dtype=np.bool_)
    labels = [""]
    number: dict[str, int] = {"": 0}
    end = start + n * step
    for s in line.segments:
        a, b = max(s.start, start), min(s.end, end)
        if b <= a:
            continue
        first, last = (a - start) // step, (b - 1 - start) // step + 1
        here = slice(first, last)
        edges = start + np.arange(first, last, dtype=np.int64) * step
        covered = np.minimum(edges + step, b) - np.maximum(edges, a)
        removes = s.why == Why.USED and _removes(s.rule, temperature)
        text = s.rule.label if s.why == Why.USED else f"{s.rule.label}:{REASON[s.why]}"
        k = number.setdefault(text, len(labels))
        if k == len(labels):
            labels.append(text)
        if removes:
            taken[here] += covered
            more = covered > best_taken[here]
            best_taken[here] = np.where(more, covered, best_taken[here])
            label_taken[here] = np.where(more, k, label_taken[here])
            why[here] = np.where(more, np.int8(EFFECTS[s.rule.effect]), why[here])
        more = covered > best[here]
        best[here] = np.where(more, covered, best[here])
        label[here] = np.where(more, k, label[here])
        unsure[here] |= (s.rule.confidence == "unverified") & (covered * 100 > (100 - share) * step)
    out = taken * 100 > (100 - share) * step
    shown = np.where(out, label_taken, np.where(best * 100 > (100 - share) * step, label, 0)).astype(np.int32)
    return Tagged(np.where(out, why, 0).astype(np.int8), shown, tuple(labels), unsure)


def _removes(rule: TagRule, temperature: bool) -> bool:
    return rule.temperature if temperature else rule.effect in ("stopped", "heating", "exempt", "monitor")


REASON = {
    Why.TAG_OVER_EVENT: "tag_over_event_cap",
    Why.TAG_OVER_BUDGET: "tag_over_budget",
    Why.TAG_OVERLAP: "tag_overlap",
}
