"""One judge for all: limits by permit and date, slots from the calendar, evidence, digests, engines."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.judge import judge
from clearbay.assess.observations import ObservationsError
from clearbay.assess.permits import Permit, PermitError, Point, parse_permit
from clearbay.standards import StandardNotFound, Standards
from tests.assess.measurements import at, relation, table

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PM25, PM10, O3 = "a34004", "a34002", "a05024"
COD, NH3, TP, TEMPERATURE, FLOW = "w01018", "w21003", "w21011", "w01010", "w00000"


def found(standards: Standards, values: Any, *permits: str, **more: Any) -> pl.DataFrame:
    out = judge(values, standards, [parse_permit(p) for p in permits], assessed_at=NOW, **more)
    frame = pl.from_arrow(out)
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def hourly(code: str, day: str, values: list[float | None], point: str = "P1") -> list[tuple[Any, ...]]:
    start = at(f"{day}T00:00")
    return [(point, code, start + timedelta(hours=h), v) for h, v in enumerate(values)]


def of(frame: pl.DataFrame, averaging: str, code: str) -> dict[str, Any]:
    rows = frame.filter(pl.col("averaging") == averaging, pl.col("code") == code).to_dicts()
    assert len(rows) == 1
    return rows[0]


# GB 3095 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "value", "verdict", "edition", "limit"),
    [
        # GB 3095-2012 grade 2: 75; GB 3095-2026 grade 2: 60 to 2030, 50 from 2031 (Table 1, 4.4).
        ("2026-02-28", 75.0, "met", "GB 3095-2012", 75.0),
        ("2026-02-28", 76.0, "exceeded", "GB 3095-2012", 75.0),
        ("2026-03-01", 75.0, "exceeded", "GB 3095-2026", 60.0),
        ("2026-03-01", 60.0, "met", "GB 3095-2026", 60.0),
        ("2030-12-31", 60.0, "met", "GB 3095-2026", 60.0),
        ("2031-01-01", 60.0, "exceeded", "GB 3095-2026", 50.0),
        ("2031-01-01", 50.0, "met", "GB 3095-2026", 50.0),
    ],
)
def test_the_limit_is_that_of_the_day(
    standards: Standards, day: str, value: float, verdict: str, edition: str, limit: float
) -> None:
    row = of(found(standards, table(hourly(PM25, day, [value] * 24)), "GB 3095:grade=2"), "day", PM25)
    assert (row["verdict"], row["standard"], row["limit_max"]) == (verdict, edition, limit)
    assert row["margin"] == limit - value


def test_means_are_rounded_before_they_are_compared(standards: Standards) -> None:
    # 60.5 rounds to the even 60 and meets; 61.5 does not (GB/T 8170, HJ 663: whole micrograms).
    values = [60.0] * 12 + [61.0] * 12
    assert (
        of(found(standards, table(hourly(PM25, "2026-04-01", values)), "GB 3095:grade=2"), "day", PM25)["value"] == 60
    )


def test_19_hours_are_not_evaluable_and_never_met(standards: Standards) -> None:
    for n, verdict in ((20, "met"), (19, "not_evaluable")):
        row = of(found(standards, table(hourly(PM25, "2026-04-01", [1.0] * n)), "GB 3095:grade=2"), "day", PM25)
        assert (row["verdict"], row["expected"], row["valid"]) == (verdict, 24, n)
        assert row["left_out"] == [{"reason": "missing", "count": 24 - n}]


def test_a_day_without_a_row_is_still_a_day(standards: Standards) -> None:
    rows = hourly(PM25, "2026-04-01", [1.0] * 24) + hourly(PM25, "2026-04-03", [1.0] * 24)
    days = found(standards, table(rows), "GB 3095:grade=2").filter(pl.col("averaging") == "day").sort("time")
    assert days["verdict"].to_list() == ["met", "not_evaluable", "met"]
    assert days["left_out"].to_list()[1] == [{"reason": "missing", "count": 24}]


def test_each_window_says_why_it_was_left_out(standards: Standards) -> None:
    start = at("2026-04-01T00:00")
    rows = [("P1", PM25, start + timedelta(hours=h), 10.0, "M" if h in (3, 4) else "N") for h in range(23)]
    row = of(found(standards, table(rows), "GB 3095:grade=2"), "day", PM25)
    assert row["left_out"] == [{"reason": "missing", "count": 1}, {"reason": "maintenance", "count": 2}]
    assert [(w["why"], w["value"]) for w in row["windows"]][2:5] == [
        ("used", 10.0),
        ("maintenance", None),
        ("maintenance", None),
    ]
    assert (row["verdict"], row["valid"]) == ("met", 21)


def test_a_span_expects_days_beyond_the_values(standards: Standards) -> None:
    rows = table(hourly(PM25, "2026-04-01", [1.0] * 24))
    span = (date(2026, 3, 31), date(2026, 4, 2))
    days = found(standards, rows, "GB 3095:grade=2", span=span).filter(pl.col("averaging") == "day").sort("time")
    assert days["verdict"].to_list() == ["not_evaluable", "met", "not_evaluable"]


def test_ozone_is_judged_by_the_largest_8h_mean_of_the_day(standards: Standards) -> None:
    values: list[float | None] = [10.0] * 24
    values[10:18] = [170.0] * 8
    row = of(found(standards, table(hourly(O3, "2026-04-01", values)), "GB 3095:grade=2"), "mda8", O3)
    assert (row["value"], row["verdict"], row["expected"], row["valid"]) == (170.0, "exceeded", 17, 17)


def test_an_8h_window_does_not_reach_into_the_day_before(standards: Standards) -> None:
    rows = hourly(O3, "2026-04-01", [10.0] * 16 + [200.0] * 8) + hourly(O3, "2026-04-02", [10.0] * 24)
    frame = found(standards, table(rows), "GB 3095:grade=2").filter(pl.col("averaging") == "mda8").sort("time")
    assert frame["value"].to_list() == [200.0, 10.0]


def test_too_few_8h_windows_cannot_meet_but_can_exceed(standards: Standards) -> None:
    quiet = of(found(standards, table(hourly(O3, "2026-04-01", [10.0] * 12)), "GB 3095:grade=2"), "mda8", O3)
    loud = of(found(standards, table(hourly(O3, "2026-04-01", [300.0] * 12)), "GB 3095:grade=2"), "mda8", O3)
    assert (quiet["verdict"], loud["verdict"]) == ("not_evaluable", "exceeded")


def test_a_year_is_judged_only_when_it_is_whole(standards: Standards) -> None:
    day = date(2025, 1, 1)
    rows = [("P1", PM25, at(f"{day + timedelta(days=d)}T00:00"), 34.0 + (d % 3)) for d in range(365)]
    whole = found(standards, table(rows, period_s=86400), "GB 3095:grade=2")
    assert whole.filter(pl.col("averaging") == "day").height == 365
    assert whole.filter(pl.col("averaging") == "year").height == 0  # daily means alone make no year of hours


def test_a_year_of_hours(standards: Standards) -> None:
    start = at("2025-01-01T00:00")
    rows = [("P1", PM25, start + timedelta(hours=h), 30.0 + (h // 24) % 11) for h in range(365 * 24)]
    year = found(standards, table(rows), "GB 3095:grade=2")
    mean = of(year, "year", PM25)
    daily = [30.0 + d % 11 for d in range(365)]
    assert (mean["value"], mean["verdict"], mean["valid"], mean["expected"]) == (round(np.mean(daily)), "met", 365, 365)
    p95 = of(year, "p95", PM25)
    # HJ 663-2013 Annex A.6: k = 1 + (365 - 1) * 0.95 = 346.8, linear between the neighbours.
    assert p95["value"] == round(float(np.percentile(daily, 95)))
    assert p95["limit_max"] == 75.0
    # 26 days in March are one too few (Table 4: 27 a month).
    gappy = [r for r in rows if not (at("2025-03-01T00:00") <= r[2] < at("2025-03-06T00:00"))]
    assert of(found(standards, table(gappy), "GB 3095:grade=2"), "year", PM25)["verdict"] == "not_evaluable"


# GB 18918 ----------------------------------------------------------------------------------------------------------


def effluent(code: str, value: float, temperature: float | None = None) -> pa.Table:
    rows = hourly(code, "2026-04-01", [value] * 24)
    extra = (
        [] if temperature is None else [(*r, "", "Cel") for r in hourly(TEMPERATURE, "2026-04-01", [temperature] * 24)]
    )
    return table([(*r, "", "mg/L") for r in rows] + extra, unit="mg/L")


@pytest.mark.parametrize(
    ("value", "temperature", "verdict", "limit"),
    [
        (6.0, 12.1, "exceeded", 5.0),
        (6.0, 12.0, "met", 8.0),  # 12.0 itself takes the bracket (Table 1, note 2)
        (6.0, None, "not_evaluable", None),  # which limit applies is not known, and they disagree
        (4.0, None, "met", 5.0),  # both are met
        (9.0, None, "exceeded", 5.0),  # both are exceeded
    ],
)
def test_ammonia_by_water_temperature(
    standards: Standards, value: float, temperature: float | None, verdict: str, limit: float | None
) -> None:
    frame = found(standards, effluent(NH3, value, temperature), "GB 18918:level=1A,built=2010")
    row = of(frame, "day", NH3)
    assert row["verdict"] == verdict
    if limit is not None:
        assert row["limit_max"] == limit
    else:
        assert {"reason": "condition_unknown", "count": 1} in row["left_out"]


@pytest.mark.parametrize(("built", "verdict"), [("2005", "met"), ("2006", "exceeded")])
def test_phosphorus_by_year_of_construction(standards: Standards, built: str, verdict: str) -> None:
    row = of(found(standards, effluent(TP, 0.8), f"GB 18918:level=1A,built={built}"), "day", TP)
    assert row["verdict"] == verdict


def test_the_full_value_is_compared(standards: Standards) -> None:
    # GB/T 8170 4.3.2: without another word, 50.001 mg/L is above 50.
    assert of(found(standards, effluent(COD, 50.001), "GB 18918:level=1A"), "day", COD)["verdict"] == "exceeded"
    assert of(found(standards, effluent(COD, 50.0), "GB 18918:level=1A"), "day", COD)["verdict"] == "met"


def test_daily_means_are_weighted_by_flow_where_flow_is(standards: Standards) -> None:
    concentration = [10.0] * 12 + [100.0] * 12
    flow = [30.0] * 12 + [10.0] * 12
    rows = [(*r, "", "mg/L") for r in hourly(COD, "2026-04-01", concentration)]
    rows += [(*r, "", "L/s") for r in hourly(FLOW, "2026-04-01", flow)]
    row = of(found(standards, table(rows), "GB 18918:level=1A"), "day", COD)
    # (12 * 10 * 30 + 12 * 100 * 10) / (12 * 30 + 12 * 10) = 32.5, where the plain mean would be 55.
    assert (row["value"], row["method"], row["verdict"]) == (32.5, "flow_weighted_mean", "met")


def test_a_day_without_flow_has_no_weighted_mean(standards: Standards) -> None:
    rows = [(*r, "", "mg/L") for r in hourly(COD, "2026-04-01", [10.0] * 24)]
    rows += [(*r, "", "L/s") for r in hourly(FLOW, "2026-04-01", [0.0] * 24)]
    row = of(found(standards, table(rows), "GB 18918:level=1A"), "day", COD)
    assert (row["verdict"], {"reason": "no_flow", "count": 1} in row["left_out"]) == ("not_evaluable", True)


def test_a_grab_sample_is_not_judged_by_a_daily_mean(standards: Standards) -> None:
    # Before the amendment of 2025 there was no limit for single samples; since 2026-03-01 there is a table, whose
    # figures are not known.
    rows = [("P1", COD, at(f"{day}T10:00"), 400.0) for day in ("2026-02-28", "2026-03-01")]
    (row,) = found(standards, table(rows, period_s=0, unit="mg/L"), "GB 18918:level=1A").to_dicts()
    assert row["time"] == at("2026-03-01T10:00")
    assert (row["verdict"], row["left_out"]) == ("not_evaluable", [{"reason": "limit_not_known", "count": 1}])


def test_units_are_converted_exactly(standards: Standards) -> None:
    row = of(
        found(standards, table(hourly(PM25, "2026-04-01", [60_000.0] * 24), unit="ng/m3"), "GB 3095:grade=2"),
        "day",
        PM25,
    )
    assert (row["value"], row["unit"], row["verdict"]) == (60.0, "ug/m3", "met")


# GB 3838, GB 15618 -------------------------------------------------------------------------------------------------


def sample(values: dict[str, float], when: str = "2026-04-01T10:00", flags: dict[str, str] | None = None) -> pa.Table:
    unit = {"w01001": "1", "w01010": "Cel"}
    rows = [("S1", c, at(when), v, (flags or {}).get(c, ""), unit.get(c, "mg/L")) for c, v in values.items()]
    return table(rows, period_s=0)


def test_the_worst_indicator_decides_the_class(standards: Standards) -> None:
    values = {"w01001": 7.5, "w01009": 8.0, "w01019": 3.0, "w21003": 0.2, "w21011": 0.25}
    frame = found(standards, sample(values), "GB 3838:water_body=river").filter(pl.col("averaging") == "sample")
    row = of(frame, "sample", "class")
    assert (row["class"], row["primary"], row["verdict"]) == ("IV", "w21011", "")


def test_a_declared_class_is_judged(standards: Standards) -> None:
    values = {"w01001": 7.5, "w01009": 8.0, "w01019": 3.0, "w21003": 0.2, "w21011": 0.25}
    frame = found(standards, sample(values), "GB 3838:water_body=river,class=III")
    assert of(frame, "sample", "class")["verdict"] == "exceeded"
    assert of(frame, "sample", "w21011")["verdict"] == "exceeded"
    assert of(frame, "sample", "w01019")["verdict"] == "met"


def test_a_lake_has_other_phosphorus_limits(standards: Standards) -> None:
    values = {"w01001": 7.5, "w01009": 8.0, "w21011": 0.04}
    river = of(found(standards, sample(values), "GB 3838:water_body=river"), "sample", "class")
    lake = of(found(standards, sample(values), "GB 3838:water_body=lake"), "sample", "class")
    assert (river["class"], lake["class"]) == ("II", "III")


def test_a_section_must_be_of_a_river_or_a_lake(standards: Standards) -> None:
    with pytest.raises(PermitError, match="river or a lake"):
        found(standards, sample({"w01001": 7.0}), "GB 3838")


def test_a_month_is_the_mean_of_its_samples(standards: Standards) -> None:
    tables = [sample({"w01019": v}, f"2026-04-{d:02}T10:00") for d, v in ((3, 2.0), (13, 9.0))]
    frame = found(standards, pa.concat_tables([t.unify_dictionaries() for t in tables]), "GB 3838:water_body=river")
    # The mean, 5.5 mg/L, is class III (6); the two samples are I (2) and IV (10).
    assert of(frame, "month", "class")["class"] == "III"
    assert sorted(frame.filter(pl.col("averaging") == "sample")["class"].to_list()) == ["I", "IV"]


@pytest.mark.parametrize(
    ("ph", "value", "verdicts"),
    [
        ("5.5", 0.3, {"screening": "met", "intervention": "met"}),  # <= 5.5: paddy Cd 0.3 / 1.5 (Tables 1, 3)
        ("5.5", 0.31, {"screening": "exceeded", "intervention": "met"}),
        ("5.6", 0.31, {"screening": "met", "intervention": "met"}),  # 5.5 < pH <= 6.5: 0.4
        ("5.5", 1.6, {"screening": "exceeded", "intervention": "exceeded"}),
    ],
)
def test_cadmium_in_paddy_soil(standards: Standards, ph: str, value: float, verdicts: dict[str, str]) -> None:
    rows = table([("F1", "s20115", at("2026-04-01T00:00"), value)], period_s=0, unit="mg/kg")
    point = Point("F1", facts={"ph": ph, "land_use": "paddy"})
    for kind, verdict in verdicts.items():
        frame = found(standards, rows, f"GB 15618:value={kind}", points=[point])
        assert of(frame, "sample", "s20115")["verdict"] == verdict


def test_the_ph_measured_with_a_soil_sample_chooses_the_band_before_a_stated_one(standards: Standards) -> None:
    # GB 15618-2018 Table 1, cadmium in paddies: 0.3 up to pH 5.5, 0.6 for 6.5 < pH <= 7.5 (0.5 mg/kg lies between).
    field = Point("F1", facts={"ph": "5.2", "land_use": "paddy"})
    rows = [
        ("F1", "s20115", at("2025-04-01T00:00"), 0.5, "", "mg/kg"),
        ("F1", "s01001", at("2025-04-01T00:00"), 7.0, "", "1"),
        ("F1", "s20115", at("2026-04-01T00:00"), 0.5, "", "mg/kg"),
        ("F1", "s01001", at("2026-04-01T00:00"), 5.0, "", "1"),
    ]
    frame = found(standards, table(rows, period_s=0), "GB 15618:value=screening", points=[field]).sort("time")
    assert frame.filter(pl.col("code") == "s20115")["verdict"].to_list() == ["met", "exceeded"]
    assert frame.filter(pl.col("code") == "s20115")["limit_max"].to_list() == [0.6, 0.3]
    assert frame.filter(pl.col("code") == "risk")["class"].to_list() == ["low", "possible"]


def test_a_ph_flagged_as_faulty_chooses_nothing(standards: Standards) -> None:
    rows = [
        ("F1", "s20115", at("2026-04-01T00:00"), 0.5, "", "mg/kg"),
        ("F1", "s01001", at("2026-04-01T00:00"), 7.0, "D", "1"),
    ]
    point = Point("F1", facts={"land_use": "paddy"})
    frame = found(standards, table(rows, period_s=0), "GB 15618:value=screening", points=[point])
    assert of(frame, "sample", "risk")["verdict"] == "not_evaluable"


# Any table ---------------------------------------------------------------------------------------------------------


def test_a_permit_must_say_what_its_standard_asks(standards: Standards) -> None:
    with pytest.raises(PermitError, match=r"limits by grade.*grade=1"):
        found(standards, table(hourly(PM25, "2026-04-01", [1.0])), "GB 3095")
    with pytest.raises(PermitError, match="knows no grade=3"):
        found(standards, table(hourly(PM25, "2026-04-01", [1.0])), "GB 3095:grade=3")
    with pytest.raises(StandardNotFound, match="GB 9999"):
        found(standards, table(hourly(PM25, "2026-04-01", [1.0])), "GB 9999")


def test_two_values_for_one_time_are_refused(standards: Standards) -> None:
    rows = [("P1", PM25, at("2026-04-01T00:00"), 1.0), ("P1", PM25, at("2026-04-01T00:00"), 2.0)]
    with pytest.raises(ObservationsError, match="rows 2 and 3"):
        found(standards, table(rows), "GB 3095:grade=2")


def test_a_permit_ends(standards: Standards) -> None:
    rows = table(hourly(PM25, "2026-04-01", [1.0] * 24) + hourly(PM25, "2026-04-02", [1.0] * 24))
    permit = Permit("P1", "GB 3095", {"grade": "2"}, valid_to=date(2026, 4, 1))
    out = judge(rows, standards, [permit], assessed_at=NOW)
    assert len(set(out.filter(pa.compute.equal(out["averaging"], "day"))["time"].to_pylist())) == 1


def test_a_parameter_that_is_asked_for_and_never_sent_is_not_evaluable(standards: Standards) -> None:
    rows = table(hourly(PM25, "2026-04-01", [1.0] * 24))
    permit = Permit("P1", "GB 3095", {"grade": "2"}, (PM25, PM10))
    frame = pl.from_arrow(judge(rows, standards, [permit], assessed_at=NOW))
    assert isinstance(frame, pl.DataFrame)
    assert of(frame.with_columns(pl.col(pl.Categorical).cast(pl.String)), "day", PM10)["verdict"] == "not_evaluable"


MIXED = [
    (*row, "N")
    for day in ("2026-02-28", "2026-03-01")
    for code in (PM25, PM10, O3, "a21026", "a21004")
    for point in ("P1", "P2")
    for row in hourly(code, day, [float((h * 7 + len(code) + ord(point[1])) % 90) for h in range(22)], point)
]
PERMITS = ("HJ 633", "GB 3095:grade=2")


def comparable(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.drop("assessed_at").sort("finding_id").to_dicts()


@pytest.mark.parametrize("engine", [relation, lambda t: t.to_pandas()], ids=["duckdb", "pandas"])
def test_findings_are_identical_on_every_engine(standards: Standards, engine: Callable[[pa.Table], Any]) -> None:
    values = table(MIXED)
    assert comparable(found(standards, engine(values), *PERMITS)) == comparable(found(standards, values, *PERMITS))


def test_the_order_of_rows_changes_nothing(standards: Standards) -> None:
    shuffled = MIXED[:]
    random.Random(7).shuffle(shuffled)
    a, b = found(standards, table(MIXED), *PERMITS), found(standards, table(shuffled), *PERMITS)
    assert comparable(a) == comparable(b)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 47), max_size=12), st.integers(0, 47))
def test_a_row_that_goes_missing_never_turns_not_evaluable_into_met(
    standards: Standards, gone: set[int], more: int
) -> None:
    rows = hourly(PM25, "2026-04-01", [20.0] * 48)
    fewer = [r for k, r in enumerate(rows) if k not in gone]
    fewest = [r for k, r in enumerate(rows) if k not in gone | {more}]
    span = (date(2026, 4, 1), date(2026, 4, 2))
    before = found(standards, table(fewer), "GB 3095:grade=2", span=span).filter(pl.col("averaging") == "day")
    after = found(standards, table(fewest), "GB 3095:grade=2", span=span).filter(pl.col("averaging") == "day")
    pairs = zip(before.sort("time")["verdict"], after.sort("time")["verdict"], strict=True)
    assert all(not (b == "not_evaluable" and a == "met") for b, a in pairs)


def test_two_days_together_are_each_day_alone(standards: Standards) -> None:
    one, two = hourly(PM25, "2026-04-01", [20.0] * 21), hourly(PM25, "2026-04-02", [70.0] * 24)
    both = found(standards, table(one + two), "GB 3095:grade=2")
    alone = pl.concat([found(standards, table(day), "GB 3095:grade=2") for day in (one, two)])
    # Rows keep their numbers within their own table, which no digest depends on.
    assert comparable(both) == comparable(alone)
