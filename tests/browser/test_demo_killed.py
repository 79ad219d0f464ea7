"""The demonstration is killed in the middle and started again in its folder: it goes on, and nothing is missing."""

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from clearbay.store import Store, Verdict, reading
from clearbay.store.checking import check_store
from tests.browser.conftest import PATIENCE_MS
from tests.browser.running import SPEED, Demo, balanced, clean, started, stopped


def stored(data: Path) -> set[tuple[int, str]]:
    """Numbers and bytes (as hex) of the accepted packets in a store that is whole."""
    with Store(data / "store", min_free_bytes=0) as store:
        assert check_store(store).problems in ((), [])
        packets = reading.union(store.manifest, store.folder, "packets", f"verdict = {int(Verdict.ACCEPTED)}")
        con = store.cursor()
        try:
            rows = con.execute(f"SELECT number, hex(bytes) FROM ({packets})").fetchall()
        finally:
            con.close()
    return {(int(number), str(raw)) for number, raw in rows}


def opened(browser: Browser, demo: Demo) -> tuple[Page, Locator]:
    """Open the hall screen of a demonstration and give the value that changes there."""
    page = browser.new_page(base_url=demo.address)
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/hall/wte?lang=en")
    expect(page.locator("#line")).to_have_attribute("data-state", "live")
    return page, page.locator("[data-card='wte-2'] [data-furnace] [data-live]")


def test_a_killed_demonstration_goes_on_with_all_that_it_had_acknowledged(browser: Browser, tmp_path: Path) -> None:
    data, speed = tmp_path / "data", ("--speed", str(SPEED))
    with started(data, tmp_path / "first.txt", *speed) as demo:
        page, value = opened(browser, demo)
        expect(value).not_to_have_text(value.inner_text())
        seen = value.get_attribute("data-at") or ""
        # What the loggers have had an answer for; the answers go out once the packets are on disk.
        acknowledged = demo.acknowledged()
        demo.process.kill()
        demo.process.wait()
        expect(page.locator("#line")).to_have_attribute("data-state", "lost")
        page.close()
    before = stored(data / "data")
    assert len(before) >= acknowledged > 0

    with started(data, tmp_path / "second.txt", *speed) as demo:
        assert "goes on from the last packet that is stored" in demo.printed
        page, value = opened(browser, demo)
        for path in ("/", "/findings", "/loggers", "/packets", "/points/wte-1"):
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok
        page.goto("/hall/wte?lang=en")
        at = value.get_attribute("data-at") or ""
        assert at >= seen
        expect(value).not_to_have_attribute("data-at", at)
        page.close()
        assert stopped(demo) == 0
    clean(tmp_path / "second.txt")
    _, kept, _, _ = balanced(demo.printed)
    after = stored(data / "data")
    assert before < after
    # The account of a store goes on with it: it is of both lives.
    assert len(after) == kept
