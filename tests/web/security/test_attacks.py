from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from signing import HERE, SECRET, token_of

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.alarm_rules import Change, Seen
from clearbay.district.model import AlarmRule, Bilingual
from clearbay.web.app import make_app
from clearbay.web.pages.sign_in import own_path
from clearbay.web.settings import WebSettings

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def alarm(book: Casebook) -> str:
    rule = AlarmRule("co", "value", "critical", Bilingual(SCRIPT, SCRIPT), code="a21005", above=70.0)
    seen = Seen("wte-1", "a21005", 82.0, "mg/m3", datetime.now(UTC))
    return book.alarms.raise_(Change("raised", rule, "s", seen), datetime.now(UTC))


def test_a_form_without_our_token_changes_nothing(
    sign_in: Callable[[str], TestClient], book: Casebook, alarm: str
) -> None:
    client = sign_in("operator")
    other = token_of(sign_in("operator"), f"/alarms/{alarm}")
    for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": other}):
        assert client.post(f"/alarms/{alarm}/acknowledge", data=form).status_code == 403
    one = book.alarms.get(alarm)
    assert one is not None
    assert one.acknowledged is None


def test_a_form_of_ours_works_once_loaded(sign_in: Callable[[str], TestClient], book: Casebook, alarm: str) -> None:
    client = sign_in("operator")
    form = {"csrf": token_of(client, f"/alarms/{alarm}"), "text": SCRIPT}
    assert client.post(f"/alarms/{alarm}/acknowledge", data=form).status_code == 303
    one = book.alarms.get(alarm)
    assert one is not None
    assert one.acknowledged_by == "a-operator"
    assert "a-operator" in client.get("/alarms").text


def test_a_form_from_another_site_is_refused_even_with_the_token(
    sign_in: Callable[[str], TestClient], alarm: str
) -> None:
    client = sign_in("operator")
    form = {"csrf": token_of(client, f"/alarms/{alarm}")}
    for header in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert client.post(f"/alarms/{alarm}/acknowledge", data=form, headers=header).status_code == 403


def test_signing_in_needs_our_form_too(anyone: TestClient) -> None:
    assert anyone.post("/login", data={"account": "a-admin", "password": SECRET}).status_code == 403


def test_a_session_planted_before_signing_in_is_not_used(guarded: FastAPI, book: Casebook) -> None:
    client = TestClient(guarded, base_url=HERE, follow_redirects=False)
    client.cookies.set("clearbay_session", "planted")
    before = token_of(client, "/login")
    answer = client.post("/login", data={"account": "a-admin", "password": SECRET, "csrf": before})
    given = answer.cookies["clearbay_session"]
    assert given != "planted"
    assert book.accounts.session("planted", datetime.now(UTC)) is None
    # A token of a form loaded before signing in does not work after it.
    assert client.post("/logout", data={"csrf": before}).status_code == 403


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(anyone: TestClient) -> None:
    form = {"account": "a-admin", "password": SECRET, "csrf": token_of(anyone, "/login")}
    cookies = anyone.post("/login", data=form).headers.get_list("set-cookie")
    session = next(c for c in cookies if c.startswith("clearbay_session="))
    assert "HttpOnly" in session
    assert "samesite=lax" in session.lower()


def test_signing_out_ends_the_session_for_whoever_copied_it(sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("admin")
    copied = client.cookies["clearbay_session"]
    client.post("/logout", data={"csrf": token_of(client, "/account")})
    client.cookies.set("clearbay_session", copied)
    assert client.get("/audit").status_code == 303


def test_guessing_a_password_is_held_off(anyone: TestClient) -> None:
    token = token_of(anyone, "/login")
    told = [
        anyone.post("/login", data={"account": "a-admin", "password": f"guess {n} guess", "csrf": token}).status_code
        for n in range(7)
    ]
    assert told == [401] * 5 + [429] * 2
    form = {"account": "a-admin", "password": SECRET, "csrf": token}
    assert anyone.post("/login", data=form).status_code == 429


@pytest.mark.parametrize(
    "there", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nx: y", ""]
)
def test_signing_in_leads_nowhere_else(there: str) -> None:
    assert own_path(there) == "/"
    assert own_path("/points?x=1") == "/points?x=1"


def test_what_people_wrote_is_shown_as_text(sign_in: Callable[[str], TestClient], book: Casebook, alarm: str) -> None:
    book.audit.enter(Writer(SCRIPT, datetime.now(UTC)), "x", SCRIPT, after={"text": SCRIPT})
    client = sign_in("admin")
    for path in ("/audit", f"/audit?search={SCRIPT}", "/alarms", f"/alarms/{alarm}", f"/login?next=/{SCRIPT}"):
        shown = client.get(path).text
        assert SCRIPT not in shown, path
        assert "&lt;script&gt;" in shown, path


def test_a_search_is_text_and_no_sql(sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("admin")
    for search in ("' OR 1=1 --", "'; DROP TABLE audit; --", "%", '"'):
        assert client.get("/audit", params={"search": search}).status_code == 200
    assert "account.add" in client.get("/audit").text


def test_every_answer_forbids_inline_scripts_and_frames(anyone: TestClient) -> None:
    for path in ("/", "/login", "/nowhere", "/api/openapi.json"):
        headers = anyone.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy, path
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_bodies_have_a_size(anyone: TestClient) -> None:
    assert anyone.post("/login", data={"account": "x" * 70_000}).status_code == 413
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert anyone.post("/login", content=iter([b"x" * 50_000, b"x" * 50_000]), headers=headers).status_code == 413
    assert anyone.post("/login", content=b"", headers=headers | {"content-length": "-1"}).status_code == 413


def test_the_first_account_is_made_with_the_token_once(live: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    book = Casebook(tmp_path_factory.mktemp("first") / "casebook.sqlite")
    token = book.accounts.setup_token(datetime.now(UTC))
    client = TestClient(make_app(live, book, WebSettings()), base_url=HERE, follow_redirects=False)
    form = {"account": "root", "password": SECRET, "csrf": token_of(client, "/setup")}
    assert client.post("/setup", data=form | {"token": "guess"}).status_code == 400
    assert client.post("/setup", data=form | {"token": token}).status_code == 303
    assert client.get("/audit").status_code == 200
    assert client.get("/setup").headers["location"] == "/login"
