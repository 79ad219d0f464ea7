"""Composition and calorific value that hold together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearbay.twins.incineration import thermochemistry, waste
from clearbay.twins.incineration.errors import InfeasibleCase


def test_a_shanghai_design_waste_holds_both_tables():
    w = waste.from_proximate(0.484, 0.1816, 6699.0)
    assert waste.boie(w.carbon, w.hydrogen, w.oxygen, w.nitrogen, w.sulphur, w.water) == pytest.approx(6699.0)
    total = w.carbon + w.hydrogen + w.oxygen + w.nitrogen + w.sulphur + w.chlorine + w.ash + w.water
    assert total == pytest.approx(1.0)
    # fossil carbon 41 % of China's MSW 2000-2018 (Sci. Rep. 2024, s41598-024-51698-0)
    assert w.fossil_carbon == pytest.approx(0.41, abs=0.05)


@given(st.floats(0.0, 0.3))
def test_drainage_loses_no_heat_and_no_matter(leachate):
    received = waste.from_proximate(0.551, 0.158, 5630.0)
    fired = waste.drain(received, leachate)
    assert fired.carbon * (1 - leachate) == pytest.approx(received.carbon)
    assert fired.water * (1 - leachate) + leachate == pytest.approx(received.water)
    # as heat: what is fired gives what was received, plus the vapour that leachate does not become
    assert fired.lhv * (1 - leachate) == pytest.approx(received.lhv + thermochemistry.LATENT * leachate)


def test_latent_heat_is_2443_kilojoule():
    assert pytest.approx(2443, abs=2) == thermochemistry.LATENT


def test_mixing_is_linear():
    a, b = waste.from_proximate(0.40, 0.15, 8000.0), waste.from_proximate(0.55, 0.20, 5000.0)
    both = waste.mix([a, b], [0.25, 0.75])
    assert both.lhv == pytest.approx(0.25 * 8000 + 0.75 * 5000)
    assert both.water == pytest.approx(0.25 * 0.40 + 0.75 * 0.55)
    with pytest.raises(InfeasibleCase, match="shares"):
        waste.mix([a, b], [0.5, 0.6])


@pytest.mark.parametrize(
    ("water", "ash", "lhv", "says"),
    [(0.5, 0.18, 15000.0, "all plastic"), (0.5, 0.18, 3000.0, "all biogenic"), (0.8, 0.3, 6000.0, "leave")],
)
def test_waste_that_cannot_exist_is_refused(water, ash, lhv, says):
    with pytest.raises(InfeasibleCase, match=says):
        waste.from_proximate(water, ash, lhv)


def test_more_leachate_than_water_is_refused():
    with pytest.raises(InfeasibleCase, match="leachate"):
        waste.drain(waste.from_proximate(0.4, 0.15, 8000.0), 0.45)
