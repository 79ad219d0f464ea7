"""Signing in and out, one's own password, and the first account by the setup token."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from clearbay.casebook import Casebook
from clearbay.casebook.accounts import SESSION as LASTS
from clearbay.casebook.accounts import LoginRefused, LoginThrottled, Session
from clearbay.casebook.database import CasebookError
from clearbay.web.layout.errors import NotThere
from clearbay.web.layout.navigation import NEXT_AT_MOST
from clearbay.web.layout.page import render, words_of
from clearbay.web.security import require, session_of, writer
from clearbay.web.security.forms import COOKIE
from clearbay.web.security.guard import SESSION
from clearbay.web.settings import WebSettings

router = APIRouter()

LONGEST = NEXT_AT_MOST


def _book(request: Request) -> Casebook:
    book: Casebook | None = request.app.state.casebook
    if book is None:
        raise NotThere("this service keeps no accounts", "本服务没有账号")
    return book


def own_path(there: str) -> str:
    """Give an address of our own to go on to; anything that could lead elsewhere becomes the overview."""
    safe = there.startswith("/") and not there.startswith(("//", "/\\")) and "\\" not in there and there.isprintable()
    return there if safe else "/"


def _origin(request: Request) -> str:
    return request.client.host if request.client else ""


def _signed_in(request: Request, account: str, password: str, there: str) -> Response:
    book = _book(request)
    token = book.accounts.sign_in(datetime.now(UTC), _origin(request), account, password)
    settings: WebSettings = request.app.state.settings
    response = RedirectResponse(own_path(there), 303)
    secure = settings.secure_cookies or request.url.scheme == "https"
    response.set_cookie(
        SESSION, token, max_age=int(LASTS.total_seconds()), path="/", httponly=True, samesite="lax", secure=secure
    )
    # A form cookie that was planted before signing in is of no use after it.
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/login")
def login_page(request: Request, there: Annotated[str, Query(alias="next", max_length=LONGEST)] = "/") -> Response:
    """Ask for name and password."""
    book = _book(request)
    return render(request, "login.html.j2", there=own_path(there), refused="", any=book.accounts.any())


@router.post("/login")
def login(
    request: Request,
    account: Annotated[str, Form(max_length=LONGEST)] = "",
    password: Annotated[str, Form(max_length=LONGEST)] = "",
    there: Annotated[str, Form(max_length=LONGEST)] = "/",
) -> Response:
    """Sign in; a session that the browser already had ends."""
    book = _book(request)
    try:
        response = _signed_in(request, account, password, there)
    except LoginRefused as error:
        key = "login.throttled" if isinstance(error, LoginThrottled) else "login.refused"
        status = 429 if isinstance(error, LoginThrottled) else 401
        told = words_of(request)(key)
        return render(request, "login.html.j2", status_code=status, there=own_path(there), refused=told, any=True)
    if session_of(request) is not None:
        book.accounts.sign_out(writer(request), request.state.session_token)
    return response


@router.post("/logout")
def logout(request: Request) -> Response:
    """Sign out."""
    if session_of(request) is not None:
        _book(request).accounts.sign_out(writer(request), request.state.session_token)
    response = RedirectResponse("/", 303)
    response.delete_cookie(SESSION, path="/")
    return response


@router.get("/setup")
def setup_page(request: Request) -> Response:
    """Ask for the setup token and the first account."""
    if _book(request).accounts.any():
        return RedirectResponse("/login", 303)
    return render(request, "setup.html.j2", refused="")


@router.post("/setup")
def setup(
    request: Request,
    token: Annotated[str, Form(max_length=LONGEST)] = "",
    account: Annotated[str, Form(max_length=LONGEST)] = "",
    password: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Make the first account, an administrator, and sign in."""
    try:
        _book(request).accounts.set_up(datetime.now(UTC), _origin(request), token, account, password)
        return _signed_in(request, account, password, "/")
    except CasebookError as error:
        told = error.said(words_of(request).lang)
        return render(request, "setup.html.j2", status_code=400, refused=told)


@router.get("/account")
def account_page(request: Request, session: Annotated[Session, Depends(require("viewer"))]) -> Response:
    """Show who is signed in, and let the password be changed."""
    return render(request, "account.html.j2", session=session, told="", wrong=False)


@router.post("/account")
def change_password(
    request: Request,
    session: Annotated[Session, Depends(require("viewer"))],
    old: Annotated[str, Form(max_length=LONGEST)] = "",
    password: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Change one's own password; every session of the account ends, this browser gets a new one."""
    book, t = _book(request), words_of(request)
    try:
        probe = book.accounts.sign_in(datetime.now(UTC), _origin(request), session.account, old)
        book.accounts.sign_out(writer(request), probe)
        book.accounts.set_password(writer(request), session.account, password)
    except LoginRefused:
        told = t("login.old_wrong")
        return render(request, "account.html.j2", status_code=400, session=session, told=told, wrong=True)
    except CasebookError as error:
        return render(request, "account.html.j2", status_code=400, session=session, told=error.said(t.lang), wrong=True)
    return _signed_in(request, session.account, password, "/account")
