"""The time a fleet lives in: real, or run faster from a start of one's choice, and paused when asked."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from clearbay.fleet.errors import FleetError

BEIJING = timezone(timedelta(hours=8))
"""HJ 212 writes Beijing time, whatever the longitude."""
BEIJING_S = 8 * 3600


class Clock:
    """Simulated time: `start` when made, then `factor` seconds for every second of the wall. Safe to read anywhere.

    `wall` gives the seconds the clock is driven by. A factor of 1 from now on is real time.
    """

    def __init__(
        self, start: datetime | None = None, factor: float = 1.0, *, wall: Callable[[], float] = time.monotonic
    ) -> None:
        _check(factor)
        self._wall = wall
        self._began = wall()
        self._base = datetime.now(UTC).timestamp() if start is None else start.timestamp()
        self.start = self._base
        """Where it began [s since 1970 UTC]."""
        self.real = start is None and factor == 1.0
        """Whether it shows the time of day."""
        self._factor = factor
        self._paused = False

    @property
    def factor(self) -> float:
        """Simulated seconds for every second of the wall."""
        return self._factor

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self._paused

    def seconds(self) -> float:
        """Simulated time [s since 1970 UTC]."""
        if self._paused:
            return self._base
        return self._base + self._factor * (self._wall() - self._began)

    def now(self) -> datetime:
        """Simulated time, UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def _rebase(self) -> None:
        self._base = self.seconds()
        self._began = self._wall()

    def pause(self) -> None:
        """Stand still."""
        self._rebase()
        self._paused = True
        self.real = False

    def resume(self) -> None:
        """Go on from where it stood."""
        self._began = self._wall()
        self._paused = False

    def leap(self, span: timedelta) -> None:
        """Go on by a span at once; what falls due in it is sent as fast as it can be."""
        if span < timedelta():
            raise FleetError("a clock does not go back")
        self._rebase()
        self._base += span.total_seconds()
        self.real = False

    def set_factor(self, factor: float) -> None:
        """Run faster or slower from here on. Raises FleetError."""
        _check(factor)
        self._rebase()
        self._factor = factor
        self.real = False


def _check(factor: float) -> None:
    if not 0.0 < factor <= 100_000.0:
        raise FleetError(f"a clock runs forwards, at most 100,000 times as fast as real time; {factor:g} was asked")
