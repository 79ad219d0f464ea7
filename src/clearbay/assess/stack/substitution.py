"""Emission amounts of hours without valid data: the largest hourly amount of a look-back, never a concentration.

Source: HJ 75-2017, Table 5 (out of control) and Table 6 (maintenance and everything else), for SO2, NOx and particulate
matter. The tables stand in one implementation and in memory of the text: `CONFIDENCE`.

| capture of the quarter | run of such hours | Table 5, before the last calibration | Table 6, before the failure |
|---|---|---|---|
| >= 90 % | <= 24 h | 180 valid hours | 180 valid hours |
| >= 90 % | > 24 h | 720 | 720 |
| 75 to 90 % | any | 2160 | 2160 |
| < 75 % | | no rule | no rule |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clearbay.assess.stack.capture import AT_LEAST, GOOD, Capture, Hour

CODES = ("a21026", "a21002", "a34013")
"""What the tables are for: SO2, NOx, particulate matter."""

CONFIDENCE = "one-source"


class Filled(IntEnum):
    """How the amount of an hour came about."""

    MEASURED = 0
    STOPPED = 1
    TABLE_5_180 = 2
    TABLE_5_720 = 3
    TABLE_5_2160 = 4
    TABLE_6_180 = 5
    TABLE_6_720 = 6
    TABLE_6_2160 = 7
    CAPTURE_TOO_LOW = 8
    NO_CALIBRATION = 9
    NO_HISTORY = 10
    NO_RULE = 11


WORDS: dict[Filled, tuple[str, str, str]] = {
    Filled.MEASURED: ("measured", "实测", "measured"),
    Filled.STOPPED: ("stopped", "停运，不计排放", "stopped, no emission"),
    Filled.TABLE_5_180: ("table_5_180", "表5：上次校准前180个有效小时最大值", "Table 5, 180 h before calibration"),
    Filled.TABLE_5_720: ("table_5_720", "表5：上次校准前720个有效小时最大值", "Table 5, 720 h before calibration"),
    Filled.TABLE_5_2160: ("table_5_2160", "表5：上次校准前2160个有效小时最大值", "Table 5, 2160 h before calibration"),
    Filled.TABLE_6_180: ("table_6_180", "表6：失效前180个有效小时最大值", "Table 6, 180 h before failure"),
    Filled.TABLE_6_720: ("table_6_720", "表6：失效前720个有效小时最大值", "Table 6, 720 h before failure"),
    Filled.TABLE_6_2160: ("table_6_2160", "表6：失效前2160个有效小时最大值", "Table 6, 2160 h before failure"),
    Filled.CAPTURE_TOO_LOW: ("capture_too_low", "捕集率低于75%，无替代规则", "capture below 75 %: no rule"),
    Filled.NO_CALIBRATION: ("no_calibration", "此前无校准记录", "no earlier calibration known"),
    Filled.NO_HISTORY: ("no_history", "此前无有效小时", "no valid hour before"),
    Filled.NO_RULE: ("no_rule", "该污染物无替代规则", "no table for this pollutant"),
}
"""For each way: its id, Chinese, English."""

SUBSTITUTED = frozenset(range(Filled.TABLE_5_180, Filled.TABLE_6_2160 + 1))

LONG_RUN_H = 24
SHORT, LONG, WIDE = 180, 720, 2160

_LOW, _MIDDLE, _HIGH = 0, 1, 2


@dataclass(frozen=True)
class Amounts:
    """Hourly amounts after substitution.

    `amount` [n, as given; 0 where there is none], `how` [n, `Filled`], and of substituted hours the look-back: `taken`
    [n, valid hours found; fewer than asked where the record is short], `first` and `last` [n, places of the earliest
    and latest of them; -1 elsewhere], `at` [n, place of the largest; -1 elsewhere].
    """

    amount: NDArray[np.int64]
    how: NDArray[np.int8]
    taken: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    at: NDArray[np.int64]

    @property
    def substituted(self) -> NDArray[np.bool_]:
        """Which hours carry an amount that was not measured [n]."""
        return np.isin(self.how, list(SUBSTITUTED))

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which hours carry an amount at all [n]: measured, stopped (0) or substituted."""
        return np.asarray(self.how <= Filled.TABLE_6_2160)


def bands(captures: Sequence[Capture], start: NDArray[np.int64]) -> NDArray[np.int8]:
    """Give the band of the capture rate [n: 2 from 90 %, 1 from 75 %, 0 below] of the quarter of each hour."""
    rates = [_LOW if c.rate is None or c.rate < AT_LEAST else _MIDDLE if c.rate < GOOD else _HIGH for c in captures]
    of = np.searchsorted(np.array([c.start for c in captures], dtype=np.int64), start, side="right") - 1
    return np.array(rates, dtype=np.int8)[of]


