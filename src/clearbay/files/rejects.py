"""What could not be read: one line of a table each, with the place, the text, a reason code and a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv

TEXT_KEPT = 200
"""Characters of the offending text that are kept: enough to find it again, little enough to hold a million of them."""

SCHEMA = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("column", pa.int32()),
        pa.field("name", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("message", pa.string(), nullable=False),
        pa.field("message_zh", pa.string(), nullable=False),
    ]
)
"""Arrow schema of the rejects: `line` and `column` are 1-based, `column` is null where a whole row was refused."""

# reason code -> (English, Chinese); {0} and {1} take the detail.
REASONS: dict[str, tuple[str, str]] = {
    "file": ("{0}", "{1}"),
    "overlong_line": (
        "the line has {0} bytes, more than {1}; it was skipped and reading went on after it",
        "该行有 {0} 字节，超过 {1}；已跳过，继续读后面的行",
    ),
    "nul_byte": ("the line holds a NUL byte: binary data or a damaged disk", "该行含 NUL 字节：二进制数据或磁盘损坏"),
    "encoding": ("the line is not {0}, as the rest of the file is", "该行不是 {0} 编码，与文件其余部分不同"),
    "mixed_encoding": (
        "the line is UTF-8 in a file that is {0}: convert the file to one encoding",
        "文件为 {0}，而该行是 UTF-8：请统一编码",
    ),
    "open_quote": (
        'a quotation mark (") is opened and never closed; remove or double it',
        '引号（"）打开后未闭合；请删除或写成两个',
    ),
    "ragged": ("the row has {0} cells, the header {1}", "该行有 {0} 个单元格，表头有 {1} 个"),
    "cut_off": ("the file breaks off inside this line", "文件在此行中断"),
    "no_point": ("the row does not say which point it belongs to", "该行没有写明监测点"),
    "no_time": ("the row has no time", "该行没有时间"),
    "bad_time": ("{0!r} is not a time that is understood", "无法识别的时间 {0!r}"),
    "no_such_time": ("{0!r}: there is no such day or hour", "{0!r}：没有这一天或这一时刻"),
    "no_date": (
        "{0!r} has no date; name the column of the day with --columns date=HEADER",
        "{0!r} 没有日期；请用 --columns date=列名 指明日期列",
    ),
    "no_year": (
        "{0!r} has no year; name the column of the day with --columns date=HEADER",
        "{0!r} 没有年份；请用 --columns date=列名 指明日期列",
    ),
    "no_zone": (
        "the time has no zone while others in the file have one; say which with --zone",
        "该时间没有时区，而文件中其他时间有；请用 --zone 指明",
    ),
    "time_skipped": (
        "{0} does not exist in {1}: clocks are put forward then",
        "{1} 不存在 {0}：该时刻时钟拨快",
    ),
    "time_twice": (
        "{0} exists twice in {1}: write the offset, such as +08:00",
        "{1} 的 {0} 出现两次：请写明时差，如 +08:00",
    ),
    "unknown_code": ("{0!r} is not a known parameter{1}", "未知的监测项目 {0!r}{1}"),
    "unknown_unit": ("{0!r} is not a known unit{1}", "未知的单位 {0!r}{1}"),
    "unit_mismatch": ("{0} cannot be converted to {1}", "{0} 不能换算为 {1}"),
    "unknown_flag": (
        "{0!r} is not a known data flag; known are N F M S D C T B",
        "未知的数据标记 {0!r}；已知标记为 N F M S D C T B",
    ),
    "bad_period": ("{0!r} is not a period", "无法识别的时段 {0!r}"),
    "bad_statistic": ("{0!r} is not a statistic; known are value avg min max sum", "未知的统计量 {0!r}"),
    "bad_basis": (
        "{0!r} is not a basis; known are raw (实测) standard (标干) reference_o2 (折算)",
        "未知的浓度基准 {0!r}；已知为 raw（实测）、standard（标干）、reference_o2（折算）",
    ),
    "text_in_number": ("{0!r} is not a number", "{0!r} 不是数"),
    "ambiguous_comma": (
        "{0!r} may be a thousand or a fraction; say which with --decimal , or --decimal .",
        "{0!r} 的逗号可能是千分位，也可能是小数点；请用 --decimal 指明",
    ),
    "not_finite": ("{0!r} is not a finite number", "{0!r} 不是有限的数"),
    "conflict": (
        "two values for one instant: {0} here, {1} in line {2}; neither is used",
        "同一时刻有两个值：此处为 {0}，第 {2} 行为 {1}；两者都未采用",
    ),
}


@dataclass(frozen=True, slots=True)
class Reject:
    """One refused row (`column` None) or cell of a file."""

    line: int
    column: int | None
    name: str | None
    text: str
    reason: str
    details: tuple[str | int, ...] = ()

    def message(self, lang: int = 0) -> str:
        """Give the sentence, in English (0) or Chinese (1)."""
        return REASONS[self.reason][lang].format(*self.details)


def to_table(found: Iterable[tuple[str, Reject]]) -> pa.Table:
    """Make the table of rejects from (file, reject) pairs, in order of file and line."""
    rows = list(found)
    columns: list[list[str | int | None]] = [
        [file for file, _ in rows],
        [r.line for _, r in rows],
        [r.column for _, r in rows],
        [r.name for _, r in rows],
        [_printable(r.text) for _, r in rows],
        [r.reason for _, r in rows],
        [r.message(0) for _, r in rows],
        [r.message(1) for _, r in rows],
    ]
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def write_csv(rejects: pa.Table, path: Path) -> None:
    """Write the rejects as CSV, UTF-8 with a byte-order mark so that Excel reads the Chinese."""
    with path.open("wb") as out:
        out.write(b"\xef\xbb\xbf")
        arrow_csv.write_csv(rejects, out)


def _printable(text: str) -> str:
    kept = text[:TEXT_KEPT]
    plain = "".join(c if c.isprintable() else " " for c in kept)
    return plain + "…" if len(text) > TEXT_KEPT else plain
