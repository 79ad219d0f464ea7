"""Plan books over the API: what was promised, what is done, what is late; on any day, as known on any day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator

from clearbay.plans.errors import PlanError
from clearbay.plans.model import Plan
from clearbay.plans.rollup import counts_of, worst_first
from clearbay.plans.wording import reason_words
from clearbay.web.api import shapes
from clearbay.web.api.answers import MAY_LACK, PROBLEMS, Name, answer
from clearbay.web.layout.page import live_of
from clearbay.web.pages.plans import asked
from clearbay.web.plan_books import book_of, names

router = APIRouter(prefix="/api/v1", tags=["plans"])


def _in_range(day: date) -> date:
    if not 1970 <= day.year <= 2199:
        raise ValueError("years lie between 1970 and 2199")
    return day


Day = Annotated[date, Query(description="as 2024-06-30"), AfterValidator(_in_range)]


@router.get("/plans", response_model=shapes.Plans, responses=PROBLEMS, summary="All plan books")
def plans(request: Request) -> Response:
    """Give the plan books of the district that can be read."""
    items = []
    for name, folder in names(live_of(request)).items():
        try:
            items.append(shapes.PlanHead.model_validate(_head(name, book_of(folder).plan)))
        except PlanError:
            continue  # the page of the plans says what is wrong with it
    return answer(request, shapes.Plans(items=items))


@router.get("/plans/{name}", response_model=shapes.Plan, responses=MAY_LACK, summary="A plan book on a day")
def plan(
    request: Request,
    name: Name,
    at: Annotated[Day | None, Query(description="the day shown; today, or the last day of a plan that is over")] = None,
    as_of: Annotated[Day | None, Query(description="as known on this day; the day shown")] = None,
) -> Response:
    """Give a book folded to a day, as known on a day: counts, and every project, the worst first."""
    now = asked(live_of(request), name, str(at or ""), str(as_of or ""))
    counts = counts_of(now.state.projects.values(), now.lights, now.at)
    projects = []
    for state, light in worst_first(now.state, now.lights):
        zh, en = reason_words(light)[:2]
        row = state.project
        projects.append(
            shapes.Project(
                id=row.id,
                name=row.name,
                theme=row.theme,
                level=row.level,
                lead=row.lead,
                start=row.start,
                due=state.due,
                due_as_approved=state.due0,
                light=light.colour,
                reason=shapes.Bilingual(zh=zh, en=en),
                days=light.days,
                phase=state.phase,
                done_percent=state.pct,
                finished=state.finished,
            )
        )
    said = _head(name, now.book.plan) | {"at": now.at, "as_of": now.as_of, "counts": counts, "projects": projects}
    return answer(request, shapes.Plan.model_validate(said))


def _head(name: str, plan: Plan) -> dict[str, object]:
    title = shapes.Bilingual(zh=plan.title, en=plan.title_en or plan.title)
    return {"name": name, "title": title, "doc_no": plan.doc_no, "start": plan.start, "end": plan.end}
