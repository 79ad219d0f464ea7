"""Files of measurements into one measurement table, with every row accounted for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from clearbay.files import options as declared
from clearbay.files.collected import Collected, measurement_table, points_table, reported_table
from clearbay.files.columns import recognise
from clearbay.files.dialect import Dialect
from clearbay.files.errors import FileError, UnreadableFiles
from clearbay.files.measure import measure
from clearbay.files.observations import is_observations, read_observations
from clearbay.files.options import Options
from clearbay.files.parquet import is_parquet, open_parquet, parquet_cells, readable
from clearbay.files.reading import Counts, FileReport, Reading
from clearbay.files.rejects import Reject, to_table
from clearbay.files.repeats import Repeats, find_repeats
from clearbay.files.state import FileState, final_notes, open_state
from clearbay.files.text import text_cells

Progress = Callable[[int], None]
"""Called with the bytes of a file that have been read since the last call."""


def read(
    paths: str | Path | Iterable[str | Path],
    *,
    columns: str | Mapping[str, str] | None = None,
    zone: str | None = None,
    label: str | None = None,
    period: str | int | None = None,
    unit: str | Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    date_order: str | None = None,
    point: str | None = None,
    day: str | date | None = None,
    medium: str | None = None,
    preset: str | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read measurement files (CSV with any delimiter, gzip or not, UTF-8 or GB18030; Parquet) into one table.

    Parameters
    ----------
    columns : `time=timepoint,point=stationcode,a34004=pm2_5`, or the same as a mapping; the rest is recognised.
    zone : IANA name for times that name none (default: Asia/Shanghai, stated). label : what a time names of its period,
        start (default, stated), end or instant. period : of a value [s], or `1h`, `1d`, `instant` (default: from the
        usual step of the times, stated).
    unit : `mg/L` for all, or `a34004=ug/m3,…`, where headers give none. encoding, delimiter, decimal (`,` or `.`),
        date_order (MDY, DMY) : where what is found out would be wrong.
    point : name of the point where no column is one. day : of samples without a time. medium : water, air or soil.
    preset : `ministry-hourly`. progress : called with the bytes read.

    Raises
    ------
    OptionError, clocks.UnknownZone, units.UnitMismatch : an option is not understood.
    UnreadableFiles : not one of the files could be read. One that cannot be beside others that can is in its report.
    """
    options = declared.make(
        columns=columns, zone=zone, label=label, period=period, unit=unit, encoding=encoding, delimiter=delimiter,
        decimal=decimal, date_order=date_order, point=point, day=day, medium=medium, preset=preset,
    )  # fmt: skip
    wanted = [Path(paths)] if isinstance(paths, str | Path) else [Path(p) for p in paths]
    found = Collected()
    files = [_read_file(path, i, options, found, progress) for i, path in enumerate(wanted)]
    errors = tuple(f.error for f in files if f.error is not None and f.state is None)
    if len(errors) == len(files):
        raise UnreadableFiles(errors)
    return _close(files, found)


