"""Tokens that show a form to be ours, bound to a cookie and to the session (OWASP: signed double submit)."""

import hashlib
import hmac
import secrets

FIELD, HEADER = "csrf", "x-csrf-token"
COOKIE = "clearbay_form"


def new_secret() -> str:
    """Make what the cookie holds."""
    return secrets.token_urlsafe(24)


def token(key: bytes, secret: str, session: str) -> str:
    """Make the token of a browser's forms; another session, another token."""
    return hmac.new(key, f"{len(secret)}:{secret}:{session}".encode(), hashlib.sha256).hexdigest()


def fits(key: bytes, secret: str, session: str, given: str) -> bool:
    """Whether a token is that of this browser and session."""
    return bool(secret) and hmac.compare_digest(token(key, secret, session).encode(), given.encode())
