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
    repeated_rows: set[tuple[int, int]]
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
        return Repeats(None, {}, set(), [])
    ends = np.cumsum([len(p.row) for p in pieces])
    where = np.searchsorted(ends, suspect, side="right")
    rows = [
        _Value(pieces[w], int(s - ends[w] + len(pieces[w].row)), int(s)) for s, w in zip(suspect, where, strict=True)
    ]
    groups: dict[tuple[int, int, int], list[_Value]] = {}
    for value in rows:
        groups.setdefault(value.key, []).append(value)
    keep = np.ones(len(keys), dtype=bool)
    result = Repeats(keep, {}, set(), [])
    for group in groups.values():
        if len(group) > 1:
            _settle(sorted(group, key=lambda v: (v.piece.source, v.row)), keep, result, files, headers)
    return result


class _Value:
    """One value of a piece."""

    def __init__(self, piece: Piece, at: int, position: int) -> None:
        self.piece, self.at, self.position = piece, at, position
        self.key = (int(piece.point[at]), int(piece.series[at]), int(piece.time[at]))
        self.value, self.flag = float(piece.value[at]), int(piece.flag[at])
        self.row, self.missing = int(piece.row[at]), int(piece.quality[at]) == 9

    @property
    def text(self) -> str:
        return str(self.piece.text[self.at].as_py())

    @property
    def shown(self) -> str:
        return f"{self.text} {FLAG_CODES[self.flag]}".strip()

    def same(self, other: "_Value") -> bool:
        equal = self.value == other.value or (np.isnan(self.value) and np.isnan(other.value))
        return bool(equal and self.flag == other.flag)


def _settle(
    group: list[_Value], keep: NDArray[np.bool_], result: Repeats, files: list[str], headers: list[tuple[str, ...]]
) -> None:
    said = [v for v in group if not v.missing] or group
    first = said[0]
    other = next((v for v in said[1:] if not v.same(first)), None)
    if other is None:
        for v in group:
            if v is not first:
                keep[v.position] = False
                source = v.piece.source
                result.repeated[source] = result.repeated.get(source, 0) + 1
                result.repeated_rows.add((source, v.row))
        return
    for v in group:
        keep[v.position] = False
        against = other if v.same(first) else first
        place = (
            f"{files[against.piece.source]}:{against.row}"
            if v.piece.source != against.piece.source
            else str(against.row)
        )
        source, column = v.piece.source, v.piece.column
        result.conflicts.append(
            (
                source,
                Reject(v.row, column + 1, headers[source][column], v.text, "conflict", (v.shown, against.shown, place)),
            )
        )


def _mixed(piece: Piece) -> NDArray[np.uint64]:
    a, b, c = _MIX
    with np.errstate(over="ignore"):
        key = piece.time.astype(np.uint64) * a
        key += piece.point.astype(np.uint64) * b
        key += piece.series.astype(np.uint64) * c
        return (key ^ (key >> np.uint64(29))) * b
