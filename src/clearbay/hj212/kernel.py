"""The compiled half of the batch decoder: frames in the standards' own form, straight from bytes to columns.

It decides only what it understands wholly: a frame in canonical form whose check sum fits. Anything else (an odd
dialect, garbage, a wrong CRC) it leaves to the scalar reader, so that both give the same verdicts.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clearbay.hj212.commands import COMMANDS
from clearbay.hj212.crc import _AHEAD
from clearbay.hj212.fields import ITEM, Kind

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Floats = NDArray[np.float64]

# Columns of `frames`.
OFFSET, LENGTH, STREAM, STATUS, QN_AT, ST_AT, ST_LEN, CN, PW_AT, PW_LEN = range(10)
MN_AT, MN_LEN, FLAG, PNUM, PNO, RF, FIRST, COUNT, NOTES, QN_LEN = range(10, 20)
FRAME_COLUMNS = 20
# Columns of `values`.
FRAME, CODE_AT, CODE_LEN, FIELD, TEXT_AT, TEXT_LEN, MARK, MARK_LEN, ITEM_NUMBER = range(9)
VALUE_COLUMNS = 9

PARSED, FOR_SCALAR = 1, 2
PLAIN = -1  # in FIELD: a plain name of CP
NO_TIME = np.iinfo(np.int64).min

NOTE_OVER_1024, NOTE_LOWER_CRC, NOTE_NO_QN, NOTE_NO_FLAG = 1, 2, 4, 8
NOTE_QN, NOTE_COMMA, NOTE_LONG_TIME = 16, 32, 64

DONE, ODD, FULL = 0, 1, 2  # how a call of `scan` ended

_FNV = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3


def name_hash(name: bytes) -> int:
    """Return the 64-bit FNV-1a hash the kernel uses for names."""
    hashed = _FNV
    for byte in name:
        hashed = ((hashed ^ byte) * _FNV_PRIME) & 0xFFFFFFFFFFFFFFFF
    return hashed


FIELD_NAMES: tuple[str, ...] = tuple(ITEM)
FIELD_INDEX: dict[str, int] = {name: index for index, name in enumerate(FIELD_NAMES)}
IS_NUMBER: tuple[bool, ...] = tuple(ITEM[name] is Kind.NUMBER for name in FIELD_NAMES)
FLAG_FIELD = FIELD_NAMES.index("Flag")
_KINDS = {Kind.NUMBER: 0, Kind.TIME: 1, Kind.TEXT: 2}
_FIELD_HASHES = np.array([name_hash(name.encode()) for name in FIELD_NAMES], np.uint64)
_FIELD_KINDS = np.array([_KINDS[ITEM[name]] for name in FIELD_NAMES], np.uint8)
_PLAIN_TIMES = ("DataTime", "BeginTime", "EndTime", "SystemTime", "RestartTime", "AlarmTime")
_PLAIN_TEXTS = (
    *("QnRtn", "ExeRtn", "PolId", "RtdInterval", "MinInterval", "OverTime", "ReCount"),
    *("QN", "CN", "PNO", "PNUM", "NewPW", "InfoId", "VaseNo", "Stime"),
)
_PLAIN_HASHES = np.array([name_hash(name.encode()) for name in (*_PLAIN_TIMES, *_PLAIN_TEXTS)], np.uint64)
_PLAIN_TIME_COUNT = len(_PLAIN_TIMES)
_HEAD_HASHES = np.array(
    [name_hash(name) for name in (b"QN", b"ST", b"CN", b"PW", b"MN", b"Flag", b"PNUM", b"PNO", b"RF", b"CP")],
    np.uint64,
)

_KNOWN = np.zeros(10000, np.bool_)
_KNOWN[[int(cn) for cn in COMMANDS]] = True
_CRC = np.array(_AHEAD, np.uint16)
_POWERS = np.array([10.0**n for n in range(23)])
_MOST_DIGITS = 15  # 10**15 < 2**53: digits and power are exact, so their quotient is the nearest double


def _slots(hashes: "Hashes", size: int) -> Ints:
    """Lay hashes out for look-up by their low bits; -1 is empty."""
    table = np.full(size, -1, np.int32)
    for index, value in enumerate(hashes):
        at = int(value) % size
        while table[at] >= 0:
            at = (at + 1) % size
        table[at] = index
    return table


_FIELD_SLOTS = _slots(_FIELD_HASHES, 128)
_PLAIN_SLOTS = _slots(_PLAIN_HASHES, 128)
_HEAD_SLOTS = _slots(_HEAD_HASHES, 64)


@njit(cache=True, nogil=True, inline="always")
def _find(value, hashes, slots):  # type: ignore[no-untyped-def]
    size = np.uint64(len(slots))
    at = value % size
    while slots[at] >= 0:
        if hashes[slots[at]] == value:
            return slots[at]
        at = (at + np.uint64(1)) % size
    return np.int32(-1)


@njit(cache=True, nogil=True)
def _crc_and_hash(buffer, start, stop):  # type: ignore[no-untyped-def]
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
    crc = _CRC[7, a] ^ _CRC[6, b] ^ _CRC[5, c] ^ _CRC[4, d]
    crc ^= _CRC[3, e] ^ _CRC[2, f] ^ _CRC[1, g] ^ _CRC[0, h]
    if stop == start:
        crc = np.uint16(0xFFFF)
    return crc, digest


@njit(cache=True, nogil=True, inline="always")
def _digit(byte):  # type: ignore[no-untyped-def]
    return np.int64(byte) - 48


@njit(cache=True, nogil=True)
def _time(buffer, at):  # type: ignore[no-untyped-def]
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
def _number(buffer, at, stop):  # type: ignore[no-untyped-def]
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
            if digits > _MOST_DIGITS:
                return False, 0.0
        else:
            return False, 0.0
    if digits == 0:
        return False, 0.0
    value = float(whole)
    if decimals > 0:
        value /= _POWERS[decimals]
    return True, -value if negative else value


@njit(cache=True, nogil=True, inline="always")
def _hex(byte):  # type: ignore[no-untyped-def]
    if 48 <= byte <= 57:
        return np.int64(byte) - 48
    if 65 <= byte <= 70:
        return np.int64(byte) - 55
    if 97 <= byte <= 102:
        return np.int64(byte) - 87
    return np.int64(-1)


@njit(cache=True, nogil=True)
def _integer(buffer, at, stop, longest):  # type: ignore[no-untyped-def]
    """Value of 1 to `longest` digits, or -1."""
    if stop - at < 1 or stop - at > longest:
        return -1
    value = np.int64(0)
    for i in range(at, stop):
        if buffer[i] < 48 or buffer[i] > 57:
            return -1
        value = value * 10 + np.int64(buffer[i]) - 48
    return value


@njit(cache=True, nogil=True)
def _head(buffer, at, stop, frame):  # type: ignore[no-untyped-def]
    """Read the head into a row; return where CP's data begin, or -1 when it is not in canonical form."""
    seen = 0
    while at < stop:
        digest = np.uint64(0xCBF29CE484222325)
        start = at
        while at < stop and buffer[at] != 61:
            digest = (digest ^ np.uint64(buffer[at])) * np.uint64(0x100000001B3)
            at += 1
            if at - start > 4:
                return -1
        name = _find(digest, _HEAD_HASHES, _HEAD_SLOTS)
        if name < 0 or seen >> name & 1:
            return -1
        seen |= 1 << name
        at += 1
        start = at
        if name == 9:
            if at + 4 > stop or buffer[at] != 38 or buffer[at + 1] != 38:
                return -1
            break
        while at < stop and buffer[at] != 59:
            byte = buffer[at]
            if byte < 33 or byte > 126 or byte in (44, 61, 38):
                return -1
            at += 1
        size = at - start
        if size == 0:
            return -1
        if name == 0:
            fine = size == 17 and _time(buffer, start) != NO_TIME
            for i in range(start + 14, at):
                fine = fine and 48 <= buffer[i] <= 57
            frame[NOTES] = 0 if fine else NOTE_QN
            frame[QN_LEN] = size
            frame[QN_AT] = start
        elif name == 1:
            if size < 2 or size > 3:
                return -1
            for i in range(start, at):
                byte = buffer[i]
                if not (48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122):
                    return -1
            frame[ST_AT], frame[ST_LEN] = start, size
        elif name == 2:
            if size != 4:
                return -1
            frame[CN] = _integer(buffer, start, at, 4)
        elif name == 3:
            frame[PW_AT], frame[PW_LEN] = start, size
        elif name == 4:
            frame[MN_AT], frame[MN_LEN] = start, size
        elif name == 5:
            frame[FLAG] = _integer(buffer, start, at, 3)
            if frame[FLAG] < 0 or frame[FLAG] > 255:
                return -1
        elif name == 6:
            frame[PNUM] = _integer(buffer, start, at, 4)
        elif name == 7:
            frame[PNO] = _integer(buffer, start, at, 4)
        else:
            if size != 1 or buffer[start] != 49:
                return -1
            frame[RF] = 1
        at += 1
    if seen >> 9 != 1 or frame[ST_LEN] == 0 or frame[MN_LEN] == 0 or frame[CN] < 0 or not _KNOWN[frame[CN]]:
        return -1
    if seen & 192:
        if seen & 192 != 192 or frame[PNO] < 1 or frame[PNO] > frame[PNUM]:
            return -1
        if frame[FLAG] < 0 or not frame[FLAG] & 2:
            return -1
    return at + 2


