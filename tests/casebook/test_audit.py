import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clearbay.casebook import Casebook, CasebookError, Writer
from clearbay.casebook.follow_ups import Subject
from clearbay.casebook.schema import APPEND_ONLY


def test_the_log_says_who_what_from_where_and_how_it_was(book: Casebook, officer: Writer) -> None:
    number = book.follow_ups.open(officer, Subject("other", "t", "Asia/Shanghai"), "n")
    book.follow_ups.reply(officer, number, "c", "m")
    one = book.audit.entries()[0]
    assert (one.person, one.origin, one.what, one.subject) == ("wang", "127.0.0.1", "follow_up.reply", number)
    assert '"state": "noticed"' in one.before
    assert '"state": "replied"' in one.after


def test_a_write_that_fails_leaves_nothing_behind(book: Casebook, officer: Writer) -> None:
    with pytest.raises(CasebookError):
        book.follow_ups.open(officer, Subject("other", "t", "Asia/Shanghai"), "n", files=["0" * 64])
    assert not book.audit.entries()
    assert not book.follow_ups.listed(officer.at)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {} SET rowid = rowid", "DELETE FROM {}"])
def test_no_table_can_be_changed_or_emptied(book: Casebook, officer: Writer, table: str, verb: str) -> None:
    triggers = book.database.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
    assert len(triggers) == 2
    if table == "audit":
        book.audit.enter(officer, "a", "b")
        with pytest.raises(sqlite3.IntegrityError, match="only be added to"), book.database.writing() as con:
            con.execute(verb.format(table))


def test_an_entry_changed_past_the_database_shows(book: Casebook, officer: Writer) -> None:
    for n in range(3):
        book.audit.enter(officer, "x", str(n))
    assert book.audit.broken_at() is None
    con = sqlite3.connect(book.database.path)
    con.execute("DROP TRIGGER audit_no_update")
    con.execute("UPDATE audit SET person = 'li' WHERE number = 2")
    con.commit()
    assert book.audit.broken_at() == 2


def test_a_search_is_text_and_no_sql(book: Casebook, officer: Writer) -> None:
    book.audit.enter(officer, "x", "100%")
    assert len(book.audit.entries(search="%")) == 1
    assert not book.audit.entries(search="'; DROP TABLE audit; --")
    assert not book.audit.entries(search="_x_")


def test_the_file_is_its_owners_alone(book: Casebook) -> None:
    assert book.database.path.stat().st_mode & 0o077 == 0


def test_what_was_written_is_there_after_opening_again(book: Casebook, officer: Writer) -> None:
    key = book.key("k")
    number = book.follow_ups.open(officer, Subject("other", "t", "Asia/Shanghai"), "n")
    again = Casebook(book.database.path)
    assert again.follow_ups.get(number, officer.at) is not None
    assert again.key("k") == key
    again.close()


def test_a_file_that_is_no_casebook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "casebook.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(CasebookError, match=r"casebook\.sqlite"):
        Casebook(path)


def test_a_log_with_a_clock_of_its_own_goes_by_it_and_tells_the_writers_time(tmp_path: Path, officer: Writer) -> None:
    """A demonstration writes at simulated times; its log of writes keeps to one clock."""
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    book = Casebook(tmp_path / "c.sqlite", wall=lambda: now)
    book.audit.enter(officer, "follow_up.open", "F1", after={"title": "t"})
    book.audit.enter(Writer("root", now), "session.begin", "root")
    signed_in, opened = book.audit.entries()
    assert signed_in.at == opened.at == now
    assert json.loads(opened.after)["simulated_at"] == "2026-03-02T01:00:00.000000+00:00"
    assert "simulated_at" not in signed_in.after
    assert book.audit.broken_at() is None
    book.close()


def test_entries_are_chosen_by_what_was_done(book: Casebook, officer: Writer) -> None:
    for what in ("account.add", "session.begin", "alarm.shelve"):
        book.audit.enter(officer, what, "x")
    found = book.audit.entries(starts=("account.", "session."))
    assert [one.what for one in found] == ["session.begin", "account.add"]
