"""Cells of a row as values; what is wrong with one is noted with its line, and reading goes on."""

import math
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta, timezone
from difflib import get_close_matches
from types import MappingProxyType

from clearbay.district.model import Bilingual
from clearbay.district.problems import Problems
from clearbay.district.table import Row
from clearbay.plans.periods import parse_date
from clearbay.vocabulary.clocks import LocalTimeError, to_utc

_IDENTIFIER = re.compile(r"[\w.-]+")
_EXCEL_NUMBER = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_INSTANT = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_YES = {"1", "y", "yes", "true", "是", "公开", "√", "✓"}
_NO = {"0", "n", "no", "false", "否", "不公开", "×", ""}


class Cells:
    """The cells of one row. `sound` turns False with the first that is wrong; a wrong cell gives a stand-in value."""

    def __init__(self, row: Row, problems: Problems) -> None:
        self.row = row
        self.sound = True
        self._problems = problems

    def wrong(self, kind: str, /, **values: object) -> None:
        """Note a problem of this row."""
        self.sound = False
        self._problems.add(self.row.file, self.row.line, kind, **values)

    def notice(self, kind: str, /, **values: object) -> None:
        """Note something worth knowing that does not spoil the row."""
        self._problems.add(self.row.file, self.row.line, kind, **values)

    def text(self, name: str, default: str = "") -> str:
        """Text of a cell, or the default where it is empty."""
        return self.row.cells[name] or default

    def needed(self, name: str) -> str:
        """Text of a cell that must not be empty."""
        found = self.row.cells[name]
        if not found:
            self.wrong("empty", name=name)
        return found

    def identifier(self, name: str) -> str:
        """An id: letters of any script, digits, `-`, `_` and `.`."""
        found = self.needed(name)
        if _EXCEL_NUMBER.fullmatch(found):
            self.wrong("excel_number", name=name, text=found)
        elif found and not _IDENTIFIER.fullmatch(found):
            self.wrong("identifier", name=name, text=found)
        return found

    def one_of(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """A word out of a list; an empty cell is the default, or a problem where there is none."""
        found = self.needed(name) if default is None else self.text(name, default)
        if found and found not in allowed:
            near = get_close_matches(found, allowed, n=1)
            self.wrong("not_one_of", name=name, text=found, allowed=", ".join(near or allowed))
        return found

    def number(self, name: str, low: float, high: float) -> float | None:
        """A number within bounds, both allowed; None where the cell is empty or wrong."""
        found = self.text(name)
        if not found:
            return None
        try:
            value = float(found.replace("，", ","))
        except ValueError:
            value = math.nan
        if math.isnan(value) or not low <= value <= high:
            self.wrong("number", name=name, text=found, low=f"{low:g}", high=f"{high:g}")
            return None
        return value

    def place(self) -> tuple[float, float]:
        """Degrees of the columns lon and lat; NaN where a cell is empty or wrong."""
        lon, lat = self.number("lon", -180, 180), self.number("lat", -180, 180)
        if lat is not None and abs(lat) > 90:
            if lon is not None and abs(lon) <= 90:
                self.wrong("swapped", name=self.row.cells["site_id"], lon=f"{lon:g}", lat=f"{lat:g}")
            else:
                self.wrong("number", name="lat", text=f"{lat:g}", low="-90", high="90")
            return math.nan, math.nan
        return math.nan if lon is None else lon, math.nan if lat is None else lat

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number within bounds; an empty cell is the default, or a problem where there is none."""
        found = self.text(name) if default is not None else self.needed(name)
        if not found:
            return low if default is None else default
        if not found.isdecimal() or not low <= int(found) <= high:
            self.wrong("whole", name=name, text=found, low=low, high=high)
            return low
        return int(found)

    def day(self, name: str) -> date | None:
        """A day as 2026-03-01, 2026/3/1, 2026年3月1日 or 20260301; None where the cell is empty or wrong."""
        found = self.text(name)
        if not found:
            return None
        try:
            return parse_date(found)
        except ValueError:
            self.wrong("day", name=name, text=found)
            return None

    def instant(self, name: str, zone: str) -> datetime | None:
        """An instant (UTC) as 2026-03-01T08:00, with an offset or in `zone`; None where the cell is empty or wrong."""
        found = self.text(name)
        if not found:
            return None
        match = _INSTANT.fullmatch(found)
        if match is None:
            self.wrong("instant", name=name, text=found)
            return None
        try:
            local = datetime(*(int(part or 0) for part in match.groups()[:6]))  # type: ignore[arg-type]
            if match[7] is None:
                return to_utc(local, zone)
            return local.replace(tzinfo=_offset(match[7])).astimezone(timezone.utc)  # noqa: UP017
        except LocalTimeError as error:
            self.wrong("local_time", name=name, reason=error)
        except (ValueError, OverflowError):
            self.wrong("instant", name=name, text=found)
        return None

    def yes(self, name: str) -> bool:
        """Yes or no (是, 否, 1, 0, true, false)."""
        found = self.text(name).casefold()
        if found not in _YES | _NO:
            self.wrong("yes_or_no", name=name, text=self.text(name))
        return found in _YES

    def bilingual(self, name: str, *, needed: bool = True) -> Bilingual:
        """The text of `name_zh` and `name_en`; where one of two optional cells is empty, the other speaks for it."""
        if needed:
            return Bilingual(self.needed(f"{name}_zh"), self.needed(f"{name}_en"))
        zh, en = self.text(f"{name}_zh"), self.text(f"{name}_en")
        return Bilingual(zh or en, en or zh)

    def pairs(self, name: str) -> Mapping[str, str]:
        """`name=value` joined by `;` or `,`."""
        found: dict[str, str] = {}
        for part in filter(None, (p.strip() for p in re.split("[;,；，]", self.text(name)))):
            key, _, value = (piece.strip() for piece in part.partition("="))
            if not key or not value:
                self.wrong("pair", name=name, text=part)
            elif key in found:
                self.wrong("doubled_pair", name=name, key=key)
            else:
                found[key] = value
        return MappingProxyType(found)


def _offset(text: str) -> timezone:
    if text == "Z":
        return timezone(timedelta())
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))
