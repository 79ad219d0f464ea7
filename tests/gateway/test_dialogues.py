"""The dialogues of HJ 212-2017 Annex C and HJ/T 212-2005 Annex C, end to end against the gateway, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from clearbay.gateway import Gateway, Logger, Settings
from clearbay.hj212 import Packet, Version, frame_segment, parse_segment
from clearbay.hj212.commands import COMMANDS, Kind
from clearbay.hj212.exchange import Outcome

HERE = Path(__file__).parent
PRINTED: dict[str, list[str]] = yaml.safe_load((HERE / "annex_c.yaml").read_text())
ERRATA: list[dict[str, str]] = yaml.safe_load((HERE / "annex_c_errata.yaml").read_text())
MEANT = {(entry["standard"], entry["printed"]): entry["meant"] for entry in ERRATA}
ANSWERS = {"9011", "9012", "9013", "9014"}

LOGGERS = {
    "2017": Logger("010000A8900016F000169DC0", "32", "123456", Version.V2017),
    "2005": Logger("88888880000001", "32", "123456", Version.V2005),
}


@dataclass(frozen=True)
class Dialogue:
    """One example: a request with the data it brings, or an upload with its answer."""

    standard: str
    opening: str
    data: tuple[str, ...]

    @property
    def packet(self) -> Packet:
        return parse_segment(self.opening.encode())

    @property
    def is_request(self) -> bool:
        return is_request(self.packet)


def is_request(packet: Packet) -> bool:
    if COMMANDS[packet.cn].request is None or packet.cn in ANSWERS:
        return False
    names = {name for name, _ in packet.fields}
    return not names & {"DataTime", "QN"} and not (packet.flag == 4 or (packet.flag is None and packet.fields))


def segments(standard: str) -> list[str]:
    return [MEANT.get((standard, text), text) for text in PRINTED[standard]]


def dialogues() -> Iterator[Dialogue]:
    """What logger and host say in turn, put together from the segments as the annexes print them."""
    for standard in PRINTED:
        texts = segments(standard)
        packets = [parse_segment(text.encode()) for text in texts]
        for text, packet in zip(texts, packets, strict=True):
            if packet.cn in ANSWERS:
                continue
            if is_request(packet):
                returned = tuple(
                    other
                    for other, p in zip(texts, packets, strict=True)
                    if p.cn == packet.cn and not is_request(p) and not p.answer_wanted and COMMANDS[p.cn].returns
                )
                yield Dialogue(standard, text, returned)
            elif packet.answer_wanted:
                yield Dialogue(standard, text, ())


ALL = list(dialogues())


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Gateway]:
    gateway = Gateway(Settings(folder, port=0, accept_unknown=True, min_free_bytes=0, set_clocks=False))
    for logger in LOGGERS.values():
        gateway.registry.add(logger)
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.stop()


async def connected(gateway: Gateway, standard: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A logger that has said who it is, so that commands can reach it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    logger = LOGGERS[standard]
    writer.write(frame_segment(f"ST=32;CN=2011;PW={logger.pw};MN={logger.mn};Flag=0;CP=&&&&".encode()))
    for _ in range(400):
        if logger.mn in gateway.back.reachable():
            return reader, writer
        await asyncio.sleep(0.01)
    raise AssertionError("the gateway did not take the logger's first packet")


def answer_of_logger(standard: str, cn: str, result: str, qn: str) -> bytes:
    logger = LOGGERS[standard]
    if standard == "2005":
        text = f"ST=91;CN={cn};PW={logger.pw};MN={logger.mn};Flag=0;CP=&&QN={qn}{';' + result if result else ''}&&"
    else:
        text = f"QN={qn};ST=91;CN={cn};PW={logger.pw};MN={logger.mn};Flag=4;CP=&&{result}&&"
    assert cn == "9012" or text in segments(standard) or qn != parse_segment(segments(standard)[0].encode()).qn
    return frame_segment(text.encode())


async def play_request(gateway: Gateway, dialogue: Dialogue) -> None:
    reader, writer = await connected(gateway, dialogue.standard)
    asked = dialogue.packet
    assert asked.qn is not None
    task = asyncio.create_task(
        gateway.back.request(LOGGERS[dialogue.standard], asked.cn, asked.fields, asked.items, qn=asked.qn)
    )
    assert await asyncio.wait_for(reader.readuntil(b"\r\n"), 10) == frame_segment(dialogue.opening.encode())
    if COMMANDS[asked.cn].request is Kind.NOTICE:
        writer.write(answer_of_logger(dialogue.standard, "9013", "", asked.qn))
    else:
        writer.write(answer_of_logger(dialogue.standard, "9011", "QnRtn=1", asked.qn))
        for text in dialogue.data:
            writer.write(frame_segment(text.encode()))
        writer.write(answer_of_logger(dialogue.standard, "9012", "ExeRtn=1", asked.qn))
    exchange = await asyncio.wait_for(task, 10)
    assert exchange.outcome is Outcome.DONE
    assert exchange.sent == 1
    wanted = [parse_segment(text.encode()) for text in dialogue.data]
    assert [(p.fields, p.items) for p in exchange.packets] == [(p.fields, p.items) for p in wanted]
    writer.close()


async def play_upload(gateway: Gateway, dialogue: Dialogue) -> None:
    reader, writer = await connected(gateway, dialogue.standard)
    writer.write(frame_segment(dialogue.opening.encode()))
    answered = await asyncio.wait_for(reader.readuntil(b"\r\n"), 10)
    texts = [frame_segment(text.encode()) for text in segments(dialogue.standard)]
    packet = dialogue.packet
    if answered not in texts:  # the annex prints one answer for many uploads: then only the QN differs
        printed = next(t for t in segments("2017") if "CN=9014" in t)
        assert packet.qn is not None
        assert answered == frame_segment(packet.qn.join(["QN=", printed[20:]]).encode())
    assert packet.qn is None or packet.qn.encode() in answered
    writer.close()


def test_the_annexes_hold_what_we_think_they_hold():
    counts = {
        s: [sum(d.is_request for d in ALL if d.standard == s), sum(not d.is_request for d in ALL if d.standard == s)]
        for s in PRINTED
    }
    assert counts == {"2017": [28, 22], "2005": [24, 1]}
    assert all(
        (entry["standard"], entry["printed"]) in {(s, t) for s in PRINTED for t in PRINTED[s]} for entry in ERRATA
    )
    assert all(entry["reason"] and entry["printed"] != entry["meant"] for entry in ERRATA)


@pytest.mark.parametrize("standard", ["2017", "2005"])
def test_every_dialogue_of_the_annex(standard: str, tmp_path: Path):
    async def play() -> None:
        async with running(tmp_path) as gateway:
            for dialogue in ALL:
                if dialogue.standard == standard:
                    await (play_request if dialogue.is_request else play_upload)(gateway, dialogue)
            total = gateway.counters.total()
            assert total.balanced
            assert total.refused == 0

    asyncio.run(play())


def test_a_2005_logger_that_wants_its_data_answered(tmp_path: Path):
    """HJ/T 212-2005 Annex C, minute data: 9011 with Flag=1, then data and result are each answered by 9014."""
    texts = segments("2005")
    request = next(t for t in texts if "CN=2051" in t and "BeginTime" in t)
    ready = next(t for t in texts if "CN=9011" in t and "Flag=1" in t)
    data = next(t for t in texts if t.startswith("ST=32;CN=2051;QN=") and "PNO" not in t)
    done = next(t for t in texts if "CN=9012" in t and "ExeRtn" in t)

    async def play() -> None:
        async with running(tmp_path) as gateway:
            reader, writer = await connected(gateway, "2005")
            asked = parse_segment(request.encode())
            task = asyncio.create_task(gateway.back.request(LOGGERS["2005"], "2051", asked.fields, qn=asked.qn))
            assert await reader.readuntil(b"\r\n") == frame_segment(request.encode())
            writer.write(frame_segment(ready.encode()) + frame_segment(data.encode()))
            assert await asyncio.wait_for(reader.readuntil(b"\r\n"), 10) == frame_segment(
                b"ST=91;CN=9014;CP=&&QN=20040516010101001;CN=2051&&"
            )
            writer.write(frame_segment(done.encode()))
            assert await asyncio.wait_for(reader.readuntil(b"\r\n"), 10) == frame_segment(
                b"ST=91;CN=9014;CP=&&QN=20040516010101001;CN=9012&&"
            )
            assert (await task).outcome is Outcome.DONE
            writer.close()

    asyncio.run(play())
