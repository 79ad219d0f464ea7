"""Cutting a byte stream into frames, by length, however the stream was cut on its way.

A decision is made only when the bytes that decide it are there, so the result does not depend on how
the stream
arrived. A frame is found by its length field and not by CR LF: since HJ 212-2025 the segment may hold
cipher bytes.
Source of the frame: HJ 212-2017 §6.3.1 Table 2 (same in HJ/T 212-2005 §6.3.1).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from clearbay.hj212.crc import POSSIBLE, crc16, crc16_modbus
from clearbay.hj212.reasons import Reason

HEADER_BYTES = 6
CRC_BYTES = 4
LONGEST_SEGMENT = 9999  # what four digits can say; the standards end at 1024, the field does not
STANDARD_SEGMENT = 1024  # HJ 212-2017 Table 2

_HEADER = re.compile(rb"##[0-9]{4}")
_END = re.compile(rb"&&([0-9A-Fa-f]{4})(?=\r?\n|##[0-9]{4})|##[0-9]{4}")
_LAST_END = re.compile(rb"&&([0-9A-Fa-f]{4})\Z")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_SEPARATORS = b"\r\n \t\x00"
_END_REACH = 12  # bytes of the longest pattern above, so that a search can go on where it left off


class Frame(NamedTuple):
    """A frame whose length holds: `##`, length, segment and four hex digits stand where they should.

    `offset` is the position in the stream [bytes]; `raw` is the frame without CR LF; `printed` the CRC
    it carries
    and `crc` the one its segment has. They differ in a damaged frame, and in one whose data are SM4 cipher.
    """

    offset: int
    raw: bytes
    printed: int
    crc: int

    @property
    def segment(self) -> bytes:
        """The data segment."""
        return self.raw[HEADER_BYTES:-CRC_BYTES]

    @property
    def crc_fits(self) -> bool:
        """Whether the printed CRC is the segment's."""
        return self.printed == self.crc


@dataclass(frozen=True, slots=True)
class Refusal:
    """Bytes of the stream that are no frame: the reason, where [byte offset], the bytes, a sentence for
    a person."""

    offset: int
    raw: bytes
    reason: Reason
    detail: str


def crc_reason(segment: bytes, printed: int) -> tuple[Reason, str]:
    """Say which other check sum a wrong CRC is, if it is one known."""
    right = crc16(segment)
    swapped = (right & 0xFF) << 8 | right >> 8
    modbus = crc16_modbus(segment)
    if printed in (modbus, (modbus & 0xFF) << 8 | modbus >> 8):
        order = "" if printed == modbus else ", low byte first"
        return Reason.MODBUS_CRC, f"{printed:04X} is CRC-16/MODBUS{order}; HJ 212 gives {right:04X}"
    if printed == swapped:
        return Reason.SWAPPED_CRC, f"{printed:04X} should be {right:04X}: the bytes are swapped"
    hint = (
        "" if printed in POSSIBLE else "; no segment at all has this CRC, so it is a placeholder or another algorithm"
    )
    return Reason.WRONG_CRC, f"{printed:04X} should be {right:04X}{hint}"


class Framer:
    """Takes a byte stream piece by piece and gives frames and refusals, the same for every way of cutting it.

    `longest` is the longest segment accepted [bytes]. Memory is bounded by one longest frame and the
    piece fed.
    """

    def __init__(self, longest: int = LONGEST_SEGMENT) -> None:
        self._longest = longest
        self._buffer = b""
        self._origin = 0  # stream offset of buffer[0]
        self._searched = 0  # how far a search for an end has come, within the buffer

    @property
    def waiting(self) -> bytes:
        """Bytes that are not decided yet."""
        return self._buffer

    def feed(self, data: bytes) -> list[Frame | Refusal]:
        """Take the next bytes; return what they complete, in stream order."""
        self._buffer = self._buffer + data if self._buffer else data
        return list(self._events(final=False))

    def close(self) -> list[Frame | Refusal]:
        """Say that no more will come; return what the waiting bytes are."""
        return list(self._events(final=True))

    def _events(self, *, final: bool) -> Iterator[Frame | Refusal]:
        at = 0
        while True:
            event, after, self._searched = next_event(
                self._buffer, at, self._searched, self._longest, self._origin, final=final
            )
            if event is not None:
                yield event
            if after == at and event is None:
                break
            at = after
        self._buffer = self._buffer[at:]
        self._origin += at
        self._searched = max(self._searched - at, 0)


