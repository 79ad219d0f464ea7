"""GB 15618-2018 Tables 1 and 3: every cell, the bands of pH, land uses."""

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from clearbay.assess.limit_expressions import ColumnsError
from clearbay.assess.soil import SoilError, classify

VECTORS = Path(__file__).parent / "vectors" / "gb15618.csv"
CODES = {
    "Cd": "s20115",
    "Hg": "s20111",
    "As": "s20119",
    "Pb": "s20120",
    "Cr": "s20116",
    "Cu": "s20122",
    "Ni": "s20121",
    "Zn": "s20123",
}
# Inside each band of Table 1 and on its upper bound, which belongs to it.
BANDS = {"ph<=5.5": (4.0, 5.5), "5.5<ph<=6.5": (5.51, 6.5), "6.5<ph<=7.5": (6.51, 7.5), "ph>7.5": (7.51, 9.0)}


def collect(frame):
    return frame.collect("polars").to_native()


def cells():
    lines = [line for line in VECTORS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines):
        for band in BANDS:
            name = f"{row['table']} {row['element']} {row['value']} {row['land_use']} {band}"
            yield pytest.param(row, band, id=name)


def lands(row):
    """Land uses a row of the table is for: "other" is all that is not named (orchards, and paddies for copper)."""
    if row["land_use"] == "all":
        return ("paddy", "orchard", "other")
    if row["land_use"] == "other":
        return ("other", "paddy" if row["element"] == "Cu" else "orchard")
    return (row["land_use"],)


def risks(gb15618, columns, *rows, flags=None):
    frame = pl.DataFrame(list(rows))
    return collect(classify(frame, gb15618, columns, ph="ph", land_use="use", flags=flags))


