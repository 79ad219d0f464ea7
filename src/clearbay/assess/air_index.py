"""Air quality indices: sub-indices, the index and the primary pollutants of HJ 633 (2012, 2026) and the US EPA.

A frame has one row a station and hour (or day) and one column an item, in the unit of the item. The edition is chosen
by each row's own date. All is whole-number arithmetic on the rounded concentration, so the result depends neither on
the engine nor on binary fractions.

Sources: HJ 633-2012 and HJ 633-2026, 4.2 (sub-index, rounding) and 4.3 (index, primary pollutants); US EPA AQI
Technical Assistance Document (truncate, interpolate, round to nearest).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from clearbay.assess.frames import Lazy, collect, lazy
from clearbay.assess.slots import days_since_epoch
from clearbay.standards import Index, IndexItem, Standard
from clearbay.vocabulary.rounding import rounded_whole, truncated_whole

Item = tuple[str, str]
"""What a column holds: (code, averaging)."""

SLACK = 1e-9
"""Ends, rises and rounded concentrations are whole numbers, so a sub-index that is not whole (or half) is at least
1 / (2 * 2620) away from being so; a division may err by 1e-13. Anything between tells the two apart on every engine."""

INDEX_COLUMNS = ("aqi", "items", "primary", "edition")
FAR = 2**31
"""A day later than any: what an edition without an end reaches to."""


def sub_index(item: IndexItem, index: Index, column: nw.Expr) -> nw.Expr:
    """Sub-index (IAQI) of one item [Float64, whole], null where there is no concentration or the table has no answer.

    Parameters
    ----------
    column : concentration in the item's unit.
    """
    return _of_whole(item, index, _whole_concentration(item, index, column))


def _whole_concentration(item: IndexItem, index: Index, column: nw.Expr) -> nw.Expr:
    """Give concentrations rounded (or cut) as the index says, as whole numbers of the item's last decimal."""
    number = column.cast(nw.Float64)
    if index.concentration == "half_even":
        return rounded_whole(number, item.decimals)
    # Instruments near zero report values below it; the agency publishes 0 for them.
    return truncated_whole(nw.when(number < 0).then(0.0).otherwise(number), item.decimals)


def _of_whole(item: IndexItem, index: Index, whole: nw.Expr) -> nw.Expr:
    highs = [_whole(c, item.decimals) for c in item.concentrations]
    lows = [_whole(c, item.decimals) for c in (item.lows or item.concentrations)]
    value: nw.Expr = nw.lit(None if item.above is None else float(item.above), nw.Float64)
    last = len(highs) - 1
    for k in range(last, 0, -1):
        low = lows[k - 1] if item.lows is not None else highs[k - 1]
        base = item.indices[k - 1] if item.index_lows is None else item.index_lows[k - 1]
        rise, run = float(item.indices[k] - base), highs[k] - low
        line = (whole - low) * rise / run + float(base)
        value = line if k == last and item.extrapolates else nw.when(whole <= highs[k]).then(line).otherwise(value)
    value = (value - SLACK).ceil() if index.result == "ceil" else (value + (0.5 + SLACK)).floor()
    valid = (whole >= lows[0]) & (whole < float("inf"))
    return nw.when(valid).then(value)


def _whole(value: Decimal, decimals: int) -> float:
    scaled = Fraction(value) * 10**decimals
    assert scaled.denominator == 1, f"breakpoint {value} has more than {decimals} decimals"
    return float(scaled)


def _with_sub_indices(
    frame: Lazy, index: Index, items: Sequence[IndexItem], columns: Mapping[Item, str]
) -> tuple[Lazy, list[str]]:
    """Add a column for each item: its sub-index, null throughout where the frame has no column for it."""
    names = [f"__{item.code}_{item.averaging}" for item in items]
    given = [columns.get((item.code, item.averaging)) for item in items]
    nothing = nw.lit(None, nw.Float64)
    if not frame.implementation.is_polars():
        return frame.with_columns(
            *(
                (nothing if name is None else sub_index(item, index, nw.col(name))).alias(made)
                for made, name, item in zip(names, given, items, strict=True)
            )
        ), names
    whole = frame.with_columns(
        *(
            (nothing if name is None else _whole_concentration(item, index, nw.col(name))).alias(made)
            for made, name, item in zip(names, given, items, strict=True)
        )
    )
    native: pl.LazyFrame = nw.to_native(whole)
    looked_up = [_looked_up(item, index, pl.col(made)) for made, item in zip(names, items, strict=True)]
    return lazy(native.with_columns(looked_up)), names


