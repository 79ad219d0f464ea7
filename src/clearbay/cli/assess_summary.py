"""The short summary of an assessment in the terminal."""

from datetime import timedelta
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clearbay.assess.findings import Verdict
from clearbay.cli.assess_notes import ignored_columns, made_up, notes_by_file, silent, unpermitted
from clearbay.cli.assess_output import Written
from clearbay.cli.language import Language
from clearbay.platform.file_assessment import Assessment
from clearbay.vocabulary.parameters import UnknownParameter, parameter
from clearbay.vocabulary.statistics import AVERAGINGS, RULES_OVER

WORST_SHOWN = 8
NOTES_SHOWN = 12
POINTS_SHOWN = 12
REJECTS_SHOWN = 5

WORDS: dict[str, tuple[str, str]] = {
    "made_up": ("⚠ 数据为虚构示例：", "⚠ made-up example data: "),
    "rows": (
        "读取 {read} 行 = 评价 {used} + 剔除 {rejected}",
        "rows read {read} = judged {used} + rejected {rejected}",
    ),
    "cells": (
        "；另有 {cells} 个单元格未能读出（所在行已部分采用）",
        "; {cells} cells besides could not be read (their rows were used in part)",
    ),
    "assumed": ("采用的假定", "Assumed"),
    "more": ("……另有 {n} 条，见报告", "… {n} more, see the report"),
    "ignored": ("未使用的列", "Columns not used"),
    "standard": ("标准", "standard"),
    "averaging": ("统计", "value"),
    "met": ("达标", "met"),
    "exceeded": ("超标", "exceeded"),
    "exempt": ("豁免", "exempt"),
    "not_evaluable": ("不可评价", "not evaluable"),
    "classified": ("分级", "classified"),
    "worst": ("超标最重", "Worst exceedances"),
    "time": ("时间", "time"),
    "point": ("点位", "point"),
    "parameter": ("项目", "parameter"),
    "value": ("数值", "value"),
    "limit": ("限值", "limit"),
    "finding": ("结论编号", "finding"),
    "unverified": (
        "⚠ 有 {n} 条结论使用了未核实的限值（报告中标出）",
        "⚠ {n} findings used a limit that is not verified (marked in the report)",
    ),
    "nothing": ("没有可评价的内容。", "Nothing could be judged."),
    "unjudged": ("没有适用限值的项目", "Parameters without an applicable limit"),
    "unpermitted": (
        "没有任何许可适用的点位，其数值未评价",
        "Points that no permit applies to, so their values were not judged",
    ),
    "silent": ("许可所列、但文件中没有数据的点位", "Points of the permits without values in the files"),
    "rejected": ("未能读出", "Could not be read"),
    "line": ("第 {line} 行", "line {line}"),
    "column": ("第 {column} 列", "column {column}"),
    "more_rejects": ("……另有 {n} 处，见 rejects.csv", "… {n} more, see rejects.csv"),
    "written": ("已写出", "Written"),
    "explain": ("查看某条结论的依据：", "How one finding came about: "),
}


