"""Measurement tables for tests, on several engines."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from clearbay.assess.observations import SCHEMA

Row = tuple[str, str, datetime, float | None]


def table(
    rows: Iterable[tuple[Any, ...]], *, period_s: int = 3600, unit: str = "ug/m3", statistic: str = "avg"
) -> pa.Table:
    """Rows of (point, code, start, value[, flag[, unit]]) as a measurement table."""
    columns: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    for number, (point, code, start, value, *rest) in enumerate(rows, start=2):
        flag, own_unit = (*rest, *["", unit][len(rest) :])[:2] if rest else ("", unit)
        for name, item in {
            "point_id": point,
            "code": code,
            "basis": "raw",
            "time": start,
            "period_s": period_s,
            "statistic": statistic,
            "value": value,
            "text": "" if value is None else repr(value),
            "unit": own_unit,
            "flag": flag,
            "quality": 9 if value is None else 1,
            "source": 0,
            "row": number,
        }.items():
            columns[name].append(item)
    return pa.table(
        {
            name: pa.array(values, SCHEMA.field(name).type.value_type).dictionary_encode()
            if pa.types.is_dictionary(SCHEMA.field(name).type)
            else pa.array(values, SCHEMA.field(name).type)
            for name, values in columns.items()
        }
    )


def at(text: str) -> datetime:
    """An instant of Beijing wall-clock time such as 2026-03-01T00:00."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def relation(arrow: pa.Table) -> duckdb.DuckDBPyRelation:
    """The table as a DuckDB relation."""
    return duckdb.from_arrow(arrow)
