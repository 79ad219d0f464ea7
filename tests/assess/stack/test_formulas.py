"""Formulas of HJ 212-2017 Annex D.2, worked by hand."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.stack.formulas import (
    at_reference_oxygen,
    dry,
    mass_flow,
    nox_as_no2,
    roll_up_gas,
    roll_up_water,
    standard_state,
)

ONE = 10**9


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 10**14), st.integers(0, 20 * ONE))
def test_the_correction_to_oxygen_is_exact(c: int, oxygen: int) -> None:
    out = np.zeros(1, dtype=np.int64)
    at_reference_oxygen(np.array([c]), np.array([oxygen]), 11 * ONE, out, np.ones(1, dtype=np.bool_))
    assert out[0] == round(Fraction(c * 10 * ONE, 21 * ONE - oxygen))


def test_oxygen_of_air_has_no_correction() -> None:
    out = np.full(1, -1, dtype=np.int64)
    at_reference_oxygen(np.array([ONE]), np.array([21 * ONE]), 11 * ONE, out, np.ones(1, dtype=np.bool_))
    assert out[0] == -1


def test_standard_state_and_dry_basis() -> None:
    # 100 mg/m3 at 136.5 Cel (half as much again as 273 K) and -1.325 kPa static: 100 * 1.5 * 101.325 / 100
    c = standard_state(np.array([100.0]), np.array([136.5]), 101.325, np.array([-1.325]))
    assert c[0] == pytest.approx(151.9875)
    assert dry(np.array([75.0]), np.array([25.0]))[0] == 100.0


def test_nox_is_counted_as_no2() -> None:
    made = nox_as_no2(np.array([100 * ONE]), np.array([10 * ONE]))
    assert made[0] / ONE == pytest.approx(100 * 46.005 / 30.006 + 10, abs=1e-9)


def test_mass_flow_is_of_the_uncorrected_concentration() -> None:
    assert mass_flow(np.array([50.0]), np.array([100_000.0]))[0] == pytest.approx(5.0)  # kg/h


def test_flags_roll_up_apart_for_gas_and_water() -> None:
    assert (roll_up_gas(45, 60), roll_up_gas(44, 60)) == ("N", "D")
    assert (roll_up_water("NNNN"), roll_up_water("NNMN")) == ("N", "D")
