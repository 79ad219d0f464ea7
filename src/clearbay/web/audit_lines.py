"""Entries of the log of writes as a reader is told them: who did what to what, and what changed by it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clearbay.casebook.audit import Entry
from clearbay.casebook.nuisances import KINDS
from clearbay.web.layout import formats
from clearbay.web.text import Text

SERVICE = ("resident", "command-line", "setup", "service", "anyone")
"""Who writes without an account."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "account": ("account.", "session."),
    "follow_up": ("follow_up.",),
    "alarm": ("alarm.",),
    "nuisance": ("nuisance.",),
    "attachment": ("attachment.",),
}
"""Kinds of entries that a reader may choose, with what the names of their actions begin with."""

_PLACES = {
    "follow_up": "/follow-ups/{}",
    "alarm": "/alarms/{}",
    "alarm.shelve": "/alarms#rule-{}",
    "nuisance": "/bulletin/reports/{}",
    "account": "/accounts",
    "session": "/accounts",
}
_DIGEST_SHOWN = 12


@dataclass(frozen=True)
class Detail:
    """Something an entry says: its name, and how it was and is; `before` is empty where it was nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """An entry in words. `link` leads to what it is about, "" where there is no page of it."""

    number: int
    at: datetime
    person: str
    origin: str
    what: str
    subject: str
    link: str
    details: tuple[Detail, ...]


def line(entry: Entry, names: Mapping[str, str], rules: Mapping[str, str], zone: str, t: Text) -> Line:
    """Put an entry into words; `names` are those of the district's points, `rules` of its alarms, `zone` its own."""
    group = entry.what.partition(".")[0]
    key = f"audit.what_{entry.what}"
    before, after = _said(entry.before), _said(entry.after)
    return Line(
        entry.number,
        entry.at,
        t(f"audit.by_{entry.person}") if entry.person in SERVICE else entry.person,
        entry.origin,
        t(key) if t.has(key) else entry.what,
        _subject(entry, after, rules),
        _PLACES.get(entry.what, _PLACES.get(group, "")).format(entry.subject),
        tuple(
            Detail(
                _name(name, t),
                _text(group, name, before.get(name), names, zone, t),
                _text(group, name, value, names, zone, t),
            )
            for name, value in after.items()
            if value not in ("", None) and value != before.get(name) and (group, name) != ("attachment", "name")
        ),
    )


def _subject(entry: Entry, after: Mapping[str, object], rules: Mapping[str, str]) -> str:
    if entry.what == "attachment.add":
        return str(after.get("name", "")) or entry.subject[:_DIGEST_SHOWN]
    return rules.get(entry.subject, entry.subject) if entry.what == "alarm.shelve" else entry.subject


def _said(text: str) -> Mapping[str, object]:
    found = json.loads(text)
    return found if isinstance(found, dict) else {}


def _name(name: str, t: Text) -> str:
    key = f"audit.name_{name}"
    return t(key) if t.has(key) else name


def _text(group: str, name: str, value: object, names: Mapping[str, str], zone: str, t: Text) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return t("audit.yes" if value else "audit.no")
    text = str(value)
    if name in ("until", "simulated_at"):
        return formats.stamp(datetime.fromisoformat(text), zone)
    if name == "point_id":
        return names.get(text, text)
    if name == "bytes" and isinstance(value, int):
        return f"{formats.count(value)} B"
    if name == "kind" and group == "nuisance" and text in KINDS:
        return KINDS[text][0 if t.lang == "zh" else 1]
    prefixes = {"role": "login.role_", "kind": "follow.kind_", "outcome": "nuisance.outcome_", "why": "audit.why_",
                "state": "alarms.state_" if group == "alarm" else "follow.state_"}  # fmt: skip
    key = prefixes.get(name, "audit.") + text.replace(" ", "_")
    return t(key) if name in prefixes and t.has(key) else text
