"""Serving the pages in the event loop that the service runs in."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from urllib.parse import urlsplit

import uvicorn

from clearbay.casebook import Casebook
from clearbay.cli.language import Language
from clearbay.platform.live import Live
from clearbay.vocabulary.errors import SaidInBoth
from clearbay.web.app import make_app
from clearbay.web.connections import ConnectionLimits, Watch
from clearbay.web.security import refuse_without_accounts
from clearbay.web.settings import WebSettings

LEAVE_WITHIN_S = 2


class PortTaken(SaidInBoth):
    """The address of the pages cannot be listened on: taken by another program, not this machine's, or not allowed."""


class NoPublicUrl(SaidInBoth):
    """What is given as the public address is none that readers could open."""


class _Server(uvicorn.Server):
    """A server that leaves signals to the command, which has more to stop than pages."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def settings_for(
    casebook: Casebook, host: str, port: int, public_url: str, trusted: Sequence[str] = (), speak: Language = "zh"
) -> WebSettings:
    """Give the settings of the pages; `casebook` holds the accounts.

    Raises
    ------
    AccountsWanted : other machines could reach the pages and there is no account yet.
    NoPublicUrl : the public address is none.
    """
    if public_url and not _is_address(public_url):
        raise NoPublicUrl(
            f"--public-url {public_url!r} is no address of pages; write it as https://bay.example.org",
            f"--public-url {public_url!r} 不是网址；请写成 https://bay.example.org",
        )
    settings = WebSettings(
        host=host,
        port=port,
        public_url=public_url,
        language=speak,
        secure_cookies=public_url.startswith("https://"),
        trusted_hosts=tuple(name.lower() for name in trusted),
    )
    refuse_without_accounts(casebook, settings)
    return settings


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    # A QR code and notices add paths of their own; a query or a name and password would be lost or told to all.
    return parts.scheme in ("http", "https") and named and not (parts.query or parts.fragment or parts.username)


@contextlib.asynccontextmanager
async def served(
    live: Live, casebook: Casebook | None, settings: WebSettings, limits: ConnectionLimits | None = None
) -> AsyncIterator[str]:
    """Serve the pages while the block runs; give their address.

    Raises
    ------
    PortTaken : the port cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, reuse_port=False)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        raise PortTaken(
            f"pages cannot be served on {settings.host}:{settings.port} ({why}); choose another with --web-port",
            f"无法在 {settings.host}:{settings.port} 上提供页面（{why}）；请用 --web-port 另选",
        ) from error
    app = make_app(live, casebook, settings)
    watch = Watch(limits or ConnectionLimits())
    server = _Server(
        uvicorn.Config(
            app,
            http=watch.protocol(),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=LEAVE_WITHIN_S,
        )
    )
    sweeping = asyncio.create_task(watch.sweep())
    task = asyncio.create_task(server.serve([listening]))
    while not server.started and not task.done():
        await asyncio.sleep(0.02)
    if task.done():
        task.result()
    port = listening.getsockname()[1]
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    try:
        yield f"http://{shown}:{port}/"
    finally:
        app.state.hub.close()
        server.should_exit = True
        await task
        sweeping.cancel()
        listening.close()
