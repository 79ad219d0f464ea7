"""Pages in a real browser: they follow live values, nothing overflows a phone, and axe finds nothing serious."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fake_live import FakeLive
from playwright.sync_api import Browser, Page, expect, sync_playwright

from clearbay.web.app import make_app
from clearbay.web.settings import WebSettings

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")]

PAGES = ("/", "/points", "/points/wte-1?code=a21002", "/hall/wte", "/sites/village", "/air", "/water", "/effluent",
         "/plant", "/soil", "/energy", "/bulletin", "/findings", "/loggers", "/no-such-page")  # fmt: skip


@contextlib.contextmanager
def served(live: FakeLive) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = make_app(live, None, WebSettings())
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def live_here() -> FakeLive:
    return FakeLive()


@pytest.fixture(scope="module")
def address(live_here: FakeLive) -> Iterator[str]:
    with served(live_here) as found:
        yield found


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


DARK = ("/", "/points/wte-1?code=a21002", "/air", "/plant")
"""Pages that between them use every block: in the dark theme these are enough."""


@pytest.mark.parametrize(("path", "theme"), [*((p, "light") for p in PAGES), *((p, "dark") for p in DARK)])
def test_axe_finds_nothing_serious(page: Page, address: str, path: str, theme: str) -> None:
    # Contrast is that of what stands, not of a line of news that is half faded in.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang=en&theme={theme}")
    found = Axe().run(page).response["violations"]
    serious = [
        f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}"
        for v in found
        if v["impact"] in ("serious", "critical", "moderate")
    ]
    assert serious == []


@pytest.mark.parametrize("path", ["/points/wte-1?code=a21002", "/plant", "/energy"])
def test_pictures_are_drawn_under_the_content_policy(page: Page, address: str, path: str) -> None:
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.set_viewport_size({"width": 1440, "height": 2600})
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang=en")
    pictures = page.locator("[data-picture]").count()
    expect(page.locator("[data-drawn=yes] svg.marks")).to_have_count(pictures, timeout=20000)
    assert faults == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone_and_no_script_fails(page: Page, address: str, path: str) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang=zh")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults == []


def test_a_value_that_changes_is_shown_without_a_reload(page: Page, address: str, live_here: FakeLive) -> None:
    page.goto(f"{address}/points/wte-1?lang=en")
    place = page.locator("[data-live='wte-1|a21002|reference_o2|avg|60']")
    page.wait_for_selector("#line[data-state=live]")
    one = next(v for v in live_here.latest("wte-1") if v.code == "a21002")
    changed = type(one)(**{**vars(one), "value": 777.7, "text": "777.7"})
    live_here.happen_from_outside("values", {"point_id": "wte-1", "values": [changed]})
    place.filter(has_text="777.7").wait_for(timeout=5000)
    assert "over" in (place.locator("xpath=ancestor::tr").get_attribute("class") or "")


def test_an_exceedance_is_announced_to_who_listens(page: Page, address: str, live_here: FakeLive) -> None:
    page.goto(f"{address}/?lang=en")
    page.wait_for_selector("#line[data-state=live]")
    row = live_here.findings(point_id="wte-2", verdict="exceeded", limit=1).to_pylist()[0]
    live_here.happen_from_outside("finding", row)
    expect(page.locator("#news")).to_contain_text("Line 2")


def test_a_finding_that_is_revised_is_counted_once_on_the_hall_screen(
    page: Page, address: str, live_here: FakeLive
) -> None:
    page.goto(f"{address}/hall/wte?lang=en")
    page.wait_for_selector("#line[data-state=live]")
    before = int(page.inner_text("[data-over]"))
    row = live_here.findings(point_id="wte-2", verdict="exceeded", limit=1).to_pylist()[0]
    for revision in (2, 3):
        live_here.happen_from_outside("finding", row | {"finding_id": "f" * 24, "revision": revision})
    page.wait_for_selector(f"li[data-id='{'f' * 24}']", timeout=5000)
    page.wait_for_timeout(300)
    assert int(page.inner_text("[data-over]")) == before + 1
    live_here.happen_from_outside("finding", row | {"finding_id": "f" * 24, "verdict": "exempt"})
    expect(page.locator("[data-over]")).to_have_text(str(before))


def test_the_keyboard_reaches_the_content_at_once(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
