"""Findings that follow what comes in: late and corrected values supersede, nothing is judged twice, none forgotten."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.district import District
from clearbay.platform.judging import made_of
from clearbay.platform.store_values import values
from clearbay.standards import Standards
from tests.platform.judged_district import AIR, AIR_POINT, BEIJING, WATER, WATER_POINT, Judge, example, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
SO2, PM25, COD = "a21026", "a34004", "w01018"
GRADE_2_SO2_DAY = 150
"""GB 3095-2012 Table 1: SO2, 24-hour mean, grade II [ug/m3]."""


@pytest.fixture(scope="module")
def known() -> tuple[District, Standards]:
    return example()


@pytest.fixture
def judge(tmp_path: Path, known: tuple[District, Standards]) -> Iterator[Judge]:
    made = Judge(tmp_path / "store", DAY, *known)
    yield made
    made.close()


def air_day(judge: Judge, so2: str, hours: range = range(24)) -> None:
    """Send hours of a day of SO2, and let the day be over."""
    judge.push(*(hour(AIR, "22", DAY + k * HOUR, {SO2: so2}) for k in hours))
    judge.now = DAY + timedelta(days=1, minutes=5)


def so2_day(judge: Judge) -> dict[str, object]:
    """The finding on the daily mean of SO2."""
    (row,) = [r for r in judge.found() if r["code"] == SO2 and r["averaging"] == "day" and r["time"] == DAY]
    return row


def test_a_day_of_hours_is_judged_when_it_is_over(judge: Judge):
    air_day(judge, "151")
    assert judge.look() > 0
    row = so2_day(judge)
    assert (row["verdict"], row["value"], row["revision"]) == ("exceeded", GRADE_2_SO2_DAY + 1, 1)


def test_judging_the_same_again_is_no_news(judge: Judge):
    air_day(judge, "20")
    judge.look()
    before = len(judge.found(all_revisions=True))
    judge.continuous.touch([AIR_POINT], DAY, DAY + timedelta(hours=23))
    assert judge.look() == 0
    assert len(judge.found(all_revisions=True)) == before


def test_a_late_hour_supersedes_the_finding_and_the_older_stays_readable(judge: Judge):
    air_day(judge, "140", range(23))
    judge.look()
    first, judged_at = so2_day(judge), judge.now
    judge.now += timedelta(hours=6)
    judge.push(hour(AIR, "22", DAY + 23 * HOUR, {SO2: "490"}))
    judge.look()
    second = so2_day(judge)
    assert (first["verdict"], first["value"], first["valid"]) == ("met", 140, 23)
    # (23 x 140 + 490) / 24 = 154.6, rounded to 155
    assert (second["verdict"], second["value"], second["valid"]) == ("exceeded", 155, 24)
    assert (second["revision"], second["supersedes"]) == (2, f"{first['finding_id']}.1")
    (then,) = [r for r in judge.found(as_of=judged_at) if r["finding_id"] == first["finding_id"]]
    assert then == first


def test_a_corrected_hour_supersedes_the_finding(judge: Judge):
    air_day(judge, "151")
    judge.look()
    judge.now += timedelta(hours=1)
    corrected = hour(AIR, "22", DAY + 3 * HOUR, {SO2: "51"})
    judge.push(corrected.replace(b"Flag=5", b"Flag=5"))
    judge.look()
    row = so2_day(judge)
    assert (row["verdict"], row["value"], row["revision"]) == ("met", 147, 2)


def test_only_the_days_that_values_came_for_are_judged(judge: Judge, monkeypatch: pytest.MonkeyPatch):
    air_day(judge, "20")
    judge.look()
    asked: list[tuple[object, object, list[str]]] = []
    real = judge.continuous._judge_run

    def listened(judging, first, last, zone, points, now):
        asked.append((first, last, points))
        return real(judging, first, last, zone, points, now)

    monkeypatch.setattr(judge.continuous, "_judge_run", listened)
    judge.now += timedelta(hours=2)
    judge.push(hour(WATER, "32", DAY + 25 * HOUR, {COD: "30"}))
    judge.look()
    tomorrow = (DAY + timedelta(days=1)).date()
    assert [one for one in asked if one[2] == [WATER_POINT]] == [(tomorrow, tomorrow, [WATER_POINT])]
    # The air station's day is over in the meantime: it is judged once more then, and no other day of it.
    assert {(first, last) for first, last, points in asked if points == [AIR_POINT]} <= {(DAY.date(), DAY.date())}


def test_what_was_stored_and_not_judged_before_a_crash_is_judged_after_it(judge: Judge):
    air_day(judge, "151")
    judge.begin()  # a service that never looked is gone; another begins on the same store
    judge.look()
    assert so2_day(judge)["verdict"] == "exceeded"


def test_hours_that_only_minutes_came_of_are_judged_after_a_crash_too(judge: Judge):
    """Minutes wait for their hour; a service killed meanwhile must not forget them."""
    judge.now = DAY + timedelta(hours=23, minutes=50)
    judge.push(*(hour(AIR, "22", DAY + k * HOUR, {SO2: "151"}) for k in range(23)))
    minutes = [DAY + 23 * HOUR + timedelta(minutes=5 * k) for k in range(12)]
    judge.push(*(hour(AIR, "22", at, {SO2: "991"}, cn="2051") for at in minutes))
    judge.look()
    judge.begin()
    judge.now = DAY + timedelta(days=1, hours=2)
    judge.look()
    # (23 x 151 + 991) / 24 = 186
    assert (so2_day(judge)["value"], so2_day(judge)["valid"]) == (186, 24)


def test_a_year_is_judged_after_a_crash_between_its_days_and_itself(judge: Judge, monkeypatch: pytest.MonkeyPatch):
    judge.now = datetime(2026, 12, 31, 23, tzinfo=BEIJING)
    with monkeypatch.context() as broken:
        broken.setattr(judge.continuous, "_judge_years", lambda: 0)
        air_day(judge, "20")
        judge.now = datetime(2027, 1, 2, tzinfo=BEIJING)
        judge.look()
    judge.begin()
    judge.look()
    assert any(row["averaging"] == "year" for row in judge.found())


ONE = st.tuples(
    st.integers(0, 47),
    st.sampled_from([(AIR, "22", SO2), (AIR, "22", PM25), (WATER, "32", COD)]),
    st.integers(0, 400),
)
"""An hour from the first day's midnight on, whose it is, its value."""


