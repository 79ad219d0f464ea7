"""Exact conversion between the units that HJ 212 and the standards use."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearbay.vocabulary.units import (
    REFERENCE_KELVIN,
    UNITS,
    UnitMismatch,
    convert,
    factor,
    mg_m3_to_ppm,
    ppm_to_mg_m3,
    unit,
)


def test_ambient_particles_in_ng_are_exact_in_ug() -> None:
    # HJ 212-2017 Table B.2 sends PM2.5 in ng/m3; GB 3095 limits it in ug/m3.
    assert convert(35_000, "ng/m3", "ug/m3") == 35.0
    assert factor("ng/m3", "ug/m3") == Fraction(1, 1000)


@pytest.mark.parametrize(
    ("spelling", "symbol"),
    [("毫克/升", "mg/L"), ("mg/l", "mg/L"), ("μg/m³", "ug/m3"), ("µg/m3", "ug/m3"), ("℃", "Cel"), ("个/升", "1/L")],
)
def test_spellings_people_use(spelling: str, symbol: str) -> None:
    assert unit(spelling).symbol == symbol


def test_milli_and_mega_are_not_confused() -> None:
    assert unit("MPa").factor == 10**6


def test_a_concentration_in_water_is_not_one_in_air() -> None:
    with pytest.raises(UnitMismatch, match="cannot be converted"):
        factor("mg/L", "mg/m3")


def test_an_unknown_unit_names_its_neighbours() -> None:
    with pytest.raises(UnitMismatch, match=r"mgg/L.*did you mean.*mg/L"):
        unit("mgg/L")


def test_ppm_at_both_reference_temperatures() -> None:
    # SO2, M = 64.066: 1 ppm = 64.066 / 22.4 = 2.860 mg/m3 at 273.15 K; x 273.15 / 298.15 at 298.15 K.
    assert ppm_to_mg_m3(1, 64.066) == pytest.approx(2.8600892857, rel=1e-10)
    assert ppm_to_mg_m3(1, 64.066, REFERENCE_KELVIN) == pytest.approx(2.6202684, rel=1e-6)


@given(st.floats(0, 1e6), st.sampled_from([17.031, 28.01, 30.006, 46.006, 64.066]))
def test_ppm_and_back_is_the_identity(ppm: float, mass: float) -> None:
    assert mg_m3_to_ppm(ppm_to_mg_m3(ppm, mass), mass) == pytest.approx(ppm, rel=1e-14)


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_factors_are_each_others_inverse(a: str, b: str) -> None:
    if UNITS[a].kind == UNITS[b].kind:
        assert factor(a, b) * factor(b, a) == 1
    else:
        with pytest.raises(UnitMismatch):
            factor(a, b)
