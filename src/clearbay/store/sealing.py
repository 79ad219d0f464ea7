"""Sealing a month: Parquet written and verified first, then the manifest, then the hot file is removed."""

import hashlib
import os
from pathlib import Path

import duckdb

from clearbay.store import schema
from clearbay.store.errors import StoreError
from clearbay.store.manifest import Sealed, sync_folder
from clearbay.store.store import Store, month_name, remove_tree, sql_text

_ROW_GROUP = 122_880


def seal_month(store: Store, month: str) -> Sealed:
    """Seal a hot month that is not written to any more, and return what was made.

    A crash before the manifest is replaced leaves the month hot, one after it leaves a file that the next opening
    removes. Raises StoreError.
    """
    if month not in store.manifest.hot:
        raise StoreError(f"{month} is not hot; hot months are {', '.join(store.manifest.hot)}")
    if month == store.manifest.hot[-1]:
        raise StoreError(f"{month} is still written to; it can be sealed when the next month has begun")
    store.check_space()
    folder = store.folder / "sealed" / month
    if folder.exists():
        remove_tree(folder)
    folder.mkdir(parents=True)
    con = store.cursor()
    try:
        sealed = _write(con, month, folder)
    finally:
        con.close()
    sync_folder(folder)
    sync_folder(folder.parent)
    with store.writing:
        store.replace_manifest(store.manifest.with_sealed(sealed))
        store.detach(month)
    return sealed


def _write(con: duckdb.DuckDBPyConnection, month: str, folder: Path) -> Sealed:
    name = month_name(month)
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}"
    selects = {
        "packets.parquet": f"SELECT {schema.PACKET_COLUMNS} FROM {name}.packets ORDER BY number",
        "latest.parquet": "SELECT series, period_s, statistic, max(time) AS time, "
        f"arg_max(value, (time, revision)) AS value FROM {name}.observations GROUP BY ALL",
    }
    days = con.execute(f"SELECT DISTINCT strftime(received_at, '%d') FROM {name}.observations ORDER BY 1").fetchall()
    for (day,) in days:
        # A file a day of arrival, each sorted by series and time: what Spark reads in parallel and prunes by.
        selects[f"observations-{day}.parquet"] = (
            f"SELECT {schema.OBSERVATION_COLUMNS} FROM {name}.observations "
            f"WHERE strftime(received_at, '%d') = '{day}' ORDER BY series, period_s, statistic, time, revision"
        )
    if not days:
        selects["observations-00.parquet"] = f"SELECT {schema.OBSERVATION_COLUMNS} FROM {name}.observations"
    for file, select in selects.items():
        con.execute(f"COPY ({select}) TO '{sql_text(str(folder / file))}' ({options})")
    counts = {}
    for table in ("packets", "observations"):
        pattern = sql_text(str(folder / f"{table}*.parquet"))
        counts[table] = _fingerprint(con, f"read_parquet('{pattern}')", table)
        if counts[table] != _fingerprint(con, f"{name}.{table}", table):
            raise StoreError(f"{month}: the {table} written differ from those read; the month stays as it is")
    digests = {file: _sha256(folder / file) for file in selects}
    times = con.execute(f"SELECT epoch_us(min(time)), epoch_us(max(time)) FROM {name}.observations").fetchone()
    numbers = con.execute(f"SELECT min(number), max(number) FROM {name}.packets").fetchone()
    assert times is not None
    assert numbers is not None
    return Sealed(
        *(month, f"sealed/{month}", counts["packets"][0], counts["observations"][0]),
        *(times[0] or 0, times[1] or 0),
        *(-1 if numbers[0] is None else numbers[0], -1 if numbers[1] is None else numbers[1]),
        digests,
    )


def _fingerprint(con: duckdb.DuckDBPyConnection, source: str, table: str) -> tuple[int, int]:
    """Rows, and a sum over row hashes that does not depend on their order."""
    columns = schema.PACKET_COLUMNS if table == "packets" else schema.OBSERVATION_COLUMNS
    found = con.execute(f"SELECT count(*), coalesce(sum(hash({columns})::HUGEINT), 0) FROM {source}").fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
