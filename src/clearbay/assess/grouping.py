"""Sums by key, the one step of averaging that engines do at very different speed.

Everywhere it is a plain group-by. On Polars, rows that follow each other with the same key are added up first, in one
pass over the arrays: measurements nearly always come in order, and then nothing is left to group.
"""

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import polars as pl

from clearbay.assess.frames import Lazy, lazy

PRESENT = "present"


def sums(frame: Lazy, by: Sequence[str], of: Sequence[str]) -> Lazy:
    """Sum the whole-number columns `of` [Int64] for each key `by`, and count its rows as `present` [Int64].

    The last key is a whole number; rows that are sorted by it within the others are the fast case.
    """
    rows = frame.select(*by, *of, nw.lit(1, nw.Int64).alias(PRESENT))
    added = [*of, PRESENT]
    if frame.implementation.is_polars():
        native: pl.LazyFrame = nw.to_native(rows)
        schema = native.collect_schema()
        return lazy(native.map_batches(lambda part: _summed(part, by, added), schema=schema))
    grouped = rows.group_by(*by).agg(*(nw.col(name).sum() for name in added))
    # Engines widen sums (DuckDB to 128 bits); the casts come after the aggregation, where every engine takes them.
    return grouped.select(*by, nw.col(*added).cast(nw.Int64))


def _summed(rows: pl.DataFrame, by: Sequence[str], of: Sequence[str]) -> pl.DataFrame:
    """Add up runs of equal keys; group what is left only if a key came in more than one run."""
    if len(rows) == 0:
        return rows
    first = np.flatnonzero(_changes(rows, by))
    kept = rows.select(by)[first]
    runs = kept.with_columns(
        *(pl.Series(name, np.add.reduceat(rows[name].fill_null(0).to_numpy(), first)) for name in of)
    )
    return runs if _each_once(runs, by) else runs.group_by(by).agg(pl.col(of).sum())


def _changes(rows: pl.DataFrame, by: Sequence[str]) -> np.ndarray:
    """Where a row's key differs from the row before; always at the first row."""
    other = rows.select(pl.any_horizontal(*(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in by)))
    begins = other.to_series().to_numpy().copy()
    begins[0] = True
    return begins


def _each_once(runs: pl.DataFrame, by: Sequence[str]) -> bool:
    """Say whether no key comes twice: series follow each other whole, and the last key only grows within each."""
    *series, last = by
    begins = _changes(runs, series) if series else np.arange(len(runs)) == 0
    grows = np.diff(runs[last].to_numpy(), prepend=runs[last][0]) > 0
    if not (grows | begins).all():
        return False
    heads = runs.select(series)[np.flatnonzero(begins)] if series else runs.head(1)
    return not heads.is_duplicated().any()
