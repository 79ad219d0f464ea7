"""Digests of what findings were made from, as a tree: slots of a day, series of a group, groups of a finding.

Every value is hashed once, however many findings it enters (a day's mean, its hours, the 24 hours that end in it).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.slots import HOUR_S
from clearbay.assess.stack import sha256
from clearbay.assess.stack.dense import Dense, Level

HEADER = b"clearbay stack 1\n"


def leaves(dense: Dense, days: NDArray[np.int64]) -> list[NDArray[np.uint8]]:
    """SHA-256 of each level's series by day [series, days, 32] (`sha256.day_leaves`); `days` [days + 1, s]."""
    return [
        sha256.day_leaves(level.value, level.flag, level.quality, (days - dense.start) // level.period)
        for level in dense.levels
    ]


def groups(
    dense: Dense,
    hashed: Sequence[NDArray[np.uint8]],
    points: Sequence[str],
    codes: Mapping[str, Sequence[str]],
    edges: NDArray[np.int64],
) -> dict[str, NDArray[np.uint8]]:
    """SHA-256 of each group of codes [points, days, 32].

    The message of a point and day: for each series that has a row on that day, in the order of code, basis and period,
    a line `point US code US basis US unit US period`; then the leaves of these series in the same order. A series that
    is silent on a day leaves no trace in it, so that a day is digested alike alone and among others.

    edges : [days + 1, s].
    """
    days = len(edges) - 1
    spoke = [
        np.logical_or.reduceat(level.quality > 0, ((edges[:-1] - dense.start) // level.period).astype(np.int64), axis=1)
        for level in dense.levels
    ]
    found = {name: np.zeros((len(points), days, 32), dtype=np.uint8) for name in codes}
    of = _series(dense, points)
    for p, point in enumerate(points):
        for name, wanted in codes.items():
            chosen = [entry for entry in of[point] if entry[0] in wanted]
            there = [spoke[n][row] for *_, n, row in chosen]
            found[name][p] = _group(dense, point, chosen, [hashed[n][row] for *_, n, row in chosen], there, days)
    return found


def hours(
    dense: Dense, points: Sequence[str], codes: Sequence[Sequence[str]], point: NDArray[np.int64], t: NDArray[np.int64]
) -> list[NDArray[np.uint8]]:
    """SHA-256 of each group of codes over single hours [n, 32]: as `groups`, with the hour's slots in place of a day's.

    point, t : which of `points` each hour is of, and its first instant [s] [n].
    """
    found = [np.zeros((len(t), 32), dtype=np.uint8) for _ in codes]
    of = _series(dense, points)
    for p in np.unique(point):
        mine = np.flatnonzero(point == p)
        # What lasts longer than an hour is in no hour's value.
        own = [entry for entry in of[points[p]] if HOUR_S % entry[2] == 0]
        for out, wanted in zip(found, codes, strict=True):
            chosen = [entry for entry in own if entry[0] in wanted]
            leaves = [_hour_leaves(dense.levels[n], row, t[mine] - dense.start) for *_, n, row in chosen]
            there = [_spoke_in_hours(dense.levels[n], row, t[mine] - dense.start) for *_, n, row in chosen]
            out[mine] = _group(dense, points[p], chosen, leaves, there, len(mine))
    return found


_Entry = tuple[str, str, int, int, int]
"""Code, basis, period [s], number of the level, row of the series in it."""


def _series(dense: Dense, points: Sequence[str]) -> dict[str, list[_Entry]]:
    """Series of each point in the order in which they are digested."""
    of: dict[str, list[_Entry]] = {point: [] for point in points}
    for n, level in enumerate(dense.levels):
        for row, (point, code, basis) in enumerate(level.series):
            if point in of:
                of[point].append((code, basis, level.period, n, row))
    return {point: sorted(entries) for point, entries in of.items()}


def _group(
    dense: Dense,
    point: str,
    chosen: Sequence[_Entry],
    leaves: Sequence[NDArray[np.uint8]],
    there: Sequence[NDArray[np.bool_]],
    n: int,
) -> NDArray[np.uint8]:
    """SHA-256 [n, 32] over the lines of those of the chosen series that are `there` [n each], and their leaves."""
    out = np.empty((n, 32), dtype=np.uint8)
    spoke = np.array(there, dtype=np.bool_).reshape(len(chosen), n)
    for pattern in np.unique(spoke, axis=1).T if chosen else [np.zeros(0, dtype=np.bool_)]:
        on = (spoke == pattern[:, None]).all(axis=0)
        mine = np.flatnonzero(pattern).tolist()
        lines = "".join(
            f"{point}\x1f{code}\x1f{basis}\x1f{dense.units[code]}\x1f{period}\n"
            for code, basis, period, _, _ in (chosen[k] for k in mine)
        ).encode()
        message = np.empty((int(on.sum()), len(lines) + 32 * len(mine)), dtype=np.uint8)
        message[:, : len(lines)] = np.frombuffer(lines, dtype=np.uint8)
        for k, leaf in enumerate(mine):
            message[:, len(lines) + 32 * k : len(lines) + 32 * (k + 1)] = leaves[leaf][on]
        out[on] = sha256.rows(message)
    return out


def _spoke_in_hours(level: Level, row: int, since: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether one series has a row in single hours [n], `since` seconds after the first slot."""
    slots = since[:, None] // level.period + np.arange(HOUR_S // level.period)
    return np.asarray((level.quality[row, slots] > 0).any(axis=1))


def _hour_leaves(level: Level, row: int, since: NDArray[np.int64]) -> NDArray[np.uint8]:
    """SHA-256 [n, 32] of one series over single hours, `since` seconds after the first slot; as `sha256.day_leaves`."""
    slots = since[:, None] // level.period + np.arange(HOUR_S // level.period)
    parts = (level.value[row, slots], level.flag[row, slots], level.quality[row, slots])
    columns = [np.ascontiguousarray(part).view(np.uint8).reshape(len(since), -1) for part in parts]
    return sha256.rows(np.ascontiguousarray(np.concatenate(columns, axis=1)))


def folded(*digests: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """SHA-256 [n, 32] over the header line and digests [n, 32 each] one after the other."""
    n = len(digests[0])
    head = np.broadcast_to(np.frombuffer(HEADER, dtype=np.uint8), (n, len(HEADER)))
    return sha256.rows(np.ascontiguousarray(np.concatenate([head, *digests], axis=1)))


def of_texts(texts: Sequence[str]) -> NDArray[np.uint8]:
    """SHA-256 of each text [n, 32]; equal texts are hashed once."""
    seen: dict[str, NDArray[np.uint8]] = {}
    out = np.empty((len(texts), 32), dtype=np.uint8)
    for k, text in enumerate(texts):
        if text not in seen:
            raw = np.frombuffer(text.encode(), dtype=np.uint8).reshape(1, -1)
            seen[text] = sha256.rows(np.ascontiguousarray(raw))[0]
        out[k] = seen[text]
    return out
