"""What happened, as one line for a reader: a finding, an alarm, a logger. In both languages, to be said once."""

from collections.abc import Mapping
from datetime import datetime

from clearbay.reports.assessment.figures_as_text import number, unit
from clearbay.web.layout.formats import local
from clearbay.web.source import Event, Live
from clearbay.web.text import Text, text


def point_name(live: Live, point_id: str, t: Text) -> str:
    """What a reader calls a point; its id where the district does not know it."""
    for point in live.district().points:
        if point.point_id == point_id:
            return t.of(point.name)
    return point_id


def finding_line(live: Live, row: Mapping[str, object], t: Text) -> str:
    """Say a finding in a line: when, where, what, its value and its limit."""
    when = row["time"]
    start = f"{local(when, str(row['zone'])):%m-%d %H:%M}" if isinstance(when, datetime) else ""
    value, most, least = (row.get(name) for name in ("value", "limit_max", "limit_min"))
    given = unit(str(row.get("unit") or ""))
    limit = ""
    if isinstance(most, float):
        limit = f"≤ {number(most)}"
    elif isinstance(least, float):
        limit = f"≥ {number(least)}"
    return t(
        "news.finding" if limit else "news.finding_without_limit",
        time=start,
        point=point_name(live, str(row["point_id"]), t),
        parameter=t.symbol(str(row["code"])),
        averaging=t.averaging(str(row["averaging"])),
        value=f"{number(value)} {given}".strip() if isinstance(value, float) else "–",
        limit=f"{limit} {given}".strip(),
        # A value far above its limit needs the reason at once: nobody on a hall screen follows the link.
        verdict=t("news.exempt") if row["verdict"] == "exempt" else t.names.verdict(str(row["verdict"] or "")),
    ).strip()


PLAIN = (str, int, float, bool)


def lines(live: Live, event: Event) -> dict[str, object]:
    """Give what a page is told of an event: its plain values, and of a finding its line in both languages."""
    told: dict[str, object] = {}
    for name, value in event.data.items():
        if isinstance(value, PLAIN):
            told[name] = value
        elif isinstance(value, datetime):
            told[name] = value.isoformat()
    if event.kind == "finding" and "finding_id" in event.data:
        told |= {"zh": finding_line(live, event.data, text("zh")), "en": finding_line(live, event.data, text("en"))}
    return told
