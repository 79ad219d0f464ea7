"""Findings can be narrowed, paged and followed to their evidence."""

import re

import pytest
from fastapi.testclient import TestClient

from clearbay.assess.windows import METHOD_WORDS
from clearbay.web.layout.formats import judged_value
from clearbay.web.text import table
from tests.web.fake_live import FakeLive
from tests.web.fake_shapes import Difference, Recomputed


def first_id(page: str) -> str:
    found = re.search(r'href="/findings/([0-9a-f]{24})"', page)
    assert found
    return found[1]


def test_a_list_shows_verdict_value_and_limit_in_both_languages(client: TestClient) -> None:
    english = client.get("/findings?verdict=exceeded&lang=en").text
    assert "▲ Exceeded" in english
    assert "≤" in english
    assert "▲ 超标" in client.get("/findings?verdict=exceeded&lang=zh").text


def test_a_list_is_narrowed_by_point_and_day(client: TestClient) -> None:
    page = client.get("/findings?point=DW001&since=2026-03-05&until=2026-03-05&lang=en").text
    days = set(re.findall(r'<td class="nowrap">(\d{4}-\d\d-\d\d)', page))
    assert days == {"2026-03-05"}


def test_older_findings_are_on_the_next_page(client: TestClient) -> None:
    first = client.get("/findings?point=DW001").text
    assert 'rel="next"' in first
    assert first_id(first) != first_id(client.get("/findings?point=DW001&page=2").text)


@pytest.mark.parametrize("query", ["since=yesterday", "since=0001-01-01", "page=0", "page=x", "point=" + "x" * 500])
def test_what_is_asked_wrongly_is_said_on_a_page(client: TestClient, query: str) -> None:
    answer = client.get(f"/findings?{query}")
    assert answer.status_code in (400, 422)
    assert "Traceback" not in answer.text


def test_markup_in_a_choice_is_shown_as_text(client: TestClient) -> None:
    assert "<script>x" not in client.get("/findings?since=&point=<script>x").text


def test_evidence_lists_every_window_and_why(client: TestClient) -> None:
    finding_id = first_id(client.get("/findings?point=DW001&averaging=day&verdict=exceeded").text)
    page = client.get(f"/findings/{finding_id}?lang=en").text
    assert page.count("<tr") >= 25  # 24 hours and the heading
    for word in ("Clause", "Digest of inputs", "Valid / expected", "of 24"):
        assert word in page


@pytest.mark.parametrize(("lang", "words"), [("en", "flow-weighted mean"), ("zh", "按流量加权平均")])
def test_how_a_value_was_made_is_said_in_words(client: TestClient, lang: str, words: str) -> None:
    finding_id = first_id(client.get("/findings?point=DW001&averaging=day&verdict=exceeded").text)
    page = client.get(f"/findings/{finding_id}?lang={lang}").text
    assert f"<dd>{words}</dd>" in page
    assert "flow_weighted_mean" not in page


def test_every_method_that_assessments_write_has_words() -> None:
    # The two of surface water and the one of furnace temperatures stand in the modules that write them.
    written = {*METHOD_WORDS.values(), "mean", "shares", "count_below"}
    assert {name for name in written if f"method.{name}" not in table()} == set()


def test_the_level_of_an_index_is_named_in_the_readers_language(client: TestClient) -> None:
    english = client.get("/findings?standard=HJ 633-2026&lang=en").text
    assert "<b>Excellent" in english or "<b>Good" in english
    assert not re.search("[一二三四五六]级", english)
    assert re.search("<b>[优良]", client.get("/findings?standard=HJ 633-2026&lang=zh").text)


@pytest.mark.parametrize(
    ("value", "limit", "shown"),
    [(49.5563, 250.0, "49.56"), (300.012, 300.0, "300.01"), (300.0, 300.0, "300"), (299.996, 300.0, "299.996")],
)
def test_a_rounded_value_never_hides_its_side_of_the_limit(value: float, limit: float, shown: str) -> None:
    assert judged_value(value, None, limit) == shown


def test_evidence_can_be_recomputed(client: TestClient) -> None:
    finding_id = first_id(client.get("/findings?point=DW001").text)
    answer = client.post(f"/findings/{finding_id}/recompute?lang=en")
    assert 'data-testid="recomputed"' in answer.text
    assert client.post("/findings/none/recompute").status_code == 404


@pytest.mark.parametrize(
    ("lang", "unopened"), [("en", "Not opened: no key for MN 0100"), ("zh", "没有 MN 0100 的密钥")]
)
def test_what_packets_give_otherwise_and_what_was_not_opened_is_shown(
    client: TestClient, live: FakeLive, monkeypatch: pytest.MonkeyPatch, lang: str, unopened: str
) -> None:
    finding_id = first_id(client.get("/findings?point=DW001").text)
    one = Difference("01KKPH6W014Q8BK7AK000003JV", "0100", "w01018", "51 N", "151 N")
    monkeypatch.setattr(live, "recomputed", Recomputed(None, ("packets",), 24, 11, 24, 12, {"0100": 12}, (one,)))
    page = client.post(f"/findings/{finding_id}/recompute?lang={lang}").text
    assert unopened in page
    for text in ("/packets/01KKPH6W014Q8BK7AK000003JV", "<td>51 N</td><td>151 N</td>"):
        assert text in page


@pytest.mark.parametrize("address", ["/findings/none", "/findings/" + "0" * 400])
def test_a_finding_that_is_not_there_is_a_page(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_instant_that_is_none_is_said(client: TestClient) -> None:
    assert client.get("/findings/none?as_of=soon").status_code == 400
