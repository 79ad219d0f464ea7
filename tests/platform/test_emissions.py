"""What a stack emitted this month and year, with substituted hours marked, and what of its data arrived in time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clearbay.assess.permits import parse_permit
from clearbay.hj212 import frame_segment
from clearbay.platform.emissions import Emission, emissions_of
from clearbay.platform.judging import Judging
from clearbay.vocabulary.tags import Tag, TagKind
from tests.platform.judged_district import AIR_POINT, BEIJING, Judge, example, hour

MARCH = datetime(2026, 3, 1, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
STACK, POINT = "010000A8900016F0QW000001", "wte-1"
DUST, HCL, FLOW = "a34013", "a21024", "a00000"
KG_H = 5 * 36_000 / 1e6
"""5 mg/m3 in 10 m3/s, which are 36,000 m3/h (HJ 212-2017 Annex D, D.2.3)."""


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    district, standards = example()
    permits = (replace(parse_permit("GB 18485"), point_id=POINT),)
    made = Judge(tmp_path / "store", MARCH, replace(district, permits=permits), standards)
    yield made
    made.close()


def stack_hour(k: int, dust: str = "5", flag: str = "N", cn: str = "2061", step: timedelta = HOUR) -> bytes:
    frame = hour(STACK, "31", MARCH + k * step, {DUST: dust, HCL: dust, "a19001": "11", FLOW: "10"}, cn=cn)
    return frame_segment(frame[6:-6].replace(b"Flag=N", f"Flag={flag}".encode()))


def send(judge: Judge, *frames: bytes, at: datetime) -> None:
    judge.now = at
    judge.push(*frames)


def of(judge: Judge, code: str = DUST) -> Emission:
    found = emissions_of(judge.store, judge.judging, POINT, judge.now)
    assert found is not None
    (row,) = [row for row in found.rows if row.code == code]
    return row


def test_a_month_is_the_sum_of_its_hours(judge: Judge):
    for k in range(240):
        send(judge, stack_hour(k), at=MARCH + (k + 1) * HOUR)
    assert of(judge).month.measured == 239  # the last hour is not due yet
    judge.now += HOUR
    row = of(judge)
    assert float(row.month.kg) == pytest.approx(240 * KG_H)
    assert (row.month.measured, row.month.substituted, row.month.missing) == (240, 0, 0)
    assert row.year.kg == row.month.kg
    assert (row.due, row.immediate, row.completed) == (240, 1.0, 1.0)


def test_hours_without_valid_data_take_the_largest_hour_before_where_a_table_says_so(judge: Judge):
    """HJ 75-2017, Table 6: dust up to 24 h at a capture of 90 % and more; HCl has no table."""
    for k in range(240):
        send(judge, stack_hour(k, "10" if k == 50 else "5", "D" if 100 <= k < 110 else "N"), at=MARCH + (k + 1) * HOUR)
    judge.now += HOUR
    dust, hcl = of(judge), of(judge, HCL)
    assert (dust.month.measured, dust.month.substituted, dust.month.missing) == (230, 10, 0)
    assert float(dust.month.kg) == pytest.approx((229 + 2 + 10 * 2) * KG_H)
    assert (hcl.month.measured, hcl.month.substituted, hcl.month.missing) == (230, 0, 10)
    assert float(hcl.month.kg) == pytest.approx((229 + 2) * KG_H)
    assert dust.completed == pytest.approx(230 / 240)


def test_hours_that_came_late_are_there_in_the_end(judge: Judge):
    for k in range(100):
        send(judge, stack_hour(k), at=MARCH + (k + (5 if k == 40 else 1)) * HOUR)
    judge.now = MARCH + 101 * HOUR
    row = of(judge)
    assert (row.due, row.immediate, row.completed) == (100, 0.99, 1.0)


def test_a_furnace_that_stood_still_owes_nothing(judge: Judge):
    for k in [k for k in range(100) if not 20 <= k < 44]:
        send(judge, stack_hour(k), at=MARCH + (k + 1) * HOUR)
    start, end = MARCH + 20 * HOUR, MARCH + 44 * HOUR
    tag = Tag("T1", POINT, TagKind.FURNACE, "停运", start, end, end, "operator", "log")
    judge.judging = Judging(judge.judging.district, judge.judging.standards, (tag,))
    judge.now = MARCH + 101 * HOUR
    row = of(judge)
    assert (row.month.stopped, row.month.missing, row.month.substituted) == (24, 0, 0)
    assert (row.due, row.stopped, row.completed) == (76, 24, 1.0)


def test_minutes_alone_make_the_hours(judge: Judge):
    step = timedelta(minutes=10)
    for k in range(144):
        send(judge, stack_hour(k, cn="2051", step=step), at=MARCH + (k + 1) * step)
    judge.now += HOUR
    row = of(judge)
    assert float(row.month.kg) == pytest.approx(24 * KG_H)
    assert (row.month.missing, row.due, row.immediate) == (0, 24, 1.0)


def test_the_first_hour_of_a_month_begins_at_nothing(judge: Judge):
    for k in range(24):
        send(judge, stack_hour(k), at=MARCH + (k + 1) * HOUR)
    judge.now = datetime(2026, 4, 1, 0, 20, tzinfo=BEIJING)
    row = of(judge)
    assert (float(row.month.kg), row.month.missing, row.completed) == (0.0, 0, None)
    assert row.year.measured == 24


def test_a_point_that_is_no_stack_has_none(judge: Judge):
    assert emissions_of(judge.store, judge.judging, AIR_POINT, judge.now) is None
    assert emissions_of(judge.store, judge.judging, POINT, judge.now) is None  # nothing was sent