def _looked_up(item: IndexItem, index: Index, whole: pl.Expr) -> pl.Expr:
    """Give the sub-index of whole concentrations on Polars by looking it up: it depends on nothing else.

    The table holds what `_of_whole` gives for every whole concentration up to a step beyond the last breakpoint (twice
    as far where the last segment goes on, which is well beyond any measurement).
    """
    last = int(_whole(item.concentrations[-1], item.decimals))
    top = 20 * last if item.extrapolates else last + 1
    steps = nw.from_native(pl.DataFrame({"c": np.arange(top + 1, dtype=np.float64)}))
    known: pl.Series = steps.select(i=_of_whole(item, index, nw.col("c")))["i"].to_native()
    place = pl.when((whole >= 0) & whole.is_finite()).then(whole.clip(0, top)).cast(pl.UInt32)
    return pl.lit(known).gather(place).alias(whole.meta.output_name())


def air_index(frame: IntoFrame | Lazy, index: Index, items: Sequence[IndexItem], columns: Mapping[Item, str]) -> Lazy:
    """Add sub-indices, index and primary pollutants to a frame.

    Parameters
    ----------
    frame : one row a station and time; concentrations in the items' units.
    items : the items that enter, `index.hourly` or `index.daily`.
    columns : the column that holds each (code, averaging); an item without a column counts as missing.

    Returns
    -------
    the frame with `iaqi_<code>` for each pollutant, `aqi` [Float64, whole; null when no item has a value], `items`
    [Int64: how many pollutants had a value] and `primary` [codes joined by commas; empty at or below
    `index.primary_above`, ties all named].
    """
    with_items, made = _with_sub_indices(lazy(frame), index, items, columns)
    by_code: dict[str, list[str]] = {}
    for item, name in zip(items, made, strict=True):
        by_code.setdefault(item.code, []).append(name)
    # Of two items of one pollutant (ozone over 8 h and 1 h) the larger sub-index counts, as the index is the largest.
    subs = {
        code: (nw.col(parts[0]) if len(parts) == 1 else nw.max_horizontal(*parts)).alias(f"iaqi_{code}")
        for code, parts in by_code.items()
    }
    names = [f"iaqi_{code}" for code in subs]
    with_aqi = (
        with_items.with_columns(*subs.values())
        .drop(made)
        .with_columns(
            nw.max_horizontal(*names).alias("aqi"),
            nw.sum_horizontal(*((~nw.col(n).is_null()).cast(nw.Int64) for n in names)).alias("items"),
        )
    )
    above = nw.col("aqi") > index.primary_above
    leads = [nw.when(above & (nw.col(f"iaqi_{code}") == nw.col("aqi"))).then(nw.lit(code)) for code in subs]
    return with_aqi.with_columns(nw.concat_str(leads, separator=",", ignore_nulls=True).alias("primary"))


def dated_air_index(
    frame: IntoFrame | Lazy,
    editions: Sequence[Standard],
    period: Literal["hourly", "daily"],
    columns: Mapping[Item, str],
    day: str = "day",
) -> Lazy:
    """Add sub-indices, index and primary pollutants by the edition in force on each row's own day.

    Parameters
    ----------
    editions : the editions of one family that hold an index, such as `standards.editions("HJ 633")`.
    day : the column with the row's day [Int64, days since 1970 in the station's zone].

    Returns
    -------
    the frame with the columns of `air_index` and `edition` [text]; rows on days with no edition in force have nulls.
    Rows keep no order.
    """
    rows = lazy(frame)
    extent = collect(rows.select(nw.col(day).min().alias("first"), nw.col(day).max().alias("last")))
    first, last = extent["first"][0].as_py(), extent["last"][0].as_py()
    parts: list[Lazy] = []
    codes: dict[str, None] = {}
    covered: list[tuple[int, int]] = []
    for edition in editions:
        index = edition.index
        begin = days_since_epoch(edition.valid_from)
        end = FAR if edition.valid_to is None else days_since_epoch(edition.valid_to)
        if index is None or first is None or end < first or begin > last:
            continue
        covered.append((max(begin, first), min(end, last)))
        within = rows if begin <= first and end >= last else rows.filter(nw.col(day).is_between(begin, end))
        items = index.hourly if period == "hourly" else index.daily
        codes.update(dict.fromkeys(item.code for item in items))
        parts.append(air_index(within, index, items, columns).with_columns(edition=nw.lit(edition.id)))
    if first is None or sum(b - a + 1 for a, b in covered) < last - first + 1:
        rest = rows
        for a, b in covered:
            rest = rest.filter(~nw.col(day).is_between(a, b))
        parts.append(_without_index(rest))
    if len(parts) == 1:
        return parts[0]
    names = [*rows.collect_schema().names(), *(f"iaqi_{code}" for code in codes), *INDEX_COLUMNS]
    return nw.concat([_with_all(part, names) for part in parts])


def _without_index(rows: Lazy) -> Lazy:
    return rows.with_columns(
        aqi=nw.lit(None, nw.Float64),
        items=nw.lit(0, nw.Int64),
        primary=nw.lit("", nw.String),
        edition=nw.lit("", nw.String),
    )


def _with_all(part: Lazy, names: Sequence[str]) -> Lazy:
    there = set(part.collect_schema().names())
    return part.select(*(n if n in there else nw.lit(None, nw.Float64).alias(n) for n in names))
