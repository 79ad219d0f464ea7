"""Judging on PySpark: each group of points is handed to the same `judge`, where the data are.

The hourly and daily means (`averaging`) also run on Spark frames by themselves. Needs the extra `spark`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from clearbay.assess.findings import SCHEMA
from clearbay.assess.judge import judge
from clearbay.assess.permits import Permit, Point
from clearbay.standards import Standards

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def judge_on_spark(
    values: "DataFrame",
    standards: Standards,
    permits: Iterable[Permit],
    *,
    assessed_at: datetime,
    span: tuple[date, date],
    points: Iterable[Point] = (),
) -> "DataFrame":
    """Judge a Spark frame of observations (`observations.SCHEMA`, texts plain) point by point.

    Parameters
    ----------
    span : days to cover; must be given, because no worker sees more than its own points.

    Returns
    -------
    Spark frame of findings (`findings.SCHEMA`, texts plain); the same findings as `judge` gives for that span.
    """
    plain = plain_schema()
    applying, known = tuple(permits), tuple(points)

    def own(batch: pa.Table) -> pa.Table:
        # A permit that names a point is for that point's worker alone: the others would report the point as missing.
        name = str(batch["point_id"][0].as_py())
        mine = tuple(p.only([name]) for p in applying if p.applies_to(name))
        return judge(batch, standards, mine, assessed_at=assessed_at, points=known, span=span).cast(plain)

    return values.groupBy("point_id").applyInArrow(own, schema=_spark_schema(plain))


def plain_schema() -> pa.Schema:
    """Findings without dictionary encoding, as Spark holds them."""
    return pa.schema([f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in SCHEMA])


def _spark_schema(schema: pa.Schema) -> str:
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415

    fields: Iterator[str] = (f"`{f.name}` {f.dataType.simpleString()}" for f in from_arrow_schema(schema).fields)
    return ", ".join(fields)
