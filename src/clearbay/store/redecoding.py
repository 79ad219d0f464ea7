"""Decoding packets anew: after the channel map was corrected, or an unknown logger was registered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np
import pyarrow as pa

from clearbay.hj212 import layout as k
from clearbay.hj212.batch import ACCEPTED, decode
from clearbay.hj212.reasons import Reason
from clearbay.store import reading
from clearbay.store.arrivals import Verdict
from clearbay.store.recording import datable, label_times, observation_rows
from clearbay.store.store import Store
from clearbay.vocabulary.flags import Quality

_PACKETS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Redecoded:
    """How many packets were read, observations added (new or corrected) and withdrawn."""

    packets: int
    added: int
    withdrawn: int


def redecode(store: Store, mn: str, keys: Mapping[str, bytes] | None = None, now: datetime | None = None) -> Redecoded:
    """Decode all packets of a logger with the channel map in force; also those refused while it was unknown.

    What a packet gives now is written as the next revision where it differs; what it gave before and gives no more
    is withdrawn by a revision without a value. The older revisions stay readable by `as_of`.
    """
    received_us = int((now or datetime.now(UTC)).timestamp() * 1e6)
    read, tables = 0, []
    with store.writing:
        con = store.cursor()
        try:
            after = -1
            while True:
                found = reading.packets(con, store.manifest, store.folder, after=after, mn=mn, limit=_PACKETS_AT_ONCE)
                if not found.num_rows:
                    break
                after = int(found["number"][-1].as_py())
                wanted = _wanted(found)
                read += wanted.num_rows
                if wanted.num_rows:
                    tables.append(_decoded(store, wanted, keys or {}, received_us))
            if not tables:
                return Redecoded(read, 0, 0)
            changes, withdrawn = _changes(store, con, mn, pa.concat_tables(tables), received_us)
        finally:
            con.close()
        store.write_observations(changes)
    return Redecoded(read, changes.num_rows - withdrawn, withdrawn)


def _wanted(found: pa.Table) -> pa.Table:
    late = (Reason.UNKNOWN_MN.value, Reason.WRONG_PASSWORD.value, Reason.BAD_CIPHER.value)
    mask = [
        verdict == Verdict.ACCEPTED or (verdict == Verdict.REFUSED and reason in late[:1])
        for verdict, reason in zip(found["verdict"].to_pylist(), found["reason"].to_pylist(), strict=True)
    ]
    return found.filter(pa.array(mask, pa.bool_()))


def _decoded(store: Store, packets: pa.Table, keys: Mapping[str, bytes], received_us: int) -> pa.Table:
    batch = decode(b"".join(packets["bytes"].to_pylist()), keys=keys)
    times = label_times(batch)
    chosen = (batch.verdicts == ACCEPTED) & datable(times) & (batch.frames[:, k.COUNT] > 0)
    rows, slots = store.slots.find(batch, chosen, times)
    numbers = packets["number"].to_numpy()
    return observation_rows(batch, rows, slots, store.slots.columns, times, numbers).table(received_us)


def _changes(
    store: Store, con: duckdb.DuckDBPyConnection, mn: str, decoded: pa.Table, received_us: int
) -> tuple[pa.Table, int]:
    """The rows that make the store say what the packets say now, and how many of them withdraw something."""
    observations = reading.union(store.manifest, store.folder, "observations")
    packets = reading.union(store.manifest, store.folder, "packets", "mn = $mn")
    con.register("decoded", decoded)
    table = con.sql(
        f"""
        WITH own AS (SELECT number FROM ({packets})),
        wanted AS (  -- a later packet for the same key is the one that counts
            SELECT * FROM decoded
            QUALIFY row_number() OVER (PARTITION BY series, time, period_s, statistic ORDER BY packet DESC) = 1),
        current AS (
            SELECT * FROM ({observations}) o
            QUALIFY row_number() OVER (PARTITION BY series, time, period_s, statistic ORDER BY revision DESC) = 1),
        changed AS (
            SELECT w.series, w.time, w.period_s, w.statistic, w.value, w.text, w.flag, w.quality, w.packet,
                w.received_at, coalesce(c.revision + 1, 0)::USMALLINT AS revision
            FROM wanted w LEFT JOIN current c USING (series, time, period_s, statistic)
            WHERE c.series IS NULL OR c.text IS NULL
                OR c.value IS DISTINCT FROM w.value OR c.flag IS DISTINCT FROM w.flag),
        gone AS (
            SELECT c.series, c.time, c.period_s, c.statistic, NULL::DOUBLE AS value, NULL::VARCHAR AS text,
                ''::VARCHAR AS flag, {int(Quality.MISSING)}::UTINYINT AS quality, c.packet,
                make_timestamp({received_us}) AS received_at, (c.revision + 1)::USMALLINT AS revision
            FROM current c SEMI JOIN own ON c.packet = own.number
            ANTI JOIN wanted w
            ON c.series = w.series AND c.time = w.time AND c.period_s = w.period_s AND c.statistic = w.statistic
            WHERE c.text IS NOT NULL)
        SELECT * FROM changed UNION ALL SELECT * FROM gone
        """,
        params={"mn": mn},
    ).to_arrow_table()
    con.unregister("decoded")
    return table, int(np.count_nonzero(table["text"].is_null().to_numpy()))
