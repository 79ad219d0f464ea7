"""An administrator keeps the accounts in the browser; nobody else does, and one administrator always remains."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from signing import HERE, SECRET, token_of

from clearbay.casebook import Casebook

OTHER = "another horse, other battery"


def sent(client: TestClient, path: str, **said: str) -> int:
    return client.post(path, data={**said, "csrf": token_of(client, "/accounts")}).status_code


def role_of(book: Casebook, name: str) -> tuple[str, bool]:
    return next((one.role, one.disabled) for one in book.accounts.listed() if one.account == name)


def test_an_account_is_made_and_can_sign_in(
    sign_in: Callable[[str], TestClient], anyone: TestClient, book: Casebook
) -> None:
    admin = sign_in("admin")
    assert sent(admin, "/accounts", account="Chen", role="operator", password=OTHER) == 303
    assert role_of(book, "chen") == ("operator", False)
    form = {"account": "chen", "password": OTHER, "csrf": token_of(anyone, "/login")}
    assert anyone.post("/login", data=form).status_code == 303
    entry = book.audit.entries(search="account.add", limit=1)[0]
    assert (entry.person, entry.subject) == ("a-admin", "chen")
    assert OTHER not in entry.after


def test_role_password_and_use_are_changed_and_hold_at_once(
    sign_in: Callable[[str], TestClient], anyone: TestClient, book: Casebook
) -> None:
    admin, viewer = sign_in("admin"), sign_in("viewer")
    assert viewer.get("/audit").status_code == 403
    assert sent(admin, "/accounts/a-viewer/role", role="admin") == 303
    assert viewer.get("/audit").status_code == 200
    assert sent(admin, "/accounts/a-viewer/password", password=OTHER) == 303
    assert viewer.get("/account").status_code == 303  # its sessions ended
    assert sent(admin, "/accounts/a-viewer/disable") == 303
    form = {"account": "a-viewer", "password": OTHER, "csrf": token_of(anyone, "/login")}
    assert anyone.post("/login", data=form).status_code == 401
    assert sent(admin, "/accounts/a-viewer/enable") == 303
    assert anyone.post("/login", data=form).status_code == 303
    said = [entry.what for entry in book.audit.entries(subject="a-viewer")]
    assert [w for w in said if w.startswith("account.")][:4] == [
        "account.enable", "account.disable", "account.password", "account.role",
    ]  # fmt: skip
    assert book.audit.broken_at() is None


@pytest.mark.parametrize(("change", "said"), [("role", {"role": "viewer"}), ("disable", {})])
def test_the_last_administrator_stays(
    sign_in: Callable[[str], TestClient], book: Casebook, change: str, said: dict[str, str]
) -> None:
    admin = sign_in("admin")
    form = {**said, "csrf": token_of(admin, "/accounts")}
    answer = admin.post(f"/accounts/a-admin/{change}?lang=zh", data=form)
    assert answer.status_code == 400
    assert "a-admin 是最后一个管理员；请先设立另一个管理员" in answer.text
    assert role_of(book, "a-admin") == ("admin", False)
    assert sent(admin, "/accounts/a-editor/role", role="admin") == 303
    assert sent(admin, f"/accounts/a-admin/{change}", **said) == 303  # now there is another one


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"account": "a-viewer", "role": "viewer", "password": OTHER}, "there is an account a-viewer already"),
        ({"account": "x", "role": "viewer", "password": OTHER}, "2 to 40 of"),
        ({"account": "chen", "role": "emperor", "password": OTHER}, "role is one of"),
        ({"account": "chen", "role": "viewer", "password": "short"}, "12 to 256 characters"),
        ({"account": "chen", "role": "viewer", "password": "chenchenchenchen"}, "too easy"),
    ],
)
def test_what_does_not_do_is_refused_on_the_page(
    sign_in: Callable[[str], TestClient], book: Casebook, said: dict[str, str], why: str
) -> None:
    admin = sign_in("admin")
    answer = admin.post("/accounts?lang=en", data={**said, "csrf": token_of(admin, "/accounts")})
    assert answer.status_code == 400
    assert why in answer.text
    assert said["password"] not in answer.text
    assert len(book.accounts.listed()) == 4


@pytest.mark.parametrize("role", ["viewer", "operator", "editor"])
def test_others_neither_see_nor_change_accounts(
    sign_in: Callable[[str], TestClient], book: Casebook, role: str
) -> None:
    client = sign_in(role)
    assert client.get("/accounts").status_code == 403
    said = {"role": "admin", "csrf": token_of(client, "/account")}
    assert client.post(f"/accounts/a-{role}/role", data=said).status_code == 403
    assert role_of(book, f"a-{role}") == (role, False)


def test_nobody_changes_accounts_without_the_forms_token_or_a_session(
    sign_in: Callable[[str], TestClient], anyone: TestClient, book: Casebook
) -> None:
    assert anyone.get("/accounts").headers["location"] == "/login?next=/accounts"
    assert anyone.post("/accounts/a-viewer/disable").status_code == 401
    admin = sign_in("admin")
    assert admin.post("/accounts/a-viewer/disable").status_code == 403
    csrf = token_of(admin, "/accounts")
    elsewhere = {"origin": "https://evil.example", "host": HERE.removeprefix("http://")}
    assert admin.post("/accounts/a-viewer/disable", data={"csrf": csrf}, headers=elsewhere).status_code == 403
    assert role_of(book, "a-viewer") == ("viewer", False)
    assert SECRET not in admin.get("/accounts").text
