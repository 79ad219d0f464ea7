"""Every dialect the facts list is read; every fault has its one reason."""

from datetime import datetime

import pytest

from clearbay.hj212 import Deviation, FrameError, Packet, Reason, Version, detect_version, parse_segment

HEAD = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"


def read(text: str) -> Packet:
    return parse_segment(text.encode())


def test_the_example_of_2017_table_4():
    packet = read(
        f"{HEAD}CP=&&DataTime=20160801085857;w01001-Rtd=7.1,w01001-Flag=N;w01018-SampleTime=20160801070000,w01018-Rtd=2.2,w01018-Flag=N,w01018-EFlag=A01&&"
    )
    assert (packet.st, packet.cn, packet.pw, packet.flag) == ("32", "2011", "123456", 5)
    assert packet.answer_wanted
    assert packet.version() is Version.V2017
    assert packet.data_time == datetime(2016, 8, 1, 8, 58, 57)
    ph, cod = packet.items
    assert (ph.code, ph.number("Rtd"), ph.mark) == ("w01001", 7.1, "N")
    assert cod.fields == {"SampleTime": "20160801070000", "Rtd": "2.2", "Flag": "N", "EFlag": "A01"}
    assert packet.notes == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("ST=32;CN=2051;QN=20040516010101001;PW=1;MN=8;CP=&&DataTime=20040516021000;B01-Cou=200&&", Deviation.NO_FLAG),
        ("ST=32;CN=2011;PW=1;MN=8;Flag=1;CP=&&DataTime=20040516021000&&", Deviation.NO_QN),
        (f"{HEAD}CP=&&BeginTime=20160801000000,EndTime=20160801000000&&", Deviation.COMMA_FOR_SEMICOLON),
        (f"{HEAD[:-1]}CP=&&DataTime=20160801000000;SB1-RT=1.1&&", Deviation.MISSING_SEMICOLON),
        (f"{HEAD}CP=&& PolId=w01018;SystemTime=20160801085857&&", Deviation.BLANKS),
        (f"{HEAD}CP=&&DataTime=20160801085857; LA-Rtd=50.1 &&", Deviation.BLANKS),
        (f"{HEAD}CP=&&PolId=w01018;i12003-Info =0&&", Deviation.BLANKS),
        (HEAD.replace("Flag", "FLAG") + "CP=&&DataTime=20160801000000&&", Deviation.NAME_CASE),
        (f"{HEAD}cp=&&w01018-rtd=1&&", Deviation.NAME_CASE),
        (f"{HEAD}CP=&&DataTime=20160801085857000;w01018-Rtd=1&&", Deviation.LONG_TIME),
        (f"{HEAD}CP=&&w01018-Rtd=&&", Deviation.EMPTY_VALUE),
        (HEAD.replace("20160801085857223", "1617937160672") + "CP=&&&&", Deviation.QN_NOT_A_TIME),
        (HEAD.replace("Flag=5", "Flag=X") + "CP=&&&&", Deviation.FLAG_UNREADABLE),
        (HEAD + "PNO=1;PNUM=1;CP=&&&&", Deviation.UNFLAGGED_PARTS),
        (HEAD + "MN=2;CP=&&&&", Deviation.REPEATED_NAME),
        (HEAD + "CP=&&" + ";".join(f"w{n:05d}-Rtd=1.5" for n in range(80)) + "&&", Deviation.SEGMENT_OVER_1024),
    ],
)
def test_a_departure_is_understood_and_noted(text: str, note: Deviation):
    assert note in read(text).notes


def test_fields_are_read_by_name_not_by_place():
    packet = read("MN=8;PW=1;CN=2011;Flag=5;ST=32;QN=20160801085857223;CP=&&DataTime=20160801085857;&&")
    assert (packet.mn, packet.cn, packet.notes) == ("8", "2011", ())


def test_a_log_may_hold_separators():
    packet = read(f"{HEAD}CP=&&DataTime=20100301145000;PolId=w01018;i11001-Info=//清洗;管路,a=b//&&")
    assert packet.items[0].fields["Info"] == "//清洗;管路,a=b//"


def test_chinese_in_gbk_of_an_old_logger():
    packet = parse_segment(f"{HEAD}CP=&&i11001-Info=清洗管路&&".encode("gbk"))
    assert packet.items[0].fields["Info"] == "清洗管路"
    assert packet.notes == (Deviation.GB18030,)


def test_the_place_of_a_fault_is_counted_in_the_bytes_sent():
    """Found by fuzzing: offsets after GBK text were those of UTF-8."""
    with pytest.raises(FrameError) as refused:
        parse_segment(f"{HEAD}CP=&&i11001-Info=清洗管路;fault&&".encode("gbk"))
    assert refused.value.offset == 6 + len(HEAD) + len("CP=&&i11001-Info=") + 8 + 1