@njit(cache=True, nogil=True)
def _data(buffer, at, stop, number, count, values, floats, code_hashes):  # type: ignore[no-untyped-def]
    """Read CP's data into rows; return the next free row (-1: not canonical), DataTime, notes."""
    moment = NO_TIME
    notes = 0
    item = -1
    item_first = count
    last_size, last_hash = -1, np.uint64(0)
    fields_seen = 0
    after_comma = False
    while at < stop:
        start = at
        digest = np.uint64(0xCBF29CE484222325)
        field_hash = digest
        code_hash = digest
        dash = -1
        while at < stop and buffer[at] != 61:
            byte = buffer[at]
            if byte == 45:
                dash = at
                code_hash = digest
                field_hash = np.uint64(0xCBF29CE484222325)
            elif byte < 33 or byte > 126 or byte in (59, 44, 38, 47):
                return -1, moment, notes
            else:
                field_hash = (field_hash ^ np.uint64(byte)) * np.uint64(0x100000001B3)
            digest = (digest ^ np.uint64(byte)) * np.uint64(0x100000001B3)
            at += 1
        if at >= stop:
            return -1, moment, notes
        equals = at
        at += 1
        while at < stop and buffer[at] != 59 and buffer[at] != 44:
            byte = buffer[at]
            if byte < 33 or byte > 126 or byte in (61, 38, 47):
                return -1, moment, notes
            at += 1
        size = at - equals - 1
        if size == 0:
            return -1, moment, notes
        comma = at < stop and buffer[at] == 44
        if dash < 0:
            name = _find(digest, _PLAIN_HASHES, _PLAIN_SLOTS)
            if name < 0:
                return -1, moment, notes
            if comma or after_comma:
                notes |= NOTE_COMMA
            if name < _PLAIN_TIME_COUNT:
                if size == 17 and 48 <= buffer[at - 3] <= 57 and 48 <= buffer[at - 2] <= 57:
                    if buffer[at - 1] < 48 or buffer[at - 1] > 57:
                        return -1, moment, notes
                    notes |= NOTE_LONG_TIME
                elif size != 14:
                    return -1, moment, notes
                found = _time(buffer, equals + 1)
                if found == NO_TIME:
                    return -1, moment, notes
                if name == 0 and moment == NO_TIME:
                    moment = found
            last_size = -1
            row = values[count]
            row[FRAME], row[CODE_AT], row[CODE_LEN], row[FIELD] = number, start, equals - start, PLAIN
            row[TEXT_AT], row[TEXT_LEN], row[MARK], row[MARK_LEN] = equals + 1, size, 0, 0
            row[ITEM_NUMBER] = -1
            floats[count] = np.nan
            code_hashes[count] = digest
            count += 1
        else:
            if dash == start:
                return -1, moment, notes
            field = _find(field_hash, _FIELD_HASHES, _FIELD_SLOTS)
            if field < 0:
                return -1, moment, notes
            same = last_size == dash - start and last_hash == code_hash
            if not same or fields_seen >> field & 1:
                item += 1
                item_first = count
                fields_seen = 0
                last_size, last_hash = dash - start, code_hash
            fields_seen |= 1 << field
            if field == FLAG_FIELD:
                for i in range(item_first, count):
                    values[i, MARK], values[i, MARK_LEN] = equals + 1, size
            else:
                kind = _FIELD_KINDS[field]
                value = np.nan
                if kind == 0:
                    fine, value = _number(buffer, equals + 1, at)
                    if not fine:
                        return -1, moment, notes
                elif kind == 1 and (size != 14 or _time(buffer, equals + 1) == NO_TIME):
                    return -1, moment, notes
                row = values[count]
                row[FRAME], row[CODE_AT], row[CODE_LEN], row[FIELD] = number, start, dash - start, field
                row[TEXT_AT], row[TEXT_LEN], row[ITEM_NUMBER] = equals + 1, size, item
                if fields_seen >> FLAG_FIELD & 1:  # the mark came before this value
                    return -1, moment, notes
                row[MARK], row[MARK_LEN] = 0, 0
                floats[count] = value
                code_hashes[count] = code_hash
                count += 1
        after_comma = comma
        at += 1
    return count, moment, notes


