import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearbay.hj212 import (
    Frame,
    Framer,
    Item,
    Joiner,
    Packet,
    Version,
    answer,
    build_segment,
    frame_segment,
    parse_frame,
    parse_segment,
    split_data,
)

MN = "010000A8900016F000169DC0"


def packet(text: str) -> Packet:
    return parse_segment(text.encode())


def test_the_frame_of_2017_annex_a_byte_for_byte():
    segment = build_segment(
        "32", "1062", MN, qn="20160801085857223", pw="100000", flag=5, fields=[("RtdInterval", "30")]
    )
    assert frame_segment(segment) == (
        b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"
    )


def test_the_frame_of_2025_annex_a1_byte_for_byte():
    segment = build_segment("32", "1011", MN, qn="20240601085857223", pw="123456", flag=9)
    assert frame_segment(segment) == (
        b"##0087QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&2200\r\n"
    )


UPLOAD_2005 = "ST=32;CN=2051;QN=20040516010101001;PW=123456;MN=88888880000001;Flag=1;CP=&&DataTime=20040516021000&&"
UPLOAD_2017 = f"QN=20160801085000001;ST=32;CN=2051;PW=123456;MN={MN};Flag=5;CP=&&DataTime=20160801084000&&"


@pytest.mark.parametrize(
    ("upload", "version", "cn", "value", "expected"),
    [
        (UPLOAD_2005, Version.V2005, None, None, b"ST=91;CN=9014;CP=&&QN=20040516010101001;CN=2051&&"),
        (
            UPLOAD_2005.replace("Flag=1;", "Flag=3;PNUM=1;PNO=1;"),
            Version.V2005,
            None,
            None,
            b"ST=91;CN=9014;CP=&&QN=20040516010101001;CN=2051;PNO=1;PNUM=1;&&",
        ),
        (
            UPLOAD_2005.replace("2051", "2072"),
            Version.V2005,
            None,
            None,
            b"ST=91;CN=9013;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001&&",
        ),
        (
            UPLOAD_2005,
            Version.V2005,
            "9011",
            1,
            b"ST=91;CN=9011;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;QnRtn=1&&",
        ),
        (
            UPLOAD_2005,
            Version.V2005,
            "9012",
            1,
            b"ST=91;CN=9012;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;ExeRtn=1&&",
        ),
        (
            UPLOAD_2017,
            Version.V2017,
            None,
            None,
            f"QN=20160801085000001;ST=91;CN=9014;PW=123456;MN={MN};Flag=4;CP=&&&&".encode(),
        ),
        (
            UPLOAD_2017.replace("Flag=5", "Flag=9"),
            Version.V2025,
            None,
            None,
            f"QN=20160801085000001;ST=91;CN=9014;PW=123456;MN={MN};Flag=8;CP=&&&&".encode(),
        ),
        (
            UPLOAD_2017.replace("2051", "1013"),
            Version.V2017,
            None,
            None,
            f"QN=20160801085000001;ST=91;CN=9013;PW=123456;MN={MN};Flag=4;CP=&&&&".encode(),
        ),
        (
            UPLOAD_2017,
            Version.V2017,
            "9011",
            2,
            f"QN=20160801085000001;ST=91;CN=9011;PW=123456;MN={MN};Flag=4;CP=&&QnRtn=2&&".encode(),
        ),
    ],
)
def test_answers_have_the_shape_of_the_version(
    upload: str, version: Version, cn: str | None, value: int | None, expected: bytes
):
    """HJ/T 212-2005 Annex C and HJ 212-2017 Annex C."""
    assert answer(packet(upload), version, cn, value) == expected


items = st.lists(
    st.builds(
        lambda code, value: Item(f"w{code:05d}", {"Avg": f"{value}", "Flag": "N"}),
        st.integers(0, 99999),
        st.integers(-(10**6), 10**6),
    ),
    max_size=200,
    unique_by=lambda item: item.code,
)


@given(items, st.randoms())
def test_parts_join_to_what_was_split_in_any_order(all_items: list[Item], random):
    segments = split_data(
        *("32", "2061", MN),
        qn="20160801085857534",
        pw="123456",
        flag=5,
        fields=[("DataTime", "20160801080000")],
        items=all_items,
    )
    assert all(len(segment) <= 1024 for segment in segments)
    packets = [parse_segment(segment) for segment in segments]
    assert len({p.qn for p in packets}) == len(packets)  # 2017 C.50: each part has its own QN
    random.shuffle(packets)
    joiner = Joiner()
    whole = [found for p in [*packets[:-1], *packets[:-1], packets[-1]] if (found := joiner.add(p, 0.0))]
    assert [list(found.items) for found in whole] == [all_items]
    assert whole[0].fields == (("DataTime", "20160801080000"),)


def test_half_joined_packets_do_not_fill_the_memory():
    joiner = Joiner(time_limit_s=10, most_waiting=50)
    for number in range(1000):
        text = f"QN=20160801085857534;ST=32;CN=2061;MN={number};Flag=6;PNUM=2;PNO=1;CP=&&DataTime=20160801080000&&"
        assert joiner.add(packet(text), 0.0) is None
    assert len(joiner.expire(100.0)) == 50


@given(items)
def test_what_is_built_is_read_back(all_items: list[Item]):
    segment = build_segment("32", "2011", MN, qn="20160801085857534", pw="1", flag=5, items=all_items, rf=True)
    framer = Framer()
    (event,) = framer.feed(frame_segment(segment)) + framer.close()
    assert isinstance(event, Frame)
    read = parse_frame(event)
    assert list(read.items) == all_items
    assert read.rf
