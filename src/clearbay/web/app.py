"""Puts the web face together: pages, JSON API, live values, static files, errors, and what guards them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from clearbay import __version__
from clearbay.casebook import Casebook
from clearbay.web import api, events, pages
from clearbay.web.layout import static
from clearbay.web.layout.errors import install_errors
from clearbay.web.security import install
from clearbay.web.settings import WebSettings
from clearbay.web.source import Live

COMPRESSED_FROM = 1000
"""Bytes of an answer from which compressing it is worth the work."""


def make_app(live: Live, casebook: Casebook | None, settings: WebSettings) -> FastAPI:
    """Make the web face over a running service.

    Parameters
    ----------
    live : what pages read (`web.source.Live`).
    casebook : accounts, follow-ups, alarms; None where nobody can sign in and nothing is written.

    Raises
    ------
    AccountsWanted : other machines could reach the pages, and there is no account.
    """
    hub = events.Hub(live)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # The chart library takes a second to make: made before the first reader asks for it.
        warming = asyncio.create_task(asyncio.to_thread(static.warm))
        yield
        hub.close()
        await warming

    app = FastAPI(
        title="Clearbay",
        version=__version__,
        summary="What a district emits, whether it complied, and what is being done.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.live = live
    app.state.casebook = casebook
    app.state.settings = settings
    app.state.hub = hub
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM, compresslevel=4)
    install_errors(app)
    install(app, casebook, settings)
    app.include_router(static.router)
    app.include_router(events.router)
    found = pages.routers()
    app.state.page_paths = frozenset(getattr(route, "path", "") for router in found for route in router.routes)
    for router in found:
        app.include_router(router, include_in_schema=False)
    for router in api.routers():
        app.include_router(router)
    return app
