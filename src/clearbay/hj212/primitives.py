"""Compiled pieces of the batch decoder: check sum, times, numbers, look-up of names."""

import numpy as np
from numba import njit

from clearbay.hj212.layout import CRC, MOST_DIGITS, NO_TIME, POWERS, Bytes


@njit(cache=True, nogil=True, inline="always")
def find(value, hashes, slots):  # type: ignore[no-untyped-def]
    """Place of a hash among `hashes`, or -1."""
    size = np.uint64(len(slots))
    at = value % size
    while slots[at] >= 0:
        if hashes[slots[at]] == value:
            return slots[at]
        at = (at + np.uint64(1)) % size
    return np.int32(-1)


@njit(cache=True, nogil=True)
def crc_and_digest(buffer, start, stop):  # type: ignore[no-untyped-def]
    """The check sum of HJ 212 and a 64-bit digest of a slice, in one pass (see `crc` for the folding)."""
    a = b = c = d = e = f = g = h = np.uint8(0)
    digest = np.uint64(0xCBF29CE484222325)
    prime = np.uint64(0x9E3779B97F4A7C15)
    at = stop - ((stop - start) // 8) * 8
    first = True
    if at > start:
        word = np.uint64(0)
        for i in range(start, at):
            byte = buffer[i]
            if first:
                byte ^= np.uint8(0xFF)
                first = False
            place = 8 - (at - i)
            if place == 1:
                b ^= byte
            elif place == 2:
                c ^= byte
            elif place == 3:
                d ^= byte
            elif place == 4:
                e ^= byte
            elif place == 5:
                f ^= byte
            elif place == 6:
                g ^= byte
            else:
                h ^= byte
            word = (word << np.uint64(8)) | np.uint64(buffer[i])
        digest = (digest ^ word) * prime
        digest ^= digest >> np.uint64(29)
    elif stop > start:
        a ^= np.uint8(0xFF)
    for i in range(at, stop, 8):
        x0, x1, x2, x3 = buffer[i], buffer[i + 1], buffer[i + 2], buffer[i + 3]
        x4, x5, x6, x7 = buffer[i + 4], buffer[i + 5], buffer[i + 6], buffer[i + 7]
        a ^= x0
        b ^= x1
        c ^= x2
        d ^= x3
        e ^= x4
        f ^= x5
        g ^= x6
        h ^= x7
        low = np.uint64(x0) | np.uint64(x1) << np.uint64(8) | np.uint64(x2) << np.uint64(16)
        low |= np.uint64(x3) << np.uint64(24) | np.uint64(x4) << np.uint64(32) | np.uint64(x5) << np.uint64(40)
        low |= np.uint64(x6) << np.uint64(48) | np.uint64(x7) << np.uint64(56)
        digest = (digest ^ low) * prime
        digest ^= digest >> np.uint64(29)
    digest = (digest ^ np.uint64(stop - start)) * prime
    digest ^= digest >> np.uint64(32)
    crc = CRC[7, a] ^ CRC[6, b] ^ CRC[5, c] ^ CRC[4, d]
    crc ^= CRC[3, e] ^ CRC[2, f] ^ CRC[1, g] ^ CRC[0, h]
    if stop == start:
        crc = np.uint16(0xFFFF)
    return crc, digest


@njit(cache=True, nogil=True, inline="always")
def _digit(byte):  # type: ignore[no-untyped-def]
    return np.int64(byte) - 48


@njit(cache=True, nogil=True)
def read_time(buffer, at):  # type: ignore[no-untyped-def]
    """Seconds since 1970 of 14 digits, or NO_TIME."""
    for i in range(at, at + 14):
        if buffer[i] < 48 or buffer[i] > 57:
            return NO_TIME
    year = _digit(buffer[at]) * 1000 + _digit(buffer[at + 1]) * 100 + _digit(buffer[at + 2]) * 10
    year += _digit(buffer[at + 3])
    month = _digit(buffer[at + 4]) * 10 + _digit(buffer[at + 5])
    day = _digit(buffer[at + 6]) * 10 + _digit(buffer[at + 7])
    hour = _digit(buffer[at + 8]) * 10 + _digit(buffer[at + 9])
    minute = _digit(buffer[at + 10]) * 10 + _digit(buffer[at + 11])
    second = _digit(buffer[at + 12]) * 10 + _digit(buffer[at + 13])
    if year < 1 or month < 1 or month > 12 or hour > 23 or minute > 59 or second > 59 or day < 1:
        return NO_TIME
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = 31
    if month in (4, 6, 9, 11):
        days = 30
    elif month == 2:
        days = 29 if leap else 28
    if day > days:
        return NO_TIME
    # Days from the civil date, counting years from March (Howard Hinnant, "chrono-compatible low-level algorithms").
    y = year - 1 if month <= 2 else year
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    doe = yoe * 365 + yoe // 4 - yoe // 100 + doy
    return (era * 146097 + doe - 719468) * 86400 + hour * 3600 + minute * 60 + second


@njit(cache=True, nogil=True)
def read_number(buffer, at, stop):  # type: ignore[no-untyped-def]
    """Return (understood, value) of plain decimal digits."""
    negative = False
    if at < stop and (buffer[at] == 45 or buffer[at] == 43):
        negative = buffer[at] == 45
        at += 1
    digits = 0
    decimals = -1
    whole = np.int64(0)
    for i in range(at, stop):
        byte = buffer[i]
        if byte == 46:
            if decimals >= 0:
                return False, 0.0
            decimals = 0
        elif 48 <= byte <= 57:
            whole = whole * 10 + np.int64(byte - 48)
            digits += 1
            if decimals >= 0:
                decimals += 1
            if digits > MOST_DIGITS:
                return False, 0.0
        else:
            return False, 0.0
    if digits == 0:
        return False, 0.0
    value = float(whole)
    if decimals > 0:
        value /= POWERS[decimals]
    return True, -value if negative else value


@njit(cache=True, nogil=True, inline="always")
def hex_value(byte):  # type: ignore[no-untyped-def]
    """Value of a hex digit, or -1."""
    if 48 <= byte <= 57:
        return np.int64(byte) - 48
    if 65 <= byte <= 70:
        return np.int64(byte) - 55
    if 97 <= byte <= 102:
        return np.int64(byte) - 87
    return np.int64(-1)


@njit(cache=True, nogil=True)
def read_integer(buffer, at, stop, longest):  # type: ignore[no-untyped-def]
    """Value of 1 to `longest` digits, or -1."""
    if stop - at < 1 or stop - at > longest:
        return -1
    value = np.int64(0)
    for i in range(at, stop):
        if buffer[i] < 48 or buffer[i] > 57:
            return -1
        value = value * 10 + np.int64(buffer[i]) - 48
    return value


def digest(segment: Bytes) -> int:
    """The 64-bit digest of a segment, as `scan` gives it; resends are known by it."""
    return int(crc_and_digest(segment, 0, len(segment))[1])
