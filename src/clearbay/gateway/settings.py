"""What a gateway is told: where to listen, whom to let in, how much of anything it takes."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from clearbay.vocabulary.errors import ClearbayError, SaidInBoth

Network = IPv4Network | IPv6Network


class SettingsError(ClearbayError):
    """A setting cannot be used; the message names it and what it may be."""


class CannotListen(SaidInBoth):
    """The address loggers are to reach cannot be listened on: taken by another program, not ours, or not allowed."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        why = error.strerror or str(error)
        super().__init__(
            f"loggers cannot be listened for on {host}:{port} ({why}); choose another with --host or --port",
            f"无法在 {host}:{port} 上接收数采仪（{why}）；请用 --host 或 --port 另选",
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """What one peer, and all together, may take.

    A logger sends some 1.5 kB every 30 s; the defaults allow a whole day of history at once and no more.
    """

    connections: int = 10_000
    connections_per_address: int = 1_000  # loggers behind one mobile carrier's gateway share an address
    bytes_per_s: float = 4e6  # of one connection, averaged over `burst_s`
    burst_s: float = 4.0
    waiting_bytes: int = 1 << 20  # read from one connection and not yet on disk
    all_waiting_bytes: int = 64 << 20
    unread_bytes: int = 1 << 20  # answers a peer does not take
    idle_s: float = 7500.0  # twice the longest real-time interval (3600 s, HJ 212-2017 Table 4) and some
    unfinished_s: float = 60.0  # a frame begun and not ended, although bytes drip in
    stalled_s: float = 5.0  # silence within a frame: what is there is decided (a length field may have lied)
    longest_segment: int = 9999


@dataclass(frozen=True, slots=True)
class Upper:
    """A platform above, to which accepted packets are passed on."""

    name: str
    host: str
    port: int
    window: int = 64  # packets sent and not yet answered


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a gateway."""

    store: Path
    host: str = "127.0.0.1"
    port: int = 9212
    loggers: Path | None = None
    accept_unknown: bool = False
    allow: tuple[Network, ...] = ()
    certificate: Path | None = None
    private_key: Path | None = None
    metrics_port: int | None = None
    gather_s: float = 0.02
    between_s: float = 0.0  # least time between commits: fewer, larger ones cost less; answers wait as long
    limits: Limits = field(default_factory=Limits)
    uppers: tuple[Upper, ...] = ()
    min_free_bytes: int = 256 << 20
    set_clocks: bool = True

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.private_key is None):
            raise SettingsError("TLS needs both a certificate and a private key")
        if self.loggers is None and not self.accept_unknown:
            raise SettingsError("give a file of loggers, or accept unknown ones (for tests and first contact)")


def read_network(text: str) -> Network:
    """Read `10.0.0.0/8`, `10.1.2.3` or an IPv6 network. Raises SettingsError."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(f"{text!r} is no address or network (10.0.0.0/8)") from None


def read_upper(text: str) -> Upper:
    """Read `name=host:port`. Raises SettingsError."""
    name, equals, address = text.partition("=")
    host, colon, port = address.rpartition(":")
    if not (equals and colon and name.isidentifier() and port.isascii() and port.isdigit()):
        raise SettingsError(f"{text!r} is not name=host:port")
    return Upper(name, host.strip("[]"), int(port))
