"""Reads `points.csv`: the points of the sites, to which series, permits and tags belong."""

import math
from collections.abc import Mapping

from clearbay.district.cells import Cells
from clearbay.district.columns import POINTS
from clearbay.district.located import Located, nearest, once
from clearbay.district.model import POINT_KINDS, PointEntry, Site
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.table import read_rows
from clearbay.vocabulary.clocks import UnknownZone
from clearbay.vocabulary.clocks import zone as zone_of

FILE = "points.csv"
KINDS_OF_SITE: Mapping[str, tuple[str, ...]] = {
    "wte_plant": ("stack", "furnace", "effluent", "air"),
    "sewage_station": ("effluent",),
    "air_station": ("air",),
    "river_section": ("section",),
    "lake_section": ("section",),
    "soil_plot": ("soil",),
    "works_outlet": ("stack", "furnace", "effluent", "air"),
}
"""Kinds of point that a kind of site may have; `air` at a plant is its boundary."""


def read_points(
    snapshot: Snapshot, sites: Mapping[str, Site], zone: str, problems: Problems
) -> list[Located[PointEntry]]:
    """Read the points; what is wrong with a line is noted. `zone` is that of the district."""
    if FILE not in snapshot.files:
        return []
    found = []
    for row in read_rows(snapshot.files[FILE], FILE, POINTS, problems):
        cells = Cells(row, problems)
        site_id, kind = cells.needed("site_id"), cells.one_of("kind", POINT_KINDS)
        site = sites.get(site_id)
        if site is None and site_id:
            cells.wrong("unknown_site", value=site_id, near=nearest(site_id, sites))
        elif site is not None and kind in POINT_KINDS and kind not in KINDS_OF_SITE.get(site.kind, POINT_KINDS):
            allowed = ", ".join(KINDS_OF_SITE[site.kind])
            cells.wrong("point_kind", kind=kind, site_kind=site.kind, allowed=allowed)
        own_zone = cells.text("zone", zone)
        try:
            zone_of(own_zone)
        except UnknownZone:
            cells.wrong("zone", value=own_zone)
        lon, lat = cells.place()
        entry = PointEntry(
            cells.identifier("point_id"),
            site_id,
            kind,
            cells.bilingual("name"),
            own_zone,
            site.lon if site is not None and math.isnan(lon) else lon,
            site.lat if site is not None and math.isnan(lat) else lat,
            cells.pairs("facts"),
        )
        if entry.point_id:  # a wrong line stays, so that lines that name it are not told off for it
            found.append(Located(row.line, entry))
    return once(found, lambda point: point.point_id, "point_id", FILE, problems)
