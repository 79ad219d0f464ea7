"""What the packets behind some days say when they are decoded anew, beside what stands in the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from clearbay.hj212.primitives import digest as digest_of
from clearbay.platform.history import instant
from clearbay.store import Store, Verdict, reading
from clearbay.store.anew import Keys, decode_anew
from clearbay.store.dialects import Numbers, changes, redecoded, slots_at
from clearbay.store.series import STATISTICS
from clearbay.store.ulid import packet_ids

PERIODIC = (2031, 2041, 2051, 2061, 2111)
"""Commands whose values have a period; real-time values are not judged."""

KEY = ("series", "time", "period_s", "statistic")
SAID = ("value", "text", "flag", "quality")
ROW: dict[str, type[pl.DataType] | pl.DataType] = {
    "series": pl.Int32, "time": pl.Datetime("us"), "period_s": pl.Int32, "statistic": pl.UInt8, "value": pl.Float64,
    "text": pl.String, "flag": pl.String, "quality": pl.UInt8, "packet": pl.Int64,
}  # fmt: skip

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Difference:
    """What of a packet is not in the store as decoding gives it; empty texts say that there is nothing.

    `packet_id` is empty for a window of a finding that judging forms otherwise.
    """

    packet_id: str
    mn: str
    code: str
    stored: str
    decoded: str


@dataclass(frozen=True)
class Evidence:
    """Values decoded anew, and how they stand to those of the store.

    `rows` are what is to be judged: point_id, code, basis, statistic and the columns of a value; values of packets that
    no key opened are in them as the store has them, and `sealed` gives the numbers of those with their logger's MN.
    `inputs` values stand in the store, `checked` of them came out of their `packets` the same; `opened` were encrypted.
    """

    rows: pl.DataFrame
    inputs: int
    checked: int
    packets: frozenset[int]
    opened: frozenset[int]
    sealed: Mapping[int, str]
    differences: tuple[Difference, ...]


def evidence(store: Store, points: Sequence[str], start: datetime, end: datetime, keys: Keys) -> Evidence:
    """Decode all packets of some points that bring values from `start` to before `end`, and compare each value.

    Every packet is decoded with the channel map and the length of minute data that held when it came, or when its
    logger's packets were last decoded anew.
    """
    con = store.cursor()
    try:
        standing = _standing(store, con, points, start, end)
        packets = _packets(store, con, points, standing["packet"].unique().to_list(), start, end)
        numbers = Numbers(con)
        decoded, opened, sealed, refused = _decoded(con, packets, numbers, keys)
    finally:
        con.close()
    names = {number: (one.point_id, one.code, one.basis) for one, number in numbers.series.items()}
    mine = [number for number, (point, _, _) in names.items() if point in set(points)]
    inside = (pl.col("series").is_in(mine)) & (pl.col("time") >= _naive(start)) & (pl.col("time") < _naive(end))
    decoded = decoded.filter(inside & (pl.col("period_s") > 0))
    told = _Telling(store, packets, names)
    unopened = pl.col("packet").is_in(list(sealed))
    open_to_check = standing.filter(~unopened)
    same, differing = _compare(open_to_check, decoded, standing.filter(unopened))
    differences = [*told.changed_bytes(), *told.pairs(differing, refused)]
    # What no key opens is judged as it stands: the rest of the day can still be checked.
    judged = pl.concat([_last(decoded), standing.filter(unopened).select(list(ROW))])
    judged = _last(judged).filter(pl.col("text").is_not_null())
    closed = packets.filter(pl.col("number").is_in(list(sealed)))
    return Evidence(
        _named(judged, names),
        standing.filter(pl.col("text").is_not_null()).height,
        same,
        frozenset(packets["number"].to_list()),
        frozenset(opened),
        dict(closed.select("number", "mn").rows()),
        tuple(differences),
    )


def together(parts: Sequence[Evidence]) -> Evidence:
    """Join evidence over spans that follow one another."""
    return Evidence(
        pl.concat([one.rows for one in parts]),
        sum(one.inputs for one in parts),
        sum(one.checked for one in parts),
        frozenset[int]().union(*(one.packets for one in parts)),
        frozenset[int]().union(*(one.opened for one in parts)),
        {number: mn for one in parts for number, mn in one.sealed.items()},
        tuple(dict.fromkeys(difference for one in parts for difference in one.differences)),
    )


# What there is --------------------------------------------------------------------------------------------------


def _standing(
    store: Store, con: duckdb.DuckDBPyConnection, points: Sequence[str], start: datetime, end: datetime
) -> pl.DataFrame:
    where = (
        "series IN (SELECT series FROM book.series WHERE point_id IN (SELECT unnest($points))) "
        f"AND time >= {instant(start)} AND time < {instant(end)} AND period_s > 0"
    )
    inner = reading.union(store.manifest, store.folder, "observations", where)
    table = con.sql(
        f"SELECT {', '.join(ROW)} FROM ({inner}) QUALIFY row_number() OVER (PARTITION BY {', '.join(KEY)} "
        "ORDER BY revision DESC) = 1",
        params={"points": list(points)},
    ).to_arrow_table()
    return _frame(table).select(pl.col(name).cast(kind) for name, kind in ROW.items())


def _packets(
    store: Store, con: duckdb.DuckDBPyConnection, points: Sequence[str], named: Sequence[int], start: datetime,
    end: datetime,
) -> pl.DataFrame:  # fmt: skip
    """Packets that values name, and accepted ones that by logger and time should have brought values."""
    rows = con.execute(
        "SELECT DISTINCT mn FROM book.channels WHERE point_id IN (SELECT unnest(?))", [list(points)]
    ).fetchall()
    loggers = {mn for (mn,) in rows} | {point.rpartition(":")[0] for point in points if ":" in point}
    con.register("named", pa.table({"number": pa.array(named, pa.int64())}))
    con.register("loggers", pa.table({"mn": pa.array(sorted(loggers), pa.string())}))
    where = (
        "number IN (SELECT number FROM named) OR "
        f"(verdict = {int(Verdict.ACCEPTED)} AND cn IN ({', '.join(map(str, PERIODIC))}) "
        f"AND sent_at BETWEEN {int(start.timestamp())} AND {int((end + DAY).timestamp())} "
        "AND mn IN (SELECT mn FROM loggers))"
    )
    inner = reading.union(store.manifest, store.folder, "packets", where)
    found = _frame(
        con.sql(f"SELECT number, received_at, mn, bytes, digest FROM ({inner}) ORDER BY number").to_arrow_table()
    )
    return found.with_columns(pl.col("mn").cast(pl.String))


def _decoded(
    con: duckdb.DuckDBPyConnection, packets: pl.DataFrame, numbers: Numbers, keys: Keys
) -> tuple[pl.DataFrame, set[int], set[int], dict[int, str]]:
    """Observations of packets by what held for each; numbers of those opened and not opened, and why others failed."""
    rows, opened, sealed, refused = [pl.DataFrame(schema=ROW)], set[int](), set[int](), dict[int, str]()
    later = redecoded(con)
    eras = [_us(at) for at in changes(con)]
    received = packets["received_at"].dt.replace_time_zone(None).dt.timestamp("us").to_list()
    held = [
        max(came, _us(later[mn])) if mn in later else came
        for came, mn in zip(received, packets["mn"].to_list(), strict=True)
    ]
    era = np.searchsorted(np.array(eras, np.int64), np.array(held, np.int64), side="right")
    for number in np.unique(era).tolist():
        at = datetime.fromtimestamp(eras[number - 1] / 1e6, UTC) if number else datetime(1970, 1, 1, tzinfo=UTC)
        some = packets.filter(pl.Series(era == number))
        made = decode_anew(
            some.select("number", "received_at", "mn", "bytes").to_arrow(), slots_at(con, numbers, _naive(at)), keys
        )
        rows.append(_frame(made.rows).select(pl.col(name).cast(kind) for name, kind in ROW.items()))
        opened |= made.opened
        sealed |= made.sealed
        refused |= made.refused
    # Stable: of one key given twice in a packet the last counts, as when it came.
    return pl.concat(rows).sort("packet", maintain_order=True), opened, sealed, refused


# How it compares ------------------------------------------------------------------------------------------------


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    """Of each key what came last."""
    return rows.sort("packet", maintain_order=True).unique(list(KEY), keep="last", maintain_order=True)


def _compare(standing: pl.DataFrame, decoded: pl.DataFrame, sealed: pl.DataFrame) -> tuple[int, pl.DataFrame]:
    """Compare what stands with what its packets give: how many are the same, and both sides of what is not.

    A value must come out of the packet that it names, and what came last of its key must be what stands.
    """
    given = decoded.unique([*KEY, "packet"], keep="last", maintain_order=True)
    present = standing.filter(pl.col("text").is_not_null())
    joined = present.join(given, on=[*KEY, "packet"], how="left", suffix="_given")
    alike = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_given")) for name in SAID)
    marked = joined.with_columns(alike=alike & pl.col("text_given").is_not_null())
    wrong = marked.filter(~pl.col("alike")).select(list(ROW)).with_columns(side=pl.lit("stored"))
    newest = _last(decoded).join(sealed.select(*KEY, sealed_by="packet"), on=list(KEY), how="left", nulls_equal=True)
    newest = newest.filter(pl.col("sealed_by").is_null() | (pl.col("sealed_by") < pl.col("packet"))).drop("sealed_by")
    beside = newest.join(standing, on=list(KEY), how="left", suffix="_stored")
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_stored")) for name in ("value", "flag"))
    other = beside.filter(~(equal & pl.col("text_stored").is_not_null()))
    extra = other.select(list(ROW)).with_columns(side=pl.lit("decoded"))
    return marked.filter("alike").height, pl.concat([wrong, extra])


class _Telling:
    """Differences in words: packets by their ids, values by what they say."""

    def __init__(self, store: Store, packets: pl.DataFrame, names: Mapping[int, tuple[str, str, str]]) -> None:
        self._packets, self._names = packets, names
        received = packets["received_at"].dt.replace_time_zone(None).dt.timestamp("us").to_numpy().astype(np.int64)
        ids = packet_ids(received, packets["number"].to_numpy().astype(np.int64), store.manifest.store_id)
        self._ids = dict(zip(packets["number"].to_list(), ids.to_pylist(), strict=True))
        self._mns = dict(zip(packets["number"].to_list(), packets["mn"].to_list(), strict=True))

    def changed_bytes(self) -> list[Difference]:
        """Packets whose bytes are not those that were digested when they came."""
        found = []
        for number, raw, digest in self._packets.select("number", "bytes", "digest").rows():
            now = int(digest_of(np.frombuffer(raw, np.uint8)[6:-4])) if len(raw) > 10 else 0
            if now != digest:
                stored, made = f"digest {digest:016x}", f"digest {now:016x}"
                found.append(Difference(self._ids[number], self._mns[number], "", stored, made))
        return found

    def pairs(self, differing: pl.DataFrame, refused: Mapping[int, str]) -> list[Difference]:
        """What stands beside what decoding gives, joined by packet, code and statistic."""
        stored: dict[tuple[int, str, int], list[str]] = {}
        given: dict[tuple[int, str, int], list[str]] = {}
        for row in differing.sort("packet", "time", "series").to_dicts():
            key = (row["packet"], self._names[row["series"]][1], row["statistic"])
            (stored if row["side"] == "stored" else given).setdefault(key, []).append(self._said(row))
        found = []
        for key in sorted({*stored, *given}):
            ours, theirs = stored.get(key, []), given.get(key, [])
            number, code, _ = key
            why = refused.get(number, "" if number in self._ids else "no_packet")
            for k in range(max(len(ours), len(theirs))):
                made = theirs[k] if k < len(theirs) else why
                told = ours[k] if k < len(ours) else ""
                found.append(Difference(self._ids.get(number, ""), self._mns.get(number, ""), code, told, made))
        return found

    def _said(self, row: Mapping[str, object]) -> str:
        point, _, basis = self._names[int(str(row["series"]))]
        value = row["text"] if row["text"] is not None else row["value"]
        statistic, time = STATISTICS[int(str(row["statistic"]))], row["time"]
        assert isinstance(time, datetime)
        own = row["value"]
        # The number is what is judged; it is told where the text says another.
        exact = f" (= {own:.12g})" if isinstance(own, float) and not _means(str(value), own) else ""
        return f"{value}{exact} {row['flag']} {time:%Y-%m-%dT%H:%MZ} {row['period_s']}s {statistic} {basis} {point}"


def _means(text: str, value: float) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False


def _named(rows: pl.DataFrame, names: Mapping[int, tuple[str, str, str]]) -> pl.DataFrame:
    words = pl.DataFrame(
        [(number, *name) for number, name in names.items()],
        schema={"series": pl.Int32, "point_id": pl.String, "code": pl.String, "basis": pl.String},
        orient="row",
    )
    mean = rows.filter(pl.col("statistic") == STATISTICS.index("avg")).drop("statistic")
    return mean.join(words, on="series", how="left").with_columns(statistic=pl.lit("avg"))


def _frame(table: pa.Table) -> pl.DataFrame:
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _us(naive: datetime) -> int:
    return int((naive - datetime(1970, 1, 1)) / timedelta(microseconds=1))
