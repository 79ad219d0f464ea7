"""Reading: hot months and sealed ones as one, as they stand or stood."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.hj212 import layout as k
from clearbay.store import schema
from clearbay.store.manifest import Manifest
from clearbay.store.recording import sender_key
from clearbay.store.series import STATISTICS
from clearbay.store.ulid import packet_ids

Line = tuple[int, int, int]


def sources(manifest: Manifest, folder: Path, table: str) -> list[str]:
    """The tables and files that hold `packets` or `observations`, each as a FROM item."""
    hot = [f"hot_{month.replace('-', '_')}.{table}" for month in manifest.hot]
    names = [str(folder / entry.folder / f"{table}*.parquet").replace("'", "''") for entry in manifest.sealed]
    return hot + [f"read_parquet('{name}')" for name in names]


def union(manifest: Manifest, folder: Path, table: str, where: str = "TRUE") -> str:
    """A query over all of `packets` or `observations`."""
    columns = schema.PACKET_COLUMNS if table == "packets" else schema.OBSERVATION_COLUMNS
    parts = [f"SELECT {columns} FROM {source} WHERE {where}" for source in sources(manifest, folder, table)]
    return " UNION ALL ".join(parts)


def latest_by_series(con: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path) -> dict[Line, tuple[int, float]]:
    """The newest time [s] and its value, by (series, period, statistic); sealed months keep theirs in a small file."""
    parts = [
        f"SELECT series, period_s, statistic, max(time) AS time, arg_max(value, (time, revision)) AS value "
        f"FROM hot_{month.replace('-', '_')}.observations GROUP BY ALL"
        for month in manifest.hot
    ]
    for entry in manifest.sealed:
        name = str(folder / entry.folder / "latest.parquet").replace("'", "''")
        parts.append(f"SELECT series, period_s, statistic, time, value FROM read_parquet('{name}')")
    rows = con.execute(
        "SELECT series, period_s, statistic, epoch_us(max(time)), arg_max(value, time) FROM ("
        + " UNION ALL ".join(parts)
        + ") GROUP BY ALL"
    ).fetchall()
    return {
        (series, period, statistic): (time // 1_000_000, np.nan if value is None else value)
        for series, period, statistic, time, value in rows
    }


def latest_of(series: int, newest: Mapping[Line, tuple[int, float]]) -> list[tuple[str, int, datetime, float]]:
    """The newest values of one series, by statistic and period."""
    return [
        (STATISTICS[statistic], period, datetime.fromtimestamp(time, UTC), value)
        for (number, period, statistic), (time, value) in sorted(newest.items())
        if number == series and time > -(2**62)
    ]


def newest_sent(con: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path) -> dict[int, int]:
    """The newest time sent [s] by `sender_key` of (MN, CN)."""
    rows = con.execute(
        "SELECT mn, cn, max(sent_at) FROM (" + union(manifest, folder, "packets", "verdict = 0") + ") GROUP BY mn, cn"
    ).fetchall()
    return {sender_key(mn, cn): sent for mn, cn, sent in rows}


def accepted_digests(
    con: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path, digests: k.Hashes, times: k.Longs
) -> NDArray[np.uint64]:
    """Which of these digests an accepted packet sent at one of these times [s] has."""
    con.register("asked", pa.table({"digest": digests, "sent_at": times}))
    try:
        low, high = int(times.min()), int(times.max())
        where = f"verdict = 0 AND sent_at BETWEEN {low} AND {high} AND digest IN (SELECT digest FROM asked)"
        found = con.execute(f"SELECT digest FROM ({union(manifest, folder, 'packets', where)})").fetchnumpy()
    finally:
        con.unregister("asked")
    return np.asarray(found["digest"], np.uint64)


def observations(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    folder: Path,
    *,
    point_id: str | None = None,
    code: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    as_of: datetime | None = None,
    all_revisions: bool = False,
) -> pa.Table:
    """Return observations in the shape of the contract, by series and time.

    Times are UTC, `start` inclusive, `end` exclusive. `as_of` shows what was known then. A withdrawn observation (a
    corrected channel map moved it) is left out unless `all_revisions`.
    """
    inner = "(? IS NULL OR point_id = ?) AND (? IS NULL OR code = ?)"
    conditions = ["series IN (SELECT series FROM chosen)"]
    for column, comparison, moment in (("time", ">=", start), ("time", "<", end), ("received_at", "<=", as_of)):
        if moment is not None:
            naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
            conditions.append(f"{column} {comparison} TIMESTAMP '{naive.isoformat(sep=' ')}'")
    last = (
        ""
        if all_revisions
        else "QUALIFY row_number() OVER (PARTITION BY series, time, period_s, statistic ORDER BY revision DESC) = 1"
    )
    table = con.sql(
        f"WITH chosen AS (SELECT * FROM book.series WHERE {inner}), "
        f"found AS ({union(manifest, folder, 'observations', ' AND '.join(conditions))}), "
        f"current AS (SELECT * FROM found {last}) "
        "SELECT point_id, code, basis, time, period_s, statistic, value, text, flag, quality, packet, received_at, "
        "revision FROM current JOIN chosen USING (series) "
        f"WHERE {'TRUE' if all_revisions else 'text IS NOT NULL'} "
        "ORDER BY point_id, code, basis, period_s, statistic, time, revision",
        params=[point_id, point_id, code, code],
    ).to_arrow_table()
    return _as_contract(table, manifest.store_id)


def _as_contract(table: pa.Table, store_id: int) -> pa.Table:
    received = table["received_at"].cast(pa.int64()).to_numpy()
    ids = packet_ids(received, table["packet"].to_numpy(), store_id)
    names = pa.DictionaryArray.from_arrays(
        pa.array(table["statistic"].to_numpy().astype(np.int8)), pa.array(STATISTICS)
    )
    at = table.schema.get_field_index
    table = table.set_column(at("statistic"), "statistic", names)
    return table.set_column(at("packet"), "packet_id", ids)


def packets(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    folder: Path,
    *,
    after: int = -1,
    verdict: int | None = None,
    mn: str | None = None,
    number: int | None = None,
    limit: int | None = None,
) -> pa.Table:
    """Return packets by number: number, packet_id, received_at, peer, mn, cn, bytes, verdict, reason, digest."""
    conditions = [f"number > {after}"]
    if verdict is not None:
        conditions.append(f"verdict = {int(verdict)}")
    if number is not None:
        conditions.append(f"number = {int(number)}")
    if mn is not None:
        conditions.append("mn = $mn")
    query = f"SELECT * FROM ({union(manifest, folder, 'packets', ' AND '.join(conditions))}) ORDER BY number"
    if limit is not None:
        query += f" LIMIT {int(limit)}"
    table = con.sql(query, params={"mn": mn} if mn is not None else None).to_arrow_table()
    received = table["received_at"].cast(pa.int64()).to_numpy()
    ids = packet_ids(received, table["number"].to_numpy(), manifest.store_id)
    return table.add_column(1, "packet_id", ids)


def packet_counts(con: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path) -> list[tuple[str, int, str, int]]:
    """Count packets by (mn, verdict, reason)."""
    return con.execute(
        "SELECT mn, verdict, reason, count(*) FROM ("
        + union(manifest, folder, "packets")
        + ") GROUP BY ALL ORDER BY ALL"
    ).fetchall()
