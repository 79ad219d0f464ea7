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


def observations(book: Any, **changed: Any) -> Any:
    columns = {
        "point_id": ["wte-1"] * 4,
        "code": ["a21002", "a21002", "i33310", "a21002"],
        "basis": ["standard", "reference_o2", "raw", "standard"],
        "time": pa.array([datetime(2026, 3, 1, 0, m, tzinfo=UTC) for m in (0, 0, 0, 1)], pa.timestamp("us", tz="UTC")),
        "period_s": pa.array([60] * 4, pa.int32()),
        "statistic": ["avg"] * 4,
        "value": [63.5, 50.6, 943.6, None],
        "unit": ["mg/m3", "mg/m3", "Cel", "mg/m3"],
        "flag": ["N"] * 4,
        **changed,
    }
    path = book.folder / "observations.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_observations_are_taken_as_they_are(book: Any) -> None:
    reading = read(observations(book))
    found = [(v["code"], v["basis"], v["period_s"], v["value"], v["unit"], v["flag"]) for v in book.values(reading)]
    assert sorted(found) == [
        ("a21002", "reference_o2", 60, 50.6, "mg/m3", "N"),
        ("a21002", "standard", 60, 63.5, "mg/m3", "N"),
        ("i33310", "raw", 60, 943.6, "Cel", "N"),
    ]
    assert (reading.counts.rows_read, reading.counts.rows_used, reading.counts.rows_rejected) == (4, 4, 0)
    assert not reading.notes


def test_an_observation_with_an_unknown_flag_is_refused_in_the_words_of_any_file(book: Any) -> None:
    reading = read(observations(book, flag=["N", "N", "Q", "N"]))
    assert reading.counts.values == 2
    [reject] = reading.rejects.to_pylist()
    assert (reject["line"], reject["reason"], reject["name"]) == (3, "unknown_flag", "flag")


def test_an_observation_of_an_unknown_basis_is_refused(book: Any) -> None:
    reading = read(observations(book, basis=["standard", "wet", "raw", "standard"]))
    [reject] = reading.rejects.to_pylist()
    assert (reject["line"], reject["reason"]) == (2, "bad_basis")


def test_one_instant_twice_is_refused_in_typed_files_too(book: Any) -> None:
    minute = [datetime(2026, 3, 1, tzinfo=UTC)] * 4
    reading = read(observations(book, basis=["raw"] * 4, time=pa.array(minute, pa.timestamp("us", tz="UTC"))))
    assert {r["reason"] for r in reading.rejects.to_pylist()} == {"conflict"}
    assert [v["code"] for v in book.values(reading)] == ["i33310"]


def test_converted_columns_stand_beside_measured_ones(book: Any) -> None:
    text = "time,a34013-Rtd(mg/m3),a34013-ZsRtd(mg/m3),颗粒物折算均值(mg/m3)\n2026-03-01 00:00,6.9,5.5,5.4\n"
    found = [(v["basis"], v["period_s"], v["value"]) for v in book.values(read(book.file(text), period="1h"))]
    assert sorted(found) == [("raw", 0, 6.9), ("reference_o2", 0, 5.5), ("reference_o2", 3600, 5.4)]
