"""One demonstration, one browser, and a folder for pictures: what a walk through the real thing needs."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.running import SPEED, Demo, balanced, clean, started, stopped

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE_MS = 60_000
"""How long a page may take to show something while the machine does other things."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that needs a browser here is marked so, skips where there is none, and stays on one worker."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"))
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration whose history is stored; at the end it must stop as asked, and have nothing to complain of."""
    folder = tmp_path_factory.mktemp("demo")
    errors = folder / "errors.txt"
    with started(folder / "data", errors, "--speed", str(SPEED)) as found:
        yield found
        code = stopped(found)
    assert code == 0
    clean(errors)
    balanced(found.printed)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()
    expect.set_options(timeout=5000)


@pytest.fixture
def context(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """A browser that knows the demonstration's address and nothing else."""
    made = browser.new_context(
        base_url=demo.address, viewport={"width": 1440, "height": 900}, locale="en-GB", accept_downloads=True
    )
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose scripts must not fail and whose content policy must not be broken."""
    faults: list[str] = []
    made = context.new_page()
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    yield made
    assert faults == []


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keep a picture of a page as a reader sees it, in CLEARBAY_SCREENSHOTS or the test's own folder."""
    folder = Path(os.environ.get("CLEARBAY_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return keep
