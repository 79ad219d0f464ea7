"""Joining values to the limits in force, by permit and date: the one function that gives findings.

It is pure: the time of assessment is given, nothing is read or written. The same call runs on Polars, DuckDB, Arrow and
pandas frames; `judge_on_spark` hands each point to it on a cluster.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from narwhals.typing import IntoFrame

from clearbay.assess import findings, observations
from clearbay.assess.averaging import MEANS
from clearbay.assess.chain import chain, days_between
from clearbay.assess.context import Context
from clearbay.assess.frames import Lazy, collect, lazy, with_seconds
from clearbay.assess.judge_air import judge_air_index
from clearbay.assess.judge_limits import chosen_limits, judge_limits
from clearbay.assess.judge_year import judge_years
from clearbay.assess.pending import not_evaluable_yet
from clearbay.assess.permits import ALL_POINTS, Permit, Point, merged
from clearbay.assess.records import Records, to_records
from clearbay.assess.slots import HOUR_S, periods
from clearbay.assess.soil_findings import judge_soil
from clearbay.assess.stack.judge_stack import COLUMNS, furnace_of, judge_stack, unknown_furnaces
from clearbay.assess.surface_water_findings import judge_surface_water
from clearbay.standards import Standard, Standards
from clearbay.vocabulary.clocks import DEFAULT_ZONE
from clearbay.vocabulary.tags import Tag

MDA8_WINDOW_S = 8 * HOUR_S
"""Period of a value that is the largest 8-h mean of a day."""

POINTS_AT_ONCE = 400
"""Points judged together: bounds memory, large enough to keep the arrays long."""

STACKS_AT_ONCE = 12
"""Points with a stack judged together: their hours have many windows, and the evidence should stay in the caches."""


@dataclass(frozen=True)
class Job:
    """What is judged: by which standards, for which permits and points, over which days, and when."""

    standards: Standards
    permits: Sequence[Permit]
    points: Mapping[str, Point]
    span: tuple[date, date] | None
    assessed_at: datetime
    tags: Sequence[Tag] = ()
    arrow: pa.Table | None = None
    """The values, where they came as an Arrow table: no engine needs to hand them over then."""


def judge(
    values: IntoFrame | Lazy,
    standards: Standards,
    permits: Iterable[Permit],
    *,
    assessed_at: datetime,
    points: Iterable[Point] = (),
    span: tuple[date, date] | None = None,
    tags: Iterable[Tag] = (),
) -> pa.Table:
    """Judge a measurement table by what applies to its points.

    Parameters
    ----------
    values : observations (`observations.SCHEMA`), any engine.
    permits : what applies to which point; an edition is chosen by the date of each window.
    assessed_at : when this is done; enters the findings, decides nothing.
    points : zones and facts of points; others are in Asia/Shanghai and have no facts.
    span : first and last day to cover, in each point's zone; by default the days that the values touch. Every slot of
        these days is expected, whether or not a row exists.
    tags : what operators declared of furnaces and monitors, all revisions that were known; of each the last one holds.

    Returns
    -------
    findings (`findings.SCHEMA`), in canonical order.

    Raises
    ------
    PermitError : a permit does not say what its standard asks for.
    StandardNotFound : a permit names a standard that is not known.
    ObservationsError : the table has repeats, or units of one code that do not go together.
    """
    known = {point.point_id: point for point in points}
    return findings.ordered(
        findings.together(_judged(lazy(values), Job(standards, tuple(permits), known, span, assessed_at, tuple(tags))))
    )


def batches(
    values: IntoFrame | Lazy,
    standards: Standards,
    permits: Iterable[Permit],
    *,
    assessed_at: datetime,
    points: Iterable[Point] = (),
    span: tuple[date, date] | None = None,
    tags: Iterable[Tag] = (),
) -> Iterator[pa.Table]:
    """Judge as `judge` does, giving the findings of some points at a time, for long work that shows its progress."""
    known = {point.point_id: point for point in points}
    job = Job(standards, tuple(permits), known, span, assessed_at, tuple(tags), _arrow(values))
    for part in _judged(lazy(values), job):
        yield findings.ordered(part)


def _arrow(values: IntoFrame | Lazy) -> pa.Table | None:
    return values if isinstance(values, pa.Table) and "time" in values.column_names else None


def _judged(values: Lazy, job: Job) -> Iterator[pa.Table]:
    names = set(map(str, collect(values.select("point_id").unique())["point_id"].to_pylist()))
    names |= {permit.point_id for permit in job.permits if permit.point_id != ALL_POINTS}
    yield from _tags_of_nobody(job, names)
    points = {name: job.points.get(name, Point(name)) for name in sorted(names)}
    for group in together_expected(points, job.permits):
        zone = points[group[0]].zone
        span = job.span or covered_days(values, None if len(group) == len(points) else group, zone)
        if span is None:
            continue
        at_once = STACKS_AT_ONCE if _has_stacks(job, group) else POINTS_AT_ONCE
        for k in range(0, len(group), at_once):
            some = {name: points[name] for name in group[k : k + at_once]}
            part = values if len(some) == len(points) else values.filter(nw.col("point_id").is_in(list(some)))
            yield findings.together(_judge_points(part, values, job, some, zone, span))


def _has_stacks(job: Job, group: Sequence[str]) -> bool:
    mine = {p.standard for p in job.permits if any(p.applies_to(name) for name in group)}
    return any(editions_of(job.standards, name)[0].kind == "stack" for name in mine)


def _tags_of_nobody(job: Job, names: set[str]) -> Iterator[pa.Table]:
    stacks = [p for p in job.permits if editions_of(job.standards, p.standard)[0].kind == "stack"]
    if not stacks or not job.tags:
        return
    known = {*names, *job.points, *(furnace_of(p, p.point_id) for p in stacks)}
    edition = editions_of(job.standards, stacks[0].standard)[-1]
    yield unknown_furnaces(edition, stacks[0], job.tags, known, DEFAULT_ZONE, job.assessed_at)


def together_expected(points: Mapping[str, Point], permits: Sequence[Permit]) -> list[list[str]]:
    """Points whose values are expected over the same days: those of one zone that the same standards apply to.

    A station that falls silent is missing from then on, as long as others like it go on; the two years of a river's
    samples do not make a station of one month miss two years. Points that nothing applies to are left out.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    everywhere = {permit.standard for permit in permits if permit.point_id == ALL_POINTS}
    named: dict[str, set[str]] = {}
    for permit in permits:
        named.setdefault(permit.point_id, set()).add(permit.standard)
    for name, point in points.items():
        standards = everywhere | named.get(name, set())
        if standards:
            groups.setdefault((point.zone, *sorted(standards)), []).append(name)
    return [groups[key] for key in sorted(groups)]


