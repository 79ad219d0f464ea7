"""Pages of the points: the list of all, and one point with its live values, history, capture, flags and tags."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from clearbay.reports.assessment.figures_as_text import number, with_unit
from clearbay.vocabulary.flags import FLAGS
from clearbay.web import standing
from clearbay.web.figures import Picture
from clearbay.web.history import RANGES, History, Range, read, span_of
from clearbay.web.history_picture import picture
from clearbay.web.layout.errors import no_point
from clearbay.web.layout.formats import stamp
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.point_now import LEADING, Value, values_of
from clearbay.web.source import Live, PointEntry
from clearbay.web.text import Text

router = APIRouter()

FINDINGS = 12
FINDINGS_DAYS = 60


def point_of(live: Live, point_id: str, t: Text) -> PointEntry:
    """Find a point.

    Raises
    ------
    NotThere : the district has none of this id.
    """
    for point in live.district().points:
        if point.point_id == point_id:
            return point
    raise no_point(point_id)


@router.get("/points")
def points(request: Request) -> Response:
    """List all points by site with their newest values."""
    live = live_of(request)
    district = live.district()
    rows = []
    bounds = standing.bounds(live, tuple(point.point_id for point in district.points))
    for site in district.sites:
        for point in (p for p in district.points if p.site_id == site.site_id):
            values = values_of(live, point.point_id, bounds)
            rows.append((site, point, leading(point, values)[:3], max((v.latest.time for v in values), default=None)))
    return render(request, "points.html.j2", rows=rows)


def leading(point: PointEntry, values: Sequence[Value]) -> list[Value]:
    """Values in the order the field names them, the others behind."""
    order = LEADING.get(point.kind, ())
    return sorted(
        values,
        key=lambda v: (order.index(v.latest.code) if v.latest.code in order else len(order), v.latest.code),
    )


def chosen(values: Sequence[Value], code: str) -> Value | None:
    """The value whose history is shown: the one asked for, else the first that has a limit, else the first."""
    asked = [v for v in values if v.latest.code == code]
    limited = [v for v in values if v.bound is not None]
    return next(iter([*asked, *limited, *values]), None)


@router.get("/points/{point_id}")
def point(request: Request, point_id: str, code: str = "", range: str = "day", at: str = "") -> Response:
    """Show a point."""
    live, t = live_of(request), words_of(request)
    entry = point_of(live, point_id, t)
    values = leading(entry, values_of(live, point_id))
    value = chosen(values, code)
    span = span_of(live, range, at, entry.zone)
    history = _history(live, entry, value, span.range, at)
    now = live.now()
    site = next((s for s in live.district().sites if s.site_id == entry.site_id), None)
    found = standing.frame(live, point_id, since=now - timedelta(days=FINDINGS_DAYS), limit=FINDINGS)
    return render(
        request,
        "point.html.j2",
        point=entry,
        site=site,
        values=values,
        value=value,
        span=span,
        ranges=RANGES,
        earlier=span.moved(entry.zone, -1),
        later=span.moved(entry.zone, 1) if span.at else None,
        history=history,
        picture=_picture(history, value, entry, t) if history and value else None,
        capture=live.capture(point_id, span.start, span.end),
        emissions=live.emissions(point_id) if entry.kind == "stack" else None,
        kilograms=_kilograms,
        flags=FLAGS,
        permits=[p for p in live.district().permits if p.applies_to(point_id)],
        found=found.to_dicts(),
        names={point_id: t.of(entry.name)},
    )


def _history(live: Live, entry: PointEntry, value: Value | None, name: Range, at: str) -> History | None:
    if value is None:
        return None
    one = value.latest
    span = span_of(live, name, at, entry.zone)
    return read(live, entry.point_id, one.code, one.basis, one.statistic, one.unit, span)


def _picture(history: History, value: Value, entry: PointEntry, t: Text) -> Picture | None:
    if history.empty:
        return None
    code, unit = value.latest.code, value.latest.unit
    stats = history.values
    alt = t(
        "point.chart_alt",
        parameter=t.parameter(code),
        start=stamp(history.span.start, entry.zone),
        end=stamp(history.span.end, entry.zone),
        mean=number(_float(stats["mean"].mean()), 4),
        low=number(_float(stats["low"].min()), 4),
        high=number(_float(stats["high"].max()), 4),
        gaps=len(history.gaps),
    )
    title = with_unit(t.parameter(code), unit)
    return Picture("history", title, alt, picture(history, code, unit, entry.zone, t))


def _kilograms(kg: Fraction) -> str:
    """A mass as it is read: four digits."""
    return number(float(kg), 4)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


@router.get("/points/{point_id}/history.json")
def history_again(request: Request, point_id: str, code: str, range: str = "day") -> Response:
    """Give the picture of a span that ends now anew, for a page that stays open."""
    live, t = live_of(request), words_of(request)
    entry = point_of(live, point_id, t)
    value = chosen(values_of(live, point_id), code)
    span = span_of(live, range, "", entry.zone)
    history = _history(live, entry, value, span.range, "")
    drawn = _picture(history, value, entry, t) if history and value else None
    return JSONResponse(drawn.spec if drawn else {}, headers={"Cache-Control": "no-store"})
