"""Text into numbers as laboratories, loggers and spreadsheets write them.

Plain numbers go through a vectorised parser; every other text is read once by `read_number` and looked up. What people
write for "nothing here" and "below the limit of detection" is understood; what is not understood is refused by name.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clearbay.vocabulary.flags import FLAGS, Quality

Decimal = Literal[",", "."]

MISSING_MARKS = frozenset(
    {"-", "--", "---", "—", "——", "–", "/", "\\", "*", "**", "?", "？", ".", "..", "na", "n/a", "n.a.", "#n/a", "nan",
     "null", "none", "nil", "nd.", "missing", "缺测", "缺失", "无", "无数据", "无效", "停测", "未测", "未监测", "断线"}
)  # fmt: skip
"""What stands in a cell where nothing was measured (folded to lower case)."""

SENTINELS = frozenset({-99.0, -999.0, -9999.0, -99999.0, -99.9, -999.9, -9999.9, -999.99})
"""Numbers that instruments write for "no value"; no concentration, flow or temperature on Earth is one of them."""

NOT_DETECTED = frozenset(
    {
        "nd",
        "n.d.",
        "n.d",
        "bdl",
        "<dl",
        "<mdl",
        "<lod",
        "<loq",
        "未检出",
        "未检测出",
        "低于检出限",
        "<检出限",
        "小于检出限",
    }
)
"""Below the detection limit, the limit not stated."""

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+|[+-]?\d{1,3}(,\d{3}){2,}")
_ONE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_DOT_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+|[+-]?\d{1,3}(\.\d{3}){2,}")
_DOT_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
_SPACED = re.compile(r"[+-]?\d{1,3}([ '’]\d{3})+([.,]\d+)?")
_BELOW = re.compile(r"(?:<|<=|≤|小于|低于|nd\(?<?|未检出\(?<?)\s*([^()]*?)\)?")
_ABOVE = re.compile(r"(?:>|>=|≥|大于|高于)\s*(.*)|(.*\d)\+")
# HJ 91.1-2019: below the method's limit, report the limit followed by L.
_LIMIT_L = re.compile(r"([\d.,]+)\s*l", re.IGNORECASE)
_WITH_UNIT = re.compile(r"([+-]?[\d.,]*\d)\s*([^\d\s.,+-].*)")


@dataclass(frozen=True, slots=True)
class Number:
    """A cell that was understood.

    `value` None: present but no number. `flag` "ND" or "T" where the text says so. `unit` where the cell carries one.
    `how` names what was unusual about it: "" plain, missing_mark, sentinel, not_detected, below_limit, above_range,
    grouped, decimal_comma, full_width, own_unit, empty (blanks only).
    """

    value: float | None
    flag: str = ""
    quality: int = int(Quality.NOT_EVALUATED)
    unit: str | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class NotNumber:
    """A cell that was not understood: the reason code of `rejects.REASONS` and its details."""

    reason: str
    details: tuple[str, ...]


def read_number(text: str, decimal: Decimal | None = None) -> Number | NotNumber:
    """Read one cell that is not empty.

    Parameters
    ----------
    decimal : what a comma means ("," fraction, "." thousands); None refuses `1,234`, which may be either.
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold().replace("−", "-")
    if not folded:
        return Number(None, quality=int(Quality.MISSING), how="empty")
    if folded in MISSING_MARKS:
        return Number(None, quality=int(Quality.MISSING), how="missing_mark")
    if folded in NOT_DETECTED:
        return Number(None, "ND", int(FLAGS["ND"].quality), how="not_detected")
    if folded.lstrip("+-") in {"inf", "infinity"}:
        return NotNumber("not_finite", (text,))
    number = _figure(folded, decimal)
    if isinstance(number, float):
        if not math.isfinite(number):
            return NotNumber("not_finite", (text,))
        if number in SENTINELS:
            return Number(None, quality=int(Quality.MISSING), how="sentinel")
        return Number(number, how=_manner(text, folded))
    if number == "ambiguous":
        return NotNumber("ambiguous_comma", (text,))
    bound = _bound(folded, decimal)
    if bound is not None:
        return bound
    with_unit = _WITH_UNIT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if with_unit is not None:
        number = _figure(with_unit[1].casefold(), decimal)
        if isinstance(number, float) and math.isfinite(number):
            return Number(number, unit=with_unit[2].strip(), how="own_unit")
    return NotNumber("text_in_number", (text,))


