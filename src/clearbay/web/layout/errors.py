"""Errors as a reader meets them: a page with what to do, or problem+json (RFC 9457) under /api."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from clearbay.vocabulary.errors import ClearbayError

PROBLEM = "application/problem+json"


class NotThere(ClearbayError):
    """What the address names does not exist."""


class BadRequest(ClearbayError):
    """What the address or the form asks cannot be done; the message says why."""


def problem(request: Request, status: int, detail: str, **more: object) -> JSONResponse:
    """Write an error as RFC 9457 has it; `type` is about:blank, so `title` is the status' own phrase."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(
        body | {"instance": request.url.path} | more, status_code=status, media_type=PROBLEM, headers={}
    )


def for_machines(request: Request) -> bool:
    """Whether whoever asks is a program: everything under /api and the event stream."""
    return request.url.path.startswith(("/api/", "/events"))


def error(request: Request, status: int, detail: str, **more: object) -> Response:
    """Answer an error in the form that fits the address."""
    if for_machines(request):
        return problem(request, status, detail, **more)
    from clearbay.web.layout.page import render  # noqa: PLC0415  (a page is itself one that may raise NotThere)

    return render(request, "error.html.j2", status_code=status, status=status, detail=detail)


def install_errors(app: FastAPI) -> None:
    """Answer our own errors, wrong parameters and unknown addresses."""

    @app.exception_handler(NotThere)
    def not_there(request: Request, exc: NotThere) -> Response:
        return error(request, 404, str(exc))

    @app.exception_handler(BadRequest)
    def bad_request(request: Request, exc: BadRequest) -> Response:
        return error(request, 400, str(exc))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, exc: RequestValidationError) -> Response:
        wrong = [{"where": ".".join(str(part) for part in e["loc"]), "what": e["msg"]} for e in exc.errors()]
        detail = "; ".join(f"{one['where']}: {one['what']}" for one in wrong)
        return error(request, 422, detail, errors=wrong)

    @app.exception_handler(HTTPException)
    def http(request: Request, exc: HTTPException) -> Response:
        response = error(request, exc.status_code, str(exc.detail))
        response.headers.update(exc.headers or {})
        return response

    @app.exception_handler(500)
    def broken(request: Request, exc: Exception) -> Response:
        # What went wrong is in the log; a reader gets no traceback.
        return error(request, 500, "")
