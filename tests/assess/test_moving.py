"""Moving means: GB 3095 Table 4 (6 of 8 hours), HJ 633 (20 of 24), windows that lie within the day (HJ 663 Annex A)."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.exact import half_even_quotient_array
from clearbay.assess.grid import Grid
from clearbay.assess.moving import daily_maximum_8h, moving_mean
from clearbay.assess.slots import hours


def grid(values: list[int | None], first: date = date(2026, 3, 1), zone: str = "Asia/Shanghai") -> Grid:
    days = (len(values) + 23) // 24
    slots = hours(first, date.fromordinal(first.toordinal() + days - 1), zone)
    padded = [*values, *[None] * (len(slots) - len(values))][: len(slots)]
    ok = np.array([[v is not None for v in padded]])
    # A value that is not valid must not matter, so it is a wild one.
    s = np.array([[10**6 if v is None else v for v in padded]], dtype=np.int64)
    return Grid((("P", "a05024"),), slots, s, ok.astype(np.int32), ok.astype(np.int32), ok)


def test_an_8h_mean_needs_6_hours() -> None:
    for missing, ok in ((2, True), (3, False)):
        found = moving_mean(grid([None] * missing + [10] * (8 - missing)), 8, 6)
        assert bool(found.ok[0, 7]) is ok
        assert (found.s[0, 7], found.valid[0, 7]) == (10, 8 - missing)


def test_a_window_ends_with_its_slot_and_forgets_what_lies_before() -> None:
    found = moving_mean(grid([80, 0, 0, 0, 0, 0, 0, 0, 0]), 8, 6)
    assert found.s[0, 7:9].tolist() == [10, 0]


@given(st.lists(st.one_of(st.none(), st.integers(-1000, 1000)), min_size=24, max_size=48), st.integers(1, 24))
@settings(deadline=None, max_examples=60)
def test_a_moving_mean_is_the_mean_of_each_window(values: list[int | None], window: int) -> None:
    found = moving_mean(grid(values), window, 1)
    for k in range(len(values)):
        used = [v for v in values[max(0, k - window + 1) : k + 1] if v is not None]
        assert found.valid[0, k] == len(used)
        if used:
            assert found.s[0, k] == half_even_quotient_array(np.array([sum(used)]), np.array([len(used)]))[0]


def test_a_day_has_17_windows_and_none_reaches_into_the_day_before() -> None:
    found = daily_maximum_8h(grid([0] * 16 + [90] * 8 + [10] * 24))
    assert found.expected.tolist() == [17, 17]
    assert found.valid.tolist() == [[17, 17]]
    assert found.s.tolist() == [[90, 10]]
    assert found.last[0].tolist() == [23, 24 + 7]


@pytest.mark.parametrize(("day", "windows"), [(date(2026, 3, 29), 16), (date(2026, 10, 25), 18)])
def test_days_when_clocks_change_expect_the_windows_they_have(day: date, windows: int) -> None:
    assert daily_maximum_8h(grid([1] * 24, day, "Europe/Berlin")).expected.tolist() == [windows]


def test_a_day_without_a_valid_window_has_no_maximum() -> None:
    found = daily_maximum_8h(grid([None] * 24))
    assert (found.s[0, 0], found.valid[0, 0], found.last[0, 0]) == (0, 0, -1)
