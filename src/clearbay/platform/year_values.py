"""A year of values on few levels: the hours that loggers sent, and hours made of minutes where none came.

A year of minutes is millions of values. An hour is made of them by the chain that days are judged by (HJ 212-2017
Annex D: valid parts cover 45 minutes); where the parts are too few, or their flags say that nothing was measured, it is
an hour without a number, with the flag that says why.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pyarrow as pa

from clearbay.assess.reasons import BY_LETTER, Why
from clearbay.assess.stack.dense import ONE, lay
from clearbay.assess.stack.judge_stack import SIGNED
from clearbay.assess.stack.means import means
from clearbay.platform.judging import Judging
from clearbay.platform.store_values import FURNACE, HOUR_S, known_codes, rows_of, shaped
from clearbay.store import Store
from clearbay.vocabulary.flags import Quality

AT_ONCE = timedelta(days=31)
"""Minutes read at a time."""

SHARE = 75
"""Part of an hour that valid minutes must cover [%]: 45 minutes (HJ 212-2017 Annex D)."""

TEN_MINUTES_S = 600

VALUE = (
    "point_id", "code", "basis", "time", "period_s", "value", "text", "flag", "quality", "packet", "statistic",
)  # fmt: skip
"""Columns of a value."""

_LETTER: Mapping[int, str] = {int(why): letter for letter, why in BY_LETTER.items()}


def base_s(judging: Judging, point: str) -> int:
    """Period that a year of a point is judged from [s]: hours, or ten minutes where half-hours have limits (EU)."""
    return TEN_MINUTES_S if judging.rules_of(point) & {"eu_incineration"} else HOUR_S


def year_values(store: Store, judging: Judging, point: str, start: datetime, end: datetime) -> pa.Table:
    """Give the values of a point, and of its furnace, that its year is judged by (`assess.observations.SCHEMA`)."""
    points, base = judging.with_furnaces([point]), base_s(judging, point)
    parts = [
        on_base(rows_of(store, points, begin, stop, None, 1, lone_below=base), judging, base)
        for begin, stop in spans(start, end)
    ]
    return shaped(pl.concat(parts), judging.district)


def spans(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Cut a span into pieces of a month or less."""
    while start < end:
        stop = min(start + AT_ONCE, end)
        yield start, stop
        start = stop


def on_base(frame: pl.DataFrame, judging: Judging, base: int) -> pl.DataFrame:
    """Replace means finer than `base` [s] by means over it, where the hour itself did not come.

    Parameters
    ----------
    frame : as `store_values.shaped` takes it, any number of points, a month or less.
    """
    renamed = frame.with_columns(code=pl.col("code").replace(known_codes(frame["code"].unique().to_list())))
    coarse, fine = renamed.filter(pl.col("period_s") >= base), renamed.filter(pl.col("period_s") < base)
    series = ["point_id", "code", "basis"]
    if base == HOUR_S:
        hours = coarse.filter(pl.col("period_s") == HOUR_S).select(*series, hour="time")
        fine = fine.with_columns(hour=pl.col("time").dt.truncate("1h")).join(hours, on=[*series, "hour"], how="anti")
    furnace = pl.any_horizontal(pl.col("code").str.starts_with(code) for code in FURNACE)
    fine = fine.filter(~furnace)
    made = [
        _means(part, base, measured=judging.kind(str(point)) in ("stack", "furnace"))
        for (point,), part in fine.group_by("point_id", maintain_order=True)
    ]
    return pl.concat([coarse.select(VALUE), *(one.select(VALUE) for one in made)])


def _means(fine: pl.DataFrame, base: int, *, measured: bool) -> pl.DataFrame:
    """Means of one point; negative values of a flue gas are no values."""
    codes = fine["code"].unique().to_list()
    signed = [code for code in codes if code in SIGNED] if measured else codes
    table = fine.with_columns(unit=pl.lit("1"), flag=pl.col("flag").fill_null(""))
    seconds = fine["time"].dt.epoch("s")
    start = int(str(seconds.min())) // HOUR_S * HOUR_S
    end = (int(str(seconds.max())) // HOUR_S + 1) * HOUR_S
    dense = lay(table.to_arrow(), [str(fine["point_id"][0])], dict.fromkeys(codes, "1"), signed, start, end)
    found = means(dense, codes, signed, base, SHARE)
    which, slot = np.nonzero(found.why != Why.MISSING)
    why = found.why[which, slot]
    good = why == 0
    return pl.DataFrame(
        {
            "point_id": [found.series[k][0] for k in which],
            "code": [found.series[k][1] for k in which],
            "basis": [found.series[k][2] for k in which],
            "time": pl.Series((start + slot * base) * 1_000_000).cast(pl.Datetime("us")),
            "period_s": np.full(len(which), base, np.int32),
            "value": pl.Series(np.where(good, found.s[which, slot] / ONE, np.nan)).fill_nan(None),
            "text": [""] * len(which),
            "flag": ["N" if ok else _LETTER.get(int(w), "") for ok, w in zip(good, why, strict=True)],
            "quality": np.where(good, int(Quality.GOOD), int(Quality.MISSING)).astype(np.uint8),
            "packet": np.zeros(len(which), np.int64),
            "statistic": ["avg"] * len(which),
        }
    ).cast({name: kind for name, kind in fine.schema.items() if name in VALUE})
