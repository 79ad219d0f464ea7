"""Air quality index findings: the hourly and the daily index of each station, by the edition in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.air_index import Item, dated_air_index
from clearbay.assess.context import Context, days_in_force, in_force
from clearbay.assess.conversion import in_unit
from clearbay.assess.digests import digests
from clearbay.assess.exact import places
from clearbay.assess.findings import WINDOW, Evidence, Outcome, Rule, Verdict, batch, rule_digest
from clearbay.assess.permits import Permit
from clearbay.assess.reasons import IDS, Why
from clearbay.assess.slots import DAY_S, HOUR_S, Slots
from clearbay.assess.windows import Method, Parts, Windows
from clearbay.standards import Index, IndexItem, Standard

METHOD_VERSION = "air index/1: hour 45 min, day 20 h, 8 h 6 h, mda8 14 windows, max1h 18 h"
CODE = "aqi"
LOOK_BACK_S = {"24h": 23 * HOUR_S, "8h": 7 * HOUR_S}
"""How far the inputs of an hourly item reach back before its hour."""

Report = Literal["hourly", "daily"]


@dataclass(frozen=True)
class _Column:
    """One item on the calendar: scaled values in `unit`, ok and why [points, slots]."""

    item: Item
    unit: str
    s: NDArray[np.int64]
    ok: NDArray[np.bool_]
    why: NDArray[np.int8]


def judge_air_index(context: Context, permit: Permit, editions: Sequence[Standard]) -> list[pa.Table]:
    """Classify every hour and every day of the permit's stations by the air quality index."""
    held = [edition for edition in editions if edition.index is not None]
    found: list[pa.Table] = []
    for report in ("hourly", "daily"):
        items = {(item.code, item.averaging): item for edition in held for item in _items(edition, report)}
        if report == "hourly" and context.chain is None:
            continue
        slots = context.chain.hours.slots if report == "hourly" and context.chain else context.days
        codes = {code for code, _ in items}
        points = sorted(
            {
                point
                for _, averaging in items
                for source in context.sources(averaging)
                for point, code in source.records.keys
                if code in codes and permit.applies_to(point)
            }
        )
        if not points:
            continue
        columns = [_column(context, points, slots, item) for item in items.values()]
        found += _findings(context, permit, held, report, points, slots, columns)
    return found


def _items(edition: Standard, report: Report) -> tuple[IndexItem, ...]:
    if edition.index is None:
        return ()
    return edition.index.hourly if report == "hourly" else edition.index.daily


def _column(context: Context, points: Sequence[str], slots: Slots, item: IndexItem) -> _Column:
    """Spread one item's windows, of whatever level, over stations and slots; the slot is the one a window ends in."""
    shape = (len(points), len(slots))
    s = np.zeros(shape, dtype=np.int64)
    ok = np.zeros(shape, dtype=np.bool_)
    why = np.full(shape, Why.MISSING, dtype=np.int8)
    row = {point: n for n, point in enumerate(points)}
    for source in context.sources(item.averaging):
        windows = source.windows
        rows = np.array([row.get(p, -1) if c == item.code else -1 for p, c in windows.keys], dtype=np.int64)
        mine = np.flatnonzero(rows[windows.series] >= 0)
        if len(mine) == 0:
            continue
        last = windows.start[mine] + windows.length[mine] - 1
        slot = np.searchsorted(slots.start, last, side="right") - 1
        inside = (slot >= 0) & (last < slots.start[slot] + slots.length_s[slot])
        mine, at = mine[inside], (rows[windows.series[mine[inside]]], slot[inside])
        unit = source.records.units_by_code().get(item.code, item.unit)
        value, _ = in_unit(windows.s[mine], item.code, unit, item.unit)
        s[at], ok[at] = value, windows.ok[mine]
        why[at] = np.where(windows.ok[mine], Why.USED, np.maximum(windows.why[mine], Why.MISSING))
    return _Column((item.code, item.averaging), item.unit, s, ok, why)


