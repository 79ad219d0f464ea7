"""The words in which worked cases tell measurements and tags, read into rows.

A series is `PERIOD: RUNS; EXCEPTIONS`:

    hours: all 200                                   every slot of the case's days
    hours: 20 of 200, 4 missing                      runs, one after another from the first midnight on
    5 min: all 900; 08:00-08:30 = 840                exceptions: slots from 08:00 up to 08:30
    hours: all 200; 03:00 missing; 04:00 = 500 flagged D; 05:00 again 180

`missing` is no row at all, `empty` a row without a number, `again` a second row for a slot, `900±0.5` a value that
swings from slot to slot. A time without a date is of
the case's first day; clock times are of the case's zone. A time that exists twice carries its offset: 02:00+01:00.

A tag is `LABEL FROM to UNTIL[, entered MOMENT][, of POINT][, id NAME]`; `to open` has no end.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from clearbay.vocabulary.clocks import day_start, to_utc
from clearbay.vocabulary.tags import LABELS, Tag

PERIODS = {"hours": 3600, "half-hours": 1800, "10 min": 600, "5 min": 300, "minutes": 60, "5 s": 5}

NAMES = {
    "PM": ("a34013", "mg/m3"),
    "SO2": ("a21026", "mg/m3"),
    "NOx": ("a21002", "mg/m3"),
    "NO": ("a21003", "mg/m3"),
    "NO2": ("a21004", "mg/m3"),
    "HCl": ("a21024", "mg/m3"),
    "CO": ("a21005", "mg/m3"),
    "NH3": ("a21001", "mg/m3"),
    "TOC": ("a24087", "mg/m3"),
    "O2": ("a19001", "%"),
    "flow": ("a00000", "m3/h"),
    "flue temperature": ("a01012", "Cel"),
    "flue pressure": ("a01013", "kPa"),
    "moisture": ("a01014", "%"),
    "furnace": ("a01901", "Cel"),
    **{f"upper {k}": (f"i3331{k}", "Cel") for k in range(10)},
    **{f"middle {k}": (f"i3332{k}", "Cel") for k in range(10)},
    **{f"lower {k}": (f"i3333{k}", "Cel") for k in range(10)},
}
"""What a case calls a parameter: its code and the unit that figures stand in."""

BASES = {"at reference O2": "reference_o2", "dry standard": "standard", "as measured": "raw"}
"""How a case says in which state a concentration stands; without it: as measured."""


class NotationError(ValueError):
    """A case is not written in the notation."""


@dataclass(frozen=True)
class Told:
    """A value as told: `start` [UTC], number (None: a row without one), flag."""

    start: datetime
    value: float | None
    flag: str = ""


@dataclass(frozen=True)
class Frame:
    """What times of a case refer to: the first and last day it is about, and the zone."""

    first: date
    last: date
    zone: str
    point: str
    entered: datetime = field(default=datetime(2000, 1, 1, tzinfo=UTC))

    def moment(self, text: str) -> datetime:
        """An instant: `08:00`, `2026-03-02 08:00`, `24:00`, `02:00+01:00`."""
        found = re.fullmatch(r"(?:(\d{4}-\d\d-\d\d) )?(\d\d):(\d\d)([+-]\d\d:\d\d)?", text.strip())
        if found is None:
            raise NotationError(f"{text!r} is no time; write 08:00 or 2026-03-02 08:00")
        day = date.fromisoformat(found[1]) if found[1] else self.first
        hour, minute = int(found[2]), int(found[3])
        if found[4]:
            return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}{found[4]}").astimezone(UTC)
        local = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute)
        return to_utc(local, self.zone)

    def slots(self, period_s: int) -> list[datetime]:
        """Starts of all slots of the case's days, as many as the days really have."""
        now, end = day_start(self.first, self.zone), day_start(self.last + timedelta(days=1), self.zone)
        found: list[datetime] = []
        while now < end:
            found.append(now)
            now += timedelta(seconds=period_s)
        return found


def parameter_of(name: str) -> tuple[str, str, str]:
    """Code, basis and unit of what a case calls, say, `NOx dry standard`."""
    for words, basis in BASES.items():
        if name.endswith(f" {words}"):
            code, unit = _known(name.removesuffix(f" {words}"))
            return code, basis, unit
    code, unit = _known(name)
    return code, "raw", unit


def _known(name: str) -> tuple[str, str]:
    try:
        return NAMES[name.strip()]
    except KeyError:
        raise NotationError(f"{name!r} is not one of {', '.join(NAMES)}") from None


