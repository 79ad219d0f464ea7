"""Findings as pages show them: plain values, local times, names; the same for the list, the evidence and exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import pyarrow as pa

from clearbay.reports.assessment.figures_as_text import number, period, unit
from clearbay.web.layout import formats
from clearbay.web.layout.levels import level_of as name_of_level
from clearbay.web.source import Live
from clearbay.web.text import Text

EVIDENCE = ("windows", "left_out")
"""Columns that only the evidence page reads."""


@dataclass(frozen=True)
class Line:
    """A finding as one line of a list."""

    finding_id: str
    revision: int
    point_id: str
    point: str
    parameter: str
    averaging: str
    period: str
    value: str
    limit: str
    unit: str
    verdict: str
    verdict_name: str
    level: str
    standard: str
    clause: str
    unverified: bool


def frame(findings: pa.Table) -> pl.DataFrame:
    """Findings without their evidence, words as text."""
    found = pl.from_arrow(findings.drop_columns([n for n in EVIDENCE if n in findings.column_names]))
    assert isinstance(found, pl.DataFrame)
    return found.with_columns(pl.col(pl.Categorical).cast(pl.String))


def lines(findings: pa.Table, live: Live, t: Text) -> list[Line]:
    """Write findings as lines, in their order."""
    names = {point.point_id: t.of(point.name) for point in live.district().points}
    return [line(row, names, t) for row in frame(findings).iter_rows(named=True)]


def line(row: Mapping[str, object], names: Mapping[str, str], t: Text) -> Line:
    """Write one finding as a line."""
    point_id, zone, time = str(row["point_id"]), str(row["zone"]), row["time"]
    assert isinstance(time, datetime)
    start = formats.local(time, zone).replace(tzinfo=None)
    return Line(
        finding_id=str(row["finding_id"]),
        revision=int(str(row["revision"])),
        point_id=point_id,
        point=names.get(point_id, point_id),
        parameter=t.names.parameter(str(row["code"])),
        averaging=t.averaging(str(row["averaging"])),
        period=period(start, int(str(row["period_s"])), str(row["averaging"])),
        value=value_of(row, t),
        limit=limit_of(row),
        unit=unit(str(row["unit"])),
        verdict=str(row["verdict"] or "none"),
        verdict_name=t.names.verdict(str(row["verdict"] or "")),
        level=level_of(row, t),
        standard=str(row["standard"]),
        clause=str(row["clause"]),
        unverified=row["confidence"] == "unverified",
    )


def value_of(row: Mapping[str, object], t: Text) -> str:
    """The value of a finding: a figure, a class, or an index."""
    if row.get("index") is not None:
        return str(row["index"])
    if row["code"] == "class":
        return t.names.water_class(str(row["class"] or ""))
    return formats.judged_value(_float(row["value"]), _float(row["limit_min"]), _float(row["limit_max"]))


def limit_of(row: Mapping[str, object]) -> str:
    """The limit of a finding: `≤ 50`, `≥ 6`, `6–9`, or nothing for a classification."""
    low, high = _float(row["limit_min"]), _float(row["limit_max"])
    if low is not None and high is not None:
        return f"{number(low)}–{number(high)}"
    if low is not None:
        return f"≥ {number(low)}"
    return "" if high is None else f"≤ {number(high)}"


def level_of(row: Mapping[str, object], t: Text) -> str:
    """The class or level of a classification, and what decided it."""
    named = name_of_level(row, t).name if row["class"] and row["code"] != "class" else ""
    parts = [named, _primary(row, t)]
    return " · ".join(part for part in parts if part)


def _primary(row: Mapping[str, object], t: Text) -> str:
    codes = [code for code in str(row["primary"] or "").split(",") if code]
    return t.names.listed([t.names.symbol(code) for code in codes])


def _float(value: object) -> float | None:
    return value if isinstance(value, float) else None


def choices(live: Live) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What a list of findings can be narrowed to: points by id, standards that the district's permits name."""
    district = live.district()
    judged = {permit.standard for permit in district.permits}
    return {
        "points": sorted((point.point_id, point.name.zh) for point in district.points),
        "standards": sorted((name, name) for name in judged),
    }
