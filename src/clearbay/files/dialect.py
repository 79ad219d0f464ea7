"""How a text file is written: its encoding, its delimiter, where the header stands. Found out from its first lines."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from clearbay.files.errors import FileError, OptionError
from clearbay.files.records import split_record

UTF8, GB18030 = "utf-8", "gb18030"

DELIMITERS = (",", "\t", ";", "|", "，", "；")
"""Tried in this order; a full-width comma or semicolon is what a Chinese keyboard types."""

SAMPLE_LINES = 30

BOM = b"\xef\xbb\xbf"

NAMES = {
    "utf-8": UTF8, "utf8": UTF8, "utf-8-sig": UTF8, "utf_8": UTF8, "ascii": UTF8,
    "gb18030": GB18030, "gbk": GB18030, "gb2312": GB18030, "cp936": GB18030,
}  # fmt: skip

# Three bytes that spell a Chinese character in UTF-8; in GB18030 they would be rare ones.
UTF8_CHINESE = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")


@dataclass(frozen=True)
class Dialect:
    """How one file is written: encoding, delimiter, the header's cells and the line it stands on (1-based)."""

    encoding: str
    encoding_sure: bool
    """False while nothing but ASCII has been seen: then the first other byte decides."""
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    body: int
    """Bytes of the first block that belong to comments and header."""
    comments: tuple[str, ...]

    @property
    def width(self) -> int:
        """Cells of a row."""
        return len(self.header)


def encoding_named(name: str) -> str:
    """Give the encoding of a name people use.

    Raises
    ------
    OptionError : not one that is read.
    """
    found = NAMES.get(name.strip().casefold())
    if found is None:
        raise OptionError(f"encoding {name!r} is not read; use utf-8 or gb18030 (which reads GBK and GB2312 too)")
    return found


def find_encoding(data: bytes) -> str | None:
    """Tell UTF-8 from GB18030 by what decodes; None when all is ASCII.

    Where the whole is not UTF-8, lines that spell Chinese in it speak for it and lines that do not decode against it: a
    damaged or mixed file is taken for what most of it is.
    """
    if data.isascii():
        return None
    if _decodes(data, UTF8):
        return UTF8
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    decoding = [_decodes(line, UTF8) for line in lines]
    spelling = sum(good and bool(UTF8_CHINESE.search(line)) for good, line in zip(decoding, lines, strict=True))
    return UTF8 if spelling >= decoding.count(False) else GB18030


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        # Incremental, so that a character cut at the end of a sample does not count against it.
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def find_dialect(path: Path, data: bytes, encoding: str | None, delimiter: str | None) -> Dialect:
    """Find out how a file is written from its first block of whole lines.

    Raises
    ------
    FileError : no header, no rows below it, or the header cannot be decoded.
    """
    start = len(BOM) if data.startswith(BOM) else 0
    found = encoding or (UTF8 if start else find_encoding(data[start:]))
    comments: list[str] = []
    at, line = start, 1
    while True:
        if at >= len(data):
            raise FileError(path, "the file holds no header and no rows", "文件没有表头，也没有数据", line=line)
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        text = _decode_line(path, data[at:end], found, line)
        at, line = end + 1, line + 1
        if text.startswith("#"):
            comments.append(text.lstrip("# "))
        elif text.strip():
            break
    sample = _sample(data[at : at + 65536], found)
    delimiter = delimiter or find_delimiter(text, sample)
    header = split_record(text, delimiter)
    if header is None:
        raise FileError(
            path,
            "the header opens a quotation mark and does not close it on the same line",
            "表头的引号没有在同一行闭合",
            line=line - 1,
        )
    return Dialect(
        encoding=found or UTF8,
        encoding_sure=found is not None,
        delimiter=delimiter,
        header=tuple(cell.strip() for cell in header),
        header_line=line - 1,
        body=min(at, len(data)),
        comments=tuple(comments),
    )


def find_delimiter(header: str, sample: list[str]) -> str:
    """Find the delimiter that splits the header and the rows under it into the same number of cells."""
    best, best_score = ",", (0.0, 0)
    for candidate in DELIMITERS:
        width = len(split_record(header, candidate) or [])
        if width < 2:
            continue
        same = sum(len(split_record(row, candidate) or []) == width for row in sample)
        score = (round(same / len(sample), 1) if sample else 1.0, width)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _decode_line(path: Path, raw: bytes, encoding: str | None, line: int) -> str:
    try:
        return raw.decode(encoding or UTF8).rstrip("\r")
    except UnicodeDecodeError as error:
        raise FileError(
            path,
            f"the header is not {encoding or UTF8} (byte {error.start + 1}); say which with --encoding",
            f"表头不是 {encoding or UTF8} 编码（第 {error.start + 1} 字节）；请用 --encoding 指明",
            line=line,
        ) from error


def _sample(data: bytes, encoding: str | None) -> list[str]:
    text = data.decode(encoding or UTF8, errors="replace")
    return [row.rstrip("\r") for row in text.split("\n")[:SAMPLE_LINES] if row.strip()]
