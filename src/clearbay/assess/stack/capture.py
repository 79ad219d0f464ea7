"""Data capture of a stack monitor in a quarter, and what makes an hour valid for it.

Source: HJ 75-2017, 12.1 (validity) and 12.1.3 (capture rate, at least 75 %). The 75 % and the formula stand in one
implementation and in memory of the text; the list of invalid spans is from memory.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.slots import HOUR_S, periods
from clearbay.vocabulary.clocks import local_date

AT_LEAST = Fraction(75, 100)
"""HJ 75-2017, 12.1.3."""

GOOD = Fraction(90, 100)
"""From this rate on a gap is filled from a shorter look-back (HJ 75-2017, Tables 5 and 6)."""

CLAUSE = "HJ 75-2017, 12.1.3"
CONFIDENCE = "one-source"


class Hour(IntEnum):
    """What an hour of a monitor was.

    `OUT_OF_CONTROL` is an hour between a calibration that was passed and one that failed (失控); `INVALID` everything
    else that is not valid: fault, repair, maintenance, calibration, too few minutes, nothing received.
    """

    VALID = 0
    INVALID = 1
    OUT_OF_CONTROL = 2
    STOPPED = 3


def hours_of(
    valid: NDArray[np.bool_], stopped: NDArray[np.bool_], out_of_control: NDArray[np.bool_] | None = None
) -> NDArray[np.int8]:
    """Give the state [n, `Hour`] of each hour; stopped prevails, then out of control, then not valid.

    An hour out of control is not valid however good its figures look: the calibration that failed says so afterwards.
    """
    state = np.where(valid, np.int8(Hour.VALID), np.int8(Hour.INVALID))
    if out_of_control is not None:
        state = np.where(out_of_control, np.int8(Hour.OUT_OF_CONTROL), state)
    return np.where(stopped, np.int8(Hour.STOPPED), state).astype(np.int8)


@dataclass(frozen=True)
class Capture:
    """Hours of a quarter [h]: all that it has, those the plant stood still, those that are not valid."""

    start: int
    """First instant of the quarter [s since 1970]."""
    length_s: int
    hours: int
    stopped: int
    invalid: int
    seen: int
    """Hours that the states given cover; fewer than `hours` while the quarter is running."""

    @property
    def running(self) -> int:
        """Hours seen in which the plant ran: the denominator."""
        return self.seen - self.stopped

    @property
    def rate(self) -> Fraction | None:
        """Valid hours / hours that the plant ran; None when it stood still for the whole quarter."""
        return Fraction(self.running - self.invalid, self.running) if self.running else None

    @property
    def complete(self) -> bool:
        """Whether every hour of the quarter is among those given."""
        return self.seen == self.hours

    @property
    def enough(self) -> bool | None:
        """Whether the rate reaches 75 %, not rounded; None when there is no rate."""
        return None if self.rate is None else self.rate >= AT_LEAST


def capture_by_quarter(state: NDArray[np.int8], start: NDArray[np.int64], zone: str) -> list[Capture]:
    """Count the capture of each quarter of a zone that hours touch.

    Parameters
    ----------
    state : `Hour` of consecutive hours [n]; start : their first instants [n, s since 1970].

    Hours of a quarter that are not among them count as seen by nobody: they are neither in the numerator nor in the
    denominator, and the quarter is not `complete`.

    Source: HJ 75-2017, 12.1.3: (quarter - invalid - stopped) / (quarter - stopped).
    """
    if not len(start):
        return []
    first, last = day_of(int(start[0]), zone), day_of(int(start[-1]), zone)
    quarters = periods(first, last, "quarter", zone)
    of = np.searchsorted(quarters.start, start, side="right") - 1
    found: list[Capture] = []
    for k in range(len(quarters)):
        mine = state[of == k]
        hours = int(quarters.length_s[k]) // HOUR_S
        stopped = int((mine == Hour.STOPPED).sum())
        invalid = len(mine) - stopped - int((mine == Hour.VALID).sum())
        begins, lasts = int(quarters.start[k]), int(quarters.length_s[k])
        found.append(Capture(begins, lasts, hours, stopped, invalid, len(mine)))
    return found


def day_of(instant: int, zone: str) -> date:
    """Give the day of a zone that an instant [s since 1970] falls on."""
    return local_date(datetime.fromtimestamp(instant, UTC), zone)
