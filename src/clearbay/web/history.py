"""A series over a span with all that explains it: values, gaps, the limits in force then, flags, what was declared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

import polars as pl

from clearbay.vocabulary.tags import Tag
from clearbay.web import standing
from clearbay.web.layout.errors import BadRequest, not_a_day, year_out_of_reach
from clearbay.web.layout.formats import local
from clearbay.web.memo import kept
from clearbay.web.source import Live

Range: TypeAlias = Literal["day", "week", "month", "year"]
RANGES: tuple[Range, ...] = get_args(Range)
DAYS: dict[Range, int] = {"day": 1, "week": 7, "month": 31, "year": 366}

BUCKETS = 600
"""Steps of a span: about a pixel column each on a screen, half a one on a phone."""

GAP = 1.6
"""Steps without a value from which the line breaks; a jitter of the clock is no gap."""


@dataclass(frozen=True)
class Span:
    """A span of time [UTC] and how it was asked for; `at` is None when it ends now."""

    range: Range
    start: datetime
    end: datetime
    at: date | None

    def moved(self, zone: str, steps: int) -> date:
        """The day to ask for one span earlier or later."""
        last = self.at or local(self.end, zone).date()
        return last + timedelta(days=steps * DAYS[self.range])


def span_of(live: Live, asked: str, at: str, zone: str) -> Span:
    """Read a span from an address: the range up to now, or the days up to and with `at` (YYYY-MM-DD).

    Raises
    ------
    BadRequest : the range or the day is none.
    """
    name = next((r for r in RANGES if r == asked), None)
    if name is None:
        raise BadRequest(
            f"range {asked!r} is none of {', '.join(RANGES)}", f"range={asked!r} 不是 {'、'.join(RANGES)} 之一"
        )
    if not at:
        now = live.now()
        return Span(name, now - timedelta(days=DAYS[name]), now, None)
    try:
        last = date.fromisoformat(at)
    except ValueError:
        raise not_a_day(at, "at") from None
    if not 1970 <= last.year <= 2199:
        raise year_out_of_reach(at, "at")
    end = _midnight(last + timedelta(days=1), zone)
    return Span(name, _midnight(last - timedelta(days=DAYS[name] - 1), zone), end, last)


def _midnight(day: date, zone: str) -> datetime:
    wall = datetime.combine(day, time())
    return wall.replace(tzinfo=local(datetime.now(UTC), zone).tzinfo).astimezone(UTC)


@dataclass(frozen=True)
class Gap:
    """A run without values."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class LimitSpan:
    """A limit from when to when it was applied."""

    standard: str
    averaging: str
    least: float | None
    most: float | None
    start: datetime
    end: datetime


@dataclass(frozen=True)
class FlagRun:
    """A run of values that carry a flag."""

    start: datetime
    end: datetime
    flag: str
    count: int


@dataclass(frozen=True)
class History:
    """A series over a span: `values` has time (UTC), low, mean, high, count; a null mean stands in each gap."""

    span: Span
    values: pl.DataFrame
    gaps: Sequence[Gap]
    limits: Sequence[LimitSpan]
    flags: Sequence[FlagRun]
    tags: Sequence[Tag]

    @property
    def empty(self) -> bool:
        """Whether there is no value at all."""
        return self.values.is_empty()


def read(live: Live, point_id: str, code: str, basis: str, statistic: str, unit: str, span: Span) -> History:
    """Read a series over a span; a span that ends now is read anew every 20 s at most."""
    quantum = 20.0 if span.at is None else 300.0
    shifted = Span(span.range, _down(span.start, quantum), _down(span.end, quantum), span.at)
    return _read(live, point_id, code, basis, statistic, unit, shifted)


def _down(moment: datetime, seconds: float) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)


@kept(30)
def _read(live: Live, point_id: str, code: str, basis: str, statistic: str, unit: str, span: Span) -> History:
    table = live.history(point_id, code, basis, span.start, span.end, BUCKETS, statistic)
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    values, gaps = _broken(found.select("time", "low", "mean", "high", "count").sort("time"), span)
    runs = live.flags(point_id, code, span.start, span.end).to_pylist()
    flags = [FlagRun(r["start"], r["end"], r["flag"], r["count"]) for r in runs]
    tags = [t for t in live.tags(point_id) if t.start < span.end and (t.end is None or t.end > span.start)]
    return History(span, values, gaps, _limits(live, point_id, code, basis, unit, span), flags, tags)


def _broken(values: pl.DataFrame, span: Span) -> tuple[pl.DataFrame, list[Gap]]:
    """Put a null where a step is missing, so that the line breaks; a gap at either end of the span counts too."""
    if values.height < 2:
        return values, []
    bucket = (span.end - span.start).total_seconds() / BUCKETS
    times = values["time"]
    steps = times.diff().drop_nulls().dt.total_seconds()
    usual = max(bucket, float(steps.median() or 0))  # type: ignore[arg-type]
    wide = timedelta(seconds=GAP * usual)
    gaps = [Gap(a + timedelta(seconds=usual), b) for a, b in pairwise(times) if b - a > wide]
    first, last = times[0], times[-1] + timedelta(seconds=usual)
    if first - span.start > wide:
        gaps.insert(0, Gap(span.start, first))
    if span.end - last > wide:
        gaps.append(Gap(last, span.end))
    if not gaps:
        return values, []
    nulls = pl.DataFrame({"time": [gap.start for gap in gaps]}, schema={"time": values.schema["time"]})
    return pl.concat([values, nulls], how="diagonal").sort("time"), gaps


def _limits(live: Live, point_id: str, code: str, basis: str, unit: str, span: Span) -> list[LimitSpan]:
    """The limits that findings of this span applied, each from when to when; equal neighbours are joined."""
    since = span.start - timedelta(days=1)
    rows = standing.frame(live, point_id, since=since, until=span.end, code=code)
    mine = rows.filter(
        (pl.col("unit") == unit)
        & (pl.col("basis") == basis)
        & (pl.col("limit_max").is_not_null() | pl.col("limit_min").is_not_null())
    ).sort("time")
    found: dict[tuple[str, str], list[LimitSpan]] = {}
    for row in mine.iter_rows(named=True):
        end = row["time"] + timedelta(seconds=row["period_s"] or 3600)
        runs = found.setdefault((row["standard"], row["averaging"]), [])
        if runs and (runs[-1].least, runs[-1].most) == (row["limit_min"], row["limit_max"]):
            runs[-1] = LimitSpan(*_key(runs[-1]), runs[-1].start, max(end, runs[-1].end))
        else:
            runs.append(
                LimitSpan(row["standard"], row["averaging"], row["limit_min"], row["limit_max"], row["time"], end)
            )
    # The last window that was judged is not the last in which the limit holds.
    return [
        LimitSpan(*_key(run), run.start, span.end if k == len(runs) - 1 else run.end)
        for runs in found.values()
        for k, run in enumerate(runs)
    ]


def _key(run: LimitSpan) -> tuple[str, str, float | None, float | None]:
    return run.standard, run.averaging, run.least, run.most