def _bound(folded: str, decimal: Decimal | None) -> Number | None:
    """Read `<0.01`, `0.01L`, `ND(0.01)`, `>2000`, `2000+`."""
    below = _LIMIT_L.fullmatch(folded) or _BELOW.fullmatch(folded)
    if below is not None:
        limit = _figure(below[1].strip(), decimal)
        if isinstance(limit, float) and math.isfinite(limit):
            return Number(limit, "ND", int(FLAGS["ND"].quality), how="below_limit")
    above = _ABOVE.fullmatch(folded)
    if above is not None:
        limit = _figure((above[1] or above[2] or "").strip(), decimal)
        if isinstance(limit, float) and math.isfinite(limit):
            return Number(limit, "T", int(FLAGS["T"].quality), how="above_range")
    return None


def _figure(text: str, decimal: Decimal | None) -> float | str | None:
    """Give the number a folded text spells, "ambiguous", or None."""
    if decimal == "," and _DOT_GROUPS.fullmatch(text):
        return float(text.replace(".", ""))
    if _PLAIN.fullmatch(text):
        return float(text)
    if _SPACED.fullmatch(text):
        return float(re.sub(r"[ '’]", "", text).replace(",", "."))
    if _GROUPED.fullmatch(text):
        return float(text.replace(",", ""))
    if _DOT_GROUPED.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _ONE_GROUP.fullmatch(text):
        return "ambiguous" if decimal is None else float(text.replace(",", "." if decimal == "," else ""))
    if _COMMA.fullmatch(text):
        return float(text.replace(",", ".")) if decimal != "." else None
    return None


def _manner(text: str, folded: str) -> str:
    if text.strip().casefold() != folded:
        return "full_width"
    if _PLAIN.fullmatch(folded):
        return ""
    return "decimal_comma" if _COMMA.fullmatch(folded) else "grouped"


@dataclass(frozen=True)
class Numbers:
    """A column of cells as numbers.

    `values` [n, float64, NaN where none], `given` [n, bool: the cell is not empty], `unusual` [row indices of
    cells that are not plain numbers] with `readings` [one each].
    """

    values: NDArray[np.float64]
    given: NDArray[np.bool_]
    unusual: NDArray[np.int64]
    readings: list[Number | NotNumber]


def read_numbers(cells: pa.StringArray, decimal: Decimal | None = None) -> Numbers:
    """Read a column of cells [n]: plain numbers at once, each other text once."""
    series = pl.Series(values=cells, dtype=pl.String)
    # With a declared decimal comma a dot may group thousands, so no text is plain.
    numbers = series.cast(pl.Float64, strict=False) if decimal != "," else pl.zeros(len(series), eager=True) * np.nan
    values = numbers.to_numpy().astype(np.float64, copy=True)
    if numbers.null_count():
        values[numbers.is_null().to_numpy()] = np.nan
    given = pc.greater(pc.binary_length(cells), 0).to_numpy(zero_copy_only=False)
    plain = np.isfinite(values)
    negative = plain & (values < 0)
    if negative.any():
        plain &= ~(negative & np.isin(values, list(SENTINELS)))
    unusual = np.flatnonzero(given & ~plain)
    if not len(unusual):
        return Numbers(values, given, unusual, [])
    readings = _each(cells.take(pa.array(unusual)), lambda text: read_number(text, decimal))
    blank = np.array([isinstance(r, Number) and r.how == "empty" for r in readings], dtype=bool)
    given[unusual[blank]] = False
    values[unusual] = [r.value if isinstance(r, Number) and r.value is not None else np.nan for r in readings]
    kept = [r for r, empty in zip(readings, blank.tolist(), strict=True) if not empty]
    return Numbers(values, given, unusual[~blank], kept)


def _each(cells: pa.StringArray, read: Callable[[str], Number | NotNumber]) -> list[Number | NotNumber]:
    """Read every distinct text once and give the reading of each cell."""
    coded = cells.dictionary_encode()
    found = [read(text) for text in coded.dictionary.to_pylist()]
    return [found[i] for i in coded.indices.to_pylist()]
