"""Findings that several codes at one point and time decide together: a water class, a soil's risk."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.context import Context, Source
from clearbay.assess.conversion import in_unit
from clearbay.assess.digests import digests
from clearbay.assess.exact import places
from clearbay.assess.findings import Evidence, Outcome, Rule, batch, window_lists
from clearbay.assess.windows import Method, Parts, Windows


def side_by_side(values: Windows, units: Mapping[str, str], wanted: Mapping[str, str]) -> pl.DataFrame:
    """Windows of several codes as one row a point and time.

    Parameters
    ----------
    units : the unit that the values of each code stand in. wanted : the unit they are given in.

    Returns
    -------
    frame of point, start, length, `value_<code>` (null where it does not count), `flag_<code>`, sorted.
    """
    long = pl.DataFrame(
        {
            "point": [values.keys[k][0] for k in values.series.tolist()],
            "code": [values.keys[k][1] for k in values.series.tolist()],
            "start": values.start,
            "length": values.length,
            "value": _in_units(values, units, wanted),
            "flag": np.where(values.below, "ND", ""),
            "ok": values.ok,
        }
    ).with_columns(value=pl.when("ok").then("value"))
    wide = long.pivot("code", index=["point", "start", "length"], values=["value", "flag"], aggregate_function="first")
    return wide.sort("point", "start", "length")


def _in_units(values: Windows, units: Mapping[str, str], wanted: Mapping[str, str]) -> NDArray[np.float64]:
    result = np.full(len(values), np.nan)
    for k, (_, code) in enumerate(values.keys):
        mine = values.series == k
        if mine.any():
            s, kept = in_unit(values.s[mine], code, units[code], wanted[code])
            result[mine] = s / 10.0**kept
    return result


def findings(
    context: Context,
    source: Source,
    values: Windows,
    table: pl.DataFrame,
    rule: Rule,
    code: str,
    verdict: Sequence[str],
    names: Sequence[str],
    index: NDArray[np.int32],
) -> pa.Table:
    """Write one finding a row of `table`, with the values of all codes at that point and time as its windows.

    Parameters
    ----------
    values : the windows that `table` was made of (`side_by_side`).
    table : point, start, length, `judged` [codes], `deciding` [codes joined by commas]; sorted.
    verdict, names, index : [rows] verdict, name of the class, its number (-1 for none).
    """
    n = len(table)
    points = sorted(set(table["point"].to_list()))
    place = {point: k for k, point in enumerate(points)}
    series = np.array([place[p] for p in table["point"]], dtype=np.int32)
    start, length = table["start"].to_numpy(), table["length"].to_numpy()
    owner = np.array([place.get(point, -1) for point, _ in values.keys], dtype=np.int64)[values.series]
    order = np.lexsort((values.series, values.length, values.start, owner))
    row_of = {key: k for k, key in enumerate(zip(series.tolist(), start.tolist(), length.tolist(), strict=True))}
    keys = zip(owner[order].tolist(), values.start[order].tolist(), values.length[order].tolist(), strict=True)
    rows = np.array([row_of[key] for key in keys], dtype=np.int64)
    count = np.bincount(rows, minlength=n).astype(np.int32)
    first = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
    parts = Parts(
        values.series[order],
        values.start[order],
        values.length[order],
        values.s[order],
        values.why[order],
        values.valid[order] > 0,
    )
    codes = sorted({c for _, c in values.keys})
    made = Windows(
        values.averaging,
        tuple((point, code) for point in points),
        series,
        start,
        length,
        np.zeros(n, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
        count,
        table["judged"].to_numpy().astype(np.int32),
        np.ones(n, dtype=np.bool_),
        np.zeros(n, dtype=np.bool_),
        np.zeros(n, dtype=np.int8),
        np.full(n, Method.MAXIMUM, dtype=np.int8),
        first,
        count,
        parts,
    )
    numbers = source.records.index()
    inputs = np.array([[numbers.get((p, c), -1) for c in codes] for p in points], dtype=np.int64)[series]
    units = source.records.units_by_code()
    scale = np.array([10.0 ** places(units.get(c, "")) for _, c in values.keys])
    evidence = Evidence(
        made.expected,
        made.valid,
        made.left_out(),
        window_lists(made, [c for _, c in values.keys], scale),
        digests([(source.records, inputs)], start, start + np.maximum(length, 1)),
    )
    nothing = np.full(n, np.nan)
    deciding = [text or "" for text in table["deciding"].to_list()]
    outcome = Outcome(nothing, nothing, verdict, names, index, deciding)
    return batch(rule, made, code, outcome, evidence, context.zone, context.assessed_at)