class _File:
    """One file that has been read, or could not be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind, self.encoding, self.delimiter = "csv", "", ""
        self.comments: tuple[str, ...] = ()
        self.state: FileState | None = None
        self.error: FileError | None = None


def _read_file(path: Path, source: int, options: Options, found: Collected, progress: Progress | None) -> _File:
    file = _File(path)
    mark = len(found.pieces), len(found.published), dict(found.facts), dict(found.unit_of)
    try:
        if path.is_dir():
            raise FileError(path, "is a folder, not a file", "是文件夹，不是文件")
        if not path.exists():
            raise FileError(path, "there is no such file", "没有这个文件")
        if is_parquet(path):
            file.kind = "parquet"
            _read_parquet(file, source, options, found)
        else:
            _read_text(file, source, options, found, progress)
        if file.state is not None and not file.state.rows_read:
            raise FileError(path, "the file has a header and no rows below it", "文件只有表头，没有数据行")
    except FileError as error:
        file.error = error
    except OSError as error:
        reason = error.strerror or str(error)
        file.error = FileError(path, f"cannot be read: {reason}", f"无法读取：{reason}")
    else:
        return file
    file.state = None  # an error that was raised leaves nothing of the file in use
    del found.pieces[mark[0] :], found.published[mark[1] :]
    found.facts, found.unit_of = mark[2:]
    return file


def _read_text(file: _File, source: int, options: Options, found: Collected, progress: Progress | None) -> None:
    for part in text_cells(file.path, options, progress):
        if isinstance(part, Dialect):
            file.encoding, file.delimiter, file.comments = part.encoding, part.delimiter, part.comments
            plan = recognise(file.path, part.header_line, part.header, options)
            file.state = open_state(str(file.path), source, plan, options, options.point or _stem(file.path))
            continue
        assert file.state is not None
        if isinstance(part, FileError):
            file.error = part
        else:
            measure(part, file.state, found)


def _read_parquet(file: _File, source: int, options: Options, found: Collected) -> None:
    opened = open_parquet(file.path)
    names, nested = readable(opened)
    plan = recognise(file.path, 1, tuple(names), options)
    state = open_state(str(file.path), source, plan, options, options.point or _stem(file.path))
    if nested:
        shown = ", ".join(nested)
        state.note(f"columns that hold no plain values were left out: {shown}", f"未读取非普通值的列：{shown}")
    file.state = state
    if is_observations(opened, options):
        read_observations(file.path, opened, state, found)
        return
    for cells in parquet_cells(file.path, opened, names):
        measure(cells, state, found)


def _stem(path: Path) -> str:
    return path.name.split(".")[0] or path.name


def _close(files: list[_File], found: Collected) -> Reading:
    """Settle repeats over all files and draw up the accounts."""
    headers = [f.state.plan.header if f.state is not None else () for f in files]
    repeats = find_repeats(found, [str(f.path) for f in files], headers)
    for source, reject in repeats.conflicts:
        state = files[source].state
        assert state is not None
        state.refuse_cell(reject)
        state.note(
            "some instants have two values (see the rejects); where a column tells instruments apart, make it"
            " part of the point: --columns point=SITE+INSTRUMENT",
            "部分时刻有两个值（见拒收文件）；若有列区分仪器，请并入监测点：--columns point=站点列+仪器列",
        )
    reports: list[FileReport] = []
    rejects: list[tuple[str, Reject]] = []
    for source, file in enumerate(files):
        reports.append(_report(file, source, found, repeats))
        refused = list(file.state.rejects) if file.state is not None else []
        if file.error is not None:
            refused.append(_whole_file(file.error))
        rejects.extend((str(file.path), r) for r in sorted(refused, key=lambda r: (r.line, r.column or 0)))
    return Reading(
        table=measurement_table(found, repeats.keep),
        points=points_table(found),
        reported=reported_table(found),
        rejects=to_table(rejects),
        files=tuple(reports),
        comments=tuple(c for f in files for c in f.comments),
    )


def _whole_file(error: FileError) -> Reject:
    return Reject(error.line or 0, error.column, None, "", "file", (error.en, error.zh))


def _report(file: _File, source: int, found: Collected, repeats: Repeats) -> FileReport:
    state = file.state
    if state is None:
        return FileReport(
            str(file.path), file.kind, file.encoding, file.delimiter, "", "", 0, Counts(), (), (), file.error
        )
    return FileReport(
        path=str(file.path),
        kind=file.kind,
        encoding=file.encoding,
        delimiter=file.delimiter,
        zone=state.zone,
        label=state.plan.label,
        period_s=state.period_s or 0,
        counts=replace(_counts(state, source, found, repeats), comment_lines=len(file.comments)),
        ignored=state.plan.ignored,
        notes=final_notes(state),
        error=file.error,
    )


def _counts(state: FileState, source: int, found: Collected, repeats: Repeats) -> Counts:
    """Draw up the accounts: a row is used unless it was refused, or every value of it was."""
    in_part = np.array(sorted(set(state.cell_rejects) - state.row_rejects), dtype=np.int64)
    before, after = np.zeros(len(in_part), dtype=bool), np.zeros(len(in_part), dtype=bool)
    values = 0
    ends = np.cumsum([0, *(len(p.row) for p in found.pieces)])
    for piece, (start, end) in zip(found.pieces, pairwise(ends.tolist()), strict=True):
        if piece.source != source:
            continue
        kept = slice(None) if repeats.keep is None else repeats.keep[start:end]
        values += len(piece.row) if repeats.keep is None else int(repeats.keep[start:end].sum())
        if len(in_part):
            before |= np.isin(in_part, piece.row)
            after |= np.isin(in_part, piece.row[kept])
    for rows in repeats.repeated_rows.get(source, []):
        after |= np.isin(in_part, rows)
    rejected = len(state.row_rejects) + int((~after).sum())
    used = state.rows_read - rejected
    with_values = state.rows_with_values - int((before & ~after).sum())
    return Counts(
        rows_read=state.rows_read,
        rows_used=used,
        rows_rejected=rejected,
        rows_in_part=int(after.sum()),
        rows_without_values=used - with_values,
        values=values,
        repeats=repeats.repeated.get(source, 0),
        cells_rejected=len(state.cell_rejects),
        blank_lines=state.blank,
    )
