"""The guard before every page: pure ASGI, so that streams pass through untouched."""

import asyncio
import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clearbay.casebook import Casebook
from clearbay.casebook.database import NotNow
from clearbay.web.layout.errors import error, for_machines, problem
from clearbay.web.layout.navigation import sign_in_at
from clearbay.web.security import bodies, forms
from clearbay.web.security.access import SAFE, RoleTooLow, SignInFirst, needed_role
from clearbay.web.security.headers import added
from clearbay.web.security.hosts import is_near, is_trusted, name_of
from clearbay.web.security.rates import Rate, counted
from clearbay.web.settings import WebSettings
from clearbay.web.source import Bilingual
from clearbay.web.text import both

SESSION = "clearbay_session"
LOG = logging.getLogger(__name__)


class Guard:
    """Checks host, rate, size, session, role and form of every request, and adds headers to every answer."""

    def __init__(
        self,
        inner: ASGIApp,
        app: FastAPI,
        casebook: Casebook | None,
        settings: WebSettings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._inner, self._app, self._casebook, self._settings, self._clock = inner, app, casebook, settings, clock
        self._key = casebook.key("forms") if casebook is not None else b""
        self._gate = bodies.Gate()
        self._rates = {
            name: Rate(count)
            for name, count in (
                ("login", settings.logins_per_minute),
                ("write", settings.writes_per_minute),
                ("api", settings.api_per_minute),
            )
            if count
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._inner(scope, receive, send)
            return
        request = Request(scope, receive)
        https = scope.get("scheme") == "https"
        state = scope.setdefault("state", {})
        cookies = cookie_parser(request.headers.get("cookie", ""))
        token = cookies.get(SESSION, "")
        session = None
        if self._casebook is not None and token:
            try:
                session = self._casebook.accounts.session(token, self._clock())
            except NotNow as wrong:
                # Pages that are open stay so; who must be signed in is asked to.
                LOG.error("%s", wrong)
        held = cookies.get(forms.COOKIE, "")
        secret = held or forms.new_secret()
        bound = token if session is not None else ""
        state |= {
            "session": session,
            "session_token": bound,
            "person": session.account if session else "",
            "role": session.role if session else "",
            "form_token": forms.token(self._key, secret, bound) if self._casebook is not None else "",
            "form_used": False,
            "may_read": session is not None,
        }

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = added(list(message.get("headers", ())), https=https)
                if state["form_used"] and not held:
                    secure = "; Secure" if https or self._settings.secure_cookies else ""
                    cookie = f"{forms.COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}"
                    headers.append((b"set-cookie", cookie.encode()))
                message["headers"] = headers
            await send(message)

        try:
            refusal = self._refusal(request)
            if refusal is None and scope["method"] not in SAFE:
                body = await self._body(request, receive)
                receive = bodies.again(body, receive)
                if self._casebook is not None and not await self._is_ours(request, body, receive, held, bound):
                    refusal = self._told(request, 403, both("error.form_gone"))
        except bodies.TooLarge:
            refusal = self._told(request, 413, both("error.too_large"))
        except bodies.TooManyAtOnce:
            refusal = self._told(request, 503, both("error.too_many_files"))
            refusal.headers["retry-after"] = "10"
        except TimeoutError:
            refusal = self._told(request, 408, both("error.too_slow"))
        except ClientDisconnect:
            return
        except HTTPException as wrong:
            refusal = self._told(request, wrong.status_code, both("error.4xx"))
        if refusal is not None:
            await refusal(scope, receive, with_headers)
            return
        await self._inner(scope, receive, with_headers)

    async def _body(self, request: Request, receive: Receive) -> bytes:
        most = bodies.limit_of(request.headers.get("content-type", ""))
        large, address = most > bodies.PLAIN, counted(request.client.host if request.client else "")
        if large and not self._gate.enter(address):
            raise bodies.TooManyAtOnce
        try:
            async with asyncio.timeout(bodies.MULTIPART_S if large else bodies.PLAIN_S):
                return await bodies.read(receive, request.headers.get("content-length", ""), most)
        finally:
            if large:
                self._gate.leave(address)

    def _refusal(self, request: Request) -> Response | None:
        method, path = request.method, request.url.path
        host = name_of(request.headers.get("host", ""))
        if not is_trusted(host, self._settings):
            text = f"this service does not answer to {host[:100] or 'an unnamed host'}; see --trusted-host\n"
            return problem(request, 421, text.strip()) if for_machines(request) else PlainTextResponse(text, 421)
        if _embedded_elsewhere(request.headers):
            return self._told(request, 403, both("error.other_site"))
        client = request.client.host if request.client else ""
        wait = self._wait(method, path, client)
        if wait:
            after = {"Retry-After": str(math.ceil(wait))}
            if for_machines(request):
                answer = problem(request, 429, "too many requests; wait a little")
                answer.headers.update(after)
                return answer
            return PlainTextResponse("too many requests; wait a little\n请求过于频繁，请稍候\n", 429, headers=after)
        if method not in SAFE and not _same_origin(request.headers, host):
            return self._told(request, 403, both("error.other_site"))
        near = is_near(client, host, request.headers)
        role = needed_role(method, path, near=near)
        session = request.state.session
        request.state.may_read = near or session is not None
        if not role or (session is not None and session.may(role)):
            return None
        if session is not None:
            return self._told(request, 403, RoleTooLow(role, session))
        if method == "GET" and not for_machines(request):
            return RedirectResponse(sign_in_at(request), 303)
        return self._told(request, 401, SignInFirst())

    def _wait(self, method: str, path: str, client: str) -> float:
        if path.startswith("/api/"):
            name = "api"
        elif method in SAFE:
            return 0.0
        else:
            name = "login" if path in ("/login", "/setup") else "write"
        rate = self._rates.get(name)
        return rate.wait(client) if rate is not None else 0.0

    async def _is_ours(self, request: Request, body: bytes, receive: Receive, held: str, bound: str) -> bool:
        given = request.headers.get(forms.HEADER, "")
        if not given:
            given = await bodies.field(request.scope, body, receive, forms.FIELD)
        return forms.fits(self._key, held, bound, given)

    def _told(self, request: Request, status: int, detail: Bilingual) -> Response:
        request.scope["app"] = self._app
        return error(request, status, detail)


def _embedded_elsewhere(headers: Headers) -> bool:
    """Whether another site's page asks for something of ours for itself, rather than leading a reader here.

    The page would see nothing of the answer, but could ask for long exports and open streams until we are worn out.
    """
    return headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode", "navigate") != "navigate"


def _same_origin(headers: Headers, host: str) -> bool:
    """Whether a browser says that the request was made by one of our own pages; programs say nothing and pass."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or (origin != "null" and name_of(urlsplit(origin).netloc) == host)
