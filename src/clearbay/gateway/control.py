"""The local socket other commands talk to a running service by: one JSON object a line, one back."""

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from clearbay.vocabulary.errors import ClearbayError

NAME = "service.sock"
_LONGEST_LINE = 1 << 20
_PATIENCE_S = 600.0

Reply = dict[str, object]
Handler = Callable[[dict[str, object]], Awaitable[Reply]]


class NoService(ClearbayError):
    """No service runs on this store."""


async def serve_control(folder: Path, handle: Handler) -> asyncio.Server:
    """Answer requests on the store's socket; only its owner may connect."""
    path = folder / NAME
    path.unlink(missing_ok=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                try:
                    asked = json.loads(line)
                    reply = await handle(asked if isinstance(asked, dict) else {})
                except json.JSONDecodeError as error:
                    reply = {"error": f"not JSON: {error}"}
                except ClearbayError as error:
                    reply = {"error": str(error)}
                writer.write(json.dumps(reply, ensure_ascii=False, default=str).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            return  # the one who asked has gone, or sends without end
        finally:
            writer.close()

    server = await asyncio.start_unix_server(answer, str(path), limit=_LONGEST_LINE)
    os.chmod(path, 0o600)
    return server


def ask(folder: Path, request: dict[str, object]) -> Reply:
    """Ask the service that owns a store. Raises NoService, or ClearbayError with the service's own words."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE_S)
        try:
            connection.connect(str(folder / NAME))
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise NoService(f"no service runs on {folder}") from error
        connection.sendall(json.dumps(request).encode() + b"\n")
        data = b""
        while not data.endswith(b"\n"):
            piece = connection.recv(1 << 16)
            if not piece:
                raise NoService(f"the service on {folder} went away")
            data += piece
    reply = json.loads(data)
    assert isinstance(reply, dict)
    if "error" in reply:
        raise ClearbayError(str(reply["error"]))
    return reply
