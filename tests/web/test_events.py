"""Live values: what an open page is sent, and that many pages cost one encoding."""

import asyncio
import json

import pytest
from fake_live import FakeLive
from fake_shapes import Event

from clearbay.web import events
from clearbay.web.events import WAITING_AT_MOST, Browser, Hub
from clearbay.web.news import finding_line
from clearbay.web.text import text


def parsed(data: bytes) -> list[tuple[str, dict]]:  # type: ignore[type-arg]
    found = []
    for part in data.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.split("\n") if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def run(scenario) -> None:  # type: ignore[no-untyped-def]
    asyncio.run(asyncio.wait_for(scenario, 10))


async def following(hub: Hub, points: frozenset[str] | None):  # type: ignore[no-untyped-def]
    stream = hub.stream(points)
    first = await anext(stream)
    await asyncio.sleep(0.05)
    return stream, parsed(first)


def test_a_page_is_first_sent_the_values_that_stand() -> None:
    async def scenario() -> None:
        stream, first = await following(Hub(FakeLive()), frozenset({"wte-1"}))
        kind, data = first[0]
        assert kind == "values"
        assert list(data["points"]) == ["wte-1"]
        assert {one["k"] for one in data["points"]["wte-1"]} >= {"a21002|reference_o2|avg|60"}
        await stream.aclose()

    run(scenario())


def test_a_page_hears_of_its_own_points_only() -> None:
    async def scenario() -> None:
        live = FakeLive()
        hub = Hub(live, every_s=0.05)
        stream, _ = await following(hub, frozenset({"wte-1"}))
        for point in ("wte-2", "wte-1"):
            live.stream.happen("values", {"point_id": point, "values": live.latest(point)[:1]})
        kind, data = parsed(await anext(stream))[0]
        assert (kind, list(data["points"])) == ("values", ["wte-1"])
        await stream.aclose()

    run(scenario())


def test_fifty_pages_of_one_point_are_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        live = FakeLive()
        hub = Hub(live, every_s=0.05)
        pages = [(await following(hub, frozenset({"wte-1"})))[0] for _ in range(50)]
        calls = 0
        real = events.encoded

        def counted(values):  # type: ignore[no-untyped-def]
            nonlocal calls
            calls += 1
            return real(values)

        monkeypatch.setattr(events, "encoded", counted)
        live.stream.happen("values", {"point_id": "wte-1", "values": live.latest("wte-1")})
        messages = [await anext(page) for page in pages]
        assert calls == 1
        assert all(message is messages[0] for message in messages)
        for page in pages:
            await page.aclose()
        assert hub.open_pages == 0

    run(scenario())


def test_a_finding_is_told_to_every_page_in_both_languages() -> None:
    async def scenario() -> None:
        live = FakeLive()
        stream, _ = await following(Hub(live), frozenset())
        row = live.findings(point_id="wte-1", verdict="exceeded", limit=1).to_pylist()[0]
        live.stream.happen("finding", row)
        kind, data = parsed(await anext(stream))[0]
        assert kind == "finding"
        assert data["finding_id"] == row["finding_id"]
        assert "1号焚烧线" in data["zh"]
        assert "Line 1" in data["en"]
        assert "windows" not in data
        await stream.aclose()

    run(scenario())


def test_a_value_above_its_limit_that_is_exempt_is_told_with_the_reason() -> None:
    live = FakeLive()
    row = live.findings(point_id="wte-1", verdict="exceeded", limit=1).to_pylist()[0] | {"verdict": "exempt"}
    assert finding_line(live, row, text("en")).endswith("exempt (start-up, shut-down, standstill or fault)")
    assert finding_line(live, row, text("zh")).endswith("豁免（启停炉、停运或故障时段）")


def test_a_page_that_cannot_follow_is_let_go_and_others_go_on() -> None:
    slow, good = Browser(None), Browser(None)
    for k in range(WAITING_AT_MOST + 5):
        slow.give(b"%d" % k)
    good.give(b"x")
    assert slow.lost
    assert slow.queue.get_nowait() is None
    assert good.queue.get_nowait() == b"x"


def test_closing_ends_every_stream_so_that_the_service_can_stop() -> None:
    async def scenario() -> None:
        hub = Hub(FakeLive())
        stream, _ = await following(hub, frozenset())
        hub.close()
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    run(scenario())


def test_when_the_source_breaks_pages_are_let_go_to_come_back() -> None:
    class Breaking(FakeLive):
        def events(self):  # type: ignore[no-untyped-def]
            class Once:
                async def subscribe(self, maxsize: int = 1000):  # type: ignore[no-untyped-def]
                    yield Event("clock", {})
                    await asyncio.sleep(0.1)
                    raise ConnectionError("gone")

            return Once()

    async def scenario() -> None:
        hub = Hub(Breaking())
        stream, _ = await following(hub, frozenset())
        async for _ in stream:
            pass
        assert hub.open_pages == 0

    run(scenario())
