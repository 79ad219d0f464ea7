"""What a store holds, as assessments take it: the contract's observations with units, on one level for each hour.

A logger sends minutes, hours and days of the same channel. Where it sent an hour, that hour is judged; minutes serve
the hours that did not come. What can be recomputed from hours is not taken from a day's own value: assess sees to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl
import pyarrow as pa

from clearbay.assess.observations import SCHEMA
from clearbay.district.model import District
from clearbay.store import Store, reading
from clearbay.store.series import STATISTICS
from clearbay.vocabulary.parameters import find

HOUR_S, DAY_S = 3600, 86400
CONCENTRATIONS = ("raw", "standard", "reference_o2")
FURNACE = ("a01901", "i333")
"""Codes whose means finer than an hour decide by themselves (five-minute furnace temperatures)."""


def values(
    store: Store,
    district: District,
    points: Sequence[str],
    start: datetime,
    end: datetime,
    as_of: datetime | None = None,
    *,
    minutes: bool = True,
) -> pa.Table:
    """Give the values of some points from `start` to before `end` (aware), as known at `as_of`.

    Parameters
    ----------
    minutes : whether means finer than an hour are wanted, too; a year of them is millions of values.

    Returns
    -------
    `assess.observations.SCHEMA`; `source` is 0 and `row` the number of the packet that a value came in.
    """
    return shaped(rows_of(store, points, start, end, as_of, 1 if minutes else HOUR_S), district)


def shaped(found: pl.DataFrame, district: District) -> pa.Table:
    """Give values of a store as assessments take them: known codes, the district's units, one level for each hour.

    Parameters
    ----------
    found : point_id, code, basis, time (naive, UTC), period_s, statistic, value, text, flag, quality, packet.
    """
    if found.is_empty():
        return SCHEMA.empty_table()
    names = known_codes(found["code"].unique().to_list())
    units = units_of(district)
    soil = [point.point_id for point in district.points if point.kind == "soil"]
    keyed = found.with_columns(code=pl.col("code").replace(names))
    given = pl.DataFrame(
        [(point, names.get(code, code), basis, unit) for (point, code, basis), unit in units.items()],
        schema={"point_id": pl.String, "code": pl.String, "basis": pl.String, "unit": pl.String},
        orient="row",
    ).unique(["point_id", "code", "basis"])
    typed = keyed.join(given, on=["point_id", "code", "basis"], how="left").with_columns(
        unit=pl.coalesce("unit", pl.col("code").replace_strict(_own_units(keyed["code"].unique().to_list())))
    )
    daily = pl.col("point_id").is_in(soil) & (pl.col("period_s") >= DAY_S)
    levelled = one_level(typed).with_columns(
        period_s=pl.when(daily).then(0).otherwise("period_s").cast(pl.Int32),
        statistic=pl.when(daily).then(pl.lit("value")).otherwise("statistic"),
    )
    return _as_schema(levelled)


def rows_of(
    store: Store,
    points: Sequence[str],
    start: datetime,
    end: datetime,
    as_of: datetime | None,
    shortest_s: int,
    lone_below: int | None = None,
) -> pl.DataFrame:
    """Observations with the numbers of their packets; instants of real-time data are left to pages.

    Parameters
    ----------
    lone_below : of means finer than this [s] only those whose hour did not come itself, and none of furnaces.
    """
    con = store.cursor()
    conditions = [
        "series IN (SELECT series FROM book.series WHERE point_id IN (SELECT unnest($points)))",
        f"time >= {_instant(start)}",
        f"time < {_instant(end)}",
        f"period_s >= {shortest_s}",
        f"statistic = {STATISTICS.index('avg')}",
    ]
    if as_of is not None:
        conditions.append(f"received_at <= {_instant(as_of)}")
    inner = reading.union(store.manifest, store.folder, "observations", " AND ".join(conditions))
    asked = f"SELECT * FROM ({inner})" if lone_below is None else _lone(inner, lone_below)
    query = (
        f"SELECT point_id, code, basis, time, period_s, value, text, flag, quality, packet FROM ("
        f"{asked} {LAST}) JOIN book.series USING (series) WHERE text IS NOT NULL"
    )
    try:
        table = con.sql(query, params={"points": list(points)}).to_arrow_table()
    finally:
        con.close()
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(statistic=pl.lit("avg"))


LAST = "QUALIFY row_number() OVER (PARTITION BY series, time, period_s, statistic ORDER BY revision DESC) = 1"


def _lone(inner: str, base: int) -> str:
    """Rows of `base` [s] and longer, and finer ones of the hours that did not come themselves; none of furnaces."""
    furnace = " OR ".join(f"starts_with(code, '{code}')" for code in FURNACE)
    fine = (
        f"SELECT f.* FROM (SELECT * FROM ({inner}) WHERE period_s < {base}) f "
        f"ANTI JOIN (SELECT series FROM book.series WHERE {furnace}) heat USING (series)"
    )
    if base == HOUR_S:
        fine += " ANTI JOIN hours h ON h.series = f.series AND h.time = time_bucket(INTERVAL 1 HOUR, f.time)"
    return (
        f"WITH hours AS (SELECT series, time FROM (SELECT * FROM ({inner}) WHERE period_s = {HOUR_S} {LAST}) "
        "WHERE text IS NOT NULL) "
        f"SELECT * FROM (SELECT * FROM ({inner}) WHERE period_s >= {base} UNION ALL {fine})"
    )


def one_level(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out minutes of hours that came themselves; five-minute furnace temperatures stay beside them."""
    fine = (pl.col("period_s") > 0) & (pl.col("period_s") < HOUR_S)
    furnace = pl.any_horizontal(pl.col("code").str.starts_with(code) for code in FURNACE)
    hours = (
        frame.filter(pl.col("period_s") == HOUR_S)
        .select("point_id", "code", "basis", hour=pl.col("time").dt.truncate("1h"), whole=pl.lit(True))
        .unique()
    )
    marked = frame.with_columns(hour=pl.col("time").dt.truncate("1h")).join(
        hours, on=["point_id", "code", "basis", "hour"], how="left"
    )
    return marked.filter(~(fine & ~furnace & pl.col("whole").fill_null(False))).drop("hour", "whole")


