"""Emissions: uncorrected dry concentration times dry standard flow (HJ 212-2017 Annex D, D.2.3), added up exactly."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.slots import hours
from clearbay.assess.stack.capture import Hour
from clearbay.assess.stack.substitution import Filled, substitute
from clearbay.assess.stack.totals import (
    AmountError,
    ammonia_slip,
    cumulative,
    energy,
    hourly_mass,
    measured_only,
    totals,
)

ZONE = "Asia/Shanghai"


def mg(*values: float) -> np.ndarray:
    return np.array([round(v * 10**9) for v in values], dtype=np.int64)


def m3(*values: float) -> np.ndarray:
    return np.array([round(v * 10**6) for v in values], dtype=np.int64)


def every(n: int) -> np.ndarray:
    return np.ones(n, dtype=np.bool_)


def test_an_hour_of_200_mg_and_100000_m3_is_20_kg() -> None:
    # 200 mg/m3 * 100 000 m3/h * 1e-6 = 20 kg
    assert hourly_mass(mg(200), m3(100_000), every(1)).tolist() == [20 * 10**9]


def test_an_hour_that_is_not_valid_has_no_mass() -> None:
    assert hourly_mass(mg(200, -5), m3(100_000, 10), np.array([False, False])).tolist() == [0, 0]


@given(st.integers(0, 9 * 10**12), st.integers(0, 9 * 10**12))
@settings(deadline=None)
def test_the_mass_is_the_exact_product_to_the_nearest_microgram(c: int, q: int) -> None:
    (found,) = hourly_mass(np.array([c]), np.array([q]), every(1)).tolist()
    assert found == round(Fraction(c * q, 10**12))  # Fraction rounds halves to even


def test_a_figure_in_the_wrong_unit_is_told() -> None:
    with pytest.raises(AmountError, match="units"):
        hourly_mass(mg(9001), m3(1), every(1))


def test_totals_count_measured_substituted_stopped_and_missing_hours() -> None:
    start = hours(date(2026, 3, 1), date(2026, 3, 1), ZONE).start
    state = np.full(24, Hour.VALID, dtype=np.int8)
    state[10:12], state[20] = Hour.INVALID, Hour.STOPPED
    mass = np.arange(24, dtype=np.int64) * 10**9
    filled = substitute(mass, state, np.full(24, 2, dtype=np.int8), np.zeros(24, dtype=np.bool_))
    present = np.arange(24) != 23  # no row at all for 23:00
    kept = np.flatnonzero(present)
    part = type(filled)(*(getattr(filled, name)[kept] for name in ("amount", "how", "taken", "first", "last", "at")))
    (day,) = totals(part, start[kept], ZONE, "day")
    # 0+...+22 = 253, less 10 and 11 and 20, plus twice the maximum before the failure (9)
    assert day.kg == 253 - 10 - 11 - 20 + 9 + 9
    assert (day.measured, day.substituted, day.stopped, day.missing) == (20, 2, 1, 1)
    assert not day.complete


def test_hcl_is_not_substituted() -> None:
    found = measured_only(np.array([5, 6]), np.array([Hour.VALID, Hour.INVALID], dtype=np.int8))
    assert found.amount.tolist() == [5, 0]
    assert found.how.tolist() == [Filled.MEASURED, Filled.NO_RULE]


def test_a_month_and_a_year_are_the_sum_of_their_days() -> None:
    start = hours(date(2026, 1, 1), date(2026, 12, 31), ZONE).start
    mass = np.random.default_rng(7).integers(0, 60 * 10**9, len(start))
    amounts = measured_only(mass, np.full(len(start), Hour.VALID, dtype=np.int8))
    by_day, by_month, (year,) = (totals(amounts, start, ZONE, p) for p in ("day", "month", "year"))
    assert len(by_day) == 365
    assert sum(d.mass for d in by_day) == sum(m.mass for m in by_month) == year.mass == int(mass.sum())
    assert cumulative(by_day)[-1] == year.mass
    assert year.measured == 8760


def test_a_day_begins_at_midnight_of_the_legal_zone() -> None:
    start = hours(date(2026, 3, 1), date(2026, 3, 2), ZONE).start[23:25]  # 23:00 and 00:00 local
    amounts = measured_only(np.array([1, 2]), np.zeros(2, dtype=np.int8))
    assert [(t.mass, t.missing) for t in totals(amounts, start, ZONE, "day")] == [(1, 23), (2, 23)]


def test_hours_twice_are_refused() -> None:
    with pytest.raises(AmountError, match="once"):
        totals(measured_only(np.array([1, 2]), np.zeros(2, dtype=np.int8)), np.array([0, 0]), ZONE, "day")


def test_ammonia_slip_is_the_mean_of_valid_hours() -> None:
    # 17.031 mg/m3 is one mole in 1000 m3 at standard state: 22.4 L of 1 000 000 L, 22.4 ppm.
    found = ammonia_slip(mg(17.031, 500), np.array([True, False]))
    assert found is not None
    assert (found.hours, found.mg_m3, found.ppm) == (1, Fraction("17.031"), Fraction("22.4"))
    assert ammonia_slip(mg(1), np.array([False])) is None


def test_energy_per_tonne_is_stated_only_when_every_hour_is_reported() -> None:
    start = hours(date(2026, 3, 1), date(2026, 3, 1), ZONE).start
    power = np.full(24, 9 * 10**9, dtype=np.int64)  # 9 MWh an hour
    (whole,) = energy(power, every(24), start, ZONE, "day")
    assert whole.mwh == 216
    assert whole.kwh_per_tonne(Fraction(500)) == 432
    reported = every(24)
    reported[3] = False
    (partial,) = energy(power, reported, start, ZONE, "day")
    assert (partial.mwh, partial.reported, partial.expected) == (207, 23, 24)
    assert partial.kwh_per_tonne(Fraction(500)) is None
