"""SHA-256 of many short messages at once: ids and digests of findings without a call into Python for each.

The compression function of FIPS 180-4, 6.2, as a compiled loop. A test holds it to `hashlib`.
"""

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.stack.compiled import kernel

Bytes = NDArray[np.uint8]


def _roots(power: int, count: int) -> list[int]:
    """First 32 bits of the fractional parts of the square (2) or cube (3) roots of the first primes (FIPS 180-4)."""
    primes: list[int] = []
    n = 2
    while len(primes) < count:
        if all(n % p for p in primes):
            primes.append(n)
        n += 1
    found = []
    for p in primes:
        # The whole number root of p * 2**(32 * power), by bisection: exact, no floating point.
        low, high = 0, p << 33
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if middle**power <= p << (32 * power) else (low, middle)
        found.append(low & 0xFFFFFFFF)
    return found


K = np.array(_roots(3, 64), dtype=np.uint32)
START = np.array(_roots(2, 8), dtype=np.uint32)


@kernel
def _rotated(x: np.uint32, n: int) -> np.uint32:
    return np.uint32((x >> np.uint32(n)) | (x << np.uint32(32 - n)))


@kernel
def compress(state: NDArray[np.uint32], message: Bytes, at: int, w: NDArray[np.uint32]) -> None:
    """Take one 64-byte block of `message` into `state` [8]; `w` [64] is scratch."""
    for i in range(16):
        k = at + 4 * i
        w[i] = np.uint32(
            (np.uint32(message[k]) << np.uint32(24))
            | (np.uint32(message[k + 1]) << np.uint32(16))
            | (np.uint32(message[k + 2]) << np.uint32(8))
            | np.uint32(message[k + 3])
        )
    for i in range(16, 64):
        x, y = w[i - 15], w[i - 2]
        s0 = _rotated(x, 7) ^ _rotated(x, 18) ^ (x >> np.uint32(3))
        s1 = _rotated(y, 17) ^ _rotated(y, 19) ^ (y >> np.uint32(10))
        w[i] = np.uint32(w[i - 16] + s0 + w[i - 7] + s1)
    a, b, c, d = state[0], state[1], state[2], state[3]
    e, f, g, h = state[4], state[5], state[6], state[7]
    for i in range(64):
        s1 = _rotated(e, 6) ^ _rotated(e, 11) ^ _rotated(e, 25)
        t1 = np.uint32(h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i])
        s0 = _rotated(a, 2) ^ _rotated(a, 13) ^ _rotated(a, 22)
        t2 = np.uint32(s0 + ((a & b) ^ (a & c) ^ (b & c)))
        h, g, f, e = g, f, e, np.uint32(d + t1)
        d, c, b, a = c, b, a, np.uint32(t1 + t2)
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e
    state[5] += f
    state[6] += g
    state[7] += h


@kernel
def digest(message: Bytes, length: int, out: Bytes, state: NDArray[np.uint32], w: NDArray[np.uint32]) -> None:
    """Write the SHA-256 [32] of the first `length` bytes of `message`, which has room for 72 more of padding."""
    for i in range(8):
        state[i] = START[i]
    end = (length + 8) // 64 * 64 + 64
    for i in range(length, end):
        message[i] = 0
    message[length] = 0x80
    bits = length * 8
    for i in range(8):
        message[end - 1 - i] = (bits >> (8 * i)) & 0xFF
    for at in range(0, end, 64):
        compress(state, message, at, w)
    for i in range(8):
        for k in range(4):
            out[4 * i + k] = (state[i] >> np.uint32(24 - 8 * k)) & np.uint32(0xFF)


@kernel
def rows(messages: Bytes) -> Bytes:
    """SHA-256 of every row [n, length] as [n, 32]."""
    n, length = messages.shape
    out = np.empty((n, 32), dtype=np.uint8)
    scratch = np.empty(length + 136, dtype=np.uint8)
    state, w = np.empty(8, dtype=np.uint32), np.empty(64, dtype=np.uint32)
    for i in range(n):
        scratch[:length] = messages[i]
        digest(scratch, length, out[i], state, w)
    return out


@kernel
def _digits(number: int, into: Bytes, at: int) -> int:
    if number < 0:
        into[at] = 45
        return _digits(-number, into, at + 1)
    size, rest = 1, number
    while rest >= 10:
        rest //= 10
        size += 1
    for i in range(size):
        into[at + size - 1 - i] = 48 + number % 10
        number //= 10
    return at + size


@kernel
def ids(
    prefixes: Bytes,
    bounds: NDArray[np.int64],
    which: NDArray[np.int64],
    t: NDArray[np.int64],
    period: NDArray[np.int64],
) -> Bytes:
    """Hex of the first 12 bytes [n, 24] of SHA-256 over `prefix`, `t`, the byte 0x1F and `period` in decimal digits.

    Parameters
    ----------
    prefixes, bounds : texts one after the other and where each begins [k + 1]; which : the text of each id [n].
    """
    n = len(which)
    out = np.empty((n, 24), dtype=np.uint8)
    longest = 0
    for k in range(len(bounds) - 1):
        longest = max(longest, bounds[k + 1] - bounds[k])
    scratch = np.empty(longest + 200, dtype=np.uint8)
    found = np.empty(32, dtype=np.uint8)
    state, w = np.empty(8, dtype=np.uint32), np.empty(64, dtype=np.uint32)
    for i in range(n):
        a, b = bounds[which[i]], bounds[which[i] + 1]
        scratch[: b - a] = prefixes[a:b]
        at = _digits(t[i], scratch, b - a)
        scratch[at] = 0x1F
        at = _digits(period[i], scratch, at + 1)
        digest(scratch, at, found, state, w)
        for k in range(12):
            for half in range(2):
                x = (found[k] >> 4) if half == 0 else (found[k] & 15)
                out[i, 2 * k + half] = 48 + x if x < 10 else 87 + x
    return out


@kernel
def day_leaves(value: NDArray[np.int64], flag: NDArray[np.uint16], quality: Bytes, bounds: NDArray[np.int64]) -> Bytes:
    """SHA-256 of each series and day [series, days, 32].

    The message of a day: its values (int64), its flags (two bytes), its qualities (one byte), slot after slot, each
    little-endian; `bounds` [days + 1] are the slots that days begin with.
    """
    n, days = value.shape[0], len(bounds) - 1
    longest = 0
    for d in range(days):
        longest = max(longest, bounds[d + 1] - bounds[d])
    scratch = np.empty(longest * 11 + 136, dtype=np.uint8)
    out = np.empty((n, days, 32), dtype=np.uint8)
    state, w = np.empty(8, dtype=np.uint32), np.empty(64, dtype=np.uint32)
    for i in range(n):
        for d in range(days):
            a, b = bounds[d], bounds[d + 1]
            size = b - a
            scratch[: 8 * size] = value[i, a:b].view(np.uint8)
            scratch[8 * size : 10 * size] = flag[i, a:b].view(np.uint8)
            scratch[10 * size : 11 * size] = quality[i, a:b]
            digest(scratch, 11 * size, out[i, d], state, w)
    return out
