"""What continuous assessment has to judge: days of points, years, and hours that only minutes have reached."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from clearbay.platform.judging import bounds

LATE_S = 120
"""How long after the end of an hour or a day what is missing of it is waited for [s]."""

DAYS_AT_ONCE = 31

Dirty = tuple[str, date]
"""A point and a day of its zone."""


@dataclass
class Work:
    """What is to be judged: days now, days once they are over, years, and hours that only minutes have reached."""

    days: set[Dirty] = field(default_factory=set)
    later: dict[Dirty, float] = field(default_factory=dict)
    """Days that go on, with the instant [s] from which they are judged whole."""
    years: set[tuple[str, int]] = field(default_factory=set)
    waiting: set[tuple[str, int]] = field(default_factory=set)
    """(point, start of the hour [s]) that minutes came of and the hour did not."""
    early: set[tuple[str, int]] = field(default_factory=set)
    """(point, start of the hour [s]) that came before it was over."""
    changed: set[Dirty] = field(default_factory=set)
    """Days whose values may have been taken away: what stands on them and does not come out again is superseded."""
    changed_years: set[tuple[str, int]] = field(default_factory=set)


def runs(days: Iterable[Dirty], at_most: int = DAYS_AT_ONCE) -> list[tuple[str, date, date]]:
    """Days of points as runs of days that follow one another: point, first and last day."""
    found: list[tuple[str, date, date]] = []
    for point, day in sorted(days):
        if found and found[-1][0] == point and day == found[-1][2] + timedelta(days=1):
            first = found[-1][1]
            if (day - first).days < at_most:
                found[-1] = (point, first, day)
                continue
        found.append((point, day, day))
    return found


def days(first: date, last: date) -> list[date]:
    """Days from `first` to `last`."""
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def over(day: date, zone: str) -> float:
    """Instant [s] from which a day of a zone is judged whole."""
    return bounds(day, zone)[1].timestamp() + LATE_S
