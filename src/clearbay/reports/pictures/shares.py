"""Distribution bars: how many of each level, by period or by row."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from clearbay.reports.pictures.calendars import CELL_STROKE, colours
from clearbay.reports.pictures.inline import inline
from clearbay.reports.pictures.words import Level


def shares(frame: pl.DataFrame, levels: Sequence[Level], words: tuple[str, str, str]) -> alt.Chart:
    """Draw one column a period, stacked to 100 %, in the levels' order.

    Parameters
    ----------
    frame : `x` (period as text), `level` (key), `n` (count).
    words : what tooltips call the period, the level and the count.
    """
    return (
        _bars(frame, levels)
        .encode(
            x=alt.X("x:O", title=None, axis=alt.Axis(labelAngle=0, ticks=False)),
            y=alt.Y("n:Q", stack="normalize", title=None, axis=alt.Axis(format="%", tickCount=4)),
            tooltip=_tooltips("x", words),
        )
        .properties(height=170)
    )


def stacked_rows(
    frame: pl.DataFrame, levels: Sequence[Level], words: tuple[str, str, str], *, order: Sequence[str]
) -> alt.Chart:
    """Draw one bar a row, as long as its count, stacked in the levels' order; `frame` has `row` in place of `x`."""
    return (
        _bars(frame, levels)
        .encode(
            y=alt.Y("row:N", title=None, sort=list(order), axis=alt.Axis(labelOverlap=False)),
            x=alt.X("n:Q", title=None, axis=alt.Axis(grid=True, tickMinStep=1, format="d")),
            tooltip=_tooltips("row", words),
        )
        .properties(height=max(len(order) * 20, 40))
    )


def _bars(frame: pl.DataFrame, levels: Sequence[Level]) -> alt.Chart:
    names = {item.key: item.name for item in levels}
    rank = {item.key: k for k, item in enumerate(levels)}
    data = frame.with_columns(
        k=pl.col("level").replace_strict(rank, default=len(rank), return_dtype=pl.Int32),
        level=pl.col("level").replace(names),
    )
    chart = alt.Chart(inline(data, numbers=["n", "k"]), width="container").mark_bar(stroke=CELL_STROKE, strokeWidth=0.5)
    bars: alt.Chart = chart.encode(color=colours(levels), order=alt.Order("k:Q"))
    return bars


def _tooltips(group: str, words: tuple[str, str, str]) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(f"{group}:N", title=words[0]),
        alt.Tooltip("level:N", title=words[1]),
        alt.Tooltip("n:Q", title=words[2], format=",d"),
    ]
