"""Forecasts that show their grounds: the lead's own date beside the lead's own record, and nothing without
enough.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from statistics import median
from typing import NamedTuple

from clearbay.plans.book import Book
from clearbay.plans.facts import DueMove
from clearbay.plans.fold import IndicatorState, ProjectState, State
from clearbay.plans.model import Target

#: Finished items needed before their slips say anything about the rest.
SLIPS_NEEDED = 10
#: Values needed for a slope (Theil–Sen).
POINTS_NEEDED = 4


class Announced(NamedTuple):
    """A point of the milestone trend chart: on `known` the item was announced for `day`.

    `kind`: `approved`, `moved` (a new due date), `expected` (the lead's own date) or `finished`.
    """

    known: date
    day: date
    kind: str
    grade: str = ""
    source: str = ""


def trend_of(book: Book, state: State, item: str) -> list[Announced]:
    """Every date an item (project, or project/milestone) was announced for, by the day it was announced.

    Flat: kept. Rising: slipping. Lines are those the state's two dates allow.
    """
    project, _, milestone = item.partition("/")
    own = state.projects[project]
    node = next((n for n in own.milestones if n.milestone.id == milestone), None)
    approved = node.milestone.due if node is not None else own.due0
    points = [Announced(book.plan.approved_on, approved, "approved")]
    allowed = {(known, day) for known, day in own.announced}
    for fact in book.entries[project].facts:
        if fact.milestone != milestone or fact.on > state.at or fact.rec > state.as_of:
            continue
        source = "; ".join(fact.line.src)
        if isinstance(fact.value, DueMove) and (milestone or fact in own.moves):
            points.append(Announced(fact.rec, fact.value.due, "moved", fact.line.grade, source))
        elif (
            fact.kind == "expected"
            and isinstance(fact.value, date)
            and (milestone or (fact.rec, fact.value) in allowed)
        ):
            points.append(Announced(fact.rec, fact.value, "expected", fact.line.grade, source))
        elif fact.kind == "finished" and fact.on == (node.finished if node else own.finished):
            points.append(Announced(fact.rec, fact.on, "finished", fact.line.grade, source))
    return sorted(points, key=lambda point: (point.known, point.kind != "approved", point.day))


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """What a lead's finished items say: how many, and the median slip past the original due date [d]."""

    lead: str
    finished: int
    median_slip: float | None


def lead_records(projects: Iterable[ProjectState]) -> dict[str, LeadRecord]:
    """The record of every lead department; never of a person."""
    slips: dict[str, list[int]] = {}
    for own in projects:
        mine = slips.setdefault(own.project.lead, [])
        if own.finished is not None:
            mine.append((own.finished - own.due0).days)
    return {lead: LeadRecord(lead, len(mine), float(median(mine)) if mine else None) for lead, mine in slips.items()}


@dataclass(frozen=True, slots=True)
class ProjectForecast:
    """The lead's date (or the due date when none was given) with the lead's record beside it, not mixed into
    it.
    """

    project: str
    day: date
    announced: bool
    record: LeadRecord


def project_forecasts(state: State) -> list[ProjectForecast]:
    """A forecast for each project that is neither finished nor dropped, earliest first."""
    records = lead_records(state.projects.values())
    found = [
        ProjectForecast(own.project.id, own.expected or own.due, own.expected is not None, records[own.project.lead])
        for own in state.projects.values()
        if own.finished is None and own.dropped is None
    ]
    return sorted(found, key=lambda forecast: (forecast.day, forecast.project))


@dataclass(frozen=True, slots=True)
class PlanForecast:
    """When all is done if what is open slips as what is finished did: 10 %, 50 %, 90 % of those slips.

    `slips` is how many finished items it rests on; the three days are None below ten of them.
    """

    slips: int
    early: date | None
    middle: date | None
    late: date | None


def plan_forecast(state: State) -> PlanForecast:
    """Forecast of the day the whole plan is done, by the plan's own slips; none with fewer than ten."""
    finished = [(o.finished - o.due0).days for o in state.projects.values() if o.finished is not None]
    open_dues = [o.due0 for o in state.projects.values() if o.finished is None and o.dropped is None]
    if len(finished) < SLIPS_NEEDED or not open_dues:
        return PlanForecast(len(finished), None, None, None)
    early, middle, late = (
        max(max(due + timedelta(days=round(_quantile(finished, share))), state.at) for due in open_dues)
        for share in (0.1, 0.5, 0.9)
    )
    return PlanForecast(len(finished), early, middle, late)


@dataclass(frozen=True, slots=True)
class Slope:
    """Theil–Sen: the median of all pairwise slopes [unit per day], from `points` values; `reaches` by the due
    date.
    """

    per_day: float
    points: int
    reaches: float


def theil_sen(points: Sequence[tuple[date, float]], due: date) -> Slope | None:
    """Slope through dated values and where it leads on `due`; None with fewer than four values.

    Source: Sen, P. K. (1968), J. Am. Stat. Assoc. 63, 1379–1389; the line goes through the median intercept.
    """
    distinct = dict(points)
    if len(distinct) < POINTS_NEEDED:
        return None
    origin = min(distinct)
    dated = [((day - origin).days, value) for day, value in sorted(distinct.items())]
    slope = median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(dated, 2))
    level = median(y - slope * x for x, y in dated)
    return Slope(slope, len(dated), level + slope * (due - origin).days)


def indicator_forecast(state: IndicatorState, target: Target) -> Slope | None:
    """Where an indicator is heading by its target's due date, from its final values."""
    points = [(v.reading.period.end, v.reading.value) for v in state.values if v.reading.quality == "final"]
    return theil_sen(points, target.due)


def _quantile(numbers: Sequence[int], share: float) -> float:
    """Linear between closest ranks."""
    ordered = sorted(numbers)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
