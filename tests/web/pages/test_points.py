"""Pages of the points: what is measured, over which span, by which limits, with which gaps."""

import json
import re

import pytest
from fake_live import STACK
from fastapi.testclient import TestClient


def specification(page: str) -> dict:  # type: ignore[type-arg]
    found = re.search(r'<script type="application/json" id="pictures">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])["specs"]["history"]


def texts(value: object) -> list[str]:
    if isinstance(value, dict | list):
        return [t for part in (value.values() if isinstance(value, dict) else value) for t in texts(part)]
    return [value] if isinstance(value, str) else []


def test_every_point_is_listed_under_its_site(client: TestClient) -> None:
    page = client.get("/points?lang=en").text
    for name in ("Line 1", "Works outfall", "Town hall", "Lake centre", "Nanwei paddy"):
        assert name in page


def test_a_point_shows_each_of_its_series_live(client: TestClient) -> None:
    page = client.get("/points/wte-1").text
    for code, (basis, _, _) in STACK.items():
        assert f'data-live="wte-1|{code}|{basis}|avg|60"' in page


def test_a_flag_is_shown_by_its_letter_and_its_name(client: TestClient) -> None:
    page = client.get("/points/wte-2?lang=en").text
    assert "<span data-flag>M</span>" in page
    assert "maintenance" in page


def test_the_picture_draws_the_limit_in_force_with_its_standard_and_averaging(client: TestClient) -> None:
    drawn = json.dumps(specification(client.get("/points/wte-1?code=a21002&range=week&lang=en").text))
    assert "GB 18485-2014 daily mean" in drawn
    assert "250" in drawn


def test_a_gap_stays_a_gap(client: TestClient) -> None:
    """The stand-in's analyser is silent from 11:00 to 13:00 local time."""
    page = client.get("/points/wte-1?code=a21002&lang=en").text
    assert "1 gaps" in page
    values = next(text for text in texts(specification(page)) if text.startswith("t,v,low,high"))
    # The first of the missing steps carries no value, which breaks the line there.
    assert any(re.fullmatch(r"2026-03-30T1[01]:\d\dZ,,,", line) for line in values.splitlines())


@pytest.mark.parametrize("name", ["day", "week", "month", "year"])
def test_each_range_can_be_asked_for(client: TestClient, name: str) -> None:
    page = client.get(f"/points/wte-1?code=a21002&range={name}")
    assert page.status_code == 200
    assert len(page.content) < 220_000


def test_a_span_of_the_past_begins_and_ends_at_local_midnight(client: TestClient) -> None:
    page = client.get("/points/wte-1?range=day&at=2026-03-20").text
    assert "start=2026-03-19T16%3A00%3A00Z&amp;end=2026-03-20T16%3A00%3A00Z" in page
    assert "at=2026-03-19#history" in page


def test_a_range_or_day_that_is_none_is_answered_with_what_may_stand_there(client: TestClient) -> None:
    for query, said in (("range=decade", "day, week, month, year"), ("at=yesterday", "2026-03-01")):
        answer = client.get(f"/points/wte-1?lang=en&{query}")
        assert answer.status_code == 400
        assert said in answer.text


def test_an_unknown_point_is_named(client: TestClient) -> None:
    answer = client.get("/points/no-such-point?lang=en")
    assert answer.status_code == 404
    assert "There is no point no-such-point" in answer.text


def test_a_point_without_live_values_says_so(client: TestClient) -> None:
    page = client.get("/points/T01?lang=en").text
    assert "sends no live values" in page


def test_tags_of_a_furnace_are_in_the_readers_language(client: TestClient) -> None:
    assert "Normal operation" in client.get("/points/wte-1?lang=en").text
    assert "正常运行" in client.get("/points/wte-1?lang=zh").text


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("12 h substituted", "≥ 312.4", "98.1 %", "unverified")), ("zh", ("替代 12 h", "本月排放量", "未核实"))],
)
def test_a_stack_shows_its_emissions_with_substituted_hours_marked(
    client: TestClient, lang: str, words: tuple[str, ...]
):
    page = client.get(f"/points/wte-1?lang={lang}").text
    for word in words:
        assert word in page
    assert 'data-testid="emissions"' not in client.get("/points/air-1").text


@pytest.mark.parametrize("at", ["0001-01-01", "1000-01-01", "9999-12-31"])
@pytest.mark.parametrize("span", ["day", "year"])
def test_a_day_out_of_reach_is_said(client: TestClient, at: str, span: str) -> None:
    answer = client.get("/points/wte-1", params={"at": at, "range": span, "lang": "en"})
    assert answer.status_code == 400
    assert "years lie between 1970 and 2199" in answer.text


@pytest.mark.parametrize(
    ("lang", "said"), [("en", ("Level 1A", "Water body: Lake or reservoir")), ("zh", ("一级A", "水体类型：湖、库"))]
)
def test_conditions_of_limits_are_said_in_words(client: TestClient, lang: str, said: tuple[str, str]) -> None:
    works, lake = (client.get(f"/points/{point}?lang={lang}").text for point in ("DW001", "S6"))
    assert said[0] in works
    assert said[1] in lake
    for written in ("level=1A", "water_body="):
        assert written not in works + lake
