import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from clearbay.casebook import Casebook, CasebookError, Writer
from clearbay.casebook.accounts import SESSION, LoginRefused, LoginThrottled

SECRET = "correct horse battery"
HERE = "127.0.0.1"


@pytest.fixture
def admin(book: Casebook, officer: Writer) -> Writer:
    book.accounts.add(officer, "root", "admin", SECRET)
    return replace(officer, person="root")


def test_neither_password_nor_token_is_in_the_file(book: Casebook, admin: Writer) -> None:
    token = book.accounts.sign_in(admin.at, HERE, "root", SECRET)
    text = "\n".join(sqlite3.connect(book.database.path).iterdump())
    assert SECRET not in text
    assert token not in text
    assert "$argon2id$" in text


def test_a_session_lasts_until_it_expires_or_is_ended(book: Casebook, admin: Writer) -> None:
    token = book.accounts.sign_in(admin.at, HERE, "root", SECRET)
    found = book.accounts.session(token, admin.at)
    assert found is not None
    assert found.may("editor")
    assert book.accounts.session(token, admin.at + SESSION) is None
    assert book.accounts.session("x" + token, admin.at) is None
    book.accounts.sign_out(admin, token)
    assert book.accounts.session(token, admin.at) is None


def test_another_password_or_disabling_ends_every_session(book: Casebook, admin: Writer) -> None:
    book.accounts.add(admin, "li", "operator", "another long secret")
    for end in (
        lambda: book.accounts.set_password(admin, "li", "a third long secret"),
        lambda: book.accounts.disable(admin, "li"),
    ):
        now = admin.at
        secret = "another long secret" if not book.audit.entries(search="account.password") else "a third long secret"
        token = book.accounts.sign_in(now, HERE, "li", secret)
        end()
        assert book.accounts.session(token, now) is None
    with pytest.raises(LoginRefused):
        book.accounts.sign_in(admin.at, HERE, "li", "a third long secret")


def test_a_role_taken_away_holds_at_once(book: Casebook, admin: Writer) -> None:
    book.accounts.add(admin, "li", "editor", "another long secret")
    token = book.accounts.sign_in(admin.at, HERE, "li", "another long secret")
    book.accounts.set_role(admin, "li", "viewer")
    found = book.accounts.session(token, admin.at)
    assert found is not None
    assert not found.may("operator")


def test_guessing_is_held_off_even_with_the_right_password_and_ends_after_the_wait(
    book: Casebook, admin: Writer
) -> None:
    for _ in range(5):
        with pytest.raises(LoginRefused):
            book.accounts.sign_in(admin.at, "10.0.0.66", "root", "guess guess guess")
    with pytest.raises(LoginThrottled):
        book.accounts.sign_in(admin.at, "10.0.0.66", "root", SECRET)
    # The owner, elsewhere, is not locked out by it.
    assert book.accounts.sign_in(admin.at, HERE, "root", SECRET)
    assert book.accounts.sign_in(admin.at + timedelta(minutes=16), "10.0.0.66", "root", SECRET)


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(book: Casebook, admin: Writer) -> None:
    told = []
    for name in ("root", "nobody", "' OR 1=1 --"):
        with pytest.raises(LoginRefused) as error:
            book.accounts.sign_in(admin.at, HERE, name, "guess guess guess")
        told.append(str(error.value))
    assert len(set(told)) == 1


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "my name is root!", "x" * 257])
def test_easy_passwords_are_refused(book: Casebook, officer: Writer, password: str) -> None:
    with pytest.raises(CasebookError):
        book.accounts.add(officer, "root", "admin", password)


def test_the_last_administrator_stays(book: Casebook, admin: Writer) -> None:
    with pytest.raises(CasebookError, match="last administrator"):
        book.accounts.disable(admin, "root")
    with pytest.raises(CasebookError, match="last administrator"):
        book.accounts.set_role(admin, "root", "viewer")


def test_a_setup_token_makes_one_administrator_once_and_within_an_hour(book: Casebook, officer: Writer) -> None:
    token, old = book.accounts.setup_token(officer.at), book.accounts.setup_token(officer.at - timedelta(hours=2))
    for wrong in ("guess", old):
        with pytest.raises(LoginRefused):
            book.accounts.set_up(officer.at, HERE, wrong, "root", SECRET)
    book.accounts.set_up(officer.at, HERE, token, "root", SECRET)
    with pytest.raises(LoginRefused):
        book.accounts.set_up(officer.at, HERE, token, "evil", SECRET)
    assert [(a.account, a.role) for a in book.accounts.listed()] == [("root", "admin")]
    with pytest.raises(CasebookError, match="accounts already"):
        book.accounts.setup_token(officer.at)
