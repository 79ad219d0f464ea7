"""The same findings on PySpark as on Polars. Needs the extra `spark` (requirements/spark.txt) and Java."""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import narwhals as nw
import polars as pl
import pyarrow as pa
import pytest

from clearbay.assess.averaging import countable, daily_means, hourly_means
from clearbay.assess.judge import judge
from clearbay.assess.permits import parse_permit
from clearbay.assess.slots import offsets
from clearbay.standards import Standards
from tests.assess.measurements import at, table
from tests.assess.test_judge import MIXED, PERMITS

pyspark = pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not on the PATH"),
]
SPAN = (date(2026, 2, 28), date(2026, 3, 1))
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession  # noqa: PLC0415

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .getOrCreate()
    )
    yield session
    session.stop()


def plain(values: pa.Table) -> pa.Table:
    """The table without dictionary encoding, as Spark takes it."""
    fields = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in values.schema]
    return values.cast(pa.schema([f.with_nullable(True) for f in fields]))


def on(spark: Any, values: pa.Table) -> Any:
    return spark.createDataFrame(plain(values).to_pandas())


def test_findings_are_identical_on_spark(spark: Any, standards: Standards) -> None:
    from clearbay.assess.on_spark import judge_on_spark, plain_schema  # noqa: PLC0415

    values = table(MIXED)
    permits = [parse_permit(text) for text in PERMITS]
    here = judge(values, standards, permits, assessed_at=NOW, span=SPAN)
    there = judge_on_spark(on(spark, values), standards, permits, assessed_at=NOW, span=SPAN).toArrow()
    assert there.num_rows == here.num_rows > 0

    def listed(t: pa.Table) -> list[dict[str, Any]]:
        frame = pl.from_arrow(t.select(plain_schema().names))
        assert isinstance(frame, pl.DataFrame)
        return (
            frame.with_columns(pl.col(pl.Categorical).cast(pl.String)).drop("assessed_at").sort("finding_id").to_dicts()
        )

    assert listed(there) == listed(here)


def test_means_run_on_spark_frames_themselves(spark: Any) -> None:
    rows = [("P1", "a34004", at(f"2026-02-28T{h:02}:00"), (h * 37 % 100) / 7, "N") for h in range(24)]
    shifts = offsets(*SPAN, "Asia/Shanghai")

    def daily(values: Any) -> list[dict[str, Any]]:
        made = daily_means(hourly_means(countable(values), shifts), shifts)
        out = pl.from_arrow(nw.to_native(made.collect("pyarrow")))
        assert isinstance(out, pl.DataFrame)
        return out.with_columns(pl.col(pl.Categorical).cast(pl.String)).to_dicts()

    assert daily(on(spark, table(rows))) == daily(table(rows))
