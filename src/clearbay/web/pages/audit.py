"""The log of writes, for administrators: who did what, when, to what, from where, and whether it is whole."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from clearbay.casebook import Casebook
from clearbay.casebook.accounts import Session
from clearbay.web.audit_lines import GROUPS, line
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.security import require

router = APIRouter()

A_PAGE = 100


@router.get("/audit")
def audit(
    request: Request,
    session: Annotated[Session, Depends(require("admin"))],
    search: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int, Query(ge=0, le=2**53)] = 0,
    group: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the log, the newest first."""
    book: Casebook = request.app.state.casebook
    live, t = live_of(request), words_of(request)
    chosen = group if group in GROUPS else ""
    entries = book.audit.entries(search=search, before=before, limit=A_PAGE + 1, starts=GROUPS.get(chosen, ()))
    more = entries[A_PAGE - 1].number if len(entries) > A_PAGE else 0
    broken = book.audit.broken_at()
    district = live.district()
    names = {point.point_id: t.of(point.name) for point in district.points}
    rules = {rule.rule_id: t.of(rule.name) for rule in district.alarms}
    return render(
        request,
        "audit.html.j2",
        lines=[line(one, names, rules, district.zone, t) for one in entries[:A_PAGE]],
        search=search,
        group=chosen,
        groups=tuple(GROUPS),
        more=more,
        broken=broken,
    )
