"""A walk through the demonstration in a browser, from a value that changes to the frame that a finding rests on."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.running import Demo

Picture = Callable[[Page, str], None]

LINE_1 = "010000A8900016F0QW000001"
NOX, OXYGEN, FACTOR = "a21002", "a19001", 20.0
"""Line 1 emits some 50 mg/m3 of nitrogen oxides; twenty times that is far above its limit in any hour."""

HOUR_IN_PARTS = 4
"""Packets that an hour of a line's logger is split into, at most 1,024 bytes each (PNUM), and its minutes."""

LIMIT = 300.0
"""GB 18485-2014 table 4: nitrogen oxides, mean of an hour, mg/m3."""

ACCOUNT, PASSWORD = "lin", "a password for walking"


@dataclass(frozen=True)
class Made:
    """The exceedance that was made: the hour it lies in (local time), and the address of its evidence."""

    hour: datetime
    evidence: str


@pytest.fixture(scope="module")
def exceedance(demo: Demo, browser: Browser) -> Made:
    """Nitrogen oxides of Line 1 exceed in one hour of the running demonstration, and were not found before."""
    context = browser.new_context(base_url=demo.address, viewport={"width": 1920, "height": 1080}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    chosen(page)
    expect(page.get_by_text("No finding fits.")).to_be_visible()

    page.goto("/hall/wte")
    expect(page.locator("#line")).to_have_attribute("data-state", "live")
    expect(page.locator("[data-over]")).to_have_text("0")
    # An hour of which nothing has been sent yet.
    now = datetime.fromisoformat(page.locator("#clock").get_attribute("datetime") or "")
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2 if now.minute > 30 else 1)
    local = hour.astimezone(ZoneInfo(page.locator("body").get_attribute("data-zone") or ""))
    times = [f"{moment:%Y-%m-%dT%H:%M}" for moment in (local, local + timedelta(hours=1))]
    said = demo.inject(
        "exceedance", "--logger", LINE_1, "--code", NOX, "--factor", str(FACTOR), "--from", times[0], "--to", times[1]
    )
    assert "exceedance" in said
    expect(page.locator("[data-over]")).to_have_text("1", timeout=2 * PATIENCE_MS)

    chosen(page)
    row = page.get_by_test_id("findings").locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(f"{local:%Y-%m-%d %H:00}")
    link = row.get_by_test_id("evidence").get_attribute("href")
    assert link is not None
    context.close()
    return Made(local.replace(tzinfo=None), link)


def chosen(page: Page) -> None:
    """Open the findings and narrow them to what Line 1 exceeded, as a reader does."""
    page.goto("/?lang=en")
    page.get_by_role("link", name="Findings", exact=True).click()
    page.get_by_label("Point").select_option(label="Line 1")
    page.get_by_label("Verdict").select_option(label="Exceeded")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"point=wte-1.*verdict=exceeded"))


def test_from_the_overview_to_the_hall_where_values_change_by_themselves(page: Page, picture: Picture) -> None:
    page.goto("/?lang=en")
    expect(page.get_by_test_id("simulated")).to_contain_text("Simulated data")
    expect(page.locator(".tile a[href='/points'] b")).to_have_text("12")
    # A logger counts as silent when simulated time runs away from a busy machine.
    expect(page.locator(".tile a[href='/loggers'] b")).to_have_text(re.compile(r"^\d+ / 12$"))
    picture(page, "01-overview")

    page.locator("ol.sites").get_by_role("link", name="Clearbay waste-to-energy plant").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clearbay waste-to-energy plant")
    picture(page, "02-plant")
    page.get_by_role("link", name="Hall screen").click()
    page.set_viewport_size({"width": 1920, "height": 1080})
    expect(page.locator("#line")).to_have_attribute("data-state", "live")

    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    value = page.locator("[data-card='wte-2'] [data-furnace] [data-live]")
    text, at = value.inner_text(), value.get_attribute("data-at") or ""
    picture(page, "03-hall")
    expect(value).not_to_have_text(text)
    expect(value).not_to_have_attribute("data-at", at)
    assert datetime.fromisoformat(value.get_attribute("data-at") or "") > datetime.fromisoformat(at)
    assert loads == []


