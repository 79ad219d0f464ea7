from hypothesis import given
from hypothesis import strategies as st

from clearbay.hj212.crc import POSSIBLE, crc16, crc16_modbus


def by_the_letter(segment: bytes) -> int:
    """The routine as HJ 212-2017 Annex A prints it."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return register


def test_example_of_2017_annex_a():
    segment = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
    assert (len(segment), crc16(segment), crc16_modbus(segment)) == (101, 0x1C80, 0x0759)


def test_example_of_2025_annex_a1():
    segment = b"QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&"
    assert (len(segment), crc16(segment), crc16_modbus(segment)) == (87, 0x2200, 0xCCF4)


@given(st.binary(max_size=3000))
def test_folding_gives_what_the_printed_routine_gives(segment: bytes):
    assert crc16(segment) == by_the_letter(segment)


def test_longer_than_any_frame():
    segment = bytes(range(256)) * 300
    assert crc16(segment) == by_the_letter(segment)


def test_only_256_values_exist():
    assert len(POSSIBLE) == 256
    assert {value & 0xFF for value in POSSIBLE} == {0x00, 0x01, 0x40, 0x41, 0x80, 0x81, 0xC0, 0xC1}


def test_modbus_check_value():
    assert crc16_modbus(b"123456789") == 0x4B37  # the published check value of CRC-16/MODBUS
