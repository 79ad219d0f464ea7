"""The part on furnaces: temperatures against 850 degC, daily means against limits, tags, allowances, what was exceeded.

One furnace and one month of the legal zone at a time; the reader chooses which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from clearbay.reports.assessment.figures_as_text import ROUGHLY, count, number, unit, with_unit
from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.levels import verdict_levels
from clearbay.reports.assessment.shown import Cell, Column, Figure, Mark, Section, Table
from clearbay.reports.pictures import to_spec
from clearbay.reports.pictures.furnace import daily_bars, gauges, ribbon, tag_lanes
from clearbay.standards.clause_names import clause_in
from clearbay.vocabulary.tags import LABELS, Tag

TEMPERATURE = "furnace_temperature"
LIMIT_C = 850.0
"""GB 18485-2014 Table 1: the furnace is at or above it."""

MONTHS_AT_MOST = 12
"""Furnace-months drawn: 9,000 five-minute means each."""

ALLOWANCES = ("budget_60h", "budget_700h", "maintenance_30h", "capture")
VERDICTS = ("met", "exceeded", "exempt", "not_evaluable")
POLLUTANTS = ("a34013", "a21002", "a21026", "a21024", "a21005")


@dataclass(frozen=True)
class Month:
    """One furnace in one month of its legal zone."""

    point_id: str
    first: date
    over: int

    @property
    def last(self) -> date:
        """The first day of the next month."""
        return (self.first + timedelta(days=32)).replace(day=1)


def months(rows: pl.DataFrame) -> list[Month]:
    """Furnace-months that have findings of a day, the ones with most exceedances first."""
    daily = rows.filter(pl.col("averaging").is_in(["day", "24h", "max1h"]) | (pl.col("averaging") == TEMPERATURE))
    found = (
        daily.with_columns(first=pl.col("day").dt.month_start())
        .group_by("point_id", "first")
        .agg(over=(pl.col("verdict") == "exceeded").sum(), days=pl.col("day").n_unique())
        .sort("over", "days", "first", "point_id", descending=[True, True, True, False])
    )
    return [Month(*row) for row in found.select("point_id", "first", "over").rows()]


def section(given: Given) -> Section | None:
    """The section of the furnaces, or none where nothing was judged by the rules of a stack."""
    rows = given.findings.filter(pl.col("kind") == "stack")
    if rows.is_empty():
        return None
    words = given.words
    found = months(rows)
    shown = found[:MONTHS_AT_MOST]
    numbers = {(m.point_id, m.first): p for p, m in enumerate(shown)}
    mine = _numbered(rows, numbers)
    figures = [
        *_ribbon(given, mine, numbers),
        *_bars(given, mine),
        *_lanes(given, shown),
        *_gauges(given, rows, shown),
    ]
    note = words("worst_shown", all=count(len(found)), shown=len(shown)) if len(found) > len(shown) else ""
    return Section(
        "furnace",
        words("furnace"),
        [words("furnace_lead")],
        choices=[f"{given.point_name(m.point_id)} · {m.first:%Y-%m}" for m in shown],
        choices_note=note,
        figures=figures,
        tables=[_month_table(given, rows), _exceeded(given, rows)],
    )


def _numbered(rows: pl.DataFrame, numbers: dict[tuple[str, date], int]) -> pl.DataFrame:
    order = pl.DataFrame(
        [(point, first, p) for (point, first), p in numbers.items()],
        schema={"point_id": pl.String, "first": pl.Date, "p": pl.Int32},
        orient="row",
    )
    return rows.with_columns(first=pl.col("day").dt.month_start()).join(order, on=["point_id", "first"], how="inner")


def _ribbon(given: Given, mine: pl.DataFrame, numbers: dict[tuple[str, date], int]) -> list[Figure]:
    words = given.words
    five = given.five_minutes
    if not five.is_empty():
        five = _numbered(five, numbers)
    if five.is_empty():
        return []
    hours = (
        five.group_by("p", t=pl.col("local").dt.truncate("1h"))
        .agg(low=pl.min("value"), mean=pl.mean("value"), high=pl.max("value"))
        .sort("p", "t")
    )
    # An hour without a mean is a gap in the ribbon, not a line across it.
    filled = pl.concat(
        [part.upsample("t", every="1h").with_columns(pl.col("p").fill_null(strategy="forward"))
         for part in hours.partition_by("p", maintain_order=True)]
    )  # fmt: skip
    below = five.filter(pl.col("value") < LIMIT_C).select(
        "p",
        t="local",
        v="value",
        counted=(pl.col("why") == "used").cast(pl.Int8).cast(pl.String),
        why=pl.concat_str(
            pl.col("why").replace({w: words.reason(w) for w in five["why"].unique()}), pl.col("tag"), separator=" "
        ),
    )
    texts = {"axis": "°C", "value": "°C"}
    texts |= {key: words(f"ribbon_{key}") for key in ("time", "low", "mean", "high", "why")}
    daily = mine.filter(pl.col("averaging") == TEMPERATURE).sort("p", "day")
    body: list[list[Cell]] = [
        [row["name"], f"{row['day']:%Y-%m-%d}", number(row["value"]), f"≤ {number(row['limit_max'])}",
         words.verdict(row["verdict"]), f"{count(row['valid'])} / {count(row['expected'])}"]
        for row in daily.iter_rows(named=True)
    ]  # fmt: skip
    heads = ("point", "date", "below_count", "limit", "verdict", "five_minute_means")
    table = Table("", [Column(words(h), h in ("below_count", "limit", "five_minute_means")) for h in heads], body)
    over = daily.filter(pl.col("verdict") == "exceeded").height
    alt = words("ribbon_alt", n=count(below.height), days=count(over))
    picture = ribbon(filled, below, LIMIT_C, texts)
    return [Figure(words("ribbon_title"), alt, to_spec(picture), words("ribbon_note"), table)]


def _bars(given: Given, mine: pl.DataFrame) -> list[Figure]:
    words, found = given.words, []
    daily = mine.filter((pl.col("averaging") == "day") & pl.col("code").is_in(POLLUTANTS))
    for code in POLLUTANTS:
        rows = daily.filter(pl.col("code") == code).sort("p", "day").unique(["p", "day"], maintain_order=True)
        if rows.is_empty():
            continue
        levels = verdict_levels(words, set(rows["verdict"]))
        bars = rows.select("p", d="day", v="value", raw="raw_value", limit="limit_max", level="verdict")
        texts = {key: words(key) for key in ("date", "value", "raw", "limit", "verdict")}
        over = rows.filter(pl.col("verdict") == "exceeded").height
        body: list[list[Cell]] = [
            [row["name"], f"{row['day']:%Y-%m-%d}", number(row["value"]), number(row["raw_value"]),
             number(row["limit_max"]), words.verdict(row["verdict"]), f"{row['valid']} / {row['expected']}"]
            for row in rows.iter_rows(named=True)
        ]  # fmt: skip
        heads = ("point", "date", "value", "raw", "limit", "verdict", "hours")
        figures = ("value", "raw", "limit", "hours")
        table = Table("", [Column(words(h), h in figures) for h in heads], body, folded=True)
        title = words("series_title", parameter=words.parameter(code), averaging=words.averaging("day"))
        alt = words("bars_alt", parameter=words.parameter(code), n=count(rows.height), over=count(over))
        title = with_unit(title, rows["unit"][0])
        found.append(Figure(title, alt, to_spec(daily_bars(bars, levels, texts)), "", table, wide=False))
    return found


def _lanes(given: Given, shown: Sequence[Month]) -> list[Figure]:
    words = given.words
    zh = words.lang == "zh"
    rows = []
    for p, month in enumerate(shown):
        zones = given.findings.filter(pl.col("point_id") == month.point_id)["zone"]
        begin, end = (datetime.combine(d, datetime.min.time()) for d in (month.first, month.last))
        for tag in given.tags:
            if tag.point_id != month.point_id or zones.is_empty():
                continue
            start, stop = (_local(tag, zones[0], which) for which in ("start", "end"))
            start, stop = max(start or begin, begin), min(stop or end, end)
            if stop > start:
                kind = words("tag_furnace" if tag.kind == "furnace" else "tag_monitor")
                said = f"{tag.by} {_wall(tag.entered_at, zones[0]):%Y-%m-%d %H:%M}"
                rows.append((p, _label(tag.label, zh), start, stop, kind, (stop - start).total_seconds() / 3600, said))
    if not rows:
        return []
    names = {"p": pl.Int32, "label": pl.String, "t": pl.Datetime, "t2": pl.Datetime, "kind": pl.String,
             "hours": pl.Float64, "said": pl.String}  # fmt: skip
    frame = pl.DataFrame(rows, schema=names, orient="row")
    edges = pl.DataFrame(
        [(p, datetime.combine(d, datetime.min.time())) for p, m in enumerate(shown) for d in (m.first, m.last)],
        schema={"p": pl.Int32, "t": pl.Datetime}, orient="row",
    )  # fmt: skip
    order = [_label(label, zh) for label in LABELS]
    order = [label for label in order if label in set(frame["label"])] + sorted(set(frame["label"]) - set(order))
    texts = {key: words(f"tag_{key}") for key in ("from", "to", "kind", "hours", "said")}
    body: list[list[Cell]] = [
        [given.point_name(shown[r[0]].point_id), r[1], f"{r[2]:%Y-%m-%d %H:%M}", f"{r[3]:%Y-%m-%d %H:%M}",
         f"{r[5]:.2f}", r[4], r[6]]
        for r in rows
    ]  # fmt: skip
    columns = [Column(words("point")), Column(words("tag")), *(Column(words(f"tag_{k}"), k == "hours") for k in (
        "from", "to", "hours", "kind", "said"))]  # fmt: skip
    alt = words("lanes_alt", n=count(len(rows)), listed=words.listed(order))
    return [
        Figure(words("lanes_title"), alt, to_spec(tag_lanes(frame, edges, order, texts)), "", Table("", columns, body))
    ]


def _label(label: str, zh: bool) -> str:
    return label if zh or label not in LABELS else f"{label} {LABELS[label].en}"


def _local(tag: Tag, zone: str, which: str) -> datetime | None:
    moment = tag.start if which == "start" else tag.end
    return None if moment is None else _wall(moment, zone)


def _wall(moment: datetime, zone: str) -> datetime:
    """Local time of an instant, as the clock on the wall shows it."""
    return pl.Series([moment]).dt.convert_time_zone(zone).dt.replace_time_zone(None)[0]  # type: ignore[no-any-return]


def _gauges(given: Given, rows: pl.DataFrame, shown: Sequence[Month]) -> list[Figure]:
    words = given.words
    spent = []
    for p, month in enumerate(shown):
        begin = datetime.combine(month.first, datetime.min.time())
        mine = rows.filter(
            (pl.col("point_id") == month.point_id)
            & pl.col("averaging").is_in(ALLOWANCES)
            & (pl.col("day") < month.last)
            & (pl.col("local") + pl.duration(seconds=pl.col("period_s")) > begin)
        )
        for name in ALLOWANCES:
            for row in mine.filter(pl.col("averaging") == name).unique("averaging", keep="last").iter_rows(named=True):
                allowed = row["limit_max"] if row["limit_max"] is not None else row["limit_min"]
                if row["value"] is None or not allowed:
                    continue
                text = f"{number(row['value'], ROUGHLY)} / {number(allowed)} {unit(row['unit'])}"
                over = "1" if row["verdict"] == "exceeded" else "0"
                spent.append((p, words.averaging(name), row["value"], allowed, row["value"] / allowed, text, over))
    if not spent:
        return []
    names = {"p": pl.Int32, "name": pl.String, "used": pl.Float64, "allowed": pl.Float64, "share": pl.Float64,
             "text": pl.String, "over": pl.String}  # fmt: skip
    frame = pl.DataFrame(spent, schema=names, orient="row")
    body: list[list[Cell]] = [
        [f"{given.point_name(shown[p].point_id)} · {shown[p].first:%Y-%m}", name, text]
        for p, name, *_, text, _ in spent
    ]
    texts = {key: words(f"gauge_{key}") for key in ("name", "used", "share")}
    table = Table("", [Column(words("point")), Column(words("gauge_name")), Column(words("gauge_used"), True)], body)
    alt = words("gauges_alt", listed=words.listed([f"{name} {text}" for _, name, *_, text, _ in spent[:4]]))
    return [Figure(words("gauges_title"), alt, to_spec(gauges(frame, texts)), words("gauges_note"), table)]


def _month_table(given: Given, rows: pl.DataFrame) -> Table:
    words = given.words
    stats = (
        rows.group_by("name", "code", "averaging", "standard")
        .agg(
            *((pl.col("verdict") == v).sum().alias(v) for v in VERDICTS),
            highest=pl.max("value"), limit=pl.coalesce("limit_max", "limit_min").last(), unit=pl.first("unit"),
            sure=pl.first("confidence"),
        )
        .sort("exceeded", "name", "standard", "code", "averaging", descending=[True, False, False, False, False])
    )  # fmt: skip
    body: list[list[Cell]] = [
        [row["name"], words.parameter(row["code"]), words.averaging(row["averaging"]), row["standard"],
         f"{number(row['limit'])} {unit(row['unit'])}".strip() if row["limit"] is not None else "–",
         words.confidence(row["sure"]), number(row["highest"], ROUGHLY), *(count(row[v]) for v in VERDICTS)]
        for row in stats.iter_rows(named=True)
    ]  # fmt: skip
    texts = ("point", "parameter", "averaging", "standard", "limit", "limit_is")
    figures = ("highest", "verdict_met", "verdict_exceeded", "verdict_exempt", "verdict_not_evaluable")
    columns = [*(Column(words(h), h == "limit") for h in texts), *(Column(words(h), True) for h in figures)]
    return Table(words("furnace_caption"), columns, body)


def _exceeded(given: Given, rows: pl.DataFrame) -> Table:
    words = given.words
    over = rows.filter(pl.col("verdict").is_in(["exceeded", "exempt"])).sort("local", "point_id", "code")
    body: list[list[Cell]] = [
        [row["name"], f"{row['local']:%Y-%m-%d %H:%M}", words.parameter(row["code"]), words.averaging(row["averaging"]),
         number(row["value"]), number(row["limit_max"]), words.verdict(row["verdict"]),
         clause_in(row["clause"], words.lang), Mark(row["finding_id"][:12], "code", finding=row["finding_id"])]
        for row in over.head(300).iter_rows(named=True)
    ]  # fmt: skip
    heads = ("point", "date", "parameter", "averaging", "value", "limit", "verdict", "clause", "finding")
    note = words("shown_of", shown=len(body), all=count(over.height)) if len(body) < over.height else ""
    return Table(words("furnace_list"), [Column(words(h), h in ("value", "limit")) for h in heads], body, note)
