"""The journal: its chain, what breaks it, and what a power loss leaves."""

import json
from datetime import date

import pytest

from clearbay.plans.book import open_book
from clearbay.plans.fold import fold
from clearbay.plans.journal import Draft, chain_lines, digest_of, encode_line, read_journal

from .conftest import make_plan, project

PLAN = make_plan([project(), project("P2")])
DAYS = [date(2023, 2, 1), date(2023, 3, 1), date(2023, 4, 3), date(2023, 5, 4)]
RAW = chain_lines([(d, Draft(d, "P1", {"pct": 10.0 * n}, "甲")) for n, d in enumerate(DAYS)], PLAN.digest)
LINES = RAW.splitlines()


def read(content: bytes):
    return read_journal(content, PLAN.digest)


def pct(journal) -> float | None:
    return fold(open_book(PLAN, journal), date(2023, 6, 1), date(2023, 6, 1)).projects["P1"].pct


def test_a_whole_journal_reads_without_a_word():
    journal = read(RAW)
    assert (len(journal.lines), journal.problems, journal.torn) == (4, (), "")
    assert journal.head == digest_of(LINES[-1])


def test_the_first_line_names_the_approved_plan():
    broken = read_journal(RAW, make_plan([project(due="2023-07-01")]).digest)
    assert len(broken.breaks) == 1
    assert "approved plan" in broken.breaks[0].what
    assert len(broken.lines) == 4


def test_an_edited_line_is_a_break_shown_at_the_line_that_follows():
    edited = RAW.replace(b'"pct":10.0', b'"pct":90.0')
    journal = read(edited)
    assert [problem.where for problem in journal.breaks] == ["journal.jsonl:3"]
    assert len(journal.lines) == 4


def test_an_edited_last_line_changes_the_head():
    assert read(RAW.replace(b'"pct":30.0', b'"pct":99.0')).head != read(RAW).head


def test_a_line_taken_out_is_a_break():
    journal = read(b"\n".join([LINES[0], LINES[2], LINES[3]]) + b"\n")
    assert [problem.where for problem in journal.breaks] == ["journal.jsonl:2"]


def test_a_line_cut_by_a_power_loss_is_kept_aside_and_the_good_lines_count():
    journal = read(RAW[:-30])
    assert len(journal.lines) == 3
    assert journal.breaks == ()
    assert "cut" in journal.problems[0].what
    assert journal.torn.startswith('{"rec":"2023-05-04"')
    assert pct(journal) == 20.0


def test_writing_goes_on_after_a_cut_line_and_the_chain_holds_round_it():
    torn = RAW[:-30]
    head = read(torn).head
    more = encode_line(Draft(DAYS[3], "P1", {"pct": 40}, "甲"), DAYS[3], head)
    journal = read(torn + b"\n" + more + b"\n")
    assert journal.breaks == ()
    assert [problem.level for problem in journal.problems] == ["refused"]
    assert pct(journal) == 40.0


def test_a_whole_line_without_its_line_end_is_not_counted_for_it_may_be_cut():
    assert len(read(RAW.rstrip(b"\n")).lines) == 3


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (b"{not json", "not JSON"),
        (b"[1,2]", "not a group"),
        (b"\xff\xfe", "not UTF-8"),
        (json.dumps({"rec": "2023-05-05"}).encode(), "fields missing"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_count(spoil, said):
    journal = read(RAW + spoil + b"\n")
    assert len(journal.lines) == 4
    assert said in journal.problems[0].what
    assert journal.problems[0].where == "journal.jsonl:5"


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        ({"pct": 101}, "between 0 and 100"),
        ({"pct": -1}, "between 0 and 100"),
        ({"pct": True}, "not a number"),
        ({"finished": "yes"}, "not true"),
        ({"expected": "2023-02-30"}, "not a day of the calendar"),
        ({"colour": "green"}, "none of"),
        ({}, "sets nothing"),
        ({"doc": "文"}, "belong to due"),
        ({"value": {"period": "2023", "num": 3, "den": 0}}, "den must be above zero"),
        ({"value": {"period": "2023"}}, "v is missing"),
        ({"value": {"period": "spring", "v": 1}}, "not a period"),
        ({"amend": {"due": "2023-01-01"}}, "cannot be corrected"),
    ],
)
def test_a_line_that_says_nonsense_is_named_with_what_is_wrong(sets, said):
    raw = encode_line(Draft(date(2023, 5, 5), "P1", sets, "甲"), date(2023, 5, 5), digest_of(LINES[-1]))
    journal = read(RAW + raw + b"\n")
    assert len(journal.lines) == 4
    assert said in str(journal.problems[0])


def test_a_day_true_after_the_day_it_was_known_is_not_counted():
    raw = encode_line(Draft(date(2023, 9, 1), "P1", {"finished": True}, "甲"), date(2023, 5, 5), digest_of(LINES[-1]))
    journal = read(RAW + raw + b"\n")
    assert "after the day it was recorded" in journal.problems[0].what
    assert len(journal.lines) == 4


@pytest.mark.parametrize("place", [2, 4])
@pytest.mark.parametrize("day", [date(2022, 1, 1), date(2099, 1, 1)])
def test_one_line_recorded_out_of_order_is_set_aside_and_no_other(place, day):
    stray = encode_line(Draft(date(2022, 1, 1), "P1", {"pct": 5}, "甲"), day, digest_of(LINES[place - 1]))
    journal = read(b"\n".join([*LINES[:place], stray, *LINES[place:]]) + b"\n")
    aside = [problem for problem in journal.problems if "out of order" in problem.what]
    if place == 4 and day.year == 2099:
        assert aside == []  # the last line of all: nothing after it says its day is wrong
    else:
        assert [problem.where for problem in aside] == [f"journal.jsonl:{place + 1}"]
        assert pct(journal) == 30.0


def test_a_line_about_something_unknown_is_named_and_the_others_count():
    raw = encode_line(Draft(date(2023, 5, 5), "P9", {"finished": True}, "甲"), date(2023, 5, 5), digest_of(LINES[-1]))
    book = open_book(PLAN, read(RAW + raw + b"\n"))
    assert [p.where for p in book.problems] == ["journal.jsonl:5"]
    assert "'P9'" in book.problems[0].what
    assert pct(book.journal) == 30.0


def test_line_ends_of_another_system_do_not_break_the_chain():
    assert read(RAW.replace(b"\n", b"\r\n")).problems == ()


def test_an_empty_journal_is_a_plan_nobody_reported_on():
    journal = read(b"")
    assert (journal.lines, journal.head, journal.problems) == ((), PLAN.digest, ())
