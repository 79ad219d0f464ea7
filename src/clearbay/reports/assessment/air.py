"""The part on ambient air: the index by day and hour, its levels, primary pollutants, concentrations."""

import polars as pl

from clearbay.reports.assessment import series
from clearbay.reports.assessment.figures_as_text import count, percent
from clearbay.reports.assessment.findings_frame import unique_names
from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.levels import NO_LEVEL, air_levels
from clearbay.reports.assessment.series import Chosen
from clearbay.reports.assessment.shown import Cell, Column, Figure, Mark, Section, Table
from clearbay.reports.pictures import (
    Level,
    days_by_month,
    days_by_year,
    hours_by_day,
    ranking,
    row_map,
    shares,
    stacked_rows,
    to_spec,
)

ROWS_AT_MOST = 24
"""Stations in one picture; of more, the worst."""

CELLS_AT_MOST = 40_000
"""Cells of a calendar over all stations that can be chosen: about half a megabyte of page."""

MONTH_ROWS_AT_MOST = 36
SHORT_SPAN_DAYS = 62
HOURS_SPAN_DAYS = 35


def index_sections(given: Given) -> list[Section]:
    """One section for each family of air index that was computed."""
    rows = given.findings.filter(pl.col("kind") == "air_index")
    return [_section(given, family, rows.filter(pl.col("family") == family)) for family in sorted(set(rows["family"]))]


def limits_section(given: Given) -> Section | None:
    """Concentrations against the limits of ambient air."""
    rows = given.findings.filter(pl.col("kind") == "ambient_air")
    return limits_of(given, rows, "air-limits", given.words("air_limits")) if rows.height else None


def limits_of(given: Given, rows: pl.DataFrame, ident: str, title: str) -> Section:
    """Time series of every limit's values, the worst points first."""
    order = series.worst_first(rows)
    drawn = series.drawable(rows)
    points = series.chosen(drawn, order)
    figures, left = series.series_figures(given, drawn, points)
    lead = [given.words("series_legend")] if figures else []
    if left:
        lead.append(given.words("series_left", names=given.words.listed(left)))
    return Section(ident, title, lead, *_choices(given, rows, points), figures=figures)


def _choices(given: Given, rows: pl.DataFrame, points: Chosen) -> tuple[list[str], str]:
    names = unique_names(rows)
    note = ""
    if points.all > len(points.points):
        note = given.words("worst_shown", all=count(points.all), shown=len(points.points))
    return [names[point] for point in points.points], note


def _section(given: Given, family: str, rows: pl.DataFrame) -> Section:
    levels = air_levels(given, family)
    names = unique_names(rows)
    rows = rows.with_columns(
        level=pl.when(pl.col("class") == "").then(pl.lit(NO_LEVEL)).otherwise("class"),
        name=pl.col("point_id").replace_strict(names, return_dtype=pl.String),
    )
    daily = rows.filter(pl.col("averaging") == "day")
    hourly = rows.filter(pl.col("averaging") == "1h")
    main = daily if daily["index"].is_not_null().any() else hourly
    order = _worst(main)
    figures = []
    span = _days(main)
    points = Chosen(_affordable(main, order, daily, hourly), len(order))
    if main is daily:
        figures += _daily_pictures(given, daily, levels, order, points, span)
    if hourly["index"].is_not_null().any() and _days(hourly) <= HOURS_SPAN_DAYS:
        figures.append(_hours(given, points.numbered(hourly), levels))
    figures += _distribution(given, main, levels, order, span)
    figures += _primary(given, main)
    if len(order) > ROWS_AT_MOST:
        figures.append(_worst_stations(given, main))
    choosing = any("params" in figure.spec for figure in figures)
    choices, note = _choices(given, main, points) if choosing else ([], "")
    return Section(
        "air-" + "".join(c if c.isalnum() and c.isascii() else "-" for c in family).strip("-").lower(),
        given.words("air_index", family=family),
        choices=choices,
        choices_note=note,
        figures=figures,
    )


def _worst(rows: pl.DataFrame) -> list[str]:
    return (
        rows.group_by("point_id")
        .agg(mean=pl.col("index").mean(), most=pl.col("index").max())
        .sort("mean", "most", "point_id", descending=[True, True, False], nulls_last=True)["point_id"]
        .to_list()
    )


