"""Pages in a real browser: they follow live values, nothing overflows a phone, and axe finds nothing serious."""

from collections.abc import Iterator

import pytest
from browsing import CHROMIUM, serious, served
from fake_live import FakeLive
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")]

PAGES = ("/", "/points", "/points/wte-1?code=a21002", "/hall/wte", "/sites/village", "/air", "/water", "/effluent",
         "/plant", "/soil", "/energy", "/bulletin", "/findings", "/loggers", "/packets", "/plans",
         "/no-such-page")  # fmt: skip


@pytest.fixture(scope="module")
def live_here() -> FakeLive:
    return FakeLive()


@pytest.fixture(scope="module")
def address(live_here: FakeLive) -> Iterator[str]:
    with served(live_here) as found:
        yield found


DARK = ("/", "/points/wte-1?code=a21002", "/air", "/plant")
"""Pages that between them use every block: in the dark theme these are enough."""


@pytest.mark.parametrize(("path", "theme"), [*((p, "light") for p in PAGES), *((p, "dark") for p in DARK)])
def test_axe_finds_nothing_serious(page: Page, address: str, path: str, theme: str) -> None:
    # Contrast is that of what stands, not of a line of news that is half faded in.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang=en&theme={theme}")
    assert serious(page) == []


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
