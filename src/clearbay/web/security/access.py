"""Who may do what: reading is open on this machine, everything else asks for an account."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import Request

from clearbay.casebook import Writer
from clearbay.casebook.accounts import ROLES, Session
from clearbay.vocabulary.errors import ClearbayError
from clearbay.web.layout.errors import Refused
from clearbay.web.text import both

OPEN = ("/login", "/setup", "/static", "/bulletin", "/favicon.ico")
"""Addresses (and what lies below) that anyone may read and write: signing in, and what is meant for the public."""

CHANGES_NOTHING = ("/recompute",)
"""Ends of addresses that are posted to for their work's sake and may be, wherever reading may."""

SAFE = ("GET", "HEAD", "OPTIONS")
WRITES = "operator"
"""Least role of any request that may change something; routes ask for more by `require`."""


class AccountsWanted(ClearbayError):
    """The pages would be open to others, and there is no account."""


class SignInFirst(Refused):
    """The request needs an account."""

    def __init__(self) -> None:
        told = both("error.sign_in_first")
        super().__init__(401, told.en, told.zh)


class RoleTooLow(Refused):
    """The request needs a higher role."""

    def __init__(self, role: str, session: Session) -> None:
        needed, held = both(f"login.role_{role}"), both(f"login.role_{session.role}")
        told = both("error.role_too_low", account=session.account, needed=needed, held=held)
        super().__init__(403, told.en, told.zh)


def is_open(path: str) -> bool:
    """Whether an address is for anyone."""
    return any(path == one or path.startswith(one + "/") for one in OPEN)


def needed_role(method: str, path: str, *, near: bool) -> str:
    """Give the least role for a request; "" where anyone may."""
    if is_open(path):
        return ""
    if method in SAFE or path.endswith(CHANGES_NOTHING):
        return "" if near else "viewer"
    if path == "/logout":
        return ""
    return "viewer" if path == "/account" else WRITES


def session_of(request: Request) -> Session | None:
    """Who is signed in."""
    found = getattr(request.state, "session", None)
    return found if isinstance(found, Session) else None


def require(role: str) -> Callable[[Request], Session]:
    """Give a dependency that lets accounts of at least this role through.

    Raises
    ------
    SignInFirst : nobody is signed in. RoleTooLow : the role is lower.
    """
    assert role in ROLES

    def needed(request: Request) -> Session:
        session = session_of(request)
        if session is None:
            raise SignInFirst
        if not session.may(role):
            raise RoleTooLow(role, session)
        return session

    return needed


def writer(request: Request, at: datetime | None = None) -> Writer:
    """Give who writes by this request; `at` is the service's time where it is not the clock's (a demonstration)."""
    session = session_of(request)
    client = request.client.host if request.client else ""
    return Writer(session.account if session else "anyone", at or datetime.now(UTC), client)
