"""Which days of which furnaces must be judged anew after a value was revised or a tag was entered late.

A day's findings hang on its own hours, on the 24 hours before its end, and on the tags of its year and quarter: a tag
draws on a budget, so what it takes from a later tag must be looked at too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from clearbay.assess.permits import ALL_POINTS, Permit
from clearbay.assess.stack.judge_stack import furnace_of
from clearbay.assess.stack.timeline import Segment, latest, timeline
from clearbay.standards.stack_rules import StackRules
from clearbay.vocabulary.clocks import local_date
from clearbay.vocabulary.tags import Tag, TagKind


@dataclass(frozen=True)
class Revised:
    """A value that came, or came anew: its point, start and length [s]."""

    point_id: str
    time: datetime
    period_s: int


def touched(
    values: Iterable[Revised],
    before: Sequence[Tag],
    after: Sequence[Tag],
    rules: StackRules,
    permits: Sequence[Permit],
    *,
    zones: Mapping[str, str],
    until: date,
) -> set[tuple[str, date]]:
    """Give the (stack, local day) pairs whose findings may differ.

    Parameters
    ----------
    values : revised values. before, after : all tags known before and after. permits : of the stacks concerned.
    zones : legal zone of each stack; until : last day that is judged, where a tag without an end ceases to matter.
    """
    found: set[tuple[str, date]] = set()
    for stack, zone in zones.items():
        mine = {stack} | {furnace_of(p, stack) for p in permits if p.applies_to(stack) or p.point_id == ALL_POINTS}
        for value in values:
            if value.point_id in mine:
                last = value.time + timedelta(seconds=max(value.period_s, 1) - 1)
                found |= _days(stack, zone, value.time, last, until, also=1)
        changed = {_spoken(s) for s in _segments(before, mine, rules, zone)} ^ {
            _spoken(s) for s in _segments(after, mine, rules, zone)
        }
        changed |= {(_second(t.start), _second(t.end), "", 0) for t in set(after) ^ set(before) if t.point_id in mine}
        for start, end, _, _ in changed:
            begin = datetime.fromtimestamp(start, UTC)
            finish = datetime.fromtimestamp(min(end, int(_end_of(until).timestamp())), UTC)
            found |= _days(stack, zone, begin, max(begin, finish - timedelta(seconds=1)), until, also=1)
    return found


def _second(instant: datetime | None) -> int:
    return 2**40 if instant is None else int((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp())


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)


def _segments(tags: Sequence[Tag], points: set[str], rules: StackRules, zone: str) -> list[Segment]:
    mine = [tag for tag in latest(tags) if tag.point_id in points]
    return [s for kind in TagKind for s in timeline(mine, kind, rules, zone).segments]


def _spoken(s: Segment) -> tuple[int, int, str, int]:
    return (s.start, s.end, s.rule.label, int(s.why))


def _days(stack: str, zone: str, first: datetime, last: datetime, until: date, also: int) -> set[tuple[str, date]]:
    """Local days of a stretch, and `also` so many after it: a rolling day reaches back into them."""
    day, end = local_date(first, zone), min(local_date(last, zone) + timedelta(days=also), until)
    found = set()
    while day <= end:
        found.add((stack, day))
        day += timedelta(days=1)
    return found
