"""Effective transmission: immediate and completed rates, with what leaves the denominator."""

from datetime import date
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.slots import HOUR_S, hours
from clearbay.assess.stack.transmission import NEVER, Transmission, by_day, first_arrivals, rates

ZONE = "Asia/Shanghai"
DAY = date(2026, 3, 1)
SLOTS = hours(DAY, DAY, ZONE).start
LATER = int(SLOTS[-1]) + 30 * 86400
DUE_S = 1800


def day(
    received: dict[int, int | None], *, stopped: tuple[int, ...] = (), as_of: int = LATER, check_s: int = 0
) -> Transmission:
    """A day of hourly values that arrive a minute after their hour, but for those named: delay [s], None is never."""
    came = SLOTS + HOUR_S + 60
    for hour, delay in received.items():
        came[hour] = NEVER if delay is None else SLOTS[hour] + HOUR_S + delay
    excluded = np.zeros(24, dtype=np.bool_)
    excluded[list(stopped)] = True
    arrivals = first_arrivals(SLOTS, HOUR_S, SLOTS[came != NEVER], came[came != NEVER])
    (found,) = by_day(arrivals, (DAY, DAY), ZONE, due_s=DUE_S, as_of=as_of, excluded=excluded, check_s=check_s)
    return found


def test_a_late_value_counts_for_the_completed_rate_alone() -> None:
    found = day({5: DUE_S, 6: DUE_S + 1, 7: None})
    assert found.immediate == Fraction(22, 24)
    assert found.completed == Fraction(23, 24)


def test_spans_marked_as_stopped_leave_the_denominator() -> None:
    found = day({5: None, 6: None, 7: None}, stopped=(5, 6))
    assert found.completed == Fraction(21, 22)
    assert found.excluded == 2


def test_a_value_within_a_stop_is_not_counted_either() -> None:
    assert day({}, stopped=(5,)).in_the_end == 23


def test_a_day_wholly_stopped_has_no_rate() -> None:
    found = day({}, stopped=tuple(range(24)))
    assert found.immediate is None
    assert found.completed is None


def test_23_of_24_count_as_all_where_one_hour_is_for_the_automatic_check() -> None:
    assert day({9: None}, check_s=3600).completed == 1
    assert day({9: None, 10: None}, check_s=3600).completed == Fraction(22, 23)
    assert day({}, check_s=3600).completed == 1


def test_what_arrives_later_than_as_of_is_not_known() -> None:
    late = {5: 10 * HOUR_S}
    noon = int(SLOTS[12])
    assert day(late, as_of=noon).completed == Fraction(10, 11)  # hours 00 to 10 were due by 12:00
    assert day(late, as_of=LATER).completed == 1


def test_the_first_arrival_of_a_slot_counts_and_others_are_ignored() -> None:
    time = np.array([SLOTS[0], SLOTS[0], SLOTS[0] + 60])
    received = np.array([SLOTS[0] + 9000, SLOTS[0] + 3700, SLOTS[0] + 1])
    found = first_arrivals(SLOTS, HOUR_S, time, received)
    assert found.received[0] == SLOTS[0] + 3700
    assert (found.received[1:] == NEVER).all()


def test_rates_of_a_month_are_of_its_slots() -> None:
    full, half_stopped = day({}), day({0: None}, stopped=tuple(range(12, 24)))
    assert rates([full, half_stopped]) == (Fraction(35, 36), Fraction(35, 36))
    assert rates([]) == (None, None)


@given(st.dictionaries(st.integers(0, 23), st.one_of(st.none(), st.integers(0, 10**5))), st.integers(0, 3600))
@settings(deadline=None)
def test_the_completed_rate_is_never_below_the_immediate_one(received: dict[int, int | None], check_s: int) -> None:
    found = day(received, check_s=check_s)
    assert found.immediate is not None
    assert found.completed is not None
    assert 0 <= found.immediate <= found.completed <= 1
