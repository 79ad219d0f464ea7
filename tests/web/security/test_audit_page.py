"""The log of writes speaks the reader's language: no names of actions, no JSON, one clock."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from fastapi.testclient import TestClient

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.follow_ups import Subject
from clearbay.web.audit_lines import line
from clearbay.web.text import text

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_a_change_of_role_is_told_as_before_and_after(sign_in: Callable[[str], TestClient], book: Casebook) -> None:
    book.accounts.set_role(Writer("a-admin", NOW, "10.0.0.7"), "a-viewer", "operator")
    page = sign_in("admin").get("/audit?lang=en").text
    (row,) = [r for r in re.findall(r"<tr>.*?</tr>", page, re.S) if "Changed the role" in r]
    assert "Viewer → Operator" in row
    assert 'href="/accounts">a-viewer<' in row
    assert "from 10.0.0.7" in row
    assert "Disabled" not in row  # which did not change
    assert "修改角色" in sign_in("admin").get("/audit?lang=zh").text


def test_a_follow_up_is_linked_and_no_json_is_shown(sign_in: Callable[[str], TestClient], book: Casebook) -> None:
    writer = Writer("a-operator", NOW)
    number = book.follow_ups.open(writer, Subject("other", "Lime store", "Asia/Shanghai"), "why so low?")
    book.follow_ups.reply(writer, number, "empty silo", "filled")
    page = sign_in("admin").get("/audit?lang=en&group=follow_up").text
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert f'href="/follow-ups/{number}"' in table
    assert "waiting for a reply → waiting for the re-check" in table
    assert "{" not in table
    assert "follow_up." not in table
    assert "Signed in" not in table


def test_every_action_the_casebook_enters_has_words(book: Casebook) -> None:
    for entry in book.audit.entries():
        told = line(entry, {}, {}, "Asia/Shanghai", text("en"))
        assert told.what != entry.what
        assert told.person == "first setup"


def test_a_demonstration_says_which_clock_the_log_goes_by(sign_in: Callable[[str], TestClient]) -> None:
    assert "clock-note" in sign_in("admin").get("/audit").text


def test_where_nothing_fits_the_page_says_so(sign_in: Callable[[str], TestClient]) -> None:
    assert "No entry fits." in sign_in("admin").get("/audit?lang=en&search=zzz").text
