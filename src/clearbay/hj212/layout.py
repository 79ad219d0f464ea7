"""What the columns of a decoded batch are, and the tables the compiled code looks names up in."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearbay.hj212.commands import COMMANDS
from clearbay.hj212.crc import _AHEAD
from clearbay.hj212.fields import ITEM, Kind
from clearbay.kernel_cache import drop_stale

drop_stale(Path(__file__).parent)

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
FIELD_HASHES = np.array([name_hash(name.encode()) for name in FIELD_NAMES], np.uint64)
FIELD_KINDS = np.array([_KINDS[ITEM[name]] for name in FIELD_NAMES], np.uint8)
_PLAIN_TIMES = ("DataTime", "BeginTime", "EndTime", "SystemTime", "RestartTime", "AlarmTime")
_PLAIN_TEXTS = (
    *("QnRtn", "ExeRtn", "PolId", "RtdInterval", "MinInterval", "OverTime", "ReCount"),
    *("QN", "CN", "PNO", "PNUM", "NewPW", "InfoId", "VaseNo", "Stime"),
)
PLAIN_HASHES = np.array([name_hash(name.encode()) for name in (*_PLAIN_TIMES, *_PLAIN_TEXTS)], np.uint64)
PLAIN_TIME_COUNT = len(_PLAIN_TIMES)
HEAD_HASHES = np.array(
    [name_hash(name) for name in (b"QN", b"ST", b"CN", b"PW", b"MN", b"Flag", b"PNUM", b"PNO", b"RF", b"CP")],
    np.uint64,
)

KNOWN = np.zeros(10000, np.bool_)
KNOWN[[int(cn) for cn in COMMANDS]] = True
CRC = np.array(_AHEAD, np.uint16)
POWERS = np.array([10.0**n for n in range(23)])
MOST_DIGITS = 15  # 10**15 < 2**53: digits and power are exact, so their quotient is the nearest double


def _slots(hashes: "Hashes", size: int) -> Ints:
    """Lay hashes out for look-up by their low bits; -1 is empty."""
    table = np.full(size, -1, np.int32)
    for index, value in enumerate(hashes):
        at = int(value) % size
        while table[at] >= 0:
            at = (at + 1) % size
        table[at] = index
    return table


FIELD_SLOTS = _slots(FIELD_HASHES, 128)
PLAIN_SLOTS = _slots(PLAIN_HASHES, 128)
HEAD_SLOTS = _slots(HEAD_HASHES, 64)
