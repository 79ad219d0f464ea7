"""One exchange with a logger as the standard has it, without input or output: the caller owns the clock
and the wire.

Source: HJ 212-2017 §6.1, §6.2 and §6.5: a request is answered by 9011, brings its data, and ends with
9012; an
unanswered request is sent again, an execution that takes too long has failed and is not sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from clearbay.hj212.commands import COMMANDS, EXE_RETURNS, QN_RETURNS, Kind
from clearbay.hj212.packet import Packet

TIME_OUT_S = 10.0  # HJ 212-2017 Table 1, mobile networks; 5 s for ADSL
RESENDS = 3  # the same table
EXECUTION_S = 120.0  # ours: the standard leaves the execution time to the command


class Outcome(StrEnum):
    """Where an exchange stands."""

    WAITING = "waiting"
    EXECUTING = "executing"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    TIMED_OUT = "timed_out"

    @property
    def final(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (Outcome.WAITING, Outcome.EXECUTING)


@dataclass(slots=True)
class Exchange:
    """A request on its way; `packets` gather the data that came for it.

    `acknowledges` says that the logger wants what it sends for it answered (2005).
    """

    cn: str
    qn: str
    started: float
    time_out_s: float = TIME_OUT_S
    resends: int = RESENDS
    execution_s: float = EXECUTION_S
    outcome: Outcome = Outcome.WAITING
    detail: str = ""
    sent: int = 1
    acknowledges: bool = False
    packets: list[Packet] = field(default_factory=list)
    _since: float = 0.0

    def __post_init__(self) -> None:
        self._since = self.started

    def take(self, packet: Packet, now: float) -> bool:
        """Take a packet from the logger at a monotonic time [s]; return whether it belongs to this
        exchange."""
        if self.outcome.final:
            return False
        if packet.cn in ("9011", "9012", "9013"):
            if packet.exchange_qn != self.qn:
                return False
            self._answered(packet, now)
            return True
        # Data answers of 2017 carry a QN of their own (C.20 to C.23), so the command tells whose they are.
        if packet.cn != self.cn or not (COMMANDS[self.cn].returns or packet.exchange_qn == self.qn):
            return False
        self.packets.append(packet)
        self._since = now
        return True

    def _answered(self, packet: Packet, now: float) -> None:
        self._since = now
        if packet.cn == "9013":
            self._end(Outcome.DONE, "")
        elif packet.cn == "9011":
            code = _code(packet.field("QnRtn"))
            if code == 1:
                self.outcome = Outcome.EXECUTING
            else:
                self._end(Outcome.REFUSED, _words(QN_RETURNS, code))
        else:
            code = _code(packet.field("ExeRtn"))
            self._end(Outcome.DONE if code == 1 else Outcome.FAILED, "" if code == 1 else _words(EXE_RETURNS, code))

    def tick(self, now: float) -> bool:
        """Tell the time [s]; return whether the request is to be sent again now."""
        if self.outcome is Outcome.EXECUTING and now - self._since >= self.execution_s:
            self._end(Outcome.TIMED_OUT, f"no 9012 within {self.execution_s:g} s")
        if self.outcome is not Outcome.WAITING or now - self._since < self.time_out_s:
            return False
        if self.sent > self.resends:
            self._end(Outcome.UNAVAILABLE, f"no answer to {self.sent} requests {self.time_out_s:g} s apart")
            return False
        self.sent += 1
        self._since = now
        return True

    def _end(self, outcome: Outcome, detail: str) -> None:
        self.outcome = outcome
        self.detail = detail

    @property
    def is_notice(self) -> bool:
        """Whether it ends with 9013 in place of 9011 and 9012."""
        return COMMANDS[self.cn].request is Kind.NOTICE


def _code(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _words(table: dict[int, tuple[str, str]], code: int | None) -> str:
    known = table.get(code) if code is not None else None
    return f"{code}: {known[0]} ({known[1]})" if known else f"code {code}"


def exchange_of(exchanges: Sequence[Exchange], packet: Packet, now: float) -> Exchange | None:
    """Give a packet to the first exchange that takes it; return that one, or None."""
    return next((exchange for exchange in exchanges if exchange.take(packet, now)), None)
