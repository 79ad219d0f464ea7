"""The overview: how the district stands, drawn and said."""

import re
from types import SimpleNamespace as Made

import pytest
from fake_live import FakeLive
from fastapi.testclient import TestClient

from clearbay.web import standing
from clearbay.web.app import make_app
from clearbay.web.pages import overview
from clearbay.web.settings import WebSettings


def test_every_site_stands_on_the_map_and_in_the_list(client: TestClient, live: FakeLive) -> None:
    page = client.get("/").text
    drawn = page[page.index("<svg viewBox") : page.index("</section>")]
    listed = page[page.index('class="sites"') :]
    for site in live.district().sites:
        assert f'/sites/{site.site_id}"' in drawn
        assert site.name.zh in listed


def test_a_large_district_lists_what_needs_a_look_and_draws_the_rest_as_dots(
    client: TestClient, live: FakeLive, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = standing.site_states(live)
    urgent = [site.site_id for site in live.district().sites if states[site.site_id] != "quiet"]
    assert urgent
    monkeypatch.setattr(overview, "SITES_AT_MOST", len(urgent))
    page = client.get("/?lang=en").text
    listed = page[page.index('class="sites"') : page.index("</ol>")]
    assert re.findall(r'href="/sites/([^"]+)"', listed) == urgent
    dots = re.search(r'<path class="dots quiet" d="([^"]+)"', page)
    assert dots is not None
    assert dots[1].count("M") == len(live.district().sites) - len(urgent)
    assert f"{len(urgent)} of {len(live.district().sites)} sites" in page


def test_a_state_is_said_in_words_and_not_by_colour_alone(client: TestClient) -> None:
    page = client.get("/?lang=en").text
    assert re.search(r'aria-label="North Dyke industrial park: silent"', page)


def test_counts_of_findings_are_those_of_the_service(client: TestClient, live: FakeLive) -> None:
    counts = live.finding_counts(standing.yesterday(live), live.now())
    page = client.get("/").text
    assert f'data-testid="exceeded">{counts.get("exceeded", 0):,}<' in page
    assert f"<b>{counts['met']:,}</b>" in page


def test_the_page_is_small(client: TestClient) -> None:
    """The bound is 400 kB before the chart library, which this page does not even ask for."""
    page = client.get("/")
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert not any("vega" in name for name in files)
    total = len(page.content) + sum(len(client.get(name).content) for name in files)
    assert total < 250_000


def test_an_air_station_shows_its_index_with_its_figure_and_name(client: TestClient) -> None:
    page = client.get("/?lang=en").text
    assert re.search(r'class="chip lv-hj-633-[\w-]+"><b>\d+</b> \w+', page)


def test_open_follow_ups_and_alarms_are_counted_with_those_that_are_late() -> None:
    late, due = Made(standing=Made(days_late=3)), Made(standing=Made(days_late=0))
    casebook = Made(
        follow_ups=Made(listed=lambda now, state: [late, due, due]), alarms=Made(standing=lambda: ["one alarm"])
    )
    app = make_app(FakeLive(), None, WebSettings())
    app.state.casebook = casebook
    with TestClient(app, base_url="http://127.0.0.1") as client:
        page = client.get("/?lang=en").text
    assert re.search(r"<b>3</b><span>open follow-ups, 1 overdue", page)
    assert re.search(r"<b>1</b><span>active alarms", page)


@pytest.mark.parametrize(
    ("lang", "came", "judged"),
    [
        ("en", "No value has come yet: 3 of 4 loggers are online", "no data is not within the limits"),
        ("zh", "还没有收到任何数值：4 台数采仪中 3 台在线", "没有数据不等于达标"),
    ],
)
def test_a_service_that_nothing_has_come_to_does_not_say_that_nothing_exceeded(
    client: TestClient, live: FakeLive, monkeypatch: pytest.MonkeyPatch, lang: str, came: str, judged: str
) -> None:
    nothing = live.findings(limit=1).slice(0, 0)
    monkeypatch.setattr(type(live), "finding_counts", lambda *_, **__: {})
    monkeypatch.setattr(type(live), "findings", lambda *_, **__: nothing)
    monkeypatch.setattr(overview, "now_of", lambda *_: [])
    monkeypatch.setattr(standing, "exceeded_since", lambda *_: standing.plain(nothing))
    page = client.get(f"/?lang={lang}").text
    assert came in page
    assert judged in page
    assert "No exceedance was found" not in page
