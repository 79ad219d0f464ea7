"""The activity calendar as the public sees it: the months of a grid, and a file that calendars take."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from clearbay.web.layout.formats import local
from clearbay.web.source import Activity, Bilingual, Live
from clearbay.web.text import Text

CRLF = "\r\n"
LINE_AT_MOST = 75
"""Octets of a line, without its break (RFC 5545, 3.1)."""


@dataclass(frozen=True)
class Day:
    """A day of the grid, with what is on."""

    day: date
    inside: bool
    today: bool
    entries: Sequence[Activity]


def public(live: Live) -> list[Activity]:
    """What the public may know of, by its start."""
    return sorted((one for one in live.district().activities if one.public), key=lambda one: one.start)


def month(entries: Sequence[Activity], year: int, number: int, today: date, zone: str) -> list[list[Day]]:
    """Lay a month out in weeks from Monday; an activity over several days stands in each."""
    return [
        [Day(day, day.month == number, day == today, [e for e in entries if _covers(e, day, zone)]) for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, number)
    ]


def _covers(one: Activity, day: date, zone: str) -> bool:
    # What ends at midnight does not touch the day that begins then.
    last = local(max(one.end - timedelta(microseconds=1), one.start), zone).date()
    return local(one.start, zone).date() <= day <= last


def moved(year: int, number: int, by: int) -> tuple[int, int]:
    """The month so many months on."""
    total = year * 12 + number - 1 + by
    return total // 12, total % 12 + 1


def icalendar(entries: Sequence[Activity], live: Live, t: Text) -> str:
    """Write activities as iCalendar (RFC 5545); instants in UTC, lines folded at 75 octets."""
    sites = {site.site_id: site for site in live.district().sites}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Clearbay//Activity calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(t.of(live.district().name))}",
    ]
    for one in entries:
        title = t.of(one.title)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escaped(one.activity_id)}@{live.district().digest[:12]}.clearbay",
            f"DTSTAMP:{_utc(live.now())}",
            f"DTSTART:{_utc(one.start)}",
            f"DTEND:{_utc(one.end)}",
            f"SUMMARY:{_escaped(_simulated(title, live, t))}",
        ]
        note = t.of(one.note)
        if note:
            lines.append(f"DESCRIPTION:{_escaped(note)}")
        site = sites.get(one.site_id)
        if site is not None:
            place = ", ".join(part for part in (t.of(site.name), t.of(site.address)) if part)
            lines += [f"LOCATION:{_escaped(place)}", f"GEO:{site.lat:.6f};{site.lon:.6f}"]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(f"{part}{CRLF}" for line in lines for part in _folded(line))


def _simulated(title: str, live: Live, t: Text) -> str:
    return f"{title} {t('bulletin.made_up')}" if live.simulated else title


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str | Bilingual) -> str:
    plain = str(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> Iterator[str]:
    held, size, room = "", 0, LINE_AT_MOST
    for sign in line:
        width = len(sign.encode())
        if size + width > room:
            yield held
            held, size, room = " ", 1, LINE_AT_MOST
        held, size = held + sign, size + width
    yield held
