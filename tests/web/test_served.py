"""Where pages are served: this machine's addresses of either family, and a plain word where it cannot be."""

import asyncio
import socket
import urllib.request

import pytest
from fake_live import FakeLive

from clearbay.cli.serving import PortTaken, served
from clearbay.web.settings import WebSettings


def served_at(live: FakeLive, host: str, port: int = 0) -> str:
    async def whole() -> str:
        async with served(live, None, WebSettings(host=host, port=port)) as address:  # type: ignore[arg-type]
            return address + await asyncio.to_thread(lambda: urllib.request.urlopen(address + "points").read().decode())

    return asyncio.run(whole())


def test_pages_are_served_on_loopback_of_the_newer_internet_protocol(live: FakeLive) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    text = served_at(live, "::1")
    assert text.startswith("http://[::1]:")
    assert "</html>" in text


def test_a_port_that_is_taken_is_said_with_the_way_out(live: FakeLive) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf":{port} \(Address already in use\); .*--web-port"):
            served_at(live, "127.0.0.1", port)