def print_summary(console: Console, done: Assessment, written: Written, assumed: list[str], lang: Language) -> None:
    """Print what was read, assumed, judged and written."""

    def say(key: str, **values: object) -> str:
        return WORDS[key][0 if lang == "zh" else 1].format(**values)

    marked = made_up(done)
    if marked is not None:
        console.print(say("made_up") + marked.lstrip("# "), style="bold yellow")
    counts = done.reading.counts
    line = say("rows", read=f"{counts.rows_read:,}", used=f"{counts.rows_used:,}", rejected=f"{counts.rows_rejected:,}")
    if counts.cells_rejected:
        line += say("cells", cells=f"{counts.cells_rejected:,}")
    console.print(line, style="yellow" if counts.rows_rejected or counts.cells_rejected else "bold")
    for report in done.reading.files:
        if report.error is not None:
            console.print(f"✗ {report.error}", style="red")
    _print_notes(console, done, assumed, lang, say("assumed"), WORDS["more"][0 if lang == "zh" else 1])
    _print_rejects(console, done, lang, say)
    if done.reading.ignored_columns:
        console.print(f"{say('ignored')}: {', '.join(ignored_columns(done, lang))}", style="dim")
    frame = _frame(done)
    if len(frame) == 0:
        console.print(say("nothing"), style="bold red")
    else:
        console.print(_verdicts(frame, lang, say))
        _print_worst(console, frame, done, lang, say)
        unsure = frame.filter(pl.col("confidence") == "unverified")
        if len(unsure):
            console.print(say("unverified", n=f"{len(unsure):,}"), style="yellow")
    unjudged = _unjudged(done, frame)
    if unjudged:
        console.print(f"{say('unjudged')}: {', '.join(_name(code, lang) for code in unjudged)}", style="dim")
    for key, points in (("unpermitted", unpermitted(done)), ("silent", silent(done))):
        if points:
            console.print(f"{say(key)} ({len(points):,}): {_some(points, lang)}", style="yellow")
    console.print(f"{say('written')}:", style="bold")
    for path in (*written.findings, written.report, written.rejects, written.record):
        if path is not None:
            console.print(f"  {path}  {_size(path)}", soft_wrap=True)
    if len(frame) and written.findings:
        exceeded = frame.filter(pl.col("verdict") == Verdict.EXCEEDED)
        example = (exceeded if len(exceeded) else frame)["finding_id"][0]
        console.print(f"{say('explain')}clearbay explain {example} --in {written.record.parent}", soft_wrap=True)


def _frame(done: Assessment) -> pl.DataFrame:
    names = [
        "finding_id", "point_id", "code", "time", "zone", "period_s", "averaging", "standard", "limit_min", "limit_max",
        "unit", "confidence", "value", "margin", "verdict",
    ]  # fmt: skip
    frame = pl.from_arrow(done.findings.select(names))
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def _print_notes(console: Console, done: Assessment, assumed: list[str], lang: Language, title: str, more: str) -> None:
    notes = [*assumed, *notes_by_file(done, lang)]
    if notes:
        console.print(f"{title}:")
    for note in notes[:NOTES_SHOWN]:
        console.print(Text("  · ").append(note))
    if len(notes) > NOTES_SHOWN:
        console.print("  " + more.format(n=len(notes) - NOTES_SHOWN), style="dim")


def _print_rejects(console: Console, done: Assessment, lang: Language, say) -> None:  # type: ignore[no-untyped-def]
    rejects = done.reading.rejects
    if rejects.num_rows == 0:
        return
    console.print(f"{say('rejected')}:", style="yellow")
    for row in rejects.slice(0, REJECTS_SHOWN).to_pylist():
        place = [Path(row["file"]).name]
        place += [say(key, **{key: row[key]}) for key in ("line", "column") if row[key] is not None]
        what = row["message_zh"] if lang == "zh" else row["message"]
        console.print(Text("  · ").append(f"{', '.join(place)}: {what}"))
    if rejects.num_rows > REJECTS_SHOWN:
        console.print("  " + say("more_rejects", n=f"{rejects.num_rows - REJECTS_SHOWN:,}"), style="dim")


def _some(names: list[str], lang: Language) -> str:
    more = len(names) - POINTS_SHOWN
    end = "" if more <= 0 else (f" …… 等，另有 {more:,} 个" if lang == "zh" else f" … and {more:,} more")
    return ", ".join(names[:POINTS_SHOWN]) + end


