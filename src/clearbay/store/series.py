"""Series and slots: what the values of a decoded batch are numbers of.

A slot is one (logger, ST, CN, code, field) while one row of the channel map holds; it knows its series, statistic,
period and label. Values find their slot by a 64-bit hash in compiled code; new ones are made here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from clearbay.hj212 import layout as k
from clearbay.hj212.batch import Batch
from clearbay.hj212.commands import PERIODS_S
from clearbay.store.channels import ChannelMap

STATISTICS = ("value", "avg", "min", "max", "sum")
_STATISTIC = {"Rtd": 0, "Avg": 1, "Min": 2, "Max": 3, "Cou": 4, "Data": 0, "RS": 0, "RT": 0, "Info": 0}
_CONVERTED = {"ZsRtd": 0, "ZsAvg": 1, "ZsMin": 2, "ZsMax": 3, "ZsCou": 4}
DATA_COMMANDS = frozenset(
    ("2011", "2013", "2021", "2031", "2041", "2051", "2052", "2061", "2062", "2071", "2111", "3020")
)
_IS_DATA = np.zeros(10000, np.bool_)
_IS_DATA[[int(cn) for cn in DATA_COMMANDS]] = True
_OBSERVED = np.array([k.IS_NUMBER[i] or name == "Info" for i, name in enumerate(k.FIELD_NAMES)], np.bool_)
DEFAULT_MINUTES_S = 600  # HJ 212-2017 C.16 shows 10-minute data; 1064 sets it per logger


@dataclass(frozen=True, slots=True)
class Series:
    """What is measured where: point, parameter code and basis."""

    point_id: str
    code: str
    basis: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one field of a logger goes, valid for label times in [valid_from, valid_to) [s since 1970 UTC]."""

    series: int
    statistic: int
    period_s: int
    ends: bool
    valid_from: int
    valid_to: int


def field_series(code: str, field: str, basis: str) -> tuple[str, str, int]:
    """Return (code, basis, statistic index) of a field.

    Zs fields are on the basis of reference oxygen (HJ 212-2017 Table 4). Fields that are no statistic of the code
    itself (day and night noise, alarm limits, counts) are a code of their own, `L5-DayData`.
    """
    if field in _CONVERTED:
        return code, "reference_o2", _CONVERTED[field]
    if field in _STATISTIC:
        return code, basis, _STATISTIC[field]
    return f"{code}-{field}", basis, 0


