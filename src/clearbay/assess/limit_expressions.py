"""Comparing columns with limits: on the decimal digits that were written, on every engine alike.

A limit and a measurement that read as the same decimal are the same float, and the float nearest to a decimal never
passes another's; so `<=` on floats decides as it would on paper, as long as no sum or conversion came before.
"""

from collections.abc import Iterable, Sequence

import narwhals as nw

from clearbay.assess.frames import Lazy
from clearbay.standards.model import Limit, Range
from clearbay.vocabulary.errors import ClearbayError
from clearbay.vocabulary.rounding import rounded

UNDETECTED = "ND"
"""Flag of a value below the detection limit; the value beside it is that limit."""


class ColumnsError(ClearbayError):
    """A frame lacks a column an assessment was told to read, or already has one it would write."""


def require(frame: Lazy, read: Iterable[str], written: Iterable[str]) -> None:
    """Check that a frame has the columns to be read and none of those to be written.

    Raises
    ------
    ColumnsError : a column is missing, or one that would be overwritten is there.
    """
    names = frame.collect_schema().names()
    missing = [name for name in dict.fromkeys(read) if name not in names]
    if missing:
        raise ColumnsError(f"the frame has no column {', '.join(missing)}; it has {', '.join(names)}")
    taken = [name for name in dict.fromkeys(written) if name in names]
    if taken:
        raise ColumnsError(f"the frame already has a column {', '.join(taken)}: rename it, it would be overwritten")


def number(frame: Lazy, column: str) -> nw.Expr:
    """Give a column as Float64 with the digits it shows: a 32-bit 0.15 becomes 0.15, not 0.15000000596."""
    if frame.collect_schema()[column] == nw.Float32:
        return nw.col(column).cast(nw.String).cast(nw.Float64)
    return nw.col(column).cast(nw.Float64)


def given(value: nw.Expr) -> nw.Expr:
    """Say where there is a value at all: neither null nor NaN; never null itself."""
    return ~(value.is_null() | sure(value.is_nan()))


def usable(value: nw.Expr) -> nw.Expr:
    """Say where a value can be a concentration: finite and not negative; never null itself."""
    return given(value) & sure(value >= 0) & sure(value < float("inf"))


def sure(condition: nw.Expr) -> nw.Expr:
    """Give a condition with unknown counted as false."""
    return condition.fill_null(False)


def within(value: nw.Expr, limit: Limit) -> nw.Expr:
    """Say where `value` meets a limit (both ends inclusive), rounded first by GB/T 8170 if the limit says so."""
    shown = value if limit.decimals is None else rounded(value, limit.decimals)
    met = nw.lit(True)
    if limit.minimum is not None:
        met = met & (shown >= float(limit.minimum))
    if limit.maximum is not None:
        met = met & (shown <= float(limit.maximum))
    return met


def in_range(value: nw.Expr, wanted: Range) -> nw.Expr:
    """Say where `value` lies in a range of a numeric fact."""
    held = nw.lit(True)
    if wanted.gt is not None:
        held = held & (value > float(wanted.gt))
    if wanted.ge is not None:
        held = held & (value >= float(wanted.ge))
    if wanted.lt is not None:
        held = held & (value < float(wanted.lt))
    if wanted.le is not None:
        held = held & (value <= float(wanted.le))
    return held


def quotient(whole: nw.Expr, divisor: float) -> nw.Expr:
    """Divide by a constant as IEEE 754 says, so that 6 / 10 is the float that 0.6 reads as.

    Polars multiplies by the reciprocal of a constant instead, which is not correctly rounded; by a column it divides.
    """
    number_ = whole.cast(nw.Float64)
    return number_ / (number_ * 0.0 + divisor)


def listed(codes: Sequence[tuple[str, nw.Expr]]) -> nw.Expr:
    """Give the codes whose condition holds, joined by commas in the order given; empty where none does."""
    return nw.concat_str(
        [nw.when(condition).then(nw.lit(code)) for code, condition in codes], separator=",", ignore_nulls=True
    )
