"""Pictures of plan books: Altair specifications, drawn to SVG here, so that a page needs nothing from
outside.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date

import altair as alt
import vl_convert

from clearbay.plans.curve import Curve, earned_days
from clearbay.plans.fold import IndicatorState
from clearbay.plans.forecast import Announced
from clearbay.plans.indicator import wanted_at
from clearbay.plans.light import COLOURS
from clearbay.plans.rollup import Counts
from clearbay.plans.wording import COLOUR_WORDS, SHAPES

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
#: Fill of each light in pictures; each stands beside its word, never alone.
FILLS = {
    "red": "#c62828",
    "yellow": "#f2b705",
    "white": "#eceff1",
    "green": "#2e7d32",
    "grey": "#9e9e9e",
    "done": "#1565c0",
}
_KINDS = {
    "approved": "批准 approved",
    "moved": "调整 moved",
    "expected": "预计 announced",
    "finished": "完成 finished",
}
Chart = alt.Chart | alt.LayerChart | alt.FacetChart
_ID = re.compile(r'(id="|url\(#|href="#)([A-Za-z_]+\d+)')


def svg_of(chart: Chart, name: str) -> str:
    """A chart as SVG text; `name` keeps the ids inside it apart from those of other pictures on the page."""
    spec = chart.configure(font=FONT, background="white").configure_view(stroke=None).to_dict()
    drawn = vl_convert.vegalite_to_svg(json.dumps(spec))
    numbers: dict[str, int] = {}
    # The renderer counts its ids through the life of the process; numbered anew, the same page gives the same
    # bytes.
    return _ID.sub(lambda m: f"{m[1]}{name}-{numbers.setdefault(m[2], len(numbers))}", str(drawn))


def theme_bars(groups: Sequence[tuple[str, Counts]]) -> Chart:
    """Counts by light, stacked, a bar a group (theme, level or lead); the number stands in each part."""
    rows = [
        {
            "group": name,
            "light": f"{SHAPES[c]} {COLOUR_WORDS[c][0]} {COLOUR_WORDS[c][1]}",
            "order": n,
            "count": k,
        }
        for name, counts in groups
        for n, c in enumerate(COLOURS)
        if (k := counts.lights[c])
    ]
    names = [f"{SHAPES[c]} {COLOUR_WORDS[c][0]} {COLOUR_WORDS[c][1]}" for c in COLOURS]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("group:N", sort=[name for name, _ in groups], title=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X("count:Q", stack="zero", title="项目数 projects", axis=alt.Axis(tickMinStep=1)),
        order=alt.Order("order:Q"),
    )
    bars = base.mark_bar(stroke="#607d8b", strokeWidth=0.5).encode(
        color=alt.Color(
            "light:N",
            scale=alt.Scale(domain=names, range=[FILLS[c] for c in COLOURS]),
            legend=alt.Legend(title=None, orient="top", columns=6),
        )
    )
    ink = alt.condition(
        alt.FieldOneOfPredicate(field="light", oneOf=[names[1], names[2], names[4]]),
        alt.value("#111111"),
        alt.value("#ffffff"),
    )
    labels = base.mark_text(fontSize=11, fontWeight="bold").encode(
        x=alt.X("count:Q", stack="zero", bandPosition=0.5), text="count:Q", color=ink
    )
    drawn: Chart = (bars + labels).properties(width=560, height=max(60, 26 * len(groups)))
    return drawn


def s_curve_chart(curve: Curve, at: date, items: str = "个项目 projects") -> Chart:
    """应完成 by the original and the current due dates as steps, 已完成 up to the status date."""
    names = ("应完成（原期限） planned, original", "应完成（现期限） planned, current", "已完成 done")
    rows = [
        {"day": day.isoformat(), "value": value, "line": name}
        for name, days, values in (
            (names[0], curve.days, curve.planned_original),
            (names[1], curve.days, curve.planned_current),
            (names[2], earned_days(curve, at), curve.earned),
        )
        for day, value in zip(days, values, strict=True)
    ]
    colour = alt.Color(
        "line:N",
        scale=alt.Scale(domain=list(names), range=["#78909c", "#ef6c00", "#1565c0"]),
        legend=alt.Legend(title=None, orient="top", labelLimit=320),
    )
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=list(names), range=[[6, 4], [2, 2], [1, 0]]), legend=None)
    lines = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m", labelAngle=0)),
            y=alt.Y("value:Q", title=items),
            color=colour,
            strokeDash=dash,
        )
    )
    drawn: Chart = (lines + _today(at)).properties(width=620, height=260)
    return drawn


def trend_chart(points: Mapping[str, Sequence[Announced]], at: date) -> Chart:
    """Milestone trend: the date announced (up) against the day it was announced (across).

    Flat is kept, rising is slipping; an item is done where it meets the diagonal.
    """
    rows = [
        {
            "item": item,
            "known": point.known.isoformat(),
            "day": point.day.isoformat(),
            "kind": _KINDS[point.kind],
            "label": "" if point.day == before else f"{point.day}{f' [{point.grade}]' if point.grade else ''}",
        }
        for item, own in points.items()
        for before, point in zip([None, *(earlier.day for earlier in own)], own, strict=False)
    ]
    every = [day for own in points.values() for p in own for day in (p.known, p.day)] or [at]
    # The diagonal spans the two axes' common days only, or it would stretch the picture.
    low = min(p.day for own in points.values() for p in own) if points else at
    high = min(max(every), max(p.known for own in points.values() for p in own)) if points else at
    x = alt.X("known:T", title="公布日 announced on", axis=alt.Axis(format="%Y-%m", labelAngle=0, tickCount=8))
    y = alt.Y(
        "day:T",
        title="公布的完成日 announced for",
        axis=alt.Axis(format="%Y-%m"),
        scale=alt.Scale(zero=False),
    )
    data = alt.InlineData(values=rows)
    items = list(points)
    colour = alt.Color("item:N", sort=items, legend=alt.Legend(title=None, orient="top", labelLimit=300, columns=2))
    lines = (
        alt.Chart(data)
        .mark_line(interpolate="step-after", strokeWidth=1.5)
        .encode(x=x, y=y, color=colour, order="known:T")
    )
    dots = (
        alt.Chart(data)
        .mark_point(size=80, filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=list(_KINDS.values()), range=["square", "triangle-up", "circle", "diamond"]),
                legend=alt.Legend(title=None, orient="bottom"),
            ),
        )
    )
    layers = [lines, dots]
    if high > low:
        diagonal = alt.InlineData(values=[{"known": d.isoformat(), "day": d.isoformat()} for d in (low, high)])
        layers.append(alt.Chart(diagonal).mark_line(strokeDash=[4, 4], color="#90a4ae").encode(x="known:T", y="day:T"))
    if len(points) == 1:
        layers.append(
            alt.Chart(data)
            .mark_text(align="left", dx=7, dy=-9, fontSize=10, color="#37474f")
            .encode(x="known:T", y="day:T", text="label:N")
        )
    return alt.layer(*layers).properties(width=620, height=300)


def indicator_chart(state: IndicatorState, at: date) -> Chart:
    """Values, the path each target asks for, and every target (superseded ones hollow)."""
    indicator = state.indicator
    base = indicator.baseline
    values = [{"day": base.date.isoformat(), "value": base.value, "what": "基期 baseline"}] + [
        {"day": v.reading.period.end.isoformat(), "value": v.reading.value, "what": "数值 value"} for v in state.values
    ]
    paths, goals = [], []
    for target in state.targets:
        name = f"{target.id}（{target.decided_on}）"
        span = (target.due - base.date).days
        if target.high is None and span > 0:
            for step in range(25):
                day = date.fromordinal(base.date.toordinal() + span * step // 24)
                paths.append({"day": day.isoformat(), "value": wanted_at(state, target, day), "target": name})
        ends = (target.value,) if target.high is None else (target.value, target.high)
        goals += [{"day": target.due.isoformat(), "value": end, "target": name} for end in ends]
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%Y", labelAngle=0, tickCount="year"))
    y = alt.Y("value:Q", title=indicator.unit, scale=alt.Scale(zero=False))
    colour = alt.Color("target:N", legend=alt.Legend(title="目标 target", orient="right", labelLimit=200))
    layers: list[alt.Chart] = [
        alt.Chart(alt.InlineData(values=paths or goals)).mark_line(strokeDash=[5, 3]).encode(x=x, y=y, color=colour),
        alt.Chart(alt.InlineData(values=goals))
        .mark_point(shape="diamond", size=110, strokeWidth=2)
        .encode(x=x, y=y, color=colour),
        alt.Chart(alt.InlineData(values=values)).mark_line(color="#1565c0").encode(x=x, y=y),
        alt.Chart(alt.InlineData(values=values))
        .mark_point(filled=True, size=60, color="#1565c0", opacity=1)
        .encode(x=x, y=y),
    ]
    layers.append(
        alt.Chart(alt.InlineData(values=values)).mark_text(dy=-11, color="#0d3c75").encode(x=x, y=y, text="value:Q")
    )
    return alt.layer(*layers).properties(width=300, height=170)


def _today(at: date) -> alt.Chart:
    rule: alt.Chart = (
        alt.Chart(alt.InlineData(values=[{"day": at.isoformat()}]))
        .mark_rule(color="#b71c1c", strokeDash=[2, 3])
        .encode(x="day:T")
    )
    return rule
