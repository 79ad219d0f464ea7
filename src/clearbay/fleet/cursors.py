"""Which data of a logger come next: one place in time for each command, moved on as packets are made.

What is unsent need not be kept, for a source gives the same values when asked later: what lies between a command's
place and now is the logger's buffer, however long the line was down.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from clearbay.fleet.clock import BEIJING_S
from clearbay.fleet.plan import DATA_CNS, DAY, FURNACE, HOUR, MINUTE, REAL_TIME, LoggerPlan
from clearbay.hj212.commands import PERIODS_S

_AFTER_S = {REAL_TIME: 0.0, MINUTE: 0.0, FURNACE: 1.0, HOUR: 15.0, DAY: 45.0}
"""How long after a period a logger has summed it up [s]; ours."""


@dataclass(frozen=True, slots=True)
class Due:
    """Data of a command that are to be sent: start of the period, its length [s], when they are ready."""

    cn: str
    start: int
    period_s: int
    ready: float


class Cursors:
    """The places of one logger. `begins` gives the first moment [s since 1970 UTC] each command is sent for."""

    def __init__(self, plan: LoggerPlan, begins: dict[str, float]) -> None:
        self._plan = plan
        self.steps = {cn: plan.period_s(cn) for cn in DATA_CNS}
        self.real_time_on = True
        self._next: dict[str, int] = {}
        for cn in DATA_CNS:
            if self.steps[cn]:
                self._next[cn] = self._allowed(cn, self.aligned(cn, begins[cn]))

    def length(self, cn: str) -> int:
        """Length of a command's periods [s]; 0 for real-time data."""
        if cn == REAL_TIME:
            return 0
        return self.steps[MINUTE] if cn == MINUTE else PERIODS_S[cn]

    def aligned(self, cn: str, second: float) -> int:
        """The start of the step of a command that a moment lies in; steps count from midnight in Beijing."""
        step = self.steps[cn]
        return int((second + BEIJING_S) // step * step) - BEIJING_S

    def _allowed(self, cn: str, start: int) -> int:
        if cn == DAY and self._plan.on_days:
            while not self.is_sample_day(start):
                start += self.steps[DAY]
        return start

    def is_sample_day(self, start: int) -> bool:
        """Whether day data are sent for the day that begins at a moment."""
        if not self._plan.on_days:
            return self._plan.days
        local = datetime.fromtimestamp(start + BEIJING_S, UTC)
        return (local.month, local.day) in self._plan.on_days

    def ready(self, cn: str, start: int) -> float:
        """When the data of a period are ready to be sent."""
        return start + self.length(cn) + _AFTER_S[cn] + self._plan.delay_s

    def next(self) -> Due | None:
        """What comes next, whether or not it is ready; None when this logger sends nothing."""
        best: Due | None = None
        for cn, start in self._next.items():
            if cn == REAL_TIME and not self.real_time_on:
                continue
            ready = self.ready(cn, start)
            if best is None or ready < best.ready:
                best = Due(cn, start, self.length(cn), ready)
        return best

    def advance(self, due: Due) -> None:
        """Go on to what follows."""
        self._next[due.cn] = self._allowed(due.cn, due.start + self.steps[due.cn])

    def set_step(self, cn: str, step_s: int, now: float) -> None:
        """Change the interval of a command (1062, 1064) from the next whole step on."""
        self.steps[cn] = step_s
        self._next[cn] = self.aligned(cn, now)

    def switch_real_time(self, *, on: bool, now: float) -> None:
        """Start or stop real-time data (2011, 2012); what fell between is not sent afterwards."""
        if on and not self.real_time_on and REAL_TIME in self._next:
            self._next[REAL_TIME] = self.aligned(REAL_TIME, now)
        self.real_time_on = on

    def waiting(self, now: float) -> int:
        """How many packets are ready and not yet made."""
        count = 0
        for cn, start in self._next.items():
            if cn == REAL_TIME and not self.real_time_on:
                continue
            late = now - self.ready(cn, start)
            if late >= 0 and not (cn == DAY and self._plan.on_days):
                count += int(late // self.steps[cn]) + 1
        return count
