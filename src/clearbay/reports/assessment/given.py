"""What a report is made from, beside findings and measurements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from clearbay.assess.permits import Point
from clearbay.reports.assessment.words import Words
from clearbay.standards import Standards
from clearbay.vocabulary.tags import Tag


@dataclass(frozen=True)
class Counts:
    """Accounts of the rows: `read` = `judged` + `rejected`; `rejects_file` is where the rejected ones were written."""

    read: int
    judged: int
    rejected: int
    rejects_file: str = ""


@dataclass(frozen=True)
class Source:
    """A file that was read: name, rows, and how it was understood (encoding, zone, time label); digest of its bytes."""

    name: str
    rows: int | None = None
    how: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Given:
    """All that the sections draw on: findings as a frame (`findings_frame.frame`) and what explains them.

    `five_minutes` are furnace temperatures (`findings_frame.five_minute_means`), `tags` what operators declared.
    """

    findings: pl.DataFrame
    measurements: pl.DataFrame
    standards: Standards
    points: Mapping[str, Point]
    words: Words
    title: str
    notes: Sequence[str]
    sources: Sequence[Source]
    counts: Counts
    made_up: str | None
    generated_at: datetime
    five_minutes: pl.DataFrame = field(default_factory=pl.DataFrame)
    tags: Sequence[Tag] = ()

    def point_name(self, point_id: str) -> str:
        """What a reader calls a point: its name, and its id where that says more."""
        point = self.points.get(point_id)
        name = point.name.strip() if point else ""
        return name or point_id
