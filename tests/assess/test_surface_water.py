"""GB 3838-2002 Table 1 and the single-factor rule of 环办[2011]22号, cell by cell and on the national stations."""

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from clearbay.assess.limit_expressions import ColumnsError
from clearbay.assess.surface_water import SurfaceWaterError, classify, section_status

VECTORS = Path(__file__).parent / "vectors" / "gb3838_table1.csv"
CLASSES = ("I", "II", "III", "IV", "V")
FIVE = {"w01001": "ph", "w01009": "do", "w01019": "codmn", "w21003": "nh3n", "w21011": "tp"}
CLEAN = {"ph": 7.0, "do": 9.0, "codmn": 1.0, "nh3n": 0.1, "tp": 0.01}


def table_rows():
    lines = [line for line in VECTORS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def cells():
    for row in table_rows():
        for body in ("river", "lake") if row["water_body"] == "both" else (row["water_body"],):
            for name in CLASSES:
                yield pytest.param(row, body, name, id=f"Table 1 row {row['row']} {row['code']} {body} class {name}")


def columns_of(code):
    # Nitrogen never enters the class by itself, so an indicator that does stands beside it.
    return {code: "x"} if code == "w01019" else {code: "x", "w01019": "codmn"}


def collect(frame):
    return frame.collect("polars").to_native()


def classes(gb3838, rules, body="river", columns=FIVE, **values):
    """Class of every row of columns of the five indicators; what is not given is clean water."""
    length = max(len(column) for column in values.values())
    data = {name: values.get(name, [clean] * length) for name, clean in CLEAN.items()}
    return collect(classify(pl.DataFrame(data), gb3838, columns, body, rules))


@pytest.mark.parametrize(("row", "body", "name"), list(cells()))
def test_a_value_at_the_limit_meets_the_class_and_one_digit_beyond_does_not(gb3838, water_rules, row, body, name):
    limits = [Decimal(row[c]) for c in CLASSES]
    limit = limits[CLASSES.index(name)]
    digit = Decimal(1).scaleb(limit.as_tuple().exponent - 1)
    beyond = limit - digit if row["bound"] == "min" else limit + digit

    def expected(value):
        met = [value >= x if row["bound"] == "min" else value <= x for x in limits]
        return met.index(True) + 1 if any(met) else 6

    assert expected(limit) <= CLASSES.index(name) + 1 < expected(beyond)
    frame = pl.DataFrame({"x": [float(limit), float(beyond)], "codmn": [1.0, 1.0]})
    found = collect(classify(frame, gb3838, columns_of(row["code"]), body, water_rules))
    assert found[f"class_{row['code']}"].to_list() == [expected(limit), expected(beyond)]


def test_every_row_of_table_1_that_is_evaluated_is_a_case(water_rules):
    codes = {row["code"] for row in table_rows()} | {"w01001"}
    own = [code for code in water_rules.indicators if code not in water_rules.same_as]  # w20138 copper is w20122
    assert codes == {*own, "w21001"}
    assert len(own) == 21  # 环办[2011]22号: Table 1 less temperature, nitrogen and coliforms


def test_ph_has_two_ends_and_no_classes_between(gb3838, water_rules):
    # GB 3838-2002 Table 1, row 2: 6 to 9 for every class.
    found = classes(gb3838, water_rules, ph=[6.0, 9.0, 5.99, 9.01, 5.999999])
    assert found["class_w01001"].to_list() == [1, 1, 6, 6, 6]
    assert found["class"].to_list() == [1, 1, 6, 6, 6]


def test_the_worst_indicator_decides(gb3838, water_rules):
    # 环办[2011]22号, single-factor rule: oxygen 4.9 is class IV, phosphorus 0.35 class V.
    found = classes(gb3838, water_rules, do=[4.9, 4.9, 9.0], tp=[0.35, 0.3, 0.01])
    assert found["class"].to_list() == [5, 4, 1]
    assert found["deciding"].to_list() == ["w21011", "w01009,w21011", "w01001,w01009,w01019,w21003,w21011"]
    assert found["judged"].to_list() == [5, 5, 5]


def test_phosphorus_has_limits_of_its_own_in_lakes(gb3838, water_rules):
    frame = pl.DataFrame({"tp": [0.1] * 4, "kind": ["river", "lake", None, "sea"]})
    found = collect(classify(frame, gb3838, {"w21011": "tp"}, "kind", water_rules))
    assert found["class"].to_list() == [2, 4, None, None]
    assert found["class_at_most"].to_list() == [2, 4, 6, 6]
    assert found["unjudged"].to_list() == ["", "", "w21011", "w21011"]


def test_nitrogen_is_classed_apart_and_only_in_lakes(gb3838, water_rules):
    frame = pl.DataFrame({"codmn": [1.0, 1.0], "tn": [3.0, 3.0], "kind": ["river", "lake"]})
    found = collect(classify(frame, gb3838, {"w01019": "codmn", "w21001": "tn"}, "kind", water_rules))
    assert found["class_w21001"].to_list() == [None, 6]
    assert found["class"].to_list() == [1, 1]
    assert found["class_at_most"].to_list() == [1, 1]


def test_temperature_is_not_evaluated(gb3838, water_rules):
    frame = pl.DataFrame({"codmn": [1.0], "temperature": [30.0]})
    found = collect(classify(frame, gb3838, {"w01019": "codmn", "w01010": "temperature"}, "river", water_rules))
    assert "class_w01010" not in found.columns
    assert found["class"].to_list() == [1]


def test_saturation_of_90_percent_is_class_i_whatever_the_concentration(gb3838, water_rules):
    # GB 3838-2002 Table 1, row 3: 饱和率90%（或7.5）.
    frame = pl.DataFrame({"do": [7.0, 7.0, 7.0, 7.6], "saturation": [90.0, 89.9, None, 80.0]})
    found = collect(classify(frame, gb3838, {"w01009": "do"}, "river", water_rules, saturation="saturation"))
    assert found["class"].to_list() == [1, 2, 2, 1]


def test_an_undetected_value_passes_only_what_its_detection_limit_passes(gb3838, water_rules):
    # Petroleum: classes I to III 0.05, IV 0.5, V 1 mg/L. Below 0.06 nobody knows whether it is I or IV.
    frame = pl.DataFrame({"codmn": [3.0] * 4, "oil": [0.01, 0.05, 0.06, 2.0], "flag": ["ND"] * 4})
    columns = {"w01019": "codmn", "w22001": "oil"}
    found = collect(classify(frame, gb3838, columns, "river", water_rules, flags={"w22001": "flag"}))
    assert found["class_w22001"].to_list() == [1, 1, None, None]
    assert found["class"].to_list() == [2, 2, 2, 2]
    assert found["class_at_most"].to_list() == [2, 2, 4, 6]
    assert found["unjudged"].to_list() == ["", "", "w22001", "w22001"]
    assert found["judged"].to_list() == [2, 2, 1, 1]


def test_oxygen_below_its_detection_limit_is_never_good(gb3838, water_rules):
    frame = pl.DataFrame({"do": [8.0], "flag": ["ND"]})
    found = collect(classify(frame, gb3838, {"w01009": "do"}, "river", water_rules, flags={"w01009": "flag"}))
    assert found["class"].to_list() == [None]
    assert found["class_at_most"].to_list() == [6]


def test_what_is_not_measured_is_not_judged_and_what_cannot_be_a_concentration_is_said_so(gb3838, water_rules, engine):
    frame = pl.DataFrame({"codmn": [1.0, None, float("nan"), -0.1, float("inf"), 0.0]})
    found = collect(classify(engine(frame), gb3838, {"w01019": "codmn"}, "river", water_rules)).sort("codmn")
    by_value = {repr(row["codmn"]): row for row in found.to_dicts()}
    assert [by_value[v]["class"] for v in ("1.0", "None", "nan", "-0.1", "inf", "0.0")] == [
        1,
        None,
        None,
        None,
        None,
        1,
    ]
    unjudged = [by_value[v]["unjudged"] for v in ("1.0", "None", "nan", "-0.1", "inf", "0.0")]
    assert unjudged == ["", "", "", "w01019", "w01019", ""]
    assert [by_value[v]["class_at_most"] for v in ("None", "nan", "-0.1")] == [None, None, 6]


def test_digits_decide_not_bits(gb3838, water_rules, engine):
    # 0.15 in 32 bits lies above 0.15 in 64; on paper they are the same number.
    narrow = pl.DataFrame({"nh3n": pl.Series([0.15, 0.151, 0.5, 2.0], dtype=pl.Float32)})
    found = collect(classify(engine(narrow), gb3838, {"w21003": "nh3n"}, "river", water_rules)).sort("nh3n")
    assert found["class"].to_list() == [1, 2, 2, 5]
    whole = pl.DataFrame({"codmn": [2, 4, 16]})
    found = collect(classify(engine(whole), gb3838, {"w01019": "codmn"}, "river", water_rules)).sort("codmn")
    assert found["class"].to_list() == [1, 2, 6]


def test_section_status_follows_the_class(gb3838, water_rules):
    # 环办[2011]22号: I and II excellent, III good, IV light, V moderate, worse than V heavy pollution.
    found = classes(gb3838, water_rules, codmn=[1.0, 4.0, 6.0, 10.0, 15.0, 15.1])
    status = collect(section_status(found, water_rules))["status"].to_list()
    names = [water_rules.statuses[s].name_zh for s in status]
    assert names == ["优", "优", "良好", "轻度污染", "中度污染", "重度污染"]


def test_a_code_without_limits_is_refused_by_name(gb3838, water_rules):
    frame = pl.DataFrame({"conductivity": [300.0]})
    with pytest.raises(SurfaceWaterError, match="GB 3838-2002 has no limit for w01014"):
        classify(frame, gb3838, {"w01014": "conductivity"}, "river", water_rules)
    with pytest.raises(SurfaceWaterError, match="is an indicator"):
        classify(pl.DataFrame({"t": [20.0]}), gb3838, {"w01010": "t"}, "river", water_rules)


def test_a_published_class_is_not_overwritten(gb3838, water_rules):
    frame = pl.DataFrame({"codmn": [1.0], "class": ["Ⅱ"]})
    with pytest.raises(ColumnsError, match="already has a column class"):
        classify(frame, gb3838, {"w01019": "codmn"}, "river", water_rules)
    with pytest.raises(ColumnsError, match="no column codmn"):
        classify(frame.select("class"), gb3838, {"w01019": "codmn"}, "river", water_rules)


SAMPLES = st.lists(
    st.fixed_dictionaries(
        {
            "ph": st.none() | st.decimals(4, 11, places=2).map(float),
            "do": st.none() | st.decimals(0, 12, places=2).map(float),
            "codmn": st.none() | st.decimals(0, 20, places=1).map(float),
            "nh3n": st.none() | st.decimals(0, 3, places=3).map(float),
            "tp": st.none() | st.decimals(0, 1, places=3).map(float),
        }
    ),
    min_size=1,
    max_size=12,
)
SCHEMA = dict.fromkeys(CLEAN, pl.Float64)


@settings(max_examples=30, deadline=None)
@given(samples=SAMPLES, seed=st.integers(0, 100))
def test_the_order_of_rows_changes_nothing(gb3838, water_rules, samples, seed):
    frame = pl.DataFrame(samples, schema=SCHEMA).with_row_index("n")
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    one = collect(classify(frame, gb3838, FIVE, "lake", water_rules))
    other = collect(classify(shuffled, gb3838, FIVE, "lake", water_rules))
    assert_frame_equal(one, other.sort("n"))


@settings(max_examples=30, deadline=None)
@given(
    samples=SAMPLES, code=st.sampled_from(["w01009", "w01019", "w21003", "w21011"]), step=st.decimals(0, 2, places=3)
)
def test_more_of_a_pollutant_and_less_oxygen_never_better_the_class(gb3838, water_rules, samples, code, step):
    frame = pl.DataFrame(samples, schema=SCHEMA)
    name = FIVE[code]
    moved = pl.col(name) - float(step) if code == "w01009" else pl.col(name) + float(step)
    before = collect(classify(frame, gb3838, FIVE, "river", water_rules))["class"].fill_null(0)
    after = collect(classify(frame.with_columns(moved.clip(0)), gb3838, FIVE, "river", water_rules))["class"].fill_null(
        0
    )
    assert (after >= before).all()


@settings(max_examples=15, deadline=None)
@given(samples=SAMPLES)
def test_each_engine_gives_the_same_classes(gb3838, water_rules, engines, samples):
    frame = pl.DataFrame(samples, schema=SCHEMA).with_row_index("n")
    found = [collect(classify(give(frame), gb3838, FIVE, "river", water_rules)).sort("n") for give in engines]
    for other in found[1:]:
        assert_frame_equal(found[0], other, check_dtypes=False)


def test_a_code_of_the_same_row_is_the_same_indicator(gb3838, water_rules):
    # HJ 212 has w20122 for copper and w20138 for total copper; Table 1, row 10 is one.
    frame = pl.DataFrame({"cu": [0.01, 0.5, 1.1]})
    found = collect(classify(frame, gb3838, {"w20138": "cu"}, "river", water_rules))
    assert found["class_w20138"].to_list() == [1, 2, 6]
    assert found["class"].to_list() == [1, 2, 6]


def test_coliforms_are_classed_apart(gb3838, water_rules):
    # GB 3838-2002 Table 1, row 24: 200 to 40 000 per litre.
    frame = pl.DataFrame({"codmn": [1.0, 1.0], "coliforms": [200.0, 50000.0]})
    found = collect(classify(frame, gb3838, {"w01019": "codmn", "w02003": "coliforms"}, "river", water_rules))
    assert found["class_w02003"].to_list() == [1, 6]
    assert found["class"].to_list() == [1, 1]


PUBLISHED = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "劣Ⅴ": 6}
RAW = {code: f"{name}_raw" for code, name in FIVE.items()}


