"""Text into instants: ISO 8601, Chinese, spreadsheet and HJ 212 spellings, with the zone in the text or declared.

A time without a zone is a wall-clock time of the file's zone. What does not exist there, or exists twice, is refused.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.vocabulary import clocks

DateOrder = Literal["MDY", "DMY"]
Kind = Literal["zoned", "local", "day"]

EPOCH = datetime(1970, 1, 1)
EXCEL_EPOCH = datetime(1899, 12, 30)
EARLIEST, LATEST = 1950, 2100
"""Years between which a number is taken for a date; monitors are younger than the first."""

_CHINESE = re.compile(
    r"(\d{4})\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?\s*"
    r"(?:(上午|下午)?\s*(\d{1,2})\s*[时点:](?:\s*(\d{1,2})\s*分?(?:\s*[:]?(\d{1,2})\s*秒?)?)?)?"
)
_YEAR_FIRST = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]+(\d{1,2})(?:[:时](\d{1,2})?分?(?::?(\d{1,2}(?:\.\d+)?)秒?)?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(AM|PM)?)?", re.IGNORECASE
)
_NO_YEAR = re.compile(r"(\d{1,2})[-/月](\d{1,2})日?(?:[ T]+(\d{1,2})[:时](\d{1,2})?分?)?")
_CLOCK = re.compile(r"(\d{1,2})[:时](\d{1,2})?分?(?::(\d{1,2}))?")
_DIGITS = re.compile(r"\d{8}(\d{2}(\d{2}(\d{2}(\d{3})?)?)?)?")
_NUMBER = re.compile(r"\d{4,14}(\.\d+)?")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{4}\d{4}")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time that was understood: an instant ("zoned"), a wall-clock time ("local") or a whole day ("day").

    `moment` is UTC without tzinfo for "zoned", else as written. `offset` [min] of a zoned one. `how` names what was
    assumed: "" nothing, excel_serial, unix_seconds, day_order, month_only.
    """

    moment: datetime
    kind: Kind
    offset: int | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class NotTime:
    """A time that was not understood: the reason code of `rejects.REASONS` and its details."""

    reason: str
    details: tuple[str, ...]


def read_time(text: str, order: DateOrder = "MDY", day: date | None = None) -> Stamp | NotTime:
    """Read one time.

    Parameters
    ----------
    order : of `03/04/2018`. day : the row's day, which lends its date to `15:00` and its year to `05-08 15:00` (the
        latest such time that is not after the end of that day).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        return _iso(plain) or _spelled(plain, order, day)
    except (ValueError, OverflowError):
        return NotTime("no_such_time", (text,))


def _iso(text: str) -> Stamp | None:
    """Read what Python reads as ISO 8601 (`2026-02-27T0100+08:00`); None when it is not that."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if _DIGITS.fullmatch(text) and not EARLIEST <= moment.year < LATEST:
        return None
    if moment.tzinfo is None:
        return Stamp(moment, "day" if _ISO_DAY.fullmatch(text) else "local")
    return _zoned(moment)


