"""The newest value of every series, kept in memory and brought up to date from what was committed last."""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np

from clearbay.district.model import District
from clearbay.platform.store_values import known_codes, units_of
from clearbay.store import Store, reading
from clearbay.store.changed import changed
from clearbay.store.series import STATISTICS
from clearbay.store.ulid import packet_ids
from clearbay.vocabulary.parameters import find

Row = tuple[object, ...]
"""point_id, code, basis, statistic, period_s, time, text, value, flag, packet, received [us], revision."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest value of a series and statistic; `text` is as sent, `time` (UTC) the start of its period."""

    code: str
    basis: str
    statistic: str
    period_s: int
    time: datetime
    value: float | None
    text: str
    flag: str
    unit: str
    packet_id: str


class Newest:
    """Newest values by point. One thread brings it up to date, any may read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._values: dict[str, dict[tuple[str, str, str, int], Latest]] = {}
        self._seen = self._changed = -1
        self._lock = threading.Lock()

    def follow(self, district: District) -> dict[str, list[Latest]]:
        """Take up what was committed since the last call, and what decoding packets anew changed; give what is new."""
        found = self._follow_changes(district)
        newest = self._store.next_number - 1
        if newest <= self._seen:
            return found
        first = self._seen < 0
        since = f"packet > {self._seen} AND packet <= {newest}"
        fresh = self._take(self._read(since), district)
        self._seen = newest
        return {} if first else found | fresh

    def _follow_changes(self, district: District) -> dict[str, list[Latest]]:
        """Read points whose packets were decoded anew: what was newest may have another value now, or be withdrawn."""
        before = self._changed
        self._changed, hours = changed(self._store, before)
        if self._seen < 0 or self._changed == before:
            return {}
        # Notes may have been forgotten before they were looked at here: then any point may be meant.
        with self._lock:
            points = {point for point, _ in hours} or set(self._values)
        held = {point: set(self.of(point)) for point in points}
        rows = self._read(f"packet <= {self._seen}", points)
        with self._lock:
            for point in points:
                self._values.pop(point, None)
        self._take(rows, district)
        fresh = {point: [one for one in self.of(point) if one not in held[point]] for point in points}
        return {point: values for point, values in fresh.items() if values}

    def _read(self, which: str, points: Collection[str] | None = None) -> list[Row]:
        """Of each series the newest value that was not withdrawn, among those that a condition names."""
        con = self._store.cursor()
        try:
            found = self._newest(con, which, points, "")
            stand = [row for row in found if row[6] is not None]
            if len(stand) < len(found):
                # Decoding anew took the newest value of a series away: an older one is the newest then.
                several = "PARTITION BY series, time, period_s, statistic ORDER BY revision DESC"
                gone = {str(row[0]) for row in found if row[6] is None}
                again = self._newest(con, which, gone, f"QUALIFY row_number() OVER ({several}) = 1")
                known = {row[:5] for row in stand}
                stand += [row for row in again if row[:5] not in known]
            return self._received(con, stand)
        finally:
            con.close()

    def _newest(
        self, con: duckdb.DuckDBPyConnection, which: str, points: Collection[str] | None, last: str
    ) -> list[Row]:
        """Newest rows; `last` keeps the last revision of each value, so that those withdrawn can be left out."""
        inner = reading.union(self._store.manifest, self._store.folder, "observations", which)
        rows = f"SELECT * FROM (SELECT * FROM ({inner}) {last}) WHERE text IS NOT NULL" if last else inner
        mine = "" if points is None else " WHERE point_id IN (SELECT unnest($points))"
        # Taken as one: of a row without a number the number of an older one would be given.
        query = (
            "SELECT point_id, code, basis, statistic, period_s, newest.* FROM ("
            "SELECT point_id, code, basis, statistic, period_s, arg_max({'time': time, 'text': text, 'value': value, "
            "'flag': flag, 'packet': packet, 'received': epoch_us(received_at), 'revision': revision}, "
            f"(time, revision)) AS newest FROM ({rows}) JOIN book.series USING (series){mine} GROUP BY ALL)"
        )
        return con.execute(query, {} if points is None else {"points": sorted(points)}).fetchall()

    def _received(self, con: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> list[Row]:
        """Put in when the packet came where a row is a later revision: that one says when it was decoded anew."""
        numbers = sorted({int(str(row[9])) for row in rows if row[11]})
        if not numbers:
            return list(rows)
        where = f"number IN ({', '.join(map(str, numbers))})"
        inner = reading.union(self._store.manifest, self._store.folder, "packets", where)
        came = dict(con.execute(f"SELECT number, epoch_us(received_at) FROM ({inner})").fetchall())
        return [(*row[:10], came.get(row[9], row[10]), row[11]) for row in rows]

    def _take(self, rows: Sequence[Row], district: District) -> dict[str, list[Latest]]:
        units = units_of(district)
        names = known_codes({str(row[1]) for row in rows})
        own = {name: parameter.unit if (parameter := find(name)) else "1" for name in names.values()}
        fresh: dict[str, list[Latest]] = {}
        ids = names_of(self._store, [int(str(row[9])) for row in rows], [int(str(row[10])) for row in rows])
        for row, packet in zip(rows, ids, strict=True):
            point, sent, basis = str(row[0]), str(row[1]), str(row[2])
            code = names[sent]
            time = row[5]
            assert isinstance(time, datetime)
            value = row[7] if isinstance(row[7], float) else None
            unit = units.get((point, sent, basis)) or units.get((point, code, basis)) or own[code]
            one = Latest(
                code,
                basis,
                STATISTICS[int(str(row[3]))],
                int(str(row[4])),
                time.replace(tzinfo=UTC),
                value,
                str(row[6] or ""),
                str(row[8] or ""),
                unit,
                packet,
            )
            key = (code, basis, one.statistic, one.period_s)
            with self._lock:
                held = self._values.setdefault(point, {}).get(key)
                if held is None or one.time >= held.time:
                    self._values[point][key] = one
                    fresh.setdefault(point, []).append(one)
        return fresh

    def of(self, point_id: str) -> list[Latest]:
        """Newest values of a point; of one code and statistic those of the shortest period first."""
        with self._lock:
            found = list(self._values.get(point_id, {}).values())
        return sorted(found, key=lambda v: (v.code, v.basis, v.statistic, v.period_s))

    def all(self) -> Mapping[str, Sequence[Latest]]:
        """Newest values of all points."""
        with self._lock:
            names = list(self._values)
        return {name: self.of(name) for name in names}


def names_of(store: Store, numbers: Sequence[int], received_us: Sequence[int]) -> list[str]:
    """Identifiers of packets by their numbers and the instants they were received at, all at once."""
    made = packet_ids(np.array(received_us, np.int64), np.array(numbers, np.int64), store.manifest.store_id)
    return [str(name) for name in made.to_pylist()]
