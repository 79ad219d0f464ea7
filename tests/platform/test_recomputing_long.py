"""Findings on months, quarters and years of a stack made anew: only the packets that enter them are decoded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clearbay.assess.permits import parse_permit
from clearbay.platform.recomputing import Remade, remake
from clearbay.vocabulary.tags import Tag, TagKind
from tests.platform.judged_district import BEIJING, Judge, example, hour

STACK, POINT, DUST = "010000A8900016F0QW000001", "wte-1", "a34013"
JANUARY, MAY = datetime(2026, 1, 5, tzinfo=BEIJING), datetime(2026, 5, 5, tzinfo=BEIJING)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """A year of a stack that sent two days of hours in January and three in May, and started up once."""
    district, standards = example()
    permit = replace(parse_permit("GB 18485"), point_id=POINT)
    made = Judge(tmp_path_factory.mktemp("long") / "store", JANUARY, replace(district, permits=(permit,)), standards)
    start = Tag(
        "T1", POINT, TagKind.FURNACE, "启炉", JANUARY, JANUARY + 3 * HOUR, JANUARY + 3 * HOUR, "operator", "log"
    )
    made.judging = replace(made.judging, tags=(start,))
    for first, days in ((JANUARY, 2), (MAY, 3)):
        made.push(*(hour(STACK, "31", first + k * HOUR, {DUST: "5", "a19001": "11"}) for k in range(24 * days)))
    made.now = datetime(2027, 1, 3, tzinfo=BEIJING)
    made.look()
    yield made
    made.close()


def anew(judge: Judge, averaging: str, month: int) -> Remade:
    start = datetime(2026, month, 1, tzinfo=BEIJING)
    (row,) = [
        r
        for r in judge.found()
        if (r["averaging"], r["time"]) == (averaging, start) and r["code"] in (DUST, "tags") and r["point_id"] == POINT
    ]
    return remake(judge.store, judge.judging, row, {})


@pytest.mark.parametrize(
    ("averaging", "month", "packets"),
    [("month", 1, 48), ("month", 5, 72), ("capture", 1, 48), ("capture", 4, 72)],
)
def test_a_month_and_a_quarter_are_made_of_their_own_packets(
    judge: Judge, averaging: str, month: int, packets: int
) -> None:
    found = anew(judge, averaging, month)
    assert found.agrees
    assert found.packets == packets
    assert found.checked == found.inputs == 2 * packets


def test_a_quarter_in_which_nothing_came_is_known_from_the_rest_of_its_year(judge: Judge) -> None:
    found = anew(judge, "capture", 7)
    assert found.agrees
    assert found.packets == 48 + 72


@pytest.mark.parametrize(("averaging", "hours"), [("budget_60h", 3.0), ("budget_700h", 0.0), ("maintenance_30h", 0.0)])
def test_hours_that_tags_alone_say_need_no_packet(judge: Judge, averaging: str, hours: float) -> None:
    found = anew(judge, averaging, 1)
    assert found.agrees
    assert found.packets == 0
    assert found.finding is not None
    assert found.finding["value"] == hours


def test_another_value_in_the_store_is_still_found(judge: Judge) -> None:
    con = judge.store.cursor()
    con.execute("UPDATE hot_2026_01.observations SET value = 50 WHERE value = 5 AND time > '2026-05-01'")
    try:
        assert "packets" in anew(judge, "month", 5).differing
        assert anew(judge, "month", 1).agrees
    finally:
        con.execute("UPDATE hot_2026_01.observations SET value = 5 WHERE value = 50")
        con.close()
