"""The log of writes, for administrators: who, when, what, from where, before and after, and whether it is whole."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from clearbay.casebook import Casebook
from clearbay.casebook.accounts import Session
from clearbay.web.layout.page import render
from clearbay.web.security import require

router = APIRouter()

A_PAGE = 100


@router.get("/audit")
def audit(
    request: Request,
    session: Annotated[Session, Depends(require("admin"))],
    search: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """Show the log, the newest first."""
    book: Casebook = request.app.state.casebook
    entries = book.audit.entries(search=search, before=before, limit=A_PAGE + 1)
    more = entries[A_PAGE - 1].number if len(entries) > A_PAGE else 0
    broken = book.audit.broken_at()
    return render(request, "audit.html.j2", entries=entries[:A_PAGE], search=search, more=more, broken=broken)
