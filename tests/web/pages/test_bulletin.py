"""The bulletin speaks of every kind of point, shows only what is public, and takes residents' reports."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_live import FakeLive
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clearbay.casebook import Casebook
from clearbay.web.app import make_app
from clearbay.web.settings import WebSettings

HERE = "http://127.0.0.1"
SAID = {"kind": "odour", "place": "东滩村口", "text": "傍晚有明显的臭味", "contact": "13800000000", "site": "wte"}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    made = Casebook(tmp_path / "casebook.sqlite")
    yield made
    made.close()


@pytest.fixture
def resident(live: object, book: Casebook) -> TestClient:
    app: FastAPI = make_app(live, book, WebSettings())  # type: ignore[arg-type]
    return TestClient(app, base_url=HERE, raise_server_exceptions=False, follow_redirects=False)


def send(client: TestClient, **changed: str):  # type: ignore[no-untyped-def]
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/bulletin/report").text)
    assert token
    return client.post("/bulletin/report", data={**SAID, "csrf": token[1], **changed})


def test_every_kind_of_point_is_spoken_of(client: TestClient) -> None:
    page = client.get("/bulletin?lang=en").text
    for words in ("How the air is", "How rivers and lakes are", "What the incinerator emits", "Is treated sewage"):
        assert words in page
    assert re.search(r"\d+ judgements, all within the limits|\d+ above the limit", page)


@pytest.mark.parametrize(("lang", "heading"), [("en", "Daily means of 2026-03-"), ("zh", "日均值与限值")])
def test_what_was_emitted_stands_beside_its_limit(client: TestClient, live: FakeLive, lang: str, heading: str) -> None:
    page = client.get(f"/bulletin?lang={lang}").text
    assert heading in page
    tables = re.findall(r'data-testid="emitted">.*?</table>', page, re.S)
    stacks = [point for point in live.district().points if point.kind == "stack"]
    assert len(tables) >= len(stacks)
    # The stand-in's stacks are judged for five pollutants and their furnace's temperature.
    for limit in ("≤ 20", "≤ 80", "≤ 250", "≤ 50"):
        assert f">{limit}</td>" in tables[0]
    assert re.search(r">[\d.]+ mg/m³</td>", tables[0])


def test_only_public_activities_are_shown_and_exported(client: TestClient) -> None:
    page, file = client.get("/bulletin?lang=en&at=2026-03").text, client.get("/bulletin/activities.ics?lang=zh").text
    assert "Open day at the waste-to-energy plant" in page
    assert "垃圾焚烧厂公众开放日" in file
    assert "Unannounced inspection" not in page
    assert "突击检查" not in file


def test_the_calendar_file_keeps_to_its_standard(client: TestClient) -> None:
    body = client.get("/bulletin/activities.ics?lang=en").content
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    text = body.replace(b"\r\n ", b"").decode()
    assert "DTSTART:20260314T010000Z\r\nDTEND:20260314T033000Z" in text  # 09:00 and 11:30 in Shanghai
    assert "DESCRIPTION:Book ahead\\; 40 places" in text
    assert "(demonstration)" in text
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2


def test_the_code_leads_to_the_public_address(live: object) -> None:
    app = make_app(live, None, WebSettings(public_url="https://air.example.org/"))  # type: ignore[arg-type]
    page = TestClient(app, base_url=HERE).get("/bulletin?lang=en").text
    assert "QR code of this page&#39;s address: https://air.example.org/bulletin" in page
    assert "only to this very machine" not in page


@pytest.mark.parametrize("at", ["2026-13", "soon", "0001-01"])
def test_a_month_that_is_none_is_said(client: TestClient, at: str) -> None:
    assert client.get(f"/bulletin?at={at}").status_code == 400


def test_without_a_casebook_no_report_is_asked_for(client: TestClient) -> None:
    assert "/bulletin/report" not in client.get("/bulletin").text
    assert client.get("/bulletin/report").status_code == 404


def test_a_report_is_taken_and_only_kind_and_day_are_public(resident: TestClient, book: Casebook) -> None:
    answer = send(resident)
    assert answer.status_code == 303
    kept = book.nuisances.listed()[0]
    assert (kept.place, kept.site_id) == ("东滩村口", "wte")
    page = resident.get(answer.headers["location"] + "&lang=en").text + resident.get("/bulletin").text
    assert "Received, thank you" in page
    assert "13800000000" not in page
    assert "东滩村口" not in page


@pytest.mark.parametrize("changed", [{"text": "x"}, {"kind": "ufo"}, {"noticed": "soon"}, {"homepage": "spam"},
                                     {"noticed": "2031-01-01T00:00"}])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_written_stays(
    resident: TestClient, book: Casebook, changed: dict[str, str]
) -> None:
    answer = send(resident, **changed)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "东滩村口" in answer.text
    assert not book.nuisances.listed()


def test_the_same_report_twice_is_held_off(resident: TestClient) -> None:
    send(resident)
    assert send(resident).status_code == 429


def test_a_form_of_another_page_is_not_taken(resident: TestClient, book: Casebook) -> None:
    assert resident.post("/bulletin/report", data=SAID).status_code == 403
    assert not book.nuisances.listed()


def test_the_code_holds_the_public_address_and_says_so_where_it_does_not(live: FakeLive) -> None:
    public = WebSettings(public_url="https://bay.example.org/")
    page = TestClient(make_app(live, None, public), base_url="http://127.0.0.1").get("/bulletin?lang=en").text
    assert 'href="https://bay.example.org/bulletin"' in page
    assert 'data-testid="near"' not in page
    page = TestClient(make_app(live, None, WebSettings()), base_url="http://127.0.0.1").get("/bulletin?lang=en").text
    assert 'href="http://127.0.0.1/bulletin"' in page
    assert "leads only to this very machine" in page


def kept(book: Casebook) -> int:
    return book.database.count("SELECT count(*) FROM attachments")


@pytest.mark.parametrize("changed", [{"text": "x"}, {"kind": "nonsense"}, {"noticed": "9999-12-31T23:59"}])
def test_what_comes_with_a_refused_report_is_not_kept(
    resident: TestClient, book: Casebook, changed: dict[str, str]
) -> None:
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', resident.get("/bulletin/report").text)
    assert token is not None
    picture = {"picture": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 32, "image/png")}
    answer = resident.post("/bulletin/report", data={**SAID, "csrf": token[1], **changed}, files=picture)
    assert answer.status_code == 400
    assert kept(book) == 0


def test_pictures_of_one_who_reports_too_often_are_not_kept(resident: TestClient, book: Casebook) -> None:
    for n in range(8):
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', resident.get("/bulletin/report").text)
        assert token is not None
        picture = {"picture": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes([n]) * 32, "image/png")}
        answer = resident.post("/bulletin/report", data={**SAID, "csrf": token[1], "text": f"again {n}"}, files=picture)
    assert answer.status_code == 429
    assert kept(book) == 5


def test_a_document_is_no_picture(resident: TestClient, book: Casebook) -> None:
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', resident.get("/bulletin/report").text)
    assert token is not None
    sent = {"picture": ("a.png", b"%PDF-1.4 a document", "image/png")}
    assert resident.post("/bulletin/report", data={**SAID, "csrf": token[1]}, files=sent).status_code == 400
    assert kept(book) == 0
