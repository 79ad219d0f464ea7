"""The check sum of HJ 212: a CRC-16 of its own kind, which is not MODBUS.

HJ/T 212-2005, HJ 212-2017 and HJ 212-2025 Annex A give the same routine: the register's high byte is
XORed with
the data byte, its low byte is thrown away. Three things follow, and this module uses them. Only 256
results exist.
The state is 8 bits and its map is linear with order 8, so a segment can be XOR-folded into 8 bytes
first and needs
eight table look-ups then, not one per byte. And a result outside the 256 was made by another algorithm.
"""

_POLY = 0xA001
_REGISTER = 0xFFFF


def _eight_shifts(register: int) -> int:
    for _ in range(8):
        register = (register >> 1) ^ (_POLY if register & 1 else 0)
    return register


TABLE: tuple[int, ...] = tuple(_eight_shifts(x) for x in range(256))


def _advanced(value: int, times: int) -> int:
    for _ in range(times):
        value = TABLE[value] >> 8
    return value


# _AHEAD[d][x] is the share of byte x standing d bytes before the end of an 8-byte block.
_AHEAD: tuple[tuple[int, ...], ...] = tuple(tuple(TABLE[_advanced(x, d)] for x in range(256)) for d in range(8))
_P0, _P1, _P2, _P3, _P4, _P5, _P6, _P7 = _AHEAD
_FOLDS = tuple((bits, (1 << bits) - 1) for bits in (32768, 16384, 8192, 4096, 2048, 1024, 512, 256, 128, 64))
_WIDEST = 2 * _FOLDS[0][0]

POSSIBLE: frozenset[int] = frozenset(TABLE)
"""The 256 values the algorithm can give."""


def crc16(segment: bytes) -> int:
    """Return the HJ 212 check sum of a data segment [0..0xFFFF].

    Source: HJ 212-2017 Annex A (same in HJ/T 212-2005 Annex A and HJ 212-2025 Annex A.1).
    """
    bits = 8 * len(segment)
    if bits == 0:
        return _REGISTER
    value = int.from_bytes(segment, "big") ^ (0xFF << (bits - 8))
    while bits > _WIDEST:
        value = (value >> _FOLDS[0][0]) ^ (value & _FOLDS[0][1])
        bits = max(bits - _FOLDS[0][0], _FOLDS[0][0])
    for width, mask in _FOLDS:
        if bits > width:
            value = (value >> width) ^ (value & mask)
            bits = width
    a, b, c, d, e, f, g, h = value.to_bytes(8, "big")
    return _P7[a] ^ _P6[b] ^ _P5[c] ^ _P4[d] ^ _P3[e] ^ _P2[f] ^ _P1[g] ^ _P0[h]


def crc16_modbus(segment: bytes) -> int:
    """Return the CRC-16/MODBUS of a data segment, which some loggers send in its place."""
    register = _REGISTER
    for byte in segment:
        register = (register >> 8) ^ TABLE[(register ^ byte) & 0xFF]
    return register
