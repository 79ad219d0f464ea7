"""The part on farmland soil: risk of each pollutant by screening and intervention values, and by pH band."""

import polars as pl

from clearbay.reports.assessment.figures_as_text import count, number, unit
from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.levels import RISK_COLOURS
from clearbay.reports.assessment.shown import Cell, Column, Figure, Section, Table
from clearbay.reports.pictures import Level, stacked_rows, to_spec
from clearbay.reports.pictures.theme import NOT_EVALUABLE
from clearbay.standards import Limit

RISKS = ("low", "none", "possible", "above", "strict", "unknown")
"""`none`: at or below intervention where screening was not judged; `above`: over screening, intervention not judged."""

WHOLE = "risk"
"""Code of the findings that classify a sample by its worst pollutant."""

COLOURS = {
    "low": RISK_COLOURS["low"],
    "none": RISK_COLOURS["low"],
    "possible": RISK_COLOURS["possible"],
    "above": RISK_COLOURS["possible"],
    "strict": RISK_COLOURS["strict"],
    "unknown": NOT_EVALUABLE,
}


def section(given: Given) -> Section | None:
    """Give the risk of each sample and pollutant, put together from the findings of both values."""
    everything = given.findings.filter(pl.col("kind") == "soil")
    limits = {limit.key: limit for standard in given.standards for limit in standard.limits if standard.kind == "soil"}
    rows = everything.filter(pl.col("rule").is_in(list(limits)))
    if rows.is_empty():
        return None
    samples = _samples(rows, limits)
    words = given.words
    whole = _whole(everything)
    present = {*samples["risk"], *whole["level"]}
    levels = [Level(k, words(f"risk_{k}"), COLOURS[k]) for k in RISKS if k in present]
    by = pl.concat([whole, samples.group_by("code", level="risk").agg(n=pl.len())])
    order = (
        samples.group_by("code")
        .agg(strict=(pl.col("risk") == "strict").sum(), some=pl.col("risk").is_in(["possible", "above"]).sum())
        .sort("strict", "some", "code", descending=[True, True, False])["code"]
        .to_list()
    )
    order = [*([WHOLE] if whole.height else []), *order]
    symbols = {code: words.parameter(code) for code in order}
    frame = by.with_columns(row=pl.col("code").replace_strict(symbols, return_dtype=pl.String)).sort("row", "level")
    picture = stacked_rows(
        frame.select("row", "level", "n"),
        levels,
        (words("parameter"), words("level"), words("samples")),
        order=[symbols[code] for code in order],
    )
    counts = {(code, level): n for code, level, n in by.select("code", "level", "n").rows()}
    body: list[list[Cell]] = [
        [symbols[code], *(count(counts.get((code, level.key), 0)) for level in levels)] for code in order
    ]
    table = Table("", [Column(words("parameter")), *(Column(level.name, True) for level in levels)], body, folded=True)
    return Section(
        "soil",
        words("soil"),
        figures=[Figure(words("risk_title"), words("risk_alt"), to_spec(picture), table=table)],
        tables=[_bands(given, samples, limits, levels)],
    )


