"""A section without a month's class yet is shown with the class of the month so far, and is said to be provisional."""

import math
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from fake_live import FakeLive
from fake_shapes import Latest
from fastapi.testclient import TestClient

from clearbay.web import standing
from clearbay.web.app import make_app
from clearbay.web.running_class import running_class
from clearbay.web.settings import WebSettings

START = datetime(2026, 3, 1) - timedelta(hours=8)
"""Midnight of the first of March in Shanghai, in UTC."""

HELD = {"w01001": 7.4, "w01009": 6.4, "w01019": 4.1, "w21003": 0.80, "w21011": 0.18}
"""Class I, II, III, III, III for a river (GB 3838-2002 Table 1)."""


class Sections(FakeLive):
    """The stand-in, whose sections send what a test says, every four hours."""

    held = HELD

    def latest(self, point_id: str):  # type: ignore[no-untyped-def]
        one = super().latest("wte-1")[0]
        return [
            Latest(**{**vars(one), "code": code, "value": value, "basis": "raw"}) for code, value in self.held.items()
        ]

    def history(self, point_id, code, basis, start, end, buckets=600, statistic="avg"):  # type: ignore[no-untyped-def]
        if code not in self.held:
            return super().history(point_id, code, basis, start, end, buckets, statistic)
        assert start == START.replace(tzinfo=UTC), "the month begins at its first midnight in the legal zone"
        times = [start + timedelta(hours=4 * k) for k in range(math.ceil((end - start) / timedelta(hours=4)))]
        value = self.held[code]
        columns = {"time": pa.array(times, pa.timestamp("us", "UTC"))}
        return pa.table(
            {**columns, **{n: [value] * len(times) for n in ("low", "mean", "high")}, "count": [1] * len(times)}
        )


def test_the_worst_indicator_decides_and_the_days_are_counted() -> None:
    live = Sections()
    found = running_class(live, "S1")
    assert found is not None
    assert (found.name, found.judged) == ("III", 5)
    assert found.days == 30  # 1 to 30 March
    assert found.due == date(2026, 4, 1)


def test_phosphorus_of_a_lake_has_the_limits_of_a_lake() -> None:
    # 0.18 mg/L is class III of a river (0.2) and class V of a lake (0.2; class IV ends at 0.1)
    live = Sections()
    found = running_class(live, "S6")
    assert found is not None
    assert found.name == "V"


def test_a_section_that_sent_nothing_this_month_has_none() -> None:
    live = Sections()
    live.held = {}
    assert running_class(live, "S2") is None


def test_pages_show_it_until_the_month_has_its_class(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'data-testid="provisional"' not in client.get("/water?lang=en").text  # the month before is judged
    monkeypatch.setattr(standing, "newest", lambda *_: None)
    app = make_app(Sections(), None, WebSettings())
    rivers = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    page = rivers.get("/water?lang=en").text
    assert page.count('data-testid="provisional"') == 3
    assert "The month is judged from 2026-04-01 on." in page
    assert "暂定" in rivers.get("/water?lang=zh").text
    assert "this month so far (provisional" in rivers.get("/bulletin?lang=en").text
