"""A series' history as a picture: mean in its band, limits as lines, gaps as gaps, flags and tags as lanes above."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import altair as alt
import polars as pl

from clearbay.reports.assessment.figures_as_text import number, with_unit
from clearbay.reports.pictures import to_spec
from clearbay.reports.pictures.inline import inline
from clearbay.reports.pictures.theme import EXCEEDED, NOT_EVALUABLE
from clearbay.vocabulary.flags import FLAGS
from clearbay.web.history import History
from clearbay.web.layout.formats import local
from clearbay.web.standing import label_in
from clearbay.web.text import Text

HEIGHT = 280
MINUTES: Literal["utcyearmonthdatehoursminutes"] = "utcyearmonthdatehoursminutes"
STAMP = "%Y-%m-%d %H:%M"
FLAG_LANE = (-16, -4)
TAG_LANE = (-36, -20)
"""Pixels above the plot."""

TAG_COLOURS = {"furnace": "#5b8fb0", "monitor": "#a58cc9"}
FLAG_COLOUR = "#d99a1c"

STAMPS = {"day": "%H:%M", "week": "%m-%d", "month": "%m-%d", "year": "%Y-%m"}


def picture(history: History, code: str, unit: str, zone: str, t: Text) -> dict[str, Any]:
    """Draw a history as a Vega-Lite specification with its data inside, times as local ones of the point."""

    def here(moment: datetime) -> datetime:
        return local(min(max(moment, history.span.start), history.span.end), zone).replace(tzinfo=None)

    values = history.values.with_columns(
        t=pl.col("time").dt.convert_time_zone(zone).dt.replace_time_zone(None),
        v=pl.col("mean").round_sig_figs(5),
        low=pl.col("low").round_sig_figs(5),
        high=pl.col("high").round_sig_figs(5),
    ).select("t", "v", "low", "high")
    axis = alt.Axis(format=STAMPS[history.span.range], tickCount=7, labelAngle=0, labelFlush=True)
    x = alt.X("t:T", title=None, scale=alt.Scale(type="utc", nice=False), axis=axis)
    y = alt.Y("v:Q", scale=alt.Scale(zero=_from_zero(values)), axis=_above(with_unit(t.symbol(code), unit)))
    tips = [
        alt.Tooltip("t:T", title=t("point.at"), format=STAMP, timeUnit=MINUTES),
        alt.Tooltip("v:Q", title=t("point.mean")),
        alt.Tooltip("low:Q", title=t("point.lowest")),
        alt.Tooltip("high:Q", title=t("point.highest")),
    ]
    base = alt.Chart(inline(values, numbers=["v", "low", "high"], times=["t"]))
    # Both ends of the span, unseen: an axis that ended with the last value would hide that values are missing.
    ends = pl.DataFrame({"t": [here(history.span.start), here(history.span.end)]})
    layers: list[alt.Chart] = [alt.Chart(inline(ends, times=["t"])).mark_point(opacity=0).encode(x=x)]
    gaps = [{"t": here(g.start), "t2": here(g.end), "name": t("point.gap")} for g in history.gaps]
    if gaps:
        layers.append(
            alt.Chart(inline(pl.DataFrame(gaps), times=["t", "t2"]))
            .mark_rect(color=NOT_EVALUABLE, opacity=0.22)
            .encode(x=x, x2="t2:T", tooltip=_span_tips(t))
        )
    layers += [
        base.mark_area(opacity=0.22, line=False, invalid="break-paths-show-domains").encode(
            x=x, y="low:Q", y2="high:Q"
        ),
        base.mark_line(invalid="break-paths-show-domains", strokeWidth=1.6).encode(x=x, y=y),
        base.transform_filter("isValid(datum.v)").mark_point(opacity=0, size=60).encode(x=x, y=y, tooltip=tips),
        *_limits(history, here, x, t),
        *_lane(_flags(history, here, t), FLAG_LANE, [FLAG_COLOUR], x, t),
    ]
    for kind, colour in TAG_COLOURS.items():
        rows = [
            {"t": here(g.start), "t2": here(g.end or history.span.end), "name": label_in(g, t.lang)}
            for g in history.tags
            if str(g.kind) == kind
        ]
        layers += _lane(rows, TAG_LANE, [colour], x, t)
    return to_spec(alt.layer(*layers).properties(width="container", height=HEIGHT))  # type: ignore[arg-type]


def _from_zero(values: pl.DataFrame) -> bool:
    """Draw from zero unless the values keep to a narrow band far from it, as temperatures and pH do."""
    low, high = values["low"].min(), values["high"].max()
    if not isinstance(low, float) or not isinstance(high, float):
        return True
    return not (low > 0 and (high - low) < 0.35 * high)


def _above(title: str) -> alt.Axis:
    return alt.Axis(
        tickCount=5,
        title=title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleX=-30,
        titleY=-42,
        titleBaseline="bottom",
    )


def _span_tips(t: Text) -> list[alt.Tooltip]:
    """What a run says of itself: its name, from when to when."""
    return [
        alt.Tooltip("name:N", title=t("point.flag")),
        alt.Tooltip("t:T", title=t("point.from"), format=STAMP, timeUnit=MINUTES),
        alt.Tooltip("t2:T", title=t("point.to"), format=STAMP, timeUnit=MINUTES),
    ]


def _limits(history: History, here: Any, x: alt.X, t: Text) -> list[alt.Chart]:
    """Each limit as a line over the days it held, its words at the right end; of lines at one height the words once."""
    rows = []
    for run in history.limits:
        for figure, sign in ((run.most, "≤"), (run.least, "≥")):
            if figure is not None:
                words = f"{run.standard} {t.averaging(run.averaging)} {sign} {number(figure)}"
                rows.append({"t": here(run.start), "t2": here(run.end), "y": figure, "name": words})
    if not rows:
        return []
    frame = pl.DataFrame(rows).unique(["y", "name", "t", "t2"], maintain_order=True)
    named = frame.sort("t2", "name", descending=[True, False]).unique("y", keep="first", maintain_order=True)
    data = alt.Chart(inline(frame, numbers=["y"], times=["t", "t2"]))
    line = data.mark_rule(color=EXCEEDED, strokeDash=[6, 3], strokeWidth=1.6).encode(
        x=x, x2="t2:T", y="y:Q", tooltip=[alt.Tooltip("name:N", title=t("point.limit"))]
    )
    words = (
        alt.Chart(inline(named, numbers=["y"], times=["t", "t2"]))
        .mark_text(color=EXCEEDED, align="right", baseline="bottom", dy=-3, dx=-2, fontSize=11)
        .encode(x=alt.X("t2:T"), y="y:Q", text="name:N")
    )
    room = data.transform_calculate(r="datum.y * 1.07").mark_point(opacity=0).encode(y="r:Q")
    return [line, words, room]


def _flags(history: History, here: Any, t: Text) -> list[dict[str, object]]:
    rows = []
    for run in history.flags:
        known = FLAGS.get(run.flag)
        name = t.names.pick(known.name_zh, known.name_en) if known else run.flag
        rows.append({"t": here(run.start), "t2": here(run.end), "name": f"{run.flag} {name}"})
    return rows


def _lane(
    rows: Sequence[dict[str, object]], lane: tuple[int, int], colours: Sequence[str], x: alt.X, t: Text
) -> list[alt.Chart]:
    if not rows:
        return []
    base = alt.Chart(inline(pl.DataFrame(rows), times=["t", "t2"]))
    tip = _span_tips(t)
    bar = base.mark_rect(color=colours[0], opacity=0.85, cornerRadius=2).encode(
        x=x, x2="t2:T", y=alt.value(lane[0]), y2=alt.value(lane[1]), tooltip=tip
    )
    words = base.mark_text(align="left", baseline="middle", dx=3, fontSize=10, limit=180).encode(
        x=x, y=alt.value((lane[0] + lane[1]) / 2), text="name:N"
    )
    return [bar, words]