def covered_days(values: Lazy, names: Sequence[str] | None, zone: str) -> tuple[date, date] | None:
    """First and last day of a zone that the values of some points (None: of all) touch; None when there are none.

    A value is of the day it ends in: a moving 24-h mean reaches back into the day before without being about it. Single
    samples count only where there is nothing else: they are expected on no particular day.
    """
    mine = values if names is None else values.filter(nw.col("point_id").is_in(list(names)))
    period = nw.col("period_s").cast(nw.Int64)
    ends = with_seconds(mine).select(
        end=nw.col("t") + nw.when(period > 0).then(period - 1).otherwise(0), lasts=period > 0
    )
    for lasting in (True, False):
        extent = collect(
            ends.filter(nw.col("lasts") == lasting).select(first=nw.col("end").min(), last=nw.col("end").max())
        )
        first, last = extent["first"][0].as_py(), extent["last"][0].as_py()
        if first is not None:
            return days_between(first, last, zone)
    return None


def _judge_points(
    values: Lazy, everything: Lazy, job: Job, points: Mapping[str, Point], zone: str, span: tuple[date, date]
) -> Iterator[pa.Table]:
    period = nw.col("period_s")
    applied = merged(p for p in job.permits if any(p.applies_to(name) for name in points))
    kinds = [editions_of(job.standards, p.standard)[0].kind for p in applied]
    stacks = [p for p, kind in zip(applied, kinds, strict=True) if kind == "stack"]
    if stacks:
        yield from _judge_stacks(values, everything, job, stacks, points, zone, span)
    mine = [p for p, kind in zip(applied, kinds, strict=True) if kind != "stack"]
    if not mine:
        return
    fine_values = values.filter((period > 0) & (period <= HOUR_S))
    fine = _records(fine_values)
    asked = [(name, code) for p in mine for code in p.parameters or () for name in points if p.applies_to(name)]
    context = Context(
        zone,
        points,
        periods(*span, "day", zone),
        chain(fine_values, fine, asked, zone, *span) if fine.keys or asked else None,
        _records(values.filter(period == 0)),
        _records(values.filter(period > HOUR_S)),
        _records(values.filter(period == MDA8_WINDOW_S), ["max"]),
        job.assessed_at,
    )
    for permit in mine:
        yield from _judge_permit(context, job.standards, permit)


