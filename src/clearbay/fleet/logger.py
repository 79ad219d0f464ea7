"""A logger that speaks HJ 212: makes packets as they fall due, waits for answers, sends again, comes back."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from clearbay.fleet import packets, replies
from clearbay.fleet.clock import BEIJING_S, Clock
from clearbay.fleet.counts import Counts
from clearbay.fleet.cursors import Cursors, Due
from clearbay.fleet.faults import OF_VALUES, Fault, Faults, Kind, changed
from clearbay.fleet.link import Link
from clearbay.fleet.plan import REAL_TIME, Channel, LoggerPlan
from clearbay.fleet.sources.readings import Change, Minutes, Reading, Source
from clearbay.hj212.building import build_segment
from clearbay.hj212.crc import crc16
from clearbay.hj212.framing import Frame
from clearbay.hj212.packet import ANSWER_WANTED
from clearbay.hj212.times import format_qn, format_time
from clearbay.hj212.versions import VERSION_BITS

_ANSWER = b";CN=9014;"


@dataclass(frozen=True, slots=True)
class Manners:
    """How loggers talk. Time-out and resends: HJ 212-2017 Table 1; `window`: frames sent and not yet answered."""

    time_out_s: float = 10.0
    resends: int = 3
    window: int = 32
    connecting: int = 64  # connections being made at once


@dataclass(slots=True)
class Unanswered:
    """A frame on its way: its bytes, when it was sent (wall), how often, and its place among all that were sent."""

    frame: bytes
    sent_at: float
    place: int
    tries: int = 1


@dataclass(slots=True)
class Settings:
    """What a platform can set: time-out (1000), password (1072), key (1014)."""

    time_out_s: float
    resends: int
    password: str
    key: bytes


class Logger:
    """One simulated logger. `caught_up` is called when it has nothing left to send for now."""

    def __init__(
        self,
        plan: LoggerPlan,
        *,
        clock: Clock,
        faults: Faults,
        manners: Manners,
        address: tuple[str, int],
        gate: asyncio.Semaphore,
        begins: Mapping[str, float],
        caught_up: Callable[["Logger"], None],
    ) -> None:
        self.plan, self._clock, self._faults, self._manners = plan, clock, faults, manners
        self.settings = Settings(manners.time_out_s, manners.resends, plan.password, plan.key)
        self.cursors = Cursors(plan, dict(begins))
        self.counts = Counts()
        self.link = Link(self, plan.mn, *address, gate)
        self.scheduled_for = math.inf
        self._caught_up = caught_up
        self._flying: dict[bytes, Unanswered] = {}
        self._last_qn = 0
        self._answered_place, self._answered_at = 0, -math.inf
        self._up_since = clock.seconds()
        self._cut: tuple[str, int] | None = None
        self._offset = 0.0
        self._corrected: set[str] = set()
        self._held: dict[str, float] = {}
        self._rows: dict[int, dict[str, list[int]]] = {}
        for channel in plan.channels:
            rows = self._rows.setdefault(id(channel.source), {})
            rows.setdefault(channel.code, []).append(channel.source.codes.index(channel.source_code))

    # Time ----------------------------------------------------------------------------------------------------

    def _skew(self, now: float) -> float:
        """How fast the logger's own clock is [s]: what it was last set to, and the faults not set right since."""
        skew = self._offset
        for fault in self._faults.of(self.plan.mn, now, now):
            if fault.kind is Kind.CLOCK_SKEW and fault.fault_id not in self._corrected:
                skew += fault.value or 0.0
        return skew

    def own_time(self) -> datetime:
        """What the logger's clock shows: naive Beijing time."""
        now = self._clock.seconds()
        return datetime.fromtimestamp(now + self._skew(now) + BEIJING_S, UTC).replace(tzinfo=None)

    def set_time(self, shown: datetime) -> None:
        """Set the clock (1012). A fleet that lives in a time of its own takes it as "be right"."""
        now = self._clock.seconds()
        for fault in self._faults.of(self.plan.mn, now, now):
            if fault.kind is Kind.CLOCK_SKEW:
                self._corrected.add(fault.fault_id)
        wanted = shown.replace(tzinfo=UTC).timestamp() - BEIJING_S
        self._offset = round(wanted - now) if self._clock.real and abs(wanted - now) >= 1.0 else 0.0

    def now(self) -> float:
        """The fleet's time [s since 1970 UTC]."""
        return self._clock.seconds()

    def _qn(self, now: float) -> str:
        """A QN of now that no other frame of this logger has."""
        milliseconds = max(int(1000 * (now + self._skew(now))), self._last_qn + 1)
        self._last_qn = milliseconds
        moment = datetime.fromtimestamp(milliseconds / 1000 + BEIJING_S, UTC)
        return format_qn(moment.replace(microsecond=milliseconds % 1000 * 1000))

    def stamp(self, cn: str, start: int, period_s: int) -> str:
        """DataTime of a period as this logger writes it: its start, or its end, by its own clock."""
        skew = self._skew(start)
        if cn == REAL_TIME:
            shown = start + skew
        else:
            # A period begins when the logger's own clock is at a whole one; small skews leave its label alone.
            shown = start + (round(skew / period_s) * period_s) + (period_s if self.plan.stamps_end else 0)
        return format_time(datetime.fromtimestamp(shown + BEIJING_S, UTC))

    # Sending -------------------------------------------------------------------------------------------------

    @property
    def unanswered(self) -> int:
        """Frames sent and not answered."""
        return len(self._flying)

    def waiting(self) -> int:
        """Packets that are ready and not yet made: the logger's buffer."""
        return self.cursors.waiting(self._clock.seconds())

    def line_down(self, now: float) -> bool:
        """Whether a fault keeps the line down."""
        return any(fault.kind is Kind.LATE for fault in self._faults.of(self.plan.mn, now, now))

    def pump(self) -> None:
        """Send what is ready, as far as the window allows; say so when nothing is left."""
        now = self._clock.seconds()
        if self.line_down(now):
            self.link.shut()
            return
        self.link.open()
        while self.link.up and not self.link.clogged and len(self._flying) < self._manners.window:
            due = self.cursors.next()
            if due is None or due.ready > now:
                self._caught_up(self)
                return
            if not self._send(due, now):
                return

    def _send(self, due: Due, now: float) -> bool:
        """Make and send one packet; return whether the next may follow at once."""
        active = {fault.kind for fault in self._faults.of(self.plan.mn, due.ready, due.ready)}
        if Kind.DROP_OUT in active:
            self.cursors.advance(due)
            self.counts.dropped += 1
            return True
        cutting = Kind.CUT in active and self._cut != (due.cn, due.start)
        if cutting and self._flying:
            return False  # nothing else is to be lost with it
        frames = self.frames_of(due.cn, due.start, due.period_s, now)
        if cutting:
            self._cut = (due.cn, due.start)
            self.counts.cut += 1
            self.counts.sent += 1
            self.link.write(frames[0][1][: len(frames[0][1]) // 2])
            self.link.drop()
            return False
        self.cursors.advance(due)
        sent_at = time.monotonic()
        for qn, frame in frames:
            self.counts.made += 1
            self._flying[qn] = Unanswered(frame, sent_at, self.counts.sent)
            wire = frame
            if Kind.BAD_CRC in active:
                wire = damaged(frame)
                self.counts.damaged += 1
            self._write(wire)
            if Kind.RESEND in active:
                self.counts.repeated += 1
                self._write(wire)
        return True

    def _write(self, frame: bytes) -> None:
        self.counts.sent += 1
        self.link.write(frame)

    def frames_of(
        self, cn: str, start: int, period_s: int, now: float, *, answered: bool = True
    ) -> list[tuple[bytes, bytes]]:
        """The frames of a period, each with its QN."""
        channels = packets.channels_of(self.plan, cn)
        if answered and start < self._clock.start and cn in self.plan.history_codes:
            channels = tuple(c for c in channels if c.source_code in self.plan.history_codes[cn])
        if not channels:
            return []
        values = self._values(channels, start, period_s)
        late = start + period_s < self._up_since - 1.0
        made = packets.segments(
            *(self.plan, cn, self._qn(now), self.stamp(cn, start, period_s), values),
            password=self.settings.password,
            supplement=late,
            answered=answered,
        )
        self._last_qn += len(made) - 1
        return [(segment[3:20], packets.frame(segment, cn, self.settings.key)) for segment in made]

    def _values(self, channels: tuple[Channel, ...], start: int, period_s: int) -> list[tuple[Channel, Reading]]:
        faults = [f for f in self._faults.of(self.plan.mn, start, start + max(period_s, 60)) if f.kind in OF_VALUES]
        known: dict[int, Mapping[str, Reading]] = {}
        values = []
        for channel in channels:
            source = channel.source
            found = known.get(id(source))
            if found is None:
                change = self._change(source, faults) if faults else None
                found = known[id(source)] = source.read(start, period_s, change)
            values.append((channel, found[channel.source_code]))
        return values

    def _change(self, source: Source, faults: list[Fault]) -> Change:
        rows = self._rows[id(source)]
        for fault in faults:
            if fault.kind is Kind.FROZEN and f"{fault.fault_id}" not in self._held:
                self._held[fault.fault_id] = 0.0
                for channel in self.plan.channels:
                    frozen = channel.source.read(int(fault.start_s) // 60 * 60, 60)[channel.source_code].avg
                    self._held[f"{fault.fault_id}/{channel.code}"] = frozen

        def change(minutes: Minutes) -> None:
            changed(minutes, faults, rows, self._held)

        return change

    # The link ------------------------------------------------------------------------------------------------

    def connected(self) -> None:
        """Send again what was not answered, then go on."""
        self._up_since = self._clock.seconds()
        self.counts.connects += 1
        now = time.monotonic()
        for flying in self._flying.values():
            flying.sent_at, flying.tries, flying.place = now, 1, self.counts.sent
            self.counts.resent += 1
            self._write(flying.frame)
        self.pump()

    def lost(self) -> None:
        """What was on its way stays to be sent again."""

    def ask_time(self) -> None:
        """Ask the platform for the time (1013), which it answers with a 1012."""
        flag = VERSION_BITS[self.plan.version] << 2 | ANSWER_WANTED
        head = {"qn": self._qn(self.now()), "pw": self.settings.password, "flag": flag}
        segment = build_segment(self.plan.st, "1013", self.plan.mn, fields=[("PolId", "")], **head)  # type: ignore[arg-type]
        self.counts.replies += 1
        self._write(packets.frame(segment, "1013", b""))

    def heard(self, frame: Frame) -> None:
        """An answer, or a request."""
        if not frame.crc_fits and not self.settings.key:
            return
        segment = frame.segment
        if _ANSWER in segment[:64]:
            self.link.answered()
            at = segment.find(b"QN=") + 3
            answered = self._flying.pop(segment[at : at + 17], None)
            if answered is not None:
                self.counts.acknowledged += 1
                self._answered_place, self._answered_at = answered.place, time.monotonic()
                if self.scheduled_for == math.inf and len(self._flying) < self._manners.window // 2 + 1:
                    self.pump()
            return
        for reply in replies.replies(self, frame):
            self.counts.replies += 1
            self._write(reply)
        self.pump()  # an interval may have become shorter

    def check(self, now: float) -> None:
        """Send again what waited too long (monotonic time, s); after the last resend, make a new connection."""
        if not self.link.up:
            return
        for flying in self._flying.values():
            if now - flying.sent_at < self.settings.time_out_s:
                continue
            # Answers come in order: while they come, what was sent after the last answered one only has to wait.
            if flying.place > self._answered_place and now - self._answered_at < self.settings.time_out_s:
                continue
            if flying.tries > self.settings.resends:
                self.link.drop()
                return
            flying.sent_at, flying.tries, flying.place = now, flying.tries + 1, self.counts.sent
            self.counts.resent += 1
            self._write(flying.frame)


def damaged(frame: bytes) -> bytes:
    """A frame whose CRC does not fit: another of the values a CRC can have is written in its place."""
    printed = int(frame[-6:-2], 16)
    wrong = next(v for v in (crc16(b"a"), crc16(b"b")) if v != printed)
    return frame[:-6] + b"%04X\r\n" % wrong
