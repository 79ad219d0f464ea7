"""The gateway as loggers, operators and hostile peers meet it."""

import asyncio
import json
import socket
import ssl
import struct
import subprocess
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from clearbay.gateway import Gateway, Limits, Logger, Settings, Upper
from clearbay.gateway.control import ask
from clearbay.gateway.keys import KeyRing
from clearbay.gateway.metrics import prometheus
from clearbay.gateway.registry import Registry
from clearbay.gateway.sending import generated_frames
from clearbay.gateway.settings import read_network
from clearbay.hj212 import Frame, Framer, Version, build_frame, frame_segment, parse_frame
from clearbay.hj212.sm4 import open_frame, seal_frame
from clearbay.store import StoreFull, reading

MN = "010000A8900016F000000000"
FRAMES = generated_frames(0, 50)
Play = Callable[[Gateway], Coroutine[Any, Any, None]]


def run(folder: Path, play: Play, *, loggers: list[Logger] | None = None, **settings: Any) -> Gateway:
    """Run a gateway, play against it, stop it; its counts must balance."""

    async def whole() -> Gateway:
        gateway = Gateway(Settings(folder, port=0, accept_unknown=True, min_free_bytes=0, **settings))
        if loggers is not None:
            gateway.registry._accept_unknown = False
            for logger in loggers:
                gateway.registry.add(logger)
        await gateway.start()
        try:
            await asyncio.wait_for(play(gateway), 30)
        finally:
            await gateway.stop()
        assert gateway.intake.failure is None
        assert gateway.counters.total().balanced
        return gateway

    return asyncio.run(whole())


