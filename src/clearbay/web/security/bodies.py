"""Bodies of requests: read whole up to a limit, so that a form's token is seen before anything is done with it."""

from collections import Counter

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope

PLAIN, MULTIPART = 64 * 1024, 12 * 1024 * 1024
"""Most bytes of a body: a form of texts, a form with files."""


PLAIN_S, MULTIPART_S = 20.0, 300.0
"""Seconds within which a body must be here: words, and files sent from a telephone with a bad line."""

LARGE_AT_ONCE, LARGE_OF_ADDRESS = 12, 3
"""Bodies with files read at once, in all and of one address: each is held in memory."""


class TooLarge(Exception):
    """A body is larger than taken."""


class TooManyAtOnce(Exception):
    """As many bodies with files as may be are being read."""


class Gate:
    """How many bodies with files are being read."""

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Take a place; whether there was one."""
        if self._of.total() >= LARGE_AT_ONCE or self._of[address] >= LARGE_OF_ADDRESS:
            return False
        self._of[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Give the place back."""
        self._of[address] -= 1
        self._of += Counter()  # forgets addresses that have none left


def limit_of(content_type: str) -> int:
    """Most bytes of a body of a kind."""
    return MULTIPART if content_type.startswith("multipart/form-data") else PLAIN


async def read(receive: Receive, declared: str, most: int) -> bytes:
    """Read a body.

    Raises
    ------
    TooLarge : it declares or sends more than `most` bytes. ClientDisconnect : the client left.
    """
    if declared and (not declared.isdigit() or int(declared) > most):
        raise TooLarge
    pieces, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise TooLarge
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


def again(body: bytes, receive: Receive) -> Receive:
    """Give the body once more, then what the connection says."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def field(scope: Scope, body: bytes, receive: Receive, name: str) -> str:
    """Read one text field of a form; "" where there is none."""
    request = Request(scope, again(body, receive))
    if not request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        return ""
    async with request.form(max_files=20, max_fields=200) as form:
        value = form.get(name)
    return value if isinstance(value, str) else ""
