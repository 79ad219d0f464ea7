"""Reads `tags.csv`: what operators declared of furnaces and monitors (fields of `vocabulary.tags.Tag`)."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from clearbay.district.cells import Cells
from clearbay.district.columns import TAGS
from clearbay.district.located import Located, nearest, values
from clearbay.district.model import POINT_KINDS, PointEntry
from clearbay.district.problems import DistrictError, Problems
from clearbay.district.table import read_rows
from clearbay.vocabulary.clocks import DEFAULT_ZONE
from clearbay.vocabulary.tags import LABELS, Tag, TagKind

FILE = "tags.csv"
TAGGED_KINDS = ("stack", "furnace")


def read_tags(path: Path, zone: str = DEFAULT_ZONE) -> list[Tag]:
    """Read a file of tags on its own; times without an offset are in `zone`, an empty `end` is open.

    Raises
    ------
    DistrictError : the file cannot be read or lines of it are wrong; all of them are named.
    """
    problems = Problems()
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.add(str(path), 0, "unreadable", reason=error.strerror or str(error))
        raise DistrictError(path.parent, problems.errors) from error
    found = tags_of(content, zone, problems, str(path))
    if problems.errors:
        raise DistrictError(path.parent, problems.errors)
    return list(values(found))


def tags_of(content: bytes, zone: str, problems: Problems, file: str = FILE) -> list[Located[Tag]]:
    """Read the tags of a file's bytes; lines that are wrong are noted and left out."""
    found = []
    for row in read_rows(content, file, TAGS, problems):
        cells = Cells(row, problems)
        label, kind = cells.needed("label"), cells.one_of("kind", [str(k) for k in TagKind])
        known = LABELS.get(label)
        if label and known is None:
            cells.wrong("tag_label", value=label, allowed=nearest(label, LABELS, len(LABELS)))
        elif known is not None and cells.sound and kind != known.kind:
            cells.wrong("tag_kind", label=label, wanted=known.kind.value)
        for name in ("start", "entered_at"):
            cells.needed(name)
        start, end, entered = (cells.instant(name, zone) for name in ("start", "end", "entered_at"))
        if start is not None and end is not None and end <= start:
            cells.wrong("order", last="end", first="start")
        tag_id, point_id, by = cells.identifier("tag_id"), cells.identifier("point_id"), cells.needed("by")
        revision = cells.whole("revision", 0, 9999, 0)
        if cells.sound and start is not None and entered is not None:
            tag = Tag(tag_id, point_id, kind, label, start, end, entered, by, cells.text("source"), revision)
            found.append(Located(row.line, tag))
    _note_revisions(found, file, problems)
    _note_neighbours(_latest(found), file, problems)
    return found


def check_tags(tags: list[Located[Tag]], points: Mapping[str, PointEntry], problems: Problems) -> None:
    """Note tags of points that are none, or that are no furnace line."""
    for row in tags:
        point = points.get(row.value.point_id)
        if point is None:
            near = nearest(row.value.point_id, [p for p, entry in points.items() if entry.kind in TAGGED_KINDS])
            problems.add(FILE, row.line, "unknown_point", value=row.value.point_id, near=near)
        elif point.kind in POINT_KINDS and point.kind not in TAGGED_KINDS:
            problems.add(FILE, row.line, "no_furnace", value=row.value.point_id, kind=point.kind)


def _note_revisions(tags: list[Located[Tag]], file: str, problems: Problems) -> None:
    first: dict[str, Located[Tag]] = {}
    revisions: dict[tuple[str, int], int] = {}
    for row in tags:
        tag = row.value
        before = first.setdefault(tag.tag_id, row)
        if (before.value.point_id, before.value.kind) != (tag.point_id, tag.kind):
            problems.add(file, row.line, "tag_moved", value=tag.tag_id, line=before.line)
        line = revisions.setdefault((tag.tag_id, tag.revision), row.line)
        if line != row.line:
            what = f"{tag.tag_id} revision {tag.revision}"
            problems.add(file, row.line, "duplicate", name="tag_id", value=what, line=line)


def _latest(tags: list[Located[Tag]]) -> list[Located[Tag]]:
    latest: dict[str, Located[Tag]] = {}
    for row in tags:
        held = latest.get(row.value.tag_id)
        if held is None or row.value.revision > held.value.revision:
            latest[row.value.tag_id] = row
    return list(latest.values())


def _note_neighbours(tags: list[Located[Tag]], file: str, problems: Problems) -> None:
    """An open tag may only be the last one of its point and kind; tags that overlap are worth knowing."""
    series: dict[tuple[str, str], list[Located[Tag]]] = {}
    for row in tags:
        series.setdefault((row.value.point_id, row.value.kind), []).append(row)
    for rows in series.values():
        rows.sort(key=lambda row: (row.value.start, row.line))
        for before, after in pairwise(rows):
            if before.value.end is None:
                problems.add(file, before.line, "tag_open", line=after.line)
            elif after.value.start < before.value.end:
                problems.add(file, after.line, "tag_overlap", line=before.line)
        if rows[-1].value.end is None:
            problems.add(file, rows[-1].line, "tag_going_on")
