"""GB/T 8170-2008: half to even on the decimal digits, for scalars, arrays and columns alike."""

import math
from decimal import Decimal

import duckdb
import narwhals as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.vocabulary.rounding import round_array, round_half_even, rounded, truncated_whole

# GB/T 8170-2008, 3.2: the examples of the standard's own text, as (value, places, rounded).
STANDARD_EXAMPLES = [
    ("12.1498", 1, "12.1"),  # 3.2.1: less than 5 is dropped
    ("12.1498", 0, "12"),
    ("10.5002", 0, "11"),  # 3.2.2: 5 followed by digits goes up
    ("1.050", 1, "1.0"),  # 3.2.4: exactly 5 goes to the even digit
    ("0.35", 1, "0.4"),
    ("2500", -3, "2000"),
    ("3500", -3, "4000"),
    ("0.0325", 3, "0.032"),
    ("32500", -3, "32000"),
    ("-355", -1, "-360"),  # 3.2.5: the sign is put back
    ("-325", -1, "-320"),
    ("-0.0365", 3, "-0.036"),
]


@pytest.mark.parametrize(("value", "places", "expected"), STANDARD_EXAMPLES)
def test_the_examples_of_the_standard(value: str, places: int, expected: str) -> None:
    assert round_half_even(value, places) == Decimal(expected)
    assert round_array(np.array([float(value)]), places)[0] == float(expected)


@pytest.mark.parametrize(("value", "places", "expected"), [(0.285, 2, 0.28), (1.005, 2, 1.0), (2.675, 2, 2.68)])
def test_a_float_stands_for_its_decimal_text(value: float, places: int, expected: float) -> None:
    # The binary value of each lies beside the tie; the decimal text is the tie.
    assert round_array(np.array([value]), places)[0] == expected
    assert float(round_half_even(value, places)) == expected


decimals = st.integers(0, 4)
printed = st.builds(
    lambda whole, digits: float(Decimal(whole).scaleb(-digits)), st.integers(-(10**9), 10**9), st.integers(0, 6)
)


@given(st.lists(printed, min_size=1, max_size=40), decimals)
def test_array_and_scalar_agree(values: list[float], places: int) -> None:
    expected = [float(round_half_even(v, places)) for v in values]
    assert round_array(np.array(values), places).tolist() == expected


@settings(deadline=None)
@given(st.lists(printed.filter(lambda x: x >= 0), min_size=1, max_size=20), decimals)
def test_columns_agree_on_two_engines(values: list[float], places: int) -> None:
    expected = [float(round_half_even(v, places)) for v in values]
    frame = pl.DataFrame({"n": range(len(values)), "x": values})
    relation = duckdb.from_arrow(frame.to_arrow())
    for native in (frame.lazy(), relation):
        out = nw.from_native(native).with_columns(r=rounded(nw.col("x"), places)).sort("n").collect("pyarrow")
        assert nw.to_native(out)["r"].to_pylist() == expected


@given(st.integers(0, 10**7), st.integers(0, 3))
def test_truncation_never_loses_a_printed_digit(whole: int, places: int) -> None:
    value = float(Decimal(whole).scaleb(-places))
    frame = nw.from_native(pl.DataFrame({"x": [value]}))
    assert frame.select(truncated_whole(nw.col("x"), places))["x"].to_list() == [float(whole)]


def test_nan_stays_nan() -> None:
    assert math.isnan(round_array(np.array([math.nan]), 1)[0])


def test_too_many_places_is_an_error() -> None:
    with pytest.raises(ValueError, match="decimals"):
        round_array(np.array([1.0]), 16)
