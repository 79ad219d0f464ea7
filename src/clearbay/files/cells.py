"""Lines into columns of cells: one vectorised way for sound text, one careful way for the rest, with equal results.

The fast way parses a whole block with Arrow and is trusted only where the block has as many records as lines. Any
doubt (an odd quotation mark, a NUL, a byte that does not decode, a lone carriage return) sends the block to the careful
way, which reads line by line and says of each refused line why.
"""

import io
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from clearbay.files.dialect import GB18030, UTF8, UTF8_CHINESE, Dialect
from clearbay.files.records import split_record
from clearbay.files.rejects import Reject

MULTILINE = 64
"""Most lines that one quoted cell may run over; past that its quote is taken for a stray one."""


@dataclass(frozen=True)
class Cells:
    """Rows of a block: `columns` of text (one Arrow array a column), `lines` [1-based], refused rows, blank lines.

    `rest` is the start of a record that the next block must finish.
    """

    columns: list[pa.StringArray]
    lines: NDArray[np.int64]
    rejects: list[Reject]
    blank: int
    rest: bytes = b""


def read_cells(data: bytes, first_line: int, dialect: Dialect, last: bool) -> Cells:
    """Read whole lines into cells, the fast way where it is safe.

    Parameters
    ----------
    data : lines, without comments and header; first_line : number of the first of them; last : the file ends here.
    """
    fast = read_fast(data, first_line, dialect)
    return fast if fast is not None else read_careful(data, first_line, dialect, last)


