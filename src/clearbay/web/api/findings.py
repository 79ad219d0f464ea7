"""Findings over the API: pages of them, one with its evidence, its revisions."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from clearbay.web import judged
from clearbay.web.api import shapes
from clearbay.web.api.answers import MAY_LACK, PROBLEMS, Moment, Name, Word, address, answer
from clearbay.web.layout.errors import NotThere
from clearbay.web.layout.page import live_of

router = APIRouter(prefix="/api/v1", tags=["findings"])


@router.get("/findings", response_model=shapes.Findings, responses=PROBLEMS, summary="Findings, the newest first")
def findings(
    request: Request,
    point: Word | None = None,
    standard: Annotated[Word | None, Query(description="edition, as `GB 18918-2002`")] = None,
    verdict: Literal["met", "exceeded", "exempt", "not_evaluable"] | None = None,
    averaging: Annotated[Word | None, Query(description="as `1h`, `day`, `month`")] = None,
    code: Annotated[Word | None, Query(description="parameter, as `a21026`")] = None,
    since: Moment | None = None,
    until: Annotated[Moment | None, Query(description="exclusive")] = None,
    as_of: Annotated[Moment | None, Query(description="as known at this instant")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Give findings that stand, a page at a time; without the windows behind them."""
    found = live_of(request).findings(
        point, standard, verdict, averaging, since, until, as_of, limit=limit + 1, offset=offset, code=code
    )
    rows = judged.frame(found.slice(0, limit)).to_dicts()
    more = address(request, {"limit": limit, "offset": offset + limit}) if found.num_rows > limit else None
    return answer(request, shapes.Findings(items=[shapes.Finding.model_validate(row) for row in rows], next=more))


@router.get(
    "/findings/{finding_id}", response_model=shapes.Evidence, responses=MAY_LACK, summary="A finding and its evidence"
)
def finding(
    request: Request,
    finding_id: Name,
    as_of: Moment | None = None,
    revision: Annotated[int | None, Query(ge=0, le=1_000_000)] = None,
) -> Response:
    """Give one finding with every window it rests on, as it stands or as it stood."""
    row = live_of(request).finding(finding_id, as_of, revision)
    if row is None:
        raise NotThere(f"there is no finding {finding_id!r} as asked for")
    return answer(request, shapes.Evidence.model_validate(dict(row)))


@router.get(
    "/findings/{finding_id}/revisions",
    response_model=shapes.Revisions,
    responses=MAY_LACK,
    summary="How a finding changed",
)
def revisions(request: Request, finding_id: Name) -> Response:
    """Give all revisions of a finding, the first one first."""
    rows = live_of(request).revisions(finding_id)
    if not rows:
        raise NotThere(f"there is no finding {finding_id!r}")
    return answer(request, shapes.Revisions(items=[shapes.Finding.model_validate(dict(row)) for row in rows]))
