"""Deciding whether a value that is not the newest of its line is late, repeated or corrected."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.store.manifest import Manifest
from clearbay.store.reading import sources
from clearbay.store.recording import Rows

_Key = tuple[int, int, int, int]
_Known = tuple[int, float | None, str]


def settle(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    folder: Path,
    found: Rows,
    fresh: NDArray[np.bool_],
    received_us: int,
) -> pa.Table:
    """Return the observations to write: fresh ones as they are, the others only when they say something new.

    A repeat with the same value and flag is left out; another value or flag is the next revision.
    """
    if fresh.all():
        return found.table(received_us)
    asked = np.flatnonzero(~fresh)
    keys = _keys(found, asked)
    known = _on_disk(con, manifest, folder, found, asked)
    wanted = set(keys)
    flags = found.flag
    for i in np.flatnonzero(fresh & np.isin(found.series, found.series[asked])):
        key = _keys(found, np.array([i]))[0]
        if key in wanted:
            known[key] = (0, _value(found.value[i]), flags[i].as_py())
    keep = fresh.copy()
    for i, key in zip(asked, keys, strict=True):
        now = (_value(found.value[i]), flags[i].as_py())
        before = known.get(key)
        if before is not None and before[1:] == now:
            continue
        revision = 0 if before is None else before[0] + 1
        known[key] = (revision, *now)
        found.revision[i] = revision
        keep[i] = True
    return found.take(keep).table(received_us)


def _value(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _keys(found: Rows, at: NDArray[np.int64]) -> list[_Key]:
    columns = (found.series[at], found.time[at], found.period_s[at], found.statistic[at])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _on_disk(
    con: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path, found: Rows, at: NDArray[np.int64]
) -> dict[_Key, _Known]:
    """The last revision on disk of each key asked."""
    times = found.time[at]
    low, high = int(times.min()) * 1_000_000, int(times.max()) * 1_000_000
    reachable = [e for e in manifest.sealed if e.first_time <= high and e.last_time >= low]
    narrowed = Manifest(manifest.store_id, manifest.hot, tuple(reachable))
    con.register(
        "asked",
        pa.table(
            {
                "series": found.series[at],
                "time": pa.array(times * 1_000_000).cast(pa.timestamp("us")),
                "period_s": found.period_s[at],
                "statistic": found.statistic[at],
            }
        ),
    )
    try:
        parts = [
            "SELECT o.series, o.time, o.period_s, o.statistic, o.revision, o.value, o.flag "
            f"FROM {source} o SEMI JOIN asked a ON o.series = a.series AND o.time = a.time "
            "AND o.period_s = a.period_s AND o.statistic = a.statistic "
            f"WHERE o.time BETWEEN make_timestamp({low}) AND make_timestamp({high})"
            for source in sources(narrowed, folder, "observations")
        ]
        rows = con.execute(
            "SELECT series, epoch_us(time) // 1000000, period_s, statistic, max(revision), "
            "arg_max(struct_pack(v := value, f := flag), revision) "
            f"FROM ({' UNION ALL '.join(parts)}) GROUP BY 1, 2, 3, 4"
        ).fetchall()
    finally:
        con.unregister("asked")
    return {
        (series, int(time), period, statistic): (revision, last["v"], last["f"] or "")
        for series, time, period, statistic, revision, last in rows
    }
