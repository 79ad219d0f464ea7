"""Sites, points and their newest values over the API."""

from fastapi import APIRouter, Request, Response

from clearbay.web.api import shapes
from clearbay.web.api.answers import MAY_LACK, PROBLEMS, Name, Word, answer
from clearbay.web.layout.errors import NotThere
from clearbay.web.layout.page import live_of
from clearbay.web.source import Bilingual, Live

router = APIRouter(prefix="/api/v1", tags=["places"])


@router.get("/sites", response_model=shapes.Sites, responses=PROBLEMS, summary="All sites of the district")
def sites(request: Request) -> Response:
    """Give all sites with the ids of their points."""
    live = live_of(request)
    district = live.district()
    items = [
        shapes.Site(
            site_id=site.site_id,
            kind=site.kind,
            name=_both(site.name),
            operator=_both(site.operator),
            address=_both(site.address),
            lon=site.lon,
            lat=site.lat,
            opened=site.opened,
            points=[p.point_id for p in district.points if p.site_id == site.site_id],
        )
        for site in district.sites
    ]
    return answer(
        request,
        shapes.Sites(district=_both(district.name), zone=district.zone, simulated=live.simulated, items=items),
    )


@router.get("/points", response_model=shapes.Points, responses=PROBLEMS, summary="All points of the district")
def points(request: Request) -> Response:
    """Give all points."""
    items = [shapes.Point.model_validate(one) for one in live_of(request).district().points]
    return answer(request, shapes.Points(items=items))


@router.get("/points/{point_id}", response_model=shapes.Point, responses=MAY_LACK, summary="One point")
def point(request: Request, point_id: Name) -> Response:
    """Give one point."""
    known = {one.point_id: one for one in live_of(request).district().points}
    if point_id not in known:
        raise NotThere(f"there is no point {point_id!r}")
    return answer(request, shapes.Point.model_validate(known[point_id]))


@router.get("/latest", response_model=shapes.LatestValues, responses=MAY_LACK, summary="Newest values")
def latest(request: Request, point: Word | None = None) -> Response:
    """Give the newest value of every series and statistic, of one point or of all."""
    live = live_of(request)
    if point is not None and all(one.point_id != point for one in live.district().points):
        raise NotThere(f"there is no point {point!r}")
    return answer(request, shapes.LatestValues(now=live.now(), items=_values(live, point)))


def _values(live: Live, point: str | None) -> list[shapes.Latest]:
    found = live.latest_all() if point is None else {point: live.latest(point)}
    return [
        shapes.Latest(
            point_id=name,
            code=one.code,
            basis=one.basis,
            statistic=one.statistic,
            period_s=one.period_s,
            time=one.time,
            value=one.value,
            text=one.text,
            flag=one.flag,
            unit=one.unit,
            packet_id=one.packet_id,
        )
        for name, values in found.items()
        for one in values
    ]


def _both(two: Bilingual | str) -> shapes.Bilingual:
    return shapes.Bilingual(zh=two, en=two) if isinstance(two, str) else shapes.Bilingual(zh=two.zh, en=two.en)
