"""Spearman's rank trend: critical values, ties, too few periods."""

from itertools import permutations

import polars as pl
import pytest

from clearbay.assess.trend import spearman


def trend(rules, engine, *values, periods=None):
    periods = periods or list(range(2011, 2011 + len(values)))
    frame = pl.DataFrame({"s": ["a"] * len(values), "year": periods, "v": values}, schema_overrides={"v": pl.Float64})
    return spearman(engine(frame), ["s"], "year", "v", rules).collect("polars").to_native().to_dicts()[0]


def test_without_ties_it_is_the_formula_of_the_rule(water_rules, engine):
    # 1 - 6 sum(d^2) / (N^3 - N): ranks 2 1 3 4 5 6 give d^2 = 2, rs = 1 - 12 / 210.
    found = trend(water_rules, engine, 2.0, 1.0, 3.0, 4.0, 5.0, 6.0)
    assert found["rs"] == pytest.approx(1 - 12 / 210, abs=1e-15)
    assert (found["trend"], found["significance"], found["critical"]) == ("rising", 0.05, 0.829)


def test_a_value_at_the_critical_value_is_significant(water_rules, engine):
    # N = 5, one swap: d^2 = 2, rs = 0.9, which is Wp.
    found = trend(water_rules, engine, 1.0, 2.0, 3.0, 5.0, 4.0)
    assert (found["rs"], found["critical"], found["trend"]) == (0.9, 0.9, "rising")
    found = trend(water_rules, engine, 4.0, 5.0, 3.0, 2.0, 1.0)
    assert (found["rs"], found["trend"]) == (-0.9, "falling")
    found = trend(water_rules, engine, 2.0, 1.0, 3.0, 5.0, 4.0)
    assert found["rs"] == pytest.approx(0.8)
    assert (found["trend"], found["significance"]) == ("none", None)


def test_a_steady_rise_of_five_years_is_significant_at_one_percent(water_rules, engine):
    found = trend(water_rules, engine, 1.0, 2.0, 3.0, 4.0, 5.0)
    assert (found["rs"], found["significance"], found["trend"]) == (1.0, 0.01, "rising")


def test_ties_take_mean_ranks(water_rules, engine):
    # Ranks 1.5 1.5 3 4 5 6 against 1..6: cov 17, spreads 17.5 and 17; the formula without ties would say 0.986.
    found = trend(water_rules, engine, 1.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    assert found["rs"] == pytest.approx(17 / (17.5 * 17) ** 0.5, abs=1e-15)


def test_fewer_than_five_periods_have_no_trend(water_rules, engine):
    found = trend(water_rules, engine, 1.0, 2.0, 3.0, 4.0)
    assert (found["rs"], found["trend"]) == (1.0, None)
    found = trend(water_rules, engine, 1.0, None, float("nan"), 3.0, 4.0, 5.0)
    assert (found["periods"], found["trend"]) == (4, None)


def test_equal_values_have_no_correlation_and_no_trend(water_rules, engine):
    found = trend(water_rules, engine, 2.0, 2.0, 2.0, 2.0, 2.0)
    assert (found["rs"], found["trend"]) == (None, "none")


def test_more_periods_than_the_table_has_give_a_correlation_but_no_verdict(water_rules, engine):
    n = max(water_rules.trend_critical) + 1
    found = trend(water_rules, engine, *map(float, range(n)))
    assert (found["rs"], found["critical"], found["trend"]) == (1.0, None, None)


@pytest.mark.parametrize("n", [5, 6, 7])
def test_critical_values_are_those_of_full_enumeration(water_rules, n):
    # The smallest rs that at most 5 % (1 %) of all orders reach: what Wp means, worked out anew.
    scores = sorted(
        (1 - 6 * sum((i - r) ** 2 for i, r in enumerate(order)) / (n**3 - n) for order in permutations(range(n))),
        reverse=True,
    )
    for level, printed in zip((0.05, 0.01), water_rules.trend_critical[n], strict=True):
        fitting = [s for s in sorted(set(scores)) if sum(x >= s - 1e-12 for x in scores) / len(scores) <= level]
        assert float(printed) == pytest.approx(min(fitting), abs=5e-4)
