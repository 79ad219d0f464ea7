"""Knowing a resend: the digests of the packets accepted last, in bounded memory."""

import numpy as np
from numba import njit

from clearbay.hj212 import layout as k

REMEMBERED = 1 << 20
"""At least this many packets are remembered, at most twice as many; older ones are asked of the store."""


class Resends:
    """Two generations of 64-bit digests in open-addressing tables; the older one is dropped when the younger fills."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._young = np.zeros(1 << 12, np.uint64)
        self._old = np.zeros(1, np.uint64)
        self._count = 0
        self.forgotten = False
        """Whether packets were accepted that are not remembered any more."""

    def add(self, digests: k.Hashes) -> None:
        """Remember packets as accepted."""
        for start in range(0, len(digests), 4096):
            part = digests[start : start + 4096]
            if self._count + len(part) > self._remembered:
                self.forgotten = self.forgotten or len(self._old) > 1
                self._old, self._young = self._young, np.zeros(1 << 12, np.uint64)
                self._count = 0
            while 2 * (self._count + len(part)) > len(self._young):
                bigger = np.zeros(2 * len(self._young), np.uint64)
                _add(bigger, self._young[self._young != 0])
                self._young = bigger
            _add(self._young, part)
            self._count += len(part)

    def known(self, digests: k.Hashes, candidates: np.ndarray) -> np.ndarray:
        """Return which candidates repeat a remembered packet, or an earlier candidate of the same batch."""
        repeats = np.zeros(len(digests), np.bool_)
        batch = np.zeros(max(16, 1 << (2 * len(digests)).bit_length()), np.uint64)
        _known(digests, candidates, self._young, self._old, batch, repeats)
        return repeats


@njit(cache=True, nogil=True)
def _seek(table, digest):  # type: ignore[no-untyped-def]
    """Where a digest is, or the empty place where it would be; 0 stands for empty."""
    mask = np.uint64(len(table) - 1)
    at = digest & mask
    while table[at] != 0 and table[at] != digest:
        at = (at + np.uint64(1)) & mask
    return at


@njit(cache=True, nogil=True)
def _add(table, digests):  # type: ignore[no-untyped-def]
    for digest in digests:
        table[_seek(table, digest)] = digest


@njit(cache=True, nogil=True)
def _known(digests, candidates, young, old, batch, repeats):  # type: ignore[no-untyped-def]
    for i in range(len(digests)):
        if candidates[i]:
            digest = digests[i]
            at = _seek(batch, digest)
            repeats[i] = batch[at] == digest or young[_seek(young, digest)] == digest
            if not repeats[i] and len(old) > 1:
                repeats[i] = old[_seek(old, digest)] == digest
            batch[at] = digest
