import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_live import FakeLive
from fastapi import FastAPI
from fastapi.testclient import TestClient
from signing import SECRET, token_of

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.database import NotNow
from clearbay.district.model import Bilingual
from clearbay.web.app import make_app
from clearbay.web.security import AccountsWanted
from clearbay.web.security.access import needed_role
from clearbay.web.security.rates import Rate, counted
from clearbay.web.settings import WebSettings


def test_pages_for_other_machines_are_refused_until_there_is_an_account(live: object, tmp_path: Path) -> None:
    book = Casebook(tmp_path / "casebook.sqlite")
    settings = WebSettings(host="0.0.0.0")
    for kept in (None, book):
        with pytest.raises(AccountsWanted, match="clearbay account add"):
            make_app(live, kept, settings)
    book.accounts.add(Writer("setup", datetime.now(UTC)), "root", "admin", "correct horse battery")
    make_app(live, book, settings)


def test_reading_is_open_on_this_machine_and_writing_is_not(anyone: TestClient) -> None:
    assert anyone.get("/").status_code == 200
    assert anyone.post("/alarms/A1/acknowledge").status_code == 401
    assert anyone.get("/audit").headers["location"] == "/login?next=/audit"


@pytest.mark.parametrize("client", [("203.0.113.5", 4000), ("127.0.0.1", 4000)])
def test_from_elsewhere_or_through_a_proxy_even_reading_needs_an_account(
    live: object, book: Casebook, client: tuple[str, int]
) -> None:
    # The second is a proxy on this machine: it hands on the name that readers outside use.
    host = "bay.example.org" if client[0] == "127.0.0.1" else "192.0.2.1"
    app = make_app(live, book, WebSettings(public_url="https://bay.example.org/"))
    outside = TestClient(app, base_url=f"http://{host}", client=client, follow_redirects=False)
    assert outside.get("/points?x=1").headers["location"] == "/login?next=/points%3Fx%3D1"
    assert outside.get("/api/openapi.json").status_code == 401
    assert outside.get("/events").status_code == 401
    assert outside.get("/login").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "bay.example.org.evil.example"])
def test_a_name_pointed_here_by_others_is_not_answered(anyone: TestClient, host: str) -> None:
    assert anyone.get("/", headers={"host": host}).status_code == 421


def test_numbers_and_our_own_names_are_answered(anyone: TestClient) -> None:
    for host in ("localhost:8642", "127.0.0.1:80", "[::1]:8642"):
        assert anyone.get("/login", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("operator", 403), ("editor", 403), ("admin", 200)])
def test_the_log_is_for_administrators(sign_in: Callable[[str], TestClient], role: str, status: int) -> None:
    assert sign_in(role).get("/audit").status_code == status


def test_what_writes_needs_an_operator_unless_the_public_is_meant() -> None:
    assert needed_role("POST", "/follow-ups", near=True) == "operator"
    assert needed_role("DELETE", "/anything", near=True) == "operator"
    assert needed_role("POST", "/bulletin/report", near=False) == ""
    assert needed_role("POST", "/bulletinx", near=False) == "operator"
    assert needed_role("GET", "/points", near=True) == ""
    assert needed_role("GET", "/points", near=False) == "viewer"


def test_a_role_that_is_too_low_changes_nothing(sign_in: Callable[[str], TestClient], book: Casebook) -> None:
    client = sign_in("viewer")
    assert client.post("/alarms/A1/acknowledge", data={"csrf": "x"}).status_code == 403
    assert not book.audit.entries(search="alarm.")


def test_an_api_answers_problems(live: object, book: Casebook) -> None:
    app: FastAPI = make_app(live, book, WebSettings(api_per_minute=2))
    client = TestClient(app, base_url="http://127.0.0.1")
    answers = [client.get("/api/openapi.json") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2].headers["content-type"] == "application/problem+json"
    assert int(answers[2].headers["retry-after"]) >= 1


def test_signing_in_leads_back_to_the_page_with_its_filters(
    anyone: TestClient, sign_in: Callable[[str], TestClient]
) -> None:
    there = "/audit?search=account.add&before=40"
    asked = anyone.get(there).headers["location"]
    assert asked == "/login?next=/audit%3Fsearch%3Daccount.add%26before%3D40"
    held = re.search(r'name="there" value="([^"]*)"', anyone.get(asked).text)
    assert held is not None
    form = {"account": "a-admin", "password": SECRET, "csrf": token_of(anyone, asked), "there": html.unescape(held[1])}
    answer = anyone.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, there)
    assert anyone.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "there",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "javascript:alert(1)",
     "evil.example", "/\t/evil.example", "/x\r\nLocation: https://evil.example", "/\x00/evil.example", ""],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(anyone: TestClient, there: str) -> None:
    form = {"account": "a-admin", "password": SECRET, "csrf": token_of(anyone, "/login"), "there": there}
    assert anyone.post("/login", data=form).headers["location"] == "/"


