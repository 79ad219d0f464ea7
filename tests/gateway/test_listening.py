import asyncio
import socket
from pathlib import Path

import pytest

from clearbay.gateway import Gateway, Settings
from clearbay.gateway.settings import CannotListen


async def tried(folder: Path, host: str, port: int) -> None:
    gateway = Gateway(Settings(folder, host=host, port=port, accept_unknown=True, min_free_bytes=0))
    try:
        await gateway.start()
    finally:
        await gateway.stop()


def test_a_port_that_is_taken_is_said_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port} .*--port") as refused:
            asyncio.run(tried(tmp_path, "127.0.0.1", port))
    assert "--port" in refused.value.zh


def test_a_host_that_is_not_this_machine_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotListen, match=r"nowhere\.invalid"):
        asyncio.run(tried(tmp_path, "nowhere.invalid", 0))
