"""Vega-Lite pictures of a station's run."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeAlias

import altair as alt
import numpy as np
import numpy.typing as npt

from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.questions import Bands
from clearbay.twins.activated_sludge.year import Year

FloatArray = npt.NDArray[np.float64]
Chart: TypeAlias = alt.LayerChart | alt.ConcatChart | alt.VConcatChart | alt.HConcatChart | alt.Chart
Row = dict[str, Any]

BLUE, RED, GREY = "#1f6f8b", "#b3402e", "#52646f"
FONT = "Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, sans-serif"
SHOWN = {
    "COD": "COD",
    "NH3-N": "氨氮 NH3-N",
    "TN": "总氮 TN",
    "TP": "总磷 TP",
    "SS": "悬浮物 SS",
    "BOD5": "BOD5",
}


def _days(year: Year) -> list[str]:
    start = year.works.station.start
    return [(start + dt.timedelta(days=d)).isoformat() for d in range(len(year.flow))]


def _data(rows: list[Row]) -> alt.InlineData:
    return alt.InlineData(values=rows)


def _finish(chart: Chart) -> Chart:
    return chart.configure(font=FONT, background="white").configure_view(stroke=None)  # type: ignore[no-any-return]


def effluent(year: Year, limits: Mapping[str, FloatArray], bands: Bands | None) -> Chart:
    """Return small pictures of each parameter by day, its limit, and the band of an ensemble where there
    is one."""
    panels = []
    days = _days(year)
    for name, title in SHOWN.items():
        values, limit = year.effluent[name], limits[name]
        rows: list[Row] = [
            {"day": d, "value": float(v), "limit": float(m)} for d, v, m in zip(days, values, limit, strict=True)
        ]
        if bands is not None:
            for row, low, high in zip(rows, bands.low[name], bands.high[name], strict=True):
                row |= {"low": float(low), "high": float(high)}
        base = alt.Chart(_data(rows)).encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m", labelAngle=0, tickCount=5))
        )
        layers: list[alt.Chart] = []
        if bands is not None:
            layers.append(base.mark_area(color=BLUE, opacity=0.22).encode(y="low:Q", y2="high:Q"))
        layers.append(base.mark_line(color=BLUE, strokeWidth=1).encode(y=alt.Y("value:Q", title="mg/L")))
        layers.append(base.mark_line(color=RED, strokeDash=[5, 3], interpolate="step-after").encode(y="limit:Q"))
        said = f"限值 limit {_range(limit)} mg/L: 红虚线 dashed red"
        if bands is not None:
            said += "; 浅带 band: 5–95 % of runs"
        heading = alt.TitleParams(title, subtitle=said, subtitleColor=GREY, subtitleFontSize=10)
        panels.append(alt.layer(*layers).properties(width=380, height=130, title=heading))
    return _finish(alt.concat(*panels, columns=2))


def _range(limit: FloatArray) -> str:
    low, high = float(limit.min()), float(limit.max())
    return f"{low:g}" if low == high else f"{low:g} ({high:g})"


def profiles(year: Year) -> Chart:
    """Return concentrations along the line of tanks: mean of the hours, and 5 to 95 % of them."""
    plant = year.works.plant
    line = [u for u in year.works.station.line if not isinstance(u, st.SettlingTank)]
    order = [_lines(u) for u in line]
    states = {
        "S_O2": "溶解氧 O2", "S_NH4": "氨氮 NH4-N", "S_NO3": "硝氮 NO3-N", "S_PO4": "磷酸盐 PO4-P",
        "X_TSS": "悬浮固体 TSS", "S_ALK": "碱度 alkalinity",
    }  # fmt: skip
    panels = []
    for state, title in states.items():
        rows, measured_in = [], "mol/m3" if state == "S_ALK" else "g/m3"
        for unit in line:
            series = year.run.states[1:, plant.place(unit.name, state)]
            low, high = np.quantile(series, [0.05, 0.95])
            rows.append({"tank": _lines(unit), "mean": float(series.mean()), "low": float(low), "high": float(high)})
        base = alt.Chart(_data(rows)).encode(
            x=alt.X(
                "tank:N",
                sort=order,
                title=None,
                axis=alt.Axis(labelAngle=0, labelExpr="split(datum.label, '|')", labelFontSize=9, labelOverlap=False),
            )
        )
        panels.append(
            alt.layer(
                base.mark_bar(color=BLUE, opacity=0.75, size=26).encode(y=alt.Y("mean:Q", title=measured_in)),
                base.mark_rule(color=GREY, strokeWidth=2).encode(y="low:Q", y2="high:Q"),
            ).properties(width=380, height=130, title=title)
        )
    return _finish(alt.concat(*panels, columns=2))


def oxygen(year: Year) -> Chart:
    """Return oxygen taken up by tank: by day over the run, and by hour of the day."""
    names = {u.name: _label(u) for u in year.works.station.line}
    plant = year.works.plant
    n = len(plant.flowsheet.model.states)
    first = plant.net.n_outlets * (n + 1)
    by_day: list[Row] = []
    by_hour: list[Row] = []
    for name, series in year.oxygen.items():
        by_day += [{"day": d, "tank": names[name], "value": float(v)} for d, v in zip(_days(year), series, strict=True)]
        hourly = year.run.means[1:, first + 2 * plant.cell_names.index(name) + 1].reshape(-1, 24).mean(axis=0)
        by_hour += [{"hour": h, "tank": names[name], "value": float(v) / 1000.0 / 24.0} for h, v in enumerate(hourly)]
    colour = alt.Color(
        "tank:N",
        title=None,
        sort=list(names.values()),
        scale=alt.Scale(range=[BLUE, "#e0a33e", "#7a9e7e", GREY]),
    )
    over_run = (
        alt.Chart(_data(by_day))
        .mark_area(opacity=0.85)
        .encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m")),
            y=alt.Y("value:Q", title="kg O2/d"),
            color=colour,
        )
        .properties(width=520, height=220, title="按日 by day")
    )
    over_day = (
        alt.Chart(_data(by_hour))
        .mark_line(strokeWidth=2)
        .encode(x=alt.X("hour:Q", title="时 hour"), y=alt.Y("value:Q", title="kg O2/h"), color=colour)
        .properties(width=240, height=220, title="按时 by hour (mean)")
    )
    return _finish(alt.hconcat(over_run, over_day))


def _label(unit: st.Unit) -> str:
    return unit.label.zh + " " + unit.label.en if unit.label else unit.name


def _lines(unit: st.Unit) -> str:
    """The name of a unit in lines, parted by a bar: Chinese, then English word by word."""
    return "|".join([unit.label.zh, *unit.label.en.split(" ", 1)]) if unit.label else unit.name
