"""Parquet files give what the same rows in CSV give."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clearbay.files import UnreadableFiles, read

TIMES = [datetime(2026, 3, 1, h) for h in range(3)]
TEXT = "time,point,COD(mg/L),NH3-N(mg/L)\n2026-03-01 00:00,A,1.5,2\n2026-03-01 01:00,A,,3\n2026-03-01 02:00,B,4.0,\n"


def parquet(book: Any, time: pa.Array, **more: pa.Array) -> Any:
    columns = {
        "time": time,
        "point": pa.array(["A", "A", "B"]).dictionary_encode(),
        "COD(mg/L)": pa.array([1.5, float("nan"), 4.0]),
        "NH3-N(mg/L)": pa.array([2, 3, None], pa.int64()),
        **more,
    }
    path = book.folder / "data.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def shown(book: Any, reading: Any) -> list[tuple[Any, ...]]:
    return [(v["point_id"], v["code"], v["time"], v["period_s"], v["value"], v["unit"]) for v in book.values(reading)]


@pytest.mark.parametrize(
    "time",
    [
        pa.array(TIMES, pa.timestamp("us")),
        pa.array(TIMES, pa.timestamp("ns")),
        pa.array([datetime(2026, 2, 28, h, tzinfo=UTC) for h in (16, 17, 18)], pa.timestamp("ms", tz="UTC")),
        pa.array([46082 + h / 24 for h in range(3)]),
        pa.array(["2026年3月1日 0时", "2026年3月1日 1时", "2026年3月1日 2时"]),
    ],
    ids=["micro", "nano", "zoned", "excel", "chinese"],
)
def test_times_of_every_type_give_what_csv_gives(book: Any, time: pa.Array) -> None:
    assert shown(book, read(parquet(book, time))) == shown(book, read(book.file(TEXT)))


def test_dates_are_days(book: Any) -> None:
    days = pa.array([date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)])
    assert {v["time"].hour for v in book.values(read(parquet(book, days)))} == {16}


def test_nested_columns_are_left_out_aloud(book: Any) -> None:
    reading = read(parquet(book, pa.array(TIMES), extra=pa.array([[1], [2], [3]])))
    assert any("extra" in n.en for n in reading.notes)
    assert reading.counts.rows_used == 3


def test_infinity_is_refused_and_sentinels_are_missing(book: Any) -> None:
    reading = read(parquet(book, pa.array(TIMES), TP=pa.array([float("inf"), -999.0, 0.2])))
    assert book.rejected(reading) == [(1, 5, "not_finite")]
    phosphorus = [(v["value"], v["quality"]) for v in book.values(reading) if v["code"] == "w21011"]
    assert phosphorus == [(None, 9), (0.2, 2)]


def test_a_cut_parquet_file_is_refused_in_words(book: Any) -> None:
    path = parquet(book, pa.array(TIMES))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableFiles, match="the Parquet file is damaged"):
        read(path)
