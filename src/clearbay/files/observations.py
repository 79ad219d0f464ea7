"""Parquet files that hold observations as the platform writes them: typed columns go in as they are, without text.

A batch with anything unusual in it (an unknown code or flag, a sentinel, units that differ) is read as text like any
other file, so that the same rules refuse it in the same words.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clearbay.files.cells import Cells
from clearbay.files.collected import FLAG_CODES, Collected, Piece
from clearbay.files.errors import FileError
from clearbay.files.measure import QUALITY, measure
from clearbay.files.names import BASES
from clearbay.files.numbers import SENTINELS
from clearbay.files.options import Options
from clearbay.files.parquet import as_text, readable
from clearbay.files.state import FileState
from clearbay.vocabulary import units
from clearbay.vocabulary.parameters import find
from clearbay.vocabulary.statistics import Statistic

WORDS = ("point_id", "code", "basis", "statistic", "unit", "flag")
NEEDED = (*WORDS, "time", "period_s", "value")
ROWS = 1 << 20
"""Rows handed on at a time: columns of numbers are small."""


def is_observations(file: pq.ParquetFile, options: Options) -> bool:
    """Whether a Parquet file has the typed columns of observations, and nobody said how else to read it."""
    said = options.columns or options.units or options.period_s is not None or options.label is not None
    if said or options.point is not None:
        return False
    schema = file.schema_arrow
    if any(schema.get_field_index(name) < 0 for name in NEEDED):
        return False
    time = schema.field("time").type
    zoned = pa.types.is_timestamp(time) and time.tz is not None
    return (
        zoned
        and pa.types.is_integer(schema.field("period_s").type)
        and pa.types.is_floating(schema.field("value").type)
        and all(_is_text(schema.field(name).type) for name in WORDS)
    )


def _is_text(kind: pa.DataType) -> bool:
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_string_view(plain))


def read_observations(path: Path, file: pq.ParquetFile, state: FileState, found: Collected) -> None:
    """Add the observations of a file to what was found.

    Raises
    ------
    FileError : a row group is damaged.
    """
    names, _ = readable(file)
    row = 1
    # Words of a Parquet file stand in dictionaries: reading them so saves writing each out.
    dictionaries = pq.ParquetFile(path, read_dictionary=list(WORDS))
    batches = dictionaries.iter_batches(batch_size=ROWS, columns=names)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            first = str(error).splitlines()[0]
            raise FileError(path, f"the Parquet file is damaged: {first}", f"Parquet 文件损坏：{first}", row) from error
        if batch is None:
            return
        lines = np.arange(row, row + batch.num_rows, dtype=np.int64)
        if not _take(batch, lines, state, found):
            measure(Cells([as_text(batch.column(name)) for name in names], lines, [], 0), state, found)
        row += batch.num_rows


def _take(batch: pa.RecordBatch, lines: NDArray[np.int64], state: FileState, found: Collected) -> bool:
    """Add a batch whose every value is plain; False when some is not, and nothing was added."""
    coded = {name: _coded(batch.column(name)) for name in WORDS}
    time, period, value = (batch.column(name) for name in ("time", "period_s", "value"))
    if any(column is None for column in coded.values()) or time.null_count or period.null_count:
        return False
    words = {name: column[1] for name, column in coded.items() if column is not None}
    places = {name: column[0] for name, column in coded.items() if column is not None}
    values = value.fill_null(np.nan).to_numpy(zero_copy_only=False).astype(np.float64, copy=False)
    if np.isinf(values).any() or np.isin(values, list(SENTINELS)).any() or not _known(words):
        return False
    given = np.flatnonzero(~np.isnan(values))
    lengths = period.to_numpy(zero_copy_only=False).astype(np.int64)
    key = lengths.copy()
    for name in ("code", "basis", "statistic", "unit"):
        key = key * len(words[name]) + places[name]
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    kinds = [tuple(words[n][places[n][k]] for n in ("code", "basis", "statistic", "unit")) for k in first.tolist()]
    if any(found.unit_of.get(code, unit) != unit for code, _, _, unit in kinds):
        return False
    if len({(code, unit) for code, _, _, unit in kinds}) != len({code for code, *_ in kinds}):
        return False
    for code, _, _, unit in kinds:
        found.unit_of[code] = unit
    series = np.array(
        [
            found.series_index((code, int(lengths[k]), statistic.casefold(), unit, BASES[basis.casefold()]))
            for k, (code, basis, statistic, unit) in zip(first.tolist(), kinds, strict=True)
        ],
        dtype=np.int32,
    )[which]
    micros = time.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy()
    points = found.point_index(words["point_id"])[places["point_id"]]
    flags = np.array([FLAG_CODES.index(word) for word in words["flag"]], dtype=np.int8)[places["flag"]]
    _note_points(points, micros, state, found)
    state.rows_read += len(lines)
    state.rows_with_values += len(given)
    state.period_s = state.period_s or int(lengths.min())
    every = len(given) == len(lines)
    chosen = slice(None) if every else given
    found.pieces.append(
        Piece(
            point=points[chosen],
            series=series[chosen],
            time=micros[chosen],
            value=values[chosen],
            text=pa.nulls(len(given), pa.string()),
            flag=flags[chosen],
            quality=QUALITY[flags[chosen]],
            source=state.source,
            row=lines[chosen],
            column=batch.schema.get_field_index("value"),
        )
    )
    return True


def _coded(column: pa.Array) -> tuple[NDArray[np.int64], list[str]] | None:
    """Words of a column and which one each row has; None where a row has none."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    if coded.null_count or coded.dictionary.null_count:
        return None
    return coded.indices.to_numpy().astype(np.int64), [str(word) for word in coded.dictionary.to_pylist()]


def _known(words: Mapping[str, Sequence[str]]) -> bool:
    """Whether every word that a batch uses is one that needs no looking at."""
    return (
        all(_is_code(code) for code in words["code"])
        and all(unit in units.UNITS for unit in words["unit"])
        and all(flag in FLAG_CODES for flag in words["flag"])
        and all(word.casefold() in set(Statistic) for word in words["statistic"])
        and all(word.casefold() in BASES for word in words["basis"])
        and all(name.strip() == name and name for name in words["point_id"])
    )


def _is_code(code: str) -> bool:
    known = find(code)
    return known is not None and known.code == code


def _note_points(points: NDArray[np.int32], micros: NDArray[np.int64], state: FileState, found: Collected) -> None:
    names = list(found.points)
    for point in np.unique(points).tolist():
        since = int(micros[points == point].min())
        variant = (point, names[point], state.zone, ())
        found.facts[variant] = min(since, found.facts.get(variant, since))
