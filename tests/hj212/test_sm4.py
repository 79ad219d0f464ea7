"""The official vectors of HJ 212-2025 Annex A.2 and H (key: sixteen times the digit 0)."""

import pytest

from clearbay.hj212 import Frame, FrameError, Framer, Reason, frame_segment, parse_frame
from clearbay.hj212.sm4 import authorization, decrypt, encrypt, frame_of, must_encrypt, open_frame, seal_frame

KEY = b"0" * 16
HEAD = "QN=20240520210700000;ST=31;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&"
# Annex A.2, second example: 147 bytes of data, a tail of three that stays plain.
PLAIN = (
    b"DataTime=20240520210600;a01011-Min=1.35,a01011-Avg=1.35,a01011-Max=1.35,a01011-Flag=N;"
    b"a01014-Min=3.20,a01014-Avg=3.20,a01014-Max=3.20,a01014-Flag=N"
)
CIPHER_BEGINS = bytes.fromhex("E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED")
CIPHER_ENDS = bytes.fromhex("E91ADCE98A0D03A4") + b"g=N"


def event_of(frame: bytes) -> Frame:
    framer = Framer()
    (event,) = framer.feed(frame) + framer.close()
    assert isinstance(event, Frame)
    return event


def test_the_second_example_of_annex_a2():
    cipher = encrypt(PLAIN, KEY)
    assert len(cipher) == 147
    assert cipher.startswith(CIPHER_BEGINS)
    assert cipher.endswith(CIPHER_ENDS)
    assert decrypt(cipher, KEY) == PLAIN


def test_the_frame_carries_the_crc_of_the_plaintext_and_its_length():
    segment = HEAD.encode() + PLAIN + b"&&"
    frame = seal_frame(segment, KEY)
    assert frame.startswith(b"##0234QN=20240520210700000")
    assert frame.endswith(b"g=N&&B541\r\n")
    event = event_of(frame)
    assert not event.crc_fits
    assert open_frame(event, KEY).segment == segment
    assert parse_frame(open_frame(event, KEY)).items[1].number("Max") == 3.2


def test_hex_digits_are_read_too():
    cipher = encrypt(PLAIN, KEY)
    data = cipher[:144].hex().upper().encode() + cipher[144:]
    segment = HEAD.encode() + data + b"&&"
    frame = b"##%04d%bB541" % (len(segment), segment)
    assert open_frame(event_of(frame), KEY).segment == HEAD.encode() + PLAIN + b"&&"


def test_the_wrong_key_is_told():
    event = event_of(seal_frame(HEAD.encode() + PLAIN + b"&&", KEY))
    with pytest.raises(FrameError) as refused:
        open_frame(event, b"1" * 16)
    assert refused.value.reason is Reason.BAD_CIPHER


def test_data_shorter_than_a_block_stay_plain():
    assert seal_frame(HEAD.encode() + b"a=1&&", KEY) == frame_segment(HEAD.encode() + b"a=1&&")


@pytest.mark.reference_data
def test_the_printed_examples_open(messages: list[tuple[str, bytes]]):
    printed = [line for _, line in messages if b"{0xE4" in line]
    assert len(printed) == 2
    for line in printed:
        packet = parse_frame(open_frame(frame_of(line), KEY))
        assert packet.items[0].number("Min") == 1.35


def test_authorization_of_annex_h():
    found = authorization("testuser", "AezF0nZRs4kypuGO", b"msbE74gsiSHSEh5e")
    assert found == "LG/m7lsFU/taig+vbQsDJXy4NGAaE2j2lplPwhZM7iM="


def test_what_is_to_be_encrypted():
    assert [cn for cn in ("1011", "1014", "2011", "2111", "3020", "9014") if must_encrypt(cn)] == [
        "1014",
        "2011",
        "2111",
        "3020",
    ]
