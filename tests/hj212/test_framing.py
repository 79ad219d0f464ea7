import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.hj212 import Frame, FrameError, Framer, Reason, Refusal, frame_segment, parse_frame

SEGMENT = (
    b"QN=20240601085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&DataTime=20240601085857;w01018-Rtd=%d&&"
)


def frame(value: int) -> bytes:
    return frame_segment(SEGMENT % value)


def events(stream: bytes, cuts: list[int]) -> list[Frame | Refusal]:
    framer = Framer()
    found: list[Frame | Refusal] = []
    last = 0
    for cut in sorted({min(c, len(stream)) for c in cuts} | {len(stream)}):
        found += framer.feed(stream[last:cut])
        last = cut
    return found + framer.close()


garbage = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"##",
            b"#",
            b"##01",
            b"##0100",
            b"##0003abc",
            b"##9999",
            b"&&1234\r\n",
            b"\r\n",
            b"&&",
            b"GET / HTTP/1.1\r\n\r\n",
        ]
    ),
)
pieces = st.lists(st.one_of(st.integers(0, 99).map(frame), garbage), max_size=12)


@settings(max_examples=300, deadline=None)
@given(pieces, st.lists(st.integers(0, 2500), max_size=30))
def test_any_way_of_cutting_gives_the_same_events(parts: list[bytes], cuts: list[int]):
    stream = b"".join(parts)
    assert events(stream, cuts) == events(stream, [])


@settings(max_examples=300, deadline=None)
@given(pieces)
def test_every_whole_frame_is_found_in_any_garbage(parts: list[bytes]):
    wanted = [part.rstrip() for part in parts if part.startswith(b"##01") and len(part) > 100]
    found = [event.raw for event in events(b"".join(parts), []) if isinstance(event, Frame) and event.crc_fits]
    assert found == wanted


@settings(max_examples=100, deadline=None)
@given(pieces)
def test_no_byte_is_lost(parts: list[bytes]):
    stream = b"".join(parts)
    at = 0
    for event in events(stream, []):
        assert stream[at : event.offset].strip(b"\r\n \t\x00") == b""
        assert stream[event.offset : event.offset + len(event.raw)] == event.raw
        at = event.offset + len(event.raw)
    assert stream[at:].strip(b"\r\n \t\x00") == b""


def test_cut_at_every_byte():
    stream = frame(1) + frame(2) + frame(3)
    for cut in range(len(stream)):
        assert len(events(stream, [cut])) == 3
    assert len(events(stream, list(range(len(stream))))) == 3


def test_frames_may_stick_together_without_cr_lf():
    assert len(events(frame(1).rstrip() + frame(2).rstrip(), [])) == 2


def test_cipher_bytes_may_hold_any_pattern():
    segment = b"ST=31;CN=2011;MN=1;CP=&&" + b"\r\n##0010&&1C80\r\n" * 5 + b"&&"
    found = events(frame_segment(segment), [])
    assert [event.segment for event in found if isinstance(event, Frame)] == [segment]


@pytest.mark.parametrize(
    ("said", "reason"), [(119, Reason.WRONG_LENGTH), (9000, Reason.WRONG_LENGTH), (12, Reason.WRONG_LENGTH)]
)
def test_a_length_that_lies_is_told_and_the_next_frame_is_not_lost(said: int, reason: Reason):
    good = frame(7)
    liar = b"##%04d" % said + good[6:]
    first, second = events(liar + good, [])
    assert isinstance(first, Refusal)
    assert (first.reason, first.offset) == (reason, 0)
    assert f"the field says {said}, the segment has {len(good) - 12} bytes" in first.detail
    assert "the CRC fits" in first.detail
    assert isinstance(second, Frame)
    assert second.raw == good.rstrip()


def test_a_frame_cut_by_the_next_one():
    cut, whole = events(frame(1)[:60] + frame(2), [])
    assert isinstance(cut, Refusal)
    assert cut.reason is Reason.CUT
    assert isinstance(whole, Frame)


def test_too_long_for_the_limit_set():
    segment = SEGMENT.replace(b"%d", b"1" * 1000)
    framer = Framer(longest=1024)
    (event,) = framer.feed(frame_segment(segment)) + framer.close()
    assert isinstance(event, Refusal)
    assert event.reason is Reason.TOO_LONG


@pytest.mark.parametrize(
    ("crc", "reason"),
    [
        (b"C1B7", Reason.WRONG_CRC),
        (b"0759", Reason.MODBUS_CRC),
        (b"5907", Reason.MODBUS_CRC),
        (b"801C", Reason.SWAPPED_CRC),
    ],
)
def test_a_wrong_crc_is_named(crc: bytes, reason: Reason):
    segment = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
    (event,) = events(b"##0101" + segment + crc + b"\r\n", [])
    assert isinstance(event, Frame)
    with pytest.raises(FrameError, match="1C80") as refused:
        parse_frame(event)
    assert (refused.value.reason, refused.value.offset) == (reason, 107)


def test_memory_stays_bounded_and_time_linear_under_a_flood():
    framer = Framer()
    started = time.process_time()
    for _ in range(20_000):
        framer.feed(b"##9999xx")
        assert len(framer.waiting) < 12_000
    for _ in range(2_000):
        framer.feed(b"x" * 100)
        assert len(framer.waiting) < 12_000
    assert time.process_time() - started < 20  # hours when the search starts over with every piece
