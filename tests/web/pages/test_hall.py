"""The hall screen: the diagram shows what the plant's loggers send, and nothing that they do not."""

import json
import re
from dataclasses import replace

import pytest
from fake_live import FakeLive
from fastapi.testclient import TestClient

from clearbay.web.tag_hours import hours_of_tags


def test_slots_hold_what_the_first_line_sends(client: TestClient, live: FakeLive) -> None:
    page = client.get("/hall/wte").text
    nox = next(one.value for one in live.latest("wte-1") if one.code == "a21002")
    assert f'data-slot="stack.nox" data-decimals="0">{nox:.0f}<' in page


def test_a_slot_that_no_logger_fills_is_not_drawn(client: TestClient) -> None:
    page = client.get("/hall/wte").text
    assert 'data-slot="steam.flow_t_h"' in page
    for key in ("reactor.exit_c", "residue.fly_ash_t_d", "filter.dust_raw"):
        assert key not in page


def test_power_is_that_of_the_plant_and_not_of_one_line(client: TestClient, live: FakeLive) -> None:
    both = sum(one.value for p in ("wte-1", "wte-2") for one in live.latest(p) if one.code == "p51004")
    assert f'data-slot="power.gross_mw" data-decimals="2">{both:.2f}<' in client.get("/hall/wte").text


def test_of_several_probes_the_median_is_shown_and_the_page_knows_them_all(client: TestClient) -> None:
    page = client.get("/hall/wte").text
    found = re.search(r'<script type="application/json" id="feeds">(.*?)</script>', page, re.S)
    assert found
    feed = json.loads(found[1])["wte-1"]["furnace.upper_c"]
    assert feed["series"] == ["wte-1|i33310|raw|avg|60", "wte-1|i33311|raw|avg|60"]
    assert not feed["sum"]
    assert feed["limit"] == 850
    assert feed["least"] is True


def test_each_line_stands_with_its_state(client: TestClient) -> None:
    page = client.get("/hall/wte?lang=en").text
    assert "Normal operation" in page
    assert "CEMS maintenance" in page


def test_a_furnace_without_a_tag_in_force_counts_as_running(client: TestClient, live: FakeLive) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(live), "tags", lambda *_: [])
        page = client.get("/hall/wte?lang=en").text
        assert page.count("Running, no tag in force") == 2
        assert "运行中（无标记）" in client.get("/hall/wte?lang=zh").text
        cold = [replace(one, value=640.0) if one.code == "a01901" else one for one in live.latest("wte-1")]
        other = live.latest("wte-2")
        patched.setattr(type(live), "latest", lambda _, point: cold if point == "wte-1" else other)
        assert client.get("/hall/wte?lang=en").text.count("Running, no tag in force") == 1


def test_before_the_first_hour_of_a_day_the_figures_are_those_of_the_day_before(
    client: TestClient, live: FakeLive
) -> None:
    assert "Waste burnt today" in client.get("/hall/wte?lang=en").text
    whole = live.energy
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            type(live), "energy", lambda _, site, start, end: whole(site, start, end) if end < live.now() else None
        )
        assert "Waste burnt yesterday" in client.get("/hall/wte?lang=en").text


def test_a_site_without_a_stack_has_no_hall_screen(client: TestClient) -> None:
    assert client.get("/hall/town").status_code == 404
    assert client.get("/hall/no-such-site").status_code == 404


def test_a_hall_screen_says_that_its_data_are_made_up(client: TestClient) -> None:
    assert "Simulated data" in client.get("/hall/wte").text


def test_the_states_can_be_asked_for_alone_as_values_come(client: TestClient, live: FakeLive) -> None:
    told = client.get("/hall/wte/states?lang=en").json()
    assert set(told) == {"wte-1", "wte-2"}
    assert "Normal operation" in {chip["text"] for chips in told.values() for chip in chips}
    assert client.get("/hall/town/states").status_code == 404
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(live), "tags", lambda *_: [])
        assert {chip["kind"] for chips in client.get("/hall/wte/states").json().values() for chip in chips} == {"runs"}
        cold = [replace(one, value=640.0) if one.code == "a01901" else one for one in live.latest("wte-1")]
        patched.setattr(type(live), "latest", lambda _, point: cold if point == "wte-1" else [])
        told = client.get("/hall/wte/states?lang=en").json()
        assert told["wte-1"][0]["text"] == "Below 850 °C, no tag in force"
        assert told["wte-2"][0]["text"] == "no live values"


def gauges(page: str) -> list[list[str]]:
    """Texts of the lists of hours used on a page, one a line."""
    lists = re.findall(r'<ul [^>]*data-testid="tag-hours".*?</ul>', page, re.S)
    return [re.sub(r"<[^>]+>", " ", one).split() for one in lists]


@pytest.mark.parametrize("path", ["/hall/wte", "/sites/wte", "/plant"])
def test_the_hours_of_tags_used_this_year_stand_beside_their_limits(client: TestClient, path: str) -> None:
    first, second = gauges(client.get(f"{path}?lang=en").text)
    assert [word for word in first if word[0].isdigit()] == ["0.0", "60", "0.0", "700", "0.0", "30"]
    # Line 2 started up for three hours, and its monitor has been maintained for two: that tag has no end yet.
    assert [word for word in second if word[0].isdigit()] == ["3.0", "60", "0.0", "700", "2.0", "30"]
    assert "h…" in second
    assert "今年" in gauges(client.get(f"{path}?lang=zh").text)[0]


def test_a_stack_without_such_rules_has_no_hours_of_tags(client: TestClient, live: FakeLive) -> None:
    with pytest.MonkeyPatch.context() as patched:
        bare = replace(live.district(), permits=())
        patched.setattr(type(live), "district", lambda _: bare)
        hours_of_tags.answers.clear()
        assert gauges(client.get("/hall/wte?lang=en").text) == []
    hours_of_tags.answers.clear()
