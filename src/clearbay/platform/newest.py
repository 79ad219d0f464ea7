"""The newest value of every series, kept in memory and brought up to date from what was committed last."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from clearbay.district.model import District
from clearbay.platform.store_values import known_codes, units_of
from clearbay.store import Store, reading
from clearbay.store.series import STATISTICS
from clearbay.store.ulid import packet_ids
from clearbay.vocabulary.parameters import find


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
        self._seen = -1
        self._lock = threading.Lock()

    def follow(self, district: District) -> dict[str, list[Latest]]:
        """Take up what was committed since the last call; give what is new, by point."""
        newest = self._store.next_number - 1
        if newest <= self._seen:
            return {}
        first = self._seen < 0
        since = f"packet > {self._seen} AND packet <= {newest}"
        con = self._store.cursor()
        inner = reading.union(self._store.manifest, self._store.folder, "observations", since)
        try:
            rows = con.execute(
                "SELECT point_id, code, basis, statistic, period_s, max(time), arg_max(value, (time, revision)), "
                "arg_max(text, (time, revision)), arg_max(flag, (time, revision)), arg_max(packet, (time, revision)), "
                "arg_max(epoch_us(received_at), (time, revision)) "
                f"FROM ({inner}) JOIN book.series USING (series) WHERE text IS NOT NULL GROUP BY ALL"
            ).fetchall()
        finally:
            con.close()
        self._seen = newest
        found = self._take(rows, district)
        return {} if first else found

    def _take(self, rows: Sequence[tuple[object, ...]], district: District) -> dict[str, list[Latest]]:
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
            value = row[6] if isinstance(row[6], float) else None
            unit = units.get((point, sent, basis)) or units.get((point, code, basis)) or own[code]
            one = Latest(
                code,
                basis,
                STATISTICS[int(str(row[3]))],
                int(str(row[4])),
                time.replace(tzinfo=UTC),
                value,
                str(row[7] or ""),
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
