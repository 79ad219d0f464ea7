"""Parquet files as the same columns of text that a CSV file gives, so that both are read by one set of rules."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clearbay.files.cells import Cells
from clearbay.files.errors import FileError

ROWS = 65_536
"""Rows handed on at a time."""


def is_parquet(path: Path) -> bool:
    """Tell a Parquet file by its first bytes, whatever its name."""
    with path.open("rb") as raw:
        return raw.read(4) == b"PAR1"


def open_parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file.

    Raises
    ------
    FileError : damaged, cut off, or empty.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        first = str(error).splitlines()[0]
        raise FileError(path, f"the Parquet file is damaged: {first}", f"Parquet 文件损坏：{first}") from error
    if not file.metadata.num_rows:
        raise FileError(path, "the Parquet file has no rows", "Parquet 文件没有数据行")
    return file


def readable(file: pq.ParquetFile) -> tuple[list[str], list[str]]:
    """Give the columns whose values can be written as text, and those (nested, binary) that cannot."""
    good: list[str] = []
    other: list[str] = []
    for field in file.schema_arrow:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        plain = not pa.types.is_nested(kind) and not pa.types.is_binary(kind) and not pa.types.is_large_binary(kind)
        (good if plain else other).append(field.name)
    return good, other


def parquet_cells(path: Path, file: pq.ParquetFile, columns: list[str]) -> Iterator[Cells]:
    """Yield the rows of a Parquet file as cells of text; the line of a row is its number, from 1.

    Raises
    ------
    FileError : a row group is damaged.
    """
    row = 1
    batches = file.iter_batches(batch_size=ROWS, columns=columns)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            first = str(error).splitlines()[0]
            raise FileError(path, f"the Parquet file is damaged: {first}", f"Parquet 文件损坏：{first}", row) from error
        if batch is None:
            return
        cells = [as_text(batch.column(name)) for name in columns]
        yield Cells(cells, np.arange(row, row + batch.num_rows, dtype=np.int64), [], 0)
        row += batch.num_rows


def as_text(column: pa.Array) -> pa.StringArray:
    """Write a column as text: null and NaN as nothing, floats by their shortest digits, times by ISO 8601."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return pc.fill_null(pc.cast(column, pa.string()), "")
