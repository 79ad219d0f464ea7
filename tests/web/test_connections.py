"""Who opens connections and says nothing, or does not read, is let go; who reads and writes as people do is not."""

import asyncio

import pytest
from fake_live import FakeLive

from clearbay.cli.serving import served
from clearbay.web import connections
from clearbay.web.connections import ConnectionLimits
from clearbay.web.settings import WebSettings

HEAD = b"GET /bulletin HTTP/1.1\r\nHost: 127.0.0.1\r\n"
Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SWEEP_S", 0.02)


async def opened(address: str) -> Peer:
    return await asyncio.open_connection("127.0.0.1", int(address.rstrip("/").rpartition(":")[2]))


async def ended(peer: Peer) -> bytes:
    """What came until the other side closed."""
    try:
        return await asyncio.wait_for(peer[0].read(), 20)
    except ConnectionError:
        return b""


def test_a_head_that_never_ends_is_not_waited_for(live: FakeLive) -> None:
    async def play() -> None:
        limits = ConnectionLimits(head_s=0.2)
        async with served(live, None, WebSettings(port=0), limits) as address:  # type: ignore[arg-type]
            silent, slow, second = await opened(address), await opened(address), await opened(address)
            slow[1].write(HEAD)
            second[1].write(HEAD + b"\r\n")
            assert (await second[0].readline()).startswith(b"HTTP/1.1 200")
            second[1].write(HEAD)  # a second request that is begun and never ended
            assert await ended(silent) == b""
            assert await ended(slow) == b""
            await ended(second)

    asyncio.run(play())


def test_a_stream_that_is_read_stays_open(live: FakeLive) -> None:
    async def play() -> None:
        limits = ConnectionLimits(head_s=0.1, unread_s=0.1)
        async with served(live, None, WebSettings(port=0), limits) as address:  # type: ignore[arg-type]
            peer = await opened(address)
            peer[1].write(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            await peer[0].readuntil(b"retry: 3000")
            await asyncio.sleep(0.5)
            assert not peer[0].at_eof()
            peer[1].close()

    asyncio.run(play())


def test_an_answer_that_nobody_reads_is_not_kept(live: FakeLive) -> None:
    async def play() -> None:
        limits = ConnectionLimits(unread_s=0.2)
        async with served(live, None, WebSettings(port=0), limits) as address:  # type: ignore[arg-type]
            peer = await opened(address)
            peer[1].transport.pause_reading()  # type: ignore[attr-defined]
            while not peer[1].is_closing():
                peer[1].write((HEAD + b"\r\n") * 20)
                await asyncio.sleep(0.02)

    asyncio.run(play())


def test_one_connection_too_many_is_ended_and_others_are_served(live: FakeLive) -> None:
    async def play() -> None:
        limits = ConnectionLimits(connections=2)
        async with served(live, None, WebSettings(port=0), limits) as address:  # type: ignore[arg-type]
            first, second = await opened(address), await opened(address)
            await asyncio.sleep(0.1)
            assert await ended(await opened(address)) == b""
            second[1].close()
            await asyncio.sleep(0.1)
            third = await opened(address)
            for peer in (first, third):
                peer[1].write(HEAD + b"\r\n")
                assert (await peer[0].readline()).startswith(b"HTTP/1.1 200")

    asyncio.run(play())
