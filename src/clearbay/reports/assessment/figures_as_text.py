"""Numbers, units and periods as a reader sees them."""

import math
from datetime import datetime, timedelta

UNITS = {
    "ug/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "ng/m3": "ng/m³",
    "ug/L": "µg/L",
    "1": "",
    "Cel": "°C",
    "m3/h": "m³/h",
    "m3": "m³",
    "m3/s": "m³/s",
}

SIGNIFICANT = 6
"""Digits shown of a value: more than any limit has, fewer than a float's noise."""

ROUGHLY = 4
"""Digits of a mean or a highest value that only describes; verdicts show `SIGNIFICANT`."""


def number(value: float | None, digits: int = SIGNIFICANT) -> str:
    """Write a value with at most so many significant digits and no exponent; an absent one as a dash."""
    if value is None or math.isnan(value):
        return "–"
    text = f"{value:.{digits}g}"
    if "e" in text:
        text = f"{value:.12f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.0f}"
    return text.replace("-", "−")


def count(n: int) -> str:
    """Write a count with thin groups of three."""
    return f"{n:,}"


def percent(part: int, whole: int) -> str:
    """Write a share in percent with one decimal; nothing of nothing is a dash."""
    return "–" if whole == 0 else f"{100 * part / whole:.1f} %"


def unit(text: str) -> str:
    """Write a unit as it is printed; a plain number has none."""
    return UNITS.get(text, text)


def with_unit(name: str, unit_text: str) -> str:
    """Join a name and its unit for a heading."""
    shown = unit(unit_text)
    return f"{name} ({shown})" if shown else name


def period(start: datetime, period_s: int, averaging: str) -> str:
    """Write the period of a window by its local start: a day, month or year by its name, hours from and to.

    Parameters
    ----------
    start : naive local time.
    """
    if averaging in ("year", "p90", "p95", "p98"):
        return f"{start:%Y}"
    if averaging in ("month", "quarter", "season"):
        return f"{start:%Y-%m}"
    if averaging in ("day", "mda8"):
        return f"{start:%Y-%m-%d}"
    if period_s == 0:
        midnight = start.hour == 0 and start.minute == 0
        return f"{start:%Y-%m-%d}" if midnight else f"{start:%Y-%m-%d %H:%M}"
    end = start + timedelta(seconds=period_s)
    same = end.date() == start.date()
    return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}" if same else f"{start:%Y-%m-%d %H:%M} – {end:%m-%d %H:%M}"
