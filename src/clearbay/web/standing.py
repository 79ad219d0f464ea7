"""How things stand: newest index, class and risk, limits beside live values, what exceeded, who is silent.

Everything is read from findings and loggers as they are; nothing is judged here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
import pyarrow as pa

from clearbay.vocabulary.tags import LABELS, Tag
from clearbay.web.layout.formats import day
from clearbay.web.memo import kept
from clearbay.web.source import Live, LoggerState, Site

SOME_DAYS = 45
FAR_DAYS = 400
"""Days back in which a monthly class, a yearly sample or a limit that was last applied is found."""

SILENT_PERIODS = 3
"""Periods of its values that a logger may be silent before it counts as offline; two may be a slow line."""

SILENT_AT_LEAST_S = 900
USUAL_PERIOD_S = 3600
"""Period of a site that has sent nothing yet."""
USUAL_PATIENCE_S = float(max(SILENT_PERIODS * USUAL_PERIOD_S, SILENT_AT_LEAST_S))

COLUMNS = (
    "finding_id", "point_id", "code", "basis", "time", "period_s", "zone", "averaging", "standard", "clause",
    "limit_min", "limit_max", "unit", "confidence", "value", "margin", "verdict", "class", "index", "primary",
    "expected", "valid",
)  # fmt: skip
"""What pages read of a finding; the evidence behind it is read by its own page."""


BOUND = ("limit_min", "limit_max", "averaging", "unit", "basis", "standard", "confidence")
"""Columns of a finding that a `Bound` is made of, in the order of its fields."""


@dataclass(frozen=True)
class Bound:
    """A limit that was last applied to a series."""

    least: float | None
    most: float | None
    averaging: str
    unit: str
    basis: str
    standard: str
    confidence: str


def frame(
    live: Live,
    point_id: str | None = None,
    *,
    since: datetime,
    until: datetime | None = None,
    standard: str | None = None,
    verdict: str | None = None,
    averaging: str | None = None,
    code: str | None = None,
    limit: int = 20_000,
) -> pl.DataFrame:
    """Findings of a span as a frame of `COLUMNS`, newest first, words as plain text."""
    table = live.findings(
        point_id,
        standard=standard,
        verdict=verdict,
        averaging=averaging,
        since=since,
        until=until,
        limit=limit,
        code=code,
        columns=COLUMNS,
    )
    return plain(table).sort("time", descending=True)


def plain(table: pa.Table) -> pl.DataFrame:
    """Put a table into a frame with its words as plain text."""
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found.with_columns(pl.col(pl.Categorical).cast(pl.String))


SHORTEST_FIRST = {"1h": 0, "8h": 1, "mda8": 2, "24h": 3, "day": 4, "month": 5}
DAILY_FIRST = {"day": 0, "24h": 1, "1h": 2, "max1h": 3}
"""Order in which limits are put beside live values. Of a stack the daily mean leads: it is what hall screens know."""

RECENT_DAYS = 8


Bounds = Mapping[str, Mapping[str, Bound]]
"""Limits by point and code."""


@kept(60)
def bounds(live: Live, point_ids: tuple[str, ...]) -> Bounds:
    """Limits beside the live values of some points, as they were last applied: asked once for all points of a page."""
    found: dict[str, Mapping[str, Bound]] = {}
    wanted = list(point_ids)
    for days in (RECENT_DAYS, SOME_DAYS, FAR_DAYS):
        if not wanted:
            break
        since = live.now() - timedelta(days=days)
        rows = plain(live.limits(wanted, since, ("point_id", "code", *BOUND)))
        for (point,), mine in rows.group_by(["point_id"], maintain_order=True):
            found[str(point)] = _shown(mine)
        wanted = [point for point in wanted if point not in found]
    return found


def _shown(rows: pl.DataFrame) -> Mapping[str, Bound]:
    """Of a point's limits, newest first, the one of each code that is put beside its live value."""
    found: dict[str, tuple[int, Bound]] = {}
    for row in rows.iter_rows(named=True):
        bound = Bound(*(row[name] for name in BOUND))
        rank = DAILY_FIRST if bound.basis == "reference_o2" else SHORTEST_FIRST
        order = rank.get(row["averaging"], 9)
        if row["code"] not in found or order < found[row["code"]][0]:
            found[row["code"]] = (order, bound)
    return {code: bound for code, (_, bound) in found.items()}


