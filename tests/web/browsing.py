"""A web face on a port of its own, and what axe finds on one of its pages."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fake_live import FakeLive
from playwright.sync_api import Page

from clearbay.casebook import Casebook
from clearbay.web.app import make_app
from clearbay.web.settings import WebSettings

CHROMIUM = Path("/usr/bin/chromium")


@contextlib.contextmanager
def served(live: FakeLive, book: Casebook | None = None) -> Iterator[str]:
    """Serve pages; give their address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = make_app(live, book, WebSettings(logins_per_minute=0, writes_per_minute=0))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def serious(page: Page) -> list[str]:
    """What axe finds on a page that keeps somebody from using it."""
    return [
        f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}"
        for v in Axe().run(page).response["violations"]
        if v["impact"] in ("serious", "critical", "moderate")
    ]
