"""How the API answers: JSON with a tag, so that who asks again for the same gets 304; pages with links to the next."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlencode

from fastapi import Path, Query, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel

from clearbay.web.api.shapes import Problem
from clearbay.web.layout.errors import PROBLEM

TEXT_AT_MOST = 100


def _in_range(moment: datetime) -> datetime:
    if not 1970 < moment.year < 2199:
        raise ValueError("years lie between 1971 and 2198")
    return moment.astimezone(UTC)


# An offset is asked for: a time without one means another instant to each reader. A plain "+" in a query is a blank.
Moment: TypeAlias = Annotated[
    AwareDatetime,
    Query(description="ISO 8601 with an offset (Z, or +08:00 written %2B08:00)"),
    AfterValidator(_in_range),
]
Word: TypeAlias = Annotated[str, Query(min_length=1, max_length=TEXT_AT_MOST)]
Name: TypeAlias = Annotated[str, Path(min_length=1, max_length=TEXT_AT_MOST)]


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM: {"schema": Problem.model_json_schema()}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    304: {"description": "nothing has changed since the answer whose ETag was sent as If-None-Match"},
    422: _problem("a parameter is wrong"),
}
"""Answers that every resource may give beside its own."""

MAY_LACK = PROBLEMS | {404: _problem("there is no such thing")}
MAY_REFUSE = MAY_LACK | {400: _problem("parameters do not go together")}


def answer(request: Request, body: BaseModel) -> Response:
    """Write an answer, or 304 where the reader has it already. A page's next one stands in `Link` too (RFC 8288)."""
    text = body.model_dump_json(by_alias=True).encode()
    tag = f'W/"{hashlib.blake2b(text, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    following = getattr(body, "next", None)
    if following:
        headers["Link"] = f'<{following}>; rel="next"'
    held = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    if tag in held:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="application/json", headers=headers)


def address(request: Request, changed: Mapping[str, object]) -> str:
    """The same question with other parameters."""
    return f"{request.url.path}?{urlencode({**request.query_params, **changed})}"
