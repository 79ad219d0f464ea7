"""Accounts, for administrators: make them, give roles and passwords, shut and open them."""

from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from clearbay.casebook import Casebook, CasebookError
from clearbay.casebook.accounts import ROLES, Session
from clearbay.web.layout.errors import NotThere
from clearbay.web.layout.page import render, words_of
from clearbay.web.security import require, writer

router = APIRouter()

LONGEST = 512
Change: TypeAlias = Literal["role", "password", "disable", "enable"]
Admin = Annotated[Session, Depends(require("admin"))]
Said = Annotated[str, Form(max_length=LONGEST)]


@router.get("/accounts")
def accounts(request: Request, session: Admin, done: str = "") -> Response:
    """List the accounts with what may be done to each."""
    return _page(request, session, done=done[:40])


@router.post("/accounts")
def made(request: Request, session: Admin, account: Said = "", role: Said = "viewer", password: Said = "") -> Response:
    """Make an account."""
    name = account.strip().lower()
    return _done(request, session, "add", lambda: _book(request).accounts.add(writer(request), name, role, password))


@router.post("/accounts/{account}/{change}")
def changed(
    request: Request, account: str, change: Change, session: Admin, role: Said = "", password: Said = ""
) -> Response:
    """Change an account: its role, its password, or whether it may be used."""
    held, by = _book(request).accounts, writer(request)
    take: dict[Change, Callable[[], None]] = {
        "role": lambda: held.set_role(by, account, role),
        "password": lambda: held.set_password(by, account, password),
        "disable": lambda: held.disable(by, account),
        "enable": lambda: held.enable(by, account),
    }
    return _done(request, session, change, take[change])


def _done(request: Request, session: Session, what: str, act: Callable[[], None]) -> Response:
    t = words_of(request)
    try:
        act()
    except CasebookError as refused:
        return _page(request, session, wrong=t("accounts.wrong", why=refused.said(t.lang)))
    return RedirectResponse(f"/accounts?done={what}", 303)


def _page(request: Request, session: Session, *, wrong: str = "", done: str = "") -> Response:
    t = words_of(request)
    key = f"accounts.done_{done}"
    return render(
        request,
        "accounts.html.j2",
        status_code=400 if wrong else 200,
        listed=_book(request).accounts.listed(),
        roles=tuple(ROLES),
        own=session.account,
        wrong=wrong,
        told=t(key) if done and t.has(key) else "",
    )


def _book(request: Request) -> Casebook:
    book: Casebook | None = request.app.state.casebook
    if book is None:
        raise NotThere("this service keeps no accounts", "本服务没有账号")
    return book
