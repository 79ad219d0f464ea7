"""A text file from its first byte to its last: dialect and header first, then its rows block by block."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from clearbay.files import sources
from clearbay.files.cells import Cells, read_cells
from clearbay.files.dialect import Dialect, find_dialect, find_encoding
from clearbay.files.errors import FileError
from clearbay.files.options import Options
from clearbay.files.rejects import Reject
from clearbay.files.sources import LINE_CAP, Block, blocks


def text_cells(
    path: Path, options: Options, progress: Callable[[int], None] | None = None
) -> Iterator[Dialect | Cells | FileError]:
    """Yield how a file is written, then its rows.

    A file that breaks off yields its error last, after what could be read.

    Raises
    ------
    FileError : nothing can be read (see `sources.blocks`, `dialect.find_dialect`).
    """
    dialect: Dialect | None = None
    rest = b""
    stream = blocks(path, sources.BLOCK, LINE_CAP)
    block = next(stream, None)
    while block is not None:
        following = next(stream, None)
        data, line = block.data, block.first_line
        if dialect is None:
            dialect = _dialect(path, block, options)
            yield dialect
            data, line = data[dialect.body :], dialect.header_line + 1
        if not dialect.encoding_sure and not data.isascii():
            dialect = replace(dialect, encoding=find_encoding(data) or dialect.encoding, encoding_sure=True)
        line -= rest.count(b"\n")
        data = rest + data
        extra = [_overlong(o.line, o.head, o.length) for o in block.overlong]
        if block.cut_off:
            data, tail = _without_tail(data, line)
            extra.extend(tail)
        cells = read_cells(data, line, dialect, last=following is None)
        rest = cells.rest
        # Each overlong line left a blank line in its place.
        yield replace(cells, rejects=[*cells.rejects, *extra], blank=cells.blank - len(block.overlong))
        if block.cut_off:
            yield FileError(
                path,
                "the gzip data are incomplete: the file is cut off; the whole lines before that are used",
                "gzip 数据不完整：文件中断；之前的完整行已采用",
            )
        if progress is not None:
            progress(len(block.data))
        block = following


def _dialect(path: Path, block: Block, options: Options) -> Dialect:
    if block.overlong and block.overlong[0].line == 1:
        raise FileError(
            path,
            f"the first line has {block.overlong[0].length} bytes: this is no table with a header",
            f"第一行有 {block.overlong[0].length} 字节：不是带表头的表格",
            line=1,
        )
    return find_dialect(path, block.data, options.encoding, options.delimiter)


def _overlong(line: int, head: bytes, length: int) -> Reject:
    return Reject(line, None, None, head.decode("utf-8", errors="replace"), "overlong_line", (length, LINE_CAP))


def _without_tail(data: bytes, first_line: int) -> tuple[bytes, list[Reject]]:
    """Take off the last line of a file that breaks off: it may be half a row that reads like a whole one."""
    end = data.rfind(b"\n") + 1
    if end == len(data):
        return data, []
    text = data[end:].decode("utf-8", errors="replace")
    return data[:end], [Reject(first_line + data[:end].count(b"\n"), None, None, text, "cut_off")]
