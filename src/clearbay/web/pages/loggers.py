"""Loggers: when each was last heard, and the account of what it sent: received = stored + refused + duplicate."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from clearbay.web import standing
from clearbay.web.layout import formats
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.packet_text import reason_words
from clearbay.web.source import LoggerState

router = APIRouter()

ACCOUNT = ("received", "stored", "refused", "duplicate")


@dataclass(frozen=True)
class Row:
    """A logger as the page shows it."""

    logger: LoggerState
    site: str
    seen: str
    age: str
    silent: bool
    apart: int
    """Packets received and not accounted for: being written just now, or lost."""
    refusals: tuple[tuple[str, str, str], ...]


@router.get("/loggers")
def loggers(request: Request) -> Response:
    """Show all loggers, the silent ones first."""
    live, t = live_of(request), words_of(request)
    district, now = live.district(), live.now()
    sites = {site.site_id: t.of(site.name) for site in district.sites}

    def row(one: LoggerState) -> Row:
        seen = one.last_seen
        age = (now - seen).total_seconds() if seen is not None else float("inf")
        return Row(
            one,
            sites.get(one.site_id, one.site_id),
            formats.stamp(seen, district.zone, now=now) if seen is not None else "",
            formats.span(max(age, 0), t) if seen is not None else "",
            not standing.is_online(live, one),
            one.received - one.stored - one.refused - one.duplicate,
            tuple(
                (packet, _at(moment, district.zone), reason_words(reason, t.lang))
                for packet, moment, reason in one.latest_refusals
            ),
        )

    rows = sorted((row(one) for one in live.loggers()), key=lambda r: (not r.silent, r.site, r.logger.mn))
    total = {
        name: sum(getattr(r.logger, name) for r in rows) for name in ("received", "stored", "refused", "duplicate")
    }
    return render(request, "loggers.html.j2", rows=rows, total=total, silent=sum(r.silent for r in rows))


def _at(moment: datetime, zone: str) -> str:
    return f"{formats.local(moment, zone):%Y-%m-%d %H:%M:%S}"
