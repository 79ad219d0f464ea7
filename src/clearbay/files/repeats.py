"""Values that come twice for one point, parameter, period and instant: the same is counted, another one is refused.

A mark for "no value" says nothing against a value. Of two different values neither can be preferred, so both go.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clearbay.files.collected import FLAG_CODES, Collected, Piece, joined
from clearbay.files.rejects import Reject

# Odd 64-bit constants of splitmix64 (Steele, Lea, Flood 2014): any good mixer would do, every hit is checked exactly.
_MIX = tuple(np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


@dataclass(frozen=True)
class Repeats:
    """`keep` [n, None: all], how many only repeated (by file), and what contradicts (file, reject)."""

    keep: NDArray[np.bool_] | None
    repeated: dict[int, int]
    repeated_rows: dict[int, list[NDArray[np.int64]]]
    conflicts: list[tuple[int, Reject]]


def find_repeats(found: Collected, files: list[str], headers: list[tuple[str, ...]]) -> Repeats:
    """Find values that come twice.

    Parameters
    ----------
    files, headers : name and header of each file, for messages.
    """
    pieces = found.pieces
    keys = joined([_mixed(p) for p in pieces], np.uint64)
    suspect = np.flatnonzero(pl.Series(keys).is_duplicated().to_numpy())
    if not len(suspect):
        return Repeats(None, {}, {}, [])
    keep = np.ones(len(keys), dtype=bool)
    result = Repeats(keep, {}, {}, [])
    ends = np.cumsum([len(p.row) for p in pieces])
    order, groups = _grouped(pieces, suspect)
    plain = _only_repeated(pieces, order, groups)
    _count_repeats(pieces, ends, order[plain & ~_firsts(groups)], result)
    left = order[~plain]
    where = np.searchsorted(ends, left, side="right")
    by_group: dict[int, list[_Value]] = {}
    for group, position, w in zip(groups[~plain].tolist(), left.tolist(), where.tolist(), strict=True):
        value = _Value(pieces[w], position - int(ends[w]) + len(pieces[w].row), position)
        by_group.setdefault(group, []).append(value)
    for group_values in by_group.values():
        if len(group_values) > 1:
            _settle(sorted(group_values, key=lambda v: (v.piece.source, v.row)), result, files, headers)
    return result


def _grouped(pieces: list[Piece], suspect: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order suspects [n] so that those of one point, series and instant stand together; and number their groups."""
    point = joined([p.point for p in pieces], np.int32)[suspect]
    series = joined([p.series for p in pieces], np.int32)[suspect]
    time = joined([p.time for p in pieces], np.int64)[suspect]
    order = np.lexsort((suspect, time, series, point))
    keys = (point[order], series[order], time[order])
    new = np.concatenate([[True], np.logical_or.reduce([np.diff(k) != 0 for k in keys])])
    return suspect[order], np.cumsum(new) - 1


def _firsts(groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.concatenate([[True], np.diff(groups) != 0])


def _only_repeated(pieces: list[Piece], order: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether all values of a suspect's group are one value with one flag: the common case, a file given twice."""
    value = joined([p.value for p in pieces], np.float64)[order]
    flag = joined([p.flag for p in pieces], np.int8)[order]
    first = np.flatnonzero(_firsts(groups))[groups]
    same = ((value == value[first]) | (np.isnan(value) & np.isnan(value[first]))) & (flag == flag[first])
    whole = np.ones(int(groups[-1]) + 1, dtype=bool)
    whole[groups[~same]] = False
    return whole[groups]


def _count_repeats(pieces: list[Piece], ends: NDArray[np.int64], repeated: NDArray[np.int64], result: Repeats) -> None:
    """Leave out values that only repeat an earlier one, and count them for their file."""
    if not len(repeated):
        return
    where = np.searchsorted(ends, repeated, side="right")
    source = np.array([p.source for p in pieces])[where]
    row = joined([p.row for p in pieces], np.int64)[repeated]
    for file in np.unique(source).tolist():
        mine = source == file
        _count(result, file, repeated[mine], row[mine])


def _count(result: Repeats, file: int, positions: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    assert result.keep is not None
    result.keep[positions] = False
    result.repeated[file] = result.repeated.get(file, 0) + len(positions)
    result.repeated_rows.setdefault(file, []).append(rows)


class _Value:
    """One value of a piece."""

    def __init__(self, piece: Piece, at: int, position: int) -> None:
        self.piece, self.at, self.position = piece, at, position
        self.key = (int(piece.point[at]), int(piece.series[at]), int(piece.time[at]))
        self.value, self.flag = float(piece.value[at]), int(piece.flag[at])
        self.row, self.missing = int(piece.row[at]), int(piece.quality[at]) == 9

    @property
    def text(self) -> str:
        text = self.piece.text[self.at].as_py()
        return f"{self.value:.12g}" if text is None else str(text)

    @property
    def shown(self) -> str:
        return f"{self.text} {FLAG_CODES[self.flag]}".strip()

    def same(self, other: "_Value") -> bool:
        equal = self.value == other.value or (np.isnan(self.value) and np.isnan(other.value))
        return bool(equal and self.flag == other.flag)


def _settle(
    group: list[_Value],
    result: Repeats,
    files: list[str],
    headers: list[tuple[str, ...]],
) -> None:
    """Decide a group that is not all one value: marks for "no value" give way, contradictions go altogether."""
    said = [v for v in group if not v.missing] or group
    first = said[0]
    other = next((v for v in said[1:] if not v.same(first)), None)
    if other is None:
        for v in group:
            if v is not first:
                _count(result, v.piece.source, np.array([v.position]), np.array([v.row]))
        return
    assert result.keep is not None
    for v in group:
        result.keep[v.position] = False
        against = other if v.same(first) else first
        elsewhere = f"{files[against.piece.source]}:" if v.piece.source != against.piece.source else ""
        source, column = v.piece.source, v.piece.column
        details = (v.shown, against.shown, f"{elsewhere}{against.row}")
        reject = Reject(v.row, column + 1, headers[source][column], v.text, "conflict", details)
        result.conflicts.append((source, reject))


def _mixed(piece: Piece) -> NDArray[np.uint64]:
    a, b, c = _MIX
    with np.errstate(over="ignore"):
        key = piece.time.astype(np.uint64) * a
        key += piece.point.astype(np.uint64) * b
        key += piece.series.astype(np.uint64) * c
        return (key ^ (key >> np.uint64(29))) * b
