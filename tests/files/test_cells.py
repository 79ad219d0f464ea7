"""Two ways from lines to cells must give the same cells, and every line must end somewhere."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.files.cells import Cells, read_careful, read_cells, read_fast
from clearbay.files.dialect import Dialect
from clearbay.files.records import split_record


def dialect(width: int = 3, delimiter: str = ",", encoding: str = "utf-8") -> Dialect:
    return Dialect(encoding, True, delimiter, tuple("abcdefgh"[:width]), 1, 0, ())


def rows(cells: Cells) -> list[tuple[int, ...]]:
    columns = [c.to_pylist() for c in cells.columns]
    return [(int(line), *row) for line, row in zip(cells.lines, zip(*columns, strict=True), strict=True)]


def same(a: Cells, b: Cells) -> None:
    assert rows(a) == rows(b)
    assert [(r.line, r.reason, r.details, r.text) for r in a.rejects] == [
        (r.line, r.reason, r.details, r.text) for r in b.rejects
    ]
    assert a.blank == b.blank


CELL = st.one_of(
    st.sampled_from(["", "1.5", "-3", "站点", "a b", '"q"', '"a,b"', '"a""b"', '"a"b', 'a"b', '"', " ", "\r", "x\ty"]),
    st.text(alphabet='ab,"1\r 氨', max_size=4),
)
LINE = st.lists(CELL, min_size=1, max_size=5).map(",".join)
TEXT = st.lists(LINE, min_size=1, max_size=8).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n"]).map(lambda end: end.join(lines) + end)
)


@settings(max_examples=600, deadline=None)
@given(TEXT, st.booleans())
def test_the_fast_way_gives_what_the_careful_way_gives_or_steps_aside(text: str, ended: bool) -> None:
    data = text.encode() if ended else text.rstrip("\r\n").encode()
    fast = read_fast(data, 2, dialect())
    if fast is not None:
        same(fast, read_careful(data, 2, dialect(), last=True))


@settings(max_examples=300, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=8))
def test_every_line_becomes_a_row_a_blank_or_a_reject(lines: list[str]) -> None:
    data = ("\n".join(lines) + "\n").encode()
    cells = read_careful(data, 1, dialect(), last=True)
    joined = sum(
        column.count("\n") for row in zip(*[c.to_pylist() for c in cells.columns], strict=True) for column in row
    )
    assert len(cells.lines) + len(cells.rejects) + cells.blank + joined == len(lines)


def test_sound_lines_go_the_fast_way() -> None:
    data = "1,2,3\n4,5,站\n".encode()
    assert read_fast(data, 2, dialect()) is not None
    gb = "1,2,站点\n".encode("gb18030")
    fast = read_fast(gb, 2, dialect(encoding="gb18030"))
    assert fast is not None
    assert rows(fast) == [(2, "1", "2", "站点")]


def test_a_quoted_cell_may_run_over_lines_and_the_lines_after_it_keep_their_numbers() -> None:
    cells = read_cells(b'1,"two\nlines",3\n4,5,6\n', 10, dialect(), last=True)
    assert rows(cells) == [(10, "1", "two\nlines", "3"), (12, "4", "5", "6")]


def test_a_stray_quotation_mark_costs_its_own_line_only() -> None:
    data = b'1,2,3\n4,"5,6\n' + b"7,8,9\n" * 100
    cells = read_cells(data, 2, dialect(), last=True)
    assert [(r.line, r.reason) for r in cells.rejects] == [(3, "open_quote")]
    assert len(cells.lines) == 101


def test_two_stray_quotation_marks_do_not_swallow_the_lines_between() -> None:
    data = b'1,"2,3\n4,5,6\n7,"8,9\n1,1,1\n'
    cells = read_cells(data, 1, dialect(), last=True)
    assert [r.line for r in cells.rejects] == [1, 3]
    assert [line for line, *_ in rows(cells)] == [2, 4]


def test_a_record_cut_by_the_end_of_a_block_is_left_for_the_next() -> None:
    cells = read_cells(b'1,2,3\n4,"5\n', 2, dialect(), last=False)
    assert cells.rest == b'4,"5\n'
    assert rows(cells) == [(2, "1", "2", "3")]


def test_delimiters_at_the_end_of_a_line_make_no_cells() -> None:
    cells = read_cells(b"1,2,3,\n4,5,6,,\n", 2, dialect(), last=True)
    assert [row[1:] for row in rows(cells)] == [("1", "2", "3"), ("4", "5", "6")]


def test_ragged_rows_say_how_many_cells_they_have() -> None:
    cells = read_cells(b"1,2\n1,2,3\n1,2,3,4\n\n,,\n", 2, dialect(), last=True)
    assert [(r.line, r.reason, r.details) for r in cells.rejects] == [(2, "ragged", (2, 3)), (4, "ragged", (4, 3))]
    assert cells.blank == 2


def test_a_nul_byte_refuses_its_line_and_names_the_column() -> None:
    cells = read_cells(b"1,2,3\n1,\x002,3\n", 5, dialect(), last=True)
    assert [(r.line, r.column, r.reason) for r in cells.rejects] == [(6, 2, "nul_byte")]


def test_a_line_in_another_encoding_is_refused_not_guessed() -> None:
    utf8_file = "1,站点,3\n".encode() + "1,站点,3\n".encode("gb18030")
    cells = read_cells(utf8_file, 2, dialect(), last=True)
    assert [(r.line, r.column, r.reason) for r in cells.rejects] == [(3, 2, "encoding")]
    gb_file = "1,站点,3\n".encode("gb18030") + "1,监测站,3\n".encode()
    cells = read_cells(gb_file, 2, dialect(encoding="gb18030"), last=True)
    assert [(r.line, r.reason) for r in cells.rejects] == [(3, "mixed_encoding")]


def test_gb18030_words_that_also_decode_as_utf8_are_not_taken_for_it() -> None:
    # The pair of bytes of each of these characters is valid UTF-8 too, but spells no Chinese there.
    line = "1,芦小,3\n".encode("gb18030")
    cells = read_cells(line, 2, dialect(encoding="gb18030"), last=True)
    assert rows(cells) == [(2, "1", "芦小", "3")]


def test_split_record_reads_quotes_as_spreadsheets_write_them() -> None:
    assert split_record('a,"b,""c""",d', ",") == ["a", 'b,"c"', "d"]
    assert split_record('a,"b', ",") is None
    assert split_record("", ",") == [""]


def test_columns_are_plain_arrow_text() -> None:
    cells = read_cells(b"1,2,3\n", 2, dialect(), last=True)
    assert all(c.type == pa.string() for c in cells.columns)
    assert cells.lines.dtype == np.int64
