"""What reading gives back: the measurement table, what belongs beside it, and exact accounts of every row."""

from dataclasses import dataclass

import pyarrow as pa

from clearbay.files.errors import FileError
from clearbay.files.plan import Ignored, Note

POINTS = pa.schema(
    [
        pa.field("point_id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("zone", pa.string(), nullable=False),
        pa.field("since", pa.timestamp("us", tz="UTC")),
        pa.field("facts", pa.map_(pa.string(), pa.string()), nullable=False),
    ]
)
"""Points that files speak of.

`since` is null where a point's facts are the same on every row; else each row of this table holds from its `since` (a
soil point sampled twice has two pH).
"""

REPORTED = pa.schema(
    [
        pa.field("point_id", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("period_s", pa.int32(), nullable=False),
        pa.field("name", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
    ]
)
"""What a file publishes of its own judgement (`aqi`, `primary`, `class`, `level`, displayed beside raw values)."""


@dataclass(frozen=True)
class Counts:
    """The accounts of one file; `rows_read == rows_used + rows_rejected`, and the same of cells that held something."""

    rows_read: int = 0
    rows_used: int = 0
    rows_rejected: int = 0
    rows_in_part: int = 0
    """Of the rows used: some cell of theirs was rejected."""
    rows_without_values: int = 0
    """Of the rows used: every value cell was empty."""
    values: int = 0
    """Values in the measurement table."""
    repeats: int = 0
    """Values that only repeated one already read; nothing was added."""
    cells_rejected: int = 0
    """Value cells that could not be read, in rows that could."""
    blank_lines: int = 0
    comment_lines: int = 0


@dataclass(frozen=True)
class FileReport:
    """What came of one file: its accounts, the columns not used, what was assumed, and the error that stopped it."""

    path: str
    kind: str
    encoding: str
    delimiter: str
    zone: str
    label: str
    period_s: int
    counts: Counts
    ignored: tuple[Ignored, ...]
    notes: tuple[Note, ...]
    error: FileError | None = None


@dataclass(frozen=True)
class Reading:
    """The values of several files, and everything a reader must know of how they were read.

    `table` has the schema `clearbay.assess.observations.SCHEMA`, `points` `POINTS`, `reported` `REPORTED`, `rejects`
    `clearbay.files.rejects.SCHEMA`. `comments` are the `#` lines above the headers.
    """

    table: pa.Table
    points: pa.Table
    reported: pa.Table
    rejects: pa.Table
    files: tuple[FileReport, ...]
    comments: tuple[str, ...]

    @property
    def counts(self) -> Counts:
        """The accounts of all files together."""
        return Counts(*(sum(getattr(f.counts, name) for f in self.files) for name in Counts.__dataclass_fields__))

    @property
    def notes(self) -> list[Note]:
        """Every assumption stated, once each, in the order of the files."""
        return list(dict.fromkeys(note for f in self.files for note in f.notes))

    @property
    def ignored_columns(self) -> list[tuple[str, Ignored]]:
        """Columns that were not used, with their file."""
        return [(f.path, column) for f in self.files for column in f.ignored]
