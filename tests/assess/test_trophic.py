"""Trophic level index: the formula worked out by hand. Its coefficients are unverified, and the rules say so."""

from dataclasses import replace
from decimal import Decimal
from math import log

import polars as pl
import pytest

from clearbay.assess.surface_water import SurfaceWaterError
from clearbay.assess.trophic import trophic_state
from clearbay.standards.rules import TrophicItem

COLUMNS = {"w01016": "chl", "w21011": "tp", "w21001": "tn", "w01004": "sd", "w01019": "codmn"}


def test_the_figures_are_flagged_unverified(water_rules):
    assert water_rules.confidence["trophic"] == "unverified"


def test_the_index_is_the_weighted_sum_of_its_five_indicators(water_rules, engine):
    frame = pl.DataFrame({"chl": [26.0], "tp": [0.11], "tn": [2.3], "sd": [0.5], "codmn": [5.0]})
    found = trophic_state(engine(frame), COLUMNS, water_rules).collect("polars").to_native().to_dicts()[0]
    levels = [
        (10 * (2.5 + 1.086 * log(26.0)), 1.0),
        (10 * (9.436 + 1.624 * log(0.11)), 0.84**2),
        (10 * (5.453 + 1.694 * log(2.3)), 0.82**2),
        (10 * (5.118 - 1.94 * log(0.5)), 0.83**2),
        (10 * (0.109 + 2.661 * log(5.0)), 0.83**2),
    ]
    expected = sum(level * weight for level, weight in levels) / sum(weight for _, weight in levels)
    assert found["tli"] == pytest.approx(expected, abs=2e-6)
    assert found["tli_w01016"] == pytest.approx(levels[0][0], abs=1e-6)
    assert expected == pytest.approx(59.268, abs=1e-3)
    assert found["trophic"] == "light"


@pytest.mark.parametrize(
    ("level", "state"),
    [
        (29.9, "oligotrophic"),
        (30.0, "mesotrophic"),
        (50.0, "mesotrophic"),
        (50.1, "light"),
        (60.0, "light"),
        (60.1, "moderate"),
        (70.0, "moderate"),
        (70.1, "heavy"),
    ],
)
def test_30_belongs_to_the_state_above_it_and_50_60_70_to_the_one_below(water_rules, engine, level, state):
    flat = TrophicItem("w01016", Decimal(str(level)) / 10, Decimal(0), Decimal(1), "mg/m3")
    rules = replace(water_rules, trophic_items=(flat,))
    found = trophic_state(engine(pl.DataFrame({"chl": [3.0]})), {"w01016": "chl"}, rules)
    assert found.collect("polars").to_native()["trophic"].to_list() == [state]


def test_a_missing_or_zero_indicator_leaves_no_index(water_rules, engine):
    frame = pl.DataFrame(
        {"chl": [None, 0.0], "tp": [0.1] * 2, "tn": [1.0] * 2, "sd": [1.0] * 2, "codmn": [5.0] * 2},
        schema_overrides={"chl": pl.Float64},
    )
    found = trophic_state(engine(frame), COLUMNS, water_rules).collect("polars").to_native()
    assert found["tli"].to_list() == [None, None]
    assert found["trophic"].to_list() == [None, None]


def test_all_five_columns_are_needed(water_rules):
    with pytest.raises(SurfaceWaterError, match="w01004"):
        trophic_state(pl.DataFrame({"chl": [1.0]}), {c: n for c, n in COLUMNS.items() if n != "sd"}, water_rules)
