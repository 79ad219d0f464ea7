import asyncio
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from signing import HERE, SECRET, token_of

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.alarm_rules import Change, Seen
from clearbay.district.model import AlarmRule, Bilingual
from clearbay.web.app import make_app
from clearbay.web.pages.sign_in import own_path
from clearbay.web.security import bodies
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
    assert "建立账号" in client.get("/audit").text


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


async def dripped(app: FastAPI, kind: str, client: str = "203.0.113.7") -> list[int]:
    """Post a body that begins and never ends; give the status it is answered with."""
    told = list[int]()
    begun = False

    async def receive() -> dict[str, object]:
        nonlocal begun
        if begun:
            await asyncio.sleep(60)
        begun = True
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    headers = [(b"host", b"127.0.0.1"), (b"content-type", kind.encode())]
    scope = {
        "type": "http", "method": "POST", "path": "/bulletin/report", "raw_path": b"/bulletin/report", "root_path": "",
        "query_string": b"", "headers": headers, "client": (client, 5000), "server": ("127.0.0.1", 80),
        "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    await app(scope, receive, send)
    return told


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_that_drips_is_not_waited_for(guarded: FastAPI, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(bodies, "PLAIN_S", 0.05)
    monkeypatch.setattr(bodies, "MULTIPART_S", 0.05)
    assert asyncio.run(dripped(guarded, kind)) == [408]


def test_bodies_with_files_are_few_at_once(guarded: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MULTIPART_S", 0.2)

    async def crowd() -> list[int]:
        mine = [dripped(guarded, "multipart/form-data; boundary=x") for _ in range(5)]
        others = [dripped(guarded, "multipart/form-data; boundary=x", f"198.51.100.{n}") for n in range(10)]
        return [status for told in await asyncio.gather(*mine, *others) for status in told]

    told = asyncio.run(crowd())
    assert told[:5] == [408] * 3 + [503] * 2
    assert told[5:] == [408] * 9 + [503]
    assert asyncio.run(dripped(guarded, "multipart/form-data; boundary=x")) == [408]