def series(text: str, frame: Frame) -> tuple[int, list[Told]]:
    """Read a series: its period [s] and its rows."""
    words, _, rest = text.partition(":")
    if words not in PERIODS:
        raise NotationError(f"{words!r} is not one of {', '.join(PERIODS)}")
    period = PERIODS[words]
    runs, *exceptions = (part.strip() for part in rest.split(";"))
    slots = frame.slots(period)
    values: dict[datetime, Told] = {}
    at = 0
    for run in runs.split(","):
        count, said = _run(run.strip(), len(slots) - at)
        for slot in slots[at : at + count]:
            if (told := _told(slot, said, period)) is not None:
                values[slot] = told
        at += count
    if at != len(slots):
        raise NotationError(f"{text!r} speaks of {at} slots, but there are {len(slots)}")
    more: list[Told] = []
    for exception in exceptions:
        found = re.fullmatch(r"(.+?)(?: = | (?=missing|empty|again ))(.+)", exception)
        if found is None:
            raise NotationError(f"{exception!r} is no exception; write 03:00 missing or 03:00-05:00 = 12")
        said = found[2].removeprefix("again ")
        for slot in _slots_between(found[1], frame, period, slots):
            told = _told(slot, said, period)
            if found[2].startswith("again "):
                more += [told] if told else []
            elif told is None:
                values.pop(slot, None)
            else:
                values[slot] = told
    return period, [*values.values(), *more]


def _run(text: str, left: int) -> tuple[int, str]:
    if text.startswith("all "):
        return left, text.removeprefix("all ")
    found = re.fullmatch(r"(\d+) (?:of )?(.+)", text)
    if found is None:
        raise NotationError(f"{text!r} is no run; write 24 of 200, 4 missing or all 200")
    return int(found[1]), found[2]


def _told(slot: datetime, said: str, period: int) -> Told | None:
    number, _, flag = said.partition(" flagged ")
    if number == "missing":
        return None
    if number == "empty":
        return Told(slot, None, flag)
    middle, _, swing = number.partition("±")
    # What swings stands above its middle in every other slot and below it in between: no sensor that hangs.
    up = 1 if int(slot.timestamp()) // period % 2 == 0 else -1
    return Told(slot, round(float(middle) + up * float(swing or 0), 9), flag)


def _slots_between(text: str, frame: Frame, period: int, slots: list[datetime]) -> list[datetime]:
    daily = text.removeprefix("every day ")
    if daily != text:
        days = [frame.first + timedelta(days=k) for k in range((frame.last - frame.first).days + 1)]
        return [s for day in days for s in _slots_between(f"{day} {daily}", frame, period, slots)]
    begin, dash, end = text.partition("-") if text[4:5] != "-" else _split_dated(text)
    start = frame.moment(begin)
    stop = frame.moment(end) if dash else start + timedelta(seconds=1)
    if dash and not re.match(r"\d{4}-", end.strip()) and re.match(r"\d{4}-", begin):
        stop = frame.moment(f"{begin[:10]} {end}")
    found = [slot for slot in slots if start <= slot < stop]
    if not found:
        raise NotationError(f"{text!r} names no slot")
    return found


def _split_dated(text: str) -> tuple[str, str, str]:
    begin, rest = text[:16], text[16:]
    return begin, rest[:1], rest[1:]


def tag(text: str, frame: Frame, number: int) -> Tag:
    """Read a tag."""
    what, *rest = (part.strip() for part in text.split(","))
    found = re.fullmatch(r"(\S+) (.+) to (.+)", what)
    if found is None:
        raise NotationError(f"{text!r} is no tag; write 启炉 08:00 to 12:00")
    label, begin, end = found.groups()
    more = dict(part.split(" ", 1) for part in rest)
    known = LABELS.get(label)
    if unknown := set(more) - {"entered", "of", "id", "revision", "kind"}:
        raise NotationError(f"{text!r}: {unknown} is not known of a tag")
    return Tag(
        tag_id=more.get("id", f"T{number}"),
        point_id=more.get("of", frame.point),
        kind=more.get("kind", str(known.kind) if known else "furnace"),
        label=label,
        start=frame.moment(begin),
        end=None if end == "open" else frame.moment(end),
        entered_at=frame.moment(more["entered"]) if "entered" in more else frame.entered,
        by="operator",
        source=f"case:{number}",
        revision=int(more.get("revision", "0")),
    )
