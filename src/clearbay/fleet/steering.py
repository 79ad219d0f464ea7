"""Steering a running fleet from another process: one JSON object a line over a local socket, one back."""

import asyncio
import json
import os
import socket
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import cast

from clearbay.fleet.errors import FleetError
from clearbay.fleet.faults import Fault, Kind
from clearbay.fleet.running import Fleet
from clearbay.vocabulary.errors import ClearbayError

_LONGEST_LINE = 1 << 18
_PATIENCE_S = 30.0

Reply = dict[str, object]


class NoFleet(FleetError):
    """No fleet listens on this socket."""


def as_dict(fault: Fault) -> Reply:
    """A fault as JSON can hold it."""
    values = {field.name: getattr(fault, field.name) for field in fields(fault)}
    for name in ("start", "end"):
        if values[name] is not None:
            values[name] = values[name].isoformat()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def fault_of(asked: Mapping[str, object]) -> Fault:
    """Read a fault from JSON. Raises FleetError naming the key that cannot be used."""
    kind = str(asked.get("kind"))
    if kind not in tuple(Kind):
        raise FleetError(f"kind {kind!r} is none of {', '.join(Kind)}")
    known = {field.name for field in fields(Fault)} - {"fault_id"}
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise FleetError(f"a fault has no {unknown[0]!r}; it has {', '.join(sorted(known))}")
    return Fault(
        Kind(kind),
        _names(asked, "loggers"),
        _names(asked, "codes"),
        _moment(asked, "start"),
        _moment(asked, "end"),
        _number(asked, "value"),
        _number(asked, "factor"),
        str(asked.get("flag") or ""),
    )


def _names(asked: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = asked.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise FleetError(f"{name} is a list of texts; {found!r} is not")
    return tuple(cast(list[str], found))


def _moment(asked: Mapping[str, object], name: str) -> datetime | None:
    text = asked.get(name)
    if not text:
        return None
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        raise FleetError(f"{name} {text!r} is no time (2026-03-01T08:00+08:00)") from None


def _number(asked: Mapping[str, object], name: str) -> float | None:
    found = asked.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise FleetError(f"{name} {found!r} is no number")
    return float(found)


def handle(fleet: Fleet, asked: Mapping[str, object]) -> Reply:
    """Carry out a request. Raises FleetError."""
    name = asked.get("do")
    if name == "status":
        return fleet.status()
    if name == "faults":
        return {"faults": [as_dict(fault) for fault in fleet.faults()]}
    if name == "inject":
        return as_dict(fleet.inject(fault_of({k: v for k, v in asked.items() if k != "do"})))
    if name == "clear":
        return {"ended": [as_dict(fault) for fault in fleet.clear(str(asked.get("fault_id") or "all"))]}
    if name == "pause":
        fleet.clock.pause()
    elif name == "resume":
        fleet.clock.resume()
    elif name == "speed":
        fleet.clock.set_factor(_number(asked, "factor") or 1.0)
    else:
        raise FleetError(
            f"a fleet does not know {name!r}; it knows status, faults, inject, clear, pause, resume, speed"
        )
    return fleet.status()


async def serve_steering(fleet: Fleet, path: Path) -> asyncio.Server:
    """Listen on a socket that only its owner may use. Raises FleetError when it cannot be made."""
    path.unlink(missing_ok=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                try:
                    asked = json.loads(line)
                    reply = handle(fleet, asked if isinstance(asked, dict) else {})
                except json.JSONDecodeError as error:
                    reply = {"error": f"not JSON: {error}"}
                except ClearbayError as error:
                    reply = {"error": str(error)}
                writer.write(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            return  # the one who asked has gone, or sends without end
        finally:
            writer.close()

    previous = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(answer, str(path), limit=_LONGEST_LINE)
    except OSError as error:
        raise FleetError(f"{path}: no socket can be made here ({error.strerror or error}); choose another") from error
    finally:
        os.umask(previous)


def ask(path: Path, request: Mapping[str, object]) -> Reply:
    """Ask a running fleet. Raises NoFleet, or FleetError with the fleet's own words."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE_S)
        data = b""
        try:
            connection.connect(str(path))
            connection.sendall(json.dumps(request).encode() + b"\n")
            while not data.endswith(b"\n"):
                piece = connection.recv(1 << 16)
                if not piece:
                    break
                data += piece
        except OSError as error:
            raise NoFleet(f"no fleet listens on {path}; start one with `clearbay fleet run`") from error
    if not data.endswith(b"\n"):
        raise NoFleet(f"the fleet on {path} went away")
    reply = json.loads(data)
    assert isinstance(reply, dict)
    if "error" in reply:
        raise FleetError(str(reply["error"]))
    return reply
