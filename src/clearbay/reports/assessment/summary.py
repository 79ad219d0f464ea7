"""The first section: what was judged and how it came out, what could not be, what was assumed, what was read."""

from datetime import date

import polars as pl

from clearbay.reports.assessment.figures_as_text import count, number, percent, unit
from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.outlets import span
from clearbay.reports.assessment.shown import Cell, Column, Mark, Section, Table
from clearbay.standards import Pending, Standard
from clearbay.standards.clause_names import clause_in


def section(given: Given) -> Section:
    """Give the summary; it is there whatever was judged."""
    words, rows = given.words, given.findings
    lead = list(_verdict_sentences(given))
    lead.append(
        words(
            "rows_read",
            read=count(given.counts.read),
            judged=count(given.counts.judged),
            rejected=count(given.counts.rejected),
        )
    )
    if given.counts.rejected and given.counts.rejects_file:
        lead.append(words("rejects_file", file=given.counts.rejects_file))
    if rows.height:
        lead.append(words("times_convention", zones=words.listed(sorted(set(rows["zone"])))))
    tables = [_verdicts(given)] if rows.height else []
    unverified = rows.filter(pl.col("confidence") == "unverified")
    warnings = []
    if unverified.height:
        names = sorted(set(unverified["standard"]))
        warnings.append(words("unverified_used", names=words.listed(names)))
        tables.append(_unverified(given, unverified))
    warnings += _pending(given)
    if given.sources:
        tables.append(_sources(given))
    if given.measurements.height:
        tables.append(_measured(given))
    return Section(
        "summary",
        words("summary"),
        lead,
        listed=(words("assumptions"), given.notes),
        warnings=warnings,
        tables=tables,
    )


def _verdict_sentences(given: Given) -> list[str]:
    words, rows = given.words, given.findings
    if rows.is_empty():
        return [words("nothing_judged")]
    first, last = rows.select(pl.min("day"), last=pl.max("day")).row(0)
    sentences = [
        words(
            "summary_span",
            first=first.isoformat(),
            last=last.isoformat(),
            points=count(rows["point_id"].n_unique()),
            judgements=count(rows.height),
        )
    ]
    over = rows.filter(pl.col("verdict") == "exceeded").height
    judged = over + rows.filter(pl.col("verdict") == "met").height
    gaps = rows.filter(pl.col("verdict") == "not_evaluable").height
    if judged and over:
        sentences.append(words("some_exceeded", n=count(judged), over=count(over), share=percent(over, judged)))
    elif judged:
        sentences.append(words("all_met", n=count(judged)))
    if gaps:
        sentences.append(words("some_not_evaluable", n=count(gaps), share=percent(gaps, rows.height)))
    return sentences


def _verdicts(given: Given) -> Table:
    words = given.words
    kinds = ["met", "exceeded", "exempt", "not_evaluable", ""]
    present = [kind for kind in kinds if (given.findings["verdict"] == kind).any()]
    stats = given.findings.group_by("standard").agg(
        pl.len(), **{f"n_{kind}": (pl.col("verdict") == kind).sum() for kind in present}
    )
    known = {standard.id: standard for standard in given.standards}
    body: list[list[Cell]] = []
    for row in stats.sort("standard").iter_rows(named=True):
        standard = known.get(row["standard"])
        body.append(
            [
                row["standard"],
                words.title(standard) if standard else "–",
                force(given, standard.valid_from, standard.valid_to) if standard else "–",
                *(count(row[f"n_{kind}"]) for kind in present),
                count(row["len"]),
            ]
        )
    columns = [
        Column(words("standard")),
        Column(words("title_word")),
        Column(words("in_force")),
        *(Column(words.verdict(kind), True) for kind in present),
        Column(words("judgements"), True),
    ]
    return Table(words("verdicts_caption"), columns, body)


def force(given: Given, start: date, end: date | None) -> str:
    """Write the days an edition is in force."""
    if end is None:
        return given.words("since", start=start.isoformat())
    return given.words("from_to", start=start.isoformat(), end=end.isoformat())


