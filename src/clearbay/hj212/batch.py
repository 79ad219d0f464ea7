"""Many frames at once: from a buffer of bytes to columns, with the verdicts of the scalar reader, frame by frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clearbay.hj212 import layout as k
from clearbay.hj212.framing import CRC_BYTES, HEADER_BYTES, LONGEST_SEGMENT, Frame, Refusal, next_event
from clearbay.hj212.kernel import gather, scan
from clearbay.hj212.packet import Packet
from clearbay.hj212.parsing import parse_frame
from clearbay.hj212.primitives import digest
from clearbay.hj212.reasons import Deviation, FrameError, Reason
from clearbay.hj212.sm4 import open_frame

REASONS: tuple[Reason, ...] = tuple(Reason)
_VERDICTS = {reason: index + 1 for index, reason in enumerate(REASONS)}
ACCEPTED = 0
_NOTES = {
    Deviation.SEGMENT_OVER_1024: k.NOTE_OVER_1024,
    Deviation.LOWER_CASE_CRC: k.NOTE_LOWER_CRC,
    Deviation.NO_QN: k.NOTE_NO_QN,
    Deviation.NO_FLAG: k.NOTE_NO_FLAG,
    Deviation.QN_NOT_A_TIME: k.NOTE_QN,
    Deviation.COMMA_FOR_SEMICOLON: k.NOTE_COMMA,
    Deviation.LONG_TIME: k.NOTE_LONG_TIME,
}
_NEXT_BIT = 128
for _note in Deviation:
    if _note not in _NOTES:
        _NOTES[_note] = _NEXT_BIT
        _NEXT_BIT *= 2
NOTE_BITS: Mapping[Deviation, int] = _NOTES

_EPOCH = datetime(1970, 1, 1)
_LOOK_AHEAD = 2 * LONGEST_SEGMENT + 64  # enough for any decision of the framer
_SHORTEST_FRAME = 24
_SHORTEST_VALUE = 3


@dataclass(slots=True)
class Batch:
    """What a buffer held. Rows of `frames` and `values` are laid out as in `kernel`; slices point into `buffer`.

    `verdicts` (0 accepted, else 1 + index in REASONS), `times` [s since 1970, local, kernel.NO_TIME when none],
    `digests` (64-bit of the segment) and `mn_hashes` have one entry a frame; `floats` and `code_hashes` one a value.
    `packets` holds the packets the scalar reader read, by frame; `details` its words on what it refused.
    `consumed` says how far each stream was read [bytes from its beginning].
    """

    buffer: k.Bytes
    frames: k.Ints
    verdicts: NDArray[np.uint8]
    times: k.Longs
    digests: k.Hashes
    mn_hashes: k.Hashes
    values: k.Ints
    floats: k.Floats
    code_hashes: k.Hashes
    consumed: k.Longs
    packets: dict[int, Packet] = field(default_factory=dict)
    details: dict[int, str] = field(default_factory=dict)

    def raw(self, number: int) -> bytes:
        """The bytes of one frame, or of what was refused."""
        offset, length = int(self.frames[number, k.OFFSET]), int(self.frames[number, k.LENGTH])
        return self.buffer[offset : offset + length].tobytes()

    def text(self, at: int, size: int) -> str:
        """A slice as text."""
        return self.buffer[at : at + size].tobytes().decode()

    def strings(self, starts: k.Ints, sizes: k.Ints) -> pa.Array:
        """Slices as an Arrow string array."""
        return pa.StringArray.from_buffers(len(starts), *self._slices(starts, sizes))

    def binaries(self, starts: k.Ints, sizes: k.Ints) -> pa.Array:
        """Slices as an Arrow binary array."""
        return pa.Array.from_buffers(pa.binary(), len(starts), [None, *self._slices(starts, sizes)])

    def _slices(self, starts: k.Ints, sizes: k.Ints) -> tuple[pa.Buffer, pa.Buffer]:
        offsets = np.empty(len(starts) + 1, np.int32)
        data = np.empty(int(sizes.sum(dtype=np.int64)), np.uint8)
        gather(self.buffer, starts, sizes, offsets, data)
        return pa.py_buffer(offsets), pa.py_buffer(data)

    def frame_table(self) -> pa.RecordBatch:
        """The frames as Arrow columns, one row a frame or refusal, in stream order."""
        f = self.frames
        accepted = self.verdicts == ACCEPTED
        when = np.where(self.times == k.NO_TIME, 0, self.times)
        reasons = pa.array(["", *(reason.value for reason in REASONS)])
        return pa.RecordBatch.from_pydict(
            {
                "offset": f[:, k.OFFSET],
                "length": f[:, k.LENGTH],
                "reason": pa.DictionaryArray.from_arrays(pa.array(self.verdicts.astype(np.int8)), reasons),
                "qn": self._optional(f[:, k.QN_AT], f[:, k.QN_LEN]),
                "st": self._optional(np.where(accepted, f[:, k.ST_AT], -1), f[:, k.ST_LEN]),
                "cn": pa.array(f[:, k.CN], mask=~accepted),
                "pw": self._optional(np.where(f[:, k.PW_LEN] > 0, f[:, k.PW_AT], -1), f[:, k.PW_LEN]),
                "mn": self._optional(np.where(accepted, f[:, k.MN_AT], -1), f[:, k.MN_LEN]),
                "flag": pa.array(f[:, k.FLAG], mask=f[:, k.FLAG] < 0),
                "pnum": pa.array(f[:, k.PNUM], mask=f[:, k.PNUM] < 0),
                "pno": pa.array(f[:, k.PNO], mask=f[:, k.PNO] < 0),
                "rf": pa.array(f[:, k.RF] == 1),
                "data_time": pa.array(when, mask=self.times == k.NO_TIME).cast(pa.timestamp("s")),
                "notes": f[:, k.NOTES],
            }
        )

    def _optional(self, starts: k.Ints, sizes: k.Ints) -> pa.Array:
        absent = starts < 0
        found = self.strings(np.where(absent, 0, starts).astype(np.int32), np.where(absent, 0, sizes).astype(np.int32))
        return pc.if_else(pa.array(~absent), found, pa.scalar(None, pa.string()))

    def value_table(self) -> pa.RecordBatch:
        """The values as Arrow columns: frame, code, field (null for a plain name), value, text, mark."""
        v = self.values
        names = pa.array(k.FIELD_NAMES)
        index = pa.array(v[:, k.FIELD].astype(np.int8), mask=v[:, k.FIELD] < 0)
        return pa.RecordBatch.from_pydict(
            {
                "frame": v[:, k.FRAME],
                "code": self.strings(v[:, k.CODE_AT], v[:, k.CODE_LEN]),
                "field": pa.DictionaryArray.from_arrays(index, names),
                "value": pa.array(self.floats, mask=np.isnan(self.floats)),
                "text": self.strings(v[:, k.TEXT_AT], v[:, k.TEXT_LEN]),
                "mark": self.strings(v[:, k.MARK], v[:, k.MARK_LEN]),
            }
        )


Keys = Mapping[str, bytes]
_NO_KEYS: Keys = {}


def decode(data: bytes, *, longest: int = LONGEST_SEGMENT, keys: Keys = _NO_KEYS) -> Batch:
    """Decode one whole stream; what is unfinished at its end is refused, as by `Framer.close`."""
    return decode_streams(data, [len(data)], [True], longest=longest, keys=keys)


def decode_streams(
    data: bytes,
    stops: Sequence[int],
    final: Sequence[bool],
    *,
    longest: int = LONGEST_SEGMENT,
    keys: Keys = _NO_KEYS,
) -> Batch:
    """Decode streams laid end to end in `data`, each ending at its entry of `stops`.

    `final` says of each whether no more will come. `keys` are SM4 keys by MN; a frame whose CRC does not fit is tried
    with its station's. Bytes not decided yet are told by `consumed`.
    """
    return _Decoding(data, stops, longest, keys).run(final)


class _Decoding:
    """The decoding of one buffer: the kernel's columns, and the rows the scalar reader adds to them."""

    def __init__(self, data: bytes, stops: Sequence[int], longest: int, keys: Keys) -> None:
        self.data, self.longest, self.keys = data, longest, keys
        self.stops = np.array(stops, np.int64)
        self.begins = np.concatenate([np.zeros(1, np.int64), self.stops[:-1]]) if len(stops) else self.stops
        self.positions = self.begins.copy()
        self.extra = bytearray()
        self.packets: dict[int, Packet] = {}
        self.details: dict[int, str] = {}
        self.verdicts: dict[int, int] = {}
        self.filled = np.zeros(2, np.int64)
        self.allocate(len(data) // 150 + 64, len(data) // 20 + LONGEST_SEGMENT)

    def allocate(self, frames: int, values: int) -> None:
        self.frames = np.empty((frames, k.FRAME_COLUMNS), np.int32)
        self.times = np.empty(frames, np.int64)
        self.digests = np.empty(frames, np.uint64)
        self.mn_hashes = np.empty(frames, np.uint64)
        self.values = np.empty((values, k.VALUE_COLUMNS), np.int32)
        self.floats = np.empty(values, np.float64)
        self.code_hashes = np.empty(values, np.uint64)

    def grow(self) -> None:
        for name in ("frames", "times", "digests", "mn_hashes", "values", "floats", "code_hashes"):
            old = getattr(self, name)
            new = np.empty((2 * len(old), *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)

    def run(self, final: Sequence[bool]) -> Batch:
        buffer = np.frombuffer(self.data, np.uint8)
        stream = 0
        while True:
            how, stream = scan(
                *(buffer, self.stops, self.positions, stream, self.longest, self.frames, self.times),
                *(self.digests, self.mn_hashes, self.values, self.floats, self.code_hashes, self.filled),
            )
            if how == k.FULL:
                self.grow()
            elif how == k.ODD:
                stream += 0 if self.one_event(stream, final[stream]) else 1
            else:
                break
        for left in np.flatnonzero(self.positions < self.stops).tolist():
            while final[left] and self.one_event(left, True):
                continue
        return self.result(buffer)

    def one_event(self, stream: int, final: bool) -> bool:
        """Let the framer decide what stands at a stream's position; return whether it moved on."""
        at, stop = int(self.positions[stream]), int(self.stops[stream])
        piece = self.data[at : min(stop, at + _LOOK_AHEAD)]
        event, after, _ = next_event(piece, 0, 0, self.longest, at, final=final and len(piece) == stop - at)
        if event is not None:
            self.add_event(event, stream)
        self.positions[stream] = at + after
        return after > 0

    def add_event(self, event: Frame | Refusal, stream: int) -> None:
        if self.filled[0] >= len(self.frames):
            self.grow()
        number = int(self.filled[0])
        self.filled[0] += 1
        row = self.frames[number]
        row[:] = 0
        row[[k.OFFSET, k.LENGTH, k.STREAM, k.FIRST]] = (event.offset, len(event.raw), stream, self.filled[1])
        row[[k.FLAG, k.PNUM, k.PNO, k.CN, k.QN_AT]] = -1
        self.times[number] = k.NO_TIME
        self.digests[number], self.mn_hashes[number] = 0, 0
        if isinstance(event, Refusal):
            self.refuse(number, event.reason, event.detail)
            return
        self.digests[number] = digest(np.frombuffer(event.segment, np.uint8))
        self.read(number, event)

    def read(self, number: int, frame: Frame) -> None:
        """Read one frame with the scalar reader, into the same columns."""
        try:
            packet = parse_frame(self._opened(frame))
        except FrameError as error:
            self.refuse(number, error.reason, str(error))
        else:
            self.packets[number] = packet
            self.add_packet(number, packet)

    def _opened(self, frame: Frame) -> Frame:
        # One cipher in 256 has by chance the CRC of its plaintext (only 256 values exist), so where a station has a
        # key, a frame whose CRC fits is opened as well unless it is text.
        if not self.keys or (frame.crc_fits and frame.segment.isascii()):
            return frame
        segment = frame.segment
        at = segment.find(b"MN=")
        mn = segment[at + 3 : at + 40].split(b";")[0].decode("ascii", "replace") if at >= 0 else ""
        if mn not in self.keys:
            return frame
        try:
            return open_frame(frame, self.keys[mn])
        except FrameError:
            if frame.crc_fits:
                return frame
            raise

    def refuse(self, number: int, reason: Reason, detail: str) -> None:
        self.verdicts[number] = _VERDICTS[reason]
        self.details[number] = detail

    def place(self, text: str) -> tuple[int, int]:
        encoded = text.encode()
        at = len(self.data) + len(self.extra)
        self.extra += encoded
        return at, len(encoded)

    def add_packet(self, number: int, packet: Packet) -> None:
        row = self.frames[number]
        row[k.STATUS], row[k.FIRST], row[k.CN] = k.PARSED, self.filled[1], int(packet.cn)
        row[[k.ST_AT, k.ST_LEN]] = self.place(packet.st)
        row[[k.MN_AT, k.MN_LEN]] = self.place(packet.mn)
        if packet.pw is not None:
            row[[k.PW_AT, k.PW_LEN]] = self.place(packet.pw)
        if packet.qn is not None:
            row[[k.QN_AT, k.QN_LEN]] = self.place(packet.qn)
        row[k.FLAG] = -1 if packet.flag is None else packet.flag
        row[k.PNUM] = -1 if packet.pnum is None else packet.pnum
        row[k.PNO] = -1 if packet.pno is None else packet.pno
        row[k.RF] = packet.rf
        row[k.NOTES] = sum(NOTE_BITS[note] for note in packet.notes)
        self.mn_hashes[number] = k.name_hash(packet.mn.encode())
        moment = packet.data_time
        if moment is not None:
            self.times[number] = int((moment - _EPOCH).total_seconds())
        for name, value in packet.fields:
            self.add_value(number, name, k.PLAIN, value, "", -1, None)
        for item_number, item in enumerate(packet.items):
            for field_name, value in item.fields.items():
                known = k.FIELD_INDEX.get(field_name)
                if known is not None and known != k.FLAG_FIELD:
                    parsed = item.number(field_name) if k.IS_NUMBER[known] else None
                    self.add_value(number, item.code, known, value, item.mark, item_number, parsed)
        row[k.COUNT] = self.filled[1] - row[k.FIRST]

    def add_value(
        self, number: int, code: str, field: int, text: str, mark: str, item: int, value: float | None
    ) -> None:
        if self.filled[1] >= len(self.values):
            self.grow()
        count = int(self.filled[1])
        self.filled[1] += 1
        places = (*self.place(code), field, *self.place(text), *self.place(mark), item)
        self.values[count] = (number, *places)
        self.floats[count] = np.nan if value is None else value
        self.code_hashes[count] = k.name_hash(code.encode())

    def result(self, buffer: k.Bytes) -> Batch:
        count = int(self.filled[0])
        for number in np.flatnonzero(self.frames[:count, k.STATUS] == k.FOR_SCALAR):
            at, size = int(self.frames[number, k.OFFSET]), int(self.frames[number, k.LENGTH])
            raw = self.data[at : at + size]
            printed = int(raw[-CRC_BYTES:], 16)
            assert len(raw) > HEADER_BYTES
            self.read(int(number), Frame(at, raw, printed, printed))
        verdicts = np.zeros(count, np.uint8)
        for refused, verdict in self.verdicts.items():
            verdicts[refused] = verdict
        if self.extra:
            buffer = np.concatenate([buffer, np.frombuffer(bytes(self.extra), np.uint8)])
        rows = int(self.filled[1])
        return Batch(
            *(buffer, self.frames[:count], verdicts, self.times[:count], self.digests[:count]),
            *(self.mn_hashes[:count], self.values[:rows], self.floats[:rows], self.code_hashes[:rows]),
            *(self.positions - self.begins, self.packets, self.details),
        )
