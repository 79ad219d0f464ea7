"""The part on effluents: compliance by day, each parameter against its limit, verdicts counted."""

import polars as pl

from clearbay.reports.assessment import series
from clearbay.reports.assessment.figures_as_text import ROUGHLY, count, number, percent, unit
from clearbay.reports.assessment.findings_frame import unique_names
from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.levels import verdict_levels
from clearbay.reports.assessment.series import Chosen
from clearbay.reports.assessment.shown import Cell, Column, Figure, Section, Table
from clearbay.reports.pictures import row_map, to_spec

DAYS_AT_MOST = 92
"""Days that the compliance picture shows one by one; beyond, the worst verdict of each month."""

SEVERITY = {"met": 0, "exempt": 1, "not_evaluable": 2, "exceeded": 3}


def sections(given: Given) -> list[Section]:
    """One section for each kind of outlet that has findings."""
    found = []
    for kind in ("effluent", "other"):
        rows = given.findings.filter(pl.col("kind") == kind)
        if rows.height:
            found.append(_section(given, rows, kind))
    return found


def _section(given: Given, rows: pl.DataFrame, kind: str) -> Section:
    words = given.words
    drawn = series.drawable(rows)
    points = series.chosen(drawn, series.worst_first(rows))
    figures, left = series.series_figures(given, drawn, points)
    names = unique_names(rows)
    note = ""
    if points.all > len(points.points):
        note = words("worst_shown", all=count(points.all), shown=len(points.points))
    lead = [words("series_legend")] if figures else []
    if left:
        lead.append(words("series_left", names=words.listed(left)))
    return Section(
        kind,
        words(kind),
        lead,
        choices=[names[point] for point in points.points],
        choices_note=note,
        figures=[_compliance(given, points.numbered(rows), points), *figures],
        tables=[_counts(given, rows)],
    )


def _compliance(given: Given, rows: pl.DataFrame, points: Chosen) -> Figure:
    words = given.words
    days = rows["day"].n_unique()
    form = "%m-%d" if days <= DAYS_AT_MOST else "%Y-%m"
    symbols = {code: words.symbol(code) for code in rows["code"].unique()}
    cells = (
        rows.with_columns(rank=pl.col("verdict").replace_strict(SEVERITY, default=0, return_dtype=pl.Int8))
        .sort("rank")
        .group_by("p", row="code", x=pl.col("day").dt.strftime(form))
        .agg(level=pl.last("verdict"), value=pl.last("value"), unit=pl.last("unit"))
        .sort("p", "row", "x")
    )
    order = (
        cells.group_by("row")
        .agg(over=(pl.col("level") == "exceeded").sum())
        .sort("over", "row", descending=[True, False])
    )
    levels = verdict_levels(words, set(cells["level"]))
    shown = cells.select(
        "p",
        "x",
        "level",
        row=pl.col("row").replace_strict(symbols, return_dtype=pl.String),
        value=pl.struct("value", "unit").map_elements(
            lambda one: f"{number(one['value'])} {unit(one['unit'])}".strip(), pl.String
        ),
        letter=pl.lit(""),
    )
    picture = row_map(
        shown,
        levels,
        (words("parameter"), words("date"), words("verdict"), words("value")),
        order=[symbols[code] for code in order["row"]],
        choose=True,
    )
    note = words("compliance_month_note") if days > DAYS_AT_MOST else ""
    names = unique_names(rows)
    counts = cells.group_by("p", "row", "level").len()
    by = {(p, code, level): n for p, code, level, n in counts.rows()}
    body: list[list[Cell]] = [
        [names[points.points[p]], symbols[code], *(count(by.get((p, code, level.key), 0)) for level in levels)]
        for p, code in counts.select("p", "row").unique().sort("p", "row").rows()
    ]
    columns = [Column(words("point")), Column(words("parameter")), *(Column(level.name, True) for level in levels)]
    table = Table("", columns, body, folded=True)
    return Figure(words("compliance_title"), words("compliance_alt"), to_spec(picture), note, table)


def _counts(given: Given, rows: pl.DataFrame) -> Table:
    words = given.words
    stats = (
        rows.group_by("point_id", "name", "standard", "code", "averaging", "unit")
        .agg(
            met=(pl.col("verdict") == "met").sum(),
            over=(pl.col("verdict") == "exceeded").sum(),
            gaps=(pl.col("verdict") == "not_evaluable").sum(),
            exempt=(pl.col("verdict") == "exempt").sum(),
            most=pl.max("limit_max"),
            least=pl.min("limit_max"),
            low=pl.min("limit_min"),
            mean=pl.mean("value"),
            highest=pl.max("value"),
        )
        .sort("over", "point_id", "code", descending=[True, False, False])
    )
    body: list[list[Cell]] = [
        [
            row["name"],
            words.parameter(row["code"]),
            row["standard"],
            words.averaging(row["averaging"]),
            span(row["low"], row["least"], row["most"]),
            unit(row["unit"]),
            number(row["mean"], ROUGHLY),
            number(row["highest"], ROUGHLY),
            count(row["met"]),
            count(row["over"]),
            count(row["gaps"]),
            percent(row["met"], row["met"] + row["over"]),
        ]
        for row in stats.head(200).iter_rows(named=True)
    ]
    texts = ("point", "parameter", "standard", "averaging")
    numbers = ("mean", "highest", "verdict_met", "exceeded_count", "gap_count", "rate")
    columns = [
        *(Column(words(h)) for h in texts),
        Column(words("limit"), True),
        Column(words("unit")),
        *(Column(words(h), True) for h in numbers),
    ]
    note = words("rate_note")
    if len(body) < len(stats):
        note += " " + words("shown_of", shown=len(body), all=count(len(stats)))
    return Table(words("compliance_caption"), columns, body, note)


def span(low: float | None, least: float | None, most: float | None) -> str:
    """Write a limit: `≤ 50`, `6–9`, or `5–8` where it changed with a condition."""
    if low is not None and most is not None:
        return f"{number(low)}–{number(most)}"
    if low is not None:
        return f"≥ {number(low)}"
    return f"≤ {number(most)}" if least == most else f"≤ {number(least)}–{number(most)}"
