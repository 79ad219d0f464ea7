"""A running fleet is steered over its socket, and says what is wrong with what it is asked."""

import asyncio
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from clearbay.fleet import FleetError
from clearbay.fleet.steering import NoFleet, ask, serve_steering
from tests.fleet.playing import START, Play, air_logger, play


def test_faults_are_injected_listed_and_cleared_from_outside(tmp_path: Path):
    path = tmp_path / "fleet.sock"

    async def story(one: Play) -> None:
        server = await serve_steering(one.fleet, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

        async def said(**request: object) -> dict[str, object]:
            return await asyncio.to_thread(ask, path, request)

        fault = await said(do="inject", kind="exceedance", codes=["a34004"], factor=3)
        assert fault["fault_id"] == "f1"
        assert fault["start"] == START.isoformat()
        await one.pass_time(timedelta(minutes=11))
        assert (await said(do="status"))["faults"] == 1
        assert (await said(do="status"))["acknowledged"] == 1
        (ended,) = (await said(do="clear", fault_id="f1"))["ended"]  # type: ignore[misc]
        assert ended["end"] == (START + timedelta(minutes=11)).isoformat()
        assert (await said(do="faults"))["faults"] == [ended]
        assert (await said(do="pause"))["paused"] is True
        assert (await said(do="resume"))["paused"] is False
        assert (await said(do="speed", value=2))["speed"] == 1.0  # the key is `factor`
        assert (await said(do="speed", factor=2))["speed"] == 2.0
        for request, words in (
            ({"do": "dance"}, "does not know 'dance'"),
            ({"do": "inject", "kind": "quake"}, "kind 'quake' is none of drop_out"),
            ({"do": "inject", "kind": "late", "codez": []}, "a fault has no 'codez'"),
            ({"do": "inject", "kind": "late", "codes": "a"}, "codes is a list of texts"),
            ({"do": "inject", "kind": "late", "start": "noon"}, "start 'noon' is no time"),
            ({"do": "inject", "kind": "drift", "value": "much"}, "value 'much' is no number"),
        ):
            with pytest.raises(FleetError, match=words):
                await said(**request)
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b"nonsense\n")
        assert "not JSON" in json.loads(await reader.readline())["error"]
        writer.close()
        server.close()

    play(tmp_path / "store", [air_logger()], story)


def test_nobody_there_is_said_so(tmp_path: Path):
    with pytest.raises(NoFleet, match="clearbay fleet run"):
        ask(tmp_path / "fleet.sock", {"do": "status"})
