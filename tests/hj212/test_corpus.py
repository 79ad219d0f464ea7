"""Every reference message gets the verdict its CRC, length and structure deserve."""

import pytest

from clearbay.hj212 import FrameError, Framer, Packet, Reason, Refusal, parse_frame

pytestmark = pytest.mark.reference_data

# What each message of a bad kind is, worked out by hand from its bytes; all others are good.
REFUSED = {
    # placeholders 1234, 5678 … and length fields that are too large
    "10wangyu-gif_env-data-platform.txt": {Reason.WRONG_LENGTH: 10},
    # data edited after the CRC was made
    "MagicToDo_hj212-protocol.txt": {Reason.WRONG_CRC: 4},
    "guocay_hj212-protocol.txt": {Reason.WRONG_CRC: 4},
    "issues_xiaoyao9184_hj-t212-parser.txt": {Reason.WRONG_LENGTH: 1},
    "sCair_Hj212-Distribute.txt": {Reason.WRONG_LENGTH: 1},
    # the sentence under the example of Annex A says 1C08, a typing error
    "standard_HJ212-2017_annexA.txt": {Reason.WRONG_CRC: 1},
    # cipher in the standard's printed notation, {0xE4,…}
    "standard_HJ212-2025_annexA__Daidai52640_cems-data-pipeline.txt": {Reason.WRONG_LENGTH: 2},
    "xiaoyao9184_hj-t212-parser.txt": {Reason.WRONG_CRC: 2},
}


def verdict(line: bytes) -> Packet | Reason:
    framer = Framer()
    (event,) = framer.feed(line + b"\r\n") + framer.close()
    if isinstance(event, Refusal):
        return event.reason
    try:
        return parse_frame(event)
    except FrameError as error:
        return error.reason


def test_every_message_gets_its_verdict(messages: list[tuple[str, bytes]]):
    refused: dict[str, dict[Reason, int]] = {}
    for name, line in messages:
        found = verdict(line)
        if isinstance(found, Reason):
            counts = refused.setdefault(name, {})
            counts[found] = counts.get(found, 0) + 1
    assert refused == REFUSED


def test_all_that_verify_are_parsed(messages: list[tuple[str, bytes]]):
    assert sum(isinstance(verdict(line), Packet) for _, line in messages) == 192
    assert len(messages) == 217


def test_one_stream_of_all_messages_gives_the_same(messages: list[tuple[str, bytes]]):
    good = [line for _, line in messages if isinstance(verdict(line), Packet)]
    framer = Framer()
    events = framer.feed(b"\r\n".join(line for _, line in messages) + b"\r\n") + framer.close()
    read = [event.raw for event in events if not isinstance(event, Refusal) and event.crc_fits]
    assert read == good
