"""Dates as people write them, months, and the periods a value may cover."""

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

_DATE = re.compile(r"^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[T ]00:00(?::00)?)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_YEAR = re.compile(r"^(\d{4})年?$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})-?Q([1-4])$")
_HALF = re.compile(r"^(\d{4})-?H([12])$")


class Period(NamedTuple):
    """Days from `start` to `end`, both counted, and the label they were written as."""

    start: date
    end: date
    label: str

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return self.start <= day <= self.end


def parse_date(text: str) -> date:
    """Read a day written as 2023-06-30, 2023/6/30, 2023.6.30, 2023年6月30日 or 20230630.

    Raises ValueError with a sentence for the person who wrote it.
    """
    found = _DATE.match(text.strip()) or _COMPACT.match(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a date; write it as 2023-06-30")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as reason:
        raise ValueError(f"{text!r} is not a day of the calendar ({reason}); write it as 2023-06-30") from None


def parse_period(text: str) -> Period:
    """Read what a value covers: 2023, 2023H1, 2023Q3, 2023-07, or one day 2023-07-15.

    Raises ValueError with a sentence for the person who wrote it.
    """
    label = text.strip()
    if found := _YEAR.match(label):
        year = int(found[1])
        if year < 1:
            raise ValueError(f"{text!r} is not a year")
        return Period(date(year, 1, 1), date(year, 12, 31), f"{year:04d}")
    if found := _MONTH.match(label):
        return month_period(label)
    if found := _QUARTER.match(label):
        year, quarter = int(found[1]), int(found[2])
        return Period(date(year, 3 * quarter - 2, 1), month_end(year, 3 * quarter), f"{year:04d}Q{quarter}")
    if found := _HALF.match(label):
        year, half = int(found[1]), int(found[2])
        return Period(date(year, 6 * half - 5, 1), month_end(year, 6 * half), f"{year:04d}H{half}")
    try:
        day = parse_date(label)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a period; write a year 2023, a half 2023H1, a quarter 2023Q3, "
            "a month 2023-07 or a day 2023-07-15"
        ) from None
    return Period(day, day, day.isoformat())


def month_end(year: int, month: int) -> date:
    """Last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def month_of(day: date) -> str:
    """The month a day lies in, as 2023-07."""
    return f"{day.year:04d}-{day.month:02d}"


def month_period(month: str) -> Period:
    """First and last day of a month written 2023-07; raises ValueError when it is not one."""
    found = _MONTH.match(month.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        raise ValueError(f"{month!r} is not a month; write it as 2023-07")
    year, number = int(found[1]), int(found[2])
    return Period(date(year, number, 1), month_end(year, number), f"{year:04d}-{number:02d}")


def next_month(month: str) -> str:
    """The month after a month written 2023-07."""
    return month_of(month_period(month).end + timedelta(days=1))


def months_between(first: date, last: date) -> tuple[str, ...]:
    """All months from the one of `first` to the one of `last`, both counted."""
    months = []
    month = month_of(first)
    while month <= month_of(last):
        months.append(month)
        month = next_month(month)
    return tuple(months)
