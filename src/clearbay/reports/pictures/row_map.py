"""Heat map of named rows over periods: stations by day, sections by month, parameters by day."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from clearbay.reports.pictures.calendars import CELL_STROKE, colours
from clearbay.reports.pictures.inline import inline
from clearbay.reports.pictures.words import Level

LETTERS_UP_TO = 24
"""Periods up to which a cell has room for its level in letters."""


def row_map(
    frame: pl.DataFrame,
    levels: Sequence[Level],
    words: tuple[str, str, str, str],
    *,
    order: Sequence[str],
    choose: bool = False,
) -> alt.LayerChart | alt.Chart:
    """Draw one cell for each row and period in the colour of its level.

    Parameters
    ----------
    frame : `row` (name), `x` (period as text, sorts by time), `level` (key), `value` (text), `letter` (shown in the
        cell where there is room; empty for none), and `p` (number of the point) with `choose`.
    words : what tooltips call row, period, level and value.
    order : rows from top to bottom.
    choose : show only the point that the page's choice names.
    """
    row, period, level, value = words
    names = {item.key: item.name for item in levels}
    data = frame.with_columns(level=pl.col("level").replace(names))
    base = alt.Chart(inline(data, numbers=["p"] if choose else []), width="container", height=max(len(order) * 20, 40))
    if choose:
        base = base.transform_filter("datum.p == point").add_params(alt.param(name="point", value=0))
    x = alt.X("x:O", title=None, axis=alt.Axis(labelAngle=0, ticks=False, domain=False))
    y = alt.Y("row:N", title=None, sort=list(order), axis=alt.Axis(labelOverlap=False))
    cells: alt.Chart = base.mark_rect(stroke=CELL_STROKE, strokeWidth=0.5).encode(
        x=x,
        y=y,
        color=colours(levels),
        tooltip=[
            alt.Tooltip("row:N", title=row),
            alt.Tooltip("x:N", title=period),
            alt.Tooltip("level:N", title=level),
            alt.Tooltip("value:N", title=value),
        ],
    )
    if choose or frame["x"].n_unique() > LETTERS_UP_TO or not frame["letter"].str.len_chars().sum():
        return cells
    pale = {item.name for item in levels if _is_pale(item.colour)}
    ink = alt.condition(f"indexof({sorted(pale)!r}, datum.level) >= 0", alt.value("#10181d"), alt.value("#ffffff"))
    letters = alt.Chart().mark_text(fontSize=10).encode(x=x, y=y, text="letter:N", color=ink)
    picture = alt.layer(cells, letters, data=base.data).properties(width="container", height=max(len(order) * 20, 40))
    assert isinstance(picture, alt.LayerChart)
    return picture


def _is_pale(colour: str) -> bool:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 140