def _affordable(main: pl.DataFrame, order: list[str], daily: pl.DataFrame, hourly: pl.DataFrame) -> list[str]:
    cells = daily.height + (hourly.height if _days(hourly) <= HOURS_SPAN_DAYS else 0)
    each = max(cells // max(len(order), 1), 1)
    return order[: max(1, min(ROWS_AT_MOST, CELLS_AT_MOST // each))]


def _days(rows: pl.DataFrame) -> int:
    return 0 if rows.is_empty() else (rows["day"].max() - rows["day"].min()).days + 1  # type: ignore[operator,union-attr]


def _daily_pictures(
    given: Given, daily: pl.DataFrame, levels: list[Level], order: list[str], points: Chosen, span: int
) -> list[Figure]:
    words = given.words
    figures = []
    text = pl.col("index").cast(pl.String).fill_null("–")
    if len(order) > 1 and span <= SHORT_SPAN_DAYS:
        shown = order[:ROWS_AT_MOST]
        names = unique_names(daily)
        cells = daily.filter(pl.col("point_id").is_in(shown)).select(
            row="name", x=pl.col("day").dt.strftime("%m-%d"), level="level", value=text, letter=text.replace("–", "")
        )
        picture = row_map(
            cells,
            levels,
            (words("station"), words("date"), words("level"), words("aqi_value")),
            order=[names[p] for p in shown],
        )
        figures.append(
            Figure(
                words("station_days_title"),
                words("station_days_alt", n=len(shown)),
                to_spec(picture),
                words("worst_shown", all=count(len(order)), shown=len(shown)) if len(shown) < len(order) else "",
                _level_table(given, daily.filter(pl.col("point_id").is_in(shown)), levels, shown, "unit_day"),
            )
        )
    if len(order) == 1 or span > SHORT_SPAN_DAYS:
        mine = points.numbered(daily)
        months = mine["day"].dt.strftime("%Y-%m").n_unique()
        draw = days_by_month if months <= MONTH_ROWS_AT_MOST else days_by_year
        picture_of = draw(
            mine.select("p", "level", d="day", value=text), levels, (words("date"), words("level"), words("aqi_value"))
        )
        figures.append(
            Figure(
                words("calendar_title"),
                words("calendar_alt", point=given.point_name(points.points[0]), n=len(points.points)),
                to_spec(picture_of),
                table=_level_table(given, mine, levels, list(points.points), "unit_day"),
            )
        )
    return figures


def _hours(given: Given, hourly: pl.DataFrame, levels: list[Level]) -> Figure:
    words = given.words
    text = pl.col("index").cast(pl.String).fill_null("–")
    shown = list(dict.fromkeys(hourly.sort("p")["point_id"]))
    picture = hours_by_day(
        hourly.select("p", "level", d="local", value=text),
        levels,
        (words("period"), words("level"), words("aqi_value")),
    )
    return Figure(
        words("hours_title"),
        words("hours_alt", point=given.point_name(shown[0]), n=len(shown)),
        to_spec(picture),
        table=_level_table(given, hourly, levels, shown, "unit_1h"),
    )


def _distribution(given: Given, rows: pl.DataFrame, levels: list[Level], order: list[str], span: int) -> list[Figure]:
    words = given.words
    unit = words("unit_day" if (rows["averaging"] == "day").any() else "unit_1h")
    unit_key = "unit_day" if (rows["averaging"] == "day").any() else "unit_1h"
    tips = (words("date"), words("level"), unit)
    figures = []
    if len(order) > 1 or span > SHORT_SPAN_DAYS:
        form = "%m-%d" if span <= SHORT_SPAN_DAYS else "%Y-%m" if span <= MONTH_ROWS_AT_MOST * 31 else "%Y"
        by = rows.group_by(x=pl.col("day").dt.strftime(form), level="level").agg(n=pl.len()).sort("x", "level")
        figures.append(
            Figure(
                words("levels_title"),
                words("levels_alt"),
                to_spec(shares(by, levels, tips)),
                table=_periods_table(given, by, levels),
                wide=False,
            )
        )
    if 1 < len(order) <= ROWS_AT_MOST or (len(order) == 1 and span <= SHORT_SPAN_DAYS):
        names = unique_names(rows)
        by = rows.group_by(row="name", level="level").agg(n=pl.len()).sort("row", "level")
        picture = stacked_rows(by, levels, (words("station"), words("level"), unit), order=[names[p] for p in order])
        figures.append(
            Figure(
                f"{words('levels_title')} ({unit})",
                words("levels_rows_alt"),
                to_spec(picture),
                table=_level_table(given, rows, levels, order, unit_key),
                wide=False,
            )
        )
    return figures


def _primary(given: Given, rows: pl.DataFrame) -> list[Figure]:
    words = given.words
    counted = (
        rows.filter(pl.col("primary") != "")
        .with_columns(pl.col("primary").str.split(","))
        .explode("primary")
        .with_columns(code=pl.col("primary").str.strip_chars())
        .group_by("code")
        .agg(n=pl.len())
        .sort("n", "code", descending=[True, False])
    )
    if counted.is_empty():
        return []
    symbols = {code: words.symbol(code) for code in counted["code"]}
    total = rows.filter(pl.col("index").is_not_null()).height
    frame = counted.with_columns(
        row=pl.col("code").replace_strict(symbols, return_dtype=pl.String),
        text=pl.col("n").map_elements(count, pl.String),
    )
    unit = words("unit_day" if (rows["averaging"] == "day").any() else "unit_1h")
    body: list[list[Cell]] = [
        [words.parameter(code), count(n), percent(n, total)] for code, n in counted.select("code", "n").rows()
    ]
    table = Table("", [Column(words("parameter")), Column(unit, True), Column(words("share"), True)], body, folded=True)
    picture = ranking(frame, (words("primary"), unit))
    return [
        Figure(
            f"{words('primary_title')} ({unit})",
            words("primary_alt"),
            to_spec(picture),
            words("primary_note"),
            table,
            wide=False,
        )
    ]


def _worst_stations(given: Given, rows: pl.DataFrame) -> Figure:
    words = given.words
    most = (
        rows.filter(pl.col("index").is_not_null())
        .group_by("point_id", "name")
        .agg(n=pl.max("index"), mean=pl.mean("index"), when=pl.col("local").sort_by("index").last())
        .sort("n", "mean", "point_id", descending=[True, True, False])
        .head(ROWS_AT_MOST)
    )
    frame = most.select(row="name", n="n", text=pl.col("n").cast(pl.String))
    body: list[list[Cell]] = [
        [name, str(n), f"{mean:.0f}", f"{when:%Y-%m-%d %H:%M}"]
        for name, n, mean, when in most.select("name", "n", "mean", "when").rows()
    ]
    heads = [Column(words("station")), Column(words("highest"), True), Column(words("mean"), True)]
    table = Table("", [*heads, Column(words("period"))], body, folded=True)
    return Figure(
        words("worst_title"),
        words("worst_alt", n=len(most)),
        to_spec(ranking(frame, (words("station"), "AQI"))),
        table=table,
        wide=False,
    )


def _level_table(given: Given, rows: pl.DataFrame, levels: list[Level], order: list[str], unit: str) -> Table:
    words = given.words
    counts = {(point, level): n for point, level, n in rows.group_by("point_id", "level").len().rows()}
    most = dict(rows.group_by("point_id").agg(pl.max("index")).rows())
    names = unique_names(rows)
    columns = [
        Column(words("station")),
        *(Column(level.name, True) for level in levels),
        Column(words("highest"), True),
    ]
    body: list[list[Cell]] = [
        [
            names[point],
            *(count(counts.get((point, level.key), 0)) for level in levels),
            "–" if most.get(point) is None else str(most[point]),
        ]
        for point in order
        if point in names
    ]
    return Table(f"{words('levels_title')} ({words(unit)})", columns, body, folded=True)


def _periods_table(given: Given, by: pl.DataFrame, levels: list[Level]) -> Table:
    counts = {(x, level): n for x, level, n in by.select("x", "level", "n").rows()}
    columns = [Column(given.words("period")), *(Column(level.name, True) for level in levels)]
    body: list[list[Cell]] = [
        [x, *(count(counts.get((x, level.key), 0)) for level in levels)] for x in by["x"].unique().sort()
    ]
    return Table("", columns, body, folded=True)


def level_chip(levels: list[Level], key: str, ink: str) -> Mark:
    """A level as a chip in its colour."""
    for level in levels:
        if level.key == key:
            return Mark(level.name, "chip", level.colour, ink)
    return Mark(key, "chip")
