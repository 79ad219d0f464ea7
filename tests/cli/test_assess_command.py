"""`clearbay assess`: what people see, what is kept of what could not be read, and the exit codes."""

import csv
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from clearbay.cli.root import main

HEAD = "time,point,COD(mg/L),ammonia nitrogen(mg/L)\n"
DAY = HEAD + "".join(f"2026-03-01 {h:02d}:00,A,60,2\n" for h in range(24))
LEVEL_1A = "GB 18918:level=1A,built=2010"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


def assess(text: str | bytes, *options: str, name: str = "data.csv", permit: str | None = LEVEL_1A) -> Result:
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    given = [] if permit is None else ["--permit", permit]
    return CliRunner().invoke(main, ["assess", name, *given, "--no-report", "--out", "out", *options])


def told(result: Result, code: int, *parts: str) -> None:
    """A message of ours, not a traceback: the only exception is the exit itself."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    words = " ".join(result.output.split())
    assert [part for part in parts if part not in words] == [], words
    assert result.exit_code == code


def rejects() -> list[tuple[str, str, str]]:
    with Path("out/rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["line"], row["column"], row["reason"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("data.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a CSV file: it is a picture"),
        ("data.csv", b"PK\x03\x04\x14\x00\x00\x00", "an Excel workbook or ZIP archive"),
        ("data.xlsx", b"PK\x03\x04\x14\x00\x00\x00", "save the sheet as CSV UTF-8"),
        ("data.csv", b"", "the file is empty"),
        ("data.csv", HEAD.encode(), "a header and no rows below it"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused(name: str, data: bytes, message: str) -> None:
    told(assess(data, name=name), 2, name, message)
    assert not Path("out").exists()


def test_parquet_by_another_name_is_read_all_the_same() -> None:
    pl.read_csv(DAY.encode()).write_parquet("plain.csv")
    told(assess(Path("plain.csv").read_bytes()), 0, "rows read 24 = judged 24 + rejected 0", "exceeded")


def test_a_missing_file_and_a_folder_are_named() -> None:
    for name, message in (("nofile.csv", "no such file"), (".", "is a folder, not a file")):
        told(CliRunner().invoke(main, ["assess", name, "--permit", LEVEL_1A]), 2, message)


def test_rows_that_cannot_be_read_are_told_by_line_and_column_and_kept() -> None:
    text = HEAD + (
        "2026-03-01 00:00,A,1,2\n2026-03-01 01:00,A,abc,2\n2026-03-01 02:00,A,xx,yy\n"
        "2026-03-01 03:00,A,5,3\n2026-03-01 03:00,A,6,3\n2026-03-01 04:00,A,300 ug/L,2\n2026-03-01 05:00,A,3 kg,2\n"
    )
    done = assess(text)
    told(done, 0, "rows read 7 = judged 6 + rejected 1", "data.csv, line 3, column 3: 'abc' is not a number")
    told(done, 0, "two values for one instant", "… 1 more, see rejects.csv")
    assert rejects() == [
        ("3", "3", "text_in_number"),
        ("4", "3", "text_in_number"),
        ("4", "4", "text_in_number"),
        ("5", "3", "conflict"),
        ("6", "3", "conflict"),
        ("8", "3", "unit_mismatch"),
    ]
    told(assess(text, "--lang", "zh"), 0, "读取 7 行 = 评价 6 + 剔除 1", "第 3 行, 第 3 列: 'abc' 不是数")


def test_a_file_without_one_readable_row_ends_with_2_and_says_where() -> None:
    done = assess(HEAD + "x,A,1,2\n")
    told(done, 2, "rows read 1 = judged 0 + rejected 1", "line 2, column 1", "Nothing could be judged.")
    assert [line for line, _, _ in rejects()] == ["2"]


def test_an_unknown_column_is_named_with_its_number_and_what_it_resembles() -> None:
    text = "time,point,COD(mg/L),ammonia nitrogn,remark\n2026-03-01,A,1,2,x\n"
    told(assess(text), 0, "ammonia nitrogn (column 4, ammonia nitrogen?)", "remark (column 5)")


def test_a_time_without_a_zone_among_others_is_rejected_and_a_change_told() -> None:
    text = HEAD + "2026-03-01T00:00+08:00,A,1,2\n2026-03-01T01:00,A,1,2\n2026-03-01T02:00+09:00,A,1,2\n"
    told(assess(text), 0, "judged 2 + rejected 1", "changes at line 4: from +08:00 to +09:00", "line 3, column 1")


def test_points_that_no_permit_applies_to_are_named() -> None:
    Path("permits.csv").write_text(
        'point_id,standard,profile\nA,GB 18918,"level=1A;built=2010"\nC,GB 18918,"level=1A;built=2010"\n', "utf-8"
    )
    text = DAY + "2026-03-01 00:00,B,1,2\n"
    told(
        assess(text, "--permits", "permits.csv", permit=None),
        0,
        "Points that no permit applies to, so their values were not judged (1): B",
        "Points of the permits without values in the files (1): C",
    )
    zh = assess(text, "--permits", "permits.csv", "--lang", "zh", permit=None)
    told(zh, 0, "没有任何许可适用的点位，其数值未评价 (1): B")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--span", "2026-03-05", "2026-03-01"], "the last day 2026-03-01 lies before the first"),
        (["--span", "0001-01-01", "2026-03-01"], "days lie between 1900-01-01 and 2199-12-31"),
        (["--span", "2026-03-01", "9999-12-31"], "days lie between 1900-01-01 and 2199-12-31"),
        (["--zone", "Mars/Base"], "zone 'Mars/Base' is not known"),
        (["--columns", "foo"], "is not ROLE=HEADER"),
        (["--day", "2026-99-01"], "is not YYYY-MM-DD"),
        (["--standards", "nowhere"], "there is no such folder"),
        (["--permits", "nowhere.csv"], "nowhere.csv: cannot be read (No such file or directory)"),
        (["--permit", "GB 99999"], "there is no standard 'GB 99999'"),
        (["--permit", "GB 18918"], "say which one applies"),
        (["--permit", "GB 18918:level=9Z"], "knows no level=9Z"),
        (["--permit", "GB 18918:level=1A,built=2010,parameters=cod"], "parameters:"),
        (["--as", "effluent"], "an effluent needs its level"),
        (["--out", "data.csv"], "cannot be written to"),
        (["--out", "data.csv/in"], "choose another folder with --out"),
    ],
)
def test_an_option_that_makes_no_sense_is_told_and_ends_with_2(options: list[str], message: str) -> None:
    told(assess(DAY, *options), 2, message)


def test_the_locale_chooses_the_language_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "超标" in assess(DAY).output
    assert "exceeded" in assess(DAY, "--lang", "en").output
