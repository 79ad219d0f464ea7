"""Values gathered from blocks of many files as narrow arrays, and put together as one measurement table at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.observations import SCHEMA
from clearbay.files.reading import POINTS, REPORTED
from clearbay.files.rejects import Reject

Series = tuple[str, int, str, str, str]
"""Code, period [s], statistic, unit, basis."""

FLAG_CODES = ("", "N", "F", "M", "S", "D", "C", "T", "B", "ND")


@dataclass(frozen=True)
class Piece:
    """Values of one column of one block [n each]; `series` indexes `Collected.series`, `flag` `FLAG_CODES`."""

    point: NDArray[np.int32]
    series: NDArray[np.int32]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    text: pa.StringArray
    flag: NDArray[np.int8]
    quality: NDArray[np.int8]
    source: int
    row: NDArray[np.int64]
    column: int


@dataclass(frozen=True)
class Published:
    """Published judgements of one column of one block [n each]."""

    point: NDArray[np.int32]
    time: NDArray[np.int64]
    period: int
    name: str
    text: pa.StringArray
    source: int
    row: NDArray[np.int64]


@dataclass
class Collected:
    """Everything read so far, over all files."""

    points: dict[str, int] = field(default_factory=dict)
    series: dict[Series, int] = field(default_factory=dict)
    unit_of: dict[str, str] = field(default_factory=dict)
    facts: dict[tuple[int, str, str, tuple[tuple[str, str], ...]], int] = field(default_factory=dict)
    """(point, name, zone, facts) -> first time [µs UTC] they were seen with."""
    pieces: list[Piece] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    rejects: list[tuple[int, Reject]] = field(default_factory=list)

    def point_index(self, names: Sequence[str]) -> NDArray[np.int32]:
        """Give the number of each point, new ones added."""
        return np.array([self.points.setdefault(n, len(self.points)) for n in names], dtype=np.int32)

    def series_index(self, series: Series) -> int:
        """Give the number of a series, a new one added."""
        return self.series.setdefault(series, len(self.series))


Scalar = TypeVar("Scalar", bound=np.generic)


def joined(parts: list[NDArray[Scalar]], kind: type[Scalar]) -> NDArray[Scalar]:
    """Concatenate arrays, of none an empty one."""
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def measurement_table(found: Collected, keep: NDArray[np.bool_] | None) -> pa.Table:
    """Put the pieces together as a table of `clearbay.assess.observations.SCHEMA`; `keep` [n] leaves values out."""
    pieces = found.pieces
    series = joined([p.series for p in pieces], np.int32)
    by_series = list(found.series)
    value = joined([p.value for p in pieces], np.float64)
    source = np.repeat(np.array([p.source for p in pieces], dtype=np.int32), [len(p.row) for p in pieces])
    flags = joined([p.flag for p in pieces], np.int8)
    columns = {
        "point_id": _coded(joined([p.point for p in pieces], np.int32), list(found.points)),
        "code": _by_series(series, [s[0] for s in by_series]),
        "basis": _by_series(series, [s[4] for s in by_series]),
        "time": pa.array(joined([p.time for p in pieces], np.int64)).cast(SCHEMA.field("time").type),
        "period_s": pa.array(np.array([s[1] for s in by_series], dtype=np.int32)[series]),
        "statistic": _by_series(series, [s[2] for s in by_series]),
        "value": pa.array(value, mask=np.isnan(value)),
        "text": pa.chunked_array([p.text for p in pieces], type=pa.string()),
        "unit": _by_series(series, [s[3] for s in by_series]),
        "flag": _coded(flags.astype(np.int32), list(FLAG_CODES)),
        "quality": pa.array(joined([p.quality for p in pieces], np.int8)),
        "source": pa.array(source),
        "row": pa.array(joined([p.row for p in pieces], np.int64)),
    }
    table = pa.table([columns[f.name] for f in SCHEMA], schema=SCHEMA)
    return table if keep is None else table.filter(pa.array(keep))


def reported_table(found: Collected) -> pa.Table:
    """Put what the files published together as a table of `REPORTED`."""
    parts = found.published
    names = list(dict.fromkeys(p.name for p in parts))
    sizes = [len(p.row) for p in parts]
    columns = [
        _coded(joined([p.point for p in parts], np.int32), list(found.points)),
        pa.array(joined([p.time for p in parts], np.int64)).cast(REPORTED.field("time").type),
        pa.array(np.repeat(np.array([p.period for p in parts], dtype=np.int32), sizes)),
        _coded(np.repeat(np.array([names.index(p.name) for p in parts], dtype=np.int32), sizes), names),
        pa.chunked_array([p.text for p in parts], type=pa.string()),
        pa.array(np.repeat(np.array([p.source for p in parts], dtype=np.int32), sizes)),
        pa.array(joined([p.row for p in parts], np.int64)),
    ]
    return pa.table(columns, schema=REPORTED)


def points_table(found: Collected) -> pa.Table:
    """Put the points together as a table of `POINTS`, one row a point and set of facts."""
    variants: dict[int, int] = {}
    for point, *_ in found.facts:
        variants[point] = variants.get(point, 0) + 1
    names = list(found.points)
    rows = [
        {
            "point_id": names[point],
            "name": name,
            "zone": zone,
            "since": since if variants[point] > 1 else None,
            "facts": list(facts),
        }
        for (point, name, zone, facts), since in sorted(found.facts.items(), key=lambda item: (item[0][0], item[1]))
    ]
    return pa.Table.from_pylist(rows, schema=POINTS)


def _coded(indices: NDArray[np.int32], words: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(words, pa.string()))


def _by_series(series: NDArray[np.int32], words: list[str]) -> pa.DictionaryArray:
    distinct = list(dict.fromkeys(words))
    places = np.array([distinct.index(w) for w in words], dtype=np.int32)
    return _coded(places[series], distinct)
