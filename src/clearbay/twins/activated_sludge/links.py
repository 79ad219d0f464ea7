"""Which stream enters which cell, settler and outlet, and where what it carries stands: lists for the kernels."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clearbay.twins.activated_sludge.records import (
    AT,
    FACTOR,
    FROM_BOTTOM,
    FROM_CELL,
    FROM_INFLUENT,
    FROM_TOP,
    SOURCE,
    TARGET,
    TO,
    TO_CELL,
    TO_OUTLET,
    TO_SETTLER,
)


class Lists(NamedTuple):
    """Lists of records.Net that `lists_of` builds; columns as there."""

    links: np.ndarray
    spans: np.ndarray
    feeds: np.ndarray
    drains: np.ndarray
    parts: np.ndarray
    outs: np.ndarray
    origins: int


def lists_of(edges: np.ndarray, influents: int, settlers: int, cells: int, n: int) -> Lists:
    """Order the streams (streams, 5) by what they enter; n states.

    Origins stand in rows: influents, then top and bottom of each settler, then streams that take states unequally.
    """
    parts: list[tuple[int, int]] = []
    places: list[tuple[int, int]] = []  # elsewhere, base
    for e, edge in enumerate(edges):
        source, at = int(edge[SOURCE]), int(edge[AT])
        row = {FROM_INFLUENT: at, FROM_TOP: influents + 2 * at, FROM_BOTTOM: influents + 2 * at + 1}.get(source)
        if source == FROM_CELL and edge[FACTOR] < 0:
            places.append((0, at * n))
            continue
        if row is None:
            row = influents + 2 * settlers + len(parts)
            parts.append((e, row * n))
        places.append((1, row * n))
    uneven = {e for e, _ in parts}
    links: list[tuple[int, int, int, int]] = []
    spans: list[tuple[int, int, int]] = []
    for c in range(cells):
        into = [(c, e, 1, places[e][1]) for e, edge in enumerate(edges) if _enters(edge, TO_CELL, c)]
        out = [(c, e, -1, places[e][1]) for e in sorted(uneven) if edges[e, AT] == c]
        own = [link for link in into if not places[link[1]][0]]
        other = [link for link in into if places[link[1]][0]] + out
        spans.append((len(links), len(links) + len(own), len(links) + len(own) + len(other)))
        links += own + other
    return Lists(
        links=_table(links, 4),
        spans=_table(spans, 3),
        feeds=_table([(int(d[TO]), e, *places[e]) for e, d in enumerate(edges) if d[TARGET] == TO_SETTLER], 4),
        drains=_table([(int(d[AT]), e) for e, d in enumerate(edges) if d[SOURCE] == FROM_BOTTOM], 2),
        parts=_table(parts, 2),
        outs=_table([(int(d[TO]), e, *places[e]) for e, d in enumerate(edges) if d[TARGET] == TO_OUTLET], 4),
        origins=influents + 2 * settlers + len(parts),
    )


def _enters(edge: np.ndarray, target: int, at: int) -> bool:
    return bool(edge[TARGET] == target and edge[TO] == at)


def _table(rows: Sequence[tuple[int, ...]], columns: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(len(rows), columns)
