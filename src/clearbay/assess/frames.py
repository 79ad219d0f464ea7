"""The few things that engines do each in their own way, so that the rest of `assess` need not know them."""

from typing import Any, TypeAlias

import narwhals as nw
import polars as pl
import pyarrow as pa
from narwhals.typing import IntoFrame

from clearbay.assess.observations import ObservationsError

Lazy: TypeAlias = nw.LazyFrame[Any]
"""A narwhals lazy frame of whatever engine."""


def lazy(frame: IntoFrame | Lazy) -> Lazy:
    """Take any frame (Polars, DuckDB relation, Arrow table, pandas, PySpark) as a narwhals lazy frame.

    An Arrow table is read by Polars, without a copy: it has no engine of its own that groups dictionaries.
    """
    if isinstance(frame, pa.Table):
        polars = pl.from_arrow(frame)
        assert isinstance(polars, pl.DataFrame)
        return nw.from_native(polars.lazy())
    native = nw.from_native(frame)
    return native.lazy() if isinstance(native, nw.DataFrame) else native


def with_seconds(frame: Lazy) -> Lazy:
    """Add `t`: the instant `time` as whole seconds since 1970 [Int64, UTC].

    Raises
    ------
    ObservationsError : the frame has neither `time` nor `t`.
    """
    columns = frame.collect_schema().names()
    if "t" in columns:
        return frame
    if "time" not in columns:
        raise ObservationsError(f"a frame of observations needs a column `time`; it has {', '.join(columns)}")
    if frame.implementation.is_duckdb():
        relation = nw.to_native(frame)
        return lazy(relation.project("*, epoch_us(time) // 1000000 AS t"))
    if frame.implementation.is_pyspark() or frame.implementation.is_pyspark_connect():
        spark = nw.to_native(frame)
        return lazy(spark.withColumn("t", spark["time"].cast("long")))
    return frame.with_columns((nw.col("time").dt.timestamp("us") // 1_000_000).cast(nw.Int64).alias("t"))


def collect(frame: Lazy) -> pa.Table:
    """Collect a lazy frame into an Arrow table."""
    return nw.to_native(frame.collect("pyarrow"))
