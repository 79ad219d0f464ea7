"""SHA-256 over the inputs of findings, many at a time."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.records import RECORD, Records

HEADER = b"clearbay records 1\n"


def digests(
    inputs: Sequence[tuple[Records, NDArray[np.int64]]],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    facts: Sequence[str] | None = None,
) -> list[str]:
    """Digest, for each finding, the records of its series whose periods begin in [begin, end).

    Parameters
    ----------
    inputs : for each level of values, its records and the numbers of the series in them [n, k], -1 for none; in the
        order in which they are digested.
    begin, end : [n, s].
    facts : further input of each finding as text [n], digested last.

    Returns
    -------
    SHA-256 [hex] of each: the header line, then for each series a line `point US code US unit` and its records, then
    the facts in UTF-8.
    """
    parts: list[list[tuple[list[int], list[int], list[int]]]] = []
    heads: list[list[bytes]] = []
    contents: list[memoryview] = []
    for records, series in inputs:
        low, high = (_positions(records, series, edge[:, None]) * RECORD.itemsize for edge in (begin, end))
        parts.append(list(zip(series.tolist(), low.tolist(), high.tolist(), strict=True)))
        heads.append(
            [
                f"{point}\x1f{code}\x1f{unit}\n".encode()
                for (point, code), unit in zip(records.keys, records.units, strict=True)
            ]
        )
        contents.append(memoryview(records.records.tobytes()))
    said = facts if facts is not None else [""] * len(begin)
    return [_one(heads, contents, levels, text) for *levels, text in zip(*parts, said, strict=True)]


def _positions(records: Records, series: NDArray[np.int64], t: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of the first record of each series that begins at `t` or later [n, k]; one search for all of them."""
    times = records.records["t"].astype(np.int64)
    if len(times) == 0:
        return np.zeros(series.shape, dtype=np.int64)
    first = int(times.min())
    span = int(times.max()) - first + 2
    number = np.repeat(np.arange(len(records.keys), dtype=np.int64), np.diff(records.bounds))
    wanted = np.maximum(series, 0) * span + np.clip(t - first, 0, span - 1)
    return np.searchsorted(number * span + (times - first), wanted).astype(np.int64)


def _one(
    heads: Sequence[Sequence[bytes]],
    contents: Sequence[memoryview],
    levels: Sequence[tuple[list[int], list[int], list[int]]],
    facts: str,
) -> str:
    state = hashlib.sha256(HEADER)
    for names, content, (series, low, high) in zip(heads, contents, levels, strict=True):
        for number, a, b in zip(series, low, high, strict=True):
            if number >= 0:
                state.update(names[number])
                state.update(content[a:b])
    state.update(facts.encode())
    return state.hexdigest()
