"""Asking the past: the list of mistakes other systems were reported for (facts: user-pains, time travel)."""

from datetime import date

import pytest

from clearbay.plans.book import book_at, open_book
from clearbay.plans.errors import NotInBook
from clearbay.plans.fold import advance, fold
from clearbay.plans.forecast import trend_of
from clearbay.plans.indicator import judge_indicator
from clearbay.plans.journal import Journal
from clearbay.plans.light import light_v1
from clearbay.plans.model import Target

from .conftest import book_of, indicator, make_plan, milestone, project

THEN, NOW = date(2023, 7, 10), date(2023, 12, 1)
SAID = [
    ("2023-01-03", "2023-01-01", "P1", {"started": True}),
    ("2023-05-02", "2023-05-01", "P1", {"pct": 60}),
    ("2023-11-20", "2023-06-25", "P1", {"finished": True}),  # finished in June, told in November
]


def light(book, at, as_of):
    return light_v1(fold(book, at, as_of).projects["P1"], at, book.plan.terms)


def test_now_it_is_done_in_time():
    assert light(book_of(make_plan([project()]), SAID), NOW, NOW)[:2] == ("done", "finished_in_time")


def test_as_reported_then_it_was_overdue():
    assert light(book_of(make_plan([project()]), SAID), THEN, THEN)[:3] == ("red", "overdue", 10)


def test_then_as_known_now_it_was_done():
    assert light(book_of(make_plan([project()]), SAID), THEN, NOW)[:2] == ("done", "finished_in_time")


def test_as_originally_approved_nothing_had_happened_and_the_dates_are_the_approved_ones():
    plan = make_plan([project()])
    book = book_of(
        plan,
        [*SAID[:2], ("2023-06-01", "2023-06-01", "P1", {"due": "2023-09-30", "doc": "文", "reason": "改"})],
    )
    first = fold(book, plan.approved_on, plan.approved_on).projects["P1"]
    assert (first.started, first.due, first.original) == (None, date(2023, 6, 30), plan.projects["P1"])
    assert fold(book, NOW, NOW).projects["P1"].due0 == date(2023, 6, 30)


def test_a_past_view_uses_the_list_of_that_day_not_todays():
    row = {
        "theme": "T1",
        "level": "市级",
        "name": "新增",
        "lead": "水务",
        "start": "2023-08-01",
        "due": "2023-11-30",
    }
    book = book_of(make_plan([project()]), [*SAID[:2], ("2023-08-01", "2023-08-01", "P9", {"add": row})])
    assert set(fold(book, THEN, THEN).projects) == {"P1"}
    assert set(fold(book, NOW, NOW).projects) == {"P1", "P9"}


def test_a_past_view_does_not_warn_of_silence_that_came_later():
    book = book_of(make_plan([project(due="2024-06-30")]), SAID[:2])
    assert light(book, date(2023, 5, 20), date(2023, 5, 20)).colour == "green"
    assert light(book, date(2023, 5, 20), NOW).colour == "green"
    assert light(book, NOW, NOW).colour == "white"


def test_a_past_view_counts_days_to_its_own_day_not_to_todays():
    assert light(book_of(make_plan([project()]), SAID[:2]), THEN, THEN).days == 10
    assert light(book_of(make_plan([project()]), SAID[:2]), NOW, NOW).days == 154


def test_a_dropped_project_is_there_before_it_was_dropped_and_does_not_come_back_after():
    book = book_of(
        make_plan([project()]),
        [*SAID[:2], ("2023-07-20", "2023-07-20", "P1", {"dropped": "调整", "doc": "文"})],
    )
    assert light(book, THEN, THEN).colour == "red"
    assert light(book, NOW, NOW).reason == "dropped"


def test_a_voided_line_still_counts_in_the_report_made_before_it_was_voided():
    plan = make_plan([project()])
    first = book_of(plan, [SAID[0], ("2023-06-20", "2023-06-20", "P1", {"finished": True})])
    digest = first.journal.head
    book = book_of(
        plan,
        [
            SAID[0],
            ("2023-06-20", "2023-06-20", "P1", {"finished": True}),
            ("2023-08-01", "2023-08-01", "P1", {"void": digest}),
        ],
    )
    assert book.problems == ()
    assert light(book, THEN, THEN).colour == "done"
    assert light(book, THEN, NOW).colour == "red"
    assert light(book, NOW, NOW).colour == "red"


