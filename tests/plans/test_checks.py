"""What may be written: every refusal says what is wrong and what to do, and writes nothing."""

from datetime import date

import pytest

from clearbay.plans.checks import check_drafts, proposed_lines
from clearbay.plans.errors import LineRefused
from clearbay.plans.journal import Draft

from .conftest import book_of, indicator, make_plan, milestone, project

TODAY = date(2023, 6, 1)
PLAN = make_plan(
    [project(), project("P2")], [milestone("P1", "M1", "2023-03-15")], [indicator(unit="%", maximum=100.0)]
)
SAID = [
    ("2023-01-05", "2023-01-02", "P1", {"started": True}),
    ("2023-03-20", "2023-03-14", "P1/M1", {"finished": True}),
    ("2023-05-02", "2023-05-02", "P2", {"finished": True}),
    ("2023-05-03", "2023-05-03", "P1", {"pct": 40}),
]
BOOK = book_of(PLAN, SAID)
FINISH = BOOK.journal.lines[2].digest


def draft(about, sets, on=TODAY, by="乙", **given):
    return Draft(on, about, sets, by, **given)


MOVE = {"due": "2023-09-30", "doc": "文", "reason": "因"}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (draft("P3", {"finished": True}), "did you mean"),
        (draft("P1/M7", {"finished": True}), "the project has P1/M1"),
        (draft("P1", {"finished": True}, date(2023, 6, 2)), "after today"),
        (draft("P1", {"finished": True}, date(2003, 6, 1)), "ten years before"),
        (draft("P2", {"finished": True}), "is finished already"),
        (draft("P1/M1", {"finished": True}), "is finished already"),
        (draft("P1", {"finished": True}, date(2023, 1, 1)), "before it was started"),
        (draft("P2", {"started": True}), "after it was finished"),
        (draft("P2", {"pct": 50}), "is finished"),
        (draft("P1", {"pct": 140}), "between 0 and 100"),
        (draft("P1", {"phase": "收尾"}), "none of 前期"),
        (draft("P1", MOVE | {"doc": ""}), "with a document and a reason"),
        (draft("P1", MOVE | {"due": "2023-06-30"}), "is due 2023-06-30 already"),
        (draft("P1", MOVE | {"due": "2022-06-30"}), "before it starts"),
        (draft("P1/M1", {"pct": 5}), "which takes"),
        (
            draft("P1", {"waiver": {"reason": "r", "approver": "a", "until": "2023-05-01"}}),
            "before it begins",
        ),
        (draft("P1", {"waiver": {"reason": "", "approver": "a", "until": "2023-07-01"}}), "blank"),
        (draft("P1", {"value": {"period": "2022", "v": 1}}), "is no indicator"),
        (draft("I1", {"pct": 5}), "takes value and target"),
        (draft("I1", {"value": {"period": "2022", "v": 101}}), "above the maximum 100"),
        (draft("I1", {"value": {"period": "2022", "v": -1}}), "below the minimum 0"),
        (draft("I1", {"value": {"period": "2023", "v": 50}}), "the period ends 2023-12-31"),
        (
            draft("I1", {"target": {"id": "T1", "due": "2026-12-31", "value": 90, "doc": "文"}}),
            "is there already",
        ),
        (
            draft(
                "I1",
                {"target": {"id": "T2", "due": "2026-12-31", "value": 90, "doc": "文", "supersedes": "T9"}},
            ),
            "no target T9",
        ),
        (
            draft("I1", {"target": {"id": "T2", "due": "2020-12-31", "value": 90, "doc": "文"}}),
            "not after the baseline",
        ),
        (draft("P1", {"dropped": "并", "merged_into": "P8"}), "is not in the plan"),
        (draft("P1", {"add": {"name": "x"}}), "which is in the plan"),
        (draft("-", {"void": "0" * 12}, note="错"), "no line has this digest"),
        (draft("-", {"void": "abc"}, note="错"), "first 8 characters"),
        (draft("-", {"void": FINISH}), "with a reason"),
        (draft("-", {"approve": FINISH}), "approved already"),
        (draft("-", {"void": FINISH, "pct": 3}, note="错"), "stand alone"),
        (draft("P1", {"report": True}, by=" "), "nobody is named"),
    ],
)
def test_a_line_that_may_not_be_written_is_refused_with_what_to_do(line, what):
    with pytest.raises(LineRefused) as wrong:
        check_drafts(BOOK, [line], TODAY)
    assert what in str(wrong.value)


def test_a_clock_behind_the_journal_is_refused():
    with pytest.raises(LineRefused, match="check the clock"):
        check_drafts(BOOK, [draft("P1", {"report": True}, date(2023, 4, 1))], date(2023, 4, 1))


def test_a_void_by_its_first_characters_comes_back_in_full_with_its_item():
    (ready,) = check_drafts(BOOK, [draft("-", {"void": FINISH[:8]}, note="录错")], TODAY)
    assert (ready.id, ready.set) == ("P2", {"void": FINISH})


def test_a_second_word_on_one_day_must_void_the_first():
    book = book_of(PLAN, [*SAID, ("2023-06-01", "2023-06-01", "P1", {"pct": 45})])
    with pytest.raises(LineRefused, match="says otherwise for the same day"):
        check_drafts(book, [draft("P1", {"pct": 50})], TODAY)
    assert check_drafts(book, [draft("P1", {"pct": 45})], TODAY)


def test_a_finish_may_be_given_again_once_the_first_is_voided():
    book = book_of(PLAN, [*SAID, ("2023-05-20", "2023-05-20", "P2", {"void": FINISH})])
    assert check_drafts(book, [draft("P2", {"finished": True})], TODAY)
    with pytest.raises(LineRefused, match="voided already"):
        check_drafts(book, [draft("-", {"void": FINISH}, note="错")], TODAY)


def test_lines_written_together_are_checked_one_after_the_other():
    with pytest.raises(LineRefused, match="is finished already"):
        check_drafts(BOOK, [draft("P1", {"finished": True}), draft("P1", {"finished": True}, date(2023, 5, 31))], TODAY)


def test_under_two_persons_a_line_waits_and_another_approves_it():
    plan = make_plan([project()], approval="second-person")
    (line,) = check_drafts(book_of(plan), [draft("P1", {"started": True})], TODAY)
    assert line.proposed
    book = book_of(plan, [("2023-06-01", "2023-06-01", "P1", {"started": True})], proposed=[0])
    (waiting,) = proposed_lines(book, TODAY)
    with pytest.raises(LineRefused, match="somebody else approves"):
        check_drafts(book, [draft("-", {"approve": waiting}, by="甲")], TODAY)
    assert check_drafts(book, [draft("-", {"approve": waiting})], TODAY)[0].proposed is False


def test_a_partial_year_may_be_given_as_provisional():
    assert check_drafts(BOOK, [draft("I1", {"value": {"period": "2023", "v": 50, "quality": "provisional"}})], TODAY)
