"""Page of a site: who runs it, its points as they stand now, its model's drawing, its loggers."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from clearbay.reports.station.schematic import schematic
from clearbay.twins.activated_sludge import station
from clearbay.twins.activated_sludge.errors import StationError
from clearbay.web import standing
from clearbay.web.layout.errors import no_site
from clearbay.web.layout.page import live_of, render
from clearbay.web.memo import kept
from clearbay.web.point_now import now_of

router = APIRouter()


@router.get("/sites/{site_id}")
def site(request: Request, site_id: str) -> Response:
    """Show a site."""
    live = live_of(request)
    found = next((s for s in live.district().sites if s.site_id == site_id), None)
    if found is None:
        raise no_site(site_id)
    points = now_of(live, [p for p in live.district().points if p.site_id == site_id])
    return render(
        request,
        "site.html.j2",
        site=found,
        points=points,
        state=standing.site_states(live)[site_id],
        followed=",".join(p.point.point_id for p in points),
        loggers=[(one, standing.is_online(live, one)) for one in live.loggers() if one.site_id == site_id],
        drawing=_drawing(found.twin) if found.kind == "sewage_station" and found.twin else None,
        has_hall=any(p.point.kind == "stack" for p in points),
    )


@kept(600)
def _drawing(file: Path) -> Markup | None:
    """The station's line from its file; None where the file is no station (the district's reader says so)."""
    try:
        return Markup(schematic(station.read_station(file)))
    except (StationError, OSError):
        return None
