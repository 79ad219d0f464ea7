"""The bulletin (简报) a bureau publishes: counts in its own words, printed figures beside ours, pictures in
the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clearbay.plans.book import Book
from clearbay.plans.curve import earned_schedule, plan_curve
from clearbay.plans.errors import NotInBook
from clearbay.plans.fold import State
from clearbay.plans.forecast import (
    Announced,
    indicator_forecast,
    lead_records,
    plan_forecast,
    project_forecasts,
    trend_of,
)
from clearbay.plans.indicator import judge_indicator
from clearbay.plans.light import RULE_VERSION
from clearbay.plans.marks import NO_MARKS, Mark
from clearbay.plans.model import Claim
from clearbay.plans.monthly import monthly_reports, months_of
from clearbay.plans.rollup import (
    counts_by,
    counts_of,
    figure_of,
    lights_of,
    weighted_progress,
    whole_percents,
    worst_first,
)
from clearbay.reports.plans.charts import indicator_chart, s_curve_chart, svg_of, theme_bars, trend_chart
from clearbay.reports.plans.page import render

#: Items drawn on the trend chart when none is asked for.
TRENDS_SHOWN = 6
#: Months of marks shown, newest last.
MARKS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed figure beside ours; `agrees` is None when we count nothing to compare."""

    claim: Claim
    ours: str
    agrees: bool | None


def bulletin_page(book: Book, state: State, *, trends: Sequence[str] = ()) -> str:
    """The bulletin of a state as one HTML page that needs nothing else; the same book and state give the same
    text.

    `trends` names the items of the milestone trend chart; by default those announced for more than one date.
    """
    plan, at = book.plan, state.at
    lights = lights_of(state, plan.terms)
    original = lights_of(state, plan.terms, "original")
    counts = counts_of(state.projects.values(), lights, at)
    by_theme = counts_by(state, lights, lambda row: row.theme)
    by_level = counts_by(state, lights, lambda row: row.level)
    by_lead = counts_by(state, lights, lambda row: row.lead)
    none = counts_of((), lights, at)
    themes = [(theme, by_theme.get(theme.id, none)) for theme in plan.themes]
    items, curve = plan_curve(state, plan.start, plan.end)
    drawn = trends_of(book, state, trends)
    indicators = [
        {
            "state": own,
            "status": judge_indicator(own, at),
            "picture": Markup(svg_of(indicator_chart(own, at), f"ind-{name}")),
            "slope": indicator_forecast(own, status.current.target) if (status := judge_indicator(own, at)) else None,
        }
        for name, own in state.indicators.items()
    ]
    months, marks = _marks(book, state)
    return render(
        "bulletin.html",
        plan=plan,
        state=state,
        at=at,
        head=book.journal.head,
        lines=len(book.journal.lines),
        rule=RULE_VERSION,
        problems=[problem for problem in book.problems if problem.level != "notice"],
        counts=counts,
        counts_original=counts_of(state.projects.values(), original, at, "original"),
        levels=[(level, by_level[level]) for level in plan.levels if level in by_level],
        themes=themes,
        shares=whole_percents(counts.lights.values()),
        leads=sorted(by_lead.items(), key=lambda pair: (-pair[1].lights["red"], pair[0])),
        records=lead_records(state.projects.values()),
        printed=printed_beside(book, state),
        worst=[(own, light, original[own.project.id]) for own, light in worst_first(state, lights)],
        weighted=weighted_progress(state),
        schedule=earned_schedule(items, plan.start, at),
        schedule_current=earned_schedule(items, plan.start, at, original=False),
        forecast=plan_forecast(state),
        forecasts=project_forecasts(state)[:12],
        trends=drawn,
        months=months,
        marks=marks,
        indicators=indicators,
        bars=Markup(svg_of(theme_bars([(f"{t.id} {t.name}", c) for t, c in themes]), "bars")),
        curve=Markup(svg_of(s_curve_chart(curve, at), "curve")),
        trend=Markup(svg_of(trend_chart(drawn, at), "trend")) if drawn else "",
    )


def printed_beside(book: Book, state: State) -> list[Printed]:
    """Each printed figure with ours and whether they agree."""
    lights = lights_of(state, book.plan.terms)
    found = []
    for claim in book.plan.claims:
        ours = figure_of(claim.counts, state, lights) if claim.counts else None
        agrees = None if ours is None else str(ours) == claim.value.strip()
        found.append(Printed(claim, "" if ours is None else str(ours), agrees))
    return found


def trends_of(book: Book, state: State, wanted: Sequence[str]) -> dict[str, list[Announced]]:
    """Announced dates of the items asked for, else of those announced for most dates; raises `NotInBook`."""
    for item in wanted:
        project, _, milestone = item.partition("/")
        own = state.projects.get(project)
        if own is None or (milestone and milestone not in {n.milestone.id for n in own.milestones}):
            raise NotInBook(item, "is no project or milestone of this plan", "`clearbay plan show --all` lists them")
    items = list(wanted)
    if not items:
        told = [(len({day for _, day in own.announced}) + len(own.moves), name) for name, own in state.projects.items()]
        items = [name for count, name in sorted(told, key=lambda t: (-t[0], t[1])) if count][:TRENDS_SHOWN]
    return {f"{i} {state.projects[i.partition('/')[0]].project.name}": trend_of(book, state, i) for i in items}


def _marks(book: Book, state: State) -> tuple[list[str], list[tuple[str, dict[str, Mark], int]]]:
    """Months shown and the projects with a mark that is not green in them: id,
    marks by month, reds in a row.
    """
    months = months_of(book, min(state.at, state.as_of))
    marks = NO_MARKS
    for report in monthly_reports(book, months):
        marks = report.marks
    shown = list(months[-MARKS_SHOWN:])
    rows = []
    for project, own in marks.by_project.items():
        by_month = {mark.month: mark for mark in own if mark.month in shown}
        if any(mark.colour != "green" for mark in by_month.values()):
            rows.append((project, by_month, marks.streak(project)))
    return shown, sorted(rows, key=lambda row: (-row[2], row[0]))