def test_an_address_too_long_to_lead_back_to_leads_to_its_page(anyone: TestClient) -> None:
    assert anyone.get("/audit?search=" + "x" * 600).headers["location"] == "/login?next=/audit"


def test_a_refusal_is_said_in_the_readers_language(sign_in: Callable[[str], TestClient]) -> None:
    viewer = sign_in("viewer")
    assert "此操作需要“管理员”角色；a-viewer 的角色是“查看者”。" in viewer.get("/audit?lang=zh").text
    assert "This asks for the role Administrator; a-viewer has the role Viewer." in viewer.get("/audit?lang=en").text
    assert "表单已失效" in viewer.post("/account?lang=zh", data={"csrf": "x"}).text


def test_a_proxy_on_this_machine_does_not_make_its_readers_near(anyone: TestClient) -> None:
    assert anyone.get("/points", headers={"host": "localhost"}).status_code == 200
    for told in (
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-proto": "https"},
        {"x-forwarded-host": "localhost"},
        {"x-real-ip": "203.0.113.7"},
        {"forwarded": "for=203.0.113.7"},
        {"via": "1.1 proxy"},
    ):
        answer = anyone.get("/points", headers={"host": "localhost", **told})
        assert answer.headers.get("location", "").startswith("/login"), told


def test_a_malformed_host_is_none_of_ours(anyone: TestClient) -> None:
    for host in ("localhost:80, evil.example", "evil.example@localhost", "localhost/x", "localhost:http"):
        assert anyone.get("/", headers={"host": host}).status_code == 421, host
    told = anyone.get("/api/v1/sites", headers={"host": "evil.example"})
    assert (told.status_code, told.headers["content-type"]) == (421, "application/problem+json")


def test_other_sites_may_lead_here_but_load_nothing(anyone: TestClient) -> None:
    other = {"sec-fetch-site": "cross-site"}
    assert anyone.get("/points", headers=other | {"sec-fetch-mode": "navigate"}).status_code == 200
    for path in ("/points", "/findings.xlsx", "/api/v1/points"):
        assert anyone.get(path, headers=other | {"sec-fetch-mode": "no-cors"}).status_code == 403


def test_addresses_of_one_subscriber_are_counted_as_one() -> None:
    rate = Rate(2, clock=lambda: 0.0)
    assert [rate.wait(f"2001:db8:1:2::{n:x}") > 0 for n in range(4)] == [False, False, True, True]
    assert rate.wait("2001:db8:1:3::1") == 0
    assert counted("::ffff:192.0.2.1") == "192.0.2.1"
    assert counted("192.0.2.1") == "192.0.2.1"


def test_pages_stay_open_while_the_casebook_cannot_be_read(
    sign_in: Callable[[str], TestClient], book: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("admin")

    def broken(*given: object) -> None:
        raise NotNow("casebook.sqlite cannot be read", "记录簿读不出来")

    monkeypatch.setattr(book.database, "rows", broken)
    assert client.get("/points").status_code == 200
    assert client.get("/login?lang=zh").status_code == 503
    assert "记录簿读不出来" in client.get("/login?lang=zh").text


def test_what_is_wrong_is_told_to_who_may_read_and_to_nobody_else(live: FakeLive, guarded: FastAPI) -> None:
    live.wrong = (Bilingual("points.csv:3：没有这个场所 <x>", "points.csv:3: there is no such site <x>"),)
    try:
        near = TestClient(guarded, base_url="http://127.0.0.1")
        for path in ("/", "/bulletin"):
            assert "points.csv:3: there is no such site &lt;x&gt;" in near.get(f"{path}?lang=en").text
            assert "没有这个场所" in near.get(f"{path}?lang=zh").text
        outside = TestClient(guarded, base_url="http://192.0.2.1", client=("203.0.113.7", 5000))
        assert "points.csv" not in outside.get("/bulletin?lang=en").text
        assert outside.get("/bulletin").status_code == 200
    finally:
        live.wrong = ()
