"""What is told of days and years that still go on, and what of months, quarters and years when they are over."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clearbay.assess.permits import parse_permit
from clearbay.district import District
from clearbay.hj212 import frame_segment
from clearbay.platform import continuous
from clearbay.platform.judging import Judging
from clearbay.platform.recomputing import remake
from clearbay.standards import Standards
from clearbay.vocabulary.tags import Tag, TagKind
from tests.platform.judged_district import AIR, AIR_POINT, BEIJING, Judge, example, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
HOUR, NEXT = timedelta(hours=1), timedelta(days=1)
STACK, STACK_POINT = "010000A8900016F0QW000001", "wte-1"
SO2, DUST, O2 = "a21026", "a34013", "a19001"


@pytest.fixture(scope="module")
def known() -> tuple[District, Standards]:
    district, standards = example()
    permits = (*district.permits, replace(parse_permit("GB 18485"), point_id=STACK_POINT))
    return replace(district, permits=permits), standards


@pytest.fixture
def begun(tmp_path: Path, known: tuple[District, Standards]) -> Iterator[Callable[[datetime], Judge]]:
    made: list[Judge] = []

    def begin(now: datetime) -> Judge:
        made.append(Judge(tmp_path / "store", now, *known))
        return made[-1]

    yield begin
    for one in made:
        one.close()


def of(judge: Judge, averaging: str, code: str = "", point: str = "") -> list[dict[str, object]]:
    return [
        row
        for row in judge.found(order="time")
        if row["averaging"] == averaging and code in ("", row["code"]) and point in ("", row["point_id"])
    ]


def stack_hour(k: int, dust: str = "5", day: datetime = DAY) -> bytes:
    return hour(STACK, "31", day + k * HOUR, {DUST: dust, O2: "11"})


def tags(judge: Judge, *given: Tag) -> None:
    """Operators declare tags: the service marks what they reach over."""
    before = set(judge.judging.tags)
    judge.judging = Judging(judge.judging.district, judge.judging.standards, given)
    for tag in before ^ set(given):
        judge.continuous.touch([tag.point_id], tag.start, tag.end)


def tag(number: int, start: datetime, hours: float, label: str = "启炉") -> Tag:
    end = start + timedelta(hours=hours)
    return Tag(f"T{number}", STACK_POINT, TagKind.FURNACE, label, start, end, end, "operator", "log")


# Hours ---------------------------------------------------------------------------------------------------------


def test_no_hour_waits_for_the_years_of_other_points(begun: Callable[[datetime], Judge], monkeypatch) -> None:
    monkeypatch.setattr(continuous, "YEARS_AT_ONCE_S", 0.0)
    judge = begun(DAY)
    judge.push(
        *(stack_hour(k) for k in range(24)), *(hour(AIR, "22", DAY + k * HOUR, {"a34004": "20"}) for k in range(24))
    )
    judge.now = DAY + NEXT + HOUR
    judge.look()
    assert len(judge.continuous._work.years) == 1  # of two points whose day is over, one year was judged
    judge.push(stack_hour(0, dust="35", day=DAY + NEXT))
    judge.look()
    assert [row["value"] for row in of(judge, "1h", DUST)] == [35.0]


def test_an_hour_above_its_limit_is_told_by_the_look_after_its_packet(begun: Callable[[datetime], Judge]):
    """Looks are half a second apart: the hour is told well within five seconds of its packet."""
    judge = begun(DAY)
    judge.push(*(stack_hour(k) for k in range(9)))
    judge.now = DAY + 10 * HOUR + timedelta(seconds=3)
    judge.look()
    assert of(judge, "1h") == []
    judge.push(stack_hour(9, dust="31"))  # GB 18485-2014 Table 4: dust 30 mg/m3 an hour
    judge.look()
    (row,) = of(judge, "1h", DUST)
    assert (row["verdict"], row["value"], row["time"]) == ("exceeded", 31, DAY + 9 * HOUR)
    assert any(row["finding_id"] in table["finding_id"].to_pylist() for table in judge.told)
    # The day's mean is nothing that could be judged by now.
    assert of(judge, "day", DUST) == []


def test_an_ambient_hour_is_told_at_once_too(begun: Callable[[datetime], Judge]):
    judge = begun(DAY)
    judge.now = DAY + 10 * HOUR
    judge.push(hour(AIR, "22", DAY + 9 * HOUR, {SO2: "501"}))  # GB 3095 Table 1: SO2 500 ug/m3 an hour, grade II
    judge.look()
    (row,) = [r for r in of(judge, "1h", SO2, AIR_POINT) if r["time"] == DAY + 9 * HOUR]
    assert (row["verdict"], row["value"]) == ("exceeded", 501)
    assert of(judge, "day", SO2, AIR_POINT) == []


def test_an_hour_from_a_clock_that_is_ahead_is_told_when_it_is_over(begun: Callable[[datetime], Judge]):
    judge = begun(DAY)
    judge.now = DAY + 10 * HOUR - timedelta(seconds=20)
    judge.push(stack_hour(9, dust="31"))
    judge.look()
    assert of(judge, "1h", DUST) == []
    judge.now = DAY + 10 * HOUR
    judge.look()
    assert [row["value"] for row in of(judge, "1h", DUST)] == [31]


# Counts and budgets --------------------------------------------------------------------------------------------


def test_a_sixth_cold_five_minutes_is_told_while_the_day_goes_on(begun: Callable[[datetime], Judge]):
    """MEE Order 10 (2019): at most five 5-minute means below 850 degrees a day."""
    judge = begun(DAY)
    judge.now = DAY + 6 * HOUR
    judge.store.set_minutes({STACK: 300}, DAY)
    for k in range(6):
        judge.push(hour(STACK, "31", DAY + timedelta(minutes=5 * k), {"a01901": "840"}, cn="2051"))
        judge.look()
        found = [r["verdict"] for r in of(judge, "furnace_temperature", point=STACK_POINT)]
        assert found == (["exceeded"] if k == 5 else [])


def test_a_budget_of_the_year_that_is_exceeded_is_told_at_once_and_taken_back_with_its_tag(
    begun: Callable[[datetime], Judge],
):
    """60 h a year of starting, stopping and faults, of which an event of start-up counts 4 h."""
    judge = begun(DAY)
    judge.push(stack_hour(0))
    judge.now = DAY + HOUR
    sixty = [tag(n, DAY - timedelta(days=n), 4) for n in range(1, 16)]
    tags(judge, *sixty)
    judge.look()
    assert of(judge, "budget_60h") == []  # 60 h are not above 60 h, and the year goes on
    tags(judge, *sixty, tag(16, DAY - timedelta(days=16), 1))
    judge.look()
    (row,) = of(judge, "budget_60h")
    assert (row["verdict"], row["value"], row["revision"]) == ("exceeded", 61, 1)
    assert remake(judge.store, judge.judging, row, {}).agrees
    tags(judge, *sixty)
    judge.look()
    (row,) = of(judge, "budget_60h")
    assert (row["verdict"], row["value"], row["revision"]) == ("met", 60, 2)


# Months, quarters and years ---------------------------------------------------------------------------------------


@pytest.fixture
def quarter(begun: Callable[[datetime], Judge]) -> Callable[[str], Judge]:
    """A stack sends a quarter of hours, or of ten minutes alone; five days of it its monitor is at fault."""

    def sent(cn: str) -> Judge:
        first = datetime(2026, 1, 1, tzinfo=BEIJING)
        judge = begun(first)
        step = HOUR if cn == "2061" else timedelta(minutes=10)
        frames = []
        for n in range(int(timedelta(days=90) / step)):
            at = first + n * step
            frame = hour(STACK, "31", at, {DUST: "5", O2: "11"}, cn=cn)
            if timedelta(days=40) <= at - first < timedelta(days=45):
                frame = faulty(frame)
            frames.append(frame)
        judge.now = first + timedelta(days=90, minutes=5)
        judge.push(*frames)
        judge.look()
        judge.continuous._years_at = -1000.0
        judge.look()
        return judge

    return sent


def faulty(frame: bytes) -> bytes:
    return frame_segment(frame[6:-6].replace(b"Flag=N", b"Flag=D"))


@pytest.mark.parametrize("cn", ["2061", "2051"])
def test_the_capture_of_a_quarter_is_judged_from_hours_or_from_minutes_alone(quarter: Callable[[str], Judge], cn: str):
    judge = quarter(cn)
    (row,) = of(judge, "capture", DUST)
    # 85 of 90 days
    assert (row["verdict"], row["valid"], row["expected"]) == ("met", 85 * 24, 90 * 24)
    assert row["value"] == pytest.approx(100 * 85 / 90)
    assert remake(judge.store, judge.judging, row, {}).agrees
    months = of(judge, "month", DUST)
    assert [month["valid"] for month in months] == [31, 23, 31]
    assert remake(judge.store, judge.judging, months[1], {}).agrees


def test_a_year_of_ambient_air_is_judged_from_minutes_alone(begun: Callable[[datetime], Judge]):
    first = datetime(2025, 1, 1, tzinfo=BEIJING)
    judge = begun(first)
    judge.store.set_minutes({AIR: 1800}, first)
    half_hours = [first + timedelta(minutes=30 * n) for n in range(365 * 48)]
    judge.now = datetime(2026, 1, 1, 0, 5, tzinfo=BEIJING)
    judge.push(*(hour(AIR, "22", at, {SO2: "61" if at.month > 6 else "60"}, cn="2051") for at in half_hours))
    judge.continuous.touch([AIR_POINT], judge.now - NEXT, judge.now - NEXT)
    judge.look()
    (row,) = of(judge, "year", SO2, AIR_POINT)
    # GB 3095-2012 Table 1: 60 ug/m3 a year, grade II; (181 x 60 + 184 x 61) / 365 = 60.504
    assert (row["verdict"], row["value"], row["valid"]) == ("exceeded", 61, 365)


# Furnaces ------------------------------------------------------------------------------------------------------


def test_tags_of_a_furnace_that_is_a_point_of_its_own_are_heeded(
    begun: Callable[[datetime], Judge], known: tuple[District, Standards], caplog: pytest.LogCaptureFixture
):
    """Hours of a stack are taken out by tags of its furnace, whichever of both came last."""
    caplog.set_level(logging.WARNING)
    judge = begun(DAY)
    permit = replace(parse_permit("GB 18485:furnace=wte-2"), point_id=STACK_POINT)
    district = replace(known[0], permits=(permit,))
    judge.judging = Judging(district, known[1], ())
    judge.push(*(stack_hour(k, "31" if k == 5 else "5") for k in range(24)))
    judge.now = DAY + NEXT + timedelta(minutes=5)
    judge.look()
    assert [row["verdict"] for row in of(judge, "1h", DUST)] == ["exceeded"]
    five = replace(tag(1, DAY + 5 * HOUR, 1), point_id="wte-2")
    judge.judging = Judging(district, known[1], (five,))
    judge.continuous.touch(["wte-2"], five.start, five.end)
    judge.look()
    assert [(row["verdict"], row["revision"]) for row in of(judge, "1h", DUST)] == [("exempt", 2)]
    assert not caplog.records


# Digests -------------------------------------------------------------------------------------------------------


def test_a_day_of_a_stack_is_digested_alike_alone_and_among_others(begun: Callable[[datetime], Judge]):
    """A series that is silent on a day (five minutes that begin a day later) leaves no trace in it."""
    judge = begun(DAY)
    judge.store.set_minutes({STACK: 300}, DAY)
    judge.push(*(stack_hour(k) for k in range(24)))
    judge.push(*(hour(STACK, "31", DAY + NEXT + timedelta(minutes=5 * k), {DUST: "5"}, cn="2051") for k in range(12)))
    judge.push(stack_hour(25, dust="6"))
    judge.now = DAY + 2 * NEXT + timedelta(minutes=5)
    judge.look()
    (row,) = [r for r in of(judge, "day", DUST, STACK_POINT) if r["time"] == DAY]
    assert remake(judge.store, judge.judging, row, {}).agrees
    judge.continuous.touch([STACK_POINT], DAY, DAY)
    assert judge.look() == 0
