"""What an assessment of files leaves behind: findings, rejected rows, the record to repeat it, the report."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from clearbay.assess.superseding import supersede
from clearbay.cli.assess_notes import made_up, notes_by_file
from clearbay.cli.language import Language
from clearbay.files import FileReport, write_rejects
from clearbay.platform.file_assessment import Assessment, RecordError, file_digest, record, tags_of

FORMATS = ["parquet", "csv", "both"]
RECORD = "assessment.json"
FINDINGS = "findings.parquet"


@dataclass(frozen=True)
class Written:
    """Paths of what was written; None for what was not."""

    findings: tuple[Path, ...]
    record: Path
    rejects: Path | None
    report: Path | None


def write_all(
    done: Assessment, target: Path, form: str, *, report: bool, lang: Language, assumed: list[str], revise: bool = False
) -> Written:
    """Write everything into a folder, which is made if need be; `revise` adds to the findings that stand there.

    Raises
    ------
    RecordError : the folder cannot be written to.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        kept_findings = revised(target / FINDINGS, done.findings) if revise else done.findings
        paths: list[Path] = []
        if form in ("parquet", "both"):
            paths.append(target / FINDINGS)
            pq.write_table(kept_findings, paths[-1], compression="zstd")
        if form in ("csv", "both"):
            paths.append(target / "findings.csv")
            flat(kept_findings).write_csv(paths[-1])
        kept = target / RECORD
        if revise and kept.exists():
            kept.rename(_older(kept))
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


def _older(record: Path) -> Path:
    """Where a record goes that another one follows: the revisions made by it can still be recomputed."""
    try:
        made = datetime.fromisoformat(str(json.loads(record.read_text(encoding="utf-8"))["assessed_at"]))
    except (ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{record}: is not the record of an assessment ({error})") from error
    return record.with_name(f"assessment-{made:%Y%m%dT%H%M%S%f}.json")


def record_of(folder: Path, assessed_at: datetime) -> Path:
    """The record of the assessment that was made at an instant: the folder's last one, or an older one kept there."""
    older = folder / f"assessment-{assessed_at:%Y%m%dT%H%M%S%f}.json"
    return older if older.exists() else folder / RECORD


def revised(path: Path, found: pa.Table) -> pa.Table:
    """Findings of a folder with what was found anew as their next revisions.

    Raises
    ------
    RecordError : the folder's findings cannot be read.
    """
    if not path.exists():
        return found
    try:
        standing = pq.read_table(path)
        return pa.concat_tables([standing.cast(found.schema), supersede(standing, found)]).unify_dictionaries()
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise RecordError(
            f"{path}: cannot be revised ({error}); it is no findings file of this version: choose another --out"
        ) from error


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
        tags=tags_of(done.request),
    )


def _how(file: FileReport) -> str:
    return ", ".join(filter(None, (file.encoding, file.zone, f"label={file.label}", f"{file.period_s} s")))
