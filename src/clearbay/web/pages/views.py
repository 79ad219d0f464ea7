"""Views in the form that the standards use: air, surface water, effluents, soil, and the incinerator's stacks."""

from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa
from fastapi import APIRouter, Request, Response

from clearbay.reports.assessment import furnace
from clearbay.reports.assessment.shown import Section
from clearbay.web import ribbon, standing
from clearbay.web.figures import Picture
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.memo import kept
from clearbay.web.point_now import now_of
from clearbay.web.sections import findings_of, given, of_kind, pictures_of
from clearbay.web.settings import Language
from clearbay.web.source import Live, PointEntry
from clearbay.web.text import text

router = APIRouter()


@dataclass(frozen=True)
class View:
    """A view: its key in `words/view.csv`, the kind of points, and days back by averaging (empty: every averaging)."""

    key: str
    kind: str
    days: tuple[tuple[str, int], ...]


VIEWS = {
    "air": View("air", "air", (("day", 365), ("mda8", 365), ("1h", 8))),
    "water": View("water", "section", (("", 1100),)),
    "effluent": View("effluent", "effluent", (("day", 90), ("month", 400))),
    "plant": View(
        "plant",
        "stack",
        (
            *((averaging, 62) for averaging in ("day", "24h", "max1h", "1h", "furnace_temperature", "exempt_pm")),
            *((averaging, 400) for averaging in furnace.ALLOWANCES),
        ),
    ),
    "soil": View("soil", "soil", (("", 3700),)),
}


@router.get("/air")
def air(request: Request) -> Response:
    """Show the air index: cards of the stations, calendar, levels, primary pollutants, limits."""
    return _show(request, VIEWS["air"])


@router.get("/water")
def water(request: Request) -> Response:
    """Show the classes of surface water."""
    return _show(request, VIEWS["water"])


@router.get("/effluent")
def effluent(request: Request) -> Response:
    """Show how effluents complied by day and parameter."""
    return _show(request, VIEWS["effluent"])


@router.get("/soil")
def soil(request: Request) -> Response:
    """Show the risk of farmland soil."""
    return _show(request, VIEWS["soil"])


@router.get("/plant")
def plant(request: Request) -> Response:
    """Show the incinerator: furnace ribbons, compliance by day and pollutant."""
    return _show(request, VIEWS["plant"])


def _show(request: Request, view: View) -> Response:
    live, t = live_of(request), words_of(request)
    points = [p for p in live.district().points if p.kind == view.kind]
    sections, pictures = _sections(live, view, t.lang)
    stacks = points if view.kind == "stack" else []
    ribbons = [r for p in stacks if (r := ribbon.of(live, p.point_id, p.zone, t.of(p.name), t.lang))]
    return render(
        request,
        "view.html.j2",
        view=view,
        points=now_of(live, points),
        followed=",".join(p.point_id for p in points),
        sections=sections,
        ribbons=ribbons,
        pictures=[*pictures, *(r.picture for r in ribbons)],
        halls=sorted({p.site_id for p in points}) if view.kind == "stack" else [],
        standing=standing,
    )


@kept(60)
def _sections(live: Live, view: View, lang: Language) -> tuple[list[Section], list[Picture]]:
    """Sections and their pictures; they follow from findings, which change by the hour."""
    points = _points(live, view)
    now = live.now()
    table = findings_of(live, points, [(a, now - timedelta(days=days)) for a, days in view.days])
    if not isinstance(table, pa.Table) or not table.num_rows:
        return [], []
    sections = of_kind(view.kind, given(live, points, table, text(lang)))
    return sections, pictures_of(sections)


def _points(live: Live, view: View) -> list[PointEntry]:
    return [p for p in live.district().points if p.kind == view.kind]