@njit(cache=True, nogil=True)
def scan(  # type: ignore[no-untyped-def]
    buffer, stops, positions, stream, longest, frames, times, digests, mn_hashes, values, floats, code_hashes, filled
):
    """Read frames of streams laid end to end in `buffer`, from `stream` on, until done, full or something odd.

    `positions` and `stops` bound each stream and are moved on; `filled` holds how many frames and values are used.
    Returns (how it ended, the stream it stands at).
    """
    number, count = filled[0], filled[1]
    while stream < len(stops):
        at = positions[stream]
        stop = stops[stream]
        while at < stop:
            if buffer[at] == 13 or buffer[at] == 10:
                at += 1
                continue
            positions[stream] = at
            if at + 6 > stop or buffer[at] != 35 or buffer[at + 1] != 35:
                filled[0], filled[1] = number, count
                return ODD, stream
            length = _integer(buffer, at + 2, at + 6, 4)
            if length < 0 or length > longest:
                filled[0], filled[1] = number, count
                return ODD, stream
            start = at + 6
            end = start + length
            if end + 4 > stop:
                break
            printed = np.int64(0)
            lower = False
            for i in range(end, end + 4):
                nibble = _hex(buffer[i])
                if nibble < 0:
                    printed = np.int64(-1)
                    break
                lower = lower or buffer[i] >= 97
                printed = printed * 16 + nibble
            crc, digest = _crc_and_hash(buffer, start, end)
            if printed != np.int64(crc):
                filled[0], filled[1] = number, count
                return ODD, stream
            if number >= len(frames) or count + length // 3 >= len(values):
                filled[0], filled[1] = number, count
                return FULL, stream
            frame = frames[number]
            frame[:] = 0
            frame[OFFSET], frame[LENGTH], frame[STREAM], frame[FIRST] = at, length + 10, stream, count
            frame[FLAG] = frame[PNUM] = frame[PNO] = frame[CN] = frame[QN_AT] = -1
            frame[STATUS] = FOR_SCALAR
            times[number] = NO_TIME
            digests[number] = digest
            mn_hashes[number] = 0
            if length >= 8 and buffer[end - 1] == 38 and buffer[end - 2] == 38:
                data = _head(buffer, start, end, frame)
                if data >= 0 and data <= end - 2:
                    after, moment, odd = _data(buffer, data, end - 2, number, count, values, floats, code_hashes)
                    if after >= 0:
                        frame[STATUS] = PARSED
                        frame[COUNT] = after - count
                        count = after
                        times[number] = moment
                        notes = frame[NOTES] | odd | (NOTE_OVER_1024 if length > 1024 else 0)
                        notes |= NOTE_LOWER_CRC if lower else 0
                        notes |= NOTE_NO_QN if frame[QN_AT] < 0 else 0
                        frame[NOTES] = notes | (NOTE_NO_FLAG if frame[FLAG] < 0 else 0)
                        mn = np.uint64(0xCBF29CE484222325)
                        for i in range(frame[MN_AT], frame[MN_AT] + frame[MN_LEN]):
                            mn = (mn ^ np.uint64(buffer[i])) * np.uint64(0x100000001B3)
                        mn_hashes[number] = mn
            number += 1
            at = end + 4
        positions[stream] = at
        stream += 1
    filled[0], filled[1] = number, count
    return DONE, stream


@njit(cache=True, nogil=True)
def gather(buffer, starts, sizes, offsets, data):  # type: ignore[no-untyped-def]
    """Copy slices of a buffer one after the other; `offsets` gets where each begins."""
    at = 0
    for i in range(len(starts)):
        offsets[i] = at
        for j in range(starts[i], starts[i] + sizes[i]):
            data[at] = buffer[j]
            at += 1
    offsets[len(starts)] = at


def digest(segment: Bytes) -> int:
    """The 64-bit digest of a segment, as `scan` gives it; resends are known by it."""
    return int(_crc_and_hash(segment, 0, len(segment))[1])
