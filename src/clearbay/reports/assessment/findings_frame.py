"""Findings as the frame that sections draw on: local times, names, the kind of the standard, without the evidence."""

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from clearbay.assess.permits import Point
from clearbay.standards import Standards

COLUMNS = [
    "finding_id",
    "rule",
    "point_id",
    "code",
    "basis",
    "time",
    "period_s",
    "zone",
    "averaging",
    "method",
    "standard",
    "clause",
    "limit_min",
    "limit_max",
    "unit",
    "confidence",
    "value",
    "raw_value",
    "margin",
    "verdict",
    "class",
    "index",
    "primary",
    "expected",
    "valid",
    "left_out",
]
"""What a page reads of a finding; the windows behind it stay in the findings file."""

UNKNOWN_KIND = "other"


def frame(findings: pa.Table, standards: Standards, points: Mapping[str, Point]) -> pl.DataFrame:
    """Give findings with `local` (naive local start), `name`, `kind`, `family`, `excess` (share of the limit)."""
    table = pl.from_arrow(findings.select(COLUMNS))
    assert isinstance(table, pl.DataFrame)
    table = table.with_columns(pl.col(pl.Categorical).cast(pl.String))
    known = {standard.id: standard for standard in standards}
    kinds = {name: known[name].kind if name in known else UNKNOWN_KIND for name in table["standard"].unique()}
    families = {name: known[name].family if name in known else name for name in table["standard"].unique()}
    names = {point: _name(points, point) for point in table["point_id"].unique()}
    limit = pl.coalesce("limit_max", "limit_min")
    return (
        _local(table)
        .with_columns(
            kind=pl.col("standard").replace_strict(kinds, return_dtype=pl.String),
            family=pl.col("standard").replace_strict(families, return_dtype=pl.String),
            name=pl.col("point_id").replace_strict(names, return_dtype=pl.String),
            excess=pl.when(limit > 0).then(-pl.col("margin") / limit).otherwise(-pl.col("margin")),
        )
        .with_columns(day=pl.col("local").dt.date())
    )


def _name(points: Mapping[str, Point], point_id: str) -> str:
    point = points.get(point_id)
    return (point.name.strip() if point else "") or point_id


def _local(table: pl.DataFrame) -> pl.DataFrame:
    parts = [
        part.with_columns(local=pl.col("time").dt.convert_time_zone(str(zone)).dt.replace_time_zone(None))
        for (zone,), part in table.partition_by("zone", as_dict=True, maintain_order=True).items()
    ]
    empty = table.with_columns(local=pl.col("time").dt.replace_time_zone(None))
    return pl.concat(parts) if parts else empty


def unique_names(points: pl.DataFrame) -> dict[str, str]:
    """Name of each point, with the id behind it where two points share a name; `points`: `point_id`, `name`."""
    rows = points.select("point_id", "name").unique().sort("point_id").rows()
    times: dict[str, int] = {}
    for _, name in rows:
        times[name] = times.get(name, 0) + 1
    return {point: name if times[name] == 1 else f"{name} ({point})" for point, name in rows}


FURNACE_TEMPERATURE = "furnace_temperature"


def five_minute_means(findings: pa.Table) -> pl.DataFrame:
    """Furnace temperatures behind the findings: `point_id`, `local`, `day`, `value` [degC], `why`, `tag`, by time."""
    table = pl.from_arrow(findings.select(["point_id", "averaging", "zone", "windows"]))
    assert isinstance(table, pl.DataFrame)
    mine = table.with_columns(pl.col(pl.Categorical).cast(pl.String)).filter(pl.col("averaging") == FURNACE_TEMPERATURE)
    rows = mine.select("point_id", "zone", pl.col("windows")).explode("windows").drop_nulls("windows")
    fields = rows.select("point_id", "zone", pl.col("windows").struct.field("time", "value", "why", "tag"))
    return (
        _local(fields)
        .with_columns(day=pl.col("local").dt.date())
        .select("point_id", "local", "day", "value", "why", "tag")
        .unique(["point_id", "local"], maintain_order=True)
        .sort("point_id", "local")
    )