class Slots:
    """All slots met so far, and the tables that find them."""

    def __init__(self, find_series: Callable[[Series], int]) -> None:
        self._find_series = find_series
        self.map = ChannelMap()
        self.minutes_s: dict[str, int] = {}
        self.clear()

    def clear(self) -> None:
        """Forget everything (the map has changed, or a commit failed); values find their slots anew."""
        self._slots: list[Slot] = []
        self._variants: dict[tuple[str, str, str, str, str], list[int]] = {}
        self._keys = np.zeros(1 << 12, np.uint64)
        self._ids = np.full(1 << 12, -1, np.int32)
        self._used = 0
        self._columns = np.empty((0, 7), np.int64)
        self._lines: dict[tuple[int, int, int], int] = {}

    def __len__(self) -> int:
        return len(self._slots)

    @property
    def columns(self) -> k.Longs:
        """Slots as rows (series, statistic, period_s, ends, valid_from, valid_to, line).

        A line is one (series, period, statistic): several slots feed the same one when a logger is replaced.
        """
        if len(self._columns) < len(self._slots):
            new = [
                (*(s.series, s.statistic, s.period_s, s.ends, s.valid_from, s.valid_to), self._line(s))
                for s in self._slots[len(self._columns) :]
            ]
            self._columns = np.concatenate([self._columns, np.array(new, np.int64)])
        return self._columns

    def _line(self, slot: Slot) -> int:
        return self._lines.setdefault((slot.series, slot.period_s, slot.statistic), len(self._lines))

    @property
    def lines(self) -> dict[tuple[int, int, int], int]:
        """The lines met so far by (series, period, statistic), in the order of their numbers."""
        return self._lines

    def find(self, batch: Batch, chosen: np.ndarray, times: k.Longs) -> tuple[k.Longs, k.Ints]:
        """Return the values of the chosen frames that are observations, and the slot of each.

        `times` are the frames' label instants [s since 1970 UTC].
        """
        frame_of = batch.values[:, k.FRAME]
        rows = np.flatnonzero(
            chosen[frame_of]
            & (batch.values[:, k.FIELD] >= 0)
            & _OBSERVED[batch.values[:, k.FIELD]]
            & _IS_DATA[batch.frames[frame_of, k.CN]]
        )
        keys = np.empty(len(rows), np.uint64)
        slots = np.empty(len(rows), np.int32)
        _slot_keys(batch.buffer, batch.frames, batch.mn_hashes, batch.values, batch.code_hashes, rows, keys)
        while True:
            missing = _look_up(keys, self._keys, self._ids, slots)
            if missing < 0:
                break
            self._add(batch, int(rows[missing]), keys[missing], int(times[frame_of[rows[missing]]]))
        columns = self.columns
        when = times[frame_of[rows]]
        for i in np.flatnonzero((when < columns[slots, 4]) | (when >= columns[slots, 5])):
            slots[i] = self._slot(*self._names(batch, int(rows[i])), int(when[i]))
        return rows, slots

    def _names(self, batch: Batch, row: int) -> tuple[str, str, str, str, str]:
        value = batch.values[row]
        frame = batch.frames[value[k.FRAME]]
        mn, st = batch.text(frame[k.MN_AT], frame[k.MN_LEN]), batch.text(frame[k.ST_AT], frame[k.ST_LEN])
        code = batch.text(value[k.CODE_AT], value[k.CODE_LEN])
        return mn, st, f"{frame[k.CN]:04d}", code, k.FIELD_NAMES[value[k.FIELD]]

    def _slot(self, mn: str, st: str, cn: str, code: str, field: str, when: int) -> int:
        known = self._variants.setdefault((mn, st, cn, code, field), [])
        for number in known:
            if self._slots[number].valid_from <= when < self._slots[number].valid_to:
                return number
        channel = self.map.find(mn, st, code, when)
        own_code, basis, statistic = field_series(code, field, channel.basis)
        period = self.minutes_s.get(mn, DEFAULT_MINUTES_S) if cn == "2051" else PERIODS_S.get(cn, 0)
        series = self._find_series(Series(channel.point_id, own_code, basis))
        ends = channel.label == "end" and period > 0
        self._slots.append(Slot(series, statistic, period, ends, channel.valid_from, channel.valid_to))
        known.append(len(self._slots) - 1)
        return known[-1]

    def _add(self, batch: Batch, row: int, key: np.uint64, when: int) -> None:
        if 2 * (self._used + 1) > len(self._keys):
            keys, ids = self._keys, self._ids
            self._keys = np.zeros(2 * len(keys), np.uint64)
            self._ids = np.full(2 * len(keys), -1, np.int32)
            for old, number in zip(keys[ids >= 0], ids[ids >= 0], strict=True):
                _put(old, number, self._keys, self._ids)
        _put(key, np.int32(self._slot(*self._names(batch, row), when)), self._keys, self._ids)
        self._used += 1


@njit(cache=True, nogil=True)
def _slot_keys(buffer, frames, mn_hashes, values, code_hashes, rows, keys):  # type: ignore[no-untyped-def]
    prime = np.uint64(0x9E3779B97F4A7C15)
    for i in range(len(rows)):
        row = rows[i]
        number = values[row, k.FRAME]
        frame = frames[number]
        st = np.uint64(0)
        for j in range(frame[k.ST_AT], frame[k.ST_AT] + frame[k.ST_LEN]):
            st = st << np.uint64(8) | np.uint64(buffer[j])
        key = (mn_hashes[number] ^ (st << np.uint64(20)) ^ np.uint64(frame[k.CN])) * prime
        key = ((key ^ (key >> np.uint64(29))) + code_hashes[row]) * prime
        keys[i] = (key ^ (key >> np.uint64(31)) ^ np.uint64(values[row, k.FIELD])) * prime


@njit(cache=True, nogil=True)
def _look_up(wanted, keys, ids, found):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(keys) - 1)
    for i in range(len(wanted)):
        at = wanted[i] & mask
        while ids[at] >= 0 and keys[at] != wanted[i]:
            at = (at + np.uint64(1)) & mask
        if ids[at] < 0:
            return i
        found[i] = ids[at]
    return -1


@njit(cache=True, nogil=True)
def _put(key, number, keys, ids):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(keys) - 1)
    at = key & mask
    while ids[at] >= 0:
        at = (at + np.uint64(1)) & mask
    keys[at] = key
    ids[at] = number
