"""All pictures of a run, and the one page that shows them; everything stands in the files, nothing is
fetched."""

import html
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import vl_convert

from clearbay.reports.station import charts
from clearbay.reports.station.schematic import schematic
from clearbay.twins.activated_sludge.questions import Bands
from clearbay.twins.activated_sludge.year import Year

FloatArray = npt.NDArray[np.float64]

_STYLE = """
body { font: 15px/1.5 "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 2rem auto;
  max-width: 64rem; padding: 0 1rem; color: #1d2b33; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
figure { margin: 1rem 0; overflow-x: auto; } figcaption { color: #52646f; font-size: .9rem; }
svg { max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) {
  body { background: #10191e; color: #e3ebef; }
  figure { background: #fff; border-radius: 8px; padding: .5rem; }
}
"""


@dataclass(frozen=True)
class Picture:
    """A file of the report: its name and its text (SVG, or the page that holds all)."""

    file: str
    title_zh: str
    title_en: str
    text: str


def pictures(year: Year, limits: Mapping[str, FloatArray], bands: Bands | None) -> list[Picture]:
    """Return the schematic, effluent against limits, tank profiles, oxygen demand, and the page that holds
    them.

    limits: by parameter, for each day [mg/L].
    """
    drawn = [
        Picture("schematic.svg", "工艺流程", "The station, from its file", schematic(year.works.station)),
        Picture(
            "effluent.svg", "出水日均值与限值", "Daily effluent against its limits" + (
                f", with the 5 to 95 % band of {bands.members} runs" if bands else ""
            ), _svg(charts.effluent(year, limits, bands)),
        ),
        Picture("profiles.svg", "沿程浓度", "Along the line, mean and 5 to 95 % of hours",
        _svg(charts.profiles(year))),
        Picture("oxygen.svg", "需氧量", "Oxygen demand by tank: over the run, and over the day",
        _svg(charts.oxygen(year))),
    ]  # fmt: skip
    return [*drawn, Picture("station.html", "报告", "Report", _page(year, drawn))]


def _svg(chart: charts.Chart) -> str:
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def _page(year: Year, drawn: list[Picture]) -> str:
    name = year.works.station.name
    title = html.escape(f"{name.zh} {name.en}")
    figures = "\n".join(
        f"<h2>{html.escape(p.title_zh)} {html.escape(p.title_en)}</h2>\n<figure>{p.text}</figure>" for p in drawn
    )
    note = html.escape(year.works.station.note)
    return (
        f'<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body><h1>{title}</h1><p>{note}</p>\n{figures}\n</body></html>\n"
    )
