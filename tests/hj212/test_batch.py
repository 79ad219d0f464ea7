import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.hj212 import Frame, FrameError, Framer, Packet, Reason, frame_segment, parse_frame
from clearbay.hj212 import layout as k
from clearbay.hj212.batch import ACCEPTED, NOTE_BITS, REASONS, Batch, decode, decode_streams
from clearbay.hj212.crc import crc16
from clearbay.hj212.sm4 import seal_frame

HEAD = "QN=20240601085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
DATA = "DataTime=20240601085857;w01018-Rtd=40.25,w01018-Flag=N;w01001-Min=-7.1,w01001-Avg=7.5,w01001-Flag=D"
CANONICAL = frame_segment(f"{HEAD}CP=&&{DATA}&&".encode())


def one_by_one(stream: bytes) -> list[tuple[bytes, Packet | Reason]]:
    framer = Framer()
    found: list[tuple[bytes, Packet | Reason]] = []
    for event in framer.feed(stream) + framer.close():
        if not isinstance(event, Frame):
            found.append((event.raw, event.reason))
            continue
        try:
            found.append((event.raw, parse_frame(event)))
        except FrameError as error:
            found.append((event.raw, error.reason))
    return found


def rows(packet: Packet) -> list[tuple[str, str, str, str, float | None]]:
    """A packet as the batch has it: (code, field, text, mark, value)."""
    plain = [(name, "", value, "", None) for name, value in packet.fields]
    return plain + [
        (item.code, name, text, item.mark, item.number(name) if k.IS_NUMBER[k.FIELD_INDEX[name]] else None)
        for item in packet.items
        for name, text in item.fields.items()
        if name in k.FIELD_INDEX and name != "Flag"
    ]


def in_batch(batch: Batch, number: int) -> list[tuple[str, str, str, str, float | None]]:
    first, count = batch.frames[number, k.FIRST], batch.frames[number, k.COUNT]
    found = []
    for v, value in zip(batch.values[first : first + count], batch.floats[first : first + count], strict=True):
        name = "" if v[k.FIELD] < 0 else k.FIELD_NAMES[v[k.FIELD]]
        code, text = batch.text(v[k.CODE_AT], v[k.CODE_LEN]), batch.text(v[k.TEXT_AT], v[k.TEXT_LEN])
        mark = batch.text(v[k.MARK], v[k.MARK_LEN])
        found.append((code, name, text, mark, None if math.isnan(value) else float(value)))
    # The columns keep the order of the frame; a packet has its plain fields first.
    return sorted(found, key=lambda row: row[1] != "")


def assert_agrees(stream: bytes) -> None:
    wanted = one_by_one(stream)
    batch = decode(stream)
    assert [batch.raw(n) for n in range(len(batch.frames))] == [raw for raw, _ in wanted]
    for number, (_, verdict) in enumerate(wanted):
        if isinstance(verdict, Reason):
            assert REASONS[batch.verdicts[number] - 1] is verdict
            continue
        f = batch.frames[number]
        assert batch.verdicts[number] == ACCEPTED
        assert in_batch(batch, number) == rows(verdict)
        assert batch.text(f[k.MN_AT], f[k.MN_LEN]) == verdict.mn
        assert batch.text(f[k.ST_AT], f[k.ST_LEN]) == verdict.st
        assert f"{f[k.CN]:04d}" == verdict.cn
        assert f[k.FLAG] == (-1 if verdict.flag is None else verdict.flag)
        assert (f[k.PNUM], f[k.PNO]) == (verdict.pnum or -1, verdict.pno or -1)
        assert f[k.RF] == verdict.rf
        assert f[k.NOTES] == sum(NOTE_BITS[note] for note in verdict.notes)
        if verdict.data_time:
            assert np.datetime64(int(batch.times[number]), "s") == np.datetime64(verdict.data_time, "s")
        else:
            assert batch.times[number] == k.NO_TIME


pairs = st.sampled_from(
    [
        *("QN=20240601085857223", "QN=1617937160672", "QN=20240230085857223", "ST=32", "ST=3", "ST=21", "st=22"),
        *("CN=2011", "CN=2051", "CN=9014", "CN=9999", "CN=20", "PW=123456", "PW=", "MN=A", "MN=", "Mn=B"),
        *(
            "Flag=5",
            "Flag=0",
            "Flag=256",
            "Flag=x",
            "FLAG=4",
            "Flag=7",
            "PNUM=2",
            "PNO=1",
            "PNO=3",
            "RF=1",
            "RF=0",
            "X=1",
            "",
        ),
    ]
)
data = st.sampled_from(
    [
        *(
            "DataTime=20240601085857",
            "DataTime=20240631085857",
            "DataTime=20240601085857123",
            "BeginTime=2024060108585712a",
            "DataTime=",
            "datatime=20240601085857",
        ),
        *(
            "a-Rtd=1.5",
            "a-Rtd=-0.0",
            "a-Rtd=.5",
            "a-Rtd=5.",
            "a-Rtd=1e3",
            "a-Rtd=1_0",
            "a-Rtd=nan",
            "a-Rtd=",
            "a-Rtd=x",
            "p-Rtd=St",
        ),
        *(
            "a-Rtd=123456789012345",
            "a-Rtd=1234567890.123456",
            "a-Rtd=+0.000000000001",
            "a-Rtd=1.2.3",
            "a-rtd=3",
            "a-b-Rtd=4",
            "-Rtd=1",
        ),
        *(
            "a-Flag=N",
            "a-Flag=",
            "b-Flag=DD",
            "b-Avg=2",
            "b-Min= 3",
            "b -Max=4",
            "b-Ia=5",
            "a-SampleTime=20240601085857",
            "a-SampleTime=1",
        ),
        *(
            "Flag=N",
            "QnRtn=1",
            "PolId=a",
            "polid=a",
            "=",
            "x",
            "",
            " ",
            "i1-Info=//a;b,c//",
            "i1-Info=清洗",
            "a=b=c",
            "a-Rtd=1&",
            "SB1-RS=1",
        ),
    ]
)
segments = st.builds(
    lambda head, items, joints, tail: (
        ";".join(head) + ";CP=&&" + "".join(a + b for a, b in zip(items, joints, strict=False)) + tail
    ).encode(),
    st.one_of(
        st.just(HEAD.rstrip(";").split(";")),
        st.lists(pairs, max_size=9),
        st.lists(pairs, max_size=2).map(lambda more: [*HEAD.rstrip(";").split(";"), *more]),
    ),
    st.lists(data, max_size=8),
    st.lists(st.sampled_from([";", ";", ",", ",", ";;", ""]), min_size=8, max_size=8),
    st.sampled_from(["&&", "&&", "&&", "&", "", " &&", ";&&"]),
)
frames = st.one_of(
    st.just(CANONICAL),
    segments.map(frame_segment),
    segments.map(lambda s: frame_segment(s).lower()),
    st.binary(max_size=30),
    st.tuples(st.integers(0, len(CANONICAL) - 1), st.integers(0, 255)).map(
        lambda change: CANONICAL[: change[0]] + bytes([change[1]]) + CANONICAL[change[0] + 1 :]
    ),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(frames, max_size=6))
