"""Pictures of a furnace-month: the temperature ribbon, daily means beside limits, what was declared, hours spent."""

import altair as alt
import polars as pl

from clearbay.reports.pictures.calendars import colours
from clearbay.reports.pictures.inline import inline
from clearbay.reports.pictures.theme import EXCEEDED, NOT_EVALUABLE
from clearbay.reports.pictures.words import Level

MINUTES, DAYS = "%m-%d %H:%M", "%m-%d"
SPAN, LINE = "#d8802f", "#9c4a12"
"""The furnace's own colours: legible on white and on near-black."""

LANE = 24


def ribbon(
    hours: pl.DataFrame, below: pl.DataFrame, limit: float, words: dict[str, str], *, height: int = 210
) -> alt.LayerChart:
    """Draw the 5-min furnace temperatures: lowest to highest of each hour, the mean, and each mean below the limit.

    Parameters
    ----------
    hours : `p` (number of the furnace-month), `t` (local hour), `low`, `mean`, `high` [degC] (null: no mean).
    below : `p`, `t`, `v` [degC], `counted` ("1" counts against the furnace, "0" does not), `why`.
    limit : [degC], drawn as a rule.
    words : `axis`, `time`, `low`, `mean`, `high`, `value`, `why`.
    """
    chosen = "datum.p == point"
    x = alt.X("t:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format=DAYS, tickCount=10, labelAngle=0))
    y_axis = alt.Axis(title=words["axis"], titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-24, titleY=-9,
                      titleBaseline="bottom", tickCount=5)  # fmt: skip
    base = alt.Chart(inline(hours, numbers=["p", "low", "mean", "high"], times=["t"])).transform_filter(chosen)
    stamp = _stamp("t", words["time"])
    band = base.mark_area(color=SPAN, opacity=0.32, interpolate="monotone").encode(
        x=x,
        y=alt.Y("low:Q", scale=alt.Scale(zero=False), axis=y_axis),
        y2="high:Q",
        tooltip=[stamp, *(alt.Tooltip(f"{k}:Q", title=words[k], format=".1f") for k in ("low", "mean", "high"))],
    )
    line = base.mark_line(color=LINE, strokeWidth=1.3, invalid="break-paths-show-domains").encode(x=x, y="mean:Q")
    rule = (
        alt.Chart(alt.InlineData(values=[{"limit": limit}]))
        .mark_rule(color=EXCEEDED, strokeDash=[6, 3], strokeWidth=1.4)
        .encode(y="limit:Q")
    )
    dots = (
        alt.Chart(inline(below, numbers=["p", "v"], times=["t"]))
        .transform_filter(chosen)
        .mark_point(filled=True, size=26, opacity=0.95)
        .encode(
            x=x,
            y="v:Q",
            color=alt.condition("datum.counted == '1'", alt.value(EXCEEDED), alt.value(NOT_EVALUABLE)),
            shape=alt.condition("datum.counted == '1'", alt.value("triangle-down"), alt.value("circle")),
            tooltip=[stamp, alt.Tooltip("v:Q", title=words["value"], format=".1f"),
                     alt.Tooltip("why:N", title=words["why"])],
        )
    )  # fmt: skip
    return _layered(height, band, line, rule, dots)


def daily_bars(days: pl.DataFrame, levels: list[Level], words: dict[str, str], *, height: int = 120) -> alt.LayerChart:
    """Draw the daily means of one pollutant as bars in the colour of their verdict, the limit, and the raw means.

    Parameters
    ----------
    days : `p`, `d` (date), `v` (evaluated mean; null: none), `raw` (mean of all valid hours), `limit`, `level` (key).
    words : `date`, `value`, `raw`, `limit`, `verdict`.
    """
    names = {item.key: item.name for item in levels}
    # A day without a mean still has its place and its verdict: a mark on the axis.
    data = days.with_columns(level=pl.col("level").replace(names), foot=pl.when(pl.col("v").is_null()).then(0.0))
    base = alt.Chart(
        inline(data, numbers=["p", "v", "raw", "limit", "foot"], times=["d"]), width="container", height=height
    ).transform_filter("datum.p == point")
    x = alt.X("utcdate(d):O", title=None, axis=alt.Axis(labelAngle=0, ticks=False, domain=False))
    tips = [
        alt.Tooltip("d:T", title=words["date"], format="%Y-%m-%d", timeUnit="utcyearmonthdate"),
        alt.Tooltip("v:Q", title=words["value"], format=".4~g"),
        alt.Tooltip("raw:Q", title=words["raw"], format=".4~g"),
        alt.Tooltip("limit:Q", title=words["limit"]),
        alt.Tooltip("level:N", title=words["verdict"]),
    ]
    y = alt.Y("v:Q", axis=alt.Axis(title=None, tickCount=4))
    bars = base.mark_bar().encode(x=x, y=y, color=colours(levels), tooltip=tips)
    layers = [bars]
    # A layer without any value would leave the axis without an end.
    if data["foot"].count():
        feet = base.mark_point(shape="diamond", filled=True, size=60, opacity=1)
        layers.append(feet.encode(x=x, y="foot:Q", color=colours(levels), tooltip=tips))
    if data["raw"].count():
        layers.append(base.mark_tick(thickness=2, color=NOT_EVALUABLE).encode(x=x, y="raw:Q", tooltip=tips))
    rule = base.mark_rule(color=EXCEEDED, strokeDash=[5, 3], strokeWidth=1.2).encode(y="max(limit):Q")
    return _layered(height, *layers, rule)


def tag_lanes(tags: pl.DataFrame, edges: pl.DataFrame, order: list[str], words: dict[str, str]) -> alt.LayerChart:
    """Draw what was declared as bars on one lane a label, over the whole month.

    Parameters
    ----------
    tags : `p`, `label`, `t`, `t2` (local, cut to the month), `kind` (what it speaks of), `hours`, `said` (who, when).
    edges : `p`, `t`: where each month begins and ends.
    order : labels from top to bottom.
    words : `from`, `to`, `kind`, `hours`, `said`.
    """
    kinds = sorted(tags["kind"].unique().to_list())
    x = alt.X("t:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format=DAYS, tickCount=10, labelAngle=0))
    span = (
        alt.Chart(inline(edges, numbers=["p"], times=["t"]))
        .transform_filter("datum.p == point")
        .mark_point(opacity=0)
        .encode(x=x)
    )
    bars = (
        alt.Chart(inline(tags, numbers=["p", "hours"], times=["t", "t2"]))
        .transform_filter("datum.p == point")
        .mark_bar(cornerRadius=2, height=LANE - 9)
        .encode(
            x=x,
            x2="t2:T",
            # All names in every month: an axis or a legend without any has no size.
            y=alt.Y(
                "label:N",
                title=None,
                sort=order,
                scale=alt.Scale(domain=order),
                axis=alt.Axis(labelOverlap=False, labelLimit=220),
            ),
            color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[SPAN, "#4f86b8"][: len(kinds)])),
            tooltip=[
                alt.Tooltip("label:N", title=""),
                _stamp("t", words["from"]),
                _stamp("t2", words["to"]),
                alt.Tooltip("hours:Q", title=words["hours"], format=".2f"),
                alt.Tooltip("kind:N", title=words["kind"]),
                alt.Tooltip("said:N", title=words["said"]),
            ],
        )
    )
    return _layered(max(len(order), 1) * LANE, span, bars)


