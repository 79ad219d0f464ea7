"""The hall screen of a plant: its process diagram alive, each furnace's state, key figures, what was found last."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from clearbay.assess.stack.budgets import Drawn
from clearbay.reports.plant.diagram import SLOTS, diagram
from clearbay.web import standing
from clearbay.web.layout.errors import no_site
from clearbay.web.layout.formats import day, series_of
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.line_state import LEGAL, Chip, chips
from clearbay.web.news import finding_line
from clearbay.web.point_now import Value, best_of, leading_values
from clearbay.web.source import Energy, Latest, Live, PointEntry, Site
from clearbay.web.tag_hours import hours_of_tags
from clearbay.web.text import Text

router = APIRouter()

TICKER = 10
TICKER_DAYS = 30
COLDEST, HOTTEST = 700, 1150
"""The furnace gauge [°C]: 850 is the temperature that GB 18485-2014 table 1 asks for."""


@dataclass(frozen=True)
class Feed:
    """What a slot of the diagram shows: codes, of the shown line or summed over all lines, times a factor."""

    codes: tuple[str, ...]
    basis: str = "raw"
    of_plant: bool = False
    factor: float = 1.0


def _probes(section: int) -> tuple[str, ...]:
    return tuple(f"i333{section}{k}" for k in range(10))


FEEDS: Mapping[str, Feed] = {
    "furnace.upper_c": Feed(_probes(1)),
    "furnace.middle_c": Feed(_probes(2)),
    "furnace.lower_c": Feed(_probes(3)),
    "steam.flow_t_h": Feed(("p51001",)),
    "steam.temperature_c": Feed(("p51002",)),
    "plant.received_t_d": Feed(("p51003",), of_plant=True, factor=24.0),
    "boiler.exit_c": Feed(("p51006",)),
    "reactor.exit_c": Feed(("p51007",)),
    "scr.temperature_c": Feed(("p51008",)),
    "power.gross_mw": Feed(("p51004",), of_plant=True),
    "power.net_mw": Feed(("p51005",), of_plant=True),
    "stack.o2": Feed(("a19001",)),
    "stack.dust": Feed(("a34013",), "reference_o2"),
    "stack.nox": Feed(("a21002",), "reference_o2"),
    "stack.so2": Feed(("a21026",), "reference_o2"),
    "stack.hcl": Feed(("a21024",), "reference_o2"),
    "stack.co": Feed(("a21005",), "reference_o2"),
    "stack.nh3": Feed(("a21001",), "reference_o2"),
}
"""Slots that loggers of a plant fill; of several probes the median, of several lines the sum."""


@dataclass(frozen=True)
class Line:
    """A furnace line beside the diagram."""

    point: PointEntry
    furnace: Value | None
    values: Sequence[Value]
    chips: Sequence[Chip]
    hours: Sequence[Drawn]


@router.get("/hall/{site_id}")
def hall(request: Request, site_id: str) -> Response:
    """Show a plant on a hall screen."""
    live, t = live_of(request), words_of(request)
    site, points = _plant(live, site_id)
    lines = [_line(live, point, t) for point in points]
    latest = {p.point_id: list(best_of(live.latest(p.point_id)).values()) for p in points}
    feeds = {p.point_id: _feeds(p.point_id, latest) for p in points}
    first = points[0].point_id
    drawn = {key for slots in feeds.values() for key in slots}
    values = {key: _value(series, latest) for key, series in feeds[first].items()}
    svg = diagram(values, site.name.zh, site.name.en, only=drawn, titled=False)
    now = live.now()
    energy_of, energy = _figures(live, site_id, now)
    return render(
        request,
        "hall.html.j2",
        site=site,
        lines=lines,
        drawing=svg,
        feeds={point: {key: _told(series, key) for key, series in slots.items()} for point, slots in feeds.items()},
        energy=energy,
        energy_of=energy_of,
        news=_news(live, site, t),
        over=_exceeded(live, points),
        scale=(COLDEST, LEGAL, HOTTEST),
    )


@router.get("/hall/{site_id}/states")
def states(request: Request, site_id: str) -> Response:
    """Give the states of a plant's lines by point, which its screen asks for as values come."""
    live, t = live_of(request), words_of(request)
    _, points = _plant(live, site_id)
    found = {p.point_id: [asdict(chip) for chip in _line(live, p, t).chips] for p in points}
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


