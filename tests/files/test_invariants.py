"""What must hold of any file: accounts that balance, and one result whichever way it was read."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearbay.files import Reading, UnreadableFiles, cells, read, sources

TIMES = st.sampled_from(
    [
        *(f"2026-03-01 {h:02d}:00" for h in range(12)),
        "2026-03-01",
        "2026/3/1 5:00",
        "2026-02-30",
        "",
        "soon",
        "2026-03-01T01:00Z",
    ]
)
POINTS = st.sampled_from(["A", "B", "站点", "", '"C, D"', '"E'])
VALUES = st.sampled_from(
    [
        "1",
        "2.5",
        "1.0",
        "",
        "--",
        "ND",
        "<0.1",
        "-99",
        "abc",
        "1,5",
        '"1,234"',
        '"1,234.5"',
        "3 ug/L",
        "１２",
        "1e999",
        " 4 ",
    ]
)
FLAGS = st.sampled_from(["N", "", "M", "维护", "Z"])
ROW = st.tuples(TIMES, POINTS, VALUES, VALUES, FLAGS).map(",".join)
LINE = st.one_of(ROW, ROW, ROW, st.sampled_from(["", ",,,,", "1,2", "1,2,3,4,5,6", "\x00", "x" * 300]))
HEAD = "time,point,COD(mg/L),NH3-N(mg/L),flag\n"
QUIET = [HealthCheck.function_scoped_fixture]


def key(reading: Reading) -> Any:
    rows = sorted(map(repr, reading.table.to_pylist()))
    return (
        rows,
        sorted(map(repr, reading.rejects.to_pylist())),
        reading.counts,
        sorted(map(repr, reading.points.to_pylist())),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(st.lists(LINE, min_size=1, max_size=12))
def test_rows_read_are_rows_used_and_rows_rejected(session_book: Any, lines: list[str]) -> None:
    path = session_book.file(HEAD + "2026-03-05 00:00,A,1,2,N\n" + "\n".join(lines) + "\n")
    reading = read(path)
    counts = reading.counts
    assert counts.rows_read == counts.rows_used + counts.rows_rejected
    assert counts.rows_read + counts.blank_lines == len(lines) + 1
    assert counts.values == reading.table.num_rows
    rows = set(reading.table["row"].to_pylist())
    assert len(rows) <= counts.rows_used
    refused = {r["line"] for r in reading.rejects.to_pylist()}
    assert counts.rows_rejected + counts.rows_in_part == len(refused)


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(st.lists(LINE, min_size=1, max_size=12))
def test_the_fast_and_the_careful_way_give_one_result(session_book: Any, lines: list[str]) -> None:
    path = session_book.file(HEAD + "2026-03-05 00:00,A,1,2,N\n" + "\n".join(lines) + "\n")
    fast = read(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "read_fast", lambda *_: None)
        assert key(read(path)) == key(fast)


@settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
@given(st.lists(ROW, min_size=5, max_size=30), st.integers(120, 400))
def test_the_size_of_the_blocks_makes_no_difference(session_book: Any, lines: list[str], size: int) -> None:
    path = session_book.file(HEAD + "2026-03-05 00:00,A,1,2,N\n2026-03-05 01:00,A,1,2,N\n" + "\n".join(lines) + "\n")
    whole = read(path, period="1h")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "BLOCK", size)
        assert key(read(path, period="1h")) == key(whole)


HEADERS = st.lists(
    st.sampled_from(
        [
            "time",
            "point",
            "COD(mg/L)",
            "氨氮",
            "pH",
            "date",
            "code",
            "value",
            "unit",
            "flag",
            "aqi",
            "x",
            "",
            "land_use",
            "pm2_5_24h",
        ]
    ),
    min_size=1,
    max_size=6,
).map(",".join)


@settings(max_examples=300, deadline=None, suppress_health_check=QUIET)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.tuples(HEADERS, st.lists(LINE, max_size=6)).map(lambda f: "\n".join([f[0], *f[1]]).encode()),
        st.tuples(HEADERS, st.binary(max_size=100)).map(lambda f: f[0].encode() + b"\n" + f[1]),
        st.binary(max_size=100).map(lambda b: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b),
        st.binary(max_size=100).map(lambda b: b"PAR1" + b + b"PAR1"),
    )
)
def test_no_bytes_whatever_bring_reading_down(session_book: Any, data: bytes) -> None:
    path = session_book.file(data)
    try:
        reading = read(path)
    except UnreadableFiles:
        return  # said in words
    assert reading.counts.rows_read == reading.counts.rows_used + reading.counts.rows_rejected
