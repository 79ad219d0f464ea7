"""The part on surface water: class by section and month, shares of classes, status of each section."""

import polars as pl

from clearbay.reports.assessment import air
from clearbay.reports.assessment.figures_as_text import count
from clearbay.reports.assessment.findings_frame import unique_names
from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.levels import NO_LEVEL, class_letter, ink_on, water_levels, water_rules
from clearbay.reports.assessment.shown import Cell, Column, Figure, Mark, Section, Table
from clearbay.reports.pictures import Level, row_map, shares, to_spec
from clearbay.standards import SurfaceWaterRules

SECTIONS_AT_MOST = 40
STATUS_ROWS_AT_MOST = 200
MONTHS_AT_MOST = 120
"""Columns of the class map: ten years of months."""


def sections(given: Given) -> list[Section]:
    """Give the classes, and where a class is declared, the indicators against its limits."""
    rows = given.findings.filter(pl.col("kind") == "surface_water")
    rules = water_rules(given.standards)
    found = []
    classes = rows.filter(pl.col("code") == "class")
    if classes.height and rules is not None:
        found.append(_classes(given, classes, rules))
    limits = rows.filter(pl.col("code") != "class")
    if limits.height:
        found.append(air.limits_of(given, limits, "water-limits", given.words("water_limits")))
    return found


def _classes(given: Given, rows: pl.DataFrame, rules: SurfaceWaterRules) -> Section:
    words = given.words
    levels = water_levels(given, rules)
    names = unique_names(rows)
    rows = rows.with_columns(
        level=pl.when(pl.col("class").is_in([level.key for level in levels])).then("class").otherwise(pl.lit(NO_LEVEL)),
        name=pl.col("point_id").replace_strict(names, return_dtype=pl.String),
    )
    monthly = rows.filter(pl.col("averaging") == "month")
    main = monthly if monthly.height else rows
    months = main["local"].dt.strftime("%Y-%m").n_unique()
    order = _worst(main)
    figures = [_map(given, main, levels, order)] if months <= MONTHS_AT_MOST else []
    samples = rows.filter(pl.col("averaging") == "sample")
    if len(order) > 1 or months > 1:
        figures.append(_shares(given, main, levels, "%Y-%m" if months <= 36 else "%Y", "unit_month"))
    if months <= 2 and samples.height and samples["day"].n_unique() > 1:
        figures.append(_shares(given, samples, levels, "%m-%d", "unit_sample"))
    return Section(
        "water",
        words("water"),
        figures=figures,
        tables=[_status(given, main, levels, rules, order)],
        warnings=[words("colours_unverified")],
    )


def _worst(rows: pl.DataFrame) -> list[str]:
    return (
        rows.group_by("point_id")
        .agg(mean=pl.col("index").mean(), most=pl.col("index").max())
        .sort("mean", "most", "point_id", descending=[True, True, False], nulls_last=True)["point_id"]
        .to_list()
    )


def _map(given: Given, rows: pl.DataFrame, levels: list[Level], order: list[str]) -> Figure:
    words = given.words
    shown = order[:SECTIONS_AT_MOST]
    names = unique_names(rows)
    cells = (
        rows.filter(pl.col("point_id").is_in(shown))
        .group_by("point_id", row="name", x=pl.col("local").dt.strftime("%Y-%m"))
        .agg(level=pl.col("level").sort_by("index").last(), primary=pl.col("primary").sort_by("index").last())
    )
    letters = {level.key: class_letter(words, level.key) for level in levels}
    deciding = {text: _deciding(given, text) for text in cells["primary"].unique()}
    cells = cells.select(
        "row",
        "x",
        "level",
        value=pl.col("primary").replace_strict(deciding, return_dtype=pl.String),
        letter=pl.col("level").replace_strict(letters, return_dtype=pl.String),
    )
    picture = row_map(
        cells,
        levels,
        (words("section_word"), words("month"), words("class"), words("deciding")),
        order=[names[p] for p in shown],
    )
    note = words("worst_shown", all=count(len(order)), shown=len(shown)) if len(shown) < len(order) else ""
    return Figure(
        words("class_map_title"),
        words("class_map_alt", n=len(shown)),
        to_spec(picture),
        note,
        _class_table(given, rows.filter(pl.col("point_id").is_in(shown)), levels, shown),
    )


def _deciding(given: Given, text: str | None) -> str:
    return given.words.listed([given.words.symbol(code.strip()) for code in (text or "").split(",") if code.strip()])


def _shares(given: Given, rows: pl.DataFrame, levels: list[Level], form: str, unit: str) -> Figure:
    words = given.words
    by = rows.group_by(x=pl.col("local").dt.strftime(form), level="level").agg(n=pl.len()).sort("x", "level")
    counts = {(x, level): n for x, level, n in by.rows()}
    body: list[list[Cell]] = [
        [x, *(count(counts.get((x, level.key), 0)) for level in levels)] for x in by["x"].unique().sort()
    ]
    columns = [Column(words("period")), *(Column(level.name, True) for level in levels)]
    return Figure(
        f"{words('class_shares_title')} ({words(unit)})",
        words("class_shares_alt"),
        to_spec(shares(by, levels, (words("period"), words("class"), words(unit)))),
        table=Table("", columns, body, folded=True),
        wide=False,
    )


def _class_table(given: Given, rows: pl.DataFrame, levels: list[Level], order: list[str]) -> Table:
    counts = {(point, level): n for point, level, n in rows.group_by("point_id", "level").len().rows()}
    names = unique_names(rows)
    columns = [Column(given.words("section_word")), *(Column(level.name, True) for level in levels)]
    body: list[list[Cell]] = [
        [names[point], *(count(counts.get((point, level.key), 0)) for level in levels)] for point in order
    ]
    return Table("", columns, body, folded=True)


def _status(given: Given, rows: pl.DataFrame, levels: list[Level], rules: SurfaceWaterRules, order: list[str]) -> Table:
    words = given.words
    latest = rows.sort("local").group_by("point_id").last()
    by_point = {row["point_id"]: row for row in latest.iter_rows(named=True)}
    colours = {level.key: level for level in levels}
    names = unique_names(rows)
    body: list[list[Cell]] = []
    for point in order[:STATUS_ROWS_AT_MOST]:
        row = by_point[point]
        level = colours[row["level"]]
        status = rules.section_status.get(row["class"] or "")
        body.append(
            [
                names[point],
                f"{row['local']:%Y-%m}" if row["averaging"] == "month" else f"{row['local']:%Y-%m-%d}",
                Mark(level.name, "chip", level.colour, ink_on(level.colour)),
                words.pick(status.name_zh, status.name_en) if status else words("no_class"),
                _deciding(given, row["primary"]),
                words.verdict(row["verdict"]) if row["verdict"] else "–",
                f"{row['valid']}/{row['expected']}",
            ]
        )
    heads = ["section_word", "period", "class", "status", "deciding", "verdict"]
    columns = [*(Column(words(h)) for h in heads), Column(f"{words('valid')}/{words('expected')}", True)]
    note = words("shown_of", shown=len(body), all=count(len(order))) if len(body) < len(order) else ""
    return Table(words("section_status_caption"), columns, body, note)
