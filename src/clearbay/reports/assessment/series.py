"""Time series of findings against their limits, thinned so that ten years or many stations still open fast."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from clearbay.reports.assessment.figures_as_text import ROUGHLY, count, number, with_unit
from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.shown import Column, Figure, Table
from clearbay.reports.assessment.words import Words
from clearbay.reports.pictures import SeriesWords, time_series, to_spec

POINTS_AT_MOST = 24
"""Points that a reader can choose among; the worst come first."""

ROWS_A_SECTION = 45_000
"""Windows drawn in one section, over all points: about a megabyte of page."""

ROWS_A_SERIES = 3_000
"""Windows of one point's series; a screen has fewer columns of pixels."""

FIGURES_AT_MOST = 12

SERIES = ["family", "code", "averaging", "basis", "unit"]

NOT_DRAWN = ("year", "p90", "p95", "p98", "quarter", "season")
"""Averagings with one or two windows a year: the tables say them better."""


@dataclass(frozen=True)
class Chosen:
    """The points that a section's pictures offer: their ids in order, worst first, and how many there are in all."""

    points: Sequence[str]
    all: int

    def numbered(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep the rows of these points, with their number `p`."""
        order = pl.DataFrame({"point_id": list(self.points), "p": range(len(self.points))}).cast({"p": pl.Int32})
        return rows.join(order, on="point_id", how="inner")


def worst_first(findings: pl.DataFrame) -> list[str]:
    """Points by how many exceedances they have, then by the largest excess, then by id."""
    return (
        findings.group_by("point_id")
        .agg(over=(pl.col("verdict") == "exceeded").sum(), most=pl.col("excess").max().fill_nan(None))
        .sort("over", "most", "point_id", descending=[True, True, False], nulls_last=True)["point_id"]
        .to_list()
    )


def chosen(findings: pl.DataFrame, order: Sequence[str]) -> Chosen:
    """Choose the points to draw: as many of the first in `order` as the page can carry."""
    rows = findings.group_by("point_id", *SERIES).len()
    per_point = rows.with_columns(n=pl.col("len").clip(upper_bound=ROWS_A_SERIES)).group_by("point_id").agg(pl.sum("n"))
    size = int(per_point["n"].max() or 1)  # type: ignore[arg-type]
    return Chosen(list(order)[: max(1, min(POINTS_AT_MOST, ROWS_A_SECTION // size))], len(order))


def drawable(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings that a time series shows: those of a limit, not of a class or index, more than one a year."""
    limit = pl.col("limit_max").is_not_null() | pl.col("limit_min").is_not_null()
    return findings.filter(limit & ~pl.col("averaging").is_in(NOT_DRAWN))


def series_figures(given: Given, findings: pl.DataFrame, points: Chosen) -> tuple[list[Figure], list[str]]:
    """Give a picture for each series, those with exceedances first, and the names of series that were left out."""
    groups = (
        findings.group_by(SERIES)
        .agg(over=(pl.col("verdict") == "exceeded").sum(), judged=pl.col("value").is_not_null().sum())
        .filter(pl.col("judged") > 0)
        .sort("over", *SERIES, descending=[True, *[False] * len(SERIES)])
    )
    figures = []
    for row in groups.head(FIGURES_AT_MOST).iter_rows(named=True):
        mine = points.numbered(findings.filter(pl.all_horizontal(pl.col(name) == row[name] for name in SERIES)))
        if not mine.is_empty():
            figures.append(_figure(given, mine, row["code"], row["averaging"], row["unit"]))
    left = [
        given.words("series_title", parameter=given.words.symbol(code), averaging=given.words.averaging(averaging))
        for code, averaging in groups.slice(FIGURES_AT_MOST).select("code", "averaging").rows()
    ]
    return figures, left


def _figure(given: Given, rows: pl.DataFrame, code: str, averaging: str, unit: str) -> Figure:
    words = given.words
    rows = rows.unique(["p", "local", "rule"], keep="first").sort("p", "local")
    # Two limits may hold for one window (paddy screening and intervention): the value is drawn once, by the worse.
    values = (
        rows.with_columns(
            over=(pl.col("verdict") == "exceeded").cast(pl.Int8),
            v=pl.when(pl.col("verdict") != "not_evaluable").then("value"),
        )
        .group_by("p", "local", maintain_order=True)
        .agg(pl.max("v"), pl.max("over"))
        .rename({"local": "t"})
        .sort("p", "t")
    )
    drawn, step = _thinned(values)
    picture = time_series(drawn, _limits(rows), _gaps(rows, words), _series_words(words, code, unit))
    names: dict[int, str] = dict(rows.select("p", "name").unique().rows())
    over = rows.filter(pl.col("verdict") == "exceeded").height
    gaps = rows.filter(pl.col("verdict") == "not_evaluable").height
    parameter, spoken = words.parameter(code), words.averaging(averaging)
    return Figure(
        with_unit(words("series_title", parameter=parameter, averaging=spoken), unit),
        words("series_alt", parameter=parameter, averaging=spoken, n=len(names), over=count(over), gaps=count(gaps)),
        to_spec(picture),
        words("decimated", k=step) if step > 1 else "",
        _table(words, rows, names, unit),
        wide=False,
    )


def _series_words(words: Words, code: str, unit: str) -> SeriesWords:
    return SeriesWords(
        with_unit(words.symbol(code), unit),
        words("period"),
        words("value"),
        words("limit"),
        words("gap_count"),
        words("reason"),
    )


def _thinned(values: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Of every `step` windows of a point keep the highest; a run with no value at all keeps its gap."""
    longest = int(values.group_by("p").len()["len"].max() or 0)  # type: ignore[arg-type]
    step = -(-longest // ROWS_A_SERIES)
    if step <= 1:
        return values, 1
    bucket = pl.int_range(pl.len()).over("p") // step
    best = values.with_columns(b=bucket).sort("p", "b", pl.col("v").fill_null(-1e300), descending=[False, False, True])
    return best.group_by("p", "b", maintain_order=True).first().drop("b").sort("p", "t"), step


def _limits(rows: pl.DataFrame) -> pl.DataFrame:
    """The limit from when on, at each change and at the end of the point's span."""
    end = pl.col("local") + pl.duration(seconds=pl.col("period_s"))
    limits = rows.select(
        "p",
        "rule",
        t="local",
        t2=end,
        # The strictest one, where several hold at once.
        least="limit_min",
        most="limit_max",
    )
    strict = limits.group_by("p", "t", maintain_order=True).agg(pl.max("least"), pl.min("most"), pl.max("t2"))
    changed = (pl.struct("least", "most") != pl.struct("least", "most").shift()).over("p")
    first = pl.int_range(pl.len()).over("p") == 0
    starts = strict.filter(changed.fill_null(True) | first).drop("t2")
    ends = strict.group_by("p").agg(t=pl.max("t2"), least=pl.last("least"), most=pl.last("most"))
    return pl.concat([starts, ends.select(starts.columns)]).sort("p", "t")


def _gaps(rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Runs of windows that could not be judged, with the reason that left most out."""
    one = (
        rows.unique(["p", "local"], keep="first")
        .sort("p", "local")
        .with_columns(
            gap=(pl.col("verdict") == "not_evaluable"),
            end=pl.col("local") + pl.duration(seconds=pl.col("period_s")),
        )
    )
    run = (pl.col("gap") != pl.col("gap").shift()).fill_null(True).cum_sum().over("p")
    runs = (
        one.with_columns(run=run)
        .filter("gap")
        .group_by("p", "run", maintain_order=True)
        .agg(
            t=pl.min("local"),
            t2=pl.max("end"),
            n=pl.len(),
            why=pl.col("left_out").list.first().struct.field("reason").drop_nulls().first(),
        )
        .drop("run")
    )
    reasons = {reason: words.reason(reason) for reason in runs["why"].drop_nulls().unique()}
    return runs.with_columns(why=pl.col("why").replace(reasons).fill_null(words.reason("missing")))


def _table(words: Words, rows: pl.DataFrame, names: dict[int, str], unit: str) -> Table:
    heads = ["point", "values", "mean", "highest", "limit", "exceeded_count", "gap_count"]
    stats = (
        rows.group_by("p")
        .agg(
            n=(pl.col("verdict") != "not_evaluable").sum(),
            mean=pl.col("value").mean(),
            most=pl.col("value").max(),
            limit=pl.coalesce("limit_max", "limit_min").last(),
            over=(pl.col("verdict") == "exceeded").sum(),
            gaps=(pl.col("verdict") == "not_evaluable").sum(),
        )
        .sort("p")
    )
    body = [
        [names[p], count(n), number(mean, ROUGHLY), number(most, ROUGHLY), number(limit), count(over), count(gaps)]
        for p, n, mean, most, limit, over, gaps in stats.rows()
    ]
    columns = [
        Column(with_unit(words(h), unit) if h in ("mean", "highest", "limit") else words(h), h != "point")
        for h in heads
    ]
    return Table("", columns, body, folded=True)
