"""The lists at the end: exceedances, what could not be judged, and how to check a finding."""

import polars as pl

from clearbay.reports.assessment.figures_as_text import count, number, period, unit
from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.outlets import span
from clearbay.reports.assessment.shown import Cell, Column, Mark, Section, Table
from clearbay.standards.clause_names import clause_in

LISTED_AT_MOST = 200


def exceedances(given: Given) -> Section | None:
    """Findings that exceed a limit, the largest excess first."""
    words = given.words
    rows = given.findings.filter(pl.col("verdict") == "exceeded")
    if rows.is_empty():
        return None
    shown = rows.sort("excess", "point_id", "time", descending=[True, False, False], nulls_last=True).head(
        LISTED_AT_MOST
    )
    body: list[list[Cell]] = [_exceedance(given, row) for row in shown.iter_rows(named=True)]
    texts = [Column(words(h)) for h in ("point", "parameter", "averaging", "period")]
    numbers = [Column(words(h), True) for h in ("value", "limit")]
    rest = [Column(words("unit")), Column(words("excess"), True)]
    ends = [Column(words(h)) for h in ("standard", "clause", "confidence", "finding")]
    note = words("shown_of", shown=len(body), all=count(len(rows))) if len(body) < len(rows) else ""
    return Section(
        "exceedances",
        words("exceedances"),
        [words("exceedances_lead", n=count(len(rows)))],
        tables=[Table(words("exceedances_caption"), [*texts, *numbers, *rest, *ends], body, note)],
    )


def _exceedance(given: Given, row: dict[str, object]) -> list[Cell]:
    words = given.words
    value, low, most = (_float(row[k]) for k in ("value", "limit_min", "limit_max"))
    excess = _float(row["excess"])
    share = f"+{100 * excess:.1f} %" if excess is not None and most is not None and most > 0 else "–"
    text: Cell = number(value)
    limit = span(low, most, most) if low is not None or most is not None else words("worse_than_target")
    if row["code"] == "class":
        text = words.water_class(str(row["class"]))
        share = "–"
    elif (low is not None and most is None) or (low is not None and value is not None and value < low):
        share = number(_float(row["margin"]))
    confidence = str(row["confidence"])
    shown = words.confidence(confidence)
    return [
        str(row["name"]),
        words.parameter(str(row["code"])),
        words.averaging(str(row["averaging"])),
        period(row["local"], int(str(row["period_s"])), str(row["averaging"])),  # type: ignore[arg-type]
        text,
        limit,
        unit(str(row["unit"])),
        share,
        str(row["standard"]),
        clause_in(str(row["clause"]), words.lang),
        Mark(shown, "warn") if confidence == "unverified" else shown,
        Mark(str(row["finding_id"]), "code"),
    ]


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def not_evaluable(given: Given) -> Section | None:
    """What could not be judged, put together by standard, point, parameter, with what was left out and why."""
    words = given.words
    rows = given.findings.filter(pl.col("verdict") == "not_evaluable")
    if rows.is_empty():
        return None
    keys = ["standard", "code", "averaging", "point_id", "name"]
    groups = rows.group_by(keys).agg(n=pl.len(), first=pl.min("local"), last=pl.max("local"))
    reasons = (
        rows.select(*keys, "left_out")
        .explode("left_out")
        .drop_nulls("left_out")
        .unnest("left_out")
        .group_by(*keys, "reason")
        .agg(pl.sum("count"))
        .sort("count", "reason", descending=[True, False])
        .group_by(keys, maintain_order=True)
        .agg("reason", "count")
    )
    table = groups.join(reasons, on=keys, how="left").sort("n", *keys, descending=[True, *[False] * len(keys)])
    body: list[list[Cell]] = [
        [
            row["standard"],
            row["name"],
            words.parameter(row["code"]),
            words.averaging(row["averaging"]),
            count(row["n"]),
            f"{row['first']:%Y-%m-%d}",
            f"{row['last']:%Y-%m-%d}",
            _reasons(given, row["reason"], row["count"]),
        ]
        for row in table.head(LISTED_AT_MOST).iter_rows(named=True)
    ]
    columns = [
        *(Column(words(h)) for h in ("standard", "point", "parameter", "averaging")),
        Column(words("gap_count"), True),
        *(Column(words(h)) for h in ("first", "last", "reasons")),
    ]
    note = words("shown_of", shown=len(body), all=count(len(table))) if len(body) < len(table) else ""
    return Section(
        "not-evaluable",
        words("not_evaluable"),
        [words("not_evaluable_lead", n=count(len(rows)))],
        tables=[Table(words("not_evaluable_caption"), columns, body, note)],
    )


def _reasons(given: Given, reasons: list[str] | None, counts: list[int] | None) -> str:
    pairs = zip(reasons or [], counts or [], strict=True)
    return given.words.listed([f"{given.words.reason(why)} {count(n)}" for why, n in pairs]) or "–"


def how_to_check(given: Given) -> Section | None:
    """Say how a reader checks a finding, with the command for one that is in this report."""
    if given.findings.is_empty():
        return None
    words = given.words
    worst = given.findings.sort(
        (pl.col("verdict") == "exceeded"),
        pl.col("excess").fill_null(-1e9),
        "finding_id",
        descending=[True, True, False],
    )
    example = worst["finding_id"][0]
    return Section(
        "check",
        words("how_to_check"),
        [words("check_lead")],
        command=f"clearbay explain {example}",
        after=[words("check_same"), words("check_rules"), words("check_confidence")],
    )
