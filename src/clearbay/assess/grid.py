"""Hourly or daily means as dense arrays: one row a series, one column a slot of the calendar.

Windows that need order (moving means, percentiles, runs) are sums along these rows. A slot without data is there, and
is not valid.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.slots import Slots

Key = tuple[str, str]
"""A series within one basis: (point_id, code)."""


@dataclass(frozen=True)
class Grid:
    """Means of series by slot.

    `keys` [n], `s` [n, m, scaled whole numbers], `valid` and `present` [n, m, parts], `ok` [n, m, the mean counts],
    `slots` [m].
    """

    keys: tuple[Key, ...]
    slots: Slots
    s: NDArray[np.int64]
    valid: NDArray[np.int32]
    present: NDArray[np.int32]
    ok: NDArray[np.bool_]


def to_grid(means: pa.Table, keys: tuple[Key, ...], slots: Slots, column: str = "t") -> Grid:
    """Spread means over all slots.

    Parameters
    ----------
    means : point_id, code, `column`, s, valid, present, ok (`averaging.hourly_means`, `averaging.daily_means`).
    keys : the series wanted, in the order wanted; others are left out.
    column : `t` [s] matched with the slots' starts, or `day` with their days.
    """
    shape = (len(keys), len(slots))
    labels = slots.start if column == "t" else slots.days
    order = pl.DataFrame(
        {"point_id": [k[0] for k in keys], "code": [k[1] for k in keys], "n": np.arange(len(keys))},
        schema={"point_id": pl.String, "code": pl.String, "n": pl.Int64},
    )
    frame = pl.from_arrow(means)
    assert isinstance(frame, pl.DataFrame)
    rows = frame.with_columns(pl.col("point_id", "code").cast(pl.String)).join(order, on=["point_id", "code"])
    label = rows[column].to_numpy()
    place = np.searchsorted(labels, label)
    inside = (place < len(labels)) & (labels[np.minimum(place, len(labels) - 1)] == label)
    at = (rows["n"].to_numpy()[inside], place[inside])
    s = np.zeros(shape, dtype=np.int64)
    valid, present = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
    ok = np.zeros(shape, dtype=np.bool_)
    s[at] = rows["s"].fill_null(0).to_numpy()[inside]
    valid[at] = rows["valid"].to_numpy()[inside]
    present[at] = rows["present"].to_numpy()[inside]
    ok[at] = rows["ok"].to_numpy()[inside]
    return Grid(keys, slots, s, valid, present, ok)
