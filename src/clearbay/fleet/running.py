"""The fleet as a running thing: every logger on its own connection, one schedule for all of them."""

import asyncio
import heapq
import itertools
import math
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
        self._edges: list[float] = []
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
        if due is not None and due.ready < logger.scheduled_for:
            logger.scheduled_for = due.ready
            heapq.heappush(self._heap, (due.ready, next(self._numbers), logger))

    def _send_due(self) -> float:
        """Let those send whose data are ready; return how long the rest can wait [s of the wall]."""
        now = self.clock.seconds()
        if self._edges and self._edges[0] <= now:
            while self._edges and self._edges[0] <= now:
                heapq.heappop(self._edges)
            self._pump_all()
        while self._heap and self._heap[0][0] <= now:
            _, _, logger = heapq.heappop(self._heap)
            logger.scheduled_for = math.inf
            logger.pump()
        least, most = _TICK_S
        if self.clock.paused:
            return most
        ahead = [*self._edges[:1], *(entry[0] for entry in self._heap[:1])]
        return min(max((min(ahead, default=math.inf) - now) / self.clock.factor, least), most)

    def _look_after(self, now: float) -> None:
        """Time-outs, and sources that need to be made further ahead."""
        for logger in self.loggers.values():
            if logger.unanswered:
                logger.check(now)
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

    def _busy(self, second: float) -> list[str]:
        """Loggers that still have to send what was ready by a moment, or wait for answers, and can."""
        now = self.clock.seconds()
        return [
            mn
            for mn, one in self.loggers.items()
            if (one.unanswered or one.cursors.waiting(second)) and not one.line_down(now)
        ]

    async def settled(self, until: datetime | None = None, *, patience_s: float = 30.0) -> None:
        """Wait until all that was ready (by `until`, else by now) is sent and answered, but not for lines that a fault
        keeps down. Raises FleetError."""
        second = self.clock.seconds() if until is None else until.timestamp()
        stop = time.monotonic() + patience_s
        while self.clock.seconds() < second or (busy := self._busy(second)):
            if time.monotonic() > stop:
                busy = self._busy(second)
                names = f"{len(busy)} loggers, such as {busy[0]}," if busy else "the clock"
                raise FleetError(f"{names} did not come as far as {datetime.fromtimestamp(second, UTC).isoformat()}")
            await asyncio.sleep(_SETTLED_S)

    # Faults --------------------------------------------------------------------------------------------------

    def inject(self, fault: Fault) -> Fault:
        """Let something go wrong; return the fault with its id and start. Raises FleetError."""
        entered = self._faults.add(checked(fault, tuple(self.loggers), self._codes, self.clock.seconds()))
        self._wake(entered)
        return entered

    def clear(self, fault_id: str = "all") -> list[Fault]:
        """End a fault, or all of them; return those ended. Raises FleetError."""
        ended = self._faults.clear(fault_id, self.clock.seconds())
        self._wake(None)
        return ended

    def faults(self) -> list[Fault]:
        """Every fault injected so far, ended ones too."""
        return self._faults.listed()

    def _wake(self, fault: Fault | None) -> None:
        loop = self._loop
        if loop is None:
            self._watch_edges(fault)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(self._watch_edges, fault)
            loop.call_soon_threadsafe(self._pump_all)

    def _watch_edges(self, fault: Fault | None) -> None:
        """Look at every logger again when a line goes down or comes back."""
        if fault is not None and fault.kind is Kind.LATE:
            heapq.heappush(self._edges, fault.start_s)
            heapq.heappush(self._edges, fault.end_s)

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
