"""Answers to a whole batch at once, in the shape of each frame's version."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clearbay.hj212 import layout as k
from clearbay.hj212.answers import answer, wants_answer
from clearbay.hj212.batch import Batch
from clearbay.hj212.building import frame_segment
from clearbay.hj212.commands import COMMANDS, Kind
from clearbay.hj212.framing import Frame
from clearbay.hj212.packet import Packet
from clearbay.hj212.parsing import parse_frame
from clearbay.hj212.primitives import crc_and_digest
from clearbay.hj212.versions import Version

_NEVER, _NOTICE, _DATA = 0, 3, 4
_ANSWER_DIGIT = np.zeros(10000, np.uint8)
for _cn, _command in COMMANDS.items():
    _ANSWER_DIGIT[int(_cn)] = {Kind.ANSWER: _NEVER, Kind.NOTICE: _NOTICE}.get(_command.upload, _DATA)
_LONGEST_ANSWER = 160  # bytes of an answer, its MN and PW aside

_HEAD_91 = np.frombuffer(b"ST=91;CN=901", np.uint8)
_QN = np.frombuffer(b"QN=", np.uint8)
_CN = np.frombuffer(b"CN=", np.uint8)
_PW = np.frombuffer(b"PW=", np.uint8)
_MN = np.frombuffer(b"MN=", np.uint8)
_FLAG = np.frombuffer(b"Flag=", np.uint8)
_CP = np.frombuffer(b"CP=&&", np.uint8)
_HEX = np.frombuffer(b"0123456789ABCDEF", np.uint8)


def acknowledge(batch: Batch, kept: NDArray[np.bool_], versions: dict[str, Version]) -> dict[int, bytes]:
    """Return the answers to the frames that are kept and want one, by stream, each in the order of its frames.

    `versions` are the registrations, which decide where Flag does not.
    """
    frames = batch.frames
    wanting = kept & (frames[:, k.FLAG] > 0) & ((frames[:, k.FLAG] & 1) == 1)
    by_hand = wanting & (
        (frames[:, k.FLAG] >> 2 > 2)
        | ((frames[:, k.FLAG] >> 2 == 0) & (frames[:, k.QN_AT] < 0))
        | np.isin(np.arange(len(frames)), list(batch.packets))
    )
    size = int((wanting * (_LONGEST_ANSWER + frames[:, k.MN_LEN] + frames[:, k.PW_LEN] + frames[:, k.QN_LEN])).sum())
    out = np.empty(size, np.uint8)
    streams = np.unique(frames[wanting, k.STREAM])
    stops = np.zeros(len(frames), np.int64)
    _write(batch.buffer, frames, wanting & ~by_hand, out, stops)
    answers: dict[int, bytes] = {}
    data = out.tobytes()
    last = 0
    for stream in streams.tolist():
        of_stream = np.flatnonzero(wanting & (frames[:, k.STREAM] == stream)) if by_hand.any() else None
        if of_stream is None or not by_hand[of_stream].any():
            # Frames of a stream stand together, so its answers do.
            stop = int(stops[np.searchsorted(frames[:, k.STREAM], stream, side="right") - 1])
            answers[stream] = data[last:stop]
            last = stop
            continue
        pieces = []
        for number in of_stream.tolist():
            if by_hand[number]:
                pieces.append(_by_hand(batch, number, versions))
            else:
                pieces.append(data[last : int(stops[number])])
                last = int(stops[number])
        answers[stream] = b"".join(pieces)
    return {stream: text for stream, text in answers.items() if text}


def packet_of(batch: Batch, number: int) -> Packet:
    """The packet of an accepted frame."""
    known = batch.packets.get(number)
    if known is not None:
        return known
    raw = batch.raw(number)
    printed = int(raw[-4:], 16)
    return parse_frame(Frame(0, raw, printed, printed))


def _by_hand(batch: Batch, number: int, versions: dict[str, Version]) -> bytes:
    packet = packet_of(batch, number)
    if not wants_answer(packet):
        return b""
    return frame_segment(answer(packet, packet.version(versions.get(packet.mn))))


@njit(cache=True, nogil=True)
def _put(out, at, text):  # type: ignore[no-untyped-def]
    for i in range(len(text)):
        out[at + i] = text[i]
    return at + len(text)


@njit(cache=True, nogil=True)
def _put_slice(out, at, buffer, start, size):  # type: ignore[no-untyped-def]
    for i in range(size):
        out[at + i] = buffer[start + i]
    return at + size


@njit(cache=True, nogil=True)
def _put_number(out, at, value):  # type: ignore[no-untyped-def]
    power = 1
    while power * 10 <= value:
        power *= 10
    while power > 0:
        out[at] = 48 + value // power % 10
        at += 1
        power //= 10
    return at


@njit(cache=True, nogil=True)
def _write(buffer, frames, chosen, out, stops):  # type: ignore[no-untyped-def]
    at = 0
    for i in range(len(frames)):
        stops[i] = at
        frame = frames[i]
        if not chosen[i]:
            continue
        digit = _ANSWER_DIGIT[frame[k.CN]]
        if digit == _NEVER:
            continue
        start = at
        at += 6
        if frame[k.FLAG] >> 2 == 0:  # the shape of 2005
            at = _put(out, at, _HEAD_91)
            out[at], out[at + 1] = 48 + digit, 59
            at += 2
            if digit == _NOTICE:
                if frame[k.PW_LEN] > 0:
                    at = _put(out, at, _PW)
                    at = _put_slice(out, at, buffer, frame[k.PW_AT], frame[k.PW_LEN])
                    out[at] = 59
                    at += 1
                at = _put(out, at, _MN)
                at = _put_slice(out, at, buffer, frame[k.MN_AT], frame[k.MN_LEN])
                out[at] = 59
                at = _put(out, at + 1, _FLAG)
                out[at], out[at + 1] = 48, 59
                at += 2
            at = _put(out, at, _CP)
            at = _put(out, at, _QN)
            at = _put_slice(out, at, buffer, frame[k.QN_AT], frame[k.QN_LEN])
            if digit != _NOTICE:
                out[at] = 59
                at = _put(out, at + 1, _CN)
                out[at] = 48 + frame[k.CN] // 1000
                out[at + 1] = 48 + frame[k.CN] // 100 % 10
                out[at + 2] = 48 + frame[k.CN] // 10 % 10
                out[at + 3] = 48 + frame[k.CN] % 10
                at += 4
                if frame[k.PNO] > 0:
                    out[at], out[at + 1], out[at + 2], out[at + 3], out[at + 4] = 59, 80, 78, 79, 61
                    at = _put_number(out, at + 5, frame[k.PNO])
                    out[at], out[at + 1], out[at + 2], out[at + 3] = 59, 80, 78, 85
                    out[at + 4], out[at + 5] = 77, 61
                    at = _put_number(out, at + 6, frame[k.PNUM])
                    out[at] = 59
                    at += 1
        else:
            if frame[k.QN_AT] >= 0:
                at = _put(out, at, _QN)
                at = _put_slice(out, at, buffer, frame[k.QN_AT], frame[k.QN_LEN])
                out[at] = 59
                at += 1
            at = _put(out, at, _HEAD_91)
            out[at], out[at + 1] = 48 + digit, 59
            at += 2
            if frame[k.PW_LEN] > 0:
                at = _put(out, at, _PW)
                at = _put_slice(out, at, buffer, frame[k.PW_AT], frame[k.PW_LEN])
                out[at] = 59
                at += 1
            at = _put(out, at, _MN)
            at = _put_slice(out, at, buffer, frame[k.MN_AT], frame[k.MN_LEN])
            out[at] = 59
            at = _put(out, at + 1, _FLAG)
            out[at], out[at + 1] = 48 + (frame[k.FLAG] >> 2 << 2), 59
            at = _put(out, at + 2, _CP)
        out[at], out[at + 1] = 38, 38
        at += 2
        length = at - start - 6
        out[start], out[start + 1] = 35, 35
        for place in range(4):
            out[start + 5 - place] = 48 + length % 10
            length //= 10
        crc, _ = crc_and_digest(out, start + 6, at)
        for place in range(4):
            out[at + 3 - place] = _HEX[crc & 15]
            crc >>= 4
        out[at + 4], out[at + 5] = 13, 10
        at += 6
        stops[i] = at
