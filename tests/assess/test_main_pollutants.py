"""Main pollutants of a section by 环办[2011]22号."""

import polars as pl
import pytest

from clearbay.assess.main_pollutants import main_pollutants
from clearbay.assess.surface_water import classify

COLUMNS = {
    "w01001": "ph",
    "w01009": "do",
    "w01018": "cod",
    "w01017": "bod",
    "w21003": "nh3n",
    "w21011": "tp",
    "w20120": "pb",
    "w21016": "cn",
}
CLEAN = {"ph": 7.0, "do": 9.0, "cod": 10.0, "bod": 2.0, "nh3n": 0.1, "tp": 0.01, "pb": 0.001, "cn": 0.001}


def section(gb3838, rules, engine, body="river", **values):
    frame = engine(pl.DataFrame([{**CLEAN, **values}], schema=dict.fromkeys(CLEAN, pl.Float64)))
    classed = classify(frame, gb3838, COLUMNS, body, rules)
    return main_pollutants(classed, gb3838, COLUMNS, body, rules).collect("polars").to_native().to_dicts()[0]


def test_water_of_class_iii_or_better_has_no_main_pollutants(gb3838, water_rules, engine):
    found = section(gb3838, water_rules, engine, cod=20.0, nh3n=1.0)
    assert (found["class"], found["main_pollutants"], found["multiple_w01018"]) == (3, "", None)


def test_the_worst_class_comes_first_then_the_larger_multiple(gb3838, water_rules, engine):
    # COD 39 (V, 0.95 times), NH3-N 1.4 (IV, 0.4), TP 0.29 (IV, 0.45), BOD5 5 (IV, 0.25): three at most.
    found = section(gb3838, water_rules, engine, cod=39.0, nh3n=1.4, tp=0.29, bod=5.0)
    assert found["main_pollutants"] == "w01018,w21011,w21003"
    assert [found[f"multiple_{c}"] for c in ("w01018", "w21003", "w01017")] == [0.95, 0.4, 0.25]
    assert found["multiple_w21011"] == pytest.approx(0.45, abs=1e-15)


def test_a_lower_class_stays_behind_whatever_its_multiple(gb3838, water_rules, engine):
    # BOD5 6 is class IV at 0.5 times; NH3-N 1.6 class V at 0.6; TP 0.3 class IV at 0.5.
    found = section(gb3838, water_rules, engine, bod=6.0, nh3n=1.6, tp=0.3)
    assert found["main_pollutants"] == "w21003,w01017,w21011"


def test_equal_multiples_are_equal_numbers(gb3838, water_rules, engine):
    # (0.3 - 0.2) / 0.2 is 0.49999999999999994 in floats; on paper it is BOD5's (6 - 4) / 4 and NH3-N's 0.5 / 1.
    found = section(gb3838, water_rules, engine, bod=6.0, nh3n=1.5, tp=0.3)
    assert found["multiple_w21011"] == found["multiple_w01017"] == found["multiple_w21003"] == 0.5


def test_cyanide_and_lead_come_first_when_they_exceed(gb3838, water_rules, engine):
    # Lead 0.06 mg/L is class V (III ends at 0.05); COD 100 is worse than V.
    found = section(gb3838, water_rules, engine, cod=100.0, pb=0.06, nh3n=3.0, tp=1.0)
    assert found["main_pollutants"].split(",")[0] == "w20120"
    found = section(gb3838, water_rules, engine, cod=100.0, cn=0.3)
    assert found["main_pollutants"] == "w21016,w01018"
    found = section(gb3838, water_rules, engine, cod=100.0, pb=0.05)
    assert found["main_pollutants"] == "w01018"


def test_oxygen_and_ph_are_main_pollutants_without_a_multiple(gb3838, water_rules, engine):
    found = section(gb3838, water_rules, engine, do=1.0, ph=9.5, cod=31.0)
    assert found["main_pollutants"] == "w01001,w01009,w01018"
    assert not {"multiple_w01001", "multiple_w01009"} & set(found)


def test_phosphorus_in_a_lake_exceeds_the_limit_of_lakes(gb3838, water_rules, engine):
    found = section(gb3838, water_rules, engine, body="lake", tp=0.15)
    assert found["main_pollutants"] == "w21011"
    assert found["multiple_w21011"] == 2.0


def test_a_section_without_a_class_has_no_answer(gb3838, water_rules, engine):
    found = section(gb3838, water_rules, engine, **dict.fromkeys(CLEAN))
    assert (found["class"], found["main_pollutants"]) == (None, None)
