"""Emission amounts of invalid hours by look-back maxima (HJ 75-2017, Tables 5 and 6)."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.slots import hours
from clearbay.assess.stack.capture import Hour, capture_by_quarter
from clearbay.assess.stack.substitution import WORDS, Amounts, Filled, bands, substitute

OK, BAD, OUT, STOP = Hour.VALID, Hour.INVALID, Hour.OUT_OF_CONTROL, Hour.STOPPED
LOW, MIDDLE, HIGH = 0, 1, 2


def run(
    amount: list[int], state: list[Hour], band: int | list[int] = HIGH, calibrated: tuple[int, ...] = ()
) -> Amounts:
    n = len(amount)
    marks = np.zeros(n, dtype=np.bool_)
    marks[list(calibrated)] = True
    bands_ = np.full(n, band, dtype=np.int8) if isinstance(band, int) else np.array(band, dtype=np.int8)
    return substitute(np.array(amount, dtype=np.int64), np.array(state, dtype=np.int8), bands_, marks)


def history(peaks: dict[int, int], hours_before: int) -> list[int]:
    """Valid amounts of 1 with peaks so many valid hours before the failure (1: the hour just before)."""
    amounts = [1] * hours_before
    for back, peak in peaks.items():
        amounts[-back] = peak
    return amounts


@pytest.mark.parametrize(
    ("gap", "band", "expected", "how"),
    [
        (1, HIGH, 10, Filled.TABLE_6_180),
        (24, HIGH, 10, Filled.TABLE_6_180),
        (25, HIGH, 20, Filled.TABLE_6_720),
        (1, MIDDLE, 30, Filled.TABLE_6_2160),
        (25, MIDDLE, 30, Filled.TABLE_6_2160),
        (1, LOW, 0, Filled.CAPTURE_TOO_LOW),
    ],
)
def test_table_6_takes_the_maximum_before_the_failure(gap: int, band: int, expected: int, how: Filled) -> None:
    # Peaks at the very edge of each look-back, and one hour beyond the widest that must never be taken.
    before = history({180: 10, 720: 20, 2160: 30, 2161: 40}, 2400)
    found = run([*before, *[99] * gap], [OK] * 2400 + [BAD] * gap, band)
    assert found.amount[2400:].tolist() == [expected] * gap
    assert set(found.how[2400:].tolist()) == {how}


def test_a_peak_one_hour_beyond_the_look_back_is_not_seen() -> None:
    found = run([*history({181: 10}, 400), 99], [OK] * 400 + [BAD])
    assert found.amount[400] == 1


@pytest.mark.parametrize(("gap", "band", "width"), [(24, HIGH, 180), (25, HIGH, 720), (3, MIDDLE, 2160)])
def test_table_5_looks_back_from_the_last_calibration(gap: int, band: int, width: int) -> None:
    amounts = [1] * 3000
    amounts[2500 - width] = 50  # the earliest hour of the look-back from the calibration in hour 2500
    amounts[2700] = 70  # after the calibration: the hours in doubt
    found = run([*amounts, *[99] * gap], [OK] * 3000 + [OUT] * gap, band, calibrated=(2500,))
    assert found.amount[3000:].tolist() == [50] * gap
    assert (found.first[3000], found.last[3000], found.taken[3000]) == (2500 - width, 2499, width)


def test_without_an_earlier_calibration_table_5_gives_nothing() -> None:
    found = run([5, 5, 0], [OK, OK, OUT])
    assert Filled(found.how[2]) is Filled.NO_CALIBRATION
    assert not found.known[2]


def test_stopped_hours_are_nought_and_are_not_looked_back_on() -> None:
    found = run([7, 99, 0], [OK, STOP, BAD])
    assert found.amount.tolist() == [7, 0, 7]
    assert found.how.tolist() == [Filled.MEASURED, Filled.STOPPED, Filled.TABLE_6_180]


def test_only_valid_hours_count_towards_the_look_back() -> None:
    # 180 valid hours reach back over a gap of 20: the peak stands 200 hours earlier, but is the 180th valid one.
    amounts = [9] + [1] * 99 + [0] * 20 + [1] * 80 + [0]
    states = [OK] * 100 + [BAD] * 20 + [OK] * 80 + [BAD]
    assert run(amounts, states).amount[-1] == 9


def test_what_was_substituted_is_never_looked_back_on() -> None:
    # The peak 180 hours before the first gap fills it; for a second gap an hour later it lies beyond, and is gone.
    found = run([*history({180: 10}, 180), 0, 1, 0], [OK] * 180 + [BAD, OK, BAD])
    assert found.amount[[180, 182]].tolist() == [10, 1]


def test_a_short_record_says_how_much_there_was() -> None:
    found = run([3, 4, 0], [OK, OK, BAD])
    assert (found.amount[2], found.taken[2]) == (4, 2)
    assert Filled(run([0], [BAD]).how[0]) is Filled.NO_HISTORY


def test_a_run_over_the_turn_of_a_quarter_takes_each_hour_s_own_capture() -> None:
    found = run([*history({180: 10, 2160: 30}, 2200), 0, 0], [OK] * 2200 + [BAD, BAD], [HIGH] * 2201 + [MIDDLE])
    assert found.amount[2200:].tolist() == [10, 30]


def test_bands_are_those_of_the_hour_s_quarter() -> None:
    start = hours(date(2026, 1, 1), date(2026, 9, 30), "Asia/Shanghai").start
    state = np.full(len(start), OK, dtype=np.int8)
    state[2160 : 2160 + 219] = BAD  # 219 of 2184 h: 89.97 %, just below 90 %
    state[4344 : 4344 + 553] = BAD  # 553 of 2208 h: 74.95 %
    found = bands(capture_by_quarter(state, start, "Asia/Shanghai"), start)
    assert [int(found[k]) for k in (0, 2159, 2160, 4343, 4344)] == [HIGH, HIGH, MIDDLE, MIDDLE, LOW]


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.sampled_from([OK, OK, OK, BAD, OUT, STOP])), min_size=1, max_size=120),
    st.sampled_from([LOW, MIDDLE, HIGH]),
    st.integers(0, 119),
)
@settings(deadline=None)
def test_an_amount_is_measured_nought_or_one_that_was_measured_before(
    rows: list[tuple[int, Hour]], band: int, calibrated: int
) -> None:
    amounts, states = [a for a, _ in rows], [s for _, s in rows]
    found = run(amounts, states, band, (calibrated,) if calibrated < len(rows) else ())
    for k, (amount, state) in enumerate(rows):
        if state == OK:
            assert found.amount[k] == amount
        elif found.substituted[k]:
            earlier = [a for a, s in rows[:k] if s == OK]
            assert found.amount[k] in earlier
            assert found.amount[k] == amounts[found.at[k]]
            assert states[found.at[k]] == OK
        else:
            assert found.amount[k] == 0


def test_every_way_has_its_words() -> None:
    assert set(WORDS) == set(Filled)
