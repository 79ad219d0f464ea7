"""What an assessment of files leaves behind: findings, rejected rows, the record to repeat it, the report."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from clearbay.cli.assess_notes import made_up, notes_by_file
from clearbay.cli.language import Language
from clearbay.files import FileReport, write_rejects
from clearbay.platform.file_assessment import Assessment, RecordError, file_digest, record

FORMATS = ["parquet", "csv", "both"]
RECORD = "assessment.json"


@dataclass(frozen=True)
class Written:
    """Paths of what was written; None for what was not."""

    findings: tuple[Path, ...]
    record: Path
    rejects: Path | None
    report: Path | None


def write_all(
    done: Assessment, target: Path, form: str, *, report: bool, lang: Language, assumed: list[str]
) -> Written:
    """Write everything into a folder, which is made if need be.

    Raises
    ------
    RecordError : the folder cannot be written to.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        paths: list[Path] = []
        if form in ("parquet", "both"):
            paths.append(target / "findings.parquet")
            pq.write_table(done.findings, paths[-1], compression="zstd")
        if form in ("csv", "both"):
            paths.append(target / "findings.csv")
            flat(done.findings).write_csv(paths[-1])
        kept = target / RECORD
        kept.write_text(record(done.request, done.assessed_at), encoding="utf-8")
        rejects = target / "rejects.csv" if done.reading.rejects.num_rows else None
        if rejects is not None:
            write_rejects(done.reading.rejects, rejects)
        page = target / "report.html" if report else None
        if page is not None:
            page.write_text(_page(done, lang, assumed), encoding="utf-8")
    except OSError as error:
        raise RecordError(
            f"{target}: cannot be written to ({error.strerror}); choose another folder with --out"
        ) from error
    return Written(tuple(paths), kept, rejects, page)


def flat(findings: pa.Table) -> pl.DataFrame:
    """Findings with lists as text, one cell each: `missing:3;fault:1`, windows as `time=value(why)`."""
    frame = pl.from_arrow(findings)
    assert isinstance(frame, pl.DataFrame)
    element = pl.element().struct
    return frame.with_columns(
        pl.col("left_out")
        .list.eval(pl.concat_str(element.field("reason"), pl.lit(":"), element.field("count").cast(pl.String)))
        .list.join(";"),
        pl.col("windows")
        .list.eval(
            pl.concat_str(
                element.field("code"),
                pl.lit("@"),
                element.field("time").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
                pl.lit("="),
                element.field("value").cast(pl.String).fill_null(""),
                pl.lit("("),
                element.field("why"),
                pl.when(element.field("tag") != "")
                .then(pl.concat_str(pl.lit(" "), element.field("tag")))
                .otherwise(pl.lit("")),
                pl.lit(")"),
            )
        )
        .list.join(";"),
        pl.col("time", "assessed_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _page(done: Assessment, lang: Language, assumed: list[str]) -> str:
    # The chart library takes a second to import: only those who want a page wait for it.
    from clearbay.reports.assessment import Counts, Source, build  # noqa: PLC0415

    counts = done.reading.counts
    sources = [
        Source(Path(file.path).name, file.counts.rows_read, _how(file), file_digest(Path(file.path)))
        for file in done.reading.files
        if file.error is None
    ]
    return build(
        done.findings,
        done.reading.table,
        standards=done.standards,
        points=done.points,
        lang=lang,
        notes=[*assumed, *notes_by_file(done, lang)],
        sources=sources,
        counts=Counts(
            counts.rows_read, counts.rows_used, counts.rows_rejected, "rejects.csv" if counts.rows_rejected else ""
        ),
        made_up=made_up(done),
        generated_at=done.assessed_at,
    )


def _how(file: FileReport) -> str:
    return ", ".join(filter(None, (file.encoding, file.zone, f"label={file.label}", f"{file.period_s} s")))