def _of_points(table: pa.Table, points: Mapping[str, Point]) -> pa.Table:
    """Rows of some points: a mask over the words of the column, not over the words of every row."""
    column = table["point_id"].combine_chunks()
    if not pa.types.is_dictionary(column.type):
        return table.filter(pc.is_in(column, value_set=pa.array(list(points))))
    wanted = np.array([str(name) in points for name in column.dictionary.to_pylist()], dtype=np.bool_)
    mine = wanted[column.indices.to_numpy()]
    return table if mine.all() else table.filter(pa.array(mine))


def _judge_stacks(
    values: Lazy,
    everything: Lazy,
    job: Job,
    permits: Sequence[Permit],
    points: Mapping[str, Point],
    zone: str,
    span: tuple[date, date],
) -> Iterator[pa.Table]:
    # A furnace may be a point of its own, which no permit names as a stack.
    elsewhere = any(furnace_of(p, name) not in points for p in permits for name in points if p.applies_to(name))
    read = everything if elsewhere else values
    if job.arrow is None:
        table = collect(read.select(*COLUMNS))
    else:
        table = job.arrow if elsewhere else _of_points(job.arrow, points)
    for permit in permits:
        yield from judge_stack(
            table, editions_of(job.standards, permit.standard), permit, points, zone=zone, span=span, tags=job.tags,
            assessed_at=job.assessed_at,
        )  # fmt: skip


def _records(values: Lazy, statistics: Sequence[str] = MEANS) -> Records:
    return to_records(collect(values.select(observations.SCHEMA.names)), statistics)


def _judge_permit(context: Context, standards: Standards, permit: Permit) -> Iterator[pa.Table]:
    editions = editions_of(standards, permit.standard)
    kind = editions[0].kind
    if kind == "air_index":
        yield from judge_air_index(context, permit, editions)
        return
    if kind == "surface_water":
        yield from judge_surface_water(context, permit, editions, standards)
        return
    if kind == "soil":
        yield from judge_soil(context, permit, editions)
        return
    by_facts: dict[tuple[tuple[str, str], ...], list[str]] = {}
    asked = {name for edition in editions for limit in edition.limits for name in limit.profile}
    for name, point in context.points.items():
        if permit.applies_to(name):
            facts = tuple(sorted((k, v) for k, v in point.facts.items() if k in asked and k not in permit.profile))
            by_facts.setdefault(facts, []).append(name)
    for facts, names in by_facts.items():
        part = permit if len(by_facts) == 1 else permit.only(names)
        for edition in editions:
            limits = chosen_limits(edition, part, dict(facts))
            yield from not_evaluable_yet(context, part, edition)
            yield from judge_limits(context, part, edition, limits)
            if kind == "ambient_air":
                yield from judge_years(context, part, edition, limits, standards)


def editions_of(standards: Standards, name: str) -> list[Standard]:
    """Give all editions of a family, or the one edition that is named.

    Raises
    ------
    StandardNotFound : neither a family nor an edition has this name.
    """
    return standards.editions(name) if name in standards.families() else [standards[name]]
