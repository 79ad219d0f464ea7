"""The public bulletin: the day's figures in plain words, a QR code to this page, and what is on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request, Response

from clearbay.casebook import Casebook
from clearbay.casebook.nuisances import KINDS, PublicNuisance
from clearbay.web import judged, standing
from clearbay.web.activities import icalendar, month, moved, public
from clearbay.web.layout import formats
from clearbay.web.layout.errors import BadRequest
from clearbay.web.layout.levels import water_level
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.point_now import CLASSES
from clearbay.web.running_class import running_class
from clearbay.web.security.hosts import is_loopback
from clearbay.web.settings import WebSettings
from clearbay.web.source import Live, PointEntry
from clearbay.web.text import Text
from clearbay.web.yesterday import last_days

router = APIRouter()

REPORTS_DAYS = 90
COMING = 12
"""Activities that the list beside the grid names."""


@dataclass(frozen=True)
class Said:
    """What the bulletin says of a point: its level, or how its judgements came out."""

    point: PointEntry
    words: str
    tone: str
    row: Mapping[str, object] | None = None
    when: str = ""


@router.get("/bulletin")
def bulletin(request: Request, at: Annotated[str, Query(max_length=7)] = "") -> Response:
    """Show the bulletin; `at` is the month of the calendar (2026-03)."""
    live, t = live_of(request), words_of(request)
    district, now = live.district(), live.now()
    today = formats.local(now, district.zone).date()
    year, number = _month(at) if at else (today.year, today.month)
    entries = public(live)
    link, near = _address(request)
    book: Casebook | None = request.app.state.casebook
    since = standing.yesterday(live)
    return render(
        request,
        "bulletin.html.j2",
        since=since,
        groups=_groups(live, t),
        emitted=last_days(live, t),
        totals=live.finding_counts(since, now),
        link=link,
        near=near,
        code=segno.make(link, error="m", micro=False).svg_inline(scale=4, border=3, dark="#000", light="#fff"),
        weeks=month(entries, year, number, today, district.zone),
        shown=f"{year}-{number:02d}",
        earlier="{}-{:02d}".format(*moved(year, number, -1)),
        later="{}-{:02d}".format(*moved(year, number, 1)),
        coming=[one for one in entries if one.end >= now][:COMING],
        sites={site.site_id: site for site in district.sites},
        local=lambda moment: formats.local(moment, district.zone),
        reporting=book is not None,
        reports=_reports(book, live) if book is not None else [],
        kinds=KINDS,
    )


@router.get("/bulletin/activities.ics")
def activities(request: Request) -> Response:
    """Give the public activities as a file that calendars take."""
    text = icalendar(public(live_of(request)), live_of(request), words_of(request))
    headers = {"Content-Disposition": 'attachment; filename="clearbay-activities.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


def _groups(live: Live, t: Text) -> list[tuple[str, list[Said]]]:
    """What is said of the points, by kind, in the order of the district's files."""
    kinds = dict.fromkeys(point.kind for point in live.district().points)
    found = []
    for kind in kinds:
        said = [one for point in live.district().points if point.kind == kind and (one := _said(live, point, t))]
        if said:
            found.append((kind, said))
    return found


def _said(live: Live, point: PointEntry, t: Text) -> Said | None:
    code, averaging = CLASSES.get(point.kind, ("", ""))
    if code:
        row = standing.newest(live, point.point_id, code, averaging)
        if row is None:
            so_far = running_class(live, point.point_id) if point.kind == "section" else None
            if so_far is None:
                return Said(point, t("bulletin.no_level"), "none")
            name = water_level(so_far.name, t).name
            return Said(point, t("bulletin.so_far", name=name, n=so_far.days), "none")
        line = judged.line({"revision": 0, **row}, {}, t)
        return Said(point, line.value, "level", row, line.period)
    counts = live.finding_counts(standing.yesterday(live), live.now(), point.point_id)
    met, over = counts.get("met", 0), counts.get("exceeded", 0)
    left = counts.get("not_evaluable", 0)
    if not met + over + left:
        return Said(point, t("bulletin.not_judged"), "none")
    key, tone = ("bulletin.some_over", "exceeded") if over else ("bulletin.all_met", "met")
    if not met and not over:
        key, tone = "bulletin.none_evaluable", "not-evaluable"
    return Said(point, t(key, met=met, over=over, total=met + over, left=left), tone)


def _reports(book: Casebook, live: Live) -> list[PublicNuisance]:
    return list(book.nuisances.public(live.now() - timedelta(days=REPORTS_DAYS), 20))


def _address(request: Request) -> tuple[str, bool]:
    """The address of this page for others, and whether it leads only to this very machine."""
    settings: WebSettings = request.app.state.settings
    base = settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return f"{base}/bulletin", not settings.public_url and is_loopback(request.base_url.hostname or "")


def _month(text: str) -> tuple[int, int]:
    year, _, number = text.partition("-")
    if not (year.isdecimal() and number.isdecimal() and 1970 <= int(year) <= 2199 and 1 <= int(number) <= 12):
        raise BadRequest(f"at={text!r} is no month; write it as 2026-03", f"at={text!r} 不是月份；请写成 2026-03")
    return int(year), int(number)
