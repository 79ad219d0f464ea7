"""What a point emitted on the last judged day, as the bulletin tells residents: each daily mean beside its limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from clearbay.web import judged, standing
from clearbay.web.point_now import LEADING
from clearbay.web.source import Live, PointEntry
from clearbay.web.text import Text

AVERAGINGS = ("day", "furnace_temperature")
"""Daily means, and how often a furnace was below 850 °C on the day."""


@dataclass(frozen=True)
class Emitted:
    """What was judged of the day: its name, value with unit, limit, verdict in a word and as a key."""

    name: str
    value: str
    limit: str
    verdict: str
    verdict_name: str
    finding_id: str


@dataclass(frozen=True)
class Day:
    """The last day of a point that was judged as a whole."""

    day: str
    emitted: Sequence[Emitted]


def last_days(live: Live, t: Text) -> Mapping[str, Day]:
    """The last judged day of each stack and effluent since yesterday's start, by point; none where nothing was."""
    since = standing.yesterday(live)
    rows = pl.concat([standing.frame(live, since=since, averaging=averaging) for averaging in AVERAGINGS])
    found: dict[str, Day] = {}
    for point in live.district().points:
        mine = rows.filter(pl.col("point_id") == point.point_id)
        if point.kind in ("stack", "effluent") and mine.height:
            found[point.point_id] = _day(mine.filter(pl.col("time") == pl.col("time").max()), point, t)
    return found


def _day(rows: pl.DataFrame, point: PointEntry, t: Text) -> Day:
    order = LEADING.get(point.kind, ())
    ordered = sorted(
        rows.iter_rows(named=True),
        key=lambda row: (
            AVERAGINGS.index(row["averaging"]),
            order.index(row["code"]) if row["code"] in order else len(order),
        ),
    )
    lines = [judged.line({"revision": 0, **row}, {}, t) for row in ordered]
    return Day(
        lines[0].period,
        [
            Emitted(
                t.symbol(row["code"]) if row["averaging"] == "day" else t("bulletin.furnace"),
                f"{line.value} {line.unit}".strip(),
                line.limit,
                line.verdict,
                line.verdict_name,
                line.finding_id,
            )
            for row, line in zip(ordered, lines, strict=True)
        ],
    )