def units_of(district: District) -> Mapping[tuple[str, str, str], str]:
    """Unit of each series that the district's channels state.

    A channel that is converted by its logger (Zs values) is stated once: its other bases stand in the same unit.
    """
    stated = [c for c in district.channels if c.unit]
    found = {(c.point_id, c.code, basis): c.unit for c in stated for basis in CONCENTRATIONS}
    return found | {(c.point_id, c.code, c.basis): c.unit for c in stated}


def known_codes(codes: Iterable[str]) -> dict[str, str]:
    """Codes of HJ 212-2005 as those of 2017; a code that nobody knows stays as it is."""
    found = {code: find(code) for code in codes}
    return {code: parameter.code if parameter is not None else code for code, parameter in found.items()}


def _own_units(codes: Iterable[str]) -> dict[str, str]:
    found = {code: find(code) for code in codes}
    return {code: parameter.unit if parameter is not None else "1" for code, parameter in found.items()}


def _as_schema(frame: pl.DataFrame) -> pa.Table:
    shaped = frame.with_columns(
        time=pl.col("time").dt.replace_time_zone("UTC").dt.cast_time_unit("us"),
        quality=pl.col("quality").cast(pl.Int8),
        source=pl.lit(0, pl.Int32),
        row=pl.col("packet").cast(pl.Int64),
        period_s=pl.col("period_s").cast(pl.Int32),
        flag=pl.col("flag").fill_null(""),
    ).select(SCHEMA.names)
    return shaped.to_arrow().cast(_plain()).cast(SCHEMA)


def _plain() -> pa.Schema:
    return pa.schema(
        [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in SCHEMA]
    )


def _instant(moment: datetime) -> str:
    return f"TIMESTAMP '{moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"