def _samples(rows: pl.DataFrame, limits: dict[str, Limit]) -> pl.DataFrame:
    """One row a sample and pollutant: the verdicts by both values joined to a risk."""
    kinds = {key: limit.profile.get("value", "screening") for key, limit in limits.items()}
    uses = {key: limit.profile.get("land_use", "") for key, limit in limits.items()}
    bands = {key: "" if "ph" not in limit.when else str(limit.when["ph"]) for key, limit in limits.items()}
    told = rows.with_columns(
        which=pl.col("rule").replace_strict(kinds, return_dtype=pl.String),
        use=pl.col("rule").replace_strict(uses, return_dtype=pl.String),
        band=pl.col("rule").replace_strict(bands, return_dtype=pl.String),
    )
    verdict = {name: _worst(name) for name in ("screening", "intervention")}
    risk = (
        pl.when(pl.col("intervention") == "exceeded")
        .then(pl.lit("strict"))
        .when(pl.col("screening") == "met")
        .then(pl.lit("low"))
        .when((pl.col("screening") == "exceeded") & pl.col("intervention").is_in(["met"]))
        .then(pl.lit("possible"))
        .when(pl.col("screening") == "exceeded")
        .then(pl.lit("above"))
        .when((pl.col("intervention") == "met") & pl.col("screening").is_null())
        .then(pl.lit("none"))
        .otherwise(pl.lit("unknown"))
    )
    return (
        told.group_by("point_id", "code", "time", "unit")
        .agg(
            **verdict,
            value=pl.first("value"),
            use=pl.col("use").filter(pl.col("use") != "").first().fill_null(""),
            band=pl.col("band").filter(pl.col("band") != "").first().fill_null(""),
            screen=pl.col("limit_max").filter(pl.col("which") == "screening").min(),
            act=pl.col("limit_max").filter(pl.col("which") == "intervention").min(),
        )
        .with_columns(risk=risk)
    )


def _worst(which: str) -> pl.Expr:
    """The worst verdict by one kind of value; paddy and dry crops in turn are judged by two."""
    mine = pl.col("verdict").filter(pl.col("which") == which)
    return (
        pl.when((mine == "exceeded").any())
        .then(pl.lit("exceeded"))
        .when((mine == "not_evaluable").any())
        .then(pl.lit("not_evaluable"))
        .otherwise(mine.first())
    )


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """How many samples have which risk as a whole, from the classification of each."""
    known = pl.when(pl.col("verdict") == "not_evaluable").then(pl.lit("unknown")).otherwise("class")
    return rows.filter(pl.col("code") == WHOLE).group_by("code", level=known).agg(n=pl.len())


def _bands(given: Given, samples: pl.DataFrame, limits: dict[str, Limit], levels: list[Level]) -> Table:
    words = given.words
    stats = (
        samples.group_by("code", "use", "band", "unit")
        .agg(
            pl.min("screen"),
            pl.min("act"),
            pl.len(),
            highest=pl.max("value"),
            **{level.key: (pl.col("risk") == level.key).sum() for level in levels},
        )
        .with_columns(
            edge=pl.col("band").str.extract(r"([\d.]+)").cast(pl.Float64), upper=pl.col("band").str.starts_with("<")
        )
        .sort("code", "use", "edge", "upper", descending=[False, False, False, True], nulls_last=True)
    )
    uses = {
        value: words.pick(*names)
        for standard in given.standards
        for value, names in standard.profile_values.get("land_use", {}).items()
    }
    body: list[list[Cell]] = [
        [
            words.parameter(row["code"]),
            uses.get(row["use"], row["use"] or "–"),
            band_text(row["band"]) or words("any_ph"),
            number(row["screen"]),
            number(row["act"]),
            unit(row["unit"]),
            count(row["len"]),
            number(row["highest"]),
            *(count(row[level.key]) for level in levels),
        ]
        for row in stats.iter_rows(named=True)
    ]
    columns = [
        Column(words("parameter")),
        Column(words("land_use")),
        Column(words("ph_band")),
        Column(words("screening"), True),
        Column(words("intervention"), True),
        Column(words("unit")),
        Column(words("samples"), True),
        Column(words("max"), True),
        *(Column(level.name, True) for level in levels),
    ]
    return Table(words("risk_caption"), columns, body)


def band_text(condition: str) -> str:
    """Write a condition such as `> 5.5, <= 6.5` as `5.5 < pH ≤ 6.5`."""
    parts = [part.strip() for part in condition.split(",") if part.strip()]
    lower = next((part for part in parts if part.startswith(">")), "")
    upper = next((part for part in parts if part.startswith("<")), "")
    shown_upper = upper.replace("<=", "≤")
    if lower and upper:
        sign = "≤" if lower.startswith(">=") else "<"
        return f"{lower.lstrip('>= ')} {sign} pH {shown_upper}"
    return f"pH {(lower.replace('>=', '≥') or shown_upper)}" if parts else ""
