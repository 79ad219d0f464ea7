"""The compiled half of the batch decoder: frames in the standards' own form, straight from bytes to columns.

It decides only what it understands wholly: a frame in canonical form whose check sum fits. Anything else (an odd
dialect, garbage, a wrong CRC) it leaves to the scalar reader, so that both give the same verdicts.
"""

import numpy as np
from numba import njit

from clearbay.hj212.layout import (
    CN,
    CODE_AT,
    CODE_LEN,
    COUNT,
    DONE,
    FIELD,
    FIELD_HASHES,
    FIELD_KINDS,
    FIELD_SLOTS,
    FIRST,
    FLAG,
    FLAG_FIELD,
    FOR_SCALAR,
    FRAME,
    FULL,
    HEAD_HASHES,
    HEAD_SLOTS,
    ITEM_NUMBER,
    KNOWN,
    LENGTH,
    MARK,
    MARK_LEN,
    MN_AT,
    MN_LEN,
    NO_TIME,
    NOTE_COMMA,
    NOTE_LONG_TIME,
    NOTE_LOWER_CRC,
    NOTE_NO_FLAG,
    NOTE_NO_QN,
    NOTE_OVER_1024,
    NOTE_QN,
    NOTES,
    ODD,
    OFFSET,
    PARSED,
    PLAIN,
    PLAIN_HASHES,
    PLAIN_SLOTS,
    PLAIN_TIME_COUNT,
    PNO,
    PNUM,
    PW_AT,
    PW_LEN,
    QN_AT,
    QN_LEN,
    RF,
    ST_AT,
    ST_LEN,
    STATUS,
    STREAM,
    TEXT_AT,
    TEXT_LEN,
)
from clearbay.hj212.primitives import crc_and_digest, find, hex_value, read_integer, read_number, read_time


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
        name = find(digest, HEAD_HASHES, HEAD_SLOTS)
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
            fine = size == 17 and read_time(buffer, start) != NO_TIME
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
            frame[CN] = read_integer(buffer, start, at, 4)
        elif name == 3:
            frame[PW_AT], frame[PW_LEN] = start, size
        elif name == 4:
            frame[MN_AT], frame[MN_LEN] = start, size
        elif name == 5:
            frame[FLAG] = read_integer(buffer, start, at, 3)
            if frame[FLAG] < 0 or frame[FLAG] > 255:
                return -1
        elif name == 6:
            frame[PNUM] = read_integer(buffer, start, at, 4)
        elif name == 7:
            frame[PNO] = read_integer(buffer, start, at, 4)
        else:
            if size != 1 or buffer[start] != 49:
                return -1
            frame[RF] = 1
        at += 1
    if seen >> 9 != 1 or frame[ST_LEN] == 0 or frame[MN_LEN] == 0 or frame[CN] < 0 or not KNOWN[frame[CN]]:
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
            name = find(digest, PLAIN_HASHES, PLAIN_SLOTS)
            if name < 0:
                return -1, moment, notes
            if comma or after_comma:
                notes |= NOTE_COMMA
            if name < PLAIN_TIME_COUNT:
                if size == 17 and 48 <= buffer[at - 3] <= 57 and 48 <= buffer[at - 2] <= 57:
                    if buffer[at - 1] < 48 or buffer[at - 1] > 57:
                        return -1, moment, notes
                    notes |= NOTE_LONG_TIME
                elif size != 14:
                    return -1, moment, notes
                found = read_time(buffer, equals + 1)
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
            field = find(field_hash, FIELD_HASHES, FIELD_SLOTS)
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
                kind = FIELD_KINDS[field]
                value = np.nan
                if kind == 0:
                    fine, value = read_number(buffer, equals + 1, at)
                    if not fine:
                        return -1, moment, notes
                elif kind == 1 and (size != 14 or read_time(buffer, equals + 1) == NO_TIME):
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
            length = read_integer(buffer, at + 2, at + 6, 4)
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
                nibble = hex_value(buffer[i])
                if nibble < 0:
                    printed = np.int64(-1)
                    break
                lower = lower or buffer[i] >= 97
                printed = printed * 16 + nibble
            crc, digest = crc_and_digest(buffer, start, end)
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
