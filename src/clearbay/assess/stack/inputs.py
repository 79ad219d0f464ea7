"""Digests of what findings were made from, as a tree: slots of a day, series of a group, groups of a finding.

Every value is hashed once, however many findings it enters (a day's mean, its hours, the 24 hours that end in it).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.stack import sha256
from clearbay.assess.stack.dense import Dense

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
    days: int,
) -> dict[str, NDArray[np.uint8]]:
    """SHA-256 of each group of codes [points, days, 32].

    The message of a point and day: for each series, in the order of code, basis and period, a line
    `point US code US basis US unit US period`; then the leaves of these series in the same order.
    """
    found = {name: np.zeros((len(points), days, 32), dtype=np.uint8) for name in codes}
    of: dict[str, list[tuple[str, str, int, int, int]]] = {point: [] for point in points}
    for n, level in enumerate(dense.levels):
        for row, (point, code, basis) in enumerate(level.series):
            if point in of:
                of[point].append((code, basis, level.period, n, row))
    for p, point in enumerate(points):
        mine = sorted(of[point])
        for name, wanted in codes.items():
            chosen = [entry for entry in mine if entry[0] in wanted]
            lines = "".join(
                f"{point}\x1f{code}\x1f{basis}\x1f{dense.units[code]}\x1f{period}\n"
                for code, basis, period, _, _ in chosen
            ).encode()
            message = np.empty((days, len(lines) + 32 * len(chosen)), dtype=np.uint8)
            message[:, : len(lines)] = np.frombuffer(lines, dtype=np.uint8)
            for k, (_, _, _, n, row) in enumerate(chosen):
                message[:, len(lines) + 32 * k : len(lines) + 32 * (k + 1)] = hashed[n][row]
            found[name][p] = sha256.rows(message)
    return found


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
