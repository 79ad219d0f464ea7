"""Month marks, kept for ever: what fell due in a month, and was it done by the month's report date.

Green when all of it was done and reported by that date, else red; made good later turns red into yellow, with
the day it was known. No later line takes a mark away. The practice of a real bureau (瓯海 2020).
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from clearbay.plans.fold import ProjectState, State
from clearbay.plans.periods import Period


class Mark(NamedTuple):
    """The mark of one project for one month: `items` fell due in it; `made_good` is the day a red turned
    yellow.
    """

    project: str
    month: str
    colour: str
    items: tuple[str, ...]
    made_good: date | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks up to a report date: project -> its marks, oldest first."""

    by_project: Mapping[str, tuple[Mark, ...]]

    def of_month(self, month: str) -> dict[str, Mark]:
        """Marks of one month, by project."""
        found: dict[str, Mark] = {}
        for project, own in self.by_project.items():
            if own[-1].month == month:
                found[project] = own[-1]
            elif own[-1].month > month:
                found.update((project, mark) for mark in own if mark.month == month)
        return found

    def streaks(self) -> dict[str, int]:
        """The reds in a row of every project that has any."""
        return {p: self.streak(p) for p, own in self.by_project.items() if own[-1].colour == "red"}

    def streak(self, project: str) -> int:
        """How many of the newest marks in a row were red at their report date and are not made good."""
        length = 0
        for mark in reversed(self.by_project.get(project, ())):
            if mark.colour != "red":
                break
            length += 1
        return length


NO_MARKS = Marks({})


def add_month(marks: Marks, state: State, period: Period, changed: Set[str] | None = None) -> tuple[Marks, list[Mark]]:
    """Marks with one more month, and those made good since; `state` is the fold at the month's report date.

    `changed` names the projects a line touched since the month before (None: any may have been).
    """
    by_project = dict(marks.by_project)
    made_good: list[Mark] = []
    for project in marks.by_project if changed is None else changed & marks.by_project.keys():
        own = marks.by_project[project]
        if any(mark.colour != "green" for mark in own):
            known = _finishes_known(state.projects.get(project))
            settled = tuple(mark if mark.colour == "green" else _settle(mark, known) for mark in own)
            made_good += [new for new, old in zip(settled, own, strict=True) if new.colour != old.colour]
            by_project[project] = settled
    for mark in month_marks(state.projects.values(), period):
        by_project[mark.project] = (*by_project.get(mark.project, ()), mark)
    good = sorted((m for m in made_good if m.colour == "yellow"), key=lambda m: (m.project, m.month))
    return Marks(by_project), good


def month_marks(projects: Iterable[ProjectState], period: Period) -> list[Mark]:
    """Marks of the projects that have something due in a month; dropped ones have none."""
    first, last, month = period
    found: list[Mark] = []
    for own in projects:
        items: tuple[str, ...] = ()
        open_items = False
        if first <= own.due <= last:
            items = (own.project.id,)
            open_items = own.finished is None
        for node in own.milestones:
            if first <= node.due <= last:
                items = (*items, node.milestone.ref)
                open_items = open_items or (node.finished is None and own.finished is None)
        if items and own.dropped is None:
            found.append(Mark(own.project.id, month, "red" if open_items else "green", items))
    return found


def _finishes_known(own: ProjectState | None) -> dict[str, date]:
    """When the finish of the project and of each of its nodes was known; a finished project finishes its
    nodes.
    """
    if own is None:
        return {}
    known = {node.milestone.ref: node.known or own.known for node in own.milestones} | {own.project.id: own.known}
    return {item: day for item, day in known.items() if day is not None}


def _settle(mark: Mark, known: Mapping[str, date]) -> Mark:
    """A red mark whose items are all finished is yellow; if a finish is voided again, it is red again."""
    days = [known[item] for item in mark.items if item in known]
    if len(days) < len(mark.items):
        return mark if mark.colour == "red" else mark._replace(colour="red", made_good=None)
    return mark if mark.colour == "yellow" else mark._replace(colour="yellow", made_good=max(days))
