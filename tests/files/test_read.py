"""Files as people have them, read into one measurement table."""

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest

from clearbay.assess.observations import check
from clearbay.files import OptionError, read

EFFLUENT = (
    "时间,排口编号,COD(mg/L),氨氮 mg/L,总磷（mg/L）,pH值,出水水温(℃),瞬时流量(m3/h),数据标记\n"
    "2026-03-01 00:00,DW001,45.2,3.1,0.31,7.1,11.5,500,N\n"
    "2026-03-01 01:00,DW001,46.0,3.2,0.30,7.2,11.6,510,维护\n"
)


def test_a_wide_effluent_file_in_chinese(book: Any) -> None:
    reading = read(book.file(EFFLUENT))
    check(reading.table)
    first = {v["code"]: v for v in book.values(reading) if v["row"] == 2}
    assert {c: (v["value"], v["unit"]) for c, v in first.items()} == {
        "w01018": (45.2, "mg/L"),
        "w21003": (3.1, "mg/L"),
        "w21011": (0.31, "mg/L"),
        "w01001": (7.1, "1"),
        "w01010": (11.5, "Cel"),
        "w00000": (500.0, "m3/h"),
    }
    cod = first["w01018"]
    assert cod["time"] == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert (cod["period_s"], cod["statistic"], cod["text"], cod["quality"]) == (3600, "avg", "45.2", 1)
    second = [v for v in book.values(reading) if v["row"] == 3]
    assert {(v["flag"], v["quality"]) for v in second} == {("M", 4)}
    assert reading.counts.rows_read == reading.counts.rows_used == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("packed", [False, True])
def test_encoding_delimiter_and_gzip_make_no_difference(book: Any, encoding: str, delimiter: str, packed: bool) -> None:
    plain = read(book.file(EFFLUENT))
    data = EFFLUENT.replace(",", delimiter).encode(encoding)
    other = read(book.file(gzip.compress(data) if packed else data, "other.csv"))
    assert other.table.drop(["source"]).equals(plain.table.drop(["source"]))


def test_a_long_file_by_code_and_name(book: Any) -> None:
    text = (
        "point_id;code;time;value;unit;flag\n"
        "A;w01018;2026-03-01T00:00+08:00;12,5;mg/L;N\n"
        "A;化学需氧量;2026-03-01T01:00+08:00;1500;ug/L;N\n"
        "A;NH3-N;2026-03-01T01:00+08:00;<0.02;mg/L;\n"
    )
    reading = read(book.file(text))
    found = [(v["code"], v["value"], v["unit"], v["flag"]) for v in book.values(reading)]
    assert found == [
        ("w01018", 12.5, "mg/L", "N"),
        ("w01018", 1.5, "mg/L", "N"),
        ("w21003", 0.02, "mg/L", "ND"),
    ]


MINISTRY = (
    "timepoint,stationcode,positionname,primarypollutant,aqi,pm2_5,pm2_5_24h,o3,o3_24h,o3_8h,o3_8h_24h,co\n"
    "2026-03-05T0100,2568A,马师校,,18.0,8.0,10.0,42.0,45.0,50.0,41.0,0.4\n"
    "2026-03-05T0200,2568A,马师校,细颗粒物(PM2.5),118.0,88.0,12.0,42.0,45.0,50.0,40.0,0.4\n"
)


def test_the_ministrys_hours_end_at_their_label_when_the_preset_says_so(book: Any) -> None:
    reading = read(book.file(MINISTRY), preset="ministry-hourly")
    first = {(v["code"], v["period_s"]): v for v in book.values(reading) if v["row"] == 2}
    # The hour that ends at 01:00 Beijing time began at 16:00 UTC; the 24 h that end there began a day before its end.
    assert first["a34004", 3600]["time"] == datetime(2026, 3, 4, 16, tzinfo=UTC)
    assert first["a34004", 86400]["time"] == datetime(2026, 3, 3, 17, tzinfo=UTC)
    assert first["a05024", 28800]["time"] == datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert first["a05024", 28800]["value"] == 41.0
    assert first["a34004", 3600]["unit"] == "ug/m3"
    assert first["a21005", 3600]["unit"] == "mg/m3"
    reported = {(r["row"], r["name"]): r["text"] for r in reading.reported.to_pylist()}
    assert reported[3, "primary"] == "细颗粒物(PM2.5)"
    assert reported[2, "aqi"] == "18.0"
    assert reported[2, "o3_8h"] == "50.0"
    assert reading.points.to_pylist()[0]["name"] == "马师校"


