"""Findings kept as columns: every revision stays, the last one stands. The store does not know what a finding says."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from clearbay.store.store import Store

TABLE = "book.judged"


class Judged:
    """The findings of a store, written in batches and read by what they are looked up by.

    `schema` is that of findings; it must have `finding_id`, `revision`, `point_id`, `time`, `period_s`, `assessed_at`.
    """

    def __init__(self, store: Store, schema: pa.Schema) -> None:
        """Open the table of findings, or make it."""
        self._store, self._schema = store, schema
        self._plain = pa.schema([pa.field(f.name, plain_type(f.type)) for f in schema])
        with store.writing:
            con = store.cursor()
            try:
                con.register("shape", self._plain.empty_table())
                con.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} AS SELECT * FROM shape LIMIT 0")
                con.execute("CREATE TABLE IF NOT EXISTS book.assessed (name VARCHAR, number BIGINT)")
            finally:
                con.close()

    def enter(self, findings: pa.Table, assessed: int | None = None) -> None:
        """Append findings in one transaction, and note that packets up to number `assessed` have been judged."""
        if findings.num_rows == 0 and assessed is None:
            return
        with self._store.writing:
            con = self._store.cursor()
            try:
                con.begin()
                if findings.num_rows:
                    con.register("news", findings.cast(self._plain))
                    con.execute(f"INSERT INTO {TABLE} SELECT * FROM news")
                if assessed is not None:
                    con.execute("DELETE FROM book.assessed WHERE name = 'packets'")
                    con.execute("INSERT INTO book.assessed VALUES ('packets', ?)", [assessed])
                con.commit()
            finally:
                con.close()

    def assessed(self) -> int:
        """Number of the last packet whose values have been judged; -1 when none was."""
        found = self._ask("SELECT number FROM book.assessed WHERE name = 'packets'", [])
        return int(str(found[0][0])) if found else -1

    def select(
        self,
        where: Sequence[str] = (),
        values: Sequence[object] = (),
        *,
        columns: Sequence[str] | None = None,
        as_of: datetime | None = None,
        all_revisions: bool = False,
        standing: Sequence[tuple[str, object]] = (),
        known: Sequence[str] = (),
        newest_by: Sequence[str] = (),
        order: str = "time DESC, finding_id",
        limit: int | None = None,
        offset: int = 0,
    ) -> pa.Table:
        """Findings that meet conditions, of each the last revision (that was assessed by `as_of`).

        Parameters
        ----------
        where : SQL conditions with `?` for `values`; never text that people wrote.
        columns : those wanted, all by default. standing : (column, value) pairs that the last revision must have.
        known : columns of which the last revision must have at least one that is not null.
        newest_by : columns of whose every combination only the first in `order` is given.
        """
        wanted = ", ".join(f'"{name}"' for name in columns or self._plain.names)
        asked = list(values)
        inner = list(where)
        if as_of is not None:
            inner.append("assessed_at <= ?")
            asked.append(_naive(as_of) if self._schema.field("assessed_at").type.tz is None else as_of)
        query = f"SELECT * FROM {TABLE}" + (f" WHERE {' AND '.join(inner)}" if inner else "")
        if not all_revisions:
            query += " QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY revision DESC) = 1"
        outer = " AND ".join(f'"{name}" = ?' for name, _ in standing) or "TRUE"
        asked += [value for _, value in standing]
        if known:
            outer += f" AND coalesce({', '.join(known)}) IS NOT NULL"
        if newest_by:
            outer += f" QUALIFY row_number() OVER (PARTITION BY {', '.join(newest_by)} ORDER BY {order}) = 1"
        query = f"SELECT {wanted} FROM ({query}) WHERE {outer} ORDER BY {order}"
        if limit is not None:
            query += f" LIMIT {int(limit)} OFFSET {int(offset)}"
        con = self._store.cursor()
        try:
            con.execute("SET TimeZone = 'UTC'")
            found: pa.Table = con.sql(query, params=asked).to_arrow_table()
        finally:
            con.close()
        return found.cast(pa.schema([self._plain.field(name) for name in found.column_names]))

    def counts(self, where: Sequence[str], values: Sequence[object]) -> dict[str, int]:
        """How many findings of each verdict stand."""
        inner = f" WHERE {' AND '.join(where)}" if where else ""
        query = (
            f"SELECT verdict, count(*) FROM (SELECT verdict, finding_id, revision FROM {TABLE}{inner} "
            "QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY revision DESC) = 1) GROUP BY verdict"
        )
        return {str(verdict): int(str(n)) for verdict, n in self._ask(query, values)}

    def _ask(self, query: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        con = self._store.cursor()
        try:
            return con.execute(query, list(values)).fetchall()
        finally:
            con.close()


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type of a column without its dictionary."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
