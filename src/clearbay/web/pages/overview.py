"""The district at a glance."""

from fastapi import APIRouter, Request, Response

from clearbay.web.layout.page import render

router = APIRouter()


@router.get("/")
def overview(request: Request) -> Response:
    """Show the overview."""
    return render(request, "overview.html.j2")