def next_event(
    buffer: bytes, at: int, searched: int, longest: int, origin: int, *, final: bool
) -> tuple[Frame | Refusal | None, int, int]:
    """Decide what stands at `at`: return the event or None, the position after it, and how far was searched.

    None with an unmoved position means that more bytes are needed (or that none are left).
    """
    size = len(buffer)
    if buffer.startswith(b"\r\n", at):
        return None, at + 2, 0
    if not buffer.startswith(b"##", at) or not buffer[at + 2 : at + 6].isdigit() or size - at < HEADER_BYTES:
        return _before_header(buffer, at, origin, final=final)
    length = int(buffer[at + 2 : at + 6])
    start = at + HEADER_BYTES
    stop = start + length
    if length > longest:
        return _resynchronise(buffer, at, searched, longest, origin, final=final)
    if stop + CRC_BYTES > size:
        if not final:
            return None, at, searched
        return _resynchronise(buffer, at, searched, longest, origin, final=True)
    digits = buffer[stop : stop + CRC_BYTES]
    if _HEX.issuperset(digits):
        segment = buffer[start:stop]
        printed = int(digits, 16)
        crc = crc16(segment)
        if printed == crc or segment.endswith(b"&&"):
            end = stop + CRC_BYTES
            return Frame(origin + at, buffer[at:end], printed, crc), end, 0
    return _resynchronise(buffer, at, searched, longest, origin, final=final)


def _before_header(buffer: bytes, at: int, origin: int, *, final: bool) -> tuple[Refusal | None, int, int]:
    found = _HEADER.search(buffer, at)
    if found:
        stop = found.start()
    elif final:
        stop = len(buffer)
    else:
        stop = len(buffer) - _unfinished_header(buffer, at)
    junk = buffer[at:stop]
    lead = len(junk) - len(junk.lstrip(_SEPARATORS))
    if lead:
        return None, at + lead, 0
    if not junk or (not found and not final):
        # Garbage is reported once, whole: its end is known when a header follows, or when it grows too long.
        if len(junk) <= LONGEST_SEGMENT:
            return None, at, 0
        stop = at + LONGEST_SEGMENT
        junk = buffer[at:stop]
    return Refusal(origin + at, junk, Reason.GARBAGE, f"{len(junk)} bytes before the next ##"), stop, 0


def _unfinished_header(buffer: bytes, at: int) -> int:
    for keep in range(min(HEADER_BYTES - 1, len(buffer) - at), 0, -1):
        tail = buffer[len(buffer) - keep :]
        if b"##".startswith(tail[:2]) and (keep <= 2 or tail[2:].isdigit()):
            return keep
    return 0


def _resynchronise(
    buffer: bytes, at: int, searched: int, longest: int, origin: int, *, final: bool
) -> tuple[Refusal | None, int, int]:
    """The length field does not hold: find where the frame ends, or where the next begins."""
    length = int(buffer[at + 2 : at + 6])
    start = at + HEADER_BYTES
    limit = start + LONGEST_SEGMENT + CRC_BYTES
    found = _END.search(buffer, max(start, searched), min(limit + HEADER_BYTES, len(buffer)))
    last = _LAST_END.search(buffer, max(start, searched)) if final and not found else None
    if (found and found.group(1) is not None) or last:
        match = found or last
        assert match is not None
        stop, end = match.start() + 2, match.end()
        segment = buffer[start:stop]
        if length > longest and stop - start == length:
            detail = f"{length} bytes; at most {longest} are accepted"
            return Refusal(origin + at, buffer[at:end], Reason.TOO_LONG, detail), end, 0
        right = crc16(segment) == int(match.group(1), 16)
        fits = "the CRC fits the true length" if right else "the CRC does not fit the true length either"
        detail = f"the field says {length}, the segment has {stop - start} bytes; {fits}"
        return Refusal(origin + at, buffer[at:end], Reason.WRONG_LENGTH, detail), end, 0
    if found:
        stop = found.start()
        return _cut(buffer, at, stop, length, origin)
    if len(buffer) >= limit + HEADER_BYTES:
        return _cut(buffer, at, limit, length, origin)
    if final:
        return _cut(buffer, at, len(buffer), length, origin)
    return None, at, max(start, len(buffer) - _END_REACH)


def _cut(buffer: bytes, at: int, stop: int, length: int, origin: int) -> tuple[Refusal, int, int]:
    raw = buffer[at:stop].rstrip(b"\r\n")
    body = raw[HEADER_BYTES:]
    detail = f"the field says {length} bytes, {max(len(body) - CRC_BYTES, 0)} and a CRC came before the next frame"
    if len(body) < length + CRC_BYTES:
        detail = f"{length} bytes and a CRC announced, {len(body)} bytes came"
    digits = body[-CRC_BYTES:]
    segment = body[:-CRC_BYTES]
    if segment and _HEX.issuperset(digits) and crc16(segment) == int(digits, 16):
        closing = "" if segment.endswith(b"&&") else " and no closing &&"
        detail = f"the field says {length}, the segment has {len(segment)} bytes{closing}; its CRC fits"
        return Refusal(origin + at, raw, Reason.WRONG_LENGTH, detail), stop, 0
    return Refusal(origin + at, raw, Reason.CUT, detail), stop, 0
