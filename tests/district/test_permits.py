"""permits.csv: what applies where; every wrong line is named with its number."""

from datetime import date
from pathlib import Path

import pytest

from clearbay.assess.permits import PermitError
from clearbay.district.permits import read_permits

HEADER = "point_id,standard,profile,parameters,valid_from,valid_to\n"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "permits.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_line_says_what_applies_where_and_when(tmp_path: Path) -> None:
    text = (
        "\ufeff# a comment\n" + HEADER + 'DW001,GB 18918,"level=1A;built=2010",w01018; w21003,2010-06-01,2030-12-31\n'
    )
    (permit,) = read_permits(written(tmp_path, text))
    assert (permit.point_id, permit.standard, dict(permit.profile)) == (
        "DW001",
        "GB 18918",
        {"level": "1A", "built": "2010"},
    )
    assert permit.parameters == ("w01018", "w21003")
    assert (permit.valid_from, permit.valid_to) == (date(2010, 6, 1), date(2030, 12, 31))


def test_empty_cells_mean_every_point_every_parameter_and_no_end(tmp_path: Path) -> None:
    every, all_of_them = read_permits(written(tmp_path, HEADER + ",HJ 633,,,,\nQ1,HJ 633,,all,,\n"))
    assert every.applies_to("anything")
    assert (every.parameters, all_of_them.parameters) == (None, None)
    assert (every.valid_from, every.valid_to) == (None, None)
    assert not all_of_them.applies_to("Q2")


def test_every_wrong_line_is_named(tmp_path: Path) -> None:
    lines = [
        "A,GB 18918,level,all,,",
        "B,GB 18918,,all,2026-13-01,",
        "C,GB 18918",
        "D,,,all,,",
        "E,HJ 633,,all,2026-03-02,2026-03-01",
        "F,HJ 633,,cod,,",
        "G,HJ 633,,all,,",
    ]
    with pytest.raises(PermitError) as error:
        read_permits(written(tmp_path, HEADER + "\n".join(lines) + "\n"))
    told = str(error.value).splitlines()
    reasons = ["not name=value", "is not a day", "2 cells", "standard is empty", "lies before", "parameters: "]
    assert [line.split("permits.csv:")[1].split(":")[0] for line in told] == ["2", "3", "4", "5", "6", "7"]
    assert [reason for reason, line in zip(reasons, told, strict=True) if reason not in line] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no heading"),
        ("# only a comment\n", "has no heading"),
        ("point,standard\n", "column 'point' is not known; did you mean point_id(?s:.)*no column point_id"),
        (b"point_id,standard\n\xff\xff,HJ 633\n", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_is_no_permits_file_is_told(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(PermitError, match=message):
        read_permits(written(tmp_path, text))


def test_a_file_that_excel_saved_as_gb18030_is_read(tmp_path: Path) -> None:
    (permit,) = read_permits(written(tmp_path, "point_id,standard\n一号排口,HJ 633\n".encode("gb18030")))
    assert permit.point_id == "一号排口"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PermitError, match="No such file"):
        read_permits(tmp_path / "none.csv")
