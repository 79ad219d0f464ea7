"""Who writes, when, and from where: given with every change."""

from dataclasses import dataclass
from datetime import UTC, datetime

from clearbay.vocabulary.errors import ClearbayError


class NoOffset(ClearbayError):
    """An instant came without its offset from UTC."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A person (account name, or `service`, `resident`), the instant of writing, and the address it came from."""

    person: str
    at: datetime
    origin: str = ""


def instant_text(moment: datetime) -> str:
    """Write an instant as UTC with microseconds, so that texts sort as instants do.

    Raises
    ------
    NoOffset : the instant has no offset.
    """
    if moment.tzinfo is None:
        raise NoOffset(f"{moment.isoformat()} has no offset from UTC; give one")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def instant_of(text: str) -> datetime:
    """Read an instant as it was written."""
    return datetime.fromisoformat(text)
