"""Sub-indices, index and primary pollutants: exact grids, each table's own cells, published values.

`tests/data/iaqi_grid_exact.csv.gz` was worked out by us from the tables of HJ 633-2012 (Table 1) and HJ 633-2026
(Table 3) with exact fractions: the sub-index of every concentration that can be printed.
"""

import datetime as dt
import gzip
from pathlib import Path

import duckdb
import narwhals as nw
import polars as pl
import pytest

from clearbay.assess.air_index import air_index, dated_air_index, sub_index
from clearbay.assess.slots import days_since_epoch
from clearbay.standards import Index, IndexItem, Standard, Standards

GRID = Path(__file__).resolve().parent.parent / "data" / "iaqi_grid_exact.csv.gz"
ITEMS = {
    "SO2_24H": ("a21026", "day"),
    "SO2_1H": ("a21026", "1h"),
    "NO2_24H": ("a21004", "day"),
    "NO2_1H": ("a21004", "1h"),
    "CO_24H": ("a21005", "day"),
    "CO_1H": ("a21005", "1h"),
    "O3_8H": ("a05024", "mda8"),
    "O3_1H": ("a05024", "1h"),
    "PM10": ("a34002", "day"),
    "PM25": ("a34004", "day"),
}


def index_of(standards: Standards, name: str) -> Index:
    index = standards[name].index
    assert index is not None
    return index


def item_of(index: Index, code: str, averaging: str) -> IndexItem:
    return next(i for i in (*index.daily, *index.hourly) if (i.code, i.averaging) == (code, averaging))


def sub_indices(index: Index, item: IndexItem, values: list[float | None]) -> list[float | None]:
    frame = nw.from_native(pl.DataFrame({"c": values}, schema={"c": pl.Float64}))
    return frame.select(i=sub_index(item, index, nw.col("c")))["i"].to_list()


@pytest.mark.parametrize("edition", ["HJ 633-2012", "HJ 633-2026"])
@pytest.mark.parametrize("name", ITEMS)
def test_every_printable_concentration(standards: Standards, edition: str, name: str) -> None:
    with gzip.open(GRID, "rt", encoding="utf-8") as file:
        grid = pl.read_csv(file.read().encode(), infer_schema=False)
    cells = grid.filter(pl.col("standard") == edition.replace(" ", ""), pl.col("item") == name)
    assert len(cells) > 500
    index = index_of(standards, edition)
    found = sub_indices(index, item_of(index, *ITEMS[name]), cells["concentration"].cast(pl.Float64).to_list())
    expected = [None if text in (None, "") else float(text) for text in cells["iaqi"].to_list()]
    assert found == expected


@pytest.mark.parametrize(
    ("edition", "item", "concentration", "iaqi"),
    [
        # HJ 633-2012 Table 1 against HJ 633-2026 Table 3: index 100 moved for particles.
        ("HJ 633-2012", "PM25", 75, 100),
        ("HJ 633-2026", "PM25", 60, 100),
        ("HJ 633-2026", "PM25", 75, 114),  # 100 + 50 * 15 / 55 = 113.6, rounded up (4.2)
        ("HJ 633-2012", "PM10", 150, 100),
        ("HJ 633-2026", "PM10", 120, 100),
        # Concentrations are rounded by GB/T 8170 first: half to even.
        ("HJ 633-2026", "PM25", 60.5, 100),
        ("HJ 633-2026", "PM25", 61.5, 102),
        ("HJ 633-2026", "CO_1H", 5.05, 50),
        ("HJ 633-2026", "CO_1H", 5.15, 52),
        # Hourly SO2 above 800: 200 in 2026 (Table 3 note), not computed in 2012 (Table 1 note 2).
        ("HJ 633-2026", "SO2_1H", 801, 200),
        ("HJ 633-2012", "SO2_1H", 801, None),
        # Ozone over 8 h above 800: 300 in 2026, not computed in 2012 (Table 1 note 3).
        ("HJ 633-2026", "O3_8H", 801, 300),
        ("HJ 633-2012", "O3_8H", 801, None),
        ("HJ 633-2026", "PM25", 501, 500),
        ("HJ 633-2026", "PM25", -1, None),
        ("HJ 633-2026", "PM25", float("nan"), None),
    ],
)
def test_cells_of_the_tables(
    standards: Standards, edition: str, item: str, concentration: float, iaqi: float | None
) -> None:
    index = index_of(standards, edition)
    assert sub_indices(index, item_of(index, *ITEMS[item]), [concentration]) == [iaqi]


