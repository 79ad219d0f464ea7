"""Sums by key, the one step of averaging that engines do at very different speed.

Everywhere it is a plain group-by. On Polars, rows that follow each other with the same key are added up first, in one
pass over the arrays: measurements nearly always come in order, so what is left to group is a row a group.
"""

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import polars as pl

from clearbay.assess.frames import Lazy, lazy

PRESENT = "present"


def sums(frame: Lazy, by: Sequence[str], of: Sequence[str]) -> Lazy:
    """Sum the whole-number columns `of` [Int64] for each key `by`, and count its rows as `present` [Int64]."""
    rows = frame.select(*by, *of, nw.lit(1, nw.Int64).alias(PRESENT))
    if frame.implementation.is_polars():
        native: pl.LazyFrame = nw.to_native(rows)
        rows = lazy(native.map_batches(lambda part: _runs(part, by, [*of, PRESENT]), schema=native.collect_schema()))
    added = rows.group_by(*by).agg(*(nw.col(name).sum() for name in (*of, PRESENT)))
    # Engines widen sums (DuckDB to 128 bits); the casts come after the aggregation, where every engine takes them.
    return added.select(*by, nw.col(*of, PRESENT).cast(nw.Int64))


def _runs(rows: pl.DataFrame, by: Sequence[str], of: Sequence[str]) -> pl.DataFrame:
    """Add up consecutive rows of the same key."""
    if len(rows) == 0:
        return rows
    other = pl.any_horizontal(*(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in by))
    begins = rows.select(other).to_series().to_numpy().copy()
    begins[0] = True
    first = np.flatnonzero(begins)
    kept = rows.select(by)[first]
    return kept.with_columns(
        *(pl.Series(name, np.add.reduceat(rows[name].fill_null(0).to_numpy(), first)) for name in of)
    )
