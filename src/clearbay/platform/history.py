"""Series drawn: lows, means and highs of buckets, aggregated where the values are; runs of flags; how much came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from clearbay.platform.store_values import known_codes
from clearbay.store import Store, reading
from clearbay.store.series import STATISTICS
from clearbay.vocabulary.flags import NOT_COUNTED, Quality

HISTORY = pa.schema(
    [
        ("time", pa.timestamp("us", tz="UTC")),
        ("low", pa.float64()),
        ("mean", pa.float64()),
        ("high", pa.float64()),
        ("count", pa.int64()),
    ]
)

RUNS = pa.schema(
    [
        ("code", pa.string()),
        ("start", pa.timestamp("us", tz="UTC")),
        ("end", pa.timestamp("us", tz="UTC")),
        ("flag", pa.string()),
        ("count", pa.int64()),
    ]
)


COVERED = 0.8
"""Share of the time that the best covered period covers, from which another period may stand for the series."""

KNOWN_BEFORE = timedelta(days=366)
"""A series of which nothing came for so long before a span is a new one."""


@dataclass(frozen=True)
class Capture:
    """How much of what a series should have sent came and counts; `left_out` says why the rest does not."""

    code: str
    basis: str
    period_s: int
    expected: int
    received: int
    valid: int
    left_out: dict[str, int] = field(default_factory=dict)
    since: datetime | None = None


def instant(moment: datetime) -> str:
    """An instant as SQL writes it."""
    return f"TIMESTAMP '{moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"


def series_numbers(con: duckdb.DuckDBPyConnection, point_id: str, code: str | None, basis: str | None) -> list[int]:
    """Numbers of the series of a point; a code of 2017 finds those sent by its code of 2005 too."""
    rows = con.execute("SELECT series, code, basis FROM book.series WHERE point_id = ?", [point_id]).fetchall()
    names = known_codes({row[1] for row in rows})
    return [n for n, own, own_basis in rows if code in (None, own, names[own]) and basis in (None, own_basis)]


def history(
    store: Store, point_id: str, code: str, basis: str, start: datetime, end: datetime, buckets: int, statistic: str
) -> pa.Table:
    """Give a series in buckets: the longest period that still fills them, or the shortest there is.

    Of periods that came the whole time and periods that began later, the former are drawn: hours that a logger has sent
    for ten days say more than the five minutes of its last two hours.

    Returns
    -------
    `HISTORY`, by time: start of the bucket, lowest, mean and highest value in it, how many; empty buckets are absent.
    """
    con = store.cursor()
    try:
        numbers = series_numbers(con, point_id, code, basis)
        if not numbers or statistic not in STATISTICS or end <= start:
            return HISTORY.empty_table()
        width = max((end - start).total_seconds() / max(buckets, 1), 1.0)
        where = (
            f"series IN ({','.join(map(str, numbers))}) AND statistic = {STATISTICS.index(statistic)} "
            f"AND time >= {instant(start)} AND time < {instant(end)}"
        )
        inner = reading.union(store.manifest, store.folder, "observations", where)
        counted = con.execute(f"SELECT period_s, count(DISTINCT time) FROM ({inner}) GROUP BY ALL").fetchall()
        if not counted:
            return HISTORY.empty_table()
        longest = max(period * n for period, n in counted)
        periods = [period for period, n in counted if period * n >= COVERED * longest]
        fitting = [period for period in periods if 0 < period <= width]
        period = max(fitting) if fitting else min([p for p in periods if p > 0] or periods)
        step = max(int(width), period, 1)
        # Where a value fills a bucket it stands at its own time: hours lie on hours, whenever the span begins.
        bucket = "time" if step == period else f"time_bucket(INTERVAL {step} SECOND, time, {instant(start)})"
        query = (
            f"SELECT {bucket} AS t, min(value), avg(value), "
            f"max(value), count(value) FROM (SELECT * FROM ({inner}) WHERE period_s = {period} "
            "QUALIFY row_number() OVER (PARTITION BY series, time ORDER BY revision DESC) = 1) "
            "WHERE text IS NOT NULL AND value IS NOT NULL GROUP BY t ORDER BY t"
        )
        found: pa.Table = con.sql(query).to_arrow_table()
    finally:
        con.close()
    times = found.column(0).cast(pa.timestamp("us")).cast(pa.int64()).cast(HISTORY.field("time").type)
    return pa.table([times, *(found.column(k) for k in range(1, 5))], schema=HISTORY)


def flags(store: Store, point_id: str, code: str, start: datetime, end: datetime) -> pa.Table:
    """Runs of values that came with a flag other than N: code, start, end, flag, how many."""
    con = store.cursor()
    try:
        numbers = series_numbers(con, point_id, code, None)
        if not numbers:
            return RUNS.empty_table()
        where = (
            f"series IN ({','.join(map(str, numbers))}) AND period_s > 0 AND flag NOT IN ('', 'N') "
            f"AND time >= {instant(start)} AND time < {instant(end)}"
        )
        inner = reading.union(store.manifest, store.folder, "observations", where)
        rows = con.execute(
            f"SELECT epoch_us(time), period_s, flag FROM ({inner}) GROUP BY ALL ORDER BY period_s, 1"
        ).fetchall()
    finally:
        con.close()
    if not rows:
        return RUNS.empty_table()
    shortest = rows[0][1]
    runs: list[list[object]] = []
    last = 0
    for at, period, flag in rows:
        if period != shortest:
            continue
        step = period * 1_000_000
        if runs and runs[-1][3] == flag and at <= last + step:
            runs[-1][2], runs[-1][4] = at + step, int(str(runs[-1][4])) + 1
        else:
            runs.append([code, at, at + step, flag, 1])
        last = at
    kinds = (pa.string(), pa.int64(), pa.int64(), pa.string(), pa.int64())
    columns = [pa.array(column, kind) for column, kind in zip(zip(*runs, strict=True), kinds, strict=True)]
    return pa.table([c.cast(f.type) for c, f in zip(columns, RUNS, strict=True)], schema=RUNS)


def capture(store: Store, point_id: str, start: datetime, end: datetime) -> Sequence[Capture]:
    """How much came of each series that has sent means in a span, of its shortest period; slots are the calendar's.

    A series of which nothing of that period came in the year before the span is counted from its first value on
    (`since`): a logger that has just begun to send minutes is not short of those that nobody asked it for.
    """
    con = store.cursor()
    where = f"period_s > 0 AND statistic = 1 AND time >= {instant(start)} AND time < {instant(end)}"
    inner = reading.union(store.manifest, store.folder, "observations", where)
    try:
        rows = con.execute(
            "SELECT code, basis, period_s, quality, flag, count(*), min(epoch_us(time)) FROM (SELECT * FROM ("
            f"{inner}) QUALIFY row_number() OVER (PARTITION BY series, time, period_s ORDER BY revision DESC) = 1) "
            "JOIN book.series USING (series) WHERE point_id = ? AND text IS NOT NULL GROUP BY ALL",
            [point_id],
        ).fetchall()
        shortest: dict[tuple[str, str], int] = {}
        first: dict[tuple[str, str, int], datetime] = {}
        for code, basis, period, _, _, _, at in rows:
            shortest[code, basis] = min(period, shortest.get((code, basis), period))
            begun = datetime.fromtimestamp(at / 1e6, UTC)
            first[code, basis, period] = min(begun, first.get((code, basis, period), begun))
        late = {
            key: at
            for key, at in first.items()
            if shortest[key[:2]] == key[2] and at >= start + timedelta(seconds=key[2])
        }
        known = _sent_before(con, store, point_id, start) if late else set()
    finally:
        con.close()
    names = known_codes({code for code, _ in shortest})
    found = []
    for (code, basis), period in sorted(shortest.items()):
        mine = [row for row in rows if (row[0], row[1], row[2]) == (code, basis, period)]
        received = sum(row[5] for row in mine)
        left_out: dict[str, int] = {}
        for _, _, _, quality, flag, n, _ in mine:
            reason = NOT_COUNTED.get(flag, "no_number" if quality == Quality.MISSING else "")
            if reason:
                left_out[reason] = left_out.get(reason, 0) + n
        since = None if (code, basis, period) in known else late.get((code, basis, period))
        expected = int((end - (since or start)).total_seconds() // period)
        if expected > received:
            left_out["missing"] = left_out.get("missing", 0) + expected - received
        valid = received - sum(n for reason, n in left_out.items() if reason != "missing")
        found.append(Capture(names[code], basis, period, expected, received, valid, left_out, since))
    return found


def _sent_before(
    con: duckdb.DuckDBPyConnection, store: Store, point_id: str, start: datetime
) -> set[tuple[str, str, int]]:
    """Which series (code, basis, period) of a point sent means in the year before an instant."""
    numbers = series_numbers(con, point_id, None, None)
    where = (
        f"series IN ({','.join(map(str, numbers))}) AND period_s > 0 AND statistic = 1 "
        f"AND time >= {instant(start - KNOWN_BEFORE)} AND time < {instant(start)}"
    )
    inner = reading.union(store.manifest, store.folder, "observations", where)
    query = f"SELECT DISTINCT code, basis, period_s FROM ({inner}) JOIN book.series USING (series)"
    return {(code, basis, period) for code, basis, period in con.execute(query).fetchall()}