@pytest.mark.parametrize(
    ("edition", "code", "averaging", "concentration", "aqi"),
    [
        # US EPA: truncate, interpolate, round to nearest. 2012 PM2.5 table; 2024 table.
        ("US EPA AQI 2015", "a34004", "day", -2.3, 0),
        ("US EPA AQI 2015", "a34004", "day", 12.0, 50),
        ("US EPA AQI 2015", "a34004", "day", 12.09, 50),
        ("US EPA AQI 2015", "a34004", "day", 12.1, 51),
        ("US EPA AQI 2015", "a34004", "day", 35.4, 100),
        ("US EPA AQI 2024", "a34004", "day", 9.0, 50),
        ("US EPA AQI 2024", "a34004", "day", 9.1, 51),
        ("US EPA AQI 2024", "a34004", "day", 325.4, 500),
        ("US EPA AQI 2015", "a05024", "mda8", 0.070, 100),
        ("US EPA AQI 2015", "a05024", "mda8", 0.0709, 100),
        ("US EPA AQI 2015", "a05024", "mda8", 0.071, 101),
        ("US EPA AQI 2015", "a05024", "mda8", 0.054, 50),
    ],
)
def test_us_epa_cells(
    standards: Standards, edition: str, code: str, averaging: str, concentration: float, aqi: float
) -> None:
    index = index_of(standards, edition)
    assert sub_indices(index, item_of(index, code, averaging), [concentration]) == [aqi]


COLUMNS = {
    ("a21026", "1h"): "so2",
    ("a21004", "1h"): "no2",
    ("a21005", "1h"): "co",
    ("a05024", "1h"): "o3",
    ("a34002", "1h"): "pm10",
    ("a34004", "1h"): "pm2_5",
}


def test_ties_are_all_named_and_nothing_at_fifty(standards: Standards) -> None:
    rows = pl.DataFrame(
        {
            "so2": [10.0, 10.0],
            "no2": [10.0, 10.0],
            "co": [0.5, 0.5],
            "o3": [10.0, 10.0],
            "pm10": [120.0, 50.0],
            "pm2_5": [60.0, 35.0],
        }
    )
    index = index_of(standards, "HJ 633-2026")
    out = air_index(rows, index, index.hourly, COLUMNS).collect("polars").to_native()
    assert out["aqi"].to_list() == [100.0, 50.0]
    assert [set(p.split(",")) - {""} for p in out["primary"]] == [{"a34002", "a34004"}, set()]


def test_a_missing_pollutant_lowers_the_count_not_the_index(standards: Standards) -> None:
    index = index_of(standards, "HJ 633-2026")
    rows = pl.DataFrame({"so2": [None], "no2": [10.0], "co": [0.5], "o3": [10.0], "pm10": [10.0], "pm2_5": [60.0]})
    out = air_index(rows.cast(pl.Float64), index, index.hourly, COLUMNS).collect("polars").to_native()
    assert (out["aqi"].item(), out["items"].item()) == (100.0, 5)


