"""All findings, narrowed by point, standard, verdict, averaging and days; the newest first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pyarrow as pa
from fastapi import APIRouter, Query, Request, Response

from clearbay.standards import Standards
from clearbay.vocabulary.statistics import RULES_OVER
from clearbay.web import judged
from clearbay.web.layout.errors import not_a_day, year_out_of_reach
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.source import Live
from clearbay.web.text import standards

router = APIRouter()

A_PAGE = 100
VERDICTS = ("exceeded", "not_evaluable", "exempt", "met")
AVERAGINGS = (
    "1h",
    "8h",
    "24h",
    "day",
    "mda8",
    "max1h",
    "month",
    "quarter",
    "year",
    "sample",
    "instant",
    *RULES_OVER,
)
TEXT_AT_MOST = 100


@dataclass(frozen=True)
class Asked:
    """What a reader narrows the list to; empty means everything."""

    point: str = ""
    standard: str = ""
    verdict: str = ""
    averaging: str = ""
    since: str = ""
    until: str = ""

    def query(self, **more: object) -> str:
        """Write the choice as a query string."""
        said = {name: value for name, value in vars(self).items() if value}
        return urlencode({**said, **more})


@router.get("/findings")
def findings(
    request: Request,
    point: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    standard: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    verdict: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    averaging: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    since: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    until: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Show findings, a hundred a page."""
    live, t = live_of(request), words_of(request)
    asked = Asked(point, standard, verdict, averaging, since, until)
    found = select(live, asked, limit=A_PAGE + 1, offset=(page - 1) * A_PAGE)
    lines = judged.lines(found.slice(0, A_PAGE), live, t)
    return render(
        request,
        "findings.html.j2",
        lines=lines,
        asked=asked,
        page=page,
        more=found.num_rows > A_PAGE,
        points=[(p.point_id, t.of(p.name)) for p in live.district().points],
        editions=[(name, name) for name in editions(live, standards())],
        verdicts=[(v, t.names.verdict(v)) for v in VERDICTS],
        averagings=[(a, t.names.averaging(a)) for a in AVERAGINGS],
    )


def select(live: Live, asked: Asked, *, limit: int, offset: int = 0) -> pa.Table:
    """Findings that a choice asks for, as a table.

    Raises
    ------
    BadRequest : a day is none.
    """
    zone = live.district().zone
    first, last = _day("since", asked.since), _day("until", asked.until)
    return live.findings(
        asked.point or None,
        asked.standard or None,
        asked.verdict or None,
        asked.averaging or None,
        None if first is None else _midnight(first, zone),
        None if last is None else _midnight(last + timedelta(days=1), zone),
        limit=limit,
        offset=offset,
    )


def editions(live: Live, known: Standards) -> list[str]:
    """Editions that the district's permits can lead to, and the indices among them."""
    named = {permit.standard for permit in live.district().permits}
    return sorted(s.id for s in known if s.id in named or s.family in named)


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


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
