"""What the reports say of findings, as parts of a page: the same sections, drawn from what the service holds."""

from collections.abc import Callable, Sequence
from datetime import datetime

import polars as pl
import pyarrow as pa

from clearbay.assess.permits import Point
from clearbay.reports.assessment import air, furnace, outlets, soil, water
from clearbay.reports.assessment.findings_frame import COLUMNS, frame
from clearbay.reports.assessment.given import Counts, Given
from clearbay.reports.assessment.shown import Section
from clearbay.web.figures import Picture
from clearbay.web.source import Live, PointEntry
from clearbay.web.text import Text, standards

NO_MEASUREMENTS = pl.DataFrame(schema={"point_id": pl.String})
"""The sections shown here speak of findings alone."""


def given(live: Live, points: Sequence[PointEntry], table: pa.Table, t: Text) -> Given:
    """Put findings into the shape that the reports' sections read."""
    known = {p.point_id: Point(p.point_id, t.of(p.name), p.zone, p.facts) for p in points}
    found = frame(table.select(COLUMNS), standards(), known)
    counts = Counts(found.height, found.height, 0)
    tags = tuple(tag for point in points for tag in live.tags(point.point_id))
    return Given(found, NO_MEASUREMENTS, standards(), known, t.names, "", (), (), counts, None, live.now(), tags=tags)


def findings_of(
    live: Live, points: Sequence[PointEntry], spans: Sequence[tuple[str, datetime]], limit: int = 20_000
) -> pa.Table:
    """Findings of some points: of each averaging (empty: of all) those since its instant."""
    parts = [
        live.findings(point.point_id, averaging=averaging or None, since=since, limit=limit, columns=COLUMNS)
        for point in points
        for averaging, since in spans
    ]
    return pa.concat_tables([part.cast(_plain(part.schema)) for part in parts]) if parts else pa.table({})


def _plain(schema: pa.Schema) -> pa.Schema:
    """The same columns with words as plain text: tables of several answers have dictionaries of their own."""
    return pa.schema(
        [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in schema]
    )


def _one(section: Callable[[Given], Section | None]) -> Callable[[Given], list[Section]]:
    def found(of: Given) -> list[Section]:
        part = section(of)
        return [] if part is None else [part]

    return found


OF_KIND: dict[str, Sequence[Callable[[Given], list[Section]]]] = {
    "air": (air.index_sections, _one(air.limits_section)),
    "section": (water.sections,),
    "effluent": (outlets.sections,),
    "stack": (_one(furnace.section), outlets.sections),
    "soil": (_one(soil.section),),
}
"""Sections that speak of a kind of point, in the order they are read."""


def of_kind(kind: str, of: Given) -> list[Section]:
    """Give the sections of a kind of point that have something to show."""
    if of.findings.is_empty():
        return []
    return [section for make in OF_KIND[kind] for section in make(of)]


def pictures_of(sections: Sequence[Section]) -> list[Picture]:
    """Pictures of sections, by ids that the templates make the same way."""
    return [
        Picture(f"{section.id}-{k}", figure.title, figure.alt, figure.spec)
        for section in sections
        for k, figure in enumerate(section.figures)
    ]