@given(batches=st.lists(st.lists(ONE, min_size=1, max_size=40), min_size=1, max_size=3))
@settings(max_examples=5, deadline=None, derandomize=True)
def test_continuous_assessment_ends_where_judging_everything_at_once_does(
    tmp_path_factory: pytest.TempPathFactory, known: tuple[District, Standards], batches
):
    """However values arrive (late, corrected, in any order, looked at in between), the findings that stand are those of
    one judgement over all that is known in the end."""
    judge = Judge(tmp_path_factory.mktemp("any") / "store", DAY, *known)
    try:
        for batch in batches:
            judge.now += timedelta(hours=16)
            for at, (mn, kind, code), value in batch:
                judge.push(hour(mn, kind, DAY + at * HOUR, {code: str(value)}))
            judge.look()
        judge.now = DAY + timedelta(days=3)
        judge.look()
        assert content(judge.found()) == content(at_once(judge))
    finally:
        judge.close()


def at_once(judge: Judge) -> list[dict[str, object]]:
    """Findings of days and shorter windows, all days of every point judged in one go."""
    found = []
    for point in (AIR_POINT, WATER_POINT):
        table = values(judge.store, judge.judging.district, [point], DAY - timedelta(days=1), DAY + timedelta(days=3))
        if table.num_rows:
            for day in (DAY.date(), DAY.date() + timedelta(days=1)):
                found += made_of(judge.judging, table, [point], day, day, judge.now).to_pylist()
    return found


def content(rows: list[dict[str, object]]) -> set[tuple[object, ...]]:
    names = ("finding_id", "verdict", "value", "expected", "valid", "input_digest", "rule_digest")
    until = DAY + timedelta(days=2)
    return {
        tuple(row[name] for name in names)
        for row in rows
        if int(str(row["period_s"])) <= 86400 and DAY <= row["time"] < until  # type: ignore[operator]
    }