def test_from_the_finding_to_the_frame_that_its_value_came_in(page: Page, exceedance: Made, picture: Picture) -> None:
    chosen(page)
    picture(page, "04-findings")
    page.get_by_test_id("findings").locator("tbody tr").first.get_by_test_id("evidence").click()
    expect(page).to_have_url(re.compile(re.escape(exceedance.evidence)))
    verdict = page.get_by_test_id("verdict")
    expect(verdict).to_contain_text("Exceeded")
    expect(verdict).to_contain_text("≤ 300 mg/m³")
    shown = float(verdict.locator("b").inner_text())
    assert shown > LIMIT
    facts = page.locator("dl.facts")
    for word in ("GB 18485-2014", "Table 4", "hourly mean", "1 of 1"):
        expect(facts).to_contain_text(word)
    window = page.get_by_test_id("windows").locator("tbody tr")
    expect(window).to_have_count(1)
    expect(window).to_contain_text(f"{exceedance.hour:%Y-%m-%d %H:%M}")
    picture(page, "05-evidence")

    recomputed = page.get_by_test_id("recomputed")
    until = time.monotonic() + PATIENCE_MS / 1000
    while True:  # what came of the hour since, its last minutes, is an input too: it is judged with the next hour
        page.get_by_test_id("recompute").click()
        expect(recomputed).to_be_visible()
        if "✓" in recomputed.inner_text() or time.monotonic() > until:
            break
    expect(recomputed).to_contain_text("✓ Recomputed from the raw packets")
    # The hour comes in parts, each is judged; what came since of the day, every minute of it, has changed nothing.
    assert page.locator("[aria-labelledby=revisions] li").count() <= HOUR_IN_PARTS
    picture(page, "06-recomputed")

    window.get_by_test_id("to-packet").click()
    expect(page.get_by_text(f"at Line 1, {exceedance.hour:%Y-%m-%d %H:%M}, came from these packets")).to_be_visible()
    packets = page.get_by_test_id("packets").locator("tbody tr")
    expect(packets).to_have_count(1)
    expect(packets).to_contain_text("CN=2061")
    picture(page, "07-packets")
    packets.get_by_test_id("packet").click()
    frame = page.get_by_test_id("raw").inner_text()
    assert re.match(r"##\d{4}QN=\d{17};ST=31;CN=2061;", frame)
    assert f"MN={LINE_1};" in frame
    assert f"DataTime={exceedance.hour:%Y%m%d%H}0000" in frame
    means = {code: float(text) for code, text in re.findall(r"(a\d{5})-Min=[^;]*?Avg=([0-9.]+)", frame)}
    # GB 18485-2014 formula (1): as much oxygen as 11 % of dry gas has.
    assert means[NOX] * (21 - 11) / (21 - means[OXYGEN]) == pytest.approx(shown, rel=1e-5)
    picture(page, "08-packet")


def test_the_language_changes_and_the_page_stays(page: Page, exceedance: Made, picture: Picture) -> None:
    page.goto(f"{exceedance.evidence}?lang=en")
    heading, rests = page.get_by_role("heading", level=1), page.locator("#rests")
    expect(heading).to_contain_text("Nitrogen oxides")
    expect(rests).to_have_text("What it rests on")
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(heading).to_contain_text("氮氧化物")
    expect(rests).to_have_text("依据")
    expect(page).to_have_url(re.compile(re.escape(exceedance.evidence)))
    picture(page, "09-chinese")
    page.get_by_test_id("language").click()
    expect(rests).to_have_text("What it rests on")
    expect(page).to_have_url(re.compile(re.escape(exceedance.evidence)))


