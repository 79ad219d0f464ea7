from dataclasses import replace
from datetime import timedelta

import pytest

from clearbay.casebook import Casebook, CasebookError, Writer
from clearbay.casebook.alarm_rules import Change, Seen
from clearbay.casebook.outbox import ATTEMPTS, wait_after
from clearbay.district.model import AlarmRule, Bilingual

RULE = AlarmRule("co", "value", "critical", Bilingual("一氧化碳", "Carbon monoxide"), code="a21005", above=70.0)


@pytest.fixture
def change(officer: Writer) -> Change:
    return Change("raised", RULE, "wte-1|a21005", Seen("wte-1", "a21005", 82.0, "mg/m3", officer.at))


def test_an_alarm_is_raised_acknowledged_and_cleared_and_tells_how_long_it_was_on(
    book: Casebook, officer: Writer, change: Change
) -> None:
    number = book.alarms.raise_(change, officer.at)
    book.alarms.acknowledge(replace(officer, at=officer.at + timedelta(minutes=3)), number, "on my way")
    assert book.alarms.clear("co", "wte-1|a21005", officer.at + timedelta(minutes=9)) == number
    one = book.alarms.get(number)
    assert one is not None
    assert (one.state, one.acknowledged_by, one.lasted(officer.at)) == ("cleared", "wang", timedelta(minutes=9))
    assert [s.step for s in book.alarms.steps(number)] == ["acknowledged", "cleared"]
    assert not book.alarms.standing()


def test_what_is_on_is_not_raised_again(book: Casebook, officer: Writer, change: Change) -> None:
    assert book.alarms.raise_(change, officer.at) == book.alarms.raise_(change, officer.at)
    assert book.alarms.clear("co", "other", officer.at) is None


def test_who_acknowledged_first_is_said_to_the_second(book: Casebook, officer: Writer, change: Change) -> None:
    number = book.alarms.raise_(change, officer.at)
    book.alarms.acknowledge(officer, number)
    with pytest.raises(CasebookError, match="by wang"):
        book.alarms.acknowledge(replace(officer, person="li"), number)


def test_flapping_is_counted_within_the_hour(book: Casebook, officer: Writer, change: Change) -> None:
    for n in range(4):
        at = officer.at + timedelta(minutes=n)
        book.alarms.raise_(change, at)
        assert book.alarms.flapping("co", "wte-1|a21005", at) == (n == 3)
        book.alarms.clear("co", "wte-1|a21005", at)
    assert not book.alarms.flapping("co", "wte-1|a21005", officer.at + timedelta(hours=2))


def test_shelving_has_an_end_a_reason_and_a_name(book: Casebook, officer: Writer) -> None:
    until = officer.at + timedelta(hours=8)
    with pytest.raises(CasebookError, match="why"):
        book.alarms.shelve(officer, "co", "", until, "")
    with pytest.raises(CasebookError, match="30 days"):
        book.alarms.shelve(officer, "co", "", officer.at + timedelta(days=31), "x")
    book.alarms.shelve(officer, "co", "wte-1", until, "analyser is calibrated")
    assert book.alarms.shelved("co", "wte-1", officer.at)
    assert not book.alarms.shelved("co", "wte-2", officer.at)
    assert not book.alarms.shelved("co", "wte-1", until)
    assert book.audit.entries()[0].what == "alarm.shelve"


def test_a_notice_is_entered_once_and_waits_longer_after_each_failure(book: Casebook, officer: Writer) -> None:
    now = officer.at
    number = book.outbox.put(now, "A1 raised", "duty", "critical", "t", "b")
    assert book.outbox.put(now, "A1 raised", "duty", "critical", "t", "b") == number
    for attempt in range(1, ATTEMPTS + 1):
        assert [n.notice_id for n in book.outbox.due(now)] == [number]
        book.outbox.note(number, now, "begun")
        book.outbox.note(number, now, "failed", "no route")
        assert not book.outbox.due(now + wait_after(attempt) - timedelta(seconds=1))
        now += wait_after(attempt)
    book.outbox.note(number, now, "given_up")
    assert not book.outbox.due(now + timedelta(days=9))
    assert book.outbox.counts() == {"given_up": 1}


def test_an_attempt_whose_end_is_unknown_is_made_again_and_says_so(book: Casebook, officer: Writer) -> None:
    number = book.outbox.put(officer.at, "k", "duty", "critical", "t", "b")
    book.outbox.note(number, officer.at, "begun")
    due = book.outbox.due(officer.at + timedelta(minutes=1))
    assert [(n.uncertain, n.attempts) for n in due] == [(True, 1)]
    book.outbox.note(number, officer.at, "sent")
    assert not book.outbox.due(officer.at + timedelta(days=1))
