"""Bad files: a clear message with its place, nothing lost silently, never a traceback."""

import gzip
import zlib
from pathlib import Path
from typing import Any

import pytest

from clearbay.files import FileError, UnreadableFiles, read, write_rejects
from clearbay.files.sources import LINE_CAP, blocks

HEAD = "time,point,COD(mg/L),NH3-N(mg/L)\n"


def refused(book: Any, data: str | bytes, **options: Any) -> FileError:
    with pytest.raises(UnreadableFiles) as caught:
        read(book.file(data), **options)
    return caught.value.errors[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "no header"),
        (b"# only a comment\n", "no header"),
        (HEAD, "no rows below"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><html>", "log-in page"),
        (b'{"a": 1}', "JSON"),
        (b"\xff\xfet\x00i\x00", "UTF-16"),
        (bytes(5000), "NUL"),
        (b"PAR1 but not really", "Parquet file is damaged"),
        (b"\x1f\x8b\x08\x00garbage that is no deflate stream", "gzip"),
        ('time,point,"COD\n2026-03-01,A,1\n', "quotation mark"),
        ("a,b,c\n1,2,3\n", "no column is a known parameter"),
        ("point,COD(mg/L)\nA,1\n", "no column is a time"),
        ("time,point,COD(ug/m3)\n2026-03-01,A,1\n", "does not measure"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_in_words(book: Any, data: str | bytes, said: str) -> None:
    error = refused(book, data)
    assert said in str(error)
    assert "data.csv" in str(error)
    assert error.chinese().startswith(str(book.folder))


def test_a_missing_file_and_a_folder_are_refused_in_words(book: Any) -> None:
    with pytest.raises(UnreadableFiles, match="no such file"):
        read(book.folder / "absent.csv")
    with pytest.raises(UnreadableFiles, match="is a folder"):
        read(book.folder)


def test_a_bad_file_beside_a_good_one_does_not_stop_it(book: Any) -> None:
    good = book.file(HEAD + "2026-03-01,A,1,2\n", "good.csv")
    bad = book.file("", "bad.csv")
    reading = read([bad, good])
    assert reading.counts.values == 2
    assert "empty" in str(reading.files[0].error)
    assert [r["reason"] for r in reading.rejects.to_pylist()] == ["file"]


def test_each_bad_cell_is_named_and_the_rest_of_its_row_is_used(book: Any) -> None:
    reading = read(book.file(HEAD + "2026-03-01 00:00,A,abc,2\n2026-03-01 01:00,A,3,12 apples\n"))
    assert book.rejected(reading) == [(2, 3, "text_in_number"), (3, 4, "text_in_number")]
    assert [(v["row"], v["value"]) for v in book.values(reading)] == [(2, 2.0), (3, 3.0)]
    counts = reading.counts
    assert (counts.rows_read, counts.rows_used, counts.rows_rejected, counts.rows_in_part) == (2, 2, 0, 2)


def test_a_row_of_which_nothing_could_be_read_is_a_rejected_row(book: Any) -> None:
    reading = read(book.file(HEAD + "2026-03-01 00:00,A,abc,\n2026-03-01 01:00,A,3,4\n"))
    assert (reading.counts.rows_used, reading.counts.rows_rejected) == (1, 1)


def test_the_same_value_twice_is_counted_and_another_value_refuses_both(book: Any) -> None:
    rows = "2026-03-01 00:00,A,1,2\n2026-03-01 00:00,A,1.0,2\n2026-03-01 01:00,A,5,6\n2026-03-01 01:00,A,7,6\n"
    reading = read(book.file(HEAD + rows))
    assert book.rejected(reading) == [(4, 3, "conflict"), (5, 3, "conflict")]
    assert reading.rejects["message"][0].as_py() == "two values for one instant: 5 here, 7 in line 5; neither is used"
    assert reading.counts.repeats == 3
    assert sorted(v["value"] for v in book.values(reading)) == [1.0, 2.0, 6.0]


def test_a_contradiction_between_two_files_names_the_other_file(book: Any) -> None:
    a = book.file(HEAD + "2026-03-01 00:00,A,1,2\n", "a.csv")
    b = book.file(HEAD + "2026-03-01 00:00,A,9,2\n", "b.csv")
    reading = read([a, b])
    assert "b.csv:2" in reading.rejects["message"][0].as_py()
    assert [f.counts.rows_rejected for f in reading.files] == [0, 0]
    assert reading.counts.values == 1


def test_a_mark_for_no_value_does_not_contradict_a_value(book: Any) -> None:
    reading = read(book.file(HEAD + "2026-03-01 00:00,A,--,2\n2026-03-01 00:00,A,5,2\n"))
    assert {v["code"]: v["value"] for v in book.values(reading)} == {"w01018": 5.0, "w21003": 2.0}
    assert reading.rejects.num_rows == 0


def test_a_time_without_a_zone_among_times_with_one_is_refused_unless_the_zone_is_said(book: Any) -> None:
    text = HEAD + "2026-03-01T00:00+08:00,A,1,2\n2026-03-01T01:00,A,1,2\n"
    reading = read(book.file(text))
    assert book.rejected(reading) == [(3, 1, "no_zone")]
    said = read(book.file(text), zone="Asia/Shanghai")
    assert said.rejects.num_rows == 0


def test_a_change_of_zone_inside_a_file_is_named_with_its_line(book: Any) -> None:
    reading = read(book.file(HEAD + "2026-03-01T00:00+08:00,A,1,2\n2026-03-01T02:00+09:00,A,1,2\n"))
    assert reading.counts.rows_used == 2
    assert any("changes at line 3: from +08:00 to +09:00" in n.en for n in reading.notes)


def test_the_assumed_zone_is_stated(book: Any) -> None:
    reading = read(book.file(HEAD + "2026-03-01 00:00,A,1,2\n"))
    assert any("taken as Asia/Shanghai" in n.en for n in reading.notes)
    assert any("按 Asia/Shanghai 处理" in n.zh for n in reading.notes)


def test_an_unknown_column_is_named_with_what_it_resembles(book: Any) -> None:
    reading = read(book.file("time,point,COD(mg/L),ammonia nitrogn,remark\n2026-03-01,A,1,2,x\n"))
    columns = [(c.column, c.header, c.suggestions[:1]) for _, c in reading.ignored_columns]
    assert columns == [(4, "ammonia nitrogn", ("ammonia nitrogen",)), (5, "remark", ())]


def test_two_columns_of_one_name_are_refused_until_one_is_chosen(book: Any) -> None:
    text = "time,point,COD,COD\n2026-03-01,A,1,2\n"
    error = refused(book, text)
    assert (error.line, error.column) == (1, 4)
    chosen = read(book.file(text), columns="w01018=#4,ignore=#3")
    assert [v["value"] for v in book.values(chosen)] == [2.0]


def test_two_names_of_one_parameter_are_refused_until_one_is_chosen(book: Any) -> None:
    error = refused(book, "time,point,COD,化学需氧量\n2026-03-01,A,1,2\n")
    assert "are both w01018" in str(error)
    assert "w01018=#4" in str(error)


def test_a_mapping_to_a_header_that_is_not_there_names_the_nearest(book: Any) -> None:
    error = refused(book, HEAD + "2026-03-01,A,1,2\n", columns="time=times")
    assert "there is time" in str(error)


def test_mixed_units_are_converted_exactly_and_impossible_ones_refused(book: Any) -> None:
    reading = read(book.file(HEAD + "2026-03-01 00:00,A,300 ug/L,2\n2026-03-01 01:00,A,3 kg,2\n"))
    assert book.rejected(reading) == [(3, 3, "unit_mismatch")]
    assert book.values(reading)[0]["value"] == 0.3


def test_bad_lines_cost_only_themselves(book: Any) -> None:
    data = (
        HEAD.encode()
        + b"2026-03-01 00:00,A,1,2\n"
        + b"2026-03-01 01:00,A,1\n"
        + b"2026-03-01 02:00,A,1,\x002\n"
        + "2026-03-01 03:00,站点,1,2\n".encode()
        + "2026-03-01 04:00,站点,1,2\n".encode("gb18030")
        + b'2026-03-01 05:00,"A,1,2\n'
        + b"x" * (LINE_CAP + 10)
        + b"\n2026-03-01 07:00,A,1,2\n,A,1,2\n2026-03-01 09:00,,1,2\n2026-13-01 09:00,A,1,2\n"
    )
    reading = read(book.file(data))
    assert book.rejected(reading) == [
        (3, None, "ragged"),
        (4, 4, "nul_byte"),
        (6, 2, "encoding"),
        (7, None, "open_quote"),
        (8, None, "overlong_line"),
        (10, 1, "no_time"),
        (11, 2, "no_point"),
        (12, 1, "no_such_time"),
    ]
    counts = reading.counts
    assert (counts.rows_read, counts.rows_used, counts.rows_rejected) == (11, 3, 8)


def test_a_line_of_gigabytes_passes_through_little_memory(book: Any) -> None:
    """256 MiB here (2 GiB measured in docs/files.md): no block that is handed on is larger than a block and a line."""
    packer = zlib.compressobj(1, wbits=31)
    path = book.folder / "long.csv.gz"
    with path.open("wb") as out:
        out.write(packer.compress(HEAD.encode() + b"2026-03-01 00:00,A,1,2\n"))
        for _ in range(64):
            out.write(packer.compress(b"x" * (4 << 20)))
        out.write(packer.compress(b"\n2026-03-01 01:00,A,1,2\n") + packer.flush())
    found = list(blocks(path))
    assert max(len(b.data) for b in found) <= (4 << 20) + LINE_CAP
    assert [(o.line, o.length) for b in found for o in b.overlong] == [(3, 256 << 20)]
    reading = read(path)
    assert [v["row"] for v in book.values(reading)] == [2, 2, 4, 4]
    assert book.rejected(reading) == [(3, None, "overlong_line")]


def test_gzip_that_breaks_off_gives_its_whole_lines_and_says_so(book: Any) -> None:
    rows = "".join(f"2026-03-01 00:{i % 60:02d}:{i // 60:02d},A,{i},{i * 7 % 13}\n" for i in range(3000))
    whole = gzip.compress((HEAD + rows).encode())
    reading = read(book.file(whole[: len(whole) // 2], "cut.csv.gz"))
    assert reading.files[0].error is not None
    assert {r["reason"] for r in reading.rejects.to_pylist()} == {"file", "cut_off"}
    assert 0 < reading.counts.rows_used < 3000
    used = reading.counts.rows_used
    assert [v["value"] for v in book.values(reading) if v["code"] == "w01018"] == [float(i) for i in range(used)]


def test_gzip_that_is_damaged_gives_nothing(book: Any) -> None:
    rows = "".join(f"2026-03-01 00:{i % 60:02d}:{i // 60:02d},A,{i},{i * 7 % 13}\n" for i in range(3000))
    whole = bytearray(gzip.compress((HEAD + rows).encode()))
    whole[-6] ^= 0xFF  # the checksum: everything unpacks, and none of it can be trusted
    with pytest.raises(UnreadableFiles, match="damaged"):
        read(book.file(bytes(whole), "bad.csv.gz"))


def test_a_thousand_or_one_point_two_is_asked_not_guessed(book: Any) -> None:
    text = "time;point;COD(mg/L)\n2026-03-01;A;1,234\n"
    assert book.rejected(read(book.file(text))) == [(2, 3, "ambiguous_comma")]
    assert book.values(read(book.file(text), decimal=","))[0]["value"] == 1.234


def test_an_unknown_flag_refuses_its_row(book: Any) -> None:
    reading = read(book.file("time,point,COD(mg/L),flag\n2026-03-01,A,1,Z\n2026-03-02,A,1,N\n"))
    assert book.rejected(reading) == [(2, 4, "unknown_flag")]


def test_a_long_file_refuses_what_it_cannot_name(book: Any) -> None:
    text = (
        "point,code,time,value,unit\nA,w99,2026-03-01,1,mg/L\nA,COD,2026-03-01,1,furlong\nA,COD,2026-03-01,1,ug/m3\n"
        "A,COD,2026-03-01,1,mg/L\n"
    )
    assert book.rejected(read(book.file(text))) == [
        (2, 2, "unknown_code"),
        (3, 5, "unknown_unit"),
        (4, 5, "unit_mismatch"),
    ]


def test_the_rejects_file_is_a_csv_that_spreadsheets_open(book: Any) -> None:
    reading = read(book.file(HEAD + '2026-03-01,A,"a ""b"", 站",2\n'))
    path = Path(book.folder) / "rejects.csv"
    write_rejects(reading.rejects, path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert lines[0] == '"file","line","column","name","text","reason","message","message_zh"'
    assert '2,3,"COD(mg/L)","a ""b"", 站","text_in_number"' in lines[1]


def test_no_blame_falls_on_a_byte_order_mark_old_line_ends_or_a_missing_last_line_end(book: Any) -> None:
    rows = HEAD + "2026-03-01 00:00,A,1,2\n2026-03-01 01:00,A,3,4"
    expected = book.values(read(book.file(rows)))
    for changed in (rows.replace("\n", "\r\n"), rows.replace("\n", "\r"), "\ufeff" + rows, rows + "\n\n,,,\n"):
        assert book.values(read(book.file(changed))) == expected


def test_one_value_under_two_flags_is_a_contradiction(book: Any) -> None:
    text = "time,point,COD(mg/L),flag\n2026-03-01 00:00,A,5,N\n2026-03-01 00:00,A,5,M\n2026-03-01 01:00,A,6,N\n"
    reading = read(book.file(text))
    assert book.rejected(reading) == [(2, 3, "conflict"), (3, 3, "conflict")]
    assert reading.counts.values == 1
