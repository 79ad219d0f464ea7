"""A test client for any HJ 212 server: plays frames over connections and matches the answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clearbay.gateway.backchannel import BEIJING
from clearbay.hj212 import Frame, FrameError, Framer, Item, Version, build_frame, parse_frame
from clearbay.hj212.answers import wants_answer
from clearbay.hj212.times import format_qn, format_time
from clearbay.hj212.versions import VERSION_BITS
from clearbay.vocabulary.errors import ClearbayError

ANSWER_S = 10.0  # HJ 212-2017 Table 1


class SendError(ClearbayError):
    """The server cannot be reached, or ended the connection."""


@dataclass(slots=True)
class Sent:
    """What a play came to."""

    sent: int = 0
    answered: int = 0
    unanswered: int = 0


def generated_frames(
    number: int, frames: int, version: str = "2017", pw: str = "123456", start: datetime | None = None
) -> list[bytes]:
    """Frames of one made-up waste-water logger: a real-time packet every 30 s, COD, ammonia, pH and flow."""
    begin = (start or datetime.now(UTC)).astimezone(BEIJING).replace(microsecond=0)
    spoken = Version(version)
    mn = f"{88888880000000 + number}" if spoken is Version.V2005 else f"010000A8900016F0{number:08X}"
    codes = ("011", "060", "001", "B01") if spoken is Version.V2005 else ("w01018", "w21003", "w01001", "w00000")
    made = []
    for step in range(frames):
        moment = begin + timedelta(seconds=30 * step)
        values = (
            f"{40 + (step * 7 + number) % 20:.1f}",
            f"{2 + (step * 3 + number) % 5 / 10:.2f}",
            f"{7 + (step + number) % 9 / 10:.1f}",
            f"{30 + (step * 5) % 11:.1f}",
        )
        items = [Item(code, {"Rtd": value, "Flag": "N"}) for code, value in zip(codes, values, strict=True)]
        flag = VERSION_BITS[spoken] << 2 | 1
        made.append(
            build_frame(
                *("32", "2011", mn),
                qn=format_qn(moment + timedelta(milliseconds=number % 1000)),
                pw=pw,
                flag=flag,
                fields=[("DataTime", format_time(moment))],
                items=items,
            )
        )
    return made


def send_frames(
    host: str, port: int, streams: Sequence[Sequence[bytes]], *, interval_s: float = 0.0, window: int = 1
) -> Sent:
    """Play each stream of frames over a connection of its own. Raises SendError."""
    result = Sent()

    async def play() -> None:
        await asyncio.gather(*(_play(host, port, stream, interval_s, window, result) for stream in streams))

    asyncio.run(play())
    return result


async def _play(host: str, port: int, frames: Sequence[bytes], interval_s: float, window: int, result: Sent) -> None:
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise SendError(f"{host}:{port}: {error}") from error
    framer = Framer()
    owed: set[str] = set()
    try:
        for frame in frames:
            writer.write(frame)
            await writer.drain()
            result.sent += 1
            qn = _answer_key(frame)
            if qn is not None:
                owed.add(qn)
            heard = True
            while heard and len(owed) >= window:
                heard = await _hear(reader, framer, owed, result)
            if not heard:
                break  # the server does not answer this logger; say so rather than send on
            if interval_s:
                await asyncio.sleep(interval_s)
        while owed and await _hear(reader, framer, owed, result):
            continue
    except ConnectionError as error:
        raise SendError(f"{host}:{port} ended the connection: {error}") from error
    finally:
        writer.close()
    result.unanswered += len(owed)


async def _hear(reader: asyncio.StreamReader, framer: Framer, owed: set[str], result: Sent) -> bool:
    """Wait for bytes; return whether it is worth waiting on."""
    try:
        data = await asyncio.wait_for(reader.read(65536), ANSWER_S)
    except TimeoutError:
        return False
    for event in framer.feed(data):
        if isinstance(event, Frame):
            try:
                packet = parse_frame(event)
            except FrameError:
                continue
            if packet.cn in ("9013", "9014") and packet.exchange_qn in owed:
                owed.discard(packet.exchange_qn)
                result.answered += 1
    return bool(data)


def _answer_key(frame: bytes) -> str | None:
    framer = Framer()
    for event in framer.feed(frame) + framer.close():
        if isinstance(event, Frame):
            try:
                packet = parse_frame(event)
            except FrameError:
                return None
            return packet.exchange_qn if wants_answer(packet) else None
    return None
