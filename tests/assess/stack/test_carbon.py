"""CO2 of waste by IPCC 2006 vol. 5 and by the provincial guide of 2011; avoided CO2 by the grid's factor."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearbay.assess.stack.carbon import CarbonError, avoided, by_composition, by_guide, grid_factor, other_gases
from clearbay.assess.stack.carbon_factors import IPCC, PROVINCIAL_2011


def test_a_tonne_of_plastics_is_fossil() -> None:
    # 1.00 * 0.75 * 1.00 * 44/12 = 2.75 t
    found = by_composition(Fraction(1), {"plastics": Fraction(1)})
    assert (found.fossil, found.biogenic) == (Fraction("2.75"), 0)


def test_textiles_are_fossil_for_a_fifth() -> None:
    # 0.80 * 0.50 * 44/12 = 1.46667 t, of which 20 % fossil
    found = by_composition(Fraction(1), {"textiles": Fraction(1)})
    assert found.fossil == Fraction(44, 150)
    assert found.biogenic == 4 * found.fossil


def test_a_mixed_waste() -> None:
    # food 0.55 * 0.4 * 0.38 = 0.0836 C; plastics 0.25 * 0.75 = 0.1875 C; paper 0.20 * 0.9 * 0.46 = 0.0828 C, 1 % fossil
    found = by_composition(
        Fraction(1000), {"food": Fraction("0.55"), "plastics": Fraction("0.25"), "paper": Fraction("0.2")}
    )
    assert float(found.fossil) == pytest.approx((0.1875 + 0.000828) * 44 / 12 * 1000)
    assert float(found.biogenic) == pytest.approx((0.0836 + 0.0828 - 0.000828) * 44 / 12 * 1000)


def test_the_guide_of_2011_gives_0272_tonnes_a_tonne() -> None:
    # 0.20 * 0.39 * 0.95 * 44/12 = 0.2717; biogenic 0.20 * 0.61 * 0.95 * 44/12 = 0.42497
    found = by_guide(Fraction(1))
    assert found.fossil == Fraction("0.2717")
    assert round(float(found.biogenic), 5) == 0.42497
    assert found.confidence == "unverified"


def test_shares_that_do_not_add_up_are_told() -> None:
    with pytest.raises(CarbonError, match=r"0\.9"):
        by_composition(Fraction(1), {"food": Fraction("0.9")})
    with pytest.raises(CarbonError, match="ash"):
        by_composition(Fraction(1), {"ash": Fraction(1)})
    with pytest.raises(CarbonError, match="negative"):
        by_composition(Fraction(1), {"food": Fraction(2), "paper": Fraction(-1)})


def test_other_gases_of_a_thousand_tonnes() -> None:
    found = other_gases(Fraction(1000))
    assert (found.ch4, found.n2o) == (Fraction("0.2"), 50)


def test_a_year_without_a_factor_takes_the_latest_earlier_one_and_names_it() -> None:
    assert grid_factor(2026).year == 2023
    assert grid_factor(2022).kg_per_kwh == Fraction("0.5366")
    assert grid_factor(2024, "CN-SH").confidence == "unverified"
    with pytest.raises(CarbonError, match="2020"):
        grid_factor(2020)


def test_electricity_sent_out_avoids_the_grid_s_mean() -> None:
    found = avoided(Fraction(1000), 2023)
    assert found.tonnes == Fraction("530.6")
    assert found.factor.confidence == "verified"


def test_the_row_that_contradicts_itself_is_not_among_the_factors() -> None:
    assert (PROVINCIAL_2011.ccw, PROVINCIAL_2011.fcf) == (Fraction("0.2"), Fraction("0.39"))


@given(st.dictionaries(st.sampled_from(sorted(IPCC)), st.integers(1, 100), min_size=1))
def test_all_carbon_is_either_fossil_or_biogenic(weights: dict[str, int]) -> None:
    total = sum(weights.values())
    shares = {name: Fraction(w, total) for name, w in weights.items()}
    found = by_composition(Fraction(10), shares)
    carbon = sum(10 * s * IPCC[name].dry * IPCC[name].carbon for name, s in shares.items())
    assert found.fossil + found.biogenic == carbon * Fraction(44, 12)
