"""Packets of a store as pages read them: lists, the ones behind a value, and one opened with what was made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clearbay.district.model import District
from clearbay.platform.history import instant, series_numbers
from clearbay.platform.store_values import FURNACE, known_codes, units_of
from clearbay.store import Store, Verdict, reading
from clearbay.store.series import STATISTICS
from clearbay.store.ulid import packet_ids, packet_number
from clearbay.vocabulary.parameters import find

VERDICTS = {Verdict.ACCEPTED: "accepted", Verdict.DUPLICATE: "duplicate", Verdict.REFUSED: "refused"}
COLUMNS = ("number", "packet_id", "received_at", "peer", "mn", "cn", "verdict", "reason", "bytes")
HOUR_S, MINUTES_S = 3600, 300
WINDOW = 20_000
"""Packets looked through at a time, newest first."""


@dataclass(frozen=True)
class LoggerState:
    """What came from a logger: received = stored + refused + duplicate."""

    mn: str
    site_id: str
    version: str
    last_seen: datetime | None
    received: int
    stored: int
    refused: int
    duplicate: int
    latest_refusals: tuple[tuple[str, datetime, str], ...] = ()


def newest(store: Store, mn: str | None, verdict: str | None, before: int | None, limit: int) -> pa.Table:
    """Packets by number, the newest first: those of a logger, of a verdict, with numbers below `before`."""
    wanted = next((int(k) for k, name in VERDICTS.items() if name == verdict), None)
    if verdict is not None and wanted is None:
        return _shown(store, None)
    conditions = ["TRUE"]
    values: list[object] = []
    if before is not None:
        conditions.append(f"number < {int(before)}")
    if wanted is not None:
        conditions.append(f"verdict = {wanted}")
    if mn is not None:
        conditions.append("mn = $mn")
        values.append(mn)
    inner = reading.union(store.manifest, store.folder, "packets", " AND ".join(conditions))
    query = f"SELECT * FROM ({inner}) ORDER BY number DESC LIMIT {int(limit)}"
    con = store.cursor()
    try:
        found = con.sql(query, params={"mn": mn} if mn is not None else None).to_arrow_table()
    finally:
        con.close()
    return _shown(store, found)


def behind(store: Store, point_id: str, code: str, start: datetime, end: datetime, limit: int) -> pa.Table:
    """Packets that the values of a point and code over a span came in, the newest first.

    These are the values that are judged: of an hour its mean where it came, else its minutes; of a furnace its five
    minutes. Packets of other values, such as instants, stand for them only where there are none of these.
    """
    con = store.cursor()
    try:
        numbers = series_numbers(con, point_id, code, None)
        if not numbers:
            return _shown(store, None)
        where = f"series IN ({','.join(map(str, numbers))}) AND time >= {instant(start)} AND time < {instant(end)}"
        values = reading.union(store.manifest, store.folder, "observations", where)
        longest = MINUTES_S if code.startswith(FURNACE) else HOUR_S
        judged = (
            f"SELECT packet FROM ({values}) WHERE period_s > 0 AND period_s <= {longest} "
            "QUALIFY period_s = max(period_s) OVER (PARTITION BY time_bucket(INTERVAL 1 HOUR, time))"
        )
        chosen = con.execute(
            f"SELECT DISTINCT packet FROM ({judged}) ORDER BY packet DESC LIMIT {int(limit)}"
        ).fetchall()
        which = ",".join(str(number) for (number,) in chosen) or f"SELECT packet FROM ({values})"
        inner = reading.union(store.manifest, store.folder, "packets", f"number IN ({which})")
        found = con.sql(f"SELECT * FROM ({inner}) ORDER BY number DESC LIMIT {int(limit)}").to_arrow_table()
    finally:
        con.close()
    return _shown(store, found)


def opened(store: Store, district: District, packet_id: str) -> Mapping[str, object] | None:
    """One packet with the observations made from it; None when there is none of that id."""
    try:
        number = packet_number(packet_id)
    except ValueError:
        return None
    found = _shown(store, reading_of(store, f"number = {number}", "packets"))
    row = next((r for r in found.to_pylist() if r["packet_id"] == packet_id), None)
    if row is None:
        return None
    return {**row, "observations": observations(store, district, number)}


def observations(store: Store, district: District, number: int) -> list[Mapping[str, object]]:
    """Observations that a packet was decoded into."""
    con = store.cursor()
    inner = reading.union(store.manifest, store.folder, "observations", f"packet = {number}")
    try:
        rows = con.execute(
            f"SELECT point_id, code, basis, time, period_s, statistic, value, text, flag FROM ({inner}) "
            "JOIN book.series USING (series) ORDER BY code, basis, statistic"
        ).fetchall()
    finally:
        con.close()
    units, names = units_of(district), known_codes({row[1] for row in rows})
    made: list[Mapping[str, object]] = []
    for point, sent, basis, time, period, statistic, value, text, flag in rows:
        code = names[sent]
        parameter = find(code)
        unit = units.get((point, sent, basis)) or (parameter.unit if parameter is not None else "")
        made.append(
            {
                "point_id": point,
                "code": code,
                "basis": basis,
                "time": time.replace(tzinfo=UTC),
                "period_s": period,
                "statistic": STATISTICS[statistic],
                "value": value,
                "text": text or "",
                "flag": flag or "",
                "unit": unit,
            }
        )
    return made


def reading_of(store: Store, where: str, table: str) -> pa.Table:
    """Rows of `packets` or `observations` that meet a condition."""
    con = store.cursor()
    try:
        found: pa.Table = con.sql(reading.union(store.manifest, store.folder, table, where)).to_arrow_table()
    finally:
        con.close()
    return found


Reasons = Mapping[str, tuple[tuple[str, datetime, str], ...]]
"""Refused packets by logger: id, instant, reason."""


def refusals(store: Store, mns: Sequence[str], each: int) -> Reasons:
    """The latest refused packets of each logger: id, instant, reason."""
    inner = reading.union(store.manifest, store.folder, "packets", f"verdict = {int(Verdict.REFUSED)}")
    con = store.cursor()
    try:
        rows = con.execute(
            f"SELECT mn, number, received_at, reason FROM ({inner}) WHERE mn IN (SELECT unnest(?)) "
            f"QUALIFY row_number() OVER (PARTITION BY mn ORDER BY number DESC) <= {int(each)} ORDER BY mn, number DESC",
            [list(mns)],
        ).fetchall()
    finally:
        con.close()
    found: dict[str, tuple[tuple[str, datetime, str], ...]] = {}
    for mn, number, received, reason in rows:
        at = received.replace(tzinfo=UTC)
        [name] = _ids(store, [at], [number])
        found[mn] = (*found.get(mn, ()), (name, at, str(reason or "")))
    return found


def _ids(store: Store, received: Sequence[datetime], numbers: Sequence[int]) -> list[str]:
    micros = np.array([round(at.timestamp() * 1_000_000) for at in received], np.int64)
    return list(packet_ids(micros, np.array(numbers, np.int64), store.manifest.store_id).to_pylist())


def _shown(store: Store, found: pa.Table | None) -> pa.Table:
    kinds = (
        pa.int64(), pa.string(), pa.timestamp("us", tz="UTC"), pa.string(), pa.string(), pa.int32(), pa.string(),
        pa.string(), pa.binary(),
    )  # fmt: skip
    schema = pa.schema(list(zip(COLUMNS, kinds, strict=True)))
    if found is None or found.num_rows == 0:
        return schema.empty_table()
    received = found["received_at"].cast(pa.int64()).to_numpy()
    ids = packet_ids(received, found["number"].to_numpy(), store.manifest.store_id)
    words = pa.array([VERDICTS[Verdict(v)] for v in found["verdict"].to_pylist()], pa.string())
    columns = {
        "number": found["number"],
        "packet_id": ids,
        "received_at": pa.array(received).cast(pa.timestamp("us", tz="UTC")),
        "peer": found["peer"],
        "mn": found["mn"],
        "cn": found["cn"],
        "verdict": words,
        "reason": pc.fill_null(found["reason"].cast(pa.string()), ""),
        "bytes": found["bytes"],
    }
    return pa.table([_cast(columns[field.name], field.type) for field in schema], schema=schema)


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return column.cast(kind)
