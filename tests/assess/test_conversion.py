"""Units of scaled values; gases between ppm and mass at 298.15 K and 101.325 kPa (22.4 L/mol at 273.15 K, so 24.45)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.conversion import factor_for, in_unit
from clearbay.vocabulary.units import UnitMismatch


def test_ozone_of_70_ppb_is_137_micrograms() -> None:
    # 48.00 g/mol / (22.4 * 298.15 / 273.15) L/mol = 1.963 mg/m3 a ppm (US EPA: 0.070 ppm = 137 ug/m3).
    s, kept = in_unit(np.array([70 * 10**6]), "a05024", "ppm", "ug/m3")
    assert s[0] / 10**kept == pytest.approx(48.00 / 24.450 * 70, rel=1e-4)


def test_carbon_monoxide_goes_there_and_back() -> None:
    assert float(factor_for("a21005", "ppm", "mg/m3")) == pytest.approx(28.010 / 24.450, rel=1e-4)
    assert factor_for("a21005", "ppm", "ug/m3") * factor_for("a21005", "ug/m3", "ppm") == 1


def test_particles_have_no_molar_mass() -> None:
    with pytest.raises(UnitMismatch, match="no molar mass"):
        factor_for("a34004", "ppm", "ug/m3")


@given(st.integers(-(10**9), 10**9))
@settings(deadline=None)
def test_milligrams_and_micrograms_are_exact(thousandths: int) -> None:
    s = np.array([thousandths * 10**6], dtype=np.int64)
    raised, kept = in_unit(s, "a34004", "mg/m3", "ug/m3")
    assert (int(raised[0]), kept) == (thousandths * 10**9, 9)
    assert in_unit(raised, "a34004", "ug/m3", "mg/m3")[0].tolist() == s.tolist()


def test_kinds_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(UnitMismatch):
        in_unit(np.array([1]), "w01018", "mg/L", "Cel")
