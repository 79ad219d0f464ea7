"""A time series against its limit: a line that breaks where there is no value, exceedances marked, gaps shaded."""

import altair as alt
import polars as pl

from clearbay.reports.pictures.inline import inline
from clearbay.reports.pictures.theme import EXCEEDED, NOT_EVALUABLE
from clearbay.reports.pictures.words import SeriesWords

CLOSE_FROM = 800
"""Windows of a point above which marks are drawn small, or they would hide the line."""

HOURS, DAYS = "%m-%d %H:%M", "%Y-%m-%d"


def time_series(
    values: pl.DataFrame, limits: pl.DataFrame, gaps: pl.DataFrame, words: SeriesWords, *, height: int = 150
) -> alt.LayerChart:
    """Draw one series of the point that the page's choice names.

    Parameters
    ----------
    values : `p` (number of the point), `t` (local start of the window), `v` (null: not evaluable), `over` (1 exceeds).
    limits : `p`, `t` (from when on), `least`, `most` (either may be null); the last row of a point ends the line.
    gaps : `p`, `t`, `t2`, `n` (windows), `why`: runs that could not be judged.
    """
    fine = values.height > 0 and bool((values["t"].dt.hour() != 0).any())
    stamp = HOURS if fine else DAYS
    x = alt.X(
        "t:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format=_axis_format(values), tickCount=6, labelAngle=0, labelFlush=True),
    )
    longest = max(values.group_by("p").len()["len"].to_list(), default=0)
    floor = limits["least"].is_not_null().any()
    y = alt.Y("v:Q", scale=alt.Scale(zero=not floor), axis=_y_axis(words.axis))
    point = alt.param(name="point", value=0)
    chosen = "datum.p == point"

    bands = (
        alt.Chart(inline(gaps.select("p", "t", "t2", "n", "why"), numbers=["p", "n"], times=["t", "t2"]))
        .transform_filter(chosen)
        .mark_rect(color=NOT_EVALUABLE, opacity=0.28)
        .encode(
            x=x,
            x2="t2:T",
            tooltip=[
                alt.Tooltip("t:T", title=words.time, format=stamp, timeUnit="utcyearmonthdatehoursminutes"),
                alt.Tooltip("n:Q", title=words.gap),
                alt.Tooltip("why:N", title=words.why),
            ],
        )
    )
    lines = alt.Chart(
        inline(limits.select("p", "t", "least", "most"), numbers=["p", "least", "most"], times=["t"])
    ).transform_filter(chosen)
    rules = [
        lines.mark_line(color=EXCEEDED, strokeDash=[5, 3], strokeWidth=1.2, interpolate="step-after").encode(
            x=x, y=alt.Y(f"{name}:Q")
        )
        for name in ("least", "most")
        if limits[name].is_not_null().any()
    ]
    # Room beyond the limit, so that its line does not lie on the edge.
    room = [
        lines.transform_calculate(room=expression).mark_point(opacity=0).encode(x=x, y=alt.Y("room:Q"))
        for expression in ([_ROOM_ABOVE, _ROOM_BELOW] if floor else [_ROOM_ABOVE])
    ]
    drawn = alt.Chart(
        inline(values.select("p", "t", "v", "over"), numbers=["p", "v", "over"], times=["t"])
    ).transform_filter(chosen)
    tips = [
        alt.Tooltip("t:T", title=words.time, format=stamp, timeUnit="utcyearmonthdatehoursminutes"),
        alt.Tooltip("v:Q", title=words.value),
    ]
    line = drawn.mark_line(invalid="break-paths-show-domains").encode(x=x, y=y)
    dots = (
        drawn.transform_filter("isValid(datum.v) && datum.over != 1")
        .mark_point(filled=True, size=7, opacity=0.9)
        .encode(x=x, y=y, tooltip=tips)
    )
    size = 42 if longest <= CLOSE_FROM else 14
    over = (
        drawn.transform_filter("datum.over == 1")
        .mark_point(shape="triangle-up", filled=True, size=size, color=EXCEEDED, opacity=1)
        .encode(x=x, y=y, tooltip=tips)
    )
    layers = [bands, line, *room, *rules, dots, over]
    picture = alt.layer(*layers).add_params(point).properties(width="container", height=height)
    assert isinstance(picture, alt.LayerChart)
    return picture


_ROOM_ABOVE = "isValid(datum.most) ? datum.most * 1.06 : null"
_ROOM_BELOW = (
    "isValid(datum.least) ? datum.least - (isValid(datum.most) ? datum.most - datum.least : datum.least) * 0.06 : null"
)


def _y_axis(title: str) -> alt.Axis:
    """The quantity and its unit stand above the axis, where they are read without turning the head."""
    return alt.Axis(
        tickCount=4,
        title=title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleX=-24,
        titleY=-9,
        titleBaseline="bottom",
    )


def _axis_format(values: pl.DataFrame) -> str:
    if values.is_empty():
        return DAYS
    days = (values["t"].max() - values["t"].min()).total_seconds() / 86400  # type: ignore[operator,union-attr]
    return "%H:%M" if days <= 1 else "%m-%d" if days <= 120 else "%Y-%m" if days <= 1500 else "%Y"
