"""The pack for a leading group's meeting: what went red since the last, what was promised, what is due before
the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clearbay.plans.book import Book
from clearbay.plans.facts import Promise
from clearbay.plans.fold import ProjectState, fold
from clearbay.plans.indicator import IndicatorStatus, judge_indicator
from clearbay.plans.light import Light, red_since
from clearbay.plans.model import Theme
from clearbay.plans.rollup import Counts, counts_of, lights_of, worst_first


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise and what became of it: `kept`, `kept_late`, `open` or `broken`; `days` past or left [d]."""

    made: date
    promise: Promise
    outcome: str
    days: int


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One project on the table: its light now and at the last meeting, since when it is red, what was
    promised.
    """

    state: ProjectState
    light: Light
    before: Light | None
    red_since: date | None
    promised: tuple[Promised, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due before the next meeting: a project or one of its milestones."""

    ref: str
    name: str
    day: date
    state: ProjectState
    light: Light


@dataclass(frozen=True, slots=True)
class ThemePage:
    """One page: a theme's counts, what went red, what got out of it, promises, what is due, and all its
    projects.
    """

    theme: Theme
    counts: Counts
    went_red: tuple[Reviewed, ...]
    still_red: tuple[Reviewed, ...]
    recovered: tuple[Reviewed, ...]
    promised: tuple[Reviewed, ...]
    due_next: tuple[Due, ...]
    projects: tuple[tuple[ProjectState, Light], ...]
    indicators: Mapping[str, IndicatorStatus]


@dataclass(frozen=True, slots=True)
class ReviewPack:
    """The pack: the day it speaks of, the meetings before and after it, counts
    then and now, a page a theme.
    """

    at: date
    last: date
    following: date
    counts: Counts
    counts_before: Counts
    pages: tuple[ThemePage, ...]


def review_pack(book: Book, at: date, last: date, following: date) -> ReviewPack:
    """The pack of a meeting held `at` a day, after one on `last` and before one on `following`.

    What was red at the last meeting is as it was reported then, not as it is known now.
    """
    plan = book.plan
    state, before = fold(book, at, at), fold(book, last, last)
    lights, lights_before = lights_of(state, plan.terms), lights_of(before, plan.terms)
    judged = {
        name: status for name, own in state.indicators.items() if (status := judge_indicator(own, at)) is not None
    }
    pages = []
    for theme in plan.themes:
        rows = [pair for pair in worst_first(state, lights) if pair[0].project.theme == theme.id]
        items = []
        for own, light in rows:
            since = red_since(own, light, plan.terms, at)
            promised = tuple(outcome_of(own, made, promise, at) for made, promise in own.promises)
            items.append(Reviewed(own, light, lights_before.get(own.project.id), since, promised))
        pages.append(
            ThemePage(
                theme,
                counts_of((own for own, _ in rows), lights, at),
                tuple(i for i in items if i.light.colour == "red" and not _was_red(i)),
                tuple(i for i in items if i.light.colour == "red" and _was_red(i)),
                tuple(i for i in items if i.light.colour != "red" and (_was_red(i) or _late_since(i, last))),
                tuple(i for i in items if any(p.made <= last or p.outcome != "open" for p in i.promised)),
                tuple(_due_between(rows, at, following)),
                tuple(rows),
                {n: s for n, s in judged.items() if plan.indicators[n].theme == theme.id},
            )
        )
    return ReviewPack(
        at,
        last,
        following,
        counts_of(state.projects.values(), lights, at),
        counts_of(before.projects.values(), lights_before, last),
        tuple(pages),
    )


def outcome_of(own: ProjectState, made: date, promise: Promise, at: date) -> Promised:
    """What became of a promise: it speaks of the project's finish."""
    if own.finished is not None:
        late = (own.finished - promise.by).days
        return Promised(made, promise, "kept" if late <= 0 else "kept_late", late)
    left = (promise.by - at).days
    return Promised(made, promise, "open" if left >= 0 else "broken", abs(left))


def meetings_around(book: Book, at: date) -> tuple[date, date]:
    """The meeting before a day (the plan's start when none) and the one after it
    (the plan's end when none).
    """
    earlier = [day for day in book.plan.meetings if day < at]
    later = [day for day in book.plan.meetings if day > at]
    return max(earlier, default=book.plan.start), min(later, default=book.plan.end)


def _was_red(item: Reviewed) -> bool:
    return item.before is not None and item.before.colour == "red"


def _late_since(item: Reviewed, last: date) -> bool:
    """It went red and was finished between the two meetings, so neither would show it."""
    finished = item.state.finished
    return item.light.reason == "finished_late" and finished is not None and finished > last and not _was_red(item)


def _due_between(rows: list[tuple[ProjectState, Light]], after: date, until: date) -> list[Due]:
    found = []
    for own, light in rows:
        if own.finished is not None or own.dropped is not None:
            continue
        if after < own.due <= until:
            found.append(Due(own.project.id, own.project.name, own.due, own, light))
        for node in own.milestones:
            if node.finished is None and after < node.due <= until:
                found.append(Due(node.milestone.ref, node.milestone.name, node.due, own, light))
    return sorted(found, key=lambda due: (due.day, due.ref))
