"""Plan books: what was promised, what is done, what is late; on any day, as known on any day."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from clearbay.plans.curve import earned_schedule, items_of, plan_curve
from clearbay.plans.errors import PlanError
from clearbay.plans.fold import ProjectState
from clearbay.plans.indicator import judge_indicator
from clearbay.plans.light import COLOURS, Light
from clearbay.plans.rollup import counts_by, counts_of, worst_first
from clearbay.plans.wording import COLOUR_WORDS, SHAPES, percent_words, reason_words, status_words, target_words
from clearbay.reports.plans.charts import indicator_chart, s_curve_chart, svg_of, theme_bars
from clearbay.web.layout.errors import NotThere, not_a_day, year_out_of_reach
from clearbay.web.layout.formats import local
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.plan_books import Shown, book_of, names, shown
from clearbay.web.source import Live
from clearbay.web.text import PLACE, Text

router = APIRouter()

TEXT_AT_MOST = 100
PROJECTS_AT_MOST = 200
"""Projects listed on one page; a filter by light shows the others."""


@dataclass(frozen=True)
class ProjectLine:
    """A project as one line of a list."""

    id: str
    name: str
    theme: str
    lead: str
    due: date
    colour: str
    shape: str
    light: str
    reason: str


@router.get("/plans")
def plans(request: Request) -> Response:
    """Show all plan books of the district."""
    live, t = live_of(request), words_of(request)
    cards: list[dict[str, object]] = []
    for name, folder in names(live).items():
        try:
            plan = book_of(folder).plan
        except PlanError as error:
            cards.append({"name": name, "problem": str(error)})
            continue
        at = day_shown(live, plan.last_day)
        now = shown(folder, at, at)
        counts = counts_of(now.state.projects.values(), now.lights, at)
        cards.append(
            {
                "name": name,
                "problem": "",
                "title": plan.title if t.lang == "zh" or not plan.title_en else plan.title_en,
                "start": plan.start,
                "end": plan.end,
                "at": at,
                "counts": counts,
                "rates": {key: percent_words(rate) for key, rate in counts.rates.items()},
                "indicators": len(plan.indicators),
            }
        )
    return render(request, "plans.html.j2", cards=cards, lights=light_words(t))


@router.get("/plans/{name}")
def plan(
    request: Request,
    name: str,
    at: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    as_of: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    light: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
) -> Response:
    """Show one book on a day, as known on a day; `light` lists the projects of one colour."""
    live, t = live_of(request), words_of(request)
    now = asked(live, name, at, as_of)
    book, state = now.book, now.state
    counts = counts_of(state.projects.values(), now.lights, now.at)
    by_theme = counts_by(state, now.lights, lambda row: row.theme)
    themes = [(f"{x.id} {x.name}", by_theme[x.id]) for x in book.plan.themes if x.id in by_theme]
    chosen = [pair for pair in worst_first(state, now.lights) if light in ("", pair[1].colour)]
    schedule = earned_schedule(items_of(state.projects.values()), book.plan.start, now.at)
    _, curve = plan_curve(state, book.plan.start, book.plan.end)
    return render(
        request,
        "plan.html.j2",
        name=name,
        plan=book.plan,
        at=now.at,
        as_of=now.as_of,
        shown=now,
        counts=counts,
        rates=[(t(f"plans.rate_{key}"), percent_words(rate)) for key, rate in counts.rates.items()],
        lights=[(colour, *light_words(t)[colour], counts.lights[colour]) for colour in COLOURS],
        chosen=light,
        projects=[project_line(state_, light_, now, t) for state_, light_ in chosen[:PROJECTS_AT_MOST]],
        more=max(len(chosen) - PROJECTS_AT_MOST, 0),
        schedule=schedule,
        bars=svg_of(theme_bars(themes), "bars"),
        curve=svg_of(s_curve_chart(curve, now.at), "curve"),
        indicators=indicators(now, t),
    )


@router.get("/plans/{name}/projects/{project_id}")
def project(
    request: Request,
    name: str,
    project_id: str,
    at: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    as_of: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
) -> Response:
    """Show one project: what was promised, its nodes, and every line the journal has of it."""
    live, t = live_of(request), words_of(request)
    now = asked(live, name, at, as_of)
    state = now.state.projects.get(project_id)
    if state is None:
        raise NotThere(
            f"plan {name} has no project {project_id[:TEXT_AT_MOST]} on {now.at}",
            f"计划 {name} 在 {now.at} 没有项目 {project_id[:TEXT_AT_MOST]}",
        )
    lines = [
        line
        for line in now.book.journal.lines
        if line.rec <= now.as_of and (line.id == project_id or line.id.startswith(f"{project_id}/"))
    ]
    return render(
        request,
        "project.html.j2",
        name=name,
        plan=now.book.plan,
        state=state,
        line=project_line(state, now.lights[project_id], now, t),
        at=now.at,
        as_of=now.as_of,
        lines=[(line, [(kind, _said(value)) for kind, value in line.facts]) for line in reversed(lines)],
    )


def asked(live: Live, name: str, at: str, as_of: str) -> Shown:
    """Find the book of a name and fold it to the days asked for.

    Raises
    ------
    NotThere : no such book. BadRequest : a day is none, or lies outside 1970 to 2199.
    """
    folder = names(live).get(name)
    if folder is None:
        raise NotThere(
            f"there is no plan {name[:TEXT_AT_MOST]}; /plans lists them",
            f"没有计划 {name[:TEXT_AT_MOST]}；计划列表见 /plans",
        )
    try:
        book = book_of(folder)
    except PlanError as error:
        raise NotThere(str(error), f"计划 {name} 读不出来：{error}") from error
    then = _day("at", at) or day_shown(live, book.plan.last_day)
    return shown(folder, then, _day("as_of", as_of) or then)


def day_shown(live: Live, last: date) -> date:
    """Today, or the last day of a plan that is over."""
    return min(local(live.now(), live.district().zone).date(), last)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise not_a_day(text, name) from error
    if not 1970 <= day.year <= 2199:
        raise year_out_of_reach(text, name)
    return day


def project_line(state: ProjectState, light: Light, now: Shown, t: Text) -> ProjectLine:
    """Write a project as a line."""
    row = state.project
    place = PLACE[t.lang]
    return ProjectLine(
        row.id,
        row.name,
        now.book.plan.theme(row.theme).name,
        row.lead,
        state.due,
        light.colour,
        SHAPES[light.colour],
        COLOUR_WORDS[light.colour][place],
        reason_words(light)[place],
    )


def light_words(t: Text) -> dict[str, tuple[str, str]]:
    """Shape and word of each light."""
    return {colour: (SHAPES[colour], COLOUR_WORDS[colour][PLACE[t.lang]]) for colour in COLOURS}


def indicators(now: Shown, t: Text) -> list[dict[str, object]]:
    """Indicators with target, value, status and a picture."""
    found: list[dict[str, object]] = []
    for key, own in now.state.indicators.items():
        judged = judge_indicator(own, now.at)
        row = own.indicator
        found.append(
            {
                "name": row.name if t.lang == "zh" or not row.name_en else row.name_en,
                "target": "" if judged is None else f"{target_words(row, judged.current.target)}",
                "due": None if judged is None else judged.current.target.due,
                "value": None if judged is None else judged.current.value,
                "unit": row.unit,
                "of": "" if judged is None else judged.current.value_of,
                "status": "" if judged is None else status_words(judged.current)[PLACE[t.lang]],
                "picture": svg_of(indicator_chart(own, now.at), f"ind-{key}"),
            }
        )
    return found


def _said(value: object) -> str:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return " ".join(str(part) for part in value if part not in ("", None))
    return str(value)
