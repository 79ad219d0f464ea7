"""Measurement tables of a fictional furnace line for tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from clearbay.assess.judge import judge
from clearbay.assess.observations import SCHEMA
from clearbay.assess.permits import parse_permit
from clearbay.standards import Standards
from clearbay.vocabulary.tags import LABELS, Tag

BEIJING = ZoneInfo("Asia/Shanghai")
UNITS = {"a19001": "%", "a01012": "Cel", "a01013": "kPa", "a01014": "%", "a01006": "kPa", "a00000": "m3/h"}
AT = datetime(2026, 12, 1, tzinfo=UTC)
POLLUTANTS = ("a34013", "a21002", "a21026", "a21024", "a21005")
Given = tuple[str, datetime, float | None]


def at(text: str) -> datetime:
    """An instant of Beijing wall-clock time such as 2026-03-01T00:00."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def series(
    code: str,
    values: Sequence[float | None],
    *,
    start: str = "2026-03-01T00:00",
    period_s: int = 3600,
    basis: str = "standard",
    flags: Mapping[int, str] | None = None,
    point: str = "wte-1",
    unit: str | None = None,
    statistic: str = "avg",
) -> pl.DataFrame:
    """Consecutive values of one code as rows of the measurement table."""
    default = "Cel" if code.startswith(("i33", "a019")) else "mg/m3"
    step = period_s or 5
    begin = at(start).astimezone(UTC)
    n = len(values)
    return pl.DataFrame(
        {
            "point_id": [point] * n,
            "code": [code] * n,
            "basis": [basis] * n,
            "time": [begin + timedelta(seconds=k * step) for k in range(n)],
            "period_s": [period_s] * n,
            "statistic": [statistic] * n,
            "value": list(values),
            "text": [""] * n,
            "unit": [unit or UNITS.get(code, default)] * n,
            "flag": [(flags or {}).get(k, "N") for k in range(n)],
            "quality": [9 if v is None else 1 for v in values],
            "source": [0] * n,
            "row": list(range(n)),
        },
        schema_overrides={"value": pl.Float64, "period_s": pl.Int32, "quality": pl.Int8, "source": pl.Int32},
    )


def table(*frames: pl.DataFrame) -> pa.Table:
    """Rows together as a measurement table (`observations.SCHEMA`)."""
    return (
        pl.concat(list(frames))
        .to_arrow()
        .cast(
            pa.schema(
                [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in SCHEMA]
            )
        )
    )


def tag(
    label: str, start: str, end: str | None, *, point: str = "wte-1", entered: str | None = None, tag_id: str = ""
) -> Tag:
    """A tag of Beijing wall-clock times, entered when it ended unless said otherwise."""
    kind = LABELS[label].kind if label in LABELS else "furnace"
    return Tag(
        tag_id or f"{label}@{start}", point, kind, label, at(start), None if end is None else at(end),
        at(entered or end or start), "operator", "tags.csv",
    )  # fmt: skip


def judged(
    standards: Standards, values: pa.Table, *, tags: Sequence[Tag] = (), permit: str = "GB 18485",
    span: tuple[date, date] | None = None, point: str = "wte-1",
) -> pl.DataFrame:  # fmt: skip
    """Findings of one furnace as a frame with plain text."""
    found = judge(values, standards, [parse_permit(permit, point)], assessed_at=AT, tags=tags, span=span)
    frame = pl.from_arrow(found)
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def only(frame: pl.DataFrame, averaging: str, code: str | None = None, day: str | None = None) -> dict[str, object]:
    """The one finding of an averaging (and code, and local day)."""
    rows = frame.filter(pl.col("averaging") == averaging)
    if code is not None:
        rows = rows.filter(pl.col("code") == code)
    if day is not None:
        rows = rows.filter(pl.col("time") == at(f"{day}T00:00"))
    assert len(rows) == 1, rows
    return rows.to_dicts()[0]


def left_out(finding: Mapping[str, object]) -> dict[str, int]:
    """Reasons and counts of a finding."""
    entries = finding["left_out"]
    assert isinstance(entries, list)
    return {entry["reason"]: entry["count"] for entry in entries}
