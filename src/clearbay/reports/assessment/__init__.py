"""The report of an assessment: one self-contained page, in Chinese or English, that opens without a network."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import polars as pl
import pyarrow as pa

from clearbay.assess.permits import Point
from clearbay.reports.assessment import air, furnace, lists, outlets, soil, summary, water
from clearbay.reports.assessment.findings_frame import five_minute_means, frame
from clearbay.reports.assessment.given import Counts, Given, Source
from clearbay.reports.assessment.page import page
from clearbay.reports.assessment.shown import Section
from clearbay.reports.assessment.words import Language, words
from clearbay.standards import Standards
from clearbay.vocabulary.tags import Tag

__all__ = ["Counts", "Language", "Source", "build"]

MEASURED = ["point_id", "code", "time", "value", "unit", "flag"]


def build(
    findings: pa.Table,
    measurements: pa.Table,
    *,
    standards: Standards,
    points: Iterable[Point] = (),
    title: str = "",
    lang: Language = "zh",
    notes: Sequence[str] = (),
    sources: Sequence[Source | str] = (),
    counts: Counts | Mapping[str, int],
    made_up: str | None = None,
    generated_at: datetime,
    tags: Iterable[Tag] = (),
) -> str:
    """Write the report of an assessment as one HTML text.

    Parameters
    ----------
    findings : `assess.findings.SCHEMA`, in any order.
    measurements : `assess.observations.SCHEMA`; what was measured, counted in the summary.
    points : names of points; others are called by their id.
    title : of the page; empty for a plain one.
    notes : what was assumed when the files were read, one sentence each, in the page's language.
    sources : the files that were read, or just their names.
    counts : accounts of the rows, as `Counts` or by the names of its fields.
    made_up : where the data come from when they are not real; shown on every section. None for real data.
    generated_at : written on the page.
    tags : what operators declared of furnaces and monitors.
    """
    known = {point.point_id: point for point in points}
    measured = pl.from_arrow(measurements.select(MEASURED))
    assert isinstance(measured, pl.DataFrame)
    speak = words(lang, standards)
    given = Given(
        frame(findings, standards, known),
        measured.with_columns(pl.col(pl.Categorical).cast(pl.String)),
        standards,
        known,
        speak,
        title or speak("default_title"),
        notes,
        [source if isinstance(source, Source) else Source(source) for source in sources],
        counts if isinstance(counts, Counts) else Counts(counts["read"], counts["judged"], counts["rejected"]),
        made_up,
        generated_at,
        five_minute_means(findings),
        tuple(tags),
    )
    return page(given, _sections(given))


def _sections(given: Given) -> list[Section]:
    """Sections that have something to show, in the order they are read."""
    found: list[Section | None] = [
        summary.section(given),
        *air.index_sections(given),
        air.limits_section(given),
        *water.sections(given),
        furnace.section(given),
        *outlets.sections(given),
        soil.section(given),
        lists.exceedances(given),
        lists.not_evaluable(given),
        lists.how_to_check(given),
    ]
    return [section for section in found if section is not None]
