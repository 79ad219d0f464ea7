"""What a caller says about files: the mapping of columns, zone, label, period, units.

What is not said is assumed, aloud.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from clearbay.files.dialect import encoding_named
from clearbay.files.errors import OptionError
from clearbay.files.numbers import Decimal
from clearbay.files.times import DateOrder
from clearbay.vocabulary import clocks, units
from clearbay.vocabulary.clocks import Label

PERIODS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86400, "分钟": 60, "小时": 3600, "日": 86400, "天": 86400}

_PERIOD = re.compile(r"(\d+)\s*(\D*)")


@dataclass(frozen=True)
class Options:
    """How files are to be read; None means: find out, and state what was assumed."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Role, parameter or `fact.NAME` -> header (or `#3`, the third column; `a+b` joins columns into a point)."""
    zone: str | None = None
    label: Label | None = None
    period_s: int | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    """Parameter (or "*" for all) -> unit."""
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Decimal | None = None
    date_order: DateOrder | None = None
    point: str | None = None
    day: date | None = None
    medium: str | None = None


@dataclass(frozen=True)
class Preset:
    """A named set of declarations for files of one origin."""

    name: str
    en: str
    zh: str
    label: Label
    period_s: int
    zone: str


PRESETS: dict[str, Preset] = {
    p.name: p
    for p in (
        Preset(
            "ministry-hourly",
            "hourly air values as the Chinese ministry publishes them: labels at the end of the hour, Beijing time",
            "国家空气质量小时值发布格式：时间为小时末，北京时间",
            "end",
            3600,
            "Asia/Shanghai",
        ),
    )
}
"""Declarations that a caller can make by one word."""


def make(
    *,
    columns: str | Mapping[str, str] | None = None,
    zone: str | None = None,
    label: str | None = None,
    period: str | int | None = None,
    unit: str | Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    date_order: str | None = None,
    point: str | None = None,
    day: str | date | None = None,
    medium: str | None = None,
    preset: str | None = None,
) -> Options:
    """Check and gather what a caller says.

    Raises
    ------
    OptionError : something is not understood; the message says what is.
    clocks.UnknownZone, units.UnitMismatch : a zone or unit is not known.
    """
    if zone is not None:
        clocks.zone(zone)
    options = Options(
        columns=columns_of(columns),
        zone=zone,
        label=_one_of("label", label, LABELS),
        period_s=None if period is None else period_seconds(period),
        units=units_of(unit),
        encoding=None if encoding is None else encoding_named(encoding),
        delimiter=_delimiter(delimiter),
        decimal=_one_of("decimal", decimal, DECIMALS),
        date_order=_one_of("date order", date_order, DATE_ORDERS),
        point=point,
        day=_day(day),
        medium=medium,
    )
    if preset is None:
        return options
    declared = PRESETS.get(preset)
    if declared is None:
        raise OptionError(f"preset {preset!r} is not known; there is {', '.join(PRESETS)}")
    return replace(
        options,
        label=options.label or declared.label,
        period_s=declared.period_s if options.period_s is None else options.period_s,
        zone=options.zone or declared.zone,
    )


def columns_of(text: str | Mapping[str, str] | None) -> Mapping[str, str]:
    """Read `time=timepoint,point=stationcode,a34004=pm2_5`; a name with a comma stands in quotation marks.

    Raises
    ------
    OptionError : a part has no `=`, or a role is given twice.
    """
    if text is None:
        return {}
    if not isinstance(text, str):
        return dict(text)
    found: dict[str, str] = {}
    for part in next(csv.reader([text], skipinitialspace=True), []):
        role, equals, header = part.partition("=")
        role, header = role.strip(), header.strip()
        if not equals or not role or not header:
            raise OptionError(f"--columns: {part!r} is not ROLE=HEADER, such as time=timepoint or a34004=pm2_5")
        if role in found:
            raise OptionError(f"--columns: {role!r} is given twice")
        found[role] = header
    return found


def units_of(text: str | Mapping[str, str] | None) -> Mapping[str, str]:
    """Read `mg/L` (for all) or `a34004=ug/m3,a21005=mg/m3`.

    Raises
    ------
    units.UnitMismatch : a unit is not known.
    """
    if text is None:
        return {}
    pairs = dict(text) if not isinstance(text, str) else columns_of(text) if "=" in text else {"*": text}
    return {key: units.unit(value).symbol for key, value in pairs.items()}


def period_seconds(text: str | int) -> int:
    """Read a period: seconds, or `1h`, `24h`, `5min`, `1d`, `instant`.

    Raises
    ------
    OptionError : not a period.
    """
    if isinstance(text, int):
        return text
    plain = text.strip().casefold()
    if plain in {"instant", "sample", "瞬时", "0"}:
        return 0
    match = _PERIOD.fullmatch(plain)
    scale = PERIODS.get(match[2] or "s") if match else None
    if match is None or scale is None:
        raise OptionError(f"period {text!r} is not understood; write 3600, 1h, 24h, 5min, 1d or instant")
    return int(match[1]) * scale


LABELS: dict[str, Label] = {"start": "start", "end": "end", "instant": "instant"}
DECIMALS: dict[str, Decimal] = {",": ",", ".": "."}
DATE_ORDERS: dict[str, DateOrder] = {"MDY": "MDY", "DMY": "DMY"}

Word = TypeVar("Word", bound=str)


def _one_of(name: str, text: str | None, known: Mapping[str, Word]) -> Word | None:
    if text is None:
        return None
    if text not in known:
        raise OptionError(f"{name} {text!r} is not known; use {' or '.join(known)}")
    return known[text]


def _delimiter(text: str | None) -> str | None:
    if text is None:
        return None
    plain = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}.get(text, text)
    if len(plain) != 1 or plain in '"\r\n':
        raise OptionError(f"delimiter {text!r} is not one character; use , ; | or tab")
    return plain


def _day(value: str | date | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise OptionError(f"day {value!r} is not YYYY-MM-DD") from error