@pytest.fixture(scope="session")
def stations(reference_data):
    """National stations of May 2020 whose class was published and which carry all five raw indicators."""
    frame = pl.read_csv(reference_data / "water" / "national_stations_2020-05.csv.gz", infer_schema_length=0)
    frame = frame.with_columns(pl.col(*RAW.values()).cast(pl.Float64))
    frame = frame.with_columns(pl.col("class").replace_strict(PUBLISHED, default=None).alias("published")).drop("class")
    return frame.filter(pl.all_horizontal(pl.col("published", *RAW.values()).is_not_null())).with_row_index("n")


@pytest.mark.reference_data
def test_the_class_equals_the_published_one_at_national_stations(gb3838, water_rules, stations, engine):
    assert len(stations) == 3927
    found = {
        body: collect(classify(engine(stations), gb3838, RAW, body, water_rules)).sort("n")["class"]
        for body in ("river", "lake")
    }
    equal = (found["river"] == stations["published"]) | (found["lake"] == stations["published"])
    print(f"{equal.sum()} of {len(stations)} rows equal the published class")
    assert equal.sum() == len(stations)


@pytest.mark.reference_data
def test_one_water_body_explains_all_rows_of_a_station(gb3838, water_rules, stations):
    river, lake = (
        collect(classify(stations, gb3838, RAW, body, water_rules))["class"] == stations["published"]
        for body in ("river", "lake")
    )
    by_station = (
        stations.select("province", "basin", "section", river=river, lake=lake)
        .group_by("province", "basin", "section")
        .agg(pl.col("river").all(), pl.col("lake").all())
    )
    print(by_station.group_by("river", "lake").len())
    print(by_station.filter(~pl.col("river") & ~pl.col("lake")))
    assert by_station.select((pl.col("river") | pl.col("lake")).all()).item()
