"""Whole-number arithmetic: the order of addition and the engine make no difference."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import duckdb
import narwhals as nw
import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.exact import half_even_quotient, half_even_quotient_array, round_scaled, scaled, scaled_array

whole = st.integers(-(10**15), 10**15)
count = st.integers(1, 10**5)


@settings(deadline=None)
@given(st.lists(st.tuples(whole, count), min_size=1, max_size=30))
def test_the_mean_is_the_nearest_whole_number_halves_to_even(pairs: list[tuple[int, int]]) -> None:
    expected = [int((Decimal(a) / Decimal(b)).quantize(Decimal(1), ROUND_HALF_EVEN)) for a, b in pairs]
    # Decimal division above is exact enough only while the quotient has fewer than 28 digits, which it has.
    totals, counts = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    assert half_even_quotient_array(totals, counts).tolist() == expected
    frame = pl.DataFrame({"n": range(len(pairs)), "a": totals, "b": counts})
    for native in (frame.lazy(), duckdb.from_arrow(frame.to_arrow())):
        out = nw.from_native(native).with_columns(q=half_even_quotient(nw.col("a"), nw.col("b"))).sort("n")
        assert nw.to_native(out.collect("pyarrow"))["q"].to_pylist() == expected


def test_there_is_no_mean_of_nothing() -> None:
    frame = nw.from_native(pl.DataFrame({"a": [0], "b": [0]}))
    assert frame.select(q=half_even_quotient(nw.col("a"), nw.col("b")))["q"].to_list() == [None]


@given(st.lists(st.integers(0, 10**9).map(lambda n: n / 1000), min_size=1, max_size=50), st.randoms())
def test_any_order_of_addition_gives_the_same_sum(values: list[float], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = values[:]
    random.shuffle(shuffled)
    assert scaled_array(np.array(values), 9).sum() == scaled_array(np.array(shuffled), 9).sum()


def test_ng_become_ug_without_a_trace_of_binary_fractions() -> None:
    frame = nw.from_native(pl.DataFrame({"x": [35_123.4]}))
    out = frame.select(s=scaled(nw.col("x"), 9, Fraction(1, 1000)))["s"].to_list()
    assert out == [35_123_400_000]
    assert scaled_array(np.array([35_123.4]), 9, Fraction(1, 1000)).tolist() == out


def test_rounding_keeps_the_scale() -> None:
    # 60.5 and 61.5 ug/m3 to whole numbers: to the even one (GB/T 8170).
    assert round_scaled(np.array([60_500_000_000, 61_500_000_000]), 9, 0).tolist() == [60_000_000_000, 62_000_000_000]