def _findings(
    context: Context,
    permit: Permit,
    editions: Sequence[Standard],
    report: Report,
    points: Sequence[str],
    slots: Slots,
    columns: Sequence[_Column],
) -> list[pa.Table]:
    n, m = len(points), len(slots)
    names = {column.item: f"{column.item[0]}_{column.item[1]}" for column in columns}
    frame = pl.DataFrame(
        {"n": np.arange(n * m), "day": np.tile(slots.days, n)} | {names[c.item]: _concentration(c) for c in columns}
    ).with_columns(pl.col(list(names.values())).fill_nan(None))
    result = dated_air_index(frame, editions, report, names).select("n", "aqi", "items", "primary", "edition").sort("n")
    table = result.collect("polars").to_native()
    edition_of = table["edition"].to_numpy()
    found: list[pa.Table] = []
    for edition in editions:
        if edition.index is None or not (edition_of == edition.id).any():
            continue
        items = _items(edition, report)
        used = [column for item in items for column in columns if column.item == (item.code, item.averaging)]
        windows = _windows(points, slots, used, report)
        which = (edition_of == edition.id) & in_force(windows, permit, *days_in_force(edition))
        found += _batch(context, edition, edition.index, items, report, windows, which, table, used)
    return found


def _concentration(column: _Column) -> NDArray[np.float64]:
    return np.where(column.ok, column.s / 10.0 ** places(column.unit), np.nan).reshape(-1)


def _windows(points: Sequence[str], slots: Slots, used: Sequence[_Column], report: Report) -> Windows:
    """One window a station and slot, its parts the items' concentrations of that slot."""
    n, m, k = len(points), len(slots), len(used)
    size = n * m
    stack = np.stack([c.s for c in used], axis=-1).reshape(-1)
    why = np.stack([np.where(c.ok, Why.USED, np.maximum(c.why, Why.MISSING)) for c in used], axis=-1).reshape(-1)
    start, length = np.tile(slots.start, n), np.tile(slots.length_s, n)
    parts = Parts(
        np.tile(np.arange(k, dtype=np.int32), size),
        np.repeat(start, k),
        np.repeat(length, k),
        stack,
        why.astype(np.int8),
        why == Why.USED,
    )
    ok = np.stack([c.ok for c in used], axis=-1).reshape(size, k)
    return Windows(
        "1h" if report == "hourly" else "day",
        tuple((point, CODE) for point in points),
        np.repeat(np.arange(n, dtype=np.int32), m),
        start,
        length,
        np.tile(slots.days, n),
        np.zeros(size, dtype=np.int64),
        np.full(size, k, dtype=np.int32),
        ok.sum(axis=1).astype(np.int32),
        np.ones(size, dtype=np.bool_),
        np.zeros(size, dtype=np.bool_),
        np.zeros(size, dtype=np.int8),
        np.full(size, Method.MAXIMUM, dtype=np.int8),
        np.arange(size, dtype=np.int64) * k,
        np.full(size, k, dtype=np.int32),
        parts,
    )


def _batch(
    context: Context,
    edition: Standard,
    index: Index,
    items: Sequence[IndexItem],
    report: Report,
    windows: Windows,
    which: NDArray[np.bool_],
    table: pl.DataFrame,
    used: Sequence[_Column],
) -> list[pa.Table]:
    picked = windows.take(which)
    if len(picked) == 0:
        return []
    aqi = table["aqi"].fill_null(-1).to_numpy()[which].astype(np.int32)
    measured = table["items"].to_numpy()[which]
    pollutants = len({item.code for item in items})
    floor = index.missing_one_publish_above
    # An index from fewer pollutants than the rule names is published only when it is high enough to be one anyway.
    known = aqi >= 0
    if floor is not None:
        known &= (measured == pollutants) | (aqi > floor)
    verdict = [Verdict.NONE if k else Verdict.NOT_EVALUABLE for k in known.tolist()]
    levels = _levels(index, aqi)
    rule = Rule(
        f"{edition.id}/{CODE}/{report}",
        rule_digest(METHOD_VERSION, edition.id, report, _terms(index), *(_canonical(item) for item in items)),
        edition.id,
        items[0].clause,
        "1",
        _weakest(items),
    )
    outcome = Outcome(
        np.where(known, aqi, np.nan).astype(np.float64),
        np.full(len(picked), np.nan),
        verdict,
        [level if k else "" for level, k in zip(levels, known.tolist(), strict=True)],
        np.where(known, aqi, -1).astype(np.int32),
        [text if k else "" for text, k in zip(table["primary"].filter(pl.Series(which)), known.tolist(), strict=True)],
    )
    return [
        batch(
            rule,
            picked,
            CODE,
            outcome,
            _evidence(context, picked, used, items),
            context.zone,
            context.assessed_at,
        )
    ]


