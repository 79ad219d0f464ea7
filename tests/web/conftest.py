"""A web face over the seeded stand-in, and a client that talks to it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))

from browsing import CHROMIUM
from fake_live import FakeLive
from playwright.sync_api import Browser, Page, sync_playwright

from clearbay.web.app import make_app
from clearbay.web.settings import WebSettings


@pytest.fixture(scope="session")
def live() -> FakeLive:
    return FakeLive()


@pytest.fixture(scope="session")
def app(live: FakeLive) -> FastAPI:
    return make_app(live, None, WebSettings())


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 1440, "height": 900})
    yield made
    made.close()