def test_a_void_that_is_voided_gives_the_line_back():
    plan = make_plan([project()])
    said = [("2023-06-20", "2023-06-20", "P1", {"finished": True})]
    for number in range(2):
        said.append(
            (
                f"2023-07-0{number + 1}",
                f"2023-07-0{number + 1}",
                "P1",
                {"void": book_of(plan, said).journal.head},
            )
        )
    book = book_of(plan, said)
    assert light(book, date(2023, 7, 1), date(2023, 7, 1)).colour == "red"
    assert light(book, date(2023, 7, 2), date(2023, 7, 2)).colour == "done"


def test_an_unapproved_line_shows_to_editors_only_until_it_is_approved():
    plan = make_plan([project()])
    said = [SAID[0], ("2023-06-20", "2023-06-20", "P1", {"finished": True})]
    waiting = book_of(plan, said, proposed=[1])
    assert light(waiting, NOW, NOW).colour == "red"
    assert fold(waiting, NOW, NOW, with_proposed=True).projects["P1"].finished == date(2023, 6, 20)
    said.append(("2023-07-20", "2023-07-20", "P1", {"approve": waiting.journal.head}))
    book = book_of(plan, said, proposed=[1])
    assert light(book, THEN, THEN).colour == "red"
    assert light(book, NOW, NOW).colour == "done"
    assert light(book, THEN, NOW).colour == "done"


def test_a_target_decided_later_is_not_judged_earlier_and_the_old_one_stays():
    later = Target("T2", date(2025, 12, 31), 180.0, date(2023, 9, 1), supersedes="T1")
    plan = make_plan(indicators=[indicator(targets=(*indicator().targets, later))])
    book = book_of(plan)
    assert [t.id for t in fold(book, THEN, THEN).indicators["I1"].targets] == ["T1"]
    judged = judge_indicator(fold(book, NOW, NOW).indicators["I1"], NOW)
    assert (judged.current.target.id, judged.original.target.id) == ("T2", "T1")
    assert judged.original.status == "superseded"


def test_the_trend_of_announced_dates_shows_only_what_was_known():
    said = [(d, d, "P1", {"expected": e}) for d, e in (("2023-02-01", "2023-06-30"), ("2023-08-01", "2023-10-31"))]
    book = book_of(make_plan([project()]), said)
    assert [p.day for p in trend_of(book, fold(book, THEN, THEN), "P1")] == [date(2023, 6, 30)] * 2
    assert trend_of(book, fold(book, NOW, NOW), "P1")[-1].day == date(2023, 10, 31)


def test_the_state_of_a_book_is_the_one_at_a_named_line():
    plan = make_plan([project()], [milestone("P1", "M1", "2023-03-31")])
    book = book_of(plan, SAID)
    then = book_at(book, book.journal.lines[1].digest)
    assert fold(then, NOW, NOW).projects["P1"].finished is None
    assert fold(book_at(book, plan.digest), NOW, NOW).projects["P1"].started is None
    with pytest.raises(NotInBook):
        book_at(book, "f" * 64)


def test_advancing_month_by_month_gives_what_folding_gives():
    plan = make_plan([project(), project("P2")], [milestone("P1", "M1", "2023-03-31")])
    said = [*SAID, ("2023-11-25", "2023-11-24", "P2", {"started": True})]
    book = book_of(plan, said)
    state = fold(book, date(2023, 1, 31), date(2023, 1, 31))
    for month in range(2, 13):
        day = date(2023, month, 28)
        state = advance(book, state, day)
        assert state == fold(book, day, day)


def test_folding_changes_nothing_in_the_book():
    book = book_of(make_plan([project()]), SAID)
    fold(book, THEN, THEN)
    assert book == open_book(book.plan, Journal(book.journal.lines, book.journal.head))
