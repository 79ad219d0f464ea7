"""Headers of every answer: what a browser may load, run, frame, and tell others."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # Charts and maps carry style attributes; styles alone run nothing.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
"""Content security policy: nothing inline runs, nothing comes from elsewhere, nobody frames the pages."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(self), microphone=(), payment=(), usb=()"),
)

STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
"""Added where the request came by https."""


def added(present: list[tuple[bytes, bytes]], *, https: bool) -> list[tuple[bytes, bytes]]:
    """Give the headers of an answer with ours; one that the answer set itself stays."""
    names = {name.lower() for name, _ in present}
    ours = (*HEADERS, STRICT_TRANSPORT) if https else HEADERS
    return [*present, *((name, value) for name, value in ours if name not in names)]
