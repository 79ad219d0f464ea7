from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearbay.casebook import Casebook, CasebookError, Writer
from clearbay.casebook.due import Allowed, Done, overdue, standing
from clearbay.casebook.follow_ups import StepRefused, Subject
from clearbay.casebook.nuisances import Report

ZONE = "Asia/Shanghai"
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SUBJECT = Subject("exceedance", "NOx day mean 265 mg/m3", ZONE, finding_id="a" * 16, point_id="wte-1")


def later(writer: Writer, days: float) -> Writer:
    return replace(writer, at=writer.at + timedelta(days=days))


def test_a_follow_up_goes_from_notice_to_closed_and_keeps_every_step(book: Casebook, officer: Writer) -> None:
    number = book.follow_ups.open(officer, SUBJECT, "Explain the day mean of 1 March.")
    book.follow_ups.reply(later(officer, 1), number, "urea pump failed", "pump replaced")
    book.follow_ups.recheck(later(officer, 2), number, "24 h below the limit")
    book.follow_ups.close(later(officer, 3), number, "no further measure")
    found = book.follow_ups.get(number, officer.at + timedelta(days=4))
    assert found is not None
    assert [s.step for s in found.steps] == ["notice", "reply", "recheck", "closed"]
    assert found.steps[1].cause == "urea pump failed"
    assert (found.standing.state, found.standing.due, found.standing.late_steps) == ("closed", None, 0)


def test_what_stood_on_an_earlier_day_can_be_seen(book: Casebook, officer: Writer) -> None:
    number = book.follow_ups.open(officer, SUBJECT, "Explain.")
    book.follow_ups.reply(later(officer, 2), number, "c", "m")
    then = book.follow_ups.get(number, officer.at + timedelta(days=1))
    assert then is not None
    assert then.standing.state == "noticed"
    assert book.follow_ups.get(number, officer.at - timedelta(days=1)) is None


def test_a_reply_is_late_from_the_first_instant_of_the_legal_day_after_its_due_day() -> None:
    # Notice on 2 March, three days allowed: due on 5 March, late from 6 March 00:00 in Shanghai (5 March 16:00 UTC).
    steps = [Done("notice", MONDAY, "wang", "x")]
    midnight = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
    assert not overdue(steps, "exceedance", ZONE, midnight - timedelta(seconds=1))
    assert overdue(steps, "exceedance", ZONE, midnight)


def test_a_late_reply_stays_late_after_closing(book: Casebook, officer: Writer) -> None:
    number = book.follow_ups.open(officer, SUBJECT, "Explain.")
    book.follow_ups.reply(later(officer, 9), number, "c", "m")
    book.follow_ups.recheck(later(officer, 10), number, "r")
    book.follow_ups.close(later(officer, 11), number, "done")
    found = book.follow_ups.get(number, officer.at + timedelta(days=400))
    assert found is not None
    assert (found.standing.days_late, found.standing.late_steps) == (0, 1)


def test_an_extension_moves_the_day_and_the_history_keeps_the_old_one(book: Casebook, officer: Writer) -> None:
    number = book.follow_ups.open(officer, SUBJECT, "Explain.")
    book.follow_ups.extend(later(officer, 1), number, date(2026, 3, 20), "spare part from abroad")
    before = book.follow_ups.get(number, officer.at)
    after = book.follow_ups.get(number, officer.at + timedelta(days=10))
    assert before is not None
    assert after is not None
    assert (before.standing.due, after.standing.due) == (date(2026, 3, 5), date(2026, 3, 20))
    assert after.standing.days_late == 0
    with pytest.raises(StepRefused, match="after 2026-03-20"):
        book.follow_ups.extend(later(officer, 2), number, date(2026, 3, 19), "earlier")


def test_sent_back_asks_for_another_reply(book: Casebook, officer: Writer) -> None:
    number = book.follow_ups.open(officer, SUBJECT, "Explain.")
    book.follow_ups.reply(later(officer, 1), number, "unknown", "none")
    book.follow_ups.send_back(later(officer, 2), number, "Name the cause.")
    with pytest.raises(StepRefused, match="sent back and waiting for a reply"):
        book.follow_ups.close(later(officer, 3), number, "no")
    book.follow_ups.reply(later(officer, 3), number, "pump", "replaced")


def test_steps_out_of_order_without_text_or_before_the_last_are_refused(book: Casebook, officer: Writer) -> None:
    number = book.follow_ups.open(officer, SUBJECT, "Explain.")
    with pytest.raises(StepRefused, match="a reply, not the re-check"):
        book.follow_ups.recheck(later(officer, 1), number, "fine")
    with pytest.raises(StepRefused, match="cause and the measure"):
        book.follow_ups.reply(later(officer, 1), number, " ", "m")
    book.follow_ups.reply(later(officer, 5), number, "c", "m")
    with pytest.raises(StepRefused, match="before it"):
        book.follow_ups.remark(later(officer, 2), number, "back-dated")
    with pytest.raises(StepRefused, match="no attachment"):
        book.follow_ups.remark(later(officer, 6), number, "see file", ["0" * 64])


def test_a_finding_has_one_follow_up(book: Casebook, officer: Writer) -> None:
    number = book.follow_ups.open(officer, SUBJECT, "Explain.")
    with pytest.raises(StepRefused, match=number):
        book.follow_ups.open(later(officer, 1), SUBJECT, "Explain again.")


def test_a_report_becomes_a_follow_up_once(book: Casebook, officer: Writer) -> None:
    report = Report("odour", "Lakeside Road 4", officer.at, "smells of rotten eggs since noon")
    nuisance = book.nuisances.report(officer.at, "10.0.0.9", report)
    subject = Subject("nuisance", "Smell at Lakeside Road", ZONE, nuisance_id=nuisance)
    number = book.follow_ups.open(later(officer, 0.1), subject, "Check the station.")
    one = book.nuisances.get(nuisance)
    assert one is not None
    assert (one.outcome, one.reason) == ("followed_up", number)
    with pytest.raises(CasebookError):
        book.nuisances.set_aside(later(officer, 0.2), nuisance, "too late")
    found = book.follow_ups.of(later(officer, 1).at, nuisance_id=nuisance)
    assert found is not None
    assert found.follow_up_id == number


def test_the_list_gives_the_latest_first_and_takes_a_search_literally(book: Casebook, officer: Writer) -> None:
    old = book.follow_ups.open(officer, replace(SUBJECT, finding_id="1", title="100 % opacity"), "x")
    new = book.follow_ups.open(later(officer, 20), replace(SUBJECT, finding_id="2", title="NOx"), "x")
    now = officer.at + timedelta(days=21)
    assert [f.follow_up_id for f in book.follow_ups.listed(now)] == [old, new]
    assert [f.follow_up_id for f in book.follow_ups.listed(now, late=True)] == [old]
    assert [f.follow_up_id for f in book.follow_ups.listed(now, search="%")] == [old]
    assert not book.follow_ups.listed(now, search="' OR 1=1 --")
    assert not book.follow_ups.listed(now, state="x' OR '1'='1")


@given(st.integers(0, 40), st.integers(0, 60))
def test_days_late_are_the_days_after_the_due_day_and_never_negative(allowed: int, passed: int) -> None:
    steps = [Done("notice", MONDAY, "wang", "x")]
    found = standing(steps, "exceedance", ZONE, MONDAY + timedelta(days=passed), {"other": Allowed(allowed, 1, 1)})
    assert found is not None
    assert found.days_late == max(0, passed - allowed)
