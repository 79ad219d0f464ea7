"""Tables are read as Excel, editors and people leave them."""

import pytest

from clearbay.district.columns import HOUSEHOLDS, TABLES
from clearbay.district.problems import Problems
from clearbay.district.table import Row, read_rows

TEXT = "household_id,site_id,persons,joined,left\nH1,北堤站,3,2026-03-01,\nH2,北堤站,2,2026-03-02,\n"


def read(content: bytes) -> tuple[list[Row], list[tuple[int, str]]]:
    problems = Problems()
    rows = read_rows(content, "households.csv", HOUSEHOLDS, problems)
    return rows, [(problem.line, problem.kind) for problem in problems]


@pytest.mark.parametrize(
    ("encoding", "notices"),
    [("utf-8", []), ("utf-8-sig", []), ("utf-16", []), ("gb18030", [(0, "gb18030")])],
)
def test_every_encoding_that_excel_writes_is_read(encoding: str, notices: list[tuple[int, str]]) -> None:
    rows, found = read(TEXT.encode(encoding))
    assert [(row.line, row.cells["site_id"]) for row in rows] == [(2, "北堤站"), (3, "北堤站")]
    assert found == notices


def test_bytes_that_are_no_text_are_told() -> None:
    assert read(b"PK\x03\x04\x00\x00\xff\xff") == ([], [(0, "not_text")])


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_heading_tells_what_separates_the_cells(delimiter: str) -> None:
    rows, found = read(TEXT.replace(",", delimiter).encode())
    assert ([row.cells["household_id"] for row in rows], found) == (["H1", "H2"], [])


def test_empty_lines_comments_and_cells_behind_the_last_column_are_passed_over() -> None:
    text = '# made up\n\n"# a, b",,\nhousehold_id,site_id,persons,joined,left,,\n,,,,,,\nH1,v,3,2026-03-01,,,\n'
    rows, found = read(text.encode())
    assert ([row.line for row in rows], found) == ([6], [])


def test_windows_line_ends_do_not_shift_the_lines() -> None:
    rows, _ = read(TEXT.replace("\n", "\r\n").encode())
    assert [row.line for row in rows] == [2, 3]


def test_a_cell_over_two_lines_is_named_by_its_first() -> None:
    rows, _ = read(TEXT.replace("H2,北堤站", 'H2,"北堤\n站"').encode() + b"H3,v,1,2026-03-03,\n")
    assert [row.line for row in rows] == [2, 3, 5]


def test_headings_may_be_chinese_or_both() -> None:
    text = "户号,所接污水站 site_id,人数,接入日期\nH1,v,3,2026-03-01\n".replace("所接污水站", "站")
    rows, found = read(text.encode())
    assert (dict(rows[0].cells), found) == (
        {"household_id": "H1", "site_id": "v", "persons": "3", "joined": "2026-03-01", "left": ""},
        [],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "no_heading")]),
        ("# only this\n", [(0, "no_heading")]),
        ("household_id,site_id,persons,joind\n", [(1, "unknown_column"), (1, "missing_column")]),
        ("household_id,site_id,persons,joined,joined\n", [(1, "doubled_column")]),
        ("household_id,site_id,persons,joined\nH1,v,3\nH2,v,3,2026-03-01,x\n", [(2, "width"), (3, "width")]),
        ('household_id,site_id,persons,joined\nH1,"v"x,3,2026-03-01\n', [(2, "quoting")]),
    ],
)
def test_a_table_that_cannot_be_read_is_told_with_its_line(text: str, expected: list[tuple[int, str]]) -> None:
    assert read(text.encode())[1] == expected


def test_an_unknown_column_names_the_one_that_was_meant() -> None:
    problems = Problems()
    read_rows(b"household_id,site_id,person,joined\n", "households.csv", HOUSEHOLDS, problems)
    assert "did you mean persons" in str(problems.errors[0])
    assert "是否指 persons" in problems.errors[0].said("zh")


def test_no_two_columns_of_a_table_share_a_heading() -> None:
    for columns in TABLES.values():
        names = [name for column in columns for name in {column.name, column.zh}]
        assert len(names) == len(set(names))
