"""Numbers of what the casebook keeps: a letter, the local day, and letters nobody guesses."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo


def number_of(letter: str, at: datetime, zone: str, length: int = 4) -> str:
    """Make a number as `F20260315-9c41d0aa`: the day is that of the zone's clock, as people on the spot write it."""
    return f"{letter}{at.astimezone(ZoneInfo(zone)):%Y%m%d}-{secrets.token_hex(length)}"
