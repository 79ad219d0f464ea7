"""Packets as they came: the list, narrowed by logger and verdict or by a value they made; and each one opened."""

from datetime import datetime, timedelta
from typing import Annotated

import polars as pl
import pyarrow as pa
from fastapi import APIRouter, Query, Request, Response

from clearbay.web.layout import formats
from clearbay.web.layout.errors import NotThere
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.packet_text import packet_text, reason_words, visible
from clearbay.web.pages.evidence import instant

router = APIRouter()

A_PAGE = 100
PREVIEW = 110
"""Characters of a packet that a list shows."""

VERDICTS = ("accepted", "duplicate", "refused")
TEXT_AT_MOST = 100
LONGEST_S = 366 * 86400


@router.get("/packets")
def packets(
    request: Request,
    mn: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    verdict: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    point: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    code: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    at: Annotated[str, Query(max_length=TEXT_AT_MOST)] = "",
    s: Annotated[int, Query(ge=1, le=LONGEST_S)] = 3600,
) -> Response:
    """Show packets, the newest first; with `point`, `code` and `at` those that a value of `s` seconds came from."""
    live = live_of(request)
    start = instant("at", at)
    if point and code and start is not None:
        found = live.packets_behind(point, code, start, start + timedelta(seconds=s))
        rows, more = lines(request, found), False
    else:
        table = live.packets(mn or None, verdict or None, before, A_PAGE + 1)
        rows, more = lines(request, table.slice(0, A_PAGE)), table.num_rows > A_PAGE
    return render(
        request,
        "packets.html.j2",
        rows=rows,
        more=more,
        mn=mn,
        verdict=verdict,
        verdicts=VERDICTS,
        loggers=sorted(one.mn for one in live.loggers()),
        behind=_behind(request, point, code, start) if point and code and start is not None else None,
    )


def _behind(request: Request, point: str, code: str, start: datetime) -> tuple[str, str, str]:
    """Say which value the packets are of: the point's name, the parameter, the local time."""
    live, t = live_of(request), words_of(request)
    known = next((one for one in live.district().points if one.point_id == point), None)
    zone = live.district().zone if known is None else known.zone
    name = point if known is None else t.of(known.name)
    return name, t.names.parameter(code), f"{formats.local(start, zone):%Y-%m-%d %H:%M}"


@router.get("/packets/{packet_id}")
def packet(request: Request, packet_id: str) -> Response:
    """Show one packet: bytes, what the protocol says of it, and the observations made from it."""
    live, t = live_of(request), words_of(request)
    found = live.packet(packet_id) if len(packet_id) <= TEXT_AT_MOST else None
    if found is None:
        raise NotThere(
            f"there is no packet {packet_id[:TEXT_AT_MOST]}", f"没有编号为 {packet_id[:TEXT_AT_MOST]} 的报文"
        )
    raw, received = found["bytes"], found["received_at"]
    assert isinstance(raw, bytes)
    assert isinstance(received, datetime)
    zone = live.district().zone
    made = found.get("observations")
    observations = made if isinstance(made, list) else []
    return render(
        request,
        "packet.html.j2",
        packet=found,
        read=packet_text(raw),
        received=f"{formats.local(received, zone):%Y-%m-%d %H:%M:%S}",
        reason=reason_words(str(found["reason"] or ""), t.lang),
        observations=[
            {
                **one,
                "name": t.names.parameter(str(one["code"])),
                "at": f"{formats.local(one['time'], zone):%Y-%m-%d %H:%M:%S}",
                "length": formats.span(int(one["period_s"]), t) if one["period_s"] else "",
            }
            for one in observations
        ],
    )


def lines(request: Request, found: pa.Table) -> list[dict[str, object]]:
    """Write packets as lines of a list."""
    live, t = live_of(request), words_of(request)
    zone, table = live.district().zone, pl.from_arrow(found)
    assert isinstance(table, pl.DataFrame)
    rows = []
    for row in table.iter_rows(named=True):
        text = visible(row["bytes"][: 3 * PREVIEW])
        rows.append(
            {
                **{name: row[name] for name in ("number", "packet_id", "mn", "cn", "verdict", "peer")},
                "at": f"{formats.local(row['received_at'], zone):%Y-%m-%d %H:%M:%S}",
                "why": reason_words(row["reason"] or "", t.lang),
                "text": text[:PREVIEW] + ("…" if len(text) > PREVIEW else ""),
            }
        )
    return rows
