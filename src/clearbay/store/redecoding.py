"""Decoding packets anew: after the channel map was corrected, or an unknown logger was registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np
import pyarrow as pa

from clearbay.hj212.reasons import Reason
from clearbay.store import changed, dialects, reading
from clearbay.store.anew import Keys, decode_anew
from clearbay.store.arrivals import Verdict
from clearbay.store.store import Store
from clearbay.vocabulary.flags import Quality

_PACKETS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Redecoded:
    """How many packets were read, observations added (new or corrected) and withdrawn.

    `unread` packets gave nothing this time (no key opens them, or they are refused): what they gave before stays.
    """

    packets: int
    added: int
    withdrawn: int
    unread: int = 0


def redecode(store: Store, mn: str, keys: Keys | None = None, now: datetime | None = None) -> Redecoded:
    """Decode all packets of a logger with the channel map in force; also those refused while it was unknown.

    What a packet gives now is written as the next revision where it differs; what it gave before and gives no more
    is withdrawn by a revision without a value. The older revisions stay readable by `as_of`. The hours that change are
    noted, so that a service judges them again: at once where one runs, else at its next start.
    """
    at = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    read, tables, own = 0, list[pa.Table](), list[int]()
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
                    made = decode_anew(wanted, store.slots, keys or {})
                    own += sorted({*wanted["number"].to_pylist()} - made.sealed - set(made.refused))
                    tables.append(made.rows)
            if not tables:
                return Redecoded(read, 0, 0)
            changes, withdrawn = _changes(store, con, own, pa.concat_tables(tables), at)
            dialects.enter_redecoding(con, mn, at)
            changed.note(con, changes)
        finally:
            con.close()
        store.write_observations(changes)
    return Redecoded(read, changes.num_rows - withdrawn, withdrawn, read - len(own))


def _wanted(found: pa.Table) -> pa.Table:
    late = (Reason.UNKNOWN_MN.value, Reason.WRONG_PASSWORD.value, Reason.BAD_CIPHER.value)
    mask = [
        verdict == Verdict.ACCEPTED or (verdict == Verdict.REFUSED and reason in late[:1])
        for verdict, reason in zip(found["verdict"].to_pylist(), found["reason"].to_pylist(), strict=True)
    ]
    return found.filter(pa.array(mask, pa.bool_()))


def _changes(
    store: Store, con: duckdb.DuckDBPyConnection, own: Sequence[int], decoded: pa.Table, at: datetime
) -> tuple[pa.Table, int]:
    """The rows that make the store say what the packets say now, and how many of them withdraw something."""
    observations = reading.union(store.manifest, store.folder, "observations")
    con.register("decoded", decoded)
    con.register("own", pa.table({"number": pa.array(own, pa.int64())}))
    table = con.sql(
        f"""
        WITH wanted AS (  -- a later packet for the same key is the one that counts
            SELECT * FROM decoded
            QUALIFY row_number() OVER (PARTITION BY series, time, period_s, statistic ORDER BY packet DESC) = 1),
        current AS (
            SELECT * FROM ({observations}) o
            QUALIFY row_number() OVER (PARTITION BY series, time, period_s, statistic ORDER BY revision DESC) = 1),
        given AS (SELECT DISTINCT series, time, period_s, statistic, packet, TRUE AS still FROM decoded),
        changed AS (
            SELECT w.series, w.time, w.period_s, w.statistic, w.value, w.text, w.flag, w.quality, w.packet,
                $at::TIMESTAMP AS received_at, coalesce(c.revision + 1, 0)::USMALLINT AS revision
            FROM wanted w LEFT JOIN current c USING (series, time, period_s, statistic)
            LEFT JOIN given g ON g.series = c.series AND g.time = c.time AND g.period_s = c.period_s
                AND g.statistic = c.statistic AND g.packet = c.packet
            WHERE c.series IS NULL OR c.text IS NULL
                OR ((c.value IS DISTINCT FROM w.value OR c.flag IS DISTINCT FROM w.flag)
                -- what a later packet gave that was not read now (another logger's, or sealed) stays
                    AND (c.packet <= w.packet OR c.packet IN (SELECT number FROM own)))
                -- the same value, but not from the packet that is named
                OR (g.still IS NULL AND c.packet IN (SELECT number FROM own))),
        gone AS (
            SELECT c.series, c.time, c.period_s, c.statistic, NULL::DOUBLE AS value, NULL::VARCHAR AS text,
                ''::VARCHAR AS flag, {int(Quality.MISSING)}::UTINYINT AS quality, c.packet,
                $at::TIMESTAMP AS received_at, (c.revision + 1)::USMALLINT AS revision
            FROM current c SEMI JOIN own ON c.packet = own.number
            ANTI JOIN wanted w
            ON c.series = w.series AND c.time = w.time AND c.period_s = w.period_s AND c.statistic = w.statistic
            WHERE c.text IS NOT NULL)
        SELECT * FROM changed UNION ALL SELECT * FROM gone
        """,
        params={"at": at},
    ).to_arrow_table()
    con.unregister("decoded")
    con.unregister("own")
    return table, int(np.count_nonzero(table["text"].is_null().to_numpy()))
