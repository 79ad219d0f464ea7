import sqlite3
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.nuisances import NuisanceRefused, Report, TooMany


@pytest.fixture
def report(officer: Writer) -> Report:
    return Report("odour", "Lakeside Road 4", officer.at, "smells of rotten eggs", contact="13800000000")


def test_a_contact_is_in_nothing_but_its_own_reading_and_that_reading_is_logged(
    book: Casebook, officer: Writer, report: Report
) -> None:
    number = book.nuisances.report(officer.at, "10.0.0.9", report)
    shown = [asdict(one) for one in (*book.nuisances.listed(), *book.nuisances.public(officer.at))]
    assert "13800000000" not in repr(shown)
    assert "13800000000" not in repr(book.audit.entries())
    assert book.nuisances.contact(officer, number) == "13800000000"
    assert book.audit.entries()[0].what == "nuisance.read_contact"


def test_what_anyone_may_see_has_neither_text_nor_place(book: Casebook, officer: Writer, report: Report) -> None:
    book.nuisances.report(officer.at, "10.0.0.9", report)
    shown = repr(book.nuisances.public(officer.at))
    assert "rotten" not in shown
    assert "Lakeside" not in shown


def test_an_address_is_not_kept(book: Casebook, officer: Writer, report: Report) -> None:
    book.nuisances.report(officer.at, "203.0.113.77", report)
    con = sqlite3.connect(book.database.path)
    assert "203.0.113.77" not in "\n".join(con.iterdump())


def test_a_flood_from_one_source_is_held_off_and_others_are_heard(
    book: Casebook, officer: Writer, report: Report
) -> None:
    for n in range(5):
        book.nuisances.report(officer.at, "10.0.0.9", replace(report, text=f"smell, number {n}"))
    with pytest.raises(TooMany):
        book.nuisances.report(officer.at, "10.0.0.9", replace(report, text="smell, number 6"))
    book.nuisances.report(officer.at, "10.0.0.10", report)
    book.nuisances.report(officer.at + timedelta(hours=1.1), "10.0.0.9", replace(report, text="smell again"))


def test_the_same_report_twice_within_a_day_is_one(book: Casebook, officer: Writer, report: Report) -> None:
    book.nuisances.report(officer.at, "10.0.0.9", report)
    with pytest.raises(TooMany, match="same report"):
        book.nuisances.report(officer.at + timedelta(hours=3), "10.0.0.9", replace(report, text=f" {report.text}  "))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "alien"}, "kind"),
        ({"text": "bad"}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "smell\0smell"}, "no text"),
        ({"lat": 91.0}, "world"),
        ({"lon": float("nan")}, "world"),
    ],
)
def test_a_report_that_says_too_little_or_too_much_is_refused(
    book: Casebook, officer: Writer, report: Report, change: dict[str, object], why: str
) -> None:
    with pytest.raises(NuisanceRefused, match=why):
        book.nuisances.report(officer.at, "10.0.0.9", replace(report, **change))


def test_a_report_from_the_future_is_refused(book: Casebook, officer: Writer, report: Report) -> None:
    with pytest.raises(NuisanceRefused, match="ahead"):
        book.nuisances.report(officer.at - timedelta(hours=1), "10.0.0.9", report)


def test_setting_aside_needs_a_reason(book: Casebook, officer: Writer, report: Report) -> None:
    number = book.nuisances.report(officer.at, "10.0.0.9", report)
    with pytest.raises(Exception, match="say why"):
        book.nuisances.set_aside(officer, number, " ")
    book.nuisances.set_aside(officer, number, "the works is outside the district")
    assert not book.nuisances.listed(undecided=True)
