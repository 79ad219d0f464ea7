"""Errors as a reader meets them: a page with what to do, or problem+json (RFC 9457) under /api."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from clearbay.vocabulary.errors import SaidInBoth
from clearbay.web.source import Bilingual
from clearbay.web.text import both

PROBLEM = "application/problem+json"


class NotThere(SaidInBoth):
    """What the address names does not exist. Pages say so in both languages; `zh` is empty under /api only."""

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en, zh)


class BadRequest(SaidInBoth):
    """What the address or the form asks cannot be done; the message says why. `zh` is empty under /api only."""

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en, zh)


def no_site(site_id: str) -> NotThere:
    """Give the error of a site that the district does not have."""
    told = both("error.no_site", id=site_id)
    return NotThere(told.en, told.zh)


def no_point(point_id: str) -> NotThere:
    """Give the error of a point that the district does not have."""
    told = both("error.no_point", id=point_id)
    return NotThere(told.en, told.zh)


def not_a_day(text: str, name: str = "") -> BadRequest:
    """Give the error of a text that should be a day."""
    what = f"{name}={text[:40]!r}" if name else f"{text[:40]!r}"
    return BadRequest(f"{what} is not a day; write it as 2026-03-01", f"{what} 不是日期；请写成 2026-03-01")


def year_out_of_reach(text: str, name: str) -> BadRequest:
    """Give the error of a day that lies in no year of ours."""
    what = f"{name}={text[:40]!r}"
    return BadRequest(f"{what}: years lie between 1970 and 2199", f"{what}：年份须在 1970 至 2199 之间")


class Refused(HTTPException):
    """A request is refused with a status; why is said in both languages."""

    def __init__(self, status: int, en: str, zh: str) -> None:
        super().__init__(status, en)
        self.en, self.zh = en, zh


def problem(request: Request, status: int, detail: str, **more: object) -> JSONResponse:
    """Write an error as RFC 9457 has it; `type` is about:blank, so `title` is the status' own phrase."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(
        body | {"instance": request.url.path} | more, status_code=status, media_type=PROBLEM, headers={}
    )


def for_machines(request: Request) -> bool:
    """Whether whoever asks is a program: everything under /api and the event stream."""
    return request.url.path.startswith(("/api/", "/events"))


def error(request: Request, status: int, detail: str | Bilingual, **more: object) -> Response:
    """Answer an error in the form that fits the address; a page says it in its reader's language."""
    if for_machines(request):
        return problem(request, status, detail if isinstance(detail, str) else detail.en, **more)
    from clearbay.web.layout.page import render, words_of  # noqa: PLC0415  (a page may itself raise NotThere)

    told = words_of(request).of(detail)
    return render(request, "error.html.j2", status_code=status, status=status, detail=told)


def install_errors(app: FastAPI) -> None:
    """Answer our own errors, wrong parameters and unknown addresses."""

    @app.exception_handler(NotThere)
    def not_there(request: Request, exc: NotThere) -> Response:
        return error(request, 404, exc)

    @app.exception_handler(BadRequest)
    def bad_request(request: Request, exc: BadRequest) -> Response:
        return error(request, 400, exc)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, exc: RequestValidationError) -> Response:
        wrong = [{"where": ".".join(str(part) for part in e["loc"]), "what": e["msg"]} for e in exc.errors()]
        named = "、".join(one["where"].rpartition(".")[2] for one in wrong)
        detail = Refused(
            422, "; ".join(f"{one['where']}: {one['what']}" for one in wrong), f"以下内容无法识别或不能为空：{named}"
        )
        return error(request, 422, detail, errors=wrong)

    @app.exception_handler(HTTPException)
    def http(request: Request, exc: HTTPException) -> Response:
        # The words of the server's own refusals say no more than the page's heading does.
        own = str(exc.detail) if for_machines(request) else ""
        response = error(request, exc.status_code, exc if isinstance(exc, Refused) else own)
        response.headers.update(exc.headers or {})
        return response

    @app.exception_handler(500)
    def broken(request: Request, exc: Exception) -> Response:
        # What went wrong is in the log; a reader gets no traceback.
        return error(request, 500, "")