def _verdicts(frame: pl.DataFrame, lang: Language, say) -> Table:  # type: ignore[no-untyped-def]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("standard"))
    table.add_column(say("averaging"))
    columns = [
        ("classified", Verdict.NONE, ""),
        ("met", Verdict.MET, "green"),
        ("exceeded", Verdict.EXCEEDED, "red"),
        ("exempt", Verdict.EXEMPT, ""),
        ("not_evaluable", Verdict.NOT_EVALUABLE, "yellow"),
    ]
    shown = [c for c in columns if (frame["verdict"] == str(c[1])).any()]
    for key, _, _ in shown:
        table.add_column(say(key), justify="right")
    counts = frame.group_by("standard", "averaging").agg(
        *((pl.col("verdict") == str(verdict)).sum().alias(key) for key, verdict, _ in shown)
    )
    for row in counts.sort("standard", "averaging").iter_rows(named=True):
        cells = [
            Text(f"{row[key]:,}" if row[key] else "–", style=style if row[key] else "dim") for key, _, style in shown
        ]
        table.add_row(row["standard"], _averaging(row["averaging"], lang), *cells)
    return table


def _print_worst(console: Console, frame: pl.DataFrame, done: Assessment, lang: Language, say) -> None:  # type: ignore[no-untyped-def]
    exceeded = frame.filter(pl.col("verdict") == Verdict.EXCEEDED, pl.col("value").is_not_null())
    if len(exceeded) == 0:
        return
    limit = pl.coalesce(pl.col("limit_max"), pl.col("limit_min"))
    worst = exceeded.with_columns(times=(-pl.col("margin") / limit)).sort("times", descending=True, nulls_last=True)
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    for key in ("time", "point", "parameter", "averaging"):
        table.add_column(say(key))
    for key in ("value", "limit"):
        table.add_column(say(key), justify="right")
    table.add_column(say("finding"))
    names = {point.point_id: point.name for point in done.points}
    for row in worst.head(WORST_SHOWN).iter_rows(named=True):
        table.add_row(
            _time(row),
            names.get(row["point_id"]) or row["point_id"],
            _name(row["code"], lang),
            _averaging(row["averaging"], lang),
            Text(f"{row['value']:g}", style="red"),
            f"{_limit(row)} {row['unit']}",
            row["finding_id"],
        )
    console.print(f"{say('worst')} ({min(WORST_SHOWN, len(worst))}/{len(worst):,}):", style="bold")
    console.print(table)


def _time(row: dict[str, object]) -> str:
    start = pl.Series([row["time"]]).dt.convert_time_zone(str(row["zone"]))[0]
    period = int(str(row["period_s"]))
    if period >= 23 * 3600:
        return f"{start:%Y-%m-%d}"
    if period == 0:
        return f"{start:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M}–{start + timedelta(seconds=period):%H:%M}"


def _limit(row: dict[str, object]) -> str:
    low, high = row["limit_min"], row["limit_max"]
    if low is not None and high is not None:
        return f"{low:g}–{high:g}"
    return f"≥ {low:g}" if low is not None else f"≤ {high:g}"


def _averaging(averaging: str, lang: Language) -> str:
    known = AVERAGINGS.get(averaging) or RULES_OVER.get(averaging)
    if known is None:
        return averaging
    return known.name_zh if lang == "zh" else known.name_en


def _name(code: str, lang: Language) -> str:
    try:
        known = parameter(code)
    except UnknownParameter:
        return code
    return known.name_zh if lang == "zh" else known.name_en


def _unjudged(done: Assessment, frame: pl.DataFrame) -> list[str]:
    """Codes that no finding speaks of, neither as its own nor among its windows."""
    measured = set(map(str, done.reading.table["code"].unique().to_pylist()))
    spoken = set(frame["code"].to_list())
    if measured - spoken and done.findings.num_rows:
        windows = pl.from_arrow(done.findings.select(["code", "windows"]))
        assert isinstance(windows, pl.DataFrame)
        kinds = windows.filter(pl.col("code").cast(pl.String).is_in(["aqi", "class"]))
        if len(kinds):
            spoken |= set(kinds["windows"].list.eval(pl.element().struct.field("code").unique()).explode().to_list())
    return sorted(measured - spoken)


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
