"""Requests to a logger: every command a platform may send, with the fields it carries.

Sources: HJ 212-2017 Annex C; HJ/T 212-2005 Annex C (which writes a range with a comma and PolID, and
calls the new
password PW); HJ 212-2025 Annex C through public code that quotes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from clearbay.hj212.building import build_segment
from clearbay.hj212.commands import COMMANDS, Kind
from clearbay.hj212.packet import ANSWER_WANTED, Item
from clearbay.hj212.times import format_time
from clearbay.hj212.versions import VERSION_BITS, Version
from clearbay.vocabulary.errors import ClearbayError

Fields = list[tuple[str, str]]


class RequestError(ClearbayError, ValueError):
    """A request cannot be made as asked: says which value, what it may be, and where that stands."""


@dataclass(frozen=True, slots=True)
class Station:
    """What a request needs to know of a logger."""

    mn: str
    st: str
    pw: str
    version: Version = Version.V2017


def _ranged(name: str, value: int, low: int, high: int) -> tuple[str, str]:
    if not low <= value <= high:
        raise RequestError(f"{name}={value}: allowed is {low} to {high} (HJ 212-2017 Table 4)")
    return name, str(value)


MINUTE_INTERVALS = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)  # HJ 212-2017 Table 4 [min]


def time_out(over_time_s: int, resends: int) -> Fields:
    """Fields of 1000: time-out [s] and number of resends."""
    return [_ranged("OverTime", over_time_s, 1, 99), _ranged("ReCount", resends, 1, 99)]


def clock(code: str | None = None, moment: datetime | None = None) -> Fields:
    """Fields of 1011 (no moment) and 1012 (local moment to set); `code` names an instrument, else the
    logger."""
    fields = [("PolId", code)] if code else []
    return [*fields, ("SystemTime", format_time(moment))] if moment else fields


def real_time_interval(seconds: int) -> Fields:
    """Fields of 1062 [s]."""
    return [_ranged("RtdInterval", seconds, 30, 3600)]


def minute_interval(minutes: int) -> Fields:
    """Fields of 1064 [min]."""
    if minutes not in MINUTE_INTERVALS:
        raise RequestError(f"MinInterval={minutes}: allowed are {MINUTE_INTERVALS} (HJ 212-2017 Table 4)")
    return [("MinInterval", str(minutes))]


def password(new: str, version: Version) -> Fields:
    """Fields of 1072: six characters."""
    if len(new) != 6 or not (new.isascii() and new.isalnum()):
        raise RequestError("a password is six letters or digits (HJ 212-2017 Table 4, C6)")
    return [("PW" if version is Version.V2005 else "NewPW", new)]


def history(begin: datetime, end: datetime) -> Fields:
    """Fields of 2031, 2041, 2051, 2061 (and 2071): a range of local times."""
    if end < begin:
        raise RequestError(f"the range ends ({end}) before it begins ({begin})")
    return [("BeginTime", format_time(begin)), ("EndTime", format_time(end))]


def instrument(code: str, version: Version) -> Fields:
    """Fields of 3011 to 3014, 3017 to 3019, 3022, 3024: the factor whose instrument is meant."""
    return [("PolID" if version is Version.V2005 else "PolId", code)]


def sampling_period(code: str, start: str, hours: int) -> Fields:
    """Fields of 3016: start `hhmmss` and period [h]."""
    if len(start) != 6 or not start.isdigit():
        raise RequestError(f"CstartTime={start!r}: six digits hhmmss (HJ 212-2017 Table 4)")
    return [("PolId", code), ("CstartTime", start), _ranged("Ctime", hours, 1, 24)]


def information(code: str, info: str, begin: datetime | None = None, end: datetime | None = None) -> Fields:
    """Fields of 3020: field information of an instrument, over a range for logs."""
    fields = [("PolId", code), ("InfoId", info)]
    return [*fields, *history(begin, end)] if begin and end else fields


def parameter(code: str, info: str, value: str) -> Fields:
    """Fields of 3021: set one parameter of an instrument."""
    return [("PolId", code), ("InfoId", info), (f"{info}-Info", value)]


def new_key(created: datetime, key: str) -> Fields:
    """Fields of 1014 downward (2025): a new SM4 key of 16 characters."""
    if len(key.encode()) != 16:
        raise RequestError(f"an SM4 key has 16 bytes, this one {len(key.encode())}")
    return [("SKCreateTime", format_time(created)), ("NewSK", key)]


def new_mn(mn: str) -> Fields:
    """Fields of 1002 (2025): the MN the platform assigns, 24 characters."""
    if len(mn) != 24 or not (mn.isascii() and mn.isalnum()):
        raise RequestError("an MN has 24 letters or digits (HJ 212-2017 Table 3)")
    return [("MN", mn)]


def request(
    station: Station, cn: str, qn: str, fields: Sequence[tuple[str, str]] = (), items: Sequence[Item] = ()
) -> bytes:
    """Return the data segment of a request to a logger.

    Raises RequestError when the command is not one a platform sends. In 2005, notices (2012, 2022)
    carry no Flag and
    requests have Flag=3; later versions set only bit A (Annex C of both).
    """
    command = COMMANDS.get(cn)
    if command is None or command.request is None:
        raise RequestError(f"CN {cn} is not a command a platform sends")
    separator = ";"
    if station.version is Version.V2005:
        flag = None if command.request is Kind.NOTICE else 3
        # Annex C of 2005 writes ranges and the hours of 3014 with commas.
        if any(name in {"BeginTime", "CTime"} for name, _ in fields):
            separator = ","
    else:
        flag = VERSION_BITS[station.version] << 2 | ANSWER_WANTED
    return build_segment(
        station.st, cn, station.mn, qn=qn, pw=station.pw, flag=flag, fields=fields, items=items, separator=separator
    )


NO_FIELDS: Fields = []

FIRST_CONTACT: tuple[tuple[str, Callable[[], Fields]], ...] = (
    ("1011", clock),
    ("1061", lambda: NO_FIELDS),
    ("1063", lambda: NO_FIELDS),
    ("2011", lambda: NO_FIELDS),
    ("2021", lambda: NO_FIELDS),
)
"""What a platform asks at first contact, in order: clock, intervals, real-time data on, states on (§6.7)."""
