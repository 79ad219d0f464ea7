"""The furnace ribbon: a week of 5-minute mean temperatures, a row a day, with 850 °C as the border of the colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import altair as alt
import polars as pl

from clearbay.reports.pictures import to_spec
from clearbay.reports.pictures.inline import inline
from clearbay.web.figures import Picture
from clearbay.web.layout.formats import day
from clearbay.web.layout.formats import local as local_time
from clearbay.web.layout.levels import slug
from clearbay.web.memo import kept
from clearbay.web.settings import Language
from clearbay.web.source import Live
from clearbay.web.text import Text, text

CODE = "a01901"
"""The 5-minute mean of the furnace's medians, as HJ 212 has it."""

LEGAL = 850.0
"""Lowest temperature of the flue gas in the furnace [°C], GB 18485-2014 table 1."""

MEANS_A_DAY = 288
DAYS = 7
LIMIT_A_DAY = 5
"""More 5-minute means below 850 °C on a day are a breach (MEE order 10 of 2019, article 7)."""

STEPS = (700, 800, 849.99, 850, 900, 950, 1000, 1050)
COLOURS = ("#2b4a8b", "#5b8fd0", "#a9d2f0", "#ffe2a8", "#ffc46b", "#f79b45", "#e06a2c", "#b3401f")
"""Blue below the legal temperature, warm above it, lighter towards the border on both sides."""


@dataclass(frozen=True)
class DayOf:
    """A day of a furnace: 5-minute means that came, how many lay below 850 °C, the lowest of them."""

    day: str
    came: int
    below: int
    lowest: float


@dataclass(frozen=True)
class Ribbon:
    """A furnace's week: its picture and its days."""

    picture: Picture
    days: Sequence[DayOf]


@kept(60)
def of(live: Live, point_id: str, zone: str, name: str, lang: Language) -> Ribbon | None:
    """Draw the last week of a furnace, None where its temperature is not sent."""
    t = text(lang)
    start = day(live.now(), zone)[0] - timedelta(days=DAYS - 1)
    end = day(live.now(), zone)[1]
    table = live.history(point_id, CODE, "raw", start, end, buckets=DAYS * MEANS_A_DAY)
    found = pl.from_arrow(table.select(["time", "mean"]))
    assert isinstance(found, pl.DataFrame)
    if found.is_empty():
        return None
    local = pl.col("time").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    cells = (
        found.drop_nulls("mean")
        .with_columns(local=local.dt.truncate("5m"))
        .with_columns(d=pl.col("local").dt.strftime("%m-%d"), m=_minute())
        .group_by("d", "m")
        .agg(v=pl.col("mean").mean().round(1))
        .sort("d", "m")
    )
    days = [
        DayOf(d, n, below, float(lowest))
        for d, n, below, lowest in cells.group_by("d")
        .agg(n=pl.len(), below=(pl.col("v") < LEGAL).sum(), lowest=pl.col("v").min())
        .sort("d", descending=True)
        .rows()
    ]
    last = local_time(live.now(), zone)
    rows = [f"{last - timedelta(days=k):%m-%d}" for k in range(DAYS)]
    low = sum(one.below for one in days)
    alt_text = t("view.ribbon_alt", name=name, days=len(days), low=low)
    return Ribbon(Picture(f"ribbon-{slug(point_id)}", name, alt_text, _picture(cells, rows, t)), days)


def _minute() -> pl.Expr:
    return pl.col("local").dt.hour().cast(pl.Int32) * 60 + pl.col("local").dt.minute().cast(pl.Int32)


def _picture(cells: pl.DataFrame, rows: Sequence[str], t: Text) -> dict[str, Any]:
    data = inline(cells.select("d", "m", "v"), numbers=["m", "v"])
    hours = "floor(datum.value / 60) + ':00'"
    chart = (
        alt.Chart(data, width="container", height=DAYS * 26)
        .transform_calculate(m2="datum.m + 5", at="floor(datum.m / 60) + ':' + pad(datum.m % 60, 2, '0', 'left')")
        .mark_rect()
        .encode(
            x=alt.X(
                "m:Q",
                title=None,
                scale=alt.Scale(domain=[0, 1440], nice=False),
                axis=alt.Axis(values=list(range(0, 1441, 180)), labelExpr=hours, grid=False),
            ),
            x2="m2:Q",
            y=alt.Y(
                "d:O",
                title=None,
                scale=alt.Scale(domain=rows),
                axis=alt.Axis(labelOverlap=False, ticks=False, domain=False),
            ),
            color=alt.Color(
                "v:Q",
                scale=alt.Scale(domain=list(STEPS), range=list(COLOURS), clamp=True),
                legend=alt.Legend(
                    title=None,
                    orient="top",
                    type="gradient",
                    gradientLength=260,
                    values=[700, 850, 1050],
                    labelExpr="datum.label + ' °C'",
                ),
            ),
            tooltip=[
                alt.Tooltip("d:N", title=t("view.day")),
                alt.Tooltip("at:N", title=t("point.at")),
                alt.Tooltip("v:Q", title="°C"),
            ],
        )
    )
    return to_spec(chart)
