from datetime import UTC, datetime

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.follow_ups import Subject
from clearbay.casebook.nuisances import Report
from clearbay.casebook.numbers import number_of

HALF_PAST_MIDNIGHT = datetime(2026, 3, 14, 16, 30, tzinfo=UTC)
"""00:30 on 15 March in Shanghai."""


def test_a_number_has_the_day_of_the_clock_on_the_spot() -> None:
    assert number_of("F", HALF_PAST_MIDNIGHT, "Asia/Shanghai").startswith("F20260315-")
    assert number_of("F", HALF_PAST_MIDNIGHT, "Europe/Berlin").startswith("F20260314-")


def test_a_follow_up_and_a_report_just_after_midnight_bear_the_new_day(book: Casebook) -> None:
    writer = Writer("wang", HALF_PAST_MIDNIGHT)
    assert book.follow_ups.open(writer, Subject("other", "t", "Asia/Shanghai"), "n").startswith("F20260315-")
    report = Report("odour", "Wharf Road", HALF_PAST_MIDNIGHT, "it smells of rotten eggs")
    assert book.nuisances.report(HALF_PAST_MIDNIGHT, "10.0.0.1", report, "Asia/Shanghai").startswith("N20260315-")