def test_without_the_preset_the_label_is_not_guessed_but_the_danger_is_named(book: Any) -> None:
    reading = read(book.file(MINISTRY))
    first = next(v for v in book.values(reading) if v["period_s"] == 3600)
    assert first["time"] == datetime(2026, 3, 4, 17, tzinfo=UTC)
    assert any("--preset ministry-hourly" in note.en for note in reading.notes)
    assert any("START" in note.en for note in reading.notes)


def test_a_column_headed_end_time_declares_the_label(book: Any) -> None:
    text = "结束时间,监测点,SO2(mg/m3)\n2026-03-01 01:00,A,5\n2026-03-01 02:00,A,6\n"
    reading = read(book.file(text))
    assert book.values(reading)[0]["time"] == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert reading.files[0].label == "end"


def test_us_daily_values_by_their_long_headers(book: Any) -> None:
    text = (
        '"Date","Site ID","POC","Daily Max 8-hour Ozone Concentration","UNITS","DAILY_AQI_VALUE"\n'
        '"03/10/2018","370030005","1","0.043","ppm","40"\n"03/11/2018","370030005","1","0.046","ppm","43"\n'
        '"03/13/2018","370030005","1","0.046","ppm","43"\n"03/14/2018","370030005","1","0.046","ppm","43"\n'
    )
    reading = read(book.file(text), zone="America/New_York")
    first = book.values(reading)[0]
    assert (first["code"], first["value"], first["unit"]) == ("a05024", 0.043, "ppm")
    assert (first["statistic"], first["period_s"]) == ("max", 28800)
    assert first["time"] == datetime(2018, 3, 10, 5, tzinfo=UTC)
    assert [r["text"] for r in reading.reported.to_pylist()] == ["40", "43", "43", "43"]


