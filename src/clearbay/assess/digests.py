"""SHA-256 over the inputs of findings, many at a time."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.records import RECORD, Records

HEADER = b"clearbay records 1\n"


def digests(records: Records, series: NDArray[np.int64], begin: NDArray[np.int64], end: NDArray[np.int64]) -> list[str]:
    """Digest, for each finding, the records of its series whose periods begin in [begin, end).

    Parameters
    ----------
    series : [n, k] numbers of series in `records`, -1 for none; in the order in which they are digested.
    begin, end : [n, s].

    Returns
    -------
    SHA-256 [hex] of each: the header line, then for each series a line `point US code US unit` and its records.
    """
    n, width = series.shape
    low, high = np.zeros((n, width), dtype=np.int64), np.zeros((n, width), dtype=np.int64)
    times = records.records["t"]
    for number in np.unique(series[series >= 0]).tolist():
        a, b = int(records.bounds[number]), int(records.bounds[number + 1])
        rows, columns = np.nonzero(series == number)
        low[rows, columns] = (a + np.searchsorted(times[a:b], begin[rows])) * RECORD.itemsize
        high[rows, columns] = (a + np.searchsorted(times[a:b], end[rows])) * RECORD.itemsize
    heads = [
        f"{point}\x1f{code}\x1f{unit}\n".encode()
        for (point, code), unit in zip(records.keys, records.units, strict=True)
    ]
    content = memoryview(records.records.tobytes())
    return [
        _one(heads, content, which, lows, highs)
        for which, lows, highs in zip(series.tolist(), low.tolist(), high.tolist(), strict=True)
    ]


def _one(heads: Sequence[bytes], content: memoryview, which: list[int], low: list[int], high: list[int]) -> str:
    state = hashlib.sha256(HEADER)
    for number, a, b in zip(which, low, high, strict=True):
        if number >= 0:
            state.update(heads[number])
            state.update(content[a:b])
    return state.hexdigest()
