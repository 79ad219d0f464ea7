"""The shell: every page has landmarks, a language, a theme, the banner of simulated data; errors say what to do."""

import gzip
import re

import pytest
from fake_live import FakeLive
from fastapi.testclient import TestClient

from clearbay.web.app import make_app
from clearbay.web.layout.static import static_path
from clearbay.web.settings import WebSettings
from clearbay.web.text import WordsError, table, text


def test_a_page_has_the_landmarks_that_screen_readers_go_by(client: TestClient) -> None:
    page = client.get("/").text
    for landmark in ("<header", "<nav", "<main", "<footer", 'class="skip" href="#content"', 'aria-live="polite"'):
        assert landmark in page
    assert len(re.findall(r"<h1[ >]", page)) == 1


@pytest.mark.parametrize(("asked", "lang"), [("zh", "zh-CN"), ("en", "en")])
def test_the_language_is_that_of_the_address(client: TestClient, asked: str, lang: str) -> None:
    answer = client.get(f"/?lang={asked}")
    assert f'<html lang="{lang}"' in answer.text
    assert f"clearbay_lang={asked}" in answer.headers["set-cookie"]


def test_without_a_choice_the_language_is_the_browsers(client: TestClient) -> None:
    assert '<html lang="en"' in client.get("/", headers={"accept-language": "en-GB,en;q=0.9,zh;q=0.5"}).text
    assert '<html lang="zh-CN"' in client.get("/", headers={"accept-language": "fr"}).text


def test_a_choice_is_remembered_and_outlives_the_page(client: TestClient) -> None:
    client.get("/?lang=en&theme=dark")
    page = client.get("/", headers={"accept-language": "zh-CN"}).text
    assert '<html lang="en" data-theme="dark"' in page


def test_an_unknown_choice_is_no_choice(client: TestClient) -> None:
    answer = client.get("/?lang=klingon&theme=neon")
    assert 'data-theme="auto"' in answer.text
    assert "set-cookie" not in answer.headers


def test_made_up_data_are_said_to_be_so_on_every_page(client: TestClient) -> None:
    for path in ("/", "/no-such-page"):
        page = client.get(path).text
        assert "模拟数据" in page
        assert "Simulated data" in page


def test_real_data_carry_no_such_banner() -> None:
    with TestClient(make_app(FakeLive(simulated=False), None, WebSettings()), base_url="http://127.0.0.1") as client:
        assert "模拟数据" not in client.get("/").text


def test_static_files_have_their_digest_in_their_name_and_stay_in_the_browser(client: TestClient) -> None:
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text))
    assert len(paths) >= 3
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200
        assert re.search(r"\.[0-9a-f]{10}\.\w+$", path)
        assert "immutable" in answer.headers["cache-control"]


def test_the_chart_library_comes_from_the_service_itself_and_packed(client: TestClient) -> None:
    with client.stream("GET", static_path("vega.js"), headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < 350_000
    assert b"vegaEmbed" in gzip.decompress(packed)


def test_an_unknown_page_says_so_in_the_readers_language(client: TestClient) -> None:
    answer = client.get("/no-such-page?lang=en")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_an_unknown_resource_is_a_problem_as_rfc_9457_has_it(client: TestClient) -> None:
    answer = client.get("/api/no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found",
        "instance": "/api/no-such-thing",
    }


def test_a_fault_of_ours_gives_a_page_and_no_traceback() -> None:
    class Broken(FakeLive):
        def latest_all(self) -> dict[str, list]:  # type: ignore[type-arg]
            raise RuntimeError("the store is on fire at /var/lib/clearbay")

    app = make_app(Broken(), None, WebSettings())

    @app.get("/api/broken")
    def broken() -> None:
        raise RuntimeError("the store is on fire at /var/lib/clearbay")

    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get("/api/broken")
    assert answer.status_code == 500
    assert "on fire" not in answer.text


def test_every_text_has_both_languages_and_the_same_places() -> None:
    for key, (zh, en) in table().items():
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), key


def test_a_missing_text_names_the_file_to_write_it_in() -> None:
    with pytest.raises(WordsError, match=r"words/shell\.csv"):
        text("en")("shell.no_such_text")
