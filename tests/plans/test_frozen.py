"""Frozen reports: made again from the journal they name, byte for byte."""

import json
from dataclasses import asdict
from datetime import date

import pytest

from clearbay.plans.book import book_at
from clearbay.plans.errors import NotInBook
from clearbay.plans.frozen import check_frozen, freeze_report, frozen_months
from clearbay.plans.monthly import month_report, months_of
from clearbay.plans.rollup import counts_of

from .conftest import book_of, indicator, make_plan, milestone, project

PLAN = make_plan([project(), project("P2", due="2023-09-30")], [milestone("P1", "M1", "2023-03-15")], [indicator()])
SAID = [
    ("2023-01-05", "2023-01-02", "P1", {"started": True}),
    ("2023-02-05", "2023-02-02", "P2", {"started": True, "phase": "前期"}),
    ("2023-06-28", "2023-06-28", "P1", {"finished": True}),
    ("2023-07-10", "2023-03-10", "P1/M1", {"finished": True}),
]


def frozen(book, month):
    return freeze_report(book, month_report(book, month))


def test_a_report_names_the_head_the_rule_and_the_plan_and_is_plain_json():
    book = book_of(PLAN, SAID)
    report = json.loads(frozen(book, "2023-06"))
    assert report["journal"]["head"] == book.journal.head
    assert (report["rule"], report["plan_digest"], report["as_of"]) == ("1", PLAN.digest, "2023-06-30")
    rows = [dict(zip(report["columns"], row, strict=True)) for row in report["projects"]]
    assert [(r["id"], r["light"], r["days"]) for r in rows] == [("P1", "done", -2), ("P2", "white", 148)]
    assert report["counts"]["all"]["total"] == 2


def test_the_counts_by_the_original_dates_are_those_of_all_projects_judged_by_them():
    moved = {"due": "2023-12-31", "doc": "文", "reason": "因"}
    book = book_of(PLAN, [*SAID, ("2023-07-12", "2023-07-12", "P2", moved)])
    report = month_report(book, "2023-10")
    whole = counts_of(report.state.projects.values(), report.original, report.state.at, "original")
    given = json.loads(freeze_report(book, report))["counts"]
    assert given["all_original"] == {**asdict(whole)}
    assert given["all_original"]["due"] == given["all"]["due"] + 1


def test_the_same_journal_gives_the_same_bytes():
    assert frozen(book_of(PLAN, SAID), "2023-06") == frozen(book_of(PLAN, SAID), "2023-06")


def test_months_in_a_row_give_the_bytes_of_each_month_alone():
    book = book_of(PLAN, SAID)
    for month, content in frozen_months(book, months_of(book, date(2023, 12, 31))):
        assert content == frozen(book, month)


def test_months_in_a_row_hold_projects_that_join_and_leave_again():
    row = {
        "theme": "T1",
        "level": "区级",
        "name": "新",
        "lead": "水务",
        "start": "2023-03-01",
        "due": "2023-11-30",
    }
    said = [*SAID[:2], ("2023-04-03", "2023-04-03", "P9", {"add": row})]
    added = book_of(PLAN, said).journal.head
    book = book_of(PLAN, [*said, ("2023-08-01", "2023-08-01", "P9", {"void": added})])
    reports = dict(frozen_months(book, months_of(book, date(2023, 12, 31))))
    counts = {month: json.loads(content)["counts"]["all"]["total"] for month, content in reports.items()}
    assert [counts[f"2023-{m:02d}"] for m in (3, 4, 7, 8)] == [2, 3, 3, 2]
    assert all(content == frozen(book, month) for month, content in reports.items())


def test_a_frozen_report_is_made_again_though_lines_came_later():
    early = book_of(PLAN, SAID[:2])
    content = frozen(early, "2023-06")
    assert json.loads(content)["projects"][0][8] == "yellow" or json.loads(content)["projects"][0][8] == "red"
    later = book_of(PLAN, SAID)
    assert check_frozen(later, "2023-06.json", content) is None
    assert frozen(book_at(later, early.journal.head), "2023-06") == content


def test_an_edited_report_is_found_with_its_line():
    book = book_of(PLAN, SAID)
    content = frozen(book, "2023-06").replace(b'"done"', b'"green"', 1)
    problem = check_frozen(book, "2023-06.json", content)
    assert problem is not None
    assert "differs" in problem.what


def test_lines_cut_off_the_end_of_the_journal_are_found_by_the_report_that_named_them():
    content = frozen(book_of(PLAN, SAID), "2023-07")
    problem = check_frozen(book_of(PLAN, SAID[:2]), "2023-07.json", content)
    assert problem is not None
    assert "no line has this digest" in problem.what


def test_a_report_of_another_approved_plan_is_found():
    other = make_plan([project(due="2023-12-31")])
    assert "another approved plan" in check_frozen(book_of(other, []), "x", frozen(book_of(PLAN, SAID), "2023-06")).what


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"month": 1}'])
def test_what_is_no_report_is_said(content):
    assert "is not a frozen report" in check_frozen(book_of(PLAN, SAID), "x", content).what


@pytest.mark.parametrize("month", ["2022-12", "2024-01", "2023-13", "June"])
def test_a_month_outside_the_plan_is_refused(month):
    with pytest.raises(NotInBook, match="is not a month of this plan"):
        month_report(book_of(PLAN, SAID), month)