@kept(10)
def _newest(live: Live, code: str, averaging: str) -> Mapping[str, Mapping[str, object]]:
    """The newest finding of an index or class by point, of all points that have one."""
    days = 2 if averaging == "1h" else FAR_DAYS
    rows = frame(live, since=live.now() - timedelta(days=days), averaging=averaging or None, code=code)
    some = rows.filter(pl.col("class").fill_null("") != "").unique("point_id", keep="first", maintain_order=True)
    return {row["point_id"]: row for row in some.iter_rows(named=True)}


def newest(live: Live, point_id: str, code: str, averaging: str = "") -> Mapping[str, object] | None:
    """The newest finding of an index or class of a point that has one, None without."""
    return _newest(live, code, averaging).get(point_id)


@kept(5)
def exceeded_since(live: Live, since: datetime) -> pl.DataFrame:
    """Exceedances of the last days, newest first; at most 500."""
    return frame(live, since=since, verdict="exceeded", limit=500)


def yesterday(live: Live) -> datetime:
    """Start of yesterday in the district's zone: daily means of the last whole day and all of today."""
    now = live.now()
    return day(day(now, live.district().zone)[0] - timedelta(hours=1), live.district().zone)[0]


def is_online(live: Live, state: LoggerState) -> bool:
    """Whether a logger was heard within `SILENT_PERIODS` of its site's shortest period: a river sends by four hours."""
    if state.last_seen is None:
        return False
    return (live.now() - state.last_seen).total_seconds() <= _patience(live).get(state.site_id, USUAL_PATIENCE_S)


@kept(30)
def _patience(live: Live) -> Mapping[str, float]:
    """How long the loggers of each site may be silent [s]."""
    shortest: dict[str, int] = {}
    values = live.latest_all()
    for point in live.district().points:
        for one in values.get(point.point_id, ()):
            if one.period_s > 0:
                shortest[point.site_id] = min(one.period_s, shortest.get(point.site_id, one.period_s))
    return {site: max(SILENT_PERIODS * float(period), SILENT_AT_LEAST_S) for site, period in shortest.items()}


def site_states(live: Live, states: Sequence[LoggerState] | None = None) -> Mapping[str, str]:
    """State of each site: `exceeded`, `silent` (none of its loggers is heard) or `quiet`.

    `states` are the loggers, where they have been asked for already.
    """
    district = live.district()
    of_point = {point.point_id: point.site_id for point in district.points}
    over = {of_point.get(point, "") for point in exceeded_since(live, yesterday(live))["point_id"].to_list()}
    loggers: dict[str, list[bool]] = {}
    for state in live.loggers() if states is None else states:
        loggers.setdefault(state.site_id, []).append(is_online(live, state))
    return {
        site.site_id: "exceeded"
        if site.site_id in over
        else "silent"
        if site.site_id in loggers and not any(loggers[site.site_id])
        else "quiet"
        for site in district.sites
    }


def standing_tags(live: Live, point_id: str) -> Sequence[Tag]:
    """Tags of a point that hold now, the newest word of each, furnace first."""
    now = live.now()
    last: dict[str, Tag] = {}
    for tag in live.tags(point_id):
        if tag.tag_id not in last or tag.revision > last[tag.tag_id].revision:
            last[tag.tag_id] = tag
    holding = [tag for tag in last.values() if tag.start <= now and (tag.end is None or now < tag.end)]
    return sorted(holding, key=lambda tag: (str(tag.kind) != "furnace", tag.start))


def label_in(tag: Tag, lang: str) -> str:
    """The label of a tag in a language."""
    return tag_in(tag.label, lang)


def tag_in(label: str, lang: str) -> str:
    """A tag's label, as the standards' language writes it, in a language."""
    known = LABELS.get(label)
    return label if lang == "zh" or known is None else known.en[:1].upper() + known.en[1:]


def point_ids(live: Live, site: Site, *kinds: str) -> list[str]:
    """Points of a site, of some kinds only when these are given."""
    return [p.point_id for p in live.district().points if p.site_id == site.site_id and (not kinds or p.kind in kinds)]
