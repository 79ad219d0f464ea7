"""What an operator decides about the web face."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en"]

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class WebSettings:
    """Where the pages are served and what they assume of a reader who has chosen nothing.

    `public_url` is how readers outside reach the service (for the QR code); empty: as the request came.
    `trusted_hosts` are further names the service answers to. Rates are for one address; 0 sets none.
    """

    host: str = "127.0.0.1"
    port: int = 8642
    public_url: str = ""
    language: Language = "zh"
    secure_cookies: bool = False
    trusted_hosts: tuple[str, ...] = ()
    logins_per_minute: int = 10
    writes_per_minute: int = 60
    api_per_minute: int = 1200

    @property
    def open_to_others(self) -> bool:
        """Whether other machines can reach the pages."""
        return self.host not in LOOPBACK
