"""What the side of every page leads to. An entry shows once the page it names exists."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from clearbay.web.source import Live

NEXT_AT_MOST = 512
"""Characters of an address that signing in leads back to."""


@dataclass(frozen=True)
class Entry:
    """A way to a page: the key of its words, its address, and the kind of point that it needs (empty: none)."""

    key: str
    path: str
    needs: str = ""


@dataclass(frozen=True)
class Group:
    """Entries under a heading."""

    key: str
    entries: tuple[Entry, ...]


GROUPS = (
    Group("nav.district", (Entry("nav.overview", "/"), Entry("nav.points", "/points"))),
    Group(
        "nav.measured",
        (
            Entry("nav.plant", "/plant", "stack"),
            Entry("nav.effluent", "/effluent", "effluent"),
            Entry("nav.air", "/air", "air"),
            Entry("nav.water", "/water", "section"),
            Entry("nav.soil", "/soil", "soil"),
            Entry("nav.energy", "/energy", "stack"),
        ),
    ),
    Group(
        "nav.judged",
        (
            Entry("nav.findings", "/findings"),
            Entry("nav.follow_ups", "/follow-ups"),
            Entry("nav.alarms", "/alarms"),
        ),
    ),
    Group("nav.sources", (Entry("nav.loggers", "/loggers"), Entry("nav.packets", "/packets"))),
    Group("nav.books", (Entry("nav.plans", "/plans"), Entry("nav.bulletin", "/bulletin"))),
)


def groups(request: Request) -> list[Group]:
    """Give the groups whose pages exist in this service and have something to show in this district."""
    known: frozenset[str] = request.app.state.page_paths
    live: Live = request.app.state.live
    kinds = {point.kind for point in live.district().points}
    kept = [
        Group(group.key, tuple(e for e in group.entries if e.path in known and (not e.needs or e.needs in kinds)))
        for group in GROUPS
    ]
    return [group for group in kept if group.entries]


def sign_in_at(request: Request) -> str:
    """Address of the page for signing in that leads back to where the reader is, with what was asked there."""
    there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if len(there) > NEXT_AT_MOST:
        there = request.url.path
    return "/login" if there == "/" or there.startswith("/login") else f"/login?next={quote(there, safe='/')}"


def is_here(entry: Entry, path: str) -> bool:
    """Whether a page belongs under an entry: the address itself, or one below it."""
    return path == entry.path or (entry.path != "/" and path.startswith(entry.path + "/"))
