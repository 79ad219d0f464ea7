import sqlite3
import threading
from pathlib import Path

import pytest

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.database import NotNow


@pytest.fixture
def other(book: Casebook) -> sqlite3.Connection:
    """Another process, such as `clearbay account add`, in the middle of its write."""
    con = sqlite3.connect(book.database.path, isolation_level=None, check_same_thread=False)
    con.execute("BEGIN IMMEDIATE")
    return con


def test_who_reads_does_not_wait_for_who_waits_to_write(
    book: Casebook, officer: Writer, other: sqlite3.Connection
) -> None:
    writing = threading.Thread(target=lambda: book.audit.enter(officer, "x", "y"))
    writing.start()
    while book.database._turn.acquire(blocking=False):  # until the writer has its turn
        book.database._turn.release()
    assert book.accounts.listed() == []
    assert writing.is_alive()
    other.execute("ROLLBACK")
    writing.join()
    assert [one.what for one in book.audit.entries()] == ["x"]
    other.close()


def test_what_was_written_is_seen_inside_the_transaction_and_after_it(book: Casebook, officer: Writer) -> None:
    with book.database.writing():
        book.audit.enter(officer, "x", "y")
        assert len(book.audit.entries()) == 1
    assert len(book.audit.entries()) == 1


def test_a_disk_that_is_full_is_said_and_nothing_is_half_kept(book: Casebook, officer: Writer) -> None:
    pages = book.database.count("PRAGMA page_count")
    book.database._con.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(NotNow, match=r"nothing was kept: casebook\.sqlite cannot be written now .*full") as refused:
        book.audit.enter(officer, "x" * 100_000, "y")
    assert "没有存下" in refused.value.zh
    assert book.audit.entries() == []
    book.database._con.execute("PRAGMA max_page_count=1000000")
    book.audit.enter(officer, "x", "y")
    assert book.audit.broken_at() is None


def test_a_page_that_was_damaged_is_said(tmp_path: Path, officer: Writer) -> None:
    book = Casebook(tmp_path / "casebook.sqlite")
    for n in range(200):
        book.audit.enter(officer, "x" * 300, str(n))
    book.close()
    content = bytearray((tmp_path / "casebook.sqlite").read_bytes())
    content[-60_000:] = b"\xff" * 60_000
    (tmp_path / "casebook.sqlite").write_bytes(content)
    with pytest.raises(NotNow, match=r"cannot be read .*bring back a copy"):
        Casebook(tmp_path / "casebook.sqlite").audit.entries()
