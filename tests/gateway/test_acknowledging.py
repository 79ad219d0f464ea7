"""Answers to a whole batch are those the library gives one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.gateway.acknowledging import acknowledge
from clearbay.hj212 import Version, answer, frame_segment, parse_segment, wants_answer
from clearbay.hj212.batch import ACCEPTED, decode, decode_streams
from clearbay.hj212.commands import COMMANDS

segments = st.builds(
    lambda qn, cn, pw, mn, flag, parts: (
        f"{qn}ST=32;CN={cn};{pw}MN={mn};Flag={flag};{parts if flag & 2 else ''}CP=&&DataTime=20240601085857;a-Rtd=1&&"
    ),
    st.sampled_from(["QN=20240601085857223;", "QN=1617937160672;", ""]),
    st.sampled_from(sorted(COMMANDS)),
    st.sampled_from(["PW=123456;", ""]),
    st.sampled_from(["010000A8900016F000169DC0", "88888880000001", "A"]),
    st.sampled_from([0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 255]),
    st.sampled_from(["PNUM=12;PNO=1;", "PNUM=1000;PNO=999;", ""]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(segments, min_size=1, max_size=6), st.lists(segments, max_size=4))
def test_all_shapes(first: list[str], second: list[str]):
    streams = [b"".join(frame_segment(text.encode()) for text in part) for part in (first, second)]
    batch = decode_streams(b"".join(streams), [len(streams[0]), len(streams[0]) + len(streams[1])], [True, True])
    versions = {"A": Version.V2025}
    wanted = {}
    for number, part in enumerate((first, second)):
        packets = [parse_segment(text.encode()) for text in part]
        answers = [frame_segment(answer(p, p.version(versions.get(p.mn)))) for p in packets if wants_answer(p)]
        if answers:
            wanted[number] = b"".join(answers)
    assert acknowledge(batch, batch.verdicts == ACCEPTED, versions) == wanted


def test_what_is_not_kept_is_not_answered():
    batch = decode(frame_segment(b"QN=20240601085857223;ST=32;CN=2011;MN=A;Flag=5;CP=&&&&"))
    assert acknowledge(batch, batch.verdicts != ACCEPTED, {}) == {}
