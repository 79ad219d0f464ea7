"""Loggers and packets over the API: what came, what was kept, what was refused."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from clearbay.web.api import shapes
from clearbay.web.api.answers import MAY_LACK, PROBLEMS, Name, Word, address, answer
from clearbay.web.layout.errors import NotThere
from clearbay.web.layout.page import live_of
from clearbay.web.packet_text import packet_text, visible

router = APIRouter(prefix="/api/v1", tags=["sources"])


@router.get("/loggers", response_model=shapes.Loggers, responses=PROBLEMS, summary="The account of every logger")
def loggers(request: Request) -> Response:
    """Give all loggers; of each received = stored + refused + duplicate."""
    items = [
        shapes.Logger(
            mn=one.mn,
            site_id=one.site_id,
            version=one.version,
            last_seen=one.last_seen,
            received=one.received,
            stored=one.stored,
            refused=one.refused,
            duplicate=one.duplicate,
            latest_refusals=[
                shapes.Refusal(packet_id=packet, received_at=at, reason=why) for packet, at, why in one.latest_refusals
            ],
        )
        for one in live_of(request).loggers()
    ]
    return answer(request, shapes.Loggers(items=items))


@router.get("/packets", response_model=shapes.Packets, responses=PROBLEMS, summary="Packets, the newest first")
def packets(
    request: Request,
    mn: Word | None = None,
    verdict: Literal["accepted", "duplicate", "refused"] | None = None,
    before: Annotated[int | None, Query(ge=0, le=2**62, description="numbers below this one")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Give packets as they came, a page at a time."""
    found = live_of(request).packets(mn, verdict, before, limit + 1)
    items = [shapes.Packet.model_validate(_packet(row)) for row in found.slice(0, limit).to_pylist()]
    more = address(request, {"limit": limit, "before": items[-1].number}) if found.num_rows > limit else None
    return answer(request, shapes.Packets(items=items, next=more))


@router.get(
    "/packets/{packet_id}", response_model=shapes.OpenedPacket, responses=MAY_LACK, summary="A packet, explained"
)
def packet(request: Request, packet_id: Name) -> Response:
    """Give one packet: its bytes as text, what the protocol says of it, the values made from it."""
    row = live_of(request).packet(packet_id)
    if row is None:
        raise NotThere(f"there is no packet {packet_id!r}")
    raw = row["bytes"]
    assert isinstance(raw, bytes)
    more = {"explained": packet_text(raw).lines, "observations": row.get("observations") or []}
    return answer(request, shapes.OpenedPacket.model_validate(_packet(row) | more))


def _packet(row: Mapping[str, object]) -> dict[str, object]:
    raw = row["bytes"]
    assert isinstance(raw, bytes)
    return {**row, "size": len(raw), "text": visible(raw)}
