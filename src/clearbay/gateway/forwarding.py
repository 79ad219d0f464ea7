"""Passing packets on to a platform above, by HJ 212 itself. The store is the queue; a small file holds the place."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from clearbay.gateway.settings import Upper
from clearbay.hj212 import Frame, FrameError, Framer, Refusal, parse_frame
from clearbay.hj212.answers import wants_answer
from clearbay.hj212.exchange import RESENDS, TIME_OUT_S
from clearbay.hj212.packet import Packet
from clearbay.store import Store, Verdict, reading
from clearbay.store.manifest import replace_file

_AT_ONCE = 500
_POLL_S = 0.5
_RETRY_S = 5.0


@dataclass(slots=True)
class _Sent:
    number: int
    raw: bytes
    qn: str | None
    answer_wanted: bool
    since: float
    times: int = 1


class Forwarder:
    """Sends accepted packets in order, as they came, and moves its place on when the platform has answered them.

    After a crash the last packets may go out twice; the platform above knows a resend by its QN.
    """

    def __init__(self, store: Store, upper: Upper, *, time_out_s: float = TIME_OUT_S) -> None:
        self._store, self.upper, self._time_out_s = store, upper, time_out_s
        self._path: Path = store.folder / f"forward-{upper.name}.json"
        self.place = self._read_place()
        self.forwarded = 0
        self.unanswered = 0
        self.state = "starting"

    def _read_place(self) -> int:
        """The number of the last packet passed on; a new upper platform gets what comes from now on."""
        try:
            return int(json.loads(self._path.read_text())["place"])
        except FileNotFoundError:
            place = self._store.next_number - 1
            replace_file(self._path, json.dumps({"place": place}).encode())
            return place

    async def run(self) -> None:
        """Forward until cancelled, connecting anew whenever the connection fails."""
        while True:
            try:
                reader, writer = await asyncio.open_connection(self.upper.host, self.upper.port)
            except OSError as error:
                self.state = f"not connected: {error}"
                await asyncio.sleep(_RETRY_S)
                continue
            self.state = "connected"
            try:
                await self._converse(reader, writer)
            except (ConnectionError, TimeoutError, asyncio.IncompleteReadError) as error:
                self.state = f"lost: {error}"
                await asyncio.sleep(_RETRY_S)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers: asyncio.Queue[Packet] = asyncio.Queue()
        listening = asyncio.ensure_future(_listen(reader, answers))
        window: list[_Sent] = []
        sent_to = self.place
        try:
            while True:
                room = self.upper.window - len(window)
                if room > 0:
                    for packet in await asyncio.to_thread(self._next, sent_to, room):
                        writer.write(packet.raw + b"\r\n")
                        sent_to = packet.number
                        window.append(packet)
                    await writer.drain()
                while not answers.empty():
                    _answered(window, answers.get_nowait())
                self._advance(window)
                self._resend(window, writer)
                if listening.done():
                    listening.result()
                    raise ConnectionResetError("the platform above closed the connection")
                if not window or all(packet.answer_wanted for packet in window):
                    await _either(answers, _POLL_S)
        finally:
            listening.cancel()

    def _next(self, after: int, room: int) -> list[_Sent]:
        con = self._store.cursor()
        try:
            table = reading.packets(
                *(con, self._store.manifest, self._store.folder),
                after=after,
                verdict=Verdict.ACCEPTED,
                limit=min(room, _AT_ONCE),
            )
        finally:
            con.close()
        return [
            _sent(number, raw)
            for number, raw in zip(table["number"].to_pylist(), table["bytes"].to_pylist(), strict=True)
        ]

    def _advance(self, window: list[_Sent]) -> None:
        done = 0
        while done < len(window) and not window[done].answer_wanted:
            done += 1
        if done:
            self.place = window[done - 1].number
            self.forwarded += done
            del window[:done]
            replace_file(self._path, json.dumps({"place": self.place}).encode())

    def _resend(self, window: list[_Sent], writer: asyncio.StreamWriter) -> None:
        now = asyncio.get_running_loop().time()
        for packet in window:
            packet.since = packet.since or now
            if packet.answer_wanted and now - packet.since > self._time_out_s:
                if packet.times > RESENDS:
                    self.unanswered += 1
                    raise TimeoutError(f"no answer to {packet.qn} after {packet.times} times")
                packet.times += 1
                packet.since = now
                writer.write(packet.raw + b"\r\n")


def _sent(number: int, raw: bytes) -> _Sent:
    framer = Framer()
    events = framer.feed(raw) + framer.close()
    try:
        packet = parse_frame(events[0]) if events and isinstance(events[0], Frame) else None
    except FrameError:
        packet = None  # cipher is passed on as it came; its answer cannot be told
    if packet is None:
        return _Sent(number, raw, None, False, 0.0)
    return _Sent(number, raw, packet.exchange_qn, wants_answer(packet), 0.0)


def _answered(window: list[_Sent], answer: Packet) -> None:
    for packet in window:
        if packet.answer_wanted and packet.qn == answer.exchange_qn:
            packet.answer_wanted = False
            return


async def _listen(reader: asyncio.StreamReader, answers: asyncio.Queue[Packet]) -> None:
    framer = Framer()
    while data := await reader.read(65536):
        for event in framer.feed(data):
            if isinstance(event, Refusal):
                continue
            try:
                packet = parse_frame(event)
            except FrameError:
                continue
            if packet.cn in ("9013", "9014"):
                answers.put_nowait(packet)


async def _either(answers: asyncio.Queue[Packet], seconds: float) -> None:
    """Wait for an answer, but not longer than some seconds; the answer stays in the queue."""
    with contextlib.suppress(TimeoutError):
        answers.put_nowait(await asyncio.wait_for(answers.get(), seconds))
