"""Puts the guard before a web face."""

import logging

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse

from clearbay.casebook import Casebook
from clearbay.casebook.database import CasebookError, NotNow
from clearbay.web.layout.errors import error, for_machines
from clearbay.web.layout.navigation import sign_in_at
from clearbay.web.security.access import AccountsWanted, SignInFirst
from clearbay.web.security.guard import Guard
from clearbay.web.settings import WebSettings

LOG = logging.getLogger(__name__)


def refuse_without_accounts(casebook: Casebook | None, settings: WebSettings) -> None:
    """Refuse to serve pages to other machines while nobody could sign in.

    Raises
    ------
    AccountsWanted : so it is; the message says what to do.
    """
    if settings.open_to_others and (casebook is None or not casebook.accounts.any()):
        raise AccountsWanted(
            f"pages on {settings.host} would be open to other machines, and there is no account yet; "
            "make one first: clearbay account add NAME --role admin --data FOLDER\n"
            f"页面将在 {settings.host} 上对其他机器开放，但还没有账号；请先建立管理员账号："
            "clearbay account add NAME --role admin --data FOLDER"
        )


def install(app: FastAPI, casebook: Casebook | None, settings: WebSettings) -> None:
    """Guard a web face. Without a casebook nobody can sign in, and only what changes nothing can be asked for.

    Raises
    ------
    AccountsWanted : other machines could reach the pages, and there is no account.
    """
    refuse_without_accounts(casebook, settings)
    app.add_middleware(Guard, app=app, casebook=casebook, settings=settings)

    if casebook is not None:

        def csrf_token(request: Request) -> str:
            request.state.form_used = True
            return str(request.state.form_token)

        app.state.csrf_token = csrf_token

    @app.exception_handler(SignInFirst)
    def sign_in_first(request: Request, exc: SignInFirst) -> Response:
        if request.method == "GET" and not for_machines(request):
            return RedirectResponse(sign_in_at(request), 303)
        return error(request, 401, exc)

    @app.exception_handler(CasebookError)
    def refused(request: Request, exc: CasebookError) -> Response:
        return error(request, 400, exc)

    @app.exception_handler(NotNow)
    def not_now(request: Request, exc: NotNow) -> Response:
        LOG.error("%s", exc)
        return error(request, 503, exc)
