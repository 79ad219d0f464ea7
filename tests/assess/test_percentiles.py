"""Percentiles by HJ 663-2013 Annex A.6: k = 1 + (n - 1) p, linear between neighbours."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.percentiles import percentile


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        # n = 365: k = 1 + 364 * 0.98 = 357.72; of 1..365 that is 357.72.
        ([100 * k for k in range(1, 366)], 98, 35772),
        ([100 * k for k in range(1, 366)], 95, 34680),
        ([100 * k for k in range(1, 366)], 90, 32860),
        ([7], 98, 7),
        ([30, 10, 20], 50, 20),
        ([0, 1], 50, 0),  # a half goes to the even one
        ([1, 2], 50, 2),
        ([5, 1, 9], 0, 1),
        ([5, 1, 9], 100, 9),
    ],
)
def test_the_rank_is_interpolated(values: list[int], percent: int, expected: int) -> None:
    assert percentile(np.array(values), percent) == expected


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=50), st.integers(0, 100))
@settings(deadline=None)
def test_it_is_the_nearest_whole_number_to_the_exact_one_in_any_order(values: list[int], percent: int) -> None:
    ordered = sorted(values)
    rank = Fraction((len(values) - 1) * percent, 100)
    low = int(rank)
    exact = ordered[low] + (rank - low) * (ordered[min(low + 1, len(values) - 1)] - ordered[low])
    found = percentile(np.array(values, dtype=np.int64), percent)
    assert found == round(exact)
    assert percentile(np.array(values[::-1], dtype=np.int64), percent) == found


@pytest.mark.parametrize(("n", "percent"), [(0, 50), (1, 101), (1, -1)])
def test_nothing_and_nonsense_are_refused(n: int, percent: int) -> None:
    with pytest.raises(ValueError, match="a percentile needs values"):
        percentile(np.zeros(n, dtype=np.int64), percent)
