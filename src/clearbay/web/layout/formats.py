"""Numbers, times and spans as pages write them; server and browser show the same text because only one writes it."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from clearbay.reports.assessment.figures_as_text import SIGNIFICANT, count, number, percent, unit
from clearbay.web.source import Latest
from clearbay.web.text import Text

__all__ = [
    "count", "day", "instant", "judged_value", "local", "number", "of_latest", "percent", "series_of", "span", "stamp",
    "unit", "zone_name",
]  # fmt: skip

SHOWN = 4
"""Digits of a live value: what an instrument of this field can tell."""


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(moment: datetime, zone: str) -> datetime:
    """Give an instant as local time of a zone."""
    return moment.astimezone(_zone(zone))


def day(moment: datetime, zone: str) -> tuple[datetime, datetime]:
    """Start and end (UTC) of the local day that an instant lies in."""
    start = local(moment, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    # Through the wall clock: a day of a clock change has 23 or 25 hours.
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)


def instant(moment: datetime) -> str:
    """Write an instant for a program: ISO 8601, UTC, with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(moment: datetime, zone: str, *, now: datetime | None = None) -> str:
    """Write an instant for a reader: local, to the minute, without the date when it is today's."""
    at = local(moment, zone)
    if now is not None and local(now, zone).date() == at.date():
        return f"{at:%H:%M}"
    return f"{at:%Y-%m-%d %H:%M}"


def span(seconds: float, text: Text) -> str:
    """Write a length of time roughly: 40 s, 5 min, 3 h, 2 d."""
    for size, key in ((86400, "format.days"), (3600, "format.hours"), (60, "format.minutes")):
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            return text(key, n=f"{seconds / size:.0f}")
    return text("format.seconds", n=f"{seconds:.0f}")


def zone_name(zone: str, moment: datetime, text: Text) -> str:
    """Name the clock that times of a zone are told by: Beijing time by its name, others by their offset then."""
    offset = local(moment, zone).utcoffset() or timedelta()
    hours, minutes = divmod(int(offset.total_seconds()) // 60, 60)
    utc = f"UTC{hours:+d}" + (f":{minutes:02d}" if minutes else "")
    return text("format.beijing_time") if zone == "Asia/Shanghai" else utc.replace("UTC+0", "UTC")


def series_of(one: Latest) -> str:
    """What names a live value to a page: code, basis, statistic and period, as `a21002|reference_o2|avg|300`.

    An hour's mean that comes in must not take the place of the newest five minutes.
    """
    return f"{one.code}|{one.basis}|{one.statistic}|{one.period_s}"


def judged_value(value: float | None, low: float | None, high: float | None) -> str:
    """Write a judged value to `SHOWN` digits, or to as many more as show on which side of a limit it is."""
    if value is None:
        return number(value)
    limits = [limit for limit in (low, high) if limit is not None]
    for digits in range(SHOWN, SIGNIFICANT):
        rounded = float(f"{value:.{digits}g}")
        if all((rounded > limit) == (value > limit) and (rounded < limit) == (value < limit) for limit in limits):
            return number(value, digits)
    return number(value)


def of_latest(one: Latest) -> str:
    """Write a live value: as sent where that is short enough, else rounded to `SHOWN` digits."""
    if one.value is None:
        return "–"
    return one.text if one.text and len(one.text) <= 5 else number(one.value, SHOWN)