def substitute(
    amount: NDArray[np.int64],
    state: NDArray[np.int8],
    band: NDArray[np.int8],
    calibrated: NDArray[np.bool_],
) -> Amounts:
    """Fill the hours without valid data by the tables' look-back maxima.

    Parameters
    ----------
    amount : emission of consecutive hours [n, whole numbers of any unit]; read only where `state` is valid.
    state : `Hour` [n].
    band : see `bands` [n]; a run that crosses into another quarter takes each hour's own.
    calibrated : hours in which a calibration was passed [n]; Table 5 looks back from the last one before the run.

    A run is a stretch of consecutive hours of one state, so a stop ends it. Maxima are of measured hours alone: what
    was substituted is never looked back on. Where fewer valid hours exist than a table asks for, those that exist are
    taken, and `taken` says how many.

    Source: HJ 75-2017, Tables 5 and 6.
    """
    n = len(amount)
    out = Amounts(
        np.zeros(n, dtype=np.int64),
        np.zeros(n, dtype=np.int8),
        np.zeros(n, dtype=np.int32),
        np.full(n, -1, dtype=np.int64),
        np.full(n, -1, dtype=np.int64),
        np.full(n, -1, dtype=np.int64),
    )
    _fill(
        np.ascontiguousarray(amount, dtype=np.int64),
        np.ascontiguousarray(state, dtype=np.int8),
        np.ascontiguousarray(band, dtype=np.int8),
        np.ascontiguousarray(calibrated, dtype=np.bool_),
        out.amount,
        out.how,
        out.taken,
        out.first,
        out.last,
        out.at,
    )
    return out


_VALID, _STOPPED, _OUT = int(Hour.VALID), int(Hour.STOPPED), int(Hour.OUT_OF_CONTROL)
_TOO_LOW, _NO_CALIBRATION, _NO_HISTORY = (
    int(Filled.CAPTURE_TOO_LOW),
    int(Filled.NO_CALIBRATION),
    int(Filled.NO_HISTORY),
)
_TABLE_5, _TABLE_6, _STANDING = int(Filled.TABLE_5_180), int(Filled.TABLE_6_180), int(Filled.STOPPED)


@njit(cache=True, nogil=True)
def _look_back(amount, valid_at, count, width):  # type: ignore[no-untyped-def]
    """Find the largest of the last `width` valid hours; its place, the number of hours taken, the first of them."""
    begin = max(count - width, 0)
    best = begin
    for k in range(begin, count):
        if amount[valid_at[k]] > amount[valid_at[best]]:
            best = k
    return valid_at[best], count - begin, valid_at[begin]


@njit(cache=True, nogil=True)
def _fill(amount, state, band, calibrated, filled, how, taken, first, last, at):  # type: ignore[no-untyped-def]
    n = len(amount)
    valid_at = np.empty(n, np.int64)  # places of the valid hours so far
    count = 0
    before_calibration = -1  # how many of them lie before the last calibration; -1: none was seen
    i = 0
    while i < n:
        if state[i] == _VALID or state[i] == _STOPPED:
            if calibrated[i]:
                before_calibration = count
            if state[i] == _VALID:
                filled[i] = amount[i]
                valid_at[count] = i
                count += 1
            else:
                how[i] = _STANDING
            i += 1
            continue
        end = i
        while end < n and state[end] == state[i]:
            end += 1
        out = state[i] == _OUT
        base = before_calibration if out else count
        for k in range(i, end):
            if band[k] == _LOW:
                how[k] = _TOO_LOW
            elif base < 0:
                how[k] = _NO_CALIBRATION
            elif base == 0:
                how[k] = _NO_HISTORY
            else:
                step = 2 if band[k] == _MIDDLE else (1 if end - i > LONG_RUN_H else 0)
                width = WIDE if step == 2 else (LONG if step == 1 else SHORT)
                same = k > i and band[k] == band[k - 1]
                if same:
                    at[k], taken[k], first[k] = at[k - 1], taken[k - 1], first[k - 1]
                else:
                    at[k], taken[k], first[k] = _look_back(amount, valid_at, base, width)
                last[k] = valid_at[base - 1]
                filled[k] = amount[at[k]]
                how[k] = (_TABLE_5 if out else _TABLE_6) + step
        for k in range(i, end):
            if calibrated[k]:
                # A calibration passed within the run ends what was wrong; it is looked back from by later runs.
                before_calibration = count
        i = end