def _canonical(item: IndexItem) -> str:
    """What of an item decides an index, in a fixed order."""
    pairs = " ".join(f"{c}:{i}" for c, i in zip(item.concentrations, item.indices, strict=True))
    ends = f"lows={item.lows} index_lows={item.index_lows} above={item.above} goes_on={item.extrapolates}"
    return f"{item.code} {item.averaging} {item.unit} {item.decimals} {pairs} {ends}"


def _terms(index: Index) -> str:
    """What of an index decides its findings beside the items."""
    bands = " ".join(f"{band.low}-{band.high}:{band.level}" for band in index.bands)
    terms = (index.result, index.concentration, index.primary_above, index.missing_one_publish_above)
    return " ".join(map(str, (*terms, bands)))


def _weakest(items: Sequence[IndexItem]) -> str:
    order = ["verified", "one-source", "unverified"]
    return max((item.confidence for item in items), key=order.index)


def _levels(index: Index, aqi: NDArray[np.int32]) -> list[str]:
    highs = np.array([band.high for band in index.bands])
    at = np.minimum(np.searchsorted(highs, aqi), len(highs) - 1)
    names = [band.level for band in index.bands]
    return [names[k] for k in at.tolist()]


def _evidence(context: Context, picked: Windows, used: Sequence[_Column], items: Sequence[IndexItem]) -> Evidence:
    codes = sorted({item.code for item in items})
    inputs = []
    levels = {id(s.records): s.records for item in items for s in context.sources(item.averaging)}
    for records in levels.values():
        number = records.index()
        series = np.array([[number.get((p, c), -1) for c in codes] for p, _ in picked.keys], dtype=np.int64)
        inputs.append((records, series[picked.series]))
    back = max((LOOK_BACK_S.get(item.averaging, 0) for item in items), default=0)
    return Evidence(
        picked.expected,
        picked.valid,
        picked.left_out(),
        _item_lists(picked, used),
        digests(inputs, picked.start - back, picked.start + picked.length),
    )


def _item_lists(picked: Windows, used: Sequence[_Column]) -> pa.ListArray:
    k = len(used)
    n = len(picked)
    at = (picked.first[:, None] + np.arange(k)[None, :]).reshape(-1)
    column = picked.parts.series[at]
    scale = np.array([10.0 ** places(c.unit) for c in used])
    # An item's period may be longer than the report's: a moving 24-h mean ends with the hour it is listed under.
    length = np.array([DAY_S if c.item[1] == "24h" else 8 * HOUR_S if c.item[1] == "8h" else 0 for c in used])[column]
    own = picked.parts.length[at]
    length = np.where(length > 0, length, own)
    start = picked.parts.start[at] + own - length
    why = picked.parts.why[at]
    value = np.where(why == Why.USED, picked.parts.s[at] / scale[column], np.nan)
    blank = pa.repeat("", len(at))
    struct = pa.StructArray.from_arrays(
        [
            pa.array([c.item[0] for c in used], pa.string()).take(pa.array(column)),
            pa.array(start * 1_000_000, pa.timestamp("us", tz="UTC")),
            pa.array(length),
            pa.array(value, from_pandas=True),
            pa.array(IDS, pa.string()).take(pa.array(why.astype(np.int32))),
            blank,
            blank,
        ],
        fields=list(WINDOW),
    )
    return pa.ListArray.from_arrays((np.arange(n + 1) * k).astype(np.int32), struct)
