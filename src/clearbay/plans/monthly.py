"""The series of monthly reports: each as reported on its own date, with the marks kept for ever."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from clearbay.plans.book import Book, MilestoneState
from clearbay.plans.errors import NotInBook
from clearbay.plans.fold import ProjectState, State, advance, fold
from clearbay.plans.indicator import IndicatorStatus, judge_indicator
from clearbay.plans.light import RULE_VERSION, Light, rule_of
from clearbay.plans.marks import NO_MARKS, Mark, Marks, add_month
from clearbay.plans.periods import month_period


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The report of one month: state on its date as known on it, both lights,
    indicators, all marks so far.

    `fresh` names the projects of which a fact or a light may differ from the month before.
    """

    month: str
    state: State
    rule: str
    lights: dict[str, Light]
    original: dict[str, Light]
    indicators: dict[str, IndicatorStatus]
    marks: Marks
    made_good: tuple[Mark, ...]
    fresh: Set[str]


def months_of(book: Book, until: date) -> tuple[str, ...]:
    """Months of the plan whose report date is not after `until`, to the plan's last month."""
    return book.plan.calendar.months_reported(book.plan.start, min(until, _last_report(book)))


def monthly_reports(book: Book, months: Sequence[str], rule: str = RULE_VERSION) -> Iterator[MonthReport]:
    """The reports of consecutive months, the first one the plan's first (marks are kept from there)."""
    plan = book.plan
    apply = rule_of(rule)
    marks, state = NO_MARKS, None
    lights: dict[str, Light] = {}
    original: dict[str, Light] = {}
    for month in months:
        day = plan.calendar.report_date(month)
        before: Mapping[str, ProjectState] = state.projects if state is not None else {}
        state = advance(book, state, day) if state is not None else fold(book, day, day)
        changed = {project for project, own in state.projects.items() if before.get(project) is not own}
        marks, made_good = add_month(marks, state, month_period(month), changed)
        # A finished light is fixed at the finish, so it is asked for again only when a line touched the
        # project.
        fresh = {p for p in state.projects if p in changed or lights[p].colour != "done"}
        lights, original = dict(lights), dict(original)
        for project in fresh:
            own = state.projects[project]
            lights[project] = original[project] = apply(own, day, plan.terms, "current")
            if own.due != own.due0 or own.moves or _nodes_moved(own.milestones):
                original[project] = apply(own, day, plan.terms, "original")
        if before.keys() != state.projects.keys():
            lights = {project: lights[project] for project in state.projects}
            original = {project: original[project] for project in state.projects}
        indicators = {
            name: status
            for name, own_state in state.indicators.items()
            if (status := judge_indicator(own_state, day)) is not None
        }
        yield MonthReport(month, state, rule, lights, original, indicators, marks, tuple(made_good), fresh)


def month_report(book: Book, month: str, rule: str = RULE_VERSION) -> MonthReport:
    """The report of one month; raises `NotInBook` for a month outside the plan or not yet reported."""
    months = months_of(book, date.max)
    if month not in months:
        raise NotInBook(f"month {month}", "is not a month of this plan", f"it runs {months[0]} to {months[-1]}")
    *_, report = monthly_reports(book, months[: months.index(month) + 1], rule)
    return report


def _nodes_moved(nodes: Sequence[MilestoneState]) -> bool:
    return any(node.due is not node.milestone.due for node in nodes)


def _last_report(book: Book) -> date:
    return book.plan.calendar.report_date(f"{book.plan.end.year:04d}-{book.plan.end.month:02d}")
