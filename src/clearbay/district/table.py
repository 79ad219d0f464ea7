"""Tables as Excel and editors leave them: bytes into rows of text that know their line."""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from clearbay.district.columns import Column
from clearbay.district.problems import Problems


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its file, the line it begins on, and text by column (columns that are absent are empty)."""

    file: str
    line: int
    cells: Mapping[str, str]


def decode(content: bytes, file: str, problems: Problems) -> str | None:
    """Turn bytes into text: UTF-8 with or without a byte-order mark, UTF-16 with one, else GB18030 with a notice.

    Returns None when it is none of them, or binary; the problem is added.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding == "gb18030":
            problems.add(file, 0, "gb18030")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    problems.add(file, 0, "not_text")
    return None


def read_rows(content: bytes, file: str, columns: Sequence[Column], problems: Problems) -> list[Row]:
    """Read the rows of a table; empty lines and lines that begin with # are passed over.

    The heading names columns by name, by Chinese heading, or both (`点位编号 point_id`). Cells are separated by commas,
    tabs or semicolons, whichever the heading uses.
    """
    text = decode(content, file, problems)
    if text is None:
        return []
    lines = ["" if line.startswith(("#", '"#')) else line for line in text.split("\n")]
    first = next((n for n, line in enumerate(lines) if line.strip(" ,;\t")), None)
    if first is None:
        problems.add(file, 0, "no_heading", columns=",".join(c.name for c in columns))
        return []
    delimiter = max(",\t;", key=lines[first].count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True)
    heading: list[str] | None = None
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            texts = [cell.strip() for cell in cells]
            if not any(texts):
                continue
            if heading is None:
                heading = _heading(texts, file, begins, columns, problems)
                if heading is None:
                    return []
                continue
            while len(texts) > len(heading) and not texts[-1]:
                texts.pop()
            if len(texts) != len(heading):
                problems.add(file, begins, "width", cells=len(texts), columns=len(heading))
                continue
            given = dict(zip(heading, texts, strict=True))
            rows.append(Row(file, begins, {column.name: given.get(column.name, "") for column in columns}))
    except csv.Error as error:
        problems.add(file, line, "quoting", reason=error)
    return rows


def _heading(texts: list[str], file: str, line: int, columns: Sequence[Column], problems: Problems) -> list[str] | None:
    while texts and not texts[-1]:
        texts.pop()
    names = {column.name: column.name for column in columns} | {column.zh: column.name for column in columns}
    heading = [_column(text, names) for text in texts]
    known = [column.name for column in columns]
    wrong = False
    for name in dict.fromkeys(heading):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            problems.add(file, line, "unknown_column", name=name, near=near[0] if near else ", ".join(known))
            wrong = True
        elif heading.count(name) > 1:
            problems.add(file, line, "doubled_column", name=name)
            wrong = True
    missing = [column.name for column in columns if column.needed and column.name not in heading]
    if missing:
        problems.add(file, line, "missing_column", names=", ".join(missing), columns=",".join(known))
        wrong = True
    return None if wrong else heading


def _column(text: str, names: Mapping[str, str]) -> str:
    words = text.split()
    whole = names.get(text) or names.get("".join(words))
    if whole is not None or not words:
        return whole or text
    return names.get(words[-1], text)