def _plant(live: Live, site_id: str) -> tuple[Site, list[PointEntry]]:
    site = next((s for s in live.district().sites if s.site_id == site_id), None)
    points = [p for p in live.district().points if p.site_id == site_id and p.kind == "stack"]
    if site is None or not points:
        raise no_site(site_id)
    return site, points


def _figures(live: Live, site_id: str, now: datetime) -> tuple[str, Energy | None]:
    """Figures of today, or of yesterday while no hour of today has come: which day, and the figures."""
    start, _ = day(now, live.district().zone)
    found = live.energy(site_id, start, now)
    if found is not None and found.waste_t is not None:
        return "today", found
    before, _ = day(start - timedelta(hours=1), live.district().zone)
    return "yesterday", live.energy(site_id, before, start)


def _exceeded(live: Live, points: Sequence[PointEntry]) -> list[str]:
    """Ids of the findings of these points that stand exceeded since yesterday; the page goes on counting from them."""
    ids = {p.point_id for p in points}
    rows = standing.exceeded_since(live, standing.yesterday(live))
    return [row["finding_id"] for row in rows.iter_rows(named=True) if row["point_id"] in ids]


def _line(live: Live, point: PointEntry, t: Text) -> Line:
    values = leading_values(live, point)
    furnace = next((v for v in values if v.latest.code == "a01901"), None)
    rest = [v for v in values if v is not furnace]
    hours = hours_of_tags(live, point.point_id, point.zone)
    return Line(point, furnace, rest, chips(live, point, furnace, t), hours)


Series = tuple[tuple[tuple[str, str], ...], Feed]
"""(point, `formats.series_of`) of what a slot shows, and how."""


def _feeds(point_id: str, latest: Mapping[str, Sequence[Latest]]) -> dict[str, Series]:
    """Series behind each slot, for the slots that have any."""
    found: dict[str, Series] = {}
    for slot, feed in FEEDS.items():
        of = list(latest) if feed.of_plant else [point_id]
        series = tuple(
            (point, series_of(one))
            for point in of
            for one in latest[point]
            if one.code in feed.codes and one.basis == feed.basis
        )
        if series:
            found[slot] = (series, feed)
    return found


def _value(series: Series, latest: Mapping[str, Sequence[Latest]]) -> float | None:
    wanted, feed = series
    values = [
        one.value for point, key in wanted for one in latest[point] if series_of(one) == key and one.value is not None
    ]
    if not values:
        return None
    return feed.factor * (sum(values) if feed.of_plant else median(values))


def _told(series: Series, key: str) -> dict[str, object]:
    """What the page's script needs to keep a slot alive."""
    wanted, feed = series
    slot = next(s for s in SLOTS if s.key == key)
    return {
        "series": [f"{point}|{name}" for point, name in wanted],
        "sum": feed.of_plant,
        "factor": feed.factor,
        "decimals": slot.decimals,
        "limit": slot.limit,
        "least": slot.at_least,
    }


def _news(live: Live, site: Site, t: Text) -> list[dict[str, str]]:
    """Lines of the last findings of a site: exceedances first, then the newest."""
    since = live.now() - timedelta(days=TICKER_DAYS)
    rows = [row for p in standing.point_ids(live, site) for row in _last(live, p, since)]
    rows.sort(key=lambda row: (row["verdict"] != "exceeded", -row["time"].timestamp()))
    return [
        {"verdict": str(row["verdict"]), "line": finding_line(live, row, t), "id": str(row["finding_id"])}
        for row in rows[:TICKER]
    ]


def _last(live: Live, point_id: str, since: datetime) -> list[dict[str, Any]]:
    found = standing.frame(live, point_id, since=since, limit=TICKER)
    over = standing.frame(live, point_id, since=since, verdict="exceeded", limit=3)
    known = {row["finding_id"]: row for row in (*over.iter_rows(named=True), *found.iter_rows(named=True))}
    return list(known.values())
