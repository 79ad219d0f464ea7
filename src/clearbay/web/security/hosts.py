"""Which names the service answers to, and which requests come from this very machine."""

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from clearbay.web.settings import LOOPBACK, WebSettings

WRITTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
"""A Host header (RFC 9110, 7.2), without the characters that names of hosts never have."""

HANDED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers by which a proxy tells that it passes on what somebody else asks."""


def name_of(host: str) -> str:
    """Give the name in a Host header without its port, in lower case; "" where it is malformed."""
    if not WRITTEN.fullmatch(host):
        return ""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    """Whether a name or address is this machine's own."""
    if name in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_trusted(name: str, settings: WebSettings) -> bool:
    """Whether the service answers to a name.

    Any address written as a number will do: only names can be pointed at this machine by somebody else's name server
    (DNS rebinding), which is how a foreign page would read a service that is open on loopback.
    """
    known = {settings.host.lower(), name_of(urlsplit(settings.public_url).netloc), *settings.trusted_hosts}
    if not name:
        return False
    if name in known or is_loopback(name):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_near(client: str, host: str, headers: Headers) -> bool:
    """Whether a request comes from this machine and was made to it as such, not handed on by a proxy.

    The name alone does not tell: a proxy that passes `Host` on as it came lets anyone write `localhost`.
    """
    if any(name in headers for name in HANDED_ON):
        return False
    try:
        from_here = ipaddress.ip_address(client).is_loopback
    except ValueError:
        from_here = True  # no address: a socket file, or a test's client
    return from_here and is_loopback(host)