def _unverified(given: Given, rows: pl.DataFrame) -> Table:
    words = given.words
    groups = (
        rows.group_by("standard", "clause", "code", "averaging", "unit")
        .agg(pl.len(), low=pl.min("limit_min"), least=pl.min("limit_max"), most=pl.max("limit_max"))
        .sort("standard", "code", "averaging", "clause")
    )
    body: list[list[Cell]] = [
        [
            row["standard"],
            clause_in(row["clause"], words.lang),
            words.parameter(row["code"]),
            words.averaging(row["averaging"]),
            "–" if row["low"] is None and row["most"] is None else span(row["low"], row["least"], row["most"]),
            unit(row["unit"]),
            count(row["len"]),
        ]
        for row in groups.iter_rows(named=True)
    ]
    texts = [Column(words(h)) for h in ("standard", "clause", "parameter", "averaging")]
    columns = [*texts, Column(words("limit"), True), Column(words("unit")), Column(words("judgements"), True)]
    return Table(words("unverified_caption"), columns, body)


def _pending(given: Given) -> list[str]:
    """Tables in force whose figures are not known, of the standards that judged something on those days."""
    last = dict(given.findings.group_by("standard").agg(pl.max("day")).rows())
    found: list[tuple[Standard, Pending]] = [
        (standard, pending)
        for standard in given.standards
        if standard.id in last
        for pending in standard.pending
        if pending.valid_from <= last[standard.id]
    ]
    return [
        given.words(
            "pending_used",
            standard=standard.id,
            clause=clause_in(pending.clause, given.words.lang),
            text=given.words.pick(pending.text_zh, pending.text_en),
        )
        for standard, pending in found
    ]


def _sources(given: Given) -> Table:
    """The files, with what is known of each."""
    words = given.words
    known = {
        "rows": any(source.rows is not None for source in given.sources),
        "read_as": any(source.how for source in given.sources),
        "digest": any(source.digest for source in given.sources),
    }
    body: list[list[Cell]] = []
    for source in given.sources:
        cells: dict[str, Cell] = {
            "rows": "–" if source.rows is None else count(source.rows),
            "read_as": source.how or "–",
            "digest": Mark(source.digest, "code") if source.digest else "–",
        }
        body.append([source.name, *(cells[name] for name, there in known.items() if there)])
    heads = [Column(words(name), name == "rows") for name, there in known.items() if there]
    return Table(words("sources_caption"), [Column(words("file")), *heads], body)


def _measured(given: Given) -> Table:
    words = given.words
    flagged = ~pl.col("flag").is_in(["", "N"])
    groups = (
        given.measurements.group_by("code", "unit")
        .agg(
            pl.col("point_id").n_unique(),
            pl.len(),
            flagged=flagged.sum(),
            low=pl.min("value"),
            high=pl.max("value"),
            first=pl.min("time"),
            last=pl.max("time"),
        )
        .sort("code", "unit")
    )
    zones = set(given.findings["zone"]) or {"UTC"}
    zone = min(zones)
    body: list[list[Cell]] = [
        [
            words.parameter(row["code"]),
            Mark(row["code"], "code"),
            count(row["point_id"]),
            count(row["len"]),
            count(row["flagged"]),
            number(row["low"]),
            number(row["high"]),
            unit(row["unit"]),
            f"{row['first']:%Y-%m-%d}",
            f"{row['last']:%Y-%m-%d}",
        ]
        for row in groups.with_columns(pl.col("first", "last").dt.convert_time_zone(zone)).iter_rows(named=True)
    ]
    numbers = ("points", "values", "flagged", "min", "max")
    columns = [
        Column(words("parameter")),
        Column(words("code")),
        *(Column(words(h), True) for h in numbers),
        *(Column(words(h)) for h in ("unit", "first", "last")),
    ]
    return Table(words("measured_caption"), columns, body)