def test_the_batch_decoder_agrees_with_the_scalar_reader(parts: list[bytes]):
    assert_agrees(b"".join(parts))


@pytest.mark.reference_data
def test_agreement_on_every_reference_message(messages: list[tuple[str, bytes]]):
    assert_agrees(b"\r\n".join(line for _, line in messages) + b"\r\n")


def test_every_day_of_the_calendar_and_some_that_are_none():
    dates = [f"{y:04d}{m:02d}{d:02d}" for y in (0, 1900, 2000, 2023, 2024) for m in range(14) for d in range(33)]
    times = [f"{date}235959" for date in dates] + ["20240101240000", "20240101006000", "20240101000060"]
    texts = [f"{HEAD}CP=&&DataTime={when};a-Rtd=1&&" for when in times]
    assert_agrees(b"".join(frame_segment(text.encode()) for text in texts))


def test_a_name_twice_in_an_item_begins_another():
    stream = frame_segment(f"{HEAD}CP=&&a-Rtd=1,a-Rtd=2,a-Flag=N;a-Min=3,b-Min=4&&".encode())
    assert_agrees(stream)
    assert [row[3] for row in in_batch(decode(stream), 0)] == ["", "N", "N", ""]


def test_an_empty_segment_has_the_crc_of_an_untouched_register():
    """Found by fuzzing: the kernel had taken ##00000000 for a frame whose CRC fits."""
    for stream in (b"##00000000\r\n", b"##0000FFFF\r\n", b"##0000000000005;&&0000\r\n"):
        assert_agrees(stream)


def test_canonical_frames_do_not_need_the_scalar_reader():
    assert decode(CANONICAL * 3).packets == {}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.lists(frames, max_size=3), st.integers(0, 300)), max_size=4))
def test_streams_side_by_side_are_read_as_each_alone(streams: list[tuple[list[bytes], int]]):
    cut = [b"".join(parts)[: -tail or None] for parts, tail in streams]
    stops = np.cumsum([len(piece) for piece in cut]).tolist()
    batch = decode_streams(b"".join(cut), stops, [False] * len(cut))
    for number, piece in enumerate(cut):
        framer = Framer()
        wanted = [event.raw for event in framer.feed(piece)]
        assert [batch.raw(n) for n in np.flatnonzero(batch.frames[:, k.STREAM] == number)] == wanted
        assert piece[batch.consumed[number] :].strip(b"\r\n \t\x00") == framer.waiting.strip(b"\r\n \t\x00")


def test_tables_for_a_data_frame():
    batch = decode(CANONICAL + b"##0003abc")
    table = batch.frame_table().to_pylist()
    assert [row["reason"] for row in table] == ["", "cut"]
    assert table[0]["mn"] == "010000A8900016F000169DC0"
    assert table[1]["mn"] is None
    values = batch.value_table().to_pylist()
    assert values[1] == {"frame": 0, "code": "w01018", "field": "Rtd", "value": 40.25, "text": "40.25", "mark": "N"}
    assert [row["value"] for row in values] == [None, 40.25, -7.1, 7.5]


def test_cipher_whose_crc_fits_by_chance_is_opened_too():
    # One cipher in 256 has its plaintext's CRC, for there are only 256 values; among a thousand frames some do.
    key = b"0123456789abcdef"
    by_chance = 0
    for number in range(1000):
        head = HEAD.replace("Flag=5", "Flag=9").replace("857223;", f"857{number:03d};")
        plain = f"{head}CP=&&DataTime=20240601085857;w01018-Rtd={number / 7:.3f},w01018-Flag=N&&".encode()
        frame = seal_frame(plain, key)
        by_chance += crc16(frame[6:-6]) == crc16(plain)
        batch = decode(frame, keys={"010000A8900016F000169DC0": key})
        assert batch.verdicts.tolist() == [ACCEPTED]
        assert batch.floats[-1] == float(f"{number / 7:.3f}")
    assert by_chance > 0
