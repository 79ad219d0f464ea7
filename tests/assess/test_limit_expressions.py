"""Comparisons on decimal digits, and frames that lack or already have a column."""

from datetime import date
from decimal import Decimal
from types import MappingProxyType

import narwhals as nw
import polars as pl
import pytest

from clearbay.assess.frames import lazy
from clearbay.assess.limit_expressions import ColumnsError, in_range, listed, require, sure, within
from clearbay.standards import Limit, Range

EMPTY = MappingProxyType({})


def limit(minimum=None, maximum=None, decimals=None):
    low, high = (None if x is None else Decimal(x) for x in (minimum, maximum))
    day = date(2000, 1, 1)
    profile, when = EMPTY, EMPTY
    return Limit(
        "S", "1", "c", "sample", "raw", low, high, "mg/L", decimals, profile, when, day, None, (), "verified", ""
    )


def evaluate(engine, expression, values):
    frame = engine(pl.DataFrame({"n": range(len(values)), "x": values}, schema_overrides={"x": pl.Float64}))
    return frame.with_columns(expression.alias("y")).sort("n").collect("polars").to_native()["y"].to_list()


def test_both_ends_of_a_limit_are_inclusive(engine):
    found = evaluate(engine, within(nw.col("x"), limit("6", "9")), [6.0, 9.0, 5.9999, 9.0001, None])
    assert found == [True, True, False, False, None]


def test_a_limit_with_decimals_compares_the_rounded_value(engine):
    # GB/T 8170: 0.65 at one decimal is 0.6 (half to even), 0.66 is 0.7.
    found = evaluate(engine, within(nw.col("x"), limit(maximum="0.6", decimals=1)), [0.65, 0.66, 0.6])
    assert found == [True, False, True]


def test_a_range_holds_its_inclusive_bounds_only(engine):
    band = in_range(nw.col("x"), Range(gt=Decimal("5.5"), le=Decimal("6.5")))
    assert evaluate(engine, band, [5.5, 5.51, 6.5, 6.51]) == [False, True, True, False]
    band = in_range(nw.col("x"), Range(ge=Decimal("5.5"), lt=Decimal("6.5")))
    assert evaluate(engine, band, [5.5, 6.5]) == [True, False]


def test_codes_are_listed_in_the_order_given(engine):
    found = evaluate(engine, listed([("b", nw.col("x") > 1), ("a", sure(nw.col("x") > 0))]), [2.0, 1.0, 0.0, None])
    assert found == ["b,a", "a", "", ""]


def test_columns_are_checked_before_anything_runs():
    frame = lazy(pl.DataFrame({"a": [1]}))
    with pytest.raises(ColumnsError, match="no column b; it has a"):
        require(frame, ["a", "b"], [])
    with pytest.raises(ColumnsError, match="already has a column a"):
        require(frame, [], ["a"])
