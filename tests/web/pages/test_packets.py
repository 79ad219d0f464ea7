"""Loggers' accounts balance in sight, and any packet can be opened."""

import pytest
from fastapi.testclient import TestClient

from clearbay.hj212.building import frame_segment
from clearbay.web.packet_text import packet_text, visible

GOOD = frame_segment(
    b"QN=20260330223000000;ST=31;CN=2051;PW=secret9;MN=A1;Flag=9;CP=&&DataTime=20260330222900;a21026-Avg=38.0,a21026-Flag=N&&"
)


def test_the_account_of_a_logger_is_an_equation(client: TestClient) -> None:
    page = client.get("/loggers?lang=en").text
    assert "41,872" in page
    assert "≠" not in page
    assert "silent" in page


def test_a_logger_whose_account_does_not_balance_is_marked(client: TestClient, live, monkeypatch) -> None:
    from dataclasses import replace  # noqa: PLC0415

    rows = [replace(live.loggers()[0], stored=1)]
    monkeypatch.setattr(type(live), "loggers", lambda self: rows)
    page = client.get("/loggers?lang=en").text
    assert "≠" in page
    assert "41,849 apart, those being stored just now among them" in page


def test_packets_are_listed_and_opened(client: TestClient) -> None:
    page = client.get("/packets?verdict=refused&lang=en").text
    assert "the CRC does not fit the segment" in page
    opened = client.get("/packets/01JQ0000000000000000000250?lang=en").text
    assert "CRC" in opened
    assert "a21026-Avg=38.0" in opened
    assert "\\r\\n" in opened


def test_no_page_shows_a_password(client: TestClient) -> None:
    for path in ("/packets", "/packets/01JQ0000000000000000000250"):
        assert "123456;" not in client.get(path).text


def test_a_value_leads_to_the_packets_it_came_from(client: TestClient) -> None:
    page = client.get("/packets?point=wte-1&code=a21026&at=2026-03-30T14:00:00Z&lang=en").text
    assert "came from these packets" in page


@pytest.mark.parametrize("path", ["/packets/none", "/packets/" + "x" * 300])
def test_a_packet_that_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_check_is_of_the_bytes_as_they_came() -> None:
    assert packet_text(GOOD).good
    assert not packet_text(GOOD.replace(b"38.0", b"39.0")).good
    assert "secret9" not in packet_text(GOOD).text


def test_bytes_of_any_kind_are_shown() -> None:
    assert visible(b"\x00\xff\x01\r\n") == "\\0\\xff\\x01\\r\\n"
    assert visible("水温".encode("gb18030")) == "水温"
    assert "123" not in visible(b"##0012 PW = 123;MN=1")
    assert "123" not in visible(b"pw=123;MN=1")
    assert "4567" not in visible(b"CP=&&NewSK=4567&&")
    assert "123" not in visible(b"##0012PW=123;MN=1")
