"""The times HJ 212 writes: 14 digits to the second, 17 to the millisecond, without a zone."""

from datetime import datetime


def parse_time(text: str) -> datetime | None:
    """Return the naive local time of `YYYYMMDDhhmmss[zzz]`, or None when it is none.

    Source: HJ 212-2017 §6.3.2 (QN, 17 digits) and Table 4 (DataTime, 14 digits); 17-digit DataTimes
    occur in the field.
    """
    if len(text) not in (14, 17) or not (text.isascii() and text.isdigit()):
        return None
    try:
        moment = datetime.fromisoformat(f"{text[:8]}T{text[8:14]}")
    except ValueError:
        return None
    return moment.replace(microsecond=1000 * int(text[14:])) if len(text) == 17 else moment


def is_time(text: str) -> bool:
    """Whether `parse_time` would read it; quicker, for most times are only checked."""
    if len(text) not in (14, 17) or not (text.isascii() and text.isdigit()):
        return False
    try:
        datetime.fromisoformat(f"{text[:8]}T{text[8:14]}")
    except ValueError:
        return False
    return True


def format_time(moment: datetime) -> str:
    """Write a local time as `YYYYMMDDhhmmss`."""
    return moment.strftime("%Y%m%d%H%M%S")


def format_qn(moment: datetime) -> str:
    """Write a local time as a QN, `YYYYMMDDhhmmsszzz`."""
    return f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03d}"
