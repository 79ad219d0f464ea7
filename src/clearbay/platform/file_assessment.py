"""Files in, findings out: reading, choosing what applies, judging; and the record by which it can be repeated."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from clearbay import __version__
from clearbay.assess import findings as findings_module
from clearbay.assess.judge import batches
from clearbay.assess.permits import Permit, Point
from clearbay.district.tags import read_tags
from clearbay.files import Reading, read
from clearbay.standards import Standards, load
from clearbay.vocabulary.clocks import DEFAULT_ZONE
from clearbay.vocabulary.errors import ClearbayError
from clearbay.vocabulary.tags import Tag

READ_OPTIONS = (
    "columns", "zone", "label", "period", "unit", "encoding", "delimiter", "decimal", "date_order", "point", "day",
    "medium", "preset",
)  # fmt: skip
"""Options of reading that a request may carry, as text."""


class RecordError(ClearbayError):
    """The record of an assessment is missing, cannot be read, or its files are no longer what they were."""


@dataclass(frozen=True)
class Request:
    """All that decides an assessment of files, so that it can be repeated: files, how they are read, what applies.

    `tags` are files of what operators declared; `as_of` leaves out what was declared after it.
    """

    files: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    permits: tuple[Permit, ...] = ()
    standards: tuple[str, ...] = ()
    span: tuple[date, date] | None = None
    tags: tuple[str, ...] = ()
    as_of: datetime | None = None


@dataclass(frozen=True)
class Assessment:
    """What came of assessing files."""

    request: Request
    reading: Reading
    standards: Standards
    points: tuple[Point, ...]
    findings: pa.Table
    assessed_at: datetime


def read_files(request: Request, progress: Callable[[int], None] | None = None) -> Reading:
    """Read the files of a request.

    Raises
    ------
    UnreadableFiles, OptionError : see `clearbay.files.read`.
    """
    options = {name: request.options[name] for name in READ_OPTIONS if name in request.options}
    return read(request.files, progress=progress, **options)


def tags_of(request: Request) -> tuple[Tag, ...]:
    """Tags of a request's files, of each the last revision entered by `as_of`.

    Raises
    ------
    DistrictError : a file cannot be read, or lines of it are wrong.
    """
    entered = [tag for name in request.tags for tag in read_tags(Path(name), request.options.get("zone", DEFAULT_ZONE))]
    last: dict[str, Tag] = {}
    for tag in sorted(entered, key=lambda tag: tag.revision):
        if request.as_of is None or tag.entered_at <= request.as_of:
            last[tag.tag_id] = tag
    return tuple(sorted(last.values(), key=lambda tag: (tag.point_id, tag.start, tag.tag_id)))


def points_of(reading: Reading) -> tuple[Point, ...]:
    """Points that the files speak of, with their zones and facts; facts that change keep the time they hold from."""
    rows: dict[str, list[dict[str, object]]] = {}
    for row in reading.points.to_pylist():
        rows.setdefault(str(row["point_id"]), []).append(row)
    points = []
    for name, entries in rows.items():
        first = entries[0]
        later = tuple(
            (int(since.timestamp()), _facts(entry))
            for entry in entries
            if isinstance(since := entry["since"], datetime)
        )
        points.append(Point(name, str(first["name"]), str(first["zone"]), _facts(first), later))
    return tuple(points)


def _facts(row: Mapping[str, object]) -> Mapping[str, str]:
    facts = row["facts"]
    assert isinstance(facts, list | dict)
    return MappingProxyType({str(k): str(v) for k, v in (facts.items() if isinstance(facts, dict) else facts)})


def judged(
    request: Request,
    reading: Reading,
    standards: Standards,
    points: Sequence[Point],
    assessed_at: datetime,
) -> Iterator[pa.Table]:
    """Findings of the values read, some points at a time.

    Raises
    ------
    PermitError, StandardNotFound, ObservationsError : see `clearbay.assess.judge.judge`.
    """
    yield from batches(
        reading.table,
        standards,
        request.permits,
        assessed_at=assessed_at,
        points=points,
        span=request.span,
        tags=tags_of(request),
    )


def assess_files(request: Request, assessed_at: datetime) -> Assessment:
    """Read, judge and gather, in one call without progress."""
    reading = read_files(request)
    standards = load(*(Path(folder) for folder in request.standards))
    points = points_of(reading)
    found = findings_module.together(judged(request, reading, standards, points, assessed_at))
    return Assessment(request, reading, standards, points, found, assessed_at)


def record(request: Request, assessed_at: datetime) -> str:
    """Write the record of an assessment as JSON text: the request, the files' digests, version and time."""
    entry = {
        "clearbay": __version__,
        "assessed_at": assessed_at.isoformat(),
        "files": [{"path": path, "sha256": file_digest(Path(path))} for path in request.files],
        "options": dict(request.options),
        "permits": [
            {
                "point_id": p.point_id,
                "standard": p.standard,
                "profile": dict(p.profile),
                "parameters": p.parameters,
                "valid_from": _iso(p.valid_from),
                "valid_to": _iso(p.valid_to),
            }
            for p in request.permits
        ],
        "standards": list(request.standards),
        "span": None if request.span is None else [day.isoformat() for day in request.span],
        "tags": [{"path": path, "sha256": file_digest(Path(path))} for path in request.tags],
        "as_of": None if request.as_of is None else request.as_of.isoformat(),
    }
    return json.dumps(entry, ensure_ascii=False, indent=2) + "\n"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def file_digest(path: Path) -> str:
    """SHA-256 [hex] of a file's bytes."""
    state = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            state.update(chunk)
    return state.hexdigest()


def read_record(path: Path) -> Request:
    """Read a record back into a request, checking that its files are still the same bytes.

    Raises
    ------
    RecordError : the record cannot be read, or a file is gone or has changed.
    """
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        wanted = {str(file["path"]): str(file["sha256"]) for file in entry["files"]}
        tags = {str(file["path"]): str(file["sha256"]) for file in entry.get("tags", [])}
        permits = tuple(
            Permit(
                p["point_id"],
                p["standard"],
                MappingProxyType(dict(p["profile"])),
                None if p["parameters"] is None else tuple(p["parameters"]),
                _day(p["valid_from"]),
                _day(p["valid_to"]),
            )
            for p in entry["permits"]
        )
        span = (
            None
            if entry["span"] is None
            else (date.fromisoformat(entry["span"][0]), date.fromisoformat(entry["span"][1]))
        )
        as_of = entry.get("as_of")
        request = Request(
            tuple(wanted),
            dict(entry["options"]),
            permits,
            tuple(entry["standards"]),
            span,
            tuple(tags),
            None if as_of is None else datetime.fromisoformat(as_of),
        )
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror}); it is written beside the findings") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path}: is not the record of an assessment ({error})") from error
    for name, digest in {**wanted, **tags}.items():
        if not Path(name).is_file():
            raise RecordError(
                f"{name}: the file that was assessed is no longer there (looked for at {Path(name).absolute()}; "
                "put it back, or call from the folder where it was assessed)"
            )
        try:
            found = file_digest(Path(name))
        except OSError as error:
            raise RecordError(f"{name}: cannot be read ({error.strerror})") from error
        if found != digest:
            raise RecordError(
                f"{name}: is not the file that was assessed (its SHA-256 differs); findings cannot be recomputed"
            )
    return request


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