def test_what_a_page_shows_is_what_its_files_hold(page: Page, tmp_path: Path, picture: Picture) -> None:
    page.goto("/?lang=en")
    page.get_by_role("link", name="Findings", exact=True).click()
    page.get_by_label("Point").select_option(label="Clearbay town hall")
    page.get_by_label("Verdict").select_option(label="Exceeded")
    # Days of the history, which nothing that comes now changes.
    page.get_by_label("To (day)").fill("2026-03-10")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"point=air-1.*until=2026-03-10"))
    rows = page.get_by_test_id("findings").locator("tbody tr")
    ids = [(link.get_attribute("href") or "").rpartition("/")[2] for link in rows.get_by_test_id("evidence").all()]
    values = [float(text) for text in rows.locator("td.over-text").all_inner_texts()]
    assert len(ids) > 5
    picture(page, "10-files")

    read = {"csv": pl.read_csv, "xlsx": workbook, "parquet": pl.read_parquet}
    for form, reading in read.items():
        with page.expect_download() as coming:
            page.get_by_test_id(f"export-{form}").click()
        assert coming.value.suggested_filename.startswith("simulated-findings-")
        path = tmp_path / coming.value.suggested_filename
        coming.value.save_as(path)
        table = reading(path)
        assert table["finding_id"].to_list() == ids
        # The page shows four digits.
        assert table["value"].cast(pl.Float64).to_list() == pytest.approx(values, rel=5e-4)
        assert set(table["verdict"]) == {"exceeded"}
        assert set(table["point"]) == {"Clearbay town hall"}
        assert table["simulated"].all()


def workbook(path: Path) -> pl.DataFrame:
    """Read the one sheet of a workbook, cell by cell."""
    sheet = load_workbook(path, read_only=True).worksheets[0]
    heading, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return pl.DataFrame(rows, schema=[str(name) for name in heading], orient="row", infer_schema_length=None)


def test_the_overview_fits_a_phone_and_has_a_dark_face(page: Page, picture: Picture) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?lang=zh")
    expect(page.get_by_role("heading", level=1)).to_have_text("清湾示范区")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "11-phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_title("深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(background) != light
    picture(page, "12-dark")


def test_who_signs_in_follows_a_finding_up_and_the_log_tells_of_it(
    page: Page, demo: Demo, exceedance: Made, picture: Picture
) -> None:
    page.goto("/setup?lang=en")
    page.get_by_label("One-time token").fill(demo.token)
    page.get_by_role("textbox", name="Account").fill(ACCOUNT)
    page.get_by_label("New password").fill(PASSWORD)
    picture(page, "13-first-account")
    page.locator("main button[type=submit]").click()
    expect(page.get_by_test_id("person")).to_have_text(ACCOUNT)

    page.goto(exceedance.evidence)
    page.get_by_test_id("follow-up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open a follow-up")
    picture(page, "14-notice")
    page.get_by_test_id("open").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Line 1")
    number = page.url.rpartition("/")[2].partition("?")[0]
    picture(page, "15-follow-up")
    page.get_by_role("textbox", name="Cause").fill("The urea pump stood still for an hour.")
    page.get_by_role("textbox", name="Measure").fill("Pump changed over; its flow is alarmed from now on.")
    page.get_by_test_id("do-reply").click()
    expect(page.locator("ol.story")).to_contain_text("The urea pump stood still")
    picture(page, "16-replied")

    page.get_by_role("link", name="Follow-ups", exact=True).first.click()
    row = page.get_by_test_id("follow-ups").locator("tbody tr").filter(has_text="Line 1")
    expect(row).to_have_count(1)
    expect(row.locator(f"a[href='/follow-ups/{number}']")).to_be_visible()
    expect(row).to_contain_text("waiting for the re-check")
    picture(page, "17-follow-ups")

    page.locator("#side a[href='/audit']").click()
    log = page.get_by_test_id("audit").locator("tbody tr").filter(has_text=number)
    expect(log.filter(has_text=ACCOUNT)).to_have_count(2)
    picture(page, "18-log")