@pytest.mark.parametrize("engine", [lambda f: f, lambda f: duckdb.from_arrow(f.to_arrow())], ids=["polars", "duckdb"])
def test_each_row_is_judged_by_the_edition_of_its_own_day(standards: Standards, engine) -> None:  # type: ignore[no-untyped-def]
    days = [dt.date(2015, 12, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 1)]
    clean = {"so2": 1.0, "no2": 1.0, "co": 0.1, "o3": 1.0, "pm10": 1.0}
    frame = pl.DataFrame(
        {"day": [days_since_epoch(d) for d in days], "pm2_5": [75.0] * 3} | {k: [v] * 3 for k, v in clean.items()}
    )
    found = dated_air_index(engine(frame), standards.editions("HJ 633"), "hourly", COLUMNS).sort("day")
    out = nw.to_native(found.select("aqi", "edition").collect("pyarrow")).to_pylist()
    assert [(r["aqi"], r["edition"]) for r in out] == [(None, ""), (100.0, "HJ 633-2012"), (114.0, "HJ 633-2026")]


PUBLISHED_NAMES = {
    "细颗粒物(PM2.5)": "a34004",
    "颗粒物(PM10)": "a34002",
    "臭氧1小时(O3_1h)": "a05024",
    "二氧化氮(NO2)": "a21004",
    "一氧化碳(CO)": "a21005",
    "二氧化硫(SO2)": "a21026",
}


@pytest.mark.reference_data
@pytest.mark.parametrize(
    ("file", "edition", "at_least"),
    [
        ("hj633_2012_day_2026-02-27.csv.gz", "HJ 633-2012", 29_000),
        ("hj633_2026_week_2026-03-05_11.csv.gz", "HJ 633-2026", 214_000),
    ],
)
def test_hourly_aqi_equals_the_published_one(
    reference_data: Path, standards: Standards, file: str, edition: str, at_least: int
) -> None:
    frame = pl.read_csv(reference_data / "air" / file, infer_schema_length=None)
    # Labels end their hour: the day of the hour's start decides the edition.
    label = pl.col("timepoint").str.to_datetime("%Y-%m-%dT%H%M")
    frame = frame.with_columns(
        day=((label - pl.duration(hours=1)).dt.date() - pl.date(1970, 1, 1)).dt.total_days(), published=pl.col("aqi")
    ).drop("aqi")
    out = dated_air_index(frame, standards.editions("HJ 633"), "hourly", COLUMNS).collect("polars").to_native()
    six = [pl.col(c).is_not_null() for c in COLUMNS.values()]
    rows = out.filter(pl.all_horizontal(six), pl.col("pm2_5") > 3, pl.col("published").is_not_null())
    assert len(rows) > at_least
    assert rows["edition"].unique().to_list() == [edition]
    assert rows.filter(pl.col("published") != pl.col("aqi")).height == 0
    for published, ours in rows.select("primarypollutant", "primary").unique().iter_rows():
        named = {PUBLISHED_NAMES[n] for n in (published or "").split(",") if n}
        assert named == {c for c in ours.split(",") if c}


@pytest.mark.reference_data
@pytest.mark.parametrize(
    ("file", "column", "item"),
    [
        ("us_epa_o3_nc2018.csv.gz", "Daily Max 8-hour Ozone Concentration", ("a05024", "mda8")),
        ("us_epa_pm25_nc2018.csv.gz", "Daily Mean PM2.5 Concentration", ("a34004", "day")),
    ],
)
def test_us_epa_equals_the_published_one_on_every_row(
    reference_data: Path, standards: Standards, file: str, column: str, item: tuple[str, str]
) -> None:
    frame = pl.read_csv(reference_data / "air" / file, infer_schema_length=None)
    day = (pl.col("Date").str.to_date("%m/%d/%Y") - pl.date(1970, 1, 1)).dt.total_days()
    editions: list[Standard] = standards.editions("US EPA AQI")
    out = dated_air_index(frame.with_columns(day=day), editions, "daily", {item: column}).collect("polars").to_native()
    assert len(out) == len(frame) > 8_900
    assert out.filter(pl.col("aqi") != pl.col("DAILY_AQI_VALUE")).height == 0
    assert out["aqi"].null_count() == 0
