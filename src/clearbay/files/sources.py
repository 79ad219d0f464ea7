"""Bytes of a text file, plain or gzip, as blocks of whole lines: bounded memory whatever the file holds."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from clearbay.files.errors import FileError

LINE_CAP = 1 << 20
"""Longest line that is read [bytes]: a thousand times what a row of measurements needs."""

BLOCK = 4 << 20
"""Bytes handed on at a time: large enough for whole-column work, small beside any machine's memory."""

HEAD_KEPT = 200

NOT_TEXT: tuple[tuple[bytes, str, str], ...] = (
    (
        b"PK\x03\x04",
        "an Excel workbook or ZIP archive; save the sheet as CSV UTF-8",
        "Excel 工作簿或 ZIP；请另存为 CSV UTF-8",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook; save the sheet as CSV UTF-8",
        "旧版 Excel 工作簿；请另存为 CSV UTF-8",
    ),
    (b"%PDF", "a PDF document; export the table as CSV", "PDF 文件；请导出为 CSV"),
    (b"\x89PNG", "a picture", "图片"),
    (b"\xff\xd8\xff", "a picture", "图片"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV", "SQLite 数据库；请导出为 CSV"),
    (b"\xff\xfe", "UTF-16 text; save it as UTF-8", "UTF-16 文本；请另存为 UTF-8"),
    (b"\xfe\xff", "UTF-16 text; save it as UTF-8", "UTF-16 文本；请另存为 UTF-8"),
    (b"BZh", "bzip2-compressed; unpack it first", "bzip2 压缩文件；请先解压"),
    (b"\xfd7zXZ", "xz-compressed; unpack it first", "xz 压缩文件；请先解压"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed; unpack it first", "zstd 压缩文件；请先解压"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first", "7z 压缩包；请先解压"),
    (b"Rar!", "a RAR archive; unpack it first", "RAR 压缩包；请先解压"),
    (b"\x1f\x8b", "gzip twice over; unpack it once", "两层 gzip；请先解压一层"),
    (b"PAR1", "a Parquet file inside gzip; unpack it first", "gzip 内的 Parquet；请先解压"),
)

MARKUP: tuple[tuple[bytes, str, str], ...] = (
    (b"<", "a web page or XML; often a log-in page saved in place of the data", "网页或 XML；常是误存的登录页面"),
    (b"{", "JSON; convert it to CSV", "JSON；请转换为 CSV"),
    (b"[", "JSON; convert it to CSV", "JSON；请转换为 CSV"),
)


@dataclass(frozen=True)
class Overlong:
    """A line above the cap: its number, its first bytes, its length [bytes]."""

    line: int
    head: bytes
    length: int


@dataclass(frozen=True)
class Block:
    """Whole lines: the number of the first, the overlong ones blanked out, and whether the file breaks off here."""

    data: bytes
    first_line: int
    overlong: tuple[Overlong, ...]
    cut_off: bool


def blocks(path: Path, size: int = BLOCK, cap: int = LINE_CAP) -> Iterator[Block]:
    """Yield a text file as blocks of whole lines.

    Parameters
    ----------
    path : plain or gzip, told apart by its first bytes, never by its name.
    size : bytes read at a time; cap : longest line [bytes].

    Raises
    ------
    FileError : the file cannot be opened, is empty, is not text, or is damaged gzip: what comes out of that up to the
        place where it is noticed need not be what went in, so nothing of it may be used.
    """
    line, carry, skipped = 1, b"", None
    overlong: list[Overlong] = []
    first = True
    for chunk, ended in _chunks(path, size):
        fresh = chunk
        if first:
            if not fresh and ended == "cut off":
                raise FileError(path, "nothing can be read: the gzip data are incomplete", "无法读取：gzip 数据不完整")
            _must_be_text(path, fresh)
            old_mac = b"\r" in fresh[:65536] and b"\n" not in fresh
            first = False
        if old_mac:
            fresh = fresh.replace(b"\r", b"\n")
        if skipped is not None:
            end = fresh.find(b"\n")
            skipped = Overlong(skipped.line, skipped.head, skipped.length + (len(fresh) if end < 0 else end))
            if end < 0 and ended is None:
                continue
            overlong.append(skipped)
            # The blank line left in its place keeps the numbers of the lines after it.
            fresh, skipped = (b"\n" if end < 0 else fresh[end:]), None
        data = carry + fresh
        end = len(data) if ended is not None else data.rfind(b"\n") + 1
        data, carry = data[:end], data[end:]
        data, found = _without_overlong(data, line, cap)
        overlong.extend(found)
        lines = data.count(b"\n") + (1 if data and not data.endswith(b"\n") else 0)
        if data or overlong or ended == "cut off":
            yield Block(data, line, tuple(overlong), ended == "cut off")
            overlong = []
        line += lines
        if len(carry) > cap:
            skipped, carry = Overlong(line, carry[:HEAD_KEPT], len(carry)), b""


End = Literal["well", "cut off"]


def _chunks(path: Path, size: int) -> Iterator[tuple[bytes, End | None]]:
    """Yield decompressed bytes; the last pair says how the file ended."""
    try:
        with path.open("rb") as raw:
            head = raw.read(2)
            raw.seek(0)
            if head == b"\x1f\x8b":
                yield from _gunzip(path, iter(lambda: raw.read(1 << 20), b""), size)
            else:
                yield from _told_last(iter(lambda: raw.read(size), b""), "well")
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(path, f"cannot be opened: {reason}", f"无法打开：{reason}") from error


def _gunzip(path: Path, pieces: Iterator[bytes], size: int) -> Iterator[tuple[bytes, End | None]]:
    member = zlib.decompressobj(wbits=31)
    pending, held = b"", b""
    for piece in pieces:
        pending += piece
        while pending:
            if member.eof:
                if not pending.strip(b"\0"):
                    pending = b""  # padding after the last member, as tapes leave it
                    break
                member = zlib.decompressobj(wbits=31)
            try:
                out = member.decompress(pending, size)
            except zlib.error as error:
                raise FileError(
                    path,
                    "the gzip data are damaged; nothing of the file is used, get it again",
                    "gzip 数据损坏；未采用该文件的任何内容，请重新获取",
                ) from error
            pending = member.unused_data if member.eof else member.unconsumed_tail
            if out and held:
                yield held, None
            held = out or held
    yield held, "well" if member.eof else "cut off"


def _told_last(pieces: Iterator[bytes], end: End) -> Iterator[tuple[bytes, End | None]]:
    """Say of the last piece that it is the last, so that a small file is one block."""
    held = b""
    for piece in pieces:
        if held:
            yield held, None
        held = piece
    yield held, end


def _must_be_text(path: Path, head: bytes) -> None:
    if not head:
        raise FileError(path, "the file is empty", "文件为空")
    for magic, en, zh in NOT_TEXT:
        if head.startswith(magic):
            raise FileError(path, f"not a CSV file: it is {en}", f"不是 CSV 文件：{zh}")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    for mark, en, zh in MARKUP:
        if start == mark:
            raise FileError(path, f"not a CSV file: it looks like {en}", f"不是 CSV 文件：像是{zh}")
    # A damaged line has a few NUL bytes; a binary file is full of them.
    sample = head[:65536]
    if sample.count(b"\0") * 10 > len(sample):
        raise FileError(path, "not a text file: it is full of NUL bytes", "不是文本文件：充满 NUL 字节")


def _without_overlong(data: bytes, first_line: int, cap: int) -> tuple[bytes, list[Overlong]]:
    if len(data) <= cap:
        return data, []
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10)
    if not len(ends) or ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1] + 1])
    long = np.flatnonzero(ends - starts > cap)
    if not len(long):
        return data, []
    found, kept, at = [], [], 0
    for i in long.tolist():
        start, end = int(starts[i]), int(ends[i])
        found.append(Overlong(first_line + i, data[start : start + HEAD_KEPT], end - start))
        kept.append(data[at:start])
        at = end
    kept.append(data[at:])
    return b"".join(kept), found
