"""The published sets, where they are at hand: every row accounted for, every value as an independent reader has it."""

import os
from pathlib import Path

import polars as pl
import pytest

from clearbay.files import read

DATA = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", Path(__file__).parents[3] / "shared" / "data"))
pytestmark = [
    pytest.mark.reference_data,
    pytest.mark.skipif(not DATA.exists(), reason=f"no reference data at {DATA} (CLEARBAY_REFERENCE_DATA)"),
]


@pytest.mark.parametrize("name", ["hj633_2012_day_2026-02-27", "hj633_2026_week_2026-03-05_11"])
def test_the_ministrys_files_are_read_to_the_last_value(name: str) -> None:
    path = DATA / "air" / f"{name}.csv.gz"
    reading = read(path, preset="ministry-hourly")
    plain = pl.read_csv(path)
    assert reading.counts.rows_read == reading.counts.rows_used == plain.height
    assert reading.rejects.num_rows == 0
    table = pl.from_arrow(reading.table)
    assert isinstance(table, pl.DataFrame)
    columns = {
        "pm10": ("a34002", 3600),
        "pm10_24h": ("a34002", 86400),
        "pm2_5": ("a34004", 3600),
        "pm2_5_24h": ("a34004", 86400),
        "o3": ("a05024", 3600),
        "o3_8h_24h": ("a05024", 28800),
        "no2": ("a21004", 3600),
        "no2_24h": ("a21004", 86400),
        "so2": ("a21026", 3600),
        "so2_24h": ("a21026", 86400),
        "co": ("a21005", 3600),
        "co_24h": ("a21005", 86400),
    }
    assert table.height == sum(plain[c].count() for c in columns)
    for column, (code, period) in columns.items():
        mine = table.filter((pl.col("code") == code) & (pl.col("period_s") == period)).sort("row")["value"]
        assert mine.to_list() == plain[column].drop_nulls().cast(pl.Float64).to_list()
    # The label 01:00 of Beijing is the hour that began at 16:00 UTC of the day before.
    hours = table.filter((pl.col("code") == "a34004") & (pl.col("period_s") == 3600))
    ends = plain["timepoint"].str.to_datetime("%Y-%m-%dT%H%M").dt.replace_time_zone("Asia/Shanghai")
    starts = ends.dt.convert_time_zone("UTC").dt.offset_by("-1h")
    assert (hours["time"] == starts.gather(hours["row"] - 2).cast(hours["time"].dtype)).all()


def test_the_national_stations_are_read_with_their_raw_values() -> None:
    reading = read(
        DATA / "water" / "national_stations_2020-05.csv.gz",
        columns="time=time,date=snapshot,point=province+basin+section",
    )
    plain = pl.read_csv(DATA / "water" / "national_stations_2020-05.csv.gz", infer_schema=False)
    counts = reading.counts
    assert counts.rows_read == plain.height == counts.rows_used + counts.rows_rejected
    no_time = plain["time"].is_null().sum()
    assert sum(r == "no_time" for r in reading.rejects["reason"].to_pylist()) == no_time
    raw = ["temp_raw", "ph_raw", "do_raw", "turb_raw", "codmn_raw", "nh3n_raw", "tp_raw", "tn_raw", "chla_raw"]
    held = sum(plain.filter(pl.col("time").is_not_null())[c].count() for c in raw)
    assert counts.values + counts.repeats + counts.cells_rejected == held


def test_the_us_daily_values_need_the_instrument_to_tell_them_apart() -> None:
    path = DATA / "air" / "us_epa_pm25_nc2018.csv.gz"
    by_site = read(path, zone="America/New_York")
    assert by_site.counts.cells_rejected > 0
    assert any("point=SITE+INSTRUMENT" in n.en for n in by_site.notes)
    by_instrument = read(path, zone="America/New_York", columns='"point=Site ID+POC"')
    assert by_instrument.counts.values == by_instrument.counts.rows_used == by_instrument.counts.rows_read == 8983
    ozone = read(DATA / "air" / "us_epa_o3_nc2018.csv.gz", zone="America/New_York")
    assert ozone.counts.values == ozone.counts.rows_read == 9737
