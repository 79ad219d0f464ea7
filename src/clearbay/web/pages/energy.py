"""Energy and carbon: heat recovered, electricity per tonne, fossil, biogenic and avoided CO2, with their factors."""

from datetime import timedelta
from typing import Any

import altair as alt
import polars as pl
from fastapi import APIRouter, Request, Response

from clearbay.reports.pictures import to_spec
from clearbay.reports.pictures.inline import inline
from clearbay.web.figures import Picture
from clearbay.web.layout.errors import BadRequest
from clearbay.web.layout.formats import day
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.source import Energy, Live, Site
from clearbay.web.text import Text

router = APIRouter()

SPANS = {"week": 7, "month": 30, "year": 365}
CARBON = {"fossil_t": "#7d4a3a", "biogenic_t": "#3a8f7b", "avoided_t": "#2b86a8"}


@router.get("/energy")
def energy(request: Request, span: str = "month") -> Response:
    """Show what each plant recovered and what its carbon was."""
    live, t = live_of(request), words_of(request)
    if span not in SPANS:
        raise BadRequest(f"span {span!r} is none of {', '.join(SPANS)}", f"span={span!r} 不是 {'、'.join(SPANS)} 之一")
    zone = live.district().zone
    end = live.now()
    start = day(end, zone)[0] - timedelta(days=SPANS[span] - 1)
    shown = []
    pictures: list[Picture] = []
    for site in _sites(live):
        found = live.energy(site.site_id, start, end)
        if found is None:
            continue
        drawn = _pictures(site, found, t)
        pictures += drawn
        shown.append((site, found, _per_tonne(found), drawn, _days(found)))
    return render(
        request, "energy.html.j2", shown=shown, pictures=pictures, spans=SPANS, span=span, start=start, end=end
    )


def _sites(live: Live) -> list[Site]:
    kinds = {"wte_plant", "sewage_station", "works_outlet"}
    return [site for site in live.district().sites if site.kind in kinds]


def _per_tonne(of: Energy) -> float | None:
    """Electricity per tonne of waste [kWh/t]."""
    return 1000 * of.electricity_mwh / of.waste_t if of.electricity_mwh is not None and of.waste_t else None


def _days(of: Energy) -> list[dict[str, Any]]:
    found = pl.from_arrow(of.days)
    assert isinstance(found, pl.DataFrame)
    return found.sort("day", descending=True).to_dicts()


def _pictures(site: Site, of: Energy, t: Text) -> list[Picture]:
    found = pl.from_arrow(of.days)
    assert isinstance(found, pl.DataFrame)
    if found.is_empty():
        return []
    name = t.of(site.name)
    return [
        Picture(f"power-{site.site_id}", t("energy.power_title"), t("energy.power_alt", name=name), _power(found, t)),
        Picture(
            f"carbon-{site.site_id}", t("energy.carbon_title"), t("energy.carbon_alt", name=name), _carbon(found, t)
        ),
    ]


def _x() -> alt.X:
    return alt.X(
        "day:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%m-%d", tickCount=7, grid=False)
    )


def _power(days: pl.DataFrame, t: Text) -> dict[str, Any]:
    rows = days.select("day", "electricity_mwh", per=1000 * pl.col("electricity_mwh") / pl.col("waste_t")).drop_nulls()
    base = alt.Chart(inline(rows, numbers=["electricity_mwh", "per"], times=["day"]))
    tips = [
        alt.Tooltip("day:T", title=t("view.day"), format="%Y-%m-%d", timeUnit="utcyearmonthdate"),
        alt.Tooltip("electricity_mwh:Q", title="MWh", format=".1f"),
        alt.Tooltip("per:Q", title="kWh/t", format=".0f"),
    ]
    bars = base.mark_bar(opacity=0.85, width={"band": 0.8}).encode(
        x=alt.X(
            "day:O",
            title=None,
            timeUnit="utcyearmonthdate",
            axis=alt.Axis(format="%m-%d", labelAngle=0, labelOverlap=True),
        ),
        y=alt.Y("electricity_mwh:Q", title="MWh", axis=alt.Axis(tickCount=4)),
        tooltip=tips,
    )
    return to_spec(bars.properties(width="container", height=200))


def _carbon(days: pl.DataFrame, t: Text) -> dict[str, Any]:
    names = {key: t(f"energy.{key}") for key in CARBON}
    long = (
        days.select("day", "fossil_t", "biogenic_t", avoided_t=-pl.col("avoided_t"))
        .unpivot(index="day", variable_name="kind", value_name="v")
        .drop_nulls()
        .with_columns(kind=pl.col("kind").replace(names))
    )
    chart = (
        alt.Chart(inline(long, numbers=["v"], times=["day"]))
        .mark_bar()
        .encode(
            x=alt.X(
                "day:O",
                title=None,
                timeUnit="utcyearmonthdate",
                axis=alt.Axis(format="%m-%d", labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("v:Q", title="t CO₂", axis=alt.Axis(tickCount=5)),
            color=alt.Color("kind:N", scale=alt.Scale(domain=list(names.values()), range=list(CARBON.values()))),
            tooltip=[
                alt.Tooltip("day:T", title=t("view.day"), format="%Y-%m-%d", timeUnit="utcyearmonthdate"),
                alt.Tooltip("kind:N", title=""),
                alt.Tooltip("v:Q", title="t", format=".1f"),
            ],
        )
    )
    return to_spec(chart.properties(width="container", height=200))
