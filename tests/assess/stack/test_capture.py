"""Capture of a quarter: (quarter - invalid - stopped) / (quarter - stopped), at least 75 % (HJ 75-2017, 12.1.3)."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.slots import hours
from clearbay.assess.stack.capture import Hour, capture_by_quarter, hours_of

ZONE = "Asia/Shanghai"
QUARTER_1 = hours(date(2026, 1, 1), date(2026, 3, 31), ZONE).start


def quarter(stopped: int, invalid: int) -> np.ndarray:
    """The first quarter of 2026 (90 days, 2160 h) with so many hours stopped and not valid."""
    state = np.full(len(QUARTER_1), Hour.VALID, dtype=np.int8)
    state[:stopped] = Hour.STOPPED
    state[stopped : stopped + invalid] = Hour.INVALID
    return state


@pytest.mark.parametrize(
    ("stopped", "invalid", "rate", "enough"),
    [
        (0, 540, Fraction(1620, 2160), True),  # exactly 75 %
        (0, 541, Fraction(1619, 2160), False),  # 74.95 %, which one decimal would print as 75.0
        (160, 500, Fraction(1500, 2000), True),  # the stopped hours leave both sides
        (160, 502, Fraction(1498, 2000), False),  # 74.9 %
        (0, 0, Fraction(1), True),
        (2160, 0, None, None),
    ],
)
def test_capture_of_a_quarter(stopped: int, invalid: int, rate: Fraction | None, enough: bool | None) -> None:
    (found,) = capture_by_quarter(quarter(stopped, invalid), QUARTER_1, ZONE)
    assert (found.hours, found.stopped, found.invalid) == (2160, stopped, invalid)
    assert found.rate == rate
    assert found.enough is enough
    assert found.complete


def test_hours_out_of_control_are_not_valid() -> None:
    state = hours_of(np.array([True] * 4), np.array([False, False, False, True]), np.array([False, True, False, True]))
    assert state.tolist() == [Hour.VALID, Hour.OUT_OF_CONTROL, Hour.VALID, Hour.STOPPED]


def test_a_running_quarter_counts_what_has_been_and_says_so() -> None:
    january = QUARTER_1[: 31 * 24]
    (found,) = capture_by_quarter(quarter(0, 186)[: 31 * 24], january, ZONE)
    assert found.rate == Fraction(744 - 186, 744)
    assert not found.complete


def test_a_quarter_begins_at_midnight_of_the_legal_zone() -> None:
    start = hours(date(2026, 3, 31), date(2026, 4, 1), ZONE).start
    first, second = capture_by_quarter(np.full(48, Hour.VALID, dtype=np.int8), start, ZONE)
    assert (first.seen, second.seen) == (24, 24)
    assert second.start == start[24]
    assert (first.hours, second.hours) == (2160, 91 * 24)


def test_clocks_that_change_give_a_quarter_an_hour_less() -> None:
    start = hours(date(2026, 1, 1), date(2026, 3, 31), "Europe/Berlin").start
    (found,) = capture_by_quarter(np.full(len(start), Hour.VALID, dtype=np.int8), start, "Europe/Berlin")
    assert found.hours == found.seen == 2159


@given(
    st.lists(st.sampled_from([Hour.VALID, Hour.INVALID, Hour.OUT_OF_CONTROL, Hour.STOPPED]), min_size=1, max_size=50)
)
@settings(deadline=None)
def test_stopping_an_invalid_hour_never_lowers_the_rate(states: list[Hour]) -> None:
    state = np.array(states, dtype=np.int8)
    start = QUARTER_1[: len(state)]
    (before,) = capture_by_quarter(state, start, ZONE)
    bad = np.flatnonzero((state == Hour.INVALID) | (state == Hour.OUT_OF_CONTROL))
    if len(bad):
        state[bad[0]] = Hour.STOPPED
    (after,) = capture_by_quarter(state, start, ZONE)
    if before.rate is not None and after.rate is not None:
        assert after.rate >= before.rate
        assert 0 <= before.rate <= 1
