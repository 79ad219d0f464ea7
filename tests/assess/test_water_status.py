"""Period means, rivers and basins, and change between periods by 环办[2011]22号."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from clearbay.assess.surface_water import classify
from clearbay.assess.water_status import change, period_means, river_status

COLUMNS = {"w01009": "do", "w01019": "codmn", "w21003": "nh3n"}


def collect(frame, *by):
    found = frame.collect("polars").to_native()
    return found.sort(*by) if by else found


def rivers(gb3838, rules, engine, sections, **more):
    """Status of rivers from (river, CODMn) pairs, a section each; NH3-N and oxygen are clean unless given."""
    rows = [{"river": r, "do": 9.0, "codmn": c, "nh3n": 0.1, **more} for r, c in sections]
    frame = pl.DataFrame(rows, schema={"river": pl.String, "do": pl.Float64, "codmn": pl.Float64, "nh3n": pl.Float64})
    classed = classify(engine(frame), gb3838, COLUMNS, "river", rules)
    return collect(river_status(classed, gb3838, COLUMNS, ["river"], rules), "river").to_dicts()


def shares(gb3838, rules, engine, good, bad, worst):
    """Status of a river with sections of class II, IV and worse than V."""
    values = [3.0] * good + [8.0] * bad + [20.0] * worst
    return rivers(gb3838, rules, engine, [("a", v) for v in values])[0]


@pytest.mark.parametrize(
    ("good", "bad", "worst", "name"),
    [
        (9, 1, 0, "优"),  # 90 % of classes I-III
        (8, 2, 0, "良好"),
        (15, 5, 0, "良好"),  # exactly 75 %
        (74, 26, 0, "轻度污染"),
        (3, 1, 1, "中度污染"),  # 60 %, worse than V exactly 20 %
        (5, 4, 1, "轻度污染"),
        (3, 0, 2, "重度污染"),  # worse than V exactly 40 %
        (7, 5, 8, "重度污染"),
        (13, 1, 7, "中度污染"),  # a third worse than V
    ],
)
def test_five_sections_or_more_are_judged_by_shares(gb3838, water_rules, engine, good, bad, worst, name):
    found = shares(gb3838, water_rules, engine, good, bad, worst)
    assert found["method"] == "shares"
    assert water_rules.statuses[found["status"]].name_zh == name
    assert found["class"] is None
    assert (found["sections"], found["good"], found["worse_than_v"]) == (good + bad + worst, good, worst)
    assert found["good_share"] == pytest.approx(100 * good / (good + bad + worst))


def test_fewer_than_five_sections_are_averaged_before_they_are_classed(gb3838, water_rules, engine):
    # CODMn 2, 2, 2, 18: classes I, I, I, worse than V; the mean of the concentrations is 6.0, class III.
    found = rivers(gb3838, water_rules, engine, [("a", 2.0), ("a", 2.0), ("a", 2.0), ("a", 18.0)])[0]
    assert (found["method"], found["class"], found["deciding"]) == ("mean", 3, "w01019")
    assert water_rules.statuses[found["status"]].name_zh == "良好"
    assert found["main_pollutants"] == ""


def test_a_mean_is_taken_over_decimals(gb3838, water_rules, engine):
    # The float mean of 0.1, 0.2 and 0.15 is 0.15000000000000002, which is beyond class I.
    frame = pl.DataFrame({"s": ["a"] * 3, "nh3n": [0.1, 0.2, 0.15]})
    means = period_means(engine(frame), gb3838, {"w21003": "nh3n"}, ["s"], water_rules)
    found = collect(classify(means, gb3838, {"w21003": "nh3n"}, "river", water_rules))
    assert found["nh3n"].to_list() == [0.15]
    assert found["class"].to_list() == [1]


def test_a_period_mean_counts_what_there_is_and_says_how_much(gb3838, water_rules, engine):
    frame = pl.DataFrame(
        {"s": ["a", "a", "a", "b"], "m": [5, 5, 5, 5], "do": [6.0, 7.0, None, None], "codmn": [1.0, -1.0, 3.0, 2.0]}
    )
    columns = {"w01009": "do", "w01019": "codmn"}
    found = collect(period_means(engine(frame), gb3838, columns, ["s", "m"], water_rules), "s")
    assert found["do"].to_list() == [6.5, None]
    assert found["codmn"].to_list() == [2.0, 2.0]
    assert found["valid_w01009"].to_list() == [2, 0]
    assert found["valid_w01019"].to_list() == [2, 1]
    assert found["samples"].to_list() == [3, 1]


def test_undetected_values_enter_a_mean_as_half_their_detection_limit(gb3838, water_rules, engine):
    frame = pl.DataFrame({"s": ["a", "a", "b", "b"], "oil": [0.02, 0.05, 0.01, 0.02], "f": ["ND", "N", "ND", "ND"]})
    means = period_means(engine(frame), gb3838, {"w22001": "oil"}, ["s"], water_rules, flags={"w22001": "f"})
    found = collect(means, "s")
    assert found["oil"].to_list() == [0.03, 0.02]
    assert found["f"].to_list() == ["", "ND"]


def test_the_main_pollutants_of_a_river_exceed_in_most_sections(gb3838, water_rules, engine):
    rows = [{"river": "a", "do": 9.0, "codmn": 3.0, "nh3n": 0.1} for _ in range(6)]
    for i in range(4):
        rows[i]["nh3n"] = 1.2
    for i in range(2):
        rows[i]["codmn"] = 30.0
    frame = pl.DataFrame(rows)
    classed = classify(engine(frame), gb3838, COLUMNS, "river", water_rules)
    found = collect(river_status(classed, gb3838, COLUMNS, ["river"], water_rules)).to_dicts()[0]
    assert found["main_pollutants"] == "w21003,w01019"
    assert (found["exceeding_w21003"], found["exceeding_w01019"], found["exceeding_w01009"]) == (4, 2, 0)


def test_sections_without_a_class_do_not_count(gb3838, water_rules, engine):
    found = rivers(gb3838, water_rules, engine, [("a", 2.0)] * 4)
    assert found[0]["method"] == "mean"
    frame = pl.DataFrame({"river": ["a"] * 5 + ["b"], "codmn": [2.0, 2.0, 2.0, 2.0, None, None]})
    columns = {"w01019": "codmn"}
    classed = classify(engine(frame), gb3838, columns, "river", water_rules)
    a, b = collect(river_status(classed, gb3838, columns, ["river"], water_rules), "river").to_dicts()
    assert (a["sections"], a["without_class"], a["method"]) == (4, 1, "mean")
    assert (b["sections"], b["without_class"], b["method"], b["status"], b["good_share"]) == (0, 1, None, None, None)


@pytest.mark.parametrize(
    ("before", "after", "balance", "direction", "place"),
    [
        ((10, 5, 0), (10, 6, 0), 10.0, "better", 0),  # dG 10, dD 0: 10 itself is no marked change
        ((10, 5, 1), (10, 6, 0), 20.0, "better", 1),
        ((10, 5, 1), (10, 7, 0), 30.0, "better", 2),
        ((10, 7, 0), (10, 5, 1), -30.0, "worse", 2),
        ((10, 5, 2), (10, 6, 3), 0.0, "none", 0),
        ((3, 1, 1), (3, 1, 1), 0.0, "none", 0),
        ((3, 1, 0), (6, 2, 0), 0.0, "none", 0),
        ((9, 3, 0), (9, 4, 0), 100 / 9, "better", 1),
    ],
)
def test_change_is_the_gain_of_good_less_the_gain_of_worse(
    water_rules, engine, before, after, balance, direction, place
):
    # 环办[2011]22号: dG - dD above 0 better, below worse; more than 20 in size marked.
    one, two = (
        engine(pl.DataFrame({"river": ["a"], "sections": [n], "good": [g], "worse_than_v": [w]}))
        for n, g, w in (before, after)
    )
    found = collect(change(one, two, ["river"], water_rules)).to_dicts()[0]
    assert found["balance"] == pytest.approx(balance)
    assert found["direction"] == direction
    assert found["change"] == water_rules.change[place].id


@pytest.mark.reference_data
def test_basins_of_the_national_stations_are_equal_on_each_engine(gb3838, water_rules, engine, reference_data):
    raw = {"w01001": "ph_raw", "w01009": "do_raw", "w01019": "codmn_raw", "w21003": "nh3n_raw", "w21011": "tp_raw"}
    frame = pl.read_csv(reference_data / "water" / "national_stations_2020-05.csv.gz", infer_schema_length=0)
    frame = frame.with_columns(pl.col(*raw.values()).cast(pl.Float64)).drop("class")

    def basins(table):
        means = period_means(table, gb3838, raw, ["basin", "section"], water_rules)
        classed = classify(means, gb3838, raw, "river", water_rules)
        return collect(river_status(classed, gb3838, raw, ["basin"], water_rules), "basin")

    found = basins(engine(frame))
    assert found["sections"].sum() + found["without_class"].sum() == frame.select("basin", "section").unique().height
    assert_frame_equal(found, basins(frame), check_dtypes=False)