def read_fast(data: bytes, first_line: int, dialect: Dialect) -> Cells | None:
    """Read lines with Arrow; None where the careful way must look."""
    if b"\0" in data or data.count(b'"') % 2 or data.count(b"\r") != data.count(b"\r\n"):
        return None
    if not data.isascii():
        try:
            if dialect.encoding == UTF8:
                data.decode(UTF8)
            elif UTF8_CHINESE.search(data):
                return None
            else:
                data = data.decode(dialect.encoding).encode()
        except UnicodeDecodeError:
            return None
    if not dialect.delimiter.isascii() or not data or dialect.width < 2:
        return None
    if b'"' in data and not data.endswith(b"\n"):
        return None  # a quote opened on the last line would be closed by the end of the data
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    wrong: list[tuple[int, int, str]] = []

    def keep(row: arrow_csv.InvalidRow) -> str:
        wrong.append((row.number, row.actual_columns, row.text))
        return "skip"

    names = [str(i) for i in range(dialect.width)]
    table = arrow_csv.read_csv(
        io.BytesIO(data),
        read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.delimiter, invalid_row_handler=keep, ignore_empty_lines=False, newlines_in_values=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    doubtful = any('"' in text or not text.rpartition(dialect.delimiter)[2].strip() for _, _, text in wrong)
    if doubtful or table.num_rows + len(wrong) != lines:
        return None
    numbers = np.arange(first_line, first_line + lines, dtype=np.int64)
    rejects, blank = [], 0
    if wrong:
        stays = np.ones(lines, dtype=bool)
        for number, width, text in wrong:
            stays[number - 1] = False
            if text.strip():
                rejects.append(_ragged(first_line + number - 1, width, dialect, text))
            else:
                blank += 1
        numbers = numbers[stays]
    columns = [_one_chunk(column) for column in table.columns]
    return _without_blank(Cells(columns, numbers, rejects, blank))


def read_careful(data: bytes, first_line: int, dialect: Dialect, last: bool) -> Cells:
    """Read lines one by one; every line ends as a row, a blank or a reject."""
    raw = data.split(b"\n")
    if raw and raw[-1] == b"":
        raw.pop()
    rows: list[list[str]] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    blank, at = 0, 0
    while at < len(raw):
        line = first_line + at
        text = _text(raw[at], line, dialect)
        if isinstance(text, Reject):
            rejects.append(text)
            at += 1
            continue
        if not text.strip():
            blank += 1
            at += 1
            continue
        record, used = split_record(text, dialect.delimiter), 1
        if record is None:
            record, used = _joined(raw, at, first_line, dialect)
            if record is None and used == 0 and not last:
                rest = b"\n".join(raw[at:]) + b"\n"
                return _cells(rows, numbers, rejects, blank, dialect, rest)
            if record is None:
                rejects.append(Reject(line, None, None, text, "open_quote"))
                at += 1
                continue
        while len(record) > dialect.width and not record[-1].strip():
            record.pop()  # a delimiter at the end of the line makes no cell
        if len(record) != dialect.width:
            rejects.append(_ragged(line, len(record), dialect, text))
        else:
            rows.append(record)
            numbers.append(line)
        at += used
    return _cells(rows, numbers, rejects, blank, dialect)


def _joined(raw: list[bytes], at: int, first_line: int, dialect: Dialect) -> tuple[list[str] | None, int]:
    """Join lines until the quote closes; (None, 0) where the block ends first, (None, 1) where it never fits."""
    parts: list[str] = []
    for used in range(1, MULTILINE + 1):
        if at + used > len(raw):
            return None, 0
        text = _text(raw[at + used - 1], first_line + at + used - 1, dialect)
        if isinstance(text, Reject):
            return None, 1
        parts.append(text)
        record = split_record("\n".join(parts), dialect.delimiter, strict=True) if used > 1 else None
        if record is not None:
            return (record, used) if len(record) == dialect.width else (None, 1)
    return None, 1


def _text(raw: bytes, line: int, dialect: Dialect) -> str | Reject:
    if b"\0" in raw:
        return Reject(line, _place(raw, raw.index(b"\0"), dialect), None, _shown(raw), "nul_byte")
    if dialect.encoding == GB18030 and UTF8_CHINESE.search(raw):
        try:
            text = raw.decode(UTF8)
        except UnicodeDecodeError:
            pass
        else:
            if any("\u4e00" <= c <= "\u9fff" for c in text):
                return Reject(line, None, None, text, "mixed_encoding", ("GB18030",))
    try:
        return raw.decode(dialect.encoding).removesuffix("\r")
    except UnicodeDecodeError as error:
        column = _place(raw, error.start, dialect)
        return Reject(line, column, None, _shown(raw), "encoding", (dialect.encoding.upper(),))


def _place(raw: bytes, offset: int, dialect: Dialect) -> int | None:
    if not dialect.delimiter.isascii():
        return None
    return raw[:offset].count(dialect.delimiter.encode()) + 1


def _shown(raw: bytes) -> str:
    return raw[:400].decode(UTF8, errors="replace")


def _ragged(line: int, width: int, dialect: Dialect, text: str) -> Reject:
    return Reject(line, None, None, text.removesuffix("\r"), "ragged", (width, dialect.width))


def _cells(
    rows: list[list[str]], numbers: list[int], rejects: list[Reject], blank: int, dialect: Dialect, rest: bytes = b""
) -> Cells:
    columns = [pa.array([row[i] for row in rows], type=pa.string()) for i in range(dialect.width)]
    return _without_blank(Cells(columns, np.array(numbers, dtype=np.int64), rejects, blank, rest))


def _without_blank(cells: Cells) -> Cells:
    """Take out rows without anything in any cell: what a spreadsheet leaves below its last row."""
    empty = pc.equal(cells.columns[0], "")
    for column in cells.columns[1:]:
        if not empty.true_count:
            return cells
        empty = pc.and_(empty, pc.equal(column, ""))
    if not empty.true_count:
        return cells
    stays = pc.invert(empty)
    kept = [column.filter(stays) for column in cells.columns]
    return Cells(
        kept,
        cells.lines[stays.to_numpy(zero_copy_only=False)],
        cells.rejects,
        cells.blank + empty.true_count,
        cells.rest,
    )


def _one_chunk(column: pa.ChunkedArray) -> pa.StringArray:
    chunks = column.chunks
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks) if chunks else pa.array([], pa.string())
