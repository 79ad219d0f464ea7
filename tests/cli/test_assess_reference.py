"""`clearbay assess` on published data: what it writes equals what the publishers worked out from the same values."""

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from clearbay.cli.root import main
from clearbay.files import read

pytestmark = pytest.mark.reference_data


def findings(folder: Path, *arguments: str) -> pl.DataFrame:
    done = CliRunner().invoke(main, ["assess", *arguments, "--no-report", "--out", str(folder / "out")])
    assert done.exit_code == 0, done.output
    frame = pl.read_parquet(folder / "out" / "findings.parquet", columns=KEPT)
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


KEPT = ["point_id", "code", "time", "averaging", "standard", "class", "index", "primary", "windows"]


@pytest.mark.parametrize(("name", "rows"), [("us_epa_pm25_nc2018", 8983), ("us_epa_o3_nc2018", 9737)])
def test_the_aqi_equals_that_of_the_us_epa_on_every_row(
    reference_data: Path, tmp_path: Path, name: str, rows: int
) -> None:
    path = reference_data / "air" / f"{name}.csv.gz"
    options = ("--as", "us-air", "--zone", "America/New_York", "--columns", "point=Site ID+POC")
    found = findings(tmp_path, str(path), *options).filter(pl.col("code") == "aqi", pl.col("averaging") == "day")
    mine = found.select("point_id", pl.col("time").dt.convert_time_zone("America/New_York").dt.date(), "index")
    published = pl.read_csv(path, infer_schema=False).select(
        point_id=pl.col("Site ID") + "/" + pl.col("POC"),
        time=pl.col("Date").str.to_date("%m/%d/%Y"),
        published=pl.col("DAILY_AQI_VALUE").cast(pl.Int64),
    )
    both = published.join(mine, on=["point_id", "time"], how="left")
    assert both.height == rows
    assert both.filter(pl.col("index").ne_missing(pl.col("published"))).height == 0


def test_the_hourly_aqi_equals_the_ministrys(reference_data: Path, tmp_path: Path) -> None:
    # Displayed PM2.5 is floored, so rows of 3 and less may differ; others must not (one day of HJ 633-2012).
    path = reference_data / "air" / "hj633_2012_day_2026-02-27.csv.gz"
    found = findings(tmp_path, str(path), "--preset", "ministry-hourly")
    mine = found.filter(pl.col("code") == "aqi", pl.col("averaging") == "1h", pl.col("index") >= 0)
    assert mine["standard"].unique().to_list() == ["HJ 633-2012"]
    reading = read(path, preset="ministry-hourly")
    reported = pl.from_arrow(reading.reported)
    assert isinstance(reported, pl.DataFrame)
    text = reported.with_columns(pl.col(pl.Categorical).cast(pl.String))
    aqi = text.filter(pl.col("name") == "aqi").select("row", published=pl.col("text").cast(pl.Float64).cast(pl.Int64))
    six = ["pm2_5", "pm10", "so2", "no2", "co", "o3"]
    plain = pl.read_csv(path).with_row_index("row", offset=2).with_columns(pl.col("row").cast(pl.Int64))
    ends = plain["timepoint"].str.to_datetime("%Y-%m-%dT%H%M").dt.replace_time_zone("Asia/Shanghai")
    rows = plain.with_columns(time=ends.dt.convert_time_zone("UTC").dt.offset_by("-1h")).filter(
        pl.col("pm2_5") > 3, *(pl.col(name).is_not_null() for name in six)
    )
    key = [pl.col("stationcode").alias("point_id"), pl.col("time").dt.epoch("s").alias("t")]
    joined = (
        rows.select("row", *key)
        .join(aqi, on="row")
        .join(mine.select("point_id", "index", t=pl.col("time").dt.epoch("s")), on=["point_id", "t"], how="left")
    )
    assert joined.height > 25_000
    assert joined.filter(pl.col("index").ne_missing(pl.col("published"))).height == 0


def test_the_class_equals_the_national_stations(reference_data: Path, tmp_path: Path) -> None:
    # Type of water is not published: rivers or lakes may match. The platform classes the unrounded value.
    path = reference_data / "water" / "national_stations_2020-05.csv.gz"
    columns = ("--columns", "time=time,date=snapshot,point=province+basin+section")
    five = ["ph_raw", "do_raw", "codmn_raw", "nh3n_raw", "tp_raw"]
    plain = pl.read_csv(path, infer_schema=False).filter(
        pl.col("time").is_not_null(), pl.col("class").is_not_null(), *(pl.col(name).is_not_null() for name in five)
    )
    number = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "劣Ⅴ": 6}
    wanted = plain.select(
        point_id=pl.concat_str("province", "basin", "section", separator="/"),
        t=pl.concat_str(pl.col("snapshot").str.slice(0, 5), "time")
        .str.to_datetime("%Y-%m-%d %H:%M")
        .dt.replace_time_zone("Asia/Shanghai")
        .dt.epoch("s"),
        published=pl.col("class").replace_strict(number, default=None, return_dtype=pl.Int64),
    ).drop_nulls()
    for body in ("river", "lake"):
        found = findings(tmp_path, str(path), *columns, "--permit", f"GB 3838:water_body={body}")
        mine = found.filter(pl.col("code") == "class", pl.col("averaging") == "sample").select(
            "point_id", pl.col("time").dt.epoch("s").alias("t"), pl.col("index").alias(body)
        )
        wanted = wanted.join(mine, on=["point_id", "t"], how="inner")
    same = wanted.filter((pl.col("published") == pl.col("river")) | (pl.col("published") == pl.col("lake")))
    # Of 3,927 rows 9 pairs are for the same instant: those that contradict each other are rejected, not judged.
    assert wanted.height >= 3_909
    assert same.height / wanted.height >= 0.999
