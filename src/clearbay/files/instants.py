"""The times of a block of rows: read, held to one zone, and shifted from their label to the start of their period."""

from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clearbay.files.cells import Cells
from clearbay.files.plan import Measured
from clearbay.files.rejects import Reject
from clearbay.files.state import FileState
from clearbay.files.times import DateOrder, Resolver, Stamp, Times, read_times

SECOND = 1_000_000


@dataclass(frozen=True)
class Instants:
    """Label times of rows [n]: `micros`, `ends` (end of a whole-day time) [µs UTC], `is_day`."""

    micros: NDArray[np.int64]
    ends: NDArray[np.int64]
    is_day: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> "Instants":
        """Give some of the rows."""
        return Instants(self.micros[rows], self.ends[rows], self.is_day[rows])


def read_instants(cells: Cells, state: FileState) -> tuple[Instants, NDArray[np.bool_]]:
    """Read the times of a block; rows whose time cannot be used are refused and False in the mask."""
    plan, count = state.plan, len(cells.lines)
    clock, day = plan.role("time"), plan.role("day")
    if clock is None and day is None:
        return _one_day(state, count), np.ones(count, dtype=bool)
    index = clock if clock is not None else day
    assert index is not None
    days = cells.columns[day] if clock is not None and day is not None else None
    times = read_times(cells.columns[index], state.zone, _order(cells.columns[index], state), days)
    state.times_how.update(times.hows)
    rejects = {
        row: Reject(
            int(cells.lines[row]), index + 1, plan.header[index], _cell(cells, index, row), bad.reason, bad.details
        )
        for row, bad in times.bad.items()
    }
    _hold_to_zone(cells, times, index, state, rejects)
    state.refuse_rows([rejects[row] for row in sorted(rejects)])
    good = np.ones(count, dtype=bool)
    good[list(rejects)] = False
    return Instants(times.micros, times.ends, times.is_day), good


def periods(
    column: Measured, instants: Instants, base_s: int, end: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    """Give start [µs UTC] and length [s] of the period each value of a column stands for, and its statistic.

    A day-only time is the day itself whatever the label says, 23 or 25 hours long where clocks change.
    """
    at, is_day = instants.micros, instants.is_day
    day_s = (instants.ends - at) // SECOND
    base = np.where(is_day & (base_s == 86400), day_s, base_s)
    back = np.where(is_day | (not end), 0, 1)
    start = at - back * base * SECOND
    if column.shape == "base":
        return start, base, column.statistic or ("avg" if base_s else "value")
    own = np.full(len(at), column.seconds, dtype=np.int64)
    if column.shape == "moving":
        stop = np.where(is_day, instants.ends, start + base * SECOND)
        return stop - own * SECOND, own, column.statistic or "avg"
    if column.shape == "daily_max":
        return at, own, "max"
    if column.seconds == 86400:
        own = np.where(is_day, day_s, own)
    return at - back * own * SECOND, own, column.statistic or ("avg" if column.seconds else "value")


def _one_day(state: FileState, count: int) -> Instants:
    day = state.options.day
    assert day is not None
    stamp = Resolver(state.zone).resolve(Stamp(datetime.combine(day, time(0)), "day"))
    assert isinstance(stamp, tuple)
    return Instants(np.full(count, stamp[0]), np.full(count, stamp[1]), np.ones(count, dtype=bool))


def _order(cells: pa.StringArray, state: FileState) -> DateOrder:
    """Settle on the first block whether 03/04/2018 is in March or April."""
    if state.options.date_order is not None:
        return state.options.date_order
    parts = pc.extract_regex(cells.unique(), r"^\s*(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-]\d{4}\b").drop_null()
    if not len(parts):
        return "MDY"
    first, second = (pc.cast(parts.field(i), pa.int32()) for i in (0, 1))
    if state.date_order is None:
        day_first, day_second = pc.max(first).as_py() > 12, pc.max(second).as_py() > 12
        state.date_order = "DMY" if day_first and not day_second else "MDY"
        sure = day_first != day_second
        en = "month/day/year" if state.date_order == "MDY" else "day/month/year"
        zh = "月/日/年" if state.date_order == "MDY" else "日/月/年"
        state.note(
            f"dates are {en}"
            + (": no other order fits" if sure else ", which is assumed; --date-order says otherwise"),
            f"日期为{zh}" + ("：其他顺序不成立" if sure else "（假定）；可用 --date-order 另行说明"),
        )
    return state.date_order


def _hold_to_zone(cells: Cells, times: Times, index: int, state: FileState, rejects: dict[int, Reject]) -> None:
    """See that the times of a file agree on having a zone, and say where the zone changes."""
    good = np.ones(len(cells.lines), dtype=bool)
    good[list(rejects)] = False
    rows = np.flatnonzero(good)
    if not len(rows):
        return
    zoned = times.zoned
    if state.first_zoned is None:
        state.first_zoned = bool(zoned[rows[0]])
        if not state.first_zoned and not state.zone_said:
            state.note(
                f"times name no zone: taken as {state.zone}, the legal zone of a point that does not say;"
                " --zone says otherwise",
                f"时间未写时区：按 {state.zone} 处理（监测点的默认法定时区）；可用 --zone 另行说明",
            )
    if state.first_zoned and not state.zone_said:
        for row in rows[~zoned[rows]].tolist():
            rejects[row] = Reject(
                int(cells.lines[row]), index + 1, state.plan.header[index], _cell(cells, index, row), "no_zone"
            )
    with_zone = rows[zoned[rows]]
    if len(with_zone) and not state.first_zoned:
        _zone_changes(state, int(cells.lines[with_zone[0]]), "without a zone to times with one", "无时区变为有时区")
    if len(with_zone) and "unix_seconds" not in times.hows:
        offsets = times.offsets[with_zone]
        if state.first_offset is None:
            state.first_offset = int(offsets[0])
        other = with_zone[offsets != state.first_offset]
        if len(other):
            a, b = _offset(state.first_offset), _offset(int(times.offsets[other[0]]))
            _zone_changes(state, int(cells.lines[other[0]]), f"{a} to {b}", f"{a} 变为 {b}")


def _zone_changes(state: FileState, line: int, en: str, zh: str) -> None:
    if not state.zone_changed:
        state.zone_changed = True
        state.note(
            f"the zone of the times changes at line {line}: from {en}; each time was read by its own",
            f"第 {line} 行起时间的时区改变：由{zh}；各时间按其自身时区读取",
        )


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _cell(cells: Cells, index: int, row: int) -> str:
    return str(cells.columns[index][row].as_py())
