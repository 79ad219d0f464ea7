"""The class of a section for the month that is not over: the mean of what came so far, said to be provisional.

The month's own class is a finding and comes when the month is over. Until then the same rule is applied to the mean
since the first of the month: a month is judged by one sample or by the arithmetic mean of several (环办[2011]22号), so
this is a class of fewer samples, not of another kind. It is no finding: nothing is written, no target judged by it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from clearbay.assess.surface_water import classify
from clearbay.standards import Standard, SurfaceWaterRules
from clearbay.web.layout.formats import local
from clearbay.web.memo import kept
from clearbay.web.source import Live, PointEntry
from clearbay.web.text import standards

FAMILY = "GB 3838"


@dataclass(frozen=True)
class RunningClass:
    """A provisional class: its name in the rules, since when, days on which each indicator came, indicators judged."""

    name: str
    since: datetime
    days: int
    judged: int

    @property
    def due(self) -> date:
        """Day from which the month can be judged."""
        return (self.since + timedelta(days=32)).date().replace(day=1)


@kept(120)
def running_class(live: Live, point_id: str) -> RunningClass | None:
    """Judge the month so far; None where nothing that is judged came in it."""
    found = _standard()
    point = next((one for one in live.district().points if one.point_id == point_id), None)
    if found is None or point is None:
        return None
    limits, rules = found
    now = live.now()
    start = local(now, point.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    codes = sorted({one.code for one in live.latest(point.point_id)} & set(rules.indicators))
    means: dict[str, float] = {}
    counts: list[int] = []
    for code in codes:
        hours = max(int((now - start) / timedelta(hours=1)), 1)
        table = pl.from_arrow(live.history(point.point_id, code, "raw", start, now, buckets=hours))
        assert isinstance(table, pl.DataFrame)
        rows = table.drop_nulls("mean")
        count = int(rows["count"].sum())
        if count:
            means[code] = float((rows["mean"] * rows["count"]).sum()) / count
            counts.append(rows["time"].dt.convert_time_zone(point.zone).dt.date().n_unique())
    if not means:
        return None
    frame = pl.DataFrame({code: [mean] for code, mean in means.items()})
    judged = classify(frame, limits, {code: code for code in means}, _water_body(live, point), rules)
    row = judged.collect("polars").to_native().row(0, named=True)
    if not row["class"]:
        return None
    return RunningClass(rules.classes[row["class"] - 1], start, min(counts), int(row["judged"]))


def _standard() -> tuple[Standard, SurfaceWaterRules] | None:
    """The limits, and the rules that they are judged by."""
    limits = next((s for s in standards() if s.family == FAMILY), None)
    rules = next((s.rules for s in standards() if isinstance(s.rules, SurfaceWaterRules)), None)
    return (limits, rules) if limits is not None and rules is not None else None


def _water_body(live: Live, point: PointEntry) -> str:
    kinds = {site.site_id: site.kind for site in live.district().sites}
    return point.facts.get("water_body") or ("lake" if kinds.get(point.site_id) == "lake_section" else "river")
