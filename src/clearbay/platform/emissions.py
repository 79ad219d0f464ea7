"""What a stack emitted this month and this year, and how much of its data arrived in time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clearbay.assess.judge import editions_of
from clearbay.assess.permits import Permit
from clearbay.assess.slots import HOUR_S, Period
from clearbay.assess.stack.capture import Hour
from clearbay.assess.stack.emitted import Emitted, emitted
from clearbay.assess.stack.totals import Total, totals
from clearbay.assess.stack.transmission import by_day, first_arrivals, rates
from clearbay.platform.history import instant, series_numbers
from clearbay.platform.judging import Judging
from clearbay.platform.year_values import year_values
from clearbay.standards.stack_rules import StackRules
from clearbay.store import Store, reading
from clearbay.store.series import STATISTICS
from clearbay.vocabulary.clocks import day_start, local_date
from clearbay.vocabulary.flags import NOT_COUNTED

DUE_S = 3600
"""Within how long after its end an hour counts as sent in time [s]. No text at hand says: unverified, ours."""

LOOK_BACK = timedelta(days=100)
"""Hours read before the year, for look-backs of 2160 hours (HJ 75-2017, Tables 5 and 6)."""


@dataclass(frozen=True)
class Emission:
    """One pollutant of a stack: totals of this month and this year so far, and rates of this month's hours.

    `hours` of the month are those that are over; `immediate` and `completed` are shares (None: nothing was due).
    """

    code: str
    first: datetime
    """Start of the first hour that counts; before it there was no monitor."""
    month: Total
    year: Total
    due: int
    stopped: int
    immediate: float | None
    completed: float | None


@dataclass(frozen=True)
class Emissions:
    """Emissions of a stack up to `until`: hours that came or are due by now.

    `confidence` is that of the least sure rule in them.
    """

    until: datetime
    month: date
    rows: tuple[Emission, ...]
    confidence: str = "unverified"


def emissions_of(store: Store, judging: Judging, point: str, now: datetime) -> Emissions | None:
    """Add up a stack's month and year; None for a point that no standard of stacks applies to, or without flow."""
    chosen = _rules(judging, point)
    if chosen is None:
        return None
    permit, rules, codes = chosen
    zone = judging.zone(point)
    today = local_date(now, zone)
    # An hour that may still come in time is neither missing nor substituted.
    until = (now - timedelta(seconds=DUE_S)).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    month, year = date(today.year, today.month, 1), date(today.year, 1, 1)
    begin = day_start(year, zone) - LOOK_BACK
    begin = begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    table = year_values(store, judging, point, begin, until)
    tags = [tag for tag in judging.tags if tag.point_id in judging.with_furnaces([point])]
    found = emitted(table, permit, rules, point, codes, tags, zone, int(begin.timestamp()), int(until.timestamp()))
    rows = [
        _emission(store, point, code, one, zone, (month, year, today), int(now.timestamp()))
        for code, one in found.items()
    ]
    return Emissions(until, month, tuple(rows)) if rows else None


def _rules(judging: Judging, point: str) -> tuple[Permit, StackRules, Sequence[str]] | None:
    for permit in judging.district.permits:
        if permit.applies_to(point):
            for edition in reversed(editions_of(judging.standards, permit.standard)):
                if isinstance(edition.rules, StackRules):
                    return (
                        permit,
                        edition.rules,
                        sorted({limit.code for limit in edition.limits if limit.unit == "mg/m3"}),
                    )
    return None


def _emission(
    store: Store, point: str, code: str, one: Emitted, zone: str, days: tuple[date, date, date], now: int
) -> Emission:
    month, year, today = days
    since = int(day_start(month, zone).timestamp())
    inside = one.start >= since
    slots, stopped = one.start[inside], one.state[inside] == Hour.STOPPED
    time, received = _arrived(store, point, code, since, now)
    counted = by_day(
        first_arrivals(slots, HOUR_S, time, received), (month, today), zone, due_s=DUE_S, as_of=now, excluded=stopped
    )
    immediate, completed = rates(counted)
    return Emission(
        code,
        datetime.fromtimestamp(int(one.start[0]), UTC),
        _so_far(one, zone, "month", since),
        _so_far(one, zone, "year", int(day_start(year, zone).timestamp())),
        sum(day.due for day in counted),
        int(stopped.sum()),
        None if immediate is None else float(immediate),
        None if completed is None else float(completed),
    )


def _so_far(one: Emitted, zone: str, period: Period, since: int) -> Total:
    """The total of the month or year that begins at `since`; missing are hours that are over."""
    hours = int((one.start >= since).sum())
    total = next((t for t in totals(one.amounts, one.start, zone, period) if t.start == since), None)
    if total is None:
        return Total(since, 0, 0, 0, 0, 0, 0)
    return replace(total, missing=hours - total.measured - total.substituted - total.stopped)


def _arrived(
    store: Store, point: str, code: str, since: int, until: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts of the hours of a parameter that came with a value that counts, and when each first did [s].

    Of a logger that sends minutes alone an hour has arrived with its last minutes.
    """
    con = store.cursor()
    try:
        numbers = series_numbers(con, point, code, None)
        if not numbers:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        refused = ", ".join(f"'{letter}'" for letter in NOT_COUNTED)
        where = (
            f"series IN ({','.join(map(str, numbers))}) AND statistic = {STATISTICS.index('avg')} "
            f"AND period_s BETWEEN 1 AND {HOUR_S} AND text IS NOT NULL AND value IS NOT NULL "
            f"AND flag NOT IN ({refused}) "
            f"AND time >= {instant(datetime.fromtimestamp(since, UTC))} "
            f"AND time < {instant(datetime.fromtimestamp(until, UTC))}"
        )
        inner = reading.union(store.manifest, store.folder, "observations", where)
        table = con.sql(
            "WITH parts AS (SELECT time, period_s, min(received_at) AS came FROM "
            f"({inner}) GROUP BY ALL) "
            "SELECT epoch(time_bucket(INTERVAL 1 HOUR, time))::BIGINT AS hour, period_s, "
            "ceil(epoch(max(came)))::BIGINT AS came, sum(period_s) AS covered FROM parts GROUP BY 1, 2"
        ).to_arrow_table()
    finally:
        con.close()
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    # Where the hour came itself, it is what was expected.
    whole = frame.filter(pl.col("covered") >= 0.75 * HOUR_S).sort("hour", "period_s").unique("hour", keep="last")
    return whole["hour"].to_numpy().astype(np.int64), whole["came"].to_numpy().astype(np.int64)