def gauges(budgets: pl.DataFrame, words: dict[str, str]) -> alt.LayerChart:
    """Draw hours spent of each allowance as a bar on a track that ends at the allowance.

    Parameters
    ----------
    budgets : `p`, `name`, `used`, `allowed`, `share` (used / allowed), `text` (as `12.5 / 60 h`), `over` ("1" or "0").
    words : `name`, `used`, `share`.
    """
    order = budgets["name"].unique(maintain_order=True).to_list()
    base = alt.Chart(
        inline(budgets.with_columns(full=pl.lit(1.0)), numbers=["p", "used", "allowed", "share", "full"])
    ).transform_filter("datum.p == point")
    axis = alt.Axis(labelLimit=260, labelOverlap=False, domain=False)
    y = alt.Y("name:N", title=None, sort=order, scale=alt.Scale(domain=order), axis=axis)
    percent = alt.X("full:Q", title=None, axis=alt.Axis(format="%", tickCount=5))
    track = base.mark_bar(color=NOT_EVALUABLE, opacity=0.25, height=14).encode(x=percent, y=y)
    spent = base.mark_bar(height=14).encode(
        x="share:Q",
        y=y,
        color=alt.condition("datum.over == '1'", alt.value(EXCEEDED), alt.value("#2f8f6b")),
        tooltip=[
            alt.Tooltip("name:N", title=words["name"]),
            alt.Tooltip("text:N", title=words["used"]),
            alt.Tooltip("share:Q", title=words["share"], format=".1%"),
        ],
    )
    said = base.mark_text(align="left", dx=5, baseline="middle").encode(
        x=alt.X("label_at:Q"), y=y, text="text:N"
    ).transform_calculate(label_at="max(datum.share, 1)")  # fmt: skip
    return _layered(max(len(order), 1) * 30, track, spent, said)


def _layered(height: int, *layers: alt.Chart) -> alt.LayerChart:
    """Layers that show the furnace-month of the page's choice, as wide as the page."""
    picture = (
        alt.layer(*layers).add_params(alt.param(name="point", value=0)).properties(width="container", height=height)
    )
    assert isinstance(picture, alt.LayerChart)
    return picture


def _stamp(column: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{column}:T", title=title, format=MINUTES, timeUnit="utcyearmonthdatehoursminutes")
