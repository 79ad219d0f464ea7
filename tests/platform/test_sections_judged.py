"""The month of a surface-water section: judged when it is over, revised by late values, made anew from its packets."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clearbay.assess.permits import parse_permit
from clearbay.district import read_district
from clearbay.platform.recomputing import remake
from clearbay.standards import Standards, load
from tests.platform.judged_district import BEIJING, EXAMPLE, Judge, hour

RIVER, SECTION = "010000A8900016F0QW000031", "river-1"
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=BEIJING), datetime(2026, 4, 1, tzinfo=BEIJING)
NH3N, TP = "w21003", "w21011"
CLEAN = {NH3N: "0.4", TP: "0.05", "w01019": "3", "w01009": "7", "w01001": "7.5"}
"""Class II: NH3-N is at most 0.5 mg/L, TP 0.1, CODMn 4, oxygen at least 6 (GB 3838-2002 Table 1)."""


@pytest.fixture(scope="module")
def standards() -> Standards:
    return load()


@pytest.fixture
def judge(tmp_path: Path, standards: Standards) -> Iterator[Judge]:
    """A section with the aim of class III, whose station measures every four hours."""
    district = read_district(EXAMPLE)
    permit = replace(parse_permit("GB 3838:class=III"), point_id=SECTION)
    made = Judge(tmp_path / "store", MARCH, replace(district, permits=(permit,), tags=()), standards)
    yield made
    made.close()


def measure(judge: Judge, first: datetime, days: int, values: Mapping[str, str] = CLEAN) -> None:
    starts = [first + k * timedelta(hours=4) for k in range(6 * days)]
    judge.push(*(hour(RIVER, "21", start, values) for start in starts))


def look(judge: Judge) -> int:
    """Look as often as half a minute makes it: years, and so months, are judged at every look."""
    found = 0
    for _ in range(2):
        judge.continuous._years_at = float("-inf")
        found += judge.look()
    return found


def months(judge: Judge, **asked: object) -> list[dict[str, object]]:
    return [row for row in judge.found(**asked) if (row["averaging"], row["code"]) == ("month", "class")]


def march(judge: Judge) -> None:
    """All of March comes, and it is over."""
    measure(judge, MARCH, 31)
    judge.now = APRIL + timedelta(minutes=5)
    look(judge)


def test_a_month_that_is_not_over_is_not_judged(judge: Judge) -> None:
    measure(judge, MARCH, 31)
    judge.now = APRIL - timedelta(hours=1)
    look(judge)
    assert months(judge) == []


def test_the_means_of_a_month_are_judged_once_when_it_is_over(judge: Judge) -> None:
    measure(judge, MARCH, 15)
    measure(judge, MARCH + timedelta(days=15), 16, {**CLEAN, NH3N: "1.4"})
    judge.now = APRIL + timedelta(minutes=5)
    look(judge)
    (row,) = months(judge)
    # (15 x 0.4 + 16 x 1.4) / 31 = 0.916: class III by ammonia, though half of the month was class IV
    assert (row["class"], row["verdict"], row["time"]) == ("III", "met", MARCH)
    assert {window["code"]: window["value"] for window in row["windows"]}[NH3N] == pytest.approx(0.916129032)
    assert row["confidence"] == "unverified"
    assert look(judge) == 0


def test_late_values_supersede_the_month(judge: Judge) -> None:
    march(judge)
    (first,) = months(judge)
    judge.now += timedelta(days=3)
    # One hour of 400 mg/L among 187: the mean is 2.5, worse than class V (2.0).
    judge.push(hour(RIVER, "21", MARCH + timedelta(days=9, hours=1), {NH3N: "400"}))
    look(judge)
    (second,) = months(judge)
    assert (first["class"], first["verdict"], first["revision"]) == ("II", "met", 1)
    assert (second["class"], second["verdict"], second["revision"]) == ("worse than V", "exceeded", 2)
    assert (second["primary"], second["supersedes"]) == (NH3N, f"{first['finding_id']}.1")
    assert len(months(judge, all_revisions=True)) == 2


def test_every_revision_is_made_anew_from_the_packets_of_its_month_alone(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(judge, MARCH - timedelta(days=20), 20)
    march(judge)
    (row,) = [one for one in months(judge) if one["time"] == MARCH]
    again = remake(judge.store, judge.judging, row, {})
    assert again.agrees
    assert again.packets == 31 * 6


def test_the_month_a_service_began_in_is_judged_by_what_came_and_a_year_later_month_by_month(judge: Judge) -> None:
    judge.now = datetime(2026, 12, 20, tzinfo=BEIJING)
    measure(judge, judge.now, 20)
    judge.now = datetime(2027, 2, 1, 0, 5, tzinfo=BEIJING)
    look(judge)
    found = {row["time"]: row["class"] for row in months(judge)}
    assert found == {datetime(2026, 12, 1, tzinfo=BEIJING): "II", datetime(2027, 1, 1, tzinfo=BEIJING): "II"}
