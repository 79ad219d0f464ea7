"""Single samples and reported long means as windows: each value is one window of its own."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.reasons import Why
from clearbay.assess.records import NO_VALUE, Records, reasons
from clearbay.assess.slots import DAY_S, Slots, offsets
from clearbay.assess.windows import Method, Parts, Windows
from clearbay.vocabulary.clocks import date_of


def of_records(averaging: str, records: Records, zone: str) -> Windows:
    """Each record as a window made of itself."""
    r = records.records
    n = len(r)
    series = (np.searchsorted(records.bounds, np.arange(n), side="right") - 1).astype(np.int32)
    why = reasons(r)
    ok = why == Why.USED
    s = np.where(r["value"] == NO_VALUE, 0, r["value"]).astype(np.int64)
    t, length = r["t"].astype(np.int64), r["period"].astype(np.int64)
    ones = np.ones(n, dtype=np.int32)
    method = Method.SINGLE if averaging == "sample" else Method.REPORTED
    return Windows(
        averaging,
        records.keys,
        series,
        t,
        length,
        local_days(t, zone),
        s,
        ones,
        ok.astype(np.int32),
        ok,
        r["flag"] == b"ND",
        why,
        np.full(n, method, dtype=np.int8),
        np.arange(n, dtype=np.int64),
        ones,
        Parts(series, t, length, s, why, r["value"] != NO_VALUE),
    )


def on_days(windows: Windows, days: Slots) -> Windows:
    """Let windows stand for the whole days that they fall on: a reported daily maximum is one of its day."""
    at = np.minimum(np.searchsorted(days.days, windows.day), len(days) - 1)
    return replace(windows, start=days.start[at], length=days.length_s[at])


def local_days(t: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Day [since 1970, of the zone] that each instant [s] falls on."""
    if len(t) == 0:
        return t
    day = np.floor_divide(t, DAY_S)
    shift = np.zeros_like(t)
    for begins, offset in offsets(date_of(int(day.min()) - 1), date_of(int(day.max()) + 1), zone):
        shift[t >= begins] = offset
    return np.asarray(np.floor_divide(t + shift, DAY_S), dtype=np.int64)


def whole_days(records: Records, zone: str) -> NDArray[np.bool_]:
    """Which records are means of one natural day: a day long, beginning when the zone's day begins."""
    t = records.records["t"].astype(np.int64)
    end = t + records.records["period"]
    new_day = local_days(t, zone) != local_days(t - 1, zone)
    return np.asarray(new_day & (local_days(end, zone) != local_days(end - 1, zone)) & (end - t > DAY_S // 2))


def select(records: Records, which: NDArray[np.bool_]) -> Records:
    """Keep the records that a mask names; series without records go."""
    counts = np.add.reduceat(which.astype(np.int64), records.bounds[:-1]) if len(which) else np.zeros(0, np.int64)
    left = np.flatnonzero(counts)
    return Records(
        tuple(records.keys[k] for k in left),
        tuple(records.units[k] for k in left),
        records.records[which],
        np.concatenate([[0], np.cumsum(counts[left])]).astype(np.int64),
        records.source[which],
        records.row[which],
    )


def facts_beside(
    windows: Windows, code: str, of: Windows, point_of: Mapping[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give the value of another code at the same point and time beside each window: scaled values [n], known [n]."""
    here = np.array([point_of[p] for p, _ in windows.keys], dtype=np.int64)[windows.series]
    mine = np.array([point_of.get(p, -1) if c == code else -1 for p, c in of.keys], dtype=np.int64)[of.series]
    use = (mine >= 0) & of.ok
    # One number a (point, start) makes the join a search.
    base = min(int(windows.start.min(initial=0)), int(of.start.min(initial=0)))
    span = max(int(windows.start.max(initial=0)), int(of.start.max(initial=0))) - base + 1
    table = mine[use] * span + (of.start[use] - base)
    order = np.argsort(table, kind="stable")
    table, values = table[order], of.s[use][order]
    wanted = here * span + (windows.start - base)
    at = np.minimum(np.searchsorted(table, wanted), max(len(table) - 1, 0))
    if len(table) == 0:
        return np.zeros(len(windows), dtype=np.int64), np.zeros(len(windows), dtype=np.bool_)
    known = table[at] == wanted
    return np.where(known, values[at], 0), known
