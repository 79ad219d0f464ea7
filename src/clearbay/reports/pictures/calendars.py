"""Calendar heat maps of one point: days by month, days by year, hours by day."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from clearbay.reports.pictures.inline import inline
from clearbay.reports.pictures.words import Level

CELL_STROKE = "rgba(90,105,115,0.35)"
"""An edge round each cell: the national yellow would vanish on white without one."""


def days_by_month(frame: pl.DataFrame, levels: Sequence[Level], words: tuple[str, str, str]) -> alt.Chart:
    """Draw months as rows and days of the month as columns, each day in the colour of its level.

    Parameters
    ----------
    frame : `p` (number of the point), `d` (date), `level` (key), `value` (text).
    words : what tooltips call the date, the level and the value.
    """
    rows = max(frame["d"].dt.strftime("%Y-%m").n_unique(), 1)
    return _calendar(
        frame.with_columns(x=pl.col("d").dt.day(), y=pl.col("d").dt.strftime("%Y-%m")),
        levels,
        words,
        alt.X("x:O", title=None, scale=alt.Scale(domain=list(range(1, 32))), axis=_AXIS),
        height=max(rows * 20, 40),
    )


def days_by_year(frame: pl.DataFrame, levels: Sequence[Level], words: tuple[str, str, str]) -> alt.Chart:
    """Draw years as rows and days of the year as columns, for series of many years; parameters as `days_by_month`."""
    rows = frame["d"].dt.year().n_unique()
    starts = [1, 32, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]
    names = "['1','2','3','4','5','6','7','8','9','10','11','12']"
    axis = alt.Axis(
        values=starts,
        labelExpr=f"{names}[indexof([{','.join(map(str, starts))}], datum.value)]",
        labelAngle=0,
        ticks=True,
        domain=False,
        labelOverlap=False,
    )
    return _calendar(
        frame.with_columns(x=pl.col("d").dt.ordinal_day(), y=pl.col("d").dt.strftime("%Y")),
        levels,
        words,
        alt.X("x:O", title=None, scale=alt.Scale(domain=list(range(1, 367)), paddingInner=0), axis=axis),
        height=max(rows * 24, 48),
        stroke=None,
    )


def hours_by_day(frame: pl.DataFrame, levels: Sequence[Level], words: tuple[str, str, str]) -> alt.Chart:
    """Draw days as rows and hours as columns; `d` is a time, the start of the hour in the point's zone."""
    rows = frame["d"].dt.date().n_unique()
    return _calendar(
        frame.with_columns(x=pl.col("d").dt.hour(), y=pl.col("d").dt.strftime("%m-%d")),
        levels,
        words,
        alt.X("x:O", title=None, scale=alt.Scale(domain=list(range(24))), axis=_AXIS),
        height=max(rows * 20, 40),
        order=frame["d"].dt.date().unique().sort().dt.strftime("%m-%d").to_list(),
    )


_AXIS = alt.Axis(labelAngle=0, ticks=False, domain=False)


def _calendar(
    frame: pl.DataFrame,
    levels: Sequence[Level],
    words: tuple[str, str, str],
    x: alt.X,
    *,
    height: int,
    stroke: str | None = CELL_STROKE,
    order: Sequence[str] | None = None,
) -> alt.Chart:
    when, level, value = words
    names = {item.key: item.name for item in levels}
    hourly = frame.schema["d"] != pl.Date
    data = frame.select(
        "p",
        "x",
        "y",
        d=pl.col("d").dt.strftime("%Y-%m-%d %H:%M" if hourly else "%Y-%m-%d"),
        level=pl.col("level").replace(names),
        value=pl.col("value"),
    )
    if not hourly:
        # The date follows from the row and the column; leaving it out keeps ten years of days small.
        data = data.drop("d")
    chart = alt.Chart(inline(data, numbers=["p", "x"]), width="container", height=height)
    marks = chart.mark_rect(stroke=stroke, strokeWidth=0.5) if stroke else chart.mark_rect()
    point = alt.param(name="point", value=0)
    when_field = "d:N" if hourly else "when:N"
    dated = marks if hourly else marks.transform_calculate(when=_DATE)
    drawn: alt.Chart = (
        dated.transform_filter("datum.p == point")
        .encode(
            x=x,
            y=alt.Y("y:O", title=None, sort=list(order) if order else "ascending", axis=alt.Axis(labelOverlap=False)),
            color=colours(levels),
            tooltip=[
                alt.Tooltip(when_field, title=when),
                alt.Tooltip("level:N", title=level),
                alt.Tooltip("value:N", title=value),
            ],
        )
        .add_params(point)
    )
    return drawn


_DATE = (
    "length(datum.y) == 7 ? datum.y + '-' + pad(toString(datum.x), 2, '0', 'left')"
    " : utcFormat(utc(toNumber(datum.y), 0, datum.x), '%Y-%m-%d')"
)


def colours(levels: Sequence[Level]) -> alt.Color:
    """Colour by level with exactly these names and colours, in their order."""
    return alt.Color(
        "level:N",
        scale=alt.Scale(domain=[item.name for item in levels], range=[item.colour for item in levels]),
        legend=alt.Legend(symbolStrokeColor=CELL_STROKE, symbolStrokeWidth=0.5),
    )
