"""Legal zones, the three conventions of time labels, and the calendar as slots.

Instants are UTC; a day, month or year is one of a point's legal zone and may have 23 or 25 hours. Slots come from here,
never from the rows that happen to exist.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clearbay.vocabulary.errors import ClearbayError

DEFAULT_ZONE = "Asia/Shanghai"
"""The legal zone of a point that does not say otherwise."""

Label = Literal["start", "end", "instant"]
"""Does a time label name the start of its period, its end, or an instant?"""

EPOCH = date(1970, 1, 1)


class UnknownZone(ClearbayError):
    """A zone name is not in the IANA database."""


class LocalTimeError(ClearbayError):
    """A local time does not exist, or exists twice, because clocks change that day."""


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Give the zone of an IANA name.

    Raises
    ------
    UnknownZone : no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"zone {name!r} is not known; use an IANA name such as Asia/Shanghai or UTC") from error


def to_utc(local: datetime, zone_name: str) -> datetime:
    """Turn a wall-clock time of a zone into an instant.

    Raises
    ------
    LocalTimeError : clocks change and the time does not exist, or exists twice.
    """
    there = zone(zone_name)
    early = local.replace(tzinfo=there, fold=0).astimezone(UTC)
    late = local.replace(tzinfo=there, fold=1).astimezone(UTC)
    if early.astimezone(there).replace(tzinfo=None) != local:
        raise LocalTimeError(f"{local.isoformat()} does not exist in {zone_name}: clocks are put forward then")
    if early != late:
        raise LocalTimeError(f"{local.isoformat()} exists twice in {zone_name}: state the offset, such as +08:00")
    return early


def to_start(instant: datetime, period_s: int, label: Label) -> datetime:
    """Give the start of the period [s] that a labelled instant stands for."""
    return instant - timedelta(seconds=period_s) if label == "end" else instant


def from_start(start: datetime, period_s: int, label: Label) -> datetime:
    """Give the label of a period [s] that begins at `start`."""
    return start + timedelta(seconds=period_s) if label == "end" else start


def day_start(day: date, zone_name: str) -> datetime:
    """Give the instant at which a day of a zone begins (its first existing moment)."""
    there = zone(zone_name)
    return datetime.combine(day, time(0), tzinfo=there).astimezone(UTC)


def local_date(instant: datetime, zone_name: str) -> date:
    """Give the day of a zone that an instant falls on."""
    return instant.astimezone(zone(zone_name)).date()


def first_of_next(day: date, period: Literal["day", "month", "quarter", "year"]) -> date:
    """Give the first day of the period after the one that begins on `day`."""
    if period == "day":
        return day + timedelta(days=1)
    if period == "year":
        return date(day.year + 1, 1, 1)
    months = 1 if period == "month" else 3
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)


def period_of(day: date, period: Literal["day", "month", "quarter", "year"]) -> date:
    """Give the first day of the period that `day` belongs to."""
    if period == "day":
        return day
    if period == "month":
        return day.replace(day=1)
    if period == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return date(day.year, 1, 1)


def date_of(days: int) -> date:
    """Give the date that lies `days` after 1970-01-01."""
    return EPOCH + timedelta(days=days)