def _zoned(moment: datetime) -> Stamp:
    offset = moment.utcoffset() or timedelta(0)
    return Stamp(moment.astimezone(UTC).replace(tzinfo=None), "zoned", int(offset.total_seconds() // 60))


def _spelled(text: str, order: DateOrder, day: date | None) -> Stamp | NotTime:
    if m := _CHINESE.fullmatch(text):
        hour = None if m[5] is None else int(m[5]) + (12 if m[4] == "下午" and int(m[5]) < 12 else 0)
        stamp = _stamp(int(m[1]), int(m[2]), int(m[3] or 1), hour, m[6], m[7])
        return stamp if m[3] else Stamp(stamp.moment, stamp.kind, how="month_only")
    if m := _YEAR_FIRST.fullmatch(text):
        stamp = _stamp(int(m[1]), int(m[3]), int(m[4]), None if m[5] is None else int(m[5]), m[6], m[7])
        if not m[8]:
            return stamp
        zone = "+00:00" if m[8].upper() == "Z" else m[8]
        return _zoned(datetime.fromisoformat(stamp.moment.isoformat() + zone))
    if m := _YEAR_LAST.fullmatch(text):
        first, second = int(m[1]), int(m[3])
        month, of_month = (first, second) if order == "MDY" else (second, first)
        hour = None if m[5] is None else int(m[5])
        if hour is not None and m[8]:
            hour = hour % 12 + (12 if m[8].upper() == "PM" else 0)
        stamp = _stamp(int(m[4]), month, of_month, hour, m[6], m[7])
        return Stamp(stamp.moment, stamp.kind, how="day_order")
    if m := _NO_YEAR.fullmatch(text):
        return _in_year_of(text, day, int(m[1]), int(m[2]), m[3], m[4])
    if m := _CLOCK.fullmatch(text):
        if day is None:
            return NotTime("no_date", (text,))
        return _stamp(day.year, day.month, day.day, int(m[1]), m[2], m[3])
    if m := _MONTH.fullmatch(text):
        return Stamp(datetime(int(m[1]), int(m[2]), 1), "day", how="month_only")
    if _NUMBER.fullmatch(text):
        return _from_number(text)
    return NotTime("bad_time", (text,))


def _in_year_of(
    text: str, day: date | None, month: int, of_month: int, hour: str | None, minute: str | None
) -> Stamp | NotTime:
    if day is None:
        return NotTime("no_year", (text,))
    for year in range(day.year, day.year - 9, -1):  # nine years hold a 29 February
        try:
            stamp = _stamp(year, month, of_month, None if hour is None else int(hour), minute, None)
        except ValueError:
            continue
        if stamp.moment.date() <= day or stamp.moment == datetime.combine(day + timedelta(days=1), time(0)):
            return stamp
    return NotTime("no_such_time", (text,))


def _from_number(text: str) -> Stamp | NotTime:
    if _DIGITS.fullmatch(text):
        year, month, of_month = int(text[:4]), int(text[4:6]), int(text[6:8])
        if EARLIEST <= year < LATEST and 1 <= month <= 12 and 1 <= of_month <= 31:
            hour = int(text[8:10]) if len(text) >= 10 else None
            return _stamp(year, month, of_month, hour, text[10:12] or None, text[12:14] or None)
    number = float(text)
    if 18264 <= number < 73051:  # Excel serials of 1950-01-01 and 2100-01-01
        moment = EXCEL_EPOCH + timedelta(seconds=round(number * 86400))
        whole_day = number.is_integer()
        return Stamp(moment, "day" if whole_day else "local", how="excel_serial")
    for scale in (1, 1000):
        if 100_000_000 <= number / scale < 4_102_444_800:  # 1973 to 2100
            moment = EPOCH + timedelta(microseconds=round(number / scale * 1e6))
            return Stamp(moment, "zoned", 0, how="unix_seconds")
    return NotTime("bad_time", (text,))


def _stamp(year: int, month: int, day: int, hour: int | None, minute: str | None, second: str | None) -> Stamp:
    if hour is None:
        return Stamp(datetime(year, month, day), "day")
    seconds = float(second or 0)
    later = hour == 24 and int(minute or 0) == 0 and seconds == 0  # 24:00 is how the end of a day is written
    moment = datetime(year, month, day, 0 if later else hour, int(minute or 0), int(seconds))
    moment += timedelta(days=int(later), microseconds=round(seconds % 1 * 1e6))
    return Stamp(moment, "local")


@dataclass(frozen=True)
class Times:
    """A column of times: `micros` [n, int64, µs UTC of the moment], `ends` [n, µs UTC of the end of a day-only time,
    else equal], `is_day` [n], `zoned` [n], `bad` [row -> why].
    """

    micros: NDArray[np.int64]
    ends: NDArray[np.int64]
    is_day: NDArray[np.bool_]
    zoned: NDArray[np.bool_]
    offsets: NDArray[np.int64]
    bad: Mapping[int, NotTime]
    hows: frozenset[str]


def read_times(cells: pa.StringArray, zone: str, order: DateOrder = "MDY", days: pa.StringArray | None = None) -> Times:
    """Read a column of times [n] as instants; each distinct text once.

    Parameters
    ----------
    zone : IANA name, of times that name none. days : column of the rows' days, where `cells` lack date or year.
    """
    if days is not None:
        pairs = pa.StructArray.from_arrays([cells, days], ["t", "d"]).to_pylist()
        index: dict[tuple[str, str], int] = {}
        where = np.array([index.setdefault((p["t"], p["d"]), len(index)) for p in pairs], dtype=np.int64)
        stamps = [_with_day(text, order, day) for text, day in index]
    else:
        coded = cells.dictionary_encode()
        where = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        stamps = [
            read_time(text, order) if text.strip() else NotTime("no_time", ()) for text in coded.dictionary.to_pylist()
        ]
    resolver = Resolver(zone)
    found = [resolver.resolve(stamp) for stamp in stamps]
    micros = np.array([f[0] if isinstance(f, tuple) else 0 for f in found], dtype=np.int64)
    ends = np.array([f[1] if isinstance(f, tuple) else 0 for f in found], dtype=np.int64)
    is_day = np.array([isinstance(s, Stamp) and s.kind == "day" for s in stamps], dtype=bool)
    zoned = np.array([isinstance(s, Stamp) and s.kind == "zoned" for s in stamps], dtype=bool)
    offsets = np.array([s.offset or 0 if isinstance(s, Stamp) else 0 for s in stamps], dtype=np.int64)
    wrong = {i: f for i, f in enumerate(found) if isinstance(f, NotTime)}
    bad = {}
    if wrong:
        for row in np.flatnonzero(np.isin(where, list(wrong))).tolist():
            bad[row] = wrong[int(where[row])]
    hows = frozenset(s.how for s in stamps if isinstance(s, Stamp) and s.how)
    return Times(micros[where], ends[where], is_day[where], zoned[where], offsets[where], bad, hows)


def _with_day(text: str, order: DateOrder, day_text: str) -> Stamp | NotTime:
    day = read_time(day_text, order) if day_text.strip() else None
    if isinstance(day, NotTime):
        return day
    if not text.strip():
        return NotTime("no_time", ())
    return read_time(text, order, day.moment.date() if day is not None else None)


class Resolver:
    """Turns stamps into instants of one zone, remembering which days its clocks do not change."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self._steady: dict[date, int | None] = {}

    def resolve(self, stamp: Stamp | NotTime) -> tuple[int, int] | NotTime:
        """Give (instant, end of the day or the same instant) [µs UTC]."""
        if isinstance(stamp, NotTime):
            return stamp
        if stamp.kind == "zoned":
            at = _micros(stamp.moment)
            return at, at
        if stamp.kind == "day":
            day = stamp.moment.date()
            return self._midnight(day), self._midnight(day + timedelta(days=1))
        offset = self._offset(stamp.moment.date())
        if offset is not None:
            at = _micros(stamp.moment) - offset
            return at, at
        try:
            at = _micros(clocks.to_utc(stamp.moment, self.zone).replace(tzinfo=None))
        except clocks.LocalTimeError as error:
            reason = "time_twice" if "twice" in str(error) else "time_skipped"
            return NotTime(reason, (stamp.moment.isoformat(sep=" "), self.zone))
        return at, at

    def _midnight(self, day: date) -> int:
        offset = self._offset(day)
        if offset is not None:
            return _micros(datetime.combine(day, time(0))) - offset
        return _micros(clocks.day_start(day, self.zone).replace(tzinfo=None))

    def _offset(self, day: date) -> int | None:
        """Offset [µs] of a day on which clocks do not change; None on the others."""
        if day not in self._steady:
            there = clocks.zone(self.zone)
            # Around the day too: a change at its very start or end makes wall-clock times doubtful.
            noon = datetime.combine(day, time(12))
            seen = {(noon + timedelta(hours=h)).replace(tzinfo=there).utcoffset() for h in (-18, -12, 0, 12, 18)}
            only = seen.pop() if len(seen) == 1 else None
            self._steady[day] = None if only is None else int(only.total_seconds() * 1_000_000)
        return self._steady[day]


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
