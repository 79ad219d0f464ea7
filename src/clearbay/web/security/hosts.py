"""Which names the service answers to, and which requests come from this very machine."""

import ipaddress
from urllib.parse import urlsplit

from clearbay.web.settings import LOOPBACK, WebSettings


def name_of(host: str) -> str:
    """Give the name in a Host header without its port, in lower case; "" where it is malformed."""
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


def is_near(client: str, host: str) -> bool:
    """Whether a request comes from this machine and was made to it as such, not handed on by a proxy."""
    try:
        from_here = ipaddress.ip_address(client).is_loopback
    except ValueError:
        from_here = True  # no address: a socket file, or a test's client
    return from_here and is_loopback(host)