@pytest.mark.parametrize(("row", "band"), list(cells()))
def test_a_value_at_the_limit_does_not_exceed_it_and_one_digit_beyond_does(gb15618, row, band):
    code = CODES[row["element"]]
    limit = Decimal(row[band])
    beyond = limit + Decimal(1).scaleb(limit.as_tuple().exponent - 1)
    samples = [
        {"c": float(c), "ph": ph, "use": use} for use in lands(row) for ph in BANDS[band] for c in (limit, beyond)
    ]
    found = risks(gb15618, {code: "c"}, *samples)[f"risk_{code}"].to_list()
    pair = ["low", "possible"] if row["value"] == "screening" else ["possible", "strict"]
    assert found == pair * (len(samples) // 2)


def test_rotation_takes_the_stricter_of_paddy_and_other(gb15618):
    # pH 5: cadmium 0.3 and 0.3, mercury paddy 0.5 other 1.3, lead paddy 80 other 70.
    columns = {"s20111": "hg", "s20120": "pb"}
    found = risks(
        gb15618,
        columns,
        {"hg": 0.6, "pb": 60.0, "ph": 5.0, "use": "rotation"},
        {"hg": 0.4, "pb": 75.0, "ph": 5.0, "use": "rotation"},
        {"hg": 0.4, "pb": 70.0, "ph": 5.0, "use": "rotation"},
        {"hg": 2.1, "pb": 70.0, "ph": 5.0, "use": "rotation"},
    )
    assert found["risk_s20111"].to_list() == ["possible", "low", "low", "strict"]
    assert found["risk_s20120"].to_list() == ["low", "possible", "low", "low"]


def test_the_worst_pollutant_decides(gb15618):
    columns = {"s20115": "cd", "s20119": "as"}
    found = risks(
        gb15618,
        columns,
        {"cd": 0.2, "as": 10.0, "ph": 6.0, "use": "other"},
        {"cd": 0.4, "as": 10.0, "ph": 6.0, "use": "other"},
        {"cd": 2.1, "as": 151.0, "ph": 6.0, "use": "other"},
        {"cd": None, "as": 45.0, "ph": 6.0, "use": "other"},
        {"cd": None, "as": None, "ph": 6.0, "use": "other"},
    )
    assert found["risk"].to_list() == ["low", "possible", "strict", "possible", None]
    assert found["deciding"].to_list() == ["s20115,s20119", "s20115", "s20115,s20119", "s20119", None]
    assert found["judged"].to_list() == [2, 2, 2, 1, 0]


def test_arsenic_grows_stricter_as_ph_rises(gb15618):
    # Table 3: 200, 150, 120, 100 mg/kg.
    found = risks(gb15618, {"s20119": "as"}, *({"as": 110.0, "ph": p, "use": "other"} for p in (5.0, 6.0, 7.0, 8.0)))
    assert found["risk"].to_list() == ["possible", "possible", "possible", "strict"]


def test_without_ph_or_land_use_nothing_is_judged_and_it_is_said(gb15618, engine):
    frame = pl.DataFrame(
        {
            "n": [1, 2, 3, 4, 5],
            "cd": [0.2, 0.2, 0.2, -0.2, None],
            "ph": [None, 6.0, 70.0, 6.0, 6.0],
            "use": ["other", "forest", "other", "other", "other"],
        }
    )
    found = collect(classify(engine(frame), gb15618, {"s20115": "cd"}, ph="ph", land_use="use")).sort("n")
    assert found["risk"].to_list() == [None] * 5
    assert found["unjudged"].to_list() == ["s20115"] * 4 + [""]


def test_an_undetected_value_is_low_only_below_the_screening_value(gb15618):
    rows = [{"cd": c, "f": "ND", "ph": 6.0, "use": "other"} for c in (0.1, 0.3, 0.4, 5.0)]
    found = risks(gb15618, {"s20115": "cd"}, *rows, flags={"s20115": "f"})
    assert found["risk"].to_list() == ["low", "low", None, None]


def test_codes_without_values_and_columns_in_the_way_are_refused(gb15618):
    row = {"x": 1.0, "ph": 6.0, "use": "other"}
    with pytest.raises(SoilError, match="no screening value for s99999"):
        risks(gb15618, {"s99999": "x"}, row)
    with pytest.raises(ColumnsError, match="already has a column risk"):
        risks(gb15618, {"s20115": "x"}, {**row, "risk": "?"})


SAMPLES = st.lists(
    st.fixed_dictionaries(
        {
            "cd": st.none() | st.decimals(0, 5, places=2).map(float),
            "cu": st.none() | st.decimals(0, 300, places=1).map(float),
            "ph": st.none() | st.decimals(3, 10, places=1).map(float),
            "use": st.sampled_from(["paddy", "orchard", "other", "rotation", "", None]),
        }
    ),
    min_size=1,
    max_size=12,
)
COLUMNS = {"s20115": "cd", "s20122": "cu"}
SCHEMA = {"cd": pl.Float64, "cu": pl.Float64, "ph": pl.Float64, "use": pl.String}
ORDER = {"low": 1, "possible": 2, "strict": 3}


@settings(max_examples=20, deadline=None)
@given(samples=SAMPLES, seed=st.integers(0, 100))
def test_neither_engine_nor_order_changes_a_risk(gb15618, engines, samples, seed):
    frame = pl.DataFrame(samples, schema=SCHEMA).with_row_index("n")
    frames = [give(frame) for give in engines] + [frame.sample(fraction=1.0, shuffle=True, seed=seed)]
    found = [collect(classify(f, gb15618, COLUMNS, ph="ph", land_use="use")).sort("n") for f in frames]
    for other in found[1:]:
        assert_frame_equal(found[0], other, check_dtypes=False)


@settings(max_examples=20, deadline=None)
@given(samples=SAMPLES, step=st.decimals(0, 3, places=2))
def test_more_of_a_pollutant_never_lowers_the_risk(gb15618, samples, step):
    frame = pl.DataFrame(samples, schema=SCHEMA)
    more = frame.with_columns(pl.col("cd") + float(step))
    before, after = (
        collect(classify(f, gb15618, COLUMNS, ph="ph", land_use="use"))["risk"].replace_strict(ORDER, default=0)
        for f in (frame, more)
    )
    assert (after >= before).all()
