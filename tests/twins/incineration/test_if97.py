"""Steam and water against the release's own verification tables and against CoolProp."""

import numpy as np
import pytest
from CoolProp.CoolProp import PropsSI

from clearbay.twins.incineration import if97


@pytest.mark.parametrize(
    ("p", "t", "v", "h", "s", "cp"),
    [
        (3.0, 300.0, 0.100215168e-2, 0.115331273e3, 0.392294792, 0.417301218e1),
        (80.0, 300.0, 0.971180894e-3, 0.184142828e3, 0.368563852, 0.401008987e1),
        (3.0, 500.0, 0.120241800e-2, 0.975542239e3, 0.258041912e1, 0.465580682e1),
    ],
)
def test_water_gives_table_5_of_the_release(p, t, v, h, s, cp):
    assert if97.water(p, t) == pytest.approx((v, h, s, cp), rel=5e-9)


@pytest.mark.parametrize(
    ("p", "t", "v", "h", "s", "cp"),
    [
        (0.0035, 300.0, 0.394913866e2, 0.254991145e4, 0.852238967e1, 0.191300162e1),
        (0.0035, 700.0, 0.923015898e2, 0.333568375e4, 0.101749996e2, 0.208141274e1),
        (30.0, 700.0, 0.542946619e-2, 0.263149474e4, 0.517540298e1, 0.103505092e2),
    ],
)
def test_steam_gives_table_15_of_the_release(p, t, v, h, s, cp):
    assert if97.steam(p, t) == pytest.approx((v, h, s, cp), rel=5e-9)


def test_saturation_gives_tables_35_and_36_of_the_release():
    assert [if97.saturation_mpa(t) for t in (300.0, 500.0, 600.0)] == pytest.approx(
        [0.353658941e-2, 0.263889776e1, 0.123443146e2], rel=5e-9
    )
    assert [if97.saturation_k(p) for p in (0.1, 1.0, 10.0)] == pytest.approx(
        [0.372755919e3, 0.453035632e3, 0.584149488e3], rel=5e-9
    )


def test_enthalpies_are_within_a_fifth_of_a_kilojoule_of_coolprop():
    rng = np.random.default_rng(6)
    p = 10 ** rng.uniform(np.log10(0.005), np.log10(9.0), 3000)
    t = rng.uniform(290.0, 823.15, 3000)
    boiling = if97.t_sat(p)
    t = np.where(np.abs(t - boiling) < 0.05, boiling + 1.0, t)
    reference = np.array(PropsSI("H", "P", p * 1e6, "T", t, "IF97::Water")) / 1e3
    assert np.abs(if97.h_pt(p, t) - reference).max() < 0.2


def test_expansion_is_within_a_fifth_of_a_kilojoule_of_coolprop_wet_and_dry():
    s = np.linspace(6.4, 7.6, 60)
    for p in (0.007, 0.06, 0.35, 1.2, 3.0):
        reference = np.array([PropsSI("H", "P", p * 1e6, "S", v * 1e3, "IF97::Water") / 1e3 for v in s])
        assert np.abs(if97.h_ps(p, s) - reference).max() < 0.2


def test_properties_against_the_full_equation_of_state():
    # IAPWS-95, which IF97 approximates: 4.1 MPa, 400 degC and 0.27 MPa, 130 degC
    for p, t in ((4.1, 673.15), (6.4, 723.15), (0.3, 403.15)):
        reference = PropsSI("H", "P", p * 1e6, "T", t, "HEOS::Water") / 1e3
        assert float(if97.h_pt(p, t)) == pytest.approx(reference, abs=0.2)


def test_entropy_and_enthalpy_invert_each_other():
    h = if97.h_pt(1.2, 560.0)
    s = if97.s_pt(1.2, 560.0)
    assert float(if97.h_ps(1.2, s)) == pytest.approx(float(h), abs=1e-6)
    assert if97.steam_at_enthalpy(1.2, float(h))[0] == pytest.approx(float(s), abs=1e-8)