async def talk(gateway: Gateway, data: bytes, answers: int, *, tls: ssl.SSLContext | None = None) -> list[bytes]:
    """Send bytes, wait for some answers, and make sure that no more come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port, ssl=tls)
    writer.write(data)
    found = [await asyncio.wait_for(reader.readuntil(b"\r\n"), 10) for _ in range(answers)]
    await settled(gateway)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.05)
    writer.close()
    return found


async def settled(gateway: Gateway) -> None:
    for _ in range(500):
        await asyncio.sleep(0.01)
        if not gateway._waiting:
            return
    raise AssertionError("bytes still wait")


def test_every_frame_is_answered_once_and_in_order(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        answers = await talk(gateway, b"".join(FRAMES), 50)
        assert [a[6:26] for a in answers] == [f[6:26] for f in FRAMES]
        assert answers[0] == build_frame("91", "9014", MN, qn=FRAMES[0][9:26].decode(), pw="123456", flag=4)

    total = run(tmp_path, play).counters.total()
    assert (total.received, total.stored, total.acknowledged) == (50, 50, 50)


def test_a_resend_is_answered_again_and_stored_once(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        assert len(set(await talk(gateway, FRAMES[0] * 3, 3))) == 1

    total = run(tmp_path, play).counters.total()
    assert (total.stored, total.duplicate, total.acknowledged) == (1, 2, 3)


def test_counts_go_on_after_a_restart(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        await talk(gateway, FRAMES[0] + FRAMES[1], 2)

    run(tmp_path, play)
    total = run(tmp_path, play).counters.total()
    assert (total.received, total.stored, total.duplicate) == (4, 2, 2)


def test_no_answer_is_sent_that_is_not_wanted(tmp_path: Path):
    silent = FRAMES[0].rstrip()[6:-4].replace(b"Flag=5", b"Flag=4")
    answer = b"QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=%b;Flag=5;CP=&&&&" % MN.encode()

    async def play(gateway: Gateway) -> None:
        found = await talk(gateway, frame_segment(silent) + frame_segment(answer) + FRAMES[1], 1)
        assert FRAMES[1][9:26] in found[0]

    run(tmp_path, play)


def test_damaged_frames_are_kept_not_answered(tmp_path: Path):
    bad = FRAMES[0][:-6] + b"0100\r\n"

    async def play(gateway: Gateway) -> None:
        await talk(gateway, bad + b"hello\r\n" + FRAMES[1], 1)

    gateway = run(tmp_path, play)
    assert gateway.counters.reasons == {"wrong_crc": 1, "garbage": 1}


def test_an_unknown_logger_is_quarantined(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        await talk(gateway, FRAMES[0], 0)

    gateway = run(tmp_path, play, loggers=[Logger("someone-else")])
    assert gateway.counters.reasons == {"unknown_mn": 1}
    assert list(gateway.counters.loggers) == ["(unknown)"]


def test_a_wrong_password_is_refused(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        await talk(gateway, FRAMES[0] + generated_frames(0, 1, pw="123457")[0], 1)

    gateway = run(tmp_path, play, loggers=[Logger(MN, pw="123456")])
    assert gateway.counters.reasons == {"wrong_password": 1}


def test_cipher_is_opened_with_the_stations_key(tmp_path: Path):
    key = b"0123456789abcdef"
    plain = generated_frames(0, 1, "2025")[0].rstrip()[6:-4]

    async def play(gateway: Gateway) -> None:
        found = await talk(gateway, seal_frame(plain, key), 1)
        assert b"Flag=8;CP=&&&&" in found[0]
        con = gateway.store.cursor()
        table = reading.observations(con, gateway.store.manifest, gateway.store.folder)
        assert table["code"].to_pylist() == ["w00000", "w01001", "w01018", "w21003"]
        (packet,) = reading.packets(con, gateway.store.manifest, gateway.store.folder).to_pylist()
        assert packet["bytes"] == seal_frame(plain, key).rstrip(b"\r\n")  # as received, not as understood
        con.close()

    run(tmp_path, play, loggers=[Logger(MN, pw="123456", version=Version.V2025, key=key)])


def test_tls(tmp_path: Path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(cafile=certificate)

    async def play(gateway: Gateway) -> None:
        assert len(await talk(gateway, FRAMES[0], 1, tls=context)) == 1

    run(tmp_path / "store", play, certificate=certificate, private_key=key)


async def closed_by_gateway(gateway: Gateway, data: bytes = b"") -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.read(1), 10) == b""
    except ConnectionError:
        return True
    finally:
        writer.close()


def test_only_allowed_addresses_get_in(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        assert await closed_by_gateway(gateway)

    gateway = run(tmp_path, play, allow=(read_network("10.0.0.0/8"),))
    assert gateway.counters.turned_away == {"not_allowed": 1}


def test_no_more_connections_than_allowed(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        held = [await asyncio.open_connection("127.0.0.1", gateway.port) for _ in range(3)]
        await asyncio.sleep(0.05)
        assert await closed_by_gateway(gateway)
        assert gateway.counters.connections == 3
        for _, writer in held:
            writer.close()

    gateway = run(tmp_path, play, limits=Limits(connections_per_address=3))
    assert gateway.counters.turned_away == {"too_many_of_address": 1}


def test_idle_peers_and_frames_never_ended_are_dropped(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        assert await closed_by_gateway(gateway, b"##0100QN=2016")
        assert await closed_by_gateway(gateway)

    gateway = run(tmp_path, play, limits=Limits(idle_s=3.0, unfinished_s=0.5))
    assert gateway.counters.dropped == {"unfinished": 1, "idle": 1}
    assert gateway.counters.reasons == {"cut": 1}


def test_a_peer_that_reads_no_answers_is_dropped(tmp_path: Path):
    """A half-open or hostile peer may not make the gateway hold its answers without end."""

    async def play(gateway: Gateway) -> None:
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect(("127.0.0.1", gateway.port))
        peer.setblocking(False)
        loop = asyncio.get_running_loop()
        many = b"".join(FRAMES) * 4000
        with pytest.raises((ConnectionError, TimeoutError)):
            await asyncio.wait_for(loop.sock_sendall(peer, many), 10)
        peer.close()

    gateway = run(tmp_path, play, limits=Limits(unread_bytes=20_000))
    assert gateway.counters.dropped.get("unread") == 1


def test_a_fast_peer_is_slowed_not_lost(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        await talk(gateway, b"".join(FRAMES), 50)

    gateway = run(tmp_path, play, limits=Limits(bytes_per_s=8_000, burst_s=0.5, waiting_bytes=2_000))
    assert gateway.counters.total().stored == 50


def test_a_reset_in_the_middle_of_a_frame(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        peer = socket.create_connection(("127.0.0.1", gateway.port))
        peer.sendall(FRAMES[0] + FRAMES[1][:40])
        await asyncio.sleep(0.2)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        await asyncio.sleep(0.2)
        await settled(gateway)

    gateway = run(tmp_path, play)
    assert gateway.counters.reasons == {"cut": 1}
    assert gateway.counters.total().stored == 1


def test_a_full_disk_stops_the_answers_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def play(gateway: Gateway) -> None:
        full = True

        def check() -> None:
            if full:
                raise StoreFull("no room")

        monkeypatch.setattr(gateway.store, "check_space", check)
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(FRAMES[0])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readuntil(b"\r\n"), 1)
        assert gateway.status()["full"] == "no room"
        assert "clearbay_gateway_store_full 1" in prometheus(gateway.counters)
        full = False
        assert b"CN=9014" in await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)
        assert gateway.status()["full"] == ""
        writer.close()

    assert run(tmp_path, play).counters.total().stored == 1


def test_status_metrics_and_check_over_the_control_socket(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        await talk(gateway, b"".join(FRAMES), 50)
        status = await asyncio.to_thread(ask, tmp_path, {"do": "status"})
        total = status["total"]
        assert isinstance(total, dict)
        assert (total["received"], total["stored"], total["balanced"]) == (50, 50, True)
        assert (await asyncio.to_thread(ask, tmp_path, {"do": "check"}))["problems"] == []
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.metrics_port or 0)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        page = (await reader.read()).decode()
        assert f'clearbay_gateway_stored_total{{mn="{MN}"}} 50' in page
        writer.close()

    run(tmp_path, play, metrics_port=0)


def test_a_logger_that_asks_for_the_time_is_set(tmp_path: Path):
    """HJ 212-2017: 1013 is answered by 9013; then the host sends 1012."""
    asks = build_frame("32", "1013", MN, qn="20160801085857223", pw="123456", flag=5, fields=[("PolId", "w01018")])

    async def play(gateway: Gateway) -> None:
        answered, sets = await talk(gateway, asks, 2)
        assert b"CN=9013" in answered
        assert b"CN=1012;" in sets
        assert b"CP=&&PolId=w01018;SystemTime=20" in sets

    run(tmp_path, play)


def test_a_command_to_a_logger_that_is_not_there(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        await talk(gateway, FRAMES[0], 1)
        await asyncio.sleep(0.1)
        with pytest.raises(Exception, match="not connected"):
            await asyncio.to_thread(ask, tmp_path, {"do": "command", "mn": MN, "cn": "1011"})
        with pytest.raises(Exception, match="not registered"):
            await asyncio.to_thread(ask, tmp_path, {"do": "command", "mn": "nobody", "cn": "1011"})

    run(tmp_path, play)


def test_a_silent_logger_is_asked_again_and_then_given_up(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(FRAMES[0])
        await reader.readuntil(b"\r\n")
        await asyncio.sleep(0.1)
        request = {"do": "command", "mn": MN, "cn": "1011", "time_out_s": 0.3}
        reply = await asyncio.to_thread(ask, tmp_path, request)
        assert (reply["outcome"], reply["sent"]) == ("unavailable", 4)
        asked = [await reader.readuntil(b"\r\n") for _ in range(4)]
        assert len(set(asked)) == 1
        writer.close()

    run(tmp_path, play)


def test_packets_are_passed_on_and_the_place_survives(tmp_path: Path):
    """Two gateways: the lower forwards to the upper, is stopped half-way and goes on."""

    async def play(upper: Gateway) -> None:
        to_upper = (Upper("city", "127.0.0.1", upper.port, window=8),)
        for first, last in ((0, 20), (20, 50)):
            settings = Settings(tmp_path / "lower", port=0, accept_unknown=True, min_free_bytes=0, uppers=to_upper)
            lower = Gateway(settings)
            await lower.start()
            await talk(lower, b"".join(FRAMES[first:last]), last - first)
            for _ in range(1000):
                if lower.forwarders[0].place == lower.store.next_number - 1:
                    break
                await asyncio.sleep(0.01)
            await lower.stop()
            assert upper.counters.total().stored == last
        assert upper.counters.total().duplicate == 0

    run(tmp_path / "upper", play)


def test_answers_of_the_control_socket_are_json(tmp_path: Path):
    async def play(gateway: Gateway) -> None:
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "service.sock"))
        for line, words in (
            (b"nonsense\n", "not JSON"),
            (b'{"do":"fly"}\n', "unknown request"),
            (b"[]\n", "unknown request"),
        ):
            writer.write(line)
            assert words in json.loads(await reader.readline())["error"]
        writer.close()

    run(tmp_path, play)


def test_a_frame_behind_a_length_that_lies_is_answered_all_the_same(tmp_path: Path):
    """Seen in the fault tests: 9999 announced, so the next frame seems to be part of this one until silence tells."""
    liar = b"##9999" + FRAMES[0][6:].replace(b"-Rtd", b"-Min")

    async def play(gateway: Gateway) -> None:
        found = await talk(gateway, liar + FRAMES[1], 1)
        assert FRAMES[1][9:26] in found[0]

    assert run(tmp_path, play, limits=Limits(stalled_s=0.5)).counters.reasons == {"wrong_length": 1}


def test_a_2025_logger_gets_a_new_key_and_it_outlives_a_restart(tmp_path: Path):
    """HJ 212-2025 C7, C8: the logger asks (1014), the host sends NewSK under the old key."""
    old = b"0123456789abcdef"
    logger = Logger(MN, "31", "123456", Version.V2025, old)
    taken: list[bytes] = []

    def said(cn: str, data: str, qn: str) -> bytes:
        text = f"QN={qn};ST=91;CN={cn};PW=123456;MN={MN};Flag=8;CP=&&{data}&&"
        return frame_segment(text.encode())

    async def play(gateway: Gateway) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(build_frame("31", "1014", MN, qn="20260801085857223", pw="123456", flag=9))
        assert b"CN=9013" in await reader.readuntil(b"\r\n")
        framer = Framer()
        (event,) = framer.feed(await reader.readuntil(b"\r\n"))
        assert isinstance(event, Frame)
        assert not event.crc_fits  # it is cipher
        request = parse_frame(open_frame(event, old))
        key = request.field("NewSK")
        assert key
        assert request.qn
        taken.append(key.encode())
        writer.write(said("9011", "QnRtn=1", request.qn) + said("9012", "ExeRtn=1", request.qn))
        for _ in range(300):
            if gateway.registry.loggers[MN].key == taken[0]:
                break
            await asyncio.sleep(0.01)
        writer.write(seal_frame(generated_frames(0, 1, "2025")[0].rstrip()[6:-4], taken[0]))
        assert b"CN=9014" in await asyncio.wait_for(reader.readuntil(b"\r\n"), 10)
        writer.close()

    run(tmp_path, play, loggers=[logger])
    ring, registry = KeyRing(tmp_path), Registry([logger])
    ring.apply(registry)
    assert registry.loggers[MN].key == taken[0]
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    other = Registry([Logger(MN, key=b"f" * 16)])  # the operator registers another key: that one holds
    ring.apply(other)
    assert other.loggers[MN].key == b"f" * 16
    # Keys of before stay known, for the packets that were sealed with them; a change after that outlives a restart.
    assert ring.known[MN] == (b"f" * 16, taken[0], logger.key)
    ring.change(other, MN, b"g" * 16)
    again = Registry([Logger(MN, key=b"f" * 16)])
    KeyRing(tmp_path).apply(again)
    assert again.loggers[MN].key == b"g" * 16
