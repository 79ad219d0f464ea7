"""What changed between two districts, as entries of a journal that only grows."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

from clearbay.district.model import Bilingual, District
from clearbay.store.channels import ALWAYS, FOR_EVER, UTC_OFFSET_S

T = TypeVar("T")

HIDDEN = ("password", "key")
"""Fields of which the journal says that they changed, never what they are."""
BEIJING = timezone(timedelta(seconds=UTC_OFFSET_S))
MASK = "•••"
WHOLE_FILES = ("outline.geojson", "twins/", "standards/", "plans/")
"""Files whose change is told as a whole, by their digests."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: the file, the key of its row, the field; "" before for what is new, "" after for what is gone.

    `field` is empty where a whole row or file came, went or changed.
    """

    file: str
    key: str
    field: str
    before: str
    after: str


def changes(old: District, new: District) -> list[Entry]:
    """Give what changed from one district to the other, in the order of files and rows."""
    found = list(_fields("district.yaml", "", {"zone": old.zone, **_texts(old)}, {"zone": new.zone, **_texts(new)}))
    found += _rows("sites.csv", old.sites, new.sites, lambda site: site.site_id)
    found += _rows("points.csv", old.points, new.points, lambda point: point.point_id)
    found += _rows("loggers.csv", old.loggers, new.loggers, lambda logger: logger.mn)
    found += _rows(
        "channels.csv",
        old.channels,
        new.channels,
        lambda c: f"{c.mn}/{c.st}/{c.code}/{_text('valid_from', c.valid_from)}",
    )
    found += _rows(
        "permits.csv",
        old.permits,
        new.permits,
        lambda p: f"{p.point_id}/{p.standard}/{'+'.join(p.parameters or ())}/{p.valid_from or ''}",
    )
    found += _rows("tags.csv", old.tags, new.tags, lambda tag: f"{tag.tag_id}/{tag.revision}")
    found += _rows("households.csv", old.households, new.households, lambda h: f"{h.household_id}/{h.joined}")
    found += _rows("activities.csv", old.activities, new.activities, lambda a: a.activity_id)
    found += _rows("alarms.yaml", old.alarms, new.alarms, lambda rule: rule.rule_id)
    for name in sorted(old.files.keys() | new.files.keys()):
        before, after = old.files.get(name, ""), new.files.get(name, "")
        if name.startswith(WHOLE_FILES) and before != after:
            found.append(Entry(name, "", "", before[:12], after[:12]))
    return found


def append(path: Path, entries: Sequence[Entry], at: datetime, digest: str) -> None:
    """Append entries to a journal file (JSON lines), on disk before it returns; `at` is when the change was taken up.

    A last line that a power loss cut is closed, and stays. Raises OSError when the file cannot be written.
    """
    lines = [
        {
            "at": at.isoformat(timespec="seconds"),
            "file": entry.file,
            "key": entry.key,
            "field": entry.field,
            "from": entry.before,
            "to": entry.after,
            "district": digest[:12],
        }
        for entry in entries
    ]
    if not lines:
        return
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            content = "\n" + content
        view = memoryview(content.encode())
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> Iterator[tuple[datetime, Entry]]:
    """Read a journal, oldest first, each entry with when it was taken up; a line that was cut is passed over.

    A journal that does not exist yet has no entries.
    """
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                given = json.loads(line)
                entry = Entry(*(str(given[name]) for name in ("file", "key", "field", "from", "to")))
                at = datetime.fromisoformat(given["at"])
            except (ValueError, KeyError, TypeError):
                continue
            yield at, entry


def _texts(district: District) -> dict[str, str]:
    said = {"name": district.name, **{f"texts.{key}": text for key, text in district.texts.items()}}
    return {key: _text(key, value) for key, value in said.items()} | {
        "plans": " ".join(plan.name for plan in district.plans)
    }


def _rows(file: str, old: Iterable[T], new: Iterable[T], key: Callable[[T], str]) -> Iterator[Entry]:
    before, after = {key(row): row for row in old}, {key(row): row for row in new}
    for name, row in before.items():
        if name not in after:
            yield Entry(file, name, "", _line(row), "")
    for name, row in after.items():
        if name not in before:
            yield Entry(file, name, "", "", _line(row))
        elif row != before[name]:
            yield from _fields(file, name, _cells(before[name], masked=False), _cells(row, masked=False))


def _fields(file: str, key: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Entry]:
    for field in dict.fromkeys((*before, *after)):
        was, now = before.get(field, ""), after.get(field, "")
        if was != now:
            hide = field in HIDDEN
            yield Entry(file, key, field, MASK if hide and was else was, MASK if hide and now else now)


def _line(row: object) -> str:
    return "; ".join(f"{name}={text}" for name, text in _cells(row, masked=True).items() if text)


def _cells(row: object, *, masked: bool) -> dict[str, str]:
    """Text by field of a dataclass."""
    found: dict[str, str] = {}
    for field in fields(row):  # type: ignore[arg-type]  # every row of a district is a dataclass
        text = _text(field.name, getattr(row, field.name))
        found[field.name] = MASK if masked and text and field.name in HIDDEN else text
    return found


def _text(name: str, value: object) -> str:
    if value is None or value in (ALWAYS, FOR_EVER):
        return ""
    if isinstance(value, Bilingual):
        return f"{value.zh} / {value.en}"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ";".join(f"{key}={value[key]}" for key in value)
    if isinstance(value, (tuple, frozenset)):
        return " ".join(str(part) for part in value)
    if isinstance(value, Path):
        return f"{value.parent.name}/{value.name}"
    if name.startswith("valid_") and isinstance(value, int):
        return datetime.fromtimestamp(value, tz=BEIJING).isoformat()
    return str(value)
