"""The operating point on the firing diagram (燃烧图): throughput across, heat up, calorific value as rays."""

from collections.abc import Sequence

import altair as alt
import polars as pl
import vl_convert

from clearbay.twins.incineration.plant import PlantResult

LOW, FULL, OVER = 0.6, 1.0, 1.1  # of capacity: the range the four Ebara plants guarantee (Ebara Jiho 252-12)
RAYS = (4200, 5000, 6000, 7000, 8000, 9000)  # kJ/kg


def firing_chart(result: PlantResult, highest: float | None = None) -> alt.LayerChart:
    """Vega-Lite chart of the lines on their firing diagram; `highest` [share] marks the largest legal load."""
    plant = result.plant
    capacity = plant.capacity_t_d / 24
    heat = capacity / 3.6 * plant.fired.lhv / 1e3  # MW at full load on today's waste
    lines = result.lines
    points = [(float(f) * 3.6, float(f * h) / 1e3) for f, h in zip(lines["feed"], lines["lhv"], strict=True)]
    mark = (capacity * (highest or 1.0), heat * (highest or 1.0))
    right = max(1.3 * capacity, 1.06 * mark[0], *(1.06 * p[0] for p in points))
    top = max(1.3 * heat, 1.06 * mark[1], *(1.06 * p[1] for p in points))
    rays = []
    for lhv in RAYS:
        end = min(right * 0.955, top * 0.97 * 3600 / lhv)  # room for its label
        rays += [{"t": t, "mw": t * lhv / 3600, "lhv": f"{lhv / 1000:.1f}", "end": t > 0} for t in (0.0, end)]
    box = _window(capacity, heat)
    x = alt.X("t:Q", title="垃圾处理量 throughput (t/h, 每线 per line)").scale(domain=[0, right], nice=False)
    y = alt.Y("mw:Q", title="热负荷 heat fired (MW, 每线 per line)").scale(domain=[0, top], nice=False)
    layers: list[alt.Chart] = [
        alt.Chart(pl.DataFrame(box))
        .mark_line(filled=True, fill="#2e86ab", fillOpacity=0.14, stroke="#2e86ab", strokeWidth=1.5, clip=True)
        .encode(x=x, y=y, order="k:Q"),
        alt.Chart(pl.DataFrame(rays))
        .mark_line(stroke="#9aa7b1", strokeDash=[4, 4], strokeWidth=1, clip=True)
        .encode(x=x, y=y, detail="lhv:N"),
        alt.Chart(pl.DataFrame([r for r in rays if r["end"]]))
        .mark_text(align="left", dx=4, fontSize=11, color="#5b7182", clip=True)
        .encode(x=x, y=y, text=alt.Text("lhv:N")),
        alt.Chart(pl.DataFrame([{"t": t, "mw": mw} for t, mw in points]))
        .mark_point(filled=True, size=170, color="#e4572e", stroke="white", strokeWidth=1.5)
        .encode(x=x, y=y, tooltip=["t:Q", "mw:Q"]),
    ]
    if highest is not None:
        layers.append(
            alt.Chart(pl.DataFrame([{"t": mark[0], "mw": mark[1]}]))
            .mark_point(shape="diamond", size=190, color="#3a9d5d", strokeWidth=2.5)
            .encode(x=x, y=y)
        )
    marks = "rays: MJ/kg · ● lines now · ◇ highest load that keeps 850 °C/2 s and limits"
    subtitle = f"{plant.name_en} · firing diagram · {marks}"
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(
            width=720,
            height=430,
            title=alt.TitleParams(f"{plant.name_zh} · 燃烧图与运行点", subtitle=subtitle, anchor="start"),
        )
        .configure(font="Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, sans-serif")
        .configure_title(fontSize=19, subtitleColor="#5b7182", color="#12324a")
    )
    return chart


def _window(capacity: float, heat: float) -> Sequence[dict[str, float]]:
    """Corners of the guaranteed window: throughput and heat from 60 to 100 %, overload to 110 %."""
    corners = [(LOW, LOW), (FULL, LOW * 1.05), (OVER, LOW * 1.15), (OVER, OVER), (0.85, OVER), (LOW, OVER * 0.8)]
    return [{"t": capacity * a, "mw": heat * b, "k": float(k)} for k, (a, b) in enumerate([*corners, corners[0]])]


def firing_picture(result: PlantResult, highest: float | None = None) -> str:
    """The firing diagram as SVG."""
    return str(vl_convert.vegalite_to_svg(firing_chart(result, highest).to_dict()))