def test_daily_means_are_as_long_as_their_day(book: Any) -> None:
    rows = "".join(f"03/{d}/2018,A,{d}\n" for d in range(9, 14))
    text = "Date,Site ID,Daily Mean PM2.5 Concentration (ug/m3 LC)\n" + rows
    reading = read(book.file(text), zone="America/New_York")
    assert [v["period_s"] // 3600 for v in book.values(reading)] == [24, 24, 23, 24, 24]


def test_raw_columns_are_the_values_and_displayed_ones_are_kept_beside(book: Any) -> None:
    text = (
        "snapshot,province,basin,section,time,class,ph,codmn,ph_raw,codmn_raw,station_status\n"
        "2020-05-08,北京市,海河流域,沙窝,05-08 15:00,Ⅳ,7.49,9.15,7.491,9.153,正常\n"
        "2020-05-08,北京市,海河流域,沙河,04-21 11:16,,--,--,,,维护\n"
    )
    reading = read(
        book.file(text),
        columns="time=time,date=snapshot,point=province+basin+section,flag=station_status",
    )
    found = {v["code"]: v for v in book.values(reading)}
    assert {c: v["value"] for c, v in found.items()} == {"w01001": 7.491, "w01019": 9.153}
    assert found["w01019"]["point_id"] == "北京市/海河流域/沙窝"
    assert found["w01019"]["time"] == datetime(2020, 5, 8, 7, tzinfo=UTC)
    assert {r["name"]: r["text"] for r in reading.reported.to_pylist() if r["row"] == 2} == {
        "class": "Ⅳ",
        "ph": "7.49",
        "codmn": "9.15",
    }
    assert dict(reading.points.to_pylist()[0]["facts"]) == {"province": "北京市", "basin": "海河流域"}
    assert reading.counts.rows_without_values == 1


SOIL = (
    "样品编号,土地利用,pH,镉(mg/kg),总汞,As,Pb (mg/kg),采样日期\n"
    "S1,水田,5.4,0.35,0.1,12,<0.1,2025年10月1日\n"
    "S1,水田,5.6,0.36,0.1,12,22,2026-03-02\n"
    "S2,旱地,6.6,0.2,ND,12,33,2025-10-02\n"
)


def test_soil_samples_carry_land_use_and_acidity_as_facts(book: Any) -> None:
    reading = read(book.file(SOIL))
    assert sorted({v["code"] for v in book.values(reading)}) == ["s20111", "s20115", "s20119", "s20120"]
    points = [(p["point_id"], p["since"], dict(p["facts"])) for p in reading.points.to_pylist()]
    assert points == [
        ("S1", datetime(2025, 9, 30, 16, tzinfo=UTC), {"land_use": "paddy", "ph": "5.4"}),
        ("S1", datetime(2026, 3, 1, 16, tzinfo=UTC), {"land_use": "paddy", "ph": "5.6"}),
        ("S2", None, {"land_use": "other", "ph": "6.6"}),
    ]
    lead = next(v for v in book.values(reading) if v["code"] == "s20120")
    assert (lead["value"], lead["flag"], lead["text"], lead["period_s"]) == (0.1, "ND", "<0.1", 0)


def test_soil_without_times_needs_only_the_day_of_sampling(book: Any) -> None:
    text = "样品编号,用地类型,pH,镉(mg/kg)\nS1,水田,5.4,0.35\n"
    reading = read(book.file(text), day="2025-10-01")
    assert book.values(reading)[0]["time"] == datetime(2025, 9, 30, 16, tzinfo=UTC)


def test_the_mapping_overrides_what_would_be_recognised(book: Any) -> None:
    text = "t,where,x1,COD(mg/L)\n2026-03-01 00:00,A,7,9\n"
    reading = read(book.file(text), columns='time=t,point=where,"w21003[ug/L]=x1"')
    assert {v["code"]: (v["value"], v["unit"]) for v in book.values(reading)} == {
        "w21003": (7.0, "ug/L"),
        "w01018": (9.0, "mg/L"),
    }


def test_comment_lines_above_the_header_are_kept_apart(book: Any) -> None:
    text = "# 虚构数据 made-up data, seed 7\n# second\n" + EFFLUENT
    reading = read(book.file(text))
    assert reading.comments == ("虚构数据 made-up data, seed 7", "second")
    assert min(v["row"] for v in book.values(reading)) == 4


def test_several_files_become_one_table_that_knows_where_each_value_came_from(book: Any) -> None:
    a = book.file("time,point,COD(mg/L)\n2026-03-01,A,1\n", "a.csv")
    b = book.file("time,point,COD(ug/L)\n2026-03-02,A,2500\n", "b.csv")
    reading = read([a, b])
    assert [(v["source"], v["row"], v["value"], v["unit"]) for v in book.values(reading)] == [
        (0, 2, 1.0, "mg/L"),
        (1, 2, 2.5, "mg/L"),
    ]


def test_flags_may_stand_in_a_column_beside_each_parameter(book: Any) -> None:
    text = (
        "DataTime,MN,w01018-Avg,w01018-Flag,w21003-Avg,w21003-Flag\n"
        "20260301000000,A,5,N,6,D\n20260301010000,A,5,N,6,Q\n"
    )
    reading = read(book.file(text))
    assert [(v["row"], v["code"], v["flag"], v["statistic"]) for v in book.values(reading)] == [
        (2, "w01018", "N", "avg"),
        (2, "w21003", "D", "avg"),
        (3, "w01018", "N", "avg"),
    ]
    assert book.rejected(reading) == [(3, 6, "unknown_flag")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"preset": "nope"}, "ministry-hourly"),
        ({"label": "middle"}, "start or end or instant"),
        ({"columns": "time"}, "ROLE=HEADER"),
        ({"period": "fortnight"}, "3600"),
        ({"encoding": "latin1"}, "gb18030"),
        ({"day": "yesterday"}, "YYYY-MM-DD"),
    ],
)
def test_an_option_that_is_not_understood_says_what_is(book: Any, options: dict[str, str], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        read(book.file(EFFLUENT), **options)  # type: ignore[arg-type]
