"""The district at a glance: map, counts, how things stand now, the latest exceedances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from clearbay.web import standing
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.map import SHAPE_PATHS, draw
from clearbay.web.point_now import PointNow, now_of
from clearbay.web.source import Cases, Live, Site

router = APIRouter()

EXCEEDANCES = 12
POINTS_AT_MOST = 40
"""Points whose values stand on the overview; a larger district shows the first of each kind."""


SITES_AT_MOST = 40
"""Sites with a mark and a line; of a larger district those with exceedances first, then the silent ones; dots else."""

URGENCY = {"exceeded": 0, "silent": 1}


@dataclass(frozen=True)
class SiteNow:
    """A site in the list beside the map: its state, how many points it has."""

    number: int
    site: Site
    state: str
    points: int


@router.get("/")
def overview(request: Request) -> Response:
    """Show the overview."""
    live, t = live_of(request), words_of(request)
    district, now = live.district(), live.now()
    since = standing.yesterday(live)
    loggers = live.loggers()
    states = standing.site_states(live, loggers)
    counts = live.finding_counts(since, now)
    everywhere = list(enumerate(district.sites, start=1))
    # Sorting keeps the district's order among equals.
    urgent = sorted(everywhere, key=lambda one: URGENCY.get(states[one[1].site_id], 2))
    shown, dots = sorted(urgent[:SITES_AT_MOST], key=lambda one: one[0]), urgent[SITES_AT_MOST:]
    others: dict[str, list[Site]] = {}
    for _, site in dots:
        others.setdefault(states[site.site_id], []).append(site)
    drawn = draw(district.outline, [site for _, site in shown], t, others)
    sites = [SiteNow(n, site, states[site.site_id], len(standing.point_ids(live, site))) for n, site in shown]
    points = _points(live)
    kinds = dict.fromkeys(p.point.kind for p in points)
    return render(
        request,
        "overview.html.j2",
        map=drawn,
        shapes=SHAPE_PATHS,
        sites=sites,
        sites_in_all=len(district.sites),
        numbers={one.site.site_id: one.number for one in sites},
        states=states,
        since=since,
        counts=counts,
        online=sum(standing.is_online(live, state) for state in loggers),
        loggers=len(loggers),
        over=standing.exceeded_since(live, since).head(EXCEEDANCES).to_dicts(),
        names={p.point_id: t.of(p.name) for p in district.points},
        site_names={s.site_id: t.of(s.name) for s in district.sites},
        groups=[(kind, [p for p in points if p.point.kind == kind]) for kind in kinds],
        cases=_counted(request.app.state.casebook, now),
        followed=",".join(p.point.point_id for p in points),
    )


@dataclass(frozen=True)
class CaseCounts:
    """How many follow-ups are open, how many of them late, how many alarms are on."""

    open: int
    overdue: int
    alarms: int


def _counted(casebook: Cases | None, now: datetime) -> CaseCounts | None:
    """Count what the casebook holds open, None without a casebook."""
    if casebook is None:
        return None
    found = casebook.follow_ups.listed(now, state="open")
    return CaseCounts(len(found), sum(one.standing.days_late > 0 for one in found), len(casebook.alarms.standing()))


def _points(live: Live) -> Sequence[PointNow]:
    return now_of(live, live.district().points[:POINTS_AT_MOST])
