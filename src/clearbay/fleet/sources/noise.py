"""Noise that can be asked for at any time and is always the same: hashes of (seed, stream, time) made normal.

A running generator would have to be played from the start to know tomorrow; a hash knows any moment at once, so asking
for a period twice, or in another order, gives the same values. Hash: the finaliser of SplitMix64 (Steele, Lea and
Flood 2014), whose constants are part of the algorithm.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_STREAM = np.uint64(0xD1342543DE82EF95)


def _mixed(x: Hashes) -> Hashes:
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


def hashed(seed: int, streams: NDArray[np.int64], places: NDArray[np.int64]) -> Hashes:
    """Hash every stream at every place; streams (n,), places (m,) -> (n, m)."""
    with np.errstate(over="ignore"):
        base = _mixed(np.uint64(seed & (2**64 - 1)) + _STREAM * (streams.astype(np.uint64) + np.uint64(1)))
        return _mixed(base[:, None] + _STEP * places.astype(np.uint64)[None, :])


def uniform(seed: int, streams: NDArray[np.int64], places: NDArray[np.int64]) -> Floats:
    """Numbers evenly spread over [0, 1), shape (n, m)."""
    return (hashed(seed, streams, places) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(seed: int, streams: NDArray[np.int64], places: NDArray[np.int64]) -> Floats:
    """Standard normal numbers, shape (n, m), by the sum of the four 16-bit parts of a hash.

    The sum of four uniforms is bell-shaped within 3.46 standard deviations: an instrument's noise has no far tail.
    """
    h = hashed(seed, streams, places)
    low = np.uint64(0xFFFF)
    total = (h & low) + ((h >> np.uint64(16)) & low) + ((h >> np.uint64(32)) & low) + (h >> np.uint64(48))
    return np.asarray((total.astype(np.float64) / 65536.0 - 2.0) * np.sqrt(3.0))


def smooth(seed: int, streams: NDArray[np.int64], seconds: NDArray[np.int64], time_s: float) -> Floats:
    """Standard normal noise that changes over `time_s` [s]; seconds (m,) since 1970 -> (n, m).

    Normal numbers stand at multiples of `time_s`; between them they are mixed so that the variance stays one.
    """
    at = seconds / time_s
    knots = np.floor(at).astype(np.int64)
    first = int(knots.min())
    held = normal(seed, streams, np.arange(first, int(knots.max()) + 2))
    part = at - knots
    weight = part * part * (3.0 - 2.0 * part)
    place = knots - first
    mixed = held[:, place] * (1.0 - weight) + held[:, place + 1] * weight
    return np.asarray(mixed / np.sqrt((1.0 - weight) ** 2 + weight**2))


def streams_of(*numbers: int) -> NDArray[np.int64]:
    """Stream numbers as an array."""
    return np.array(numbers, np.int64)
