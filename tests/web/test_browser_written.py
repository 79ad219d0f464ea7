"""What people write, in a real browser: axe, phones, both languages, and two ways from a notice to its end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing import CHROMIUM, serious, served
from fake_live import FakeLive
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.alarm_rules import Change, Seen
from clearbay.casebook.follow_ups import Subject
from clearbay.casebook.nuisances import Report
from clearbay.district.model import AlarmRule, Bilingual

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")]

SECRET = "correct horse battery"
RULE = AlarmRule(
    "co", "value", "critical", Bilingual("一氧化碳升高", "Carbon monoxide is rising"), code="a21005", above=70.0
)


class ClockedLive(FakeLive):
    """The stand-in, whose days pass when a test says so."""

    later = timedelta()

    def now(self) -> datetime:
        return super().now() + self.later


@pytest.fixture(scope="module")
def clock() -> ClockedLive:
    return ClockedLive()


@pytest.fixture(scope="module")
def book(clock: ClockedLive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casebook]:
    made = Casebook(tmp_path_factory.mktemp("book") / "casebook.sqlite")
    for name, role in (("wang", "admin"), ("li", "operator"), ("zhao", "viewer")):
        made.accounts.add(Writer("setup", datetime.now(UTC)), name, role, SECRET)
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(clock: ClockedLive, book: Casebook) -> Iterator[str]:
    with served(clock, book) as found:
        yield found


@pytest.fixture(scope="module")
def seeded(clock: ClockedLive, book: Casebook) -> dict[str, str]:
    """Addresses of one page of each kind, with something on it."""
    now = clock.now()
    office = Writer("wang", now - timedelta(days=12), "127.0.0.1")
    late = book.follow_ups.open(
        office, Subject("exceedance", "1号焚烧线 氮氧化物 日均值 超标", "Asia/Shanghai"), "请说明原因"
    )
    report = book.nuisances.report(now, "10.0.0.1", Report("odour", "东滩村口", now, "傍晚有臭味", "13800000000"))
    book.nuisances.report(now, "10.0.0.2", Report("noise", "镇南街", now, "夜间施工噪声"))
    alarm = book.alarms.raise_(Change("raised", RULE, "wte-1|a21005", Seen("wte-1", "a21005", 82.0, "mg/m3", now)), now)
    finding = clock.findings(verdict="exceeded", limit=1).to_pylist()[0]["finding_id"]
    return {
        "/login": "/login?next=/alarms",
        "/follow-ups": "/follow-ups",
        "/follow-ups/one": f"/follow-ups/{late}",
        "/follow-ups/new": f"/follow-ups/new?finding={finding}",
        "/findings/one": f"/findings/{finding}",
        "/alarms": "/alarms",
        "/alarms/one": f"/alarms/{alarm}",
        "/account": "/account",
        "/accounts": "/accounts",
        "/audit": "/audit",
        "/bulletin": "/bulletin",
        "/bulletin/report": "/bulletin/report",
        "/bulletin/reports/one": f"/bulletin/reports/{report}?new=1",
    }


PAGES = ("/login", "/follow-ups", "/follow-ups/one", "/follow-ups/new", "/findings/one", "/alarms", "/alarms/one",
         "/account", "/accounts", "/audit", "/bulletin", "/bulletin/report", "/bulletin/reports/one")  # fmt: skip


def signed_in(browser: Browser, address: str, name: str, there: str = "/account") -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/login?next={there}")
    page.fill("#account", name)
    page.fill("#password", SECRET)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{address}{there}")
    page.close()
    return context


@pytest.fixture(scope="module")
def admin(browser: Browser, address: str) -> Iterator[BrowserContext]:
    made = signed_in(browser, address, "wang")
    yield made
    made.close()


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("zh", "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_a_phone_is_wide_enough(
    admin: BrowserContext, address: str, seeded: dict[str, str], name: str, lang: str, theme: str
) -> None:
    page, path, faults = admin.new_page(), seeded[name], list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    answer = page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}&theme={theme}")
    assert answer is not None
    assert answer.status == 200
    for one in page.query_selector_all("details"):
        one.evaluate("it => it.open = true")
    found = serious(page)
    page.set_viewport_size({"width": 360, "height": 740})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert (found, width, faults) == ([], 360, [])


def write(page: Page, form: str, **said: str) -> None:
    """Fill the texts of a form and send it."""
    opener = page.locator(f"details:has([data-testid={form}]) summary")
    if opener.count():
        opener.click()
    inside = page.locator(f"form:has([data-testid={form}])")
    for name, text in said.items():
        inside.locator(f"[name={name}]").fill(text)
    page.get_by_test_id(form).click()


def test_a_follow_up_from_its_notice_to_its_end(
    browser: Browser, address: str, clock: ClockedLive, tmp_path: Path
) -> None:
    finding = clock.findings(verdict="exceeded", limit=3).to_pylist()[-1]["finding_id"]
    context = signed_in(browser, address, "wang", f"/findings/{finding}")
    page = context.new_page()
    page.goto(f"{address}/findings/{finding}?lang=zh")
    page.get_by_test_id("follow-up").click()
    page.get_by_test_id("open").click()
    expect(page.get_by_test_id("state")).to_contain_text("待答复")
    clock.later = timedelta(days=5)  # three days are given for a reply to an exceedance
    page.reload()
    expect(page.get_by_test_id("state")).to_contain_text("超期 2 天")
    photo = tmp_path / "给料阀.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 60)
    page.set_input_files("form:has([data-testid=do-reply]) [name=files]", photo)
    write(page, "do-reply", cause="石灰浆管路堵塞", measure="更换给料阀并冲洗管路")
    expect(page.get_by_test_id("state")).to_contain_text("待复查")
    expect(page.get_by_test_id("state")).to_contain_text("曾有 1 步超期")
    with page.expect_download() as got:
        page.get_by_text("给料阀.png").click()
    assert got.value.path().read_bytes() == photo.read_bytes()
    write(page, "do-recheck", text="三日均值达标")
    write(page, "do-close", text="同意销号")
    expect(page.get_by_test_id("state")).to_contain_text("已销号")
    clock.later = timedelta()
    context.close()


def test_a_residents_report_becomes_a_follow_up_and_the_resident_sees_it(
    browser: Browser, address: str, clock: ClockedLive
) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    resident = phone.new_page()
    resident.goto(f"{address}/bulletin")
    resident.get_by_test_id("to-report").click()
    resident.fill("[name=place]", "北堤路 8 号")
    resident.fill("[name=text]", "昨夜闻到刺鼻的味道")
    resident.click("main form button[type=submit]")
    expect(resident.get_by_test_id("thanks")).to_be_visible()
    own = resident.url.partition("?")[0]
    office = signed_in(browser, address, "li", "/follow-ups")
    page = office.new_page()
    page.goto(f"{address}/follow-ups?lang=en")
    page.locator("article", has_text="北堤路 8 号").get_by_role("link", name="Follow up").click()
    page.get_by_test_id("open").click()
    expect(page.get_by_test_id("state")).to_contain_text("waiting for a reply")
    resident.goto(own)
    expect(resident.locator("main")).to_contain_text("已转整改办理")
    expect(resident.locator("main")).not_to_contain_text("刺鼻")  # a resident's words are not for everyone
    phone.close()
    office.close()


def test_an_alarm_is_acknowledged_and_held_back(browser: Browser, address: str, seeded: dict[str, str]) -> None:
    context = signed_in(browser, address, "wang", seeded["/alarms/one"])
    page = context.new_page()
    page.goto(f"{address}{seeded['/alarms/one']}?lang=en")
    page.get_by_test_id("acknowledge").click()
    expect(page.locator("main")).to_contain_text("wang")
    expect(page.get_by_test_id("acknowledge")).to_have_count(0)
    context.close()
