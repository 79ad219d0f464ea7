"""Views in the form the standards use, over findings of the example files."""

import json
import re

import pytest
from fake_live import FakeLive
from fastapi.testclient import TestClient

from clearbay.web.app import make_app
from clearbay.web.settings import WebSettings


def specifications(page: str) -> dict:  # type: ignore[type-arg]
    found = re.search(r'<script type="application/json" id="pictures">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])["specs"]


def pictured(page: str) -> set[str]:
    return set(re.findall(r'data-picture="([^"]+)"', page))


@pytest.mark.parametrize("path", ["/air", "/water", "/effluent", "/plant", "/soil", "/energy"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_picture_has_its_specification_its_words_and_its_table(client: TestClient, path: str, lang: str) -> None:
    page = client.get(f"{path}?lang={lang}").text
    assert pictured(page) == set(specifications(page))
    for place in re.findall(r'<div class="picture[^>]*>', page):
        assert re.search(r'role="img" aria-label="[^"]{8,}"', place), place
    assert page.count("<table") >= 1


def test_air_shows_the_index_of_each_station_in_the_national_colours(client: TestClient) -> None:
    page = client.get("/air?lang=en").text
    assert len(re.findall(r'class="aqi lv-hj-633-[\w-]+"><b>\d+</b>', page)) == 2
    colours = json.dumps(specifications(page))
    for national in ("#00e400", "#ffff00", "#ff7e00", "#ff0000", "#99004c", "#7e0023"):
        assert national in colours.lower()


def test_water_shows_the_class_in_letters_as_well_as_in_colour(client: TestClient) -> None:
    page = client.get("/water?lang=en").text
    assert "lv-water-iii" in page
    assert "Class Ⅲ" in page
    assert '"letter"' in json.dumps(specifications(page))


def test_an_effluent_shows_its_days_by_parameter(client: TestClient) -> None:
    page = client.get("/effluent?lang=en").text
    assert "Compliance by day" in page
    for symbol in ("COD", "NH₃-N", "TP"):
        assert symbol in json.dumps(specifications(page), ensure_ascii=False)


def test_a_furnace_ribbon_counts_the_means_below_850(client: TestClient) -> None:
    page = client.get("/plant?lang=en").text
    specs = specifications(page)
    assert {"ribbon-wte-1", "ribbon-wte-2"} <= set(specs)
    assert 850 in specs["ribbon-wte-1"]["encoding"]["color"]["scale"]["domain"]
    assert "/ 288" in page


def test_furnaces_are_shown_by_month_and_what_exceeded_leads_to_its_finding(client: TestClient, live: FakeLive) -> None:
    page = client.get("/plant?lang=en").text
    over = live.findings("wte-1", verdict="exceeded", averaging="day")["finding_id"].to_pylist()
    assert 'id="furnace"' in page
    assert any(name.startswith("furnace-") for name in specifications(page))
    assert over
    assert all(f'href="/findings/{finding}"' in page for finding in over)


def test_soil_names_risk_and_both_values(client: TestClient) -> None:
    page = client.get("/soil?lang=en").text
    assert "lv-soil-low" in page
    assert "mg/kg" in page


def test_energy_says_how_sure_its_factors_are(client: TestClient) -> None:
    page = client.get("/energy?lang=en").text
    assert "unverified" in page
    assert "kWh/t" in page
    assert client.get("/energy?span=aeon").status_code == 400


def test_electricity_per_tonne_is_of_the_same_span_as_both_its_parts(client: TestClient) -> None:
    page = client.get("/energy?lang=en&span=week").text
    figures = {
        name: float(value.replace(",", ""))
        for value, name in re.findall(r"<b>([\d,.]+) <small>[^<]*</small></b><span>([^<]+)</span>", page)
    }
    assert figures["Electricity per tonne"] == pytest.approx(
        1000 * figures["Electricity"] / figures["Waste burnt"], abs=1
    )


def test_a_view_without_findings_says_so_and_asks_for_no_chart_library() -> None:
    class Young(FakeLive):
        def findings(self, *args, **kwargs):  # type: ignore[no-untyped-def]
            return super().findings(*args, **kwargs).slice(0, 0)

    with TestClient(make_app(Young(), None, WebSettings()), base_url="http://127.0.0.1") as client:
        page = client.get("/air?lang=en").text
        assert "Nothing has been judged yet" in page
        assert "vega" not in page
        assert client.get("/").status_code == 200
        assert client.get("/hall/wte").status_code == 200


def test_a_site_shows_its_points_its_operator_and_its_line(client: TestClient) -> None:
    page = client.get("/sites/village?lang=en").text
    assert "Clearbay Monitoring Station" in page
    assert 'data-live="village-1|w01018|raw|avg|3600"' in page
    assert "Contact oxidation" in page
    assert client.get("/sites/atlantis").status_code == 404
