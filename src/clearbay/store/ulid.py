"""Packet ids: ULIDs worked out from the arrival time and the packet's place in the store, so they need no room.

A ULID is 48 bits of milliseconds and 80 bits; here those are the store's 40-bit id and the packet's 40-bit number.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = np.frombuffer(_ALPHABET.encode(), np.uint8)
_LOW = (1 << 40) - 1


def packet_ids(received_us: NDArray[np.int64], numbers: NDArray[np.int64], store_id: int) -> pa.Array:
    """Return the ULIDs of packets as an Arrow string array; times in microseconds since 1970."""
    count = len(numbers)
    digits = np.empty((count, 26), np.uint8)
    when = received_us // 1000
    for place in range(9, -1, -1):
        digits[:, place] = when & 31
        when = when >> 5
    for start, stop, value in ((10, 18, np.full(count, store_id, np.int64)), (18, 26, numbers.astype(np.int64))):
        rest = value & _LOW
        for place in range(stop - 1, start - 1, -1):
            digits[:, place] = rest & 31
            rest = rest >> 5
    text = _LETTERS[digits]
    offsets = np.arange(0, 26 * (count + 1), 26, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text.tobytes()))


def packet_number(packet_id: str) -> int:
    """Return a packet's number from its ULID. Raises ValueError when it is none."""
    text = packet_id.strip().upper()
    if len(text) != 26 or any(letter not in _ALPHABET for letter in text):
        raise ValueError(f"{packet_id!r} is not a packet id (26 letters and digits)")
    value = 0
    for letter in text[18:]:
        value = value << 5 | _ALPHABET.index(letter)
    return value
