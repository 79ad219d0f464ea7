"""The fleet as a running thing: every logger on its own connection, one schedule for all of them."""

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta

from clearbay.fleet.clock import Clock
from clearbay.fleet.counts import Counts
from clearbay.fleet.errors import FleetError
from clearbay.fleet.faults import Fault, Faults, Kind, checked
from clearbay.fleet.logger import Logger, Manners
from clearbay.fleet.plan import DATA_CNS, FleetPlan, LoggerPlan

_TICK_S = (0.01, 0.25)  # the schedule looks at least and at most this often [s of the wall]
_LEAD = timedelta(hours=6)  # sources are made this far ahead, and further at high speed
_LEAD_WALL_S = 60.0
_SETTLED_S = 0.02


class Fleet:
    """Simulated loggers that send to a platform at `host`:`port`.

    `run` sends until `request_stop`; `inject` and `clear` may be called from any thread meanwhile.
    """

    def __init__(
        self, plan: FleetPlan, *, host: str, port: int, clock: Clock | None = None, manners: Manners | None = None
    ) -> None:
        self.plan = plan
        self.clock = clock or Clock()
        self.manners = manners or Manners()
        self._faults = Faults()
        self._gate = asyncio.Semaphore(self.manners.connecting)
        self._heap: list[tuple[float, int, Logger]] = []
        self._numbers = itertools.count()
        self._stopped = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._prepared = self.clock.start
        self._preparing: asyncio.Task[None] | None = None
        self.loggers = {
            one.mn: Logger(
                one,
                clock=self.clock,
                faults=self._faults,
                manners=self.manners,
                address=(host, port),
                gate=self._gate,
                begins=self._begins(one),
                caught_up=self._schedule,
            )
            for one in plan.loggers
        }
        self._codes = frozenset(code for one in plan.loggers for code in one.codes)

    def _begins(self, one: LoggerPlan) -> dict[str, float]:
        history = {**self.plan.history, **one.history}
        return {cn: self.clock.start - history.get(cn, timedelta()).total_seconds() for cn in DATA_CNS}

    # Life ----------------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """Make the sources' first stretch in advance; a twin that has to be compiled takes half a minute once."""
        await self._make_ahead()

    async def run(self) -> None:
        """Connect and send until `request_stop`."""
        self._loop = asyncio.get_running_loop()
        await self._make_ahead()
        for logger in self.loggers.values():
            logger.pump()
        checked_at = time.monotonic()
        try:
            while not self._stopped.is_set():
                wait = self._send_due()
                now = time.monotonic()
                if now - checked_at >= min(1.0, self.manners.time_out_s / 4):
                    checked_at = now
                    self._look_after(now)
                try:
                    await asyncio.wait_for(self._stopped.wait(), wait)
                except TimeoutError:
                    continue
        finally:
            for logger in self.loggers.values():
                logger.link.shut()
            if self._preparing is not None:
                await asyncio.gather(self._preparing, return_exceptions=True)
            await asyncio.sleep(0)  # the last connections close

    def request_stop(self) -> None:
        """Let `run` return; what was not answered is not sent again. Call it in the loop's thread."""
        self._stopped.set()

    def _schedule(self, logger: Logger) -> None:
        due = logger.cursors.next()
        if due is not None and not logger.scheduled:
            logger.scheduled = True
            heapq.heappush(self._heap, (due.ready, next(self._numbers), logger))

    def _send_due(self) -> float:
        """Let those send whose data are ready; return how long the rest can wait [s of the wall]."""
        now = self.clock.seconds()
        while self._heap and self._heap[0][0] <= now:
            logger = heapq.heappop(self._heap)[2]
            logger.scheduled = False
            logger.pump()
        least, most = _TICK_S
        if not self._heap or self.clock.paused:
            return most
        return min(max((self._heap[0][0] - now) / self.clock.factor, least), most)

    def _look_after(self, now: float) -> None:
        """Time-outs, lines that come back or go down, and sources that need to be made further ahead."""
        down = any(fault.kind is Kind.LATE for fault in self._faults.listed())
        for logger in self.loggers.values():
            if logger.unanswered:
                logger.check(now)
            if down or (not logger.scheduled and not logger.link.up):
                logger.pump()
        if self._preparing is not None and self._preparing.done():
            self._preparing.result()  # a twin that cannot run ends the fleet, with its own words
            self._preparing = None
        if self._preparing is None and self._prepared - self.clock.seconds() < self._lead_s() / 2:
            self._preparing = asyncio.create_task(self._make_ahead())

    def _lead_s(self) -> float:
        return max(_LEAD.total_seconds(), _LEAD_WALL_S * self.clock.factor)

    async def _make_ahead(self) -> None:
        until = self.clock.seconds() + self._lead_s()
        moment = datetime.fromtimestamp(until, UTC)
        for source in self.plan.sources():
            await asyncio.to_thread(source.prepare, moment)
        self._prepared = until

    async def settled(self, until: datetime | None = None, *, patience_s: float = 30.0) -> None:
        """Wait until all that was ready (by `until`, else by now) is sent and answered. Raises FleetError."""
        second = self.clock.seconds() if until is None else until.timestamp()
        stop = time.monotonic() + patience_s
        while True:
            if self.clock.seconds() >= second and not any(
                logger.unanswered or logger.cursors.waiting(second) for logger in self.loggers.values()
            ):
                return
            if time.monotonic() > stop:
                late = [mn for mn, one in self.loggers.items() if one.unanswered or one.cursors.waiting(second)]
                raise FleetError(
                    f"{len(late)} loggers still have something to send, such as {late[0] if late else '-'}"
                )
            await asyncio.sleep(_SETTLED_S)

    # Faults --------------------------------------------------------------------------------------------------

    def inject(self, fault: Fault) -> Fault:
        """Let something go wrong; return the fault with its id and start. Raises FleetError."""
        entered = self._faults.add(checked(fault, tuple(self.loggers), self._codes, self.clock.seconds()))
        self._wake()
        return entered

    def clear(self, fault_id: str = "all") -> list[Fault]:
        """End a fault, or all of them; return those ended. Raises FleetError."""
        ended = self._faults.clear(fault_id, self.clock.seconds())
        self._wake()
        return ended

    def faults(self) -> list[Fault]:
        """Every fault injected so far, ended ones too."""
        return self._faults.listed()

    def _wake(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._pump_all)

    def _pump_all(self) -> None:
        for logger in self.loggers.values():
            logger.pump()

    # What became of it ---------------------------------------------------------------------------------------

    def counts(self) -> Counts:
        """Counts of all loggers together."""
        total = Counts()
        for logger in self.loggers.values():
            total.add(logger.counts)
        return total

    def status(self) -> dict[str, object]:
        """Time, counts and what waits, as the command shows it."""
        loggers = self.loggers.values()
        counts = self.counts()
        return {
            "time": self.clock.now().isoformat(timespec="seconds"),
            "speed": self.clock.factor,
            "paused": self.clock.paused,
            "loggers": len(self.loggers),
            "connected": sum(one.link.up for one in loggers),
            "waiting": sum(one.waiting() for one in loggers),
            "unanswered": sum(one.unanswered for one in loggers),
            "made": counts.made,
            "sent": counts.sent,
            "acknowledged": counts.acknowledged,
            "resent": counts.resent,
            "faults": sum(fault.holds(self.clock.seconds()) for fault in self.faults()),
        }
