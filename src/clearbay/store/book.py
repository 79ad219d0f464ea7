"""The part of a store that people and rules write: channel map, tags, findings. All append-only, with revisions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from clearbay.store.channels import Channel
from clearbay.store.errors import StoreError
from clearbay.store.series import Series
from clearbay.vocabulary.tags import Tag, TagKind

KINDS = tuple(TagKind)


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding: the columns it is looked up by, and its whole record."""

    finding_id: str
    point_id: str
    code: str
    basis: str
    time: datetime
    period_s: int
    standard: str
    clause: str
    verdict: str
    assessed_at: datetime
    content: Mapping[str, object]
    revision: int = 0


def load_series(con: duckdb.DuckDBPyConnection) -> dict[Series, int]:
    """All series and their numbers."""
    rows = con.execute("SELECT point_id, code, basis, series FROM book.series").fetchall()
    return {Series(point, code, basis): number for point, code, basis, number in rows}


def add_series(con: duckdb.DuckDBPyConnection, numbered: Mapping[Series, int]) -> None:
    """Give series their numbers, durably: all of them or none."""
    columns = {
        "series": pa.array(numbered.values(), pa.int32()),
        "point_id": pa.array([one.point_id for one in numbered], pa.string()),
        "code": pa.array([one.code for one in numbered], pa.string()),
        "basis": pa.array([one.basis for one in numbered], pa.string()),
    }
    con.register("new_series", pa.table(columns))
    try:
        con.execute("INSERT INTO book.series SELECT * FROM new_series")
    finally:
        con.unregister("new_series")


def load_channels(con: duckdb.DuckDBPyConnection, as_of: datetime | None = None) -> tuple[int, list[Channel]]:
    """Return the revision of the channel map in force (0: none was ever entered) and its rows."""
    found = con.execute(
        "SELECT max(revision) FROM book.channel_revisions WHERE entered_at <= coalesce(?, 'infinity'::TIMESTAMP)",
        [as_of],
    ).fetchone()
    if not found or found[0] is None:
        return 0, []
    rows = con.execute(
        "SELECT mn, st, code, point_id, basis, unit, label, valid_from, valid_to FROM book.channels WHERE revision = ?",
        [found[0]],
    ).fetchall()
    return int(found[0]), [Channel(*row) for row in rows]


def enter_channels(con: duckdb.DuckDBPyConnection, channels: Sequence[Channel], entered_at: datetime) -> int:
    """Enter a whole new channel map as the next revision and return its number."""
    revision = load_channels(con)[0] + 1
    con.begin()
    con.execute("INSERT INTO book.channel_revisions VALUES (?, ?)", [revision, entered_at])
    for c in channels:
        con.execute(
            "INSERT INTO book.channels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [revision, entered_at, c.mn, c.st, c.code, c.point_id, c.basis, c.unit, c.label, c.valid_from, c.valid_to],
        )
    con.commit()
    return revision


def enter_tag(con: duckdb.DuckDBPyConnection, tag: Tag) -> int:
    """Enter a tag, as the next revision when its id is known; return the revision. Raises StoreError."""
    if tag.kind not in KINDS:
        raise StoreError(f"tag {tag.tag_id}: kind {tag.kind!r} is none of {', '.join(KINDS)}")
    if tag.end is not None and tag.end < tag.start:
        raise StoreError(f"tag {tag.tag_id} ends ({tag.end}) before it starts ({tag.start})")
    revision = _next(con, "tags", "tag_id", tag.tag_id)
    con.execute(
        "INSERT INTO book.tags VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(tag.tag_id, revision, tag.point_id, tag.kind, tag.label, tag.start, tag.end),
            *(tag.entered_at, tag.by, tag.source),
        ],
    )
    return revision


def tags(con: duckdb.DuckDBPyConnection, point_id: str | None = None, as_of: datetime | None = None) -> list[Tag]:
    """Return the tags as they stood at `as_of` (UTC), each in its last revision, by start."""
    rows = con.execute(
        """SELECT tag_id, point_id, kind, label, "start", "end", entered_at, "by", source, revision FROM book.tags
        WHERE (? IS NULL OR point_id = ?) AND entered_at <= coalesce(?, 'infinity'::TIMESTAMP)
        QUALIFY row_number() OVER (PARTITION BY tag_id ORDER BY revision DESC) = 1 ORDER BY "start", tag_id""",
        [point_id, point_id, as_of],
    ).fetchall()
    return [Tag(*row) for row in rows]


def enter_finding(con: duckdb.DuckDBPyConnection, finding: StoredFinding) -> int:
    """Enter a finding, as the next revision when its id is known; the same content again is a no-op.

    Returns the revision that holds the content.
    """
    content = json.dumps(finding.content, ensure_ascii=False, sort_keys=True)
    last = con.execute(
        "SELECT revision, content FROM book.findings WHERE finding_id = ? ORDER BY revision DESC LIMIT 1",
        [finding.finding_id],
    ).fetchone()
    if last and last[1] == content:
        return int(last[0])
    revision = 0 if last is None else int(last[0]) + 1
    con.execute(
        "INSERT INTO book.findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(finding.finding_id, revision, finding.point_id, finding.code, finding.basis, finding.time),
            *(finding.period_s, finding.standard, finding.clause, finding.verdict, finding.assessed_at, content),
        ],
    )
    return revision


def findings(
    con: duckdb.DuckDBPyConnection, point_id: str | None = None, as_of: datetime | None = None
) -> list[StoredFinding]:
    """Return the findings as they stood at `as_of` (UTC), each in its last revision, by time."""
    rows = con.execute(
        """SELECT finding_id, point_id, code, basis, time, period_s, standard, clause, verdict, assessed_at, content,
        revision FROM book.findings
        WHERE (? IS NULL OR point_id = ?) AND assessed_at <= coalesce(?, 'infinity'::TIMESTAMP)
        QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY revision DESC) = 1 ORDER BY time, finding_id""",
        [point_id, point_id, as_of],
    ).fetchall()
    return [
        StoredFinding(*row[:10], content=json.loads(row[10]), revision=row[11])  # type: ignore[misc]
        for row in rows
    ]


def _next(con: duckdb.DuckDBPyConnection, table: str, column: str, value: str) -> int:
    found = con.execute(f"SELECT max(revision) FROM book.{table} WHERE {column} = ?", [value]).fetchone()
    return 0 if not found or found[0] is None else int(found[0]) + 1
