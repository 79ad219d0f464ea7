"""Contradictions of tags end when their tags are corrected: a revision says so, what stood stays readable."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clearbay.assess.permits import parse_permit
from clearbay.platform.declared import reached
from clearbay.platform.judging import Judging
from clearbay.platform.recomputing import remake
from clearbay.vocabulary.tags import Tag, TagKind
from tests.platform.judged_district import BEIJING, Judge, example, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
HOUR, NEXT = timedelta(hours=1), timedelta(days=1)
STACK, POINT = "010000A8900016F0QW000001", "wte-1"
ZONE = "Asia/Shanghai"


def tag(number: int, start: datetime, hours: float | None, label: str = "启炉", revision: int = 0) -> Tag:
    end = None if hours is None else start + timedelta(hours=hours)
    return Tag(f"T{number}", POINT, TagKind.FURNACE, label, start, end, end or start, "operator", "log", revision)


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    """A furnace line under load all day, by its oxygen."""
    district, standards = example()
    permit = replace(parse_permit("GB 18485"), point_id=POINT)
    made = Judge(tmp_path / "store", DAY, replace(district, permits=(permit,)), standards)
    for day in (DAY, DAY + NEXT):
        made.push(*(hour(STACK, "31", day + k * HOUR, {"a34013": "5", "a19001": "8"}) for k in range(24)))
    made.now = DAY + 2 * NEXT + timedelta(minutes=5)
    made.look()
    yield made
    made.close()


def declare(judge: Judge, *given: Tag) -> None:
    """Operators declare tags: what a service marks is marked."""
    before = judge.judging.tags
    judge.judging = Judging(judge.judging.district, judge.judging.standards, given)
    for one in reached(before, given, ZONE, judge.now):
        judge.continuous.touch([one.point_id], one.start, one.end)
    judge.look()


def conflicts(judge: Judge, **asked: object) -> list[dict[str, object]]:
    return [row for row in judge.found(order="time, revision", **asked) if row["averaging"] == "tag_conflict"]


def told(judge: Judge) -> list[tuple[object, ...]]:
    """Contradictions that stand: verdict, reason, value, revision."""
    return [(r["verdict"], r["left_out"][0]["reason"], r["value"], r["revision"]) for r in conflicts(judge)]  # type: ignore[index]


def test_an_open_tag_that_gets_its_end_is_no_contradiction_any_more(judge: Judge) -> None:
    declare(judge, tag(1, DAY + HOUR, None, "正常运行"))
    assert told(judge) == [("not_evaluable", "tag_open", None, 1)]
    judge.now += HOUR
    declare(judge, tag(1, DAY + HOUR, None, "正常运行"), tag(1, DAY + HOUR, 2, "正常运行", revision=1))
    assert told(judge) == [("met", "tag_corrected", 0.0, 2)]
    (row,) = conflicts(judge)
    assert row["supersedes"] == f"{row['finding_id']}.1"
    assert [r["verdict"] for r in conflicts(judge, all_revisions=True)] == ["not_evaluable", "met"]


def test_a_tag_at_odds_with_the_data_that_is_withdrawn_leaves_no_contradiction_until_it_comes_back(
    judge: Judge,
) -> None:
    stopped = tag(1, DAY + 3 * HOUR, 4, "停运")
    declare(judge, stopped)
    assert told(judge) == [("not_evaluable", "feeding_while_stopped", 4.0, 1)]
    judge.now += HOUR
    declare(judge)
    assert told(judge) == [("met", "tag_corrected", 0.0, 2)]
    judge.now += HOUR
    declare(judge, stopped)
    assert told(judge) == [("not_evaluable", "feeding_while_stopped", 4.0, 3)]


def test_a_contradiction_that_is_none_any_more_is_made_anew_as_such(judge: Judge) -> None:
    declare(judge, tag(1, DAY + 3 * HOUR, 4, "停运"))
    assert remake(judge.store, judge.judging, conflicts(judge)[0], {}).agrees
    declare(judge)
    assert remake(judge.store, judge.judging, conflicts(judge)[0], {}).agrees


def test_one_that_still_contradicts_stands(judge: Judge) -> None:
    declare(judge, tag(1, DAY + HOUR, None, "正常运行"))
    judge.continuous.touch([POINT], DAY, DAY + NEXT)
    assert judge.look() == 0
    assert [row[0] for row in told(judge)] == ["not_evaluable"]


def test_a_day_whose_values_are_missing_ends_no_contradiction(judge: Judge) -> None:
    silent = DAY + 10 * NEXT
    judge.now = silent + NEXT + HOUR
    declare(judge, tag(1, silent + HOUR, None, "正常运行"))
    judge.continuous.touch([POINT], silent, silent + NEXT)
    judge.look()
    assert [row[0] for row in told(judge)] == ["not_evaluable"]


def test_a_tag_withdrawn_gives_its_hours_back_to_the_tags_after_it(judge: Judge) -> None:
    """60 h a year of start-ups and the like: the second tag is beyond them only while the first one stands."""
    spring = [tag(k, DAY - (60 - 3 * k) * NEXT, 4) for k in range(15)]
    last = tag(99, DAY + 3 * HOUR, 4)
    declare(judge, *spring, last)
    assert [row[1] for row in told(judge)] == ["tag_over_budget"]
    declare(judge, *spring[1:], last)
    assert [row[:2] for row in told(judge)] == [("met", "tag_corrected")]


def test_a_change_reaches_over_every_revision_and_over_later_tags_of_the_year() -> None:
    first, second = tag(1, DAY, 2), tag(1, DAY + NEXT, 2, revision=1)
    earlier, later = tag(2, DAY - 9 * NEXT, 2), tag(3, DAY + 60 * NEXT, 2)
    next_year, elsewhere = tag(4, DAY + 365 * NEXT, 2), replace(tag(5, DAY + 60 * NEXT, 2), point_id="wte-2")
    others = (earlier, later, next_year, elsewhere)
    now = DAY + 400 * NEXT
    assert reached((first, *others), (first, second, *others), ZONE, now) == [first, second, later]
    assert reached((first, *others), (first, *others), ZONE, now) == []
