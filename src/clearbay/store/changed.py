"""What was changed behind the back of judging: hours of points whose values decoding anew gave, corrected or took away.

They are noted before the values are written and forgotten when their findings are; a service that is killed in between,
or was not running, finds them at its next start.
"""

import duckdb
import pyarrow as pa

from clearbay.store.store import Store


def note(con: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
    """Note the points and hours of observations (columns of the store) that are about to be written."""
    con.register("changing", rows)
    try:
        con.execute(
            "INSERT INTO book.changed SELECT (SELECT coalesce(max(number), -1) + 1 FROM book.changed), * FROM ("
            "SELECT DISTINCT point_id, time_bucket(INTERVAL 1 HOUR, time) FROM changing "
            "JOIN book.series USING (series) WHERE period_s > 0)"
        )
    finally:
        con.unregister("changing")


def changed(store: Store, after: int) -> tuple[int, list[tuple[str, int]]]:
    """Give the number of the last note and the points and hours [s since 1970] of notes after number `after`.

    Waits for what is being written: a note is told only when the values it is about are there.
    """
    con = store.cursor()
    try:
        if _newest(con) <= after:
            return after, []
        with store.writing:
            last = _newest(con)
            rows = con.execute(
                "SELECT DISTINCT point_id, epoch(hour)::BIGINT FROM book.changed "
                "WHERE number > ? AND number <= ? AND point_id IS NOT NULL",
                [after, last],
            ).fetchall()
    finally:
        con.close()
    return last, rows


def forget(store: Store, up_to: int) -> None:
    """Forget notes up to a number: what they marked has been judged."""
    with store.writing:
        con = store.cursor()
        try:
            con.begin()
            con.execute("DELETE FROM book.changed WHERE number <= ?", [up_to])
            # Numbers go on from here: one that was used again would be taken for judged.
            con.execute("INSERT INTO book.changed VALUES (?, NULL, NULL)", [up_to])
            con.commit()
        finally:
            con.close()


def _newest(con: duckdb.DuckDBPyConnection) -> int:
    found = con.execute("SELECT coalesce(max(number), -1) FROM book.changed").fetchone()
    return -1 if found is None else int(found[0])