def test_a_bare_mark_is_the_mark_of_all():
    packet = read(f"{HEAD}CP=&&DataTime=20250131202809;a34001-Rtd=92;Flag=N&&")
    assert packet.items[0].mark == "N"


def test_the_same_code_twice_keeps_both():
    packet = read(f"{HEAD}CP=&&e01001-Rtd=1.1;e01001-Rtd=2.2&&")
    assert [item.number("Rtd") for item in packet.items] == [1.1, 2.2]


def test_letters_are_values_of_2025_process_states():
    assert read(f"{HEAD}CP=&&p99101-Rtd=St&&").items[0].fields == {"Rtd": "St"}


def test_an_answer_of_2005_has_no_mn():
    packet = read("ST=91;CN=9014;CP=&&QN=20040516010101001;CN=2051&&")
    assert (packet.mn, packet.exchange_qn) == ("", "20040516010101001")


@pytest.mark.parametrize(
    ("text", "reason", "offset"),
    [
        (f"{HEAD}DataTime=20160801085857", Reason.NO_CP, None),
        (f"{HEAD}CP=&&w01018-Rtd=1", Reason.NO_CP, None),
        (f"{HEAD}CP=&&w01018-Rtd&&", Reason.BAD_FIELD, 6 + len(HEAD) + 5),
        (f"{HEAD}CP=&&-Rtd=1&&", Reason.BAD_FIELD, 6 + len(HEAD) + 5),
        (HEAD.replace("MN=010000A8900016F000169DC0;", "") + "CP=&&&&", Reason.NO_MN, 6),
        (HEAD.replace("ST=32;", "") + "CP=&&&&", Reason.BAD_SYSTEM, 6),
        (HEAD.replace("ST=32", "ST=3_") + "CP=&&&&", Reason.BAD_SYSTEM, 6),
        (HEAD.replace("CN=2011;", "") + "CP=&&&&", Reason.NO_COMMAND, 6),
        (HEAD.replace("CN=2011", "CN=7777") + "CP=&&&&", Reason.UNKNOWN_COMMAND, 6),
        (HEAD + "PNUM=2;PNO=3;CP=&&&&", Reason.BAD_PART, 6),
        (HEAD + "PNUM=2;CP=&&&&", Reason.BAD_PART, 6),
        (f"{HEAD}CP=&&DataTime=20160231085857&&", Reason.BAD_TIME, 6 + len(HEAD) + 5),
        (f"{HEAD}CP=&&w01018-SampleTime=2016&&", Reason.BAD_TIME, None),
        (f"{HEAD}CP=&&w01018-Rtd=7..1&&", Reason.BAD_NUMBER, None),
        (f"{HEAD}CP=&&w01018-Rtd=nan&&", Reason.BAD_NUMBER, None),
        (f"{HEAD}CP=&&w01018-Rtd=1_0&&", Reason.BAD_NUMBER, None),
        (f"{HEAD}CP=&&w01018-Rtd=1e999&&", Reason.BAD_NUMBER, None),
        (f"{HEAD}CP=&&a=\x00&&", Reason.NOT_TEXT, None),
    ],
)
def test_a_fault_has_one_reason_and_its_place(text: str, reason: Reason, offset: int | None):
    with pytest.raises(FrameError) as refused:
        read(text)
    assert refused.value.reason is reason
    if offset is not None:
        assert refused.value.offset == offset


def test_bytes_of_no_charset():
    with pytest.raises(FrameError) as refused:
        parse_segment(HEAD.encode() + b"CP=&&a=\xff\xff&&")
    assert (refused.value.reason, refused.value.offset) == (Reason.NOT_TEXT, 6 + len(HEAD) + 7)


@pytest.mark.parametrize(
    ("st", "flag", "registered", "version"),
    [
        ("32", None, None, Version.V2005),
        ("32", None, Version.V2017, Version.V2017),
        ("32", 3, Version.V2017, Version.V2005),
        ("32", 5, None, Version.V2017),
        ("31", 9, None, Version.V2025),
        ("21", 8, None, Version.SURFACE_WATER),  # a real station of 2021; its Flag is 2025's
        ("21", 8, Version.V2025, Version.V2025),
        ("32", 9, Version.SURFACE_WATER, Version.SURFACE_WATER),
        ("32", 200, Version.V2017, Version.V2017),
    ],
)
def test_the_version_of_a_packet(st: str, flag: int | None, registered: Version | None, version: Version):
    assert detect_version(st, flag, registered) is version
