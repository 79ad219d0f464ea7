"""What is known of one file while its blocks go by: plan, zone, period, what was assumed and noticed so far."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clearbay.files.options import Options
from clearbay.files.plan import Note, Plan
from clearbay.files.rejects import Reject
from clearbay.files.times import DateOrder
from clearbay.vocabulary.clocks import DEFAULT_ZONE

HOURLY, DAILY = 3600, 86400

MEAN_STEPS = frozenset({60, 120, 300, 600, 900, 1200, 1800, HOURLY})
"""Steps [s] at which monitors report means; longer ones (4 h, a month) are the rhythm of sampling."""


@dataclass
class FileState:
    """One file under way."""

    path: str
    source: int
    plan: Plan
    options: Options
    default_point: str
    zone: str
    zone_said: bool
    period_s: int | None = None
    first_zoned: bool | None = None
    first_offset: int | None = None
    zone_changed: bool = False
    date_order: DateOrder | None = None
    ambient: bool | None = None
    rows_read: int = 0
    blank: int = 0
    row_rejects: set[int] = field(default_factory=set)
    cell_rejects: list[int] = field(default_factory=list)
    rows_with_values: int = 0
    hows: Counter[tuple[str, str]] = field(default_factory=Counter)
    times_how: set[str] = field(default_factory=set)
    notes: dict[Note, None] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)

    def note(self, en: str, zh: str) -> None:
        """State something once."""
        self.notes.setdefault(Note(en, zh))

    def refuse_rows(self, rejects: list[Reject]) -> None:
        """Refuse whole rows."""
        self.rejects.extend(rejects)
        self.row_rejects.update(r.line for r in rejects)

    def refuse_cell(self, reject: Reject) -> None:
        """Refuse one value of a row that otherwise stands."""
        self.rejects.append(reject)
        self.cell_rejects.append(reject.line)


def open_state(path: str, source: int, plan: Plan, options: Options, default_point: str) -> FileState:
    """Begin a file: what was said, and what is assumed where nothing was."""
    state = FileState(
        path, source, plan, options, default_point, options.zone or DEFAULT_ZONE, options.zone is not None,
        options.period_s,
    )  # fmt: skip
    for note in plan.notes:
        state.notes.setdefault(note)
    if plan.role("point") is None:
        state.note(
            f"no column names a point: all rows belong to {default_point!r}"
            f"{'' if options.point else ' (the name of the file); --point gives another'}",
            f"没有监测点列：所有行属于 {default_point!r}{'' if options.point else '（文件名）；可用 --point 指定'}",
        )
    guessed = [m for m in plan.measured if not m.unit_given and m.unit != "1"]
    for unit in dict.fromkeys(m.unit for m in guessed):
        names = ", ".join(m.header for m in guessed if m.unit == unit)
        state.note(
            f"no unit is given for {names}: taken as {unit}",
            f"{names} 未写单位：按 {unit} 处理",
        )
    return state


def settle_period(
    state: FileState, point: NDArray[np.int32], micros: NDArray[np.int64], is_day: NDArray[np.bool_]
) -> int:
    """Settle the length of the file's periods [s] from the steps of its first rows, and say so.

    A step at which monitors report makes means of that length; day after day of dates makes daily means; anything else
    is single samples.
    """
    if state.period_s is not None:
        return state.period_s
    step = _usual_step(point[:50_000], micros[:50_000])
    days_only = bool(is_day.all())
    windows = any(m.shape == "moving" for m in state.plan.measured)
    if state.plan.medium == "soil":
        period = 0
    elif days_only or step == DAILY:
        period = DAILY if step == DAILY else 0
    elif step in MEAN_STEPS:
        period = step
    else:
        # Moving means are computed hour by hour; a snapshot of one hour has no step to see.
        period = HOURLY if windows and step == 0 else 0
    state.period_s = period
    if period:
        name = {HOURLY: "1 h", DAILY: "1 day"}.get(period, f"{period // 60} min")
        zh = {HOURLY: "1 小时", DAILY: "1 天"}.get(period, f"{period // 60} 分钟")
        state.note(
            f"values are taken as means over {name}, the usual step of the times; --period says otherwise",
            f"按时间间隔，数值视为 {zh}均值；可用 --period 另行说明",
        )
        if state.options.label is None and state.plan.label == "start" and not days_only:
            state.note(
                f"times are taken as the START of their {name}; --label end or instant says otherwise",
                f"时间视为该{zh}的起点；可用 --label end 或 instant 另行说明",
            )
    else:
        state.note(
            "values are taken as single samples (no usual step of means); --period says otherwise",
            "数值视为单次样（没有均值的固定间隔）；可用 --period 另行说明",
        )
    return period


def _usual_step(point: NDArray[np.int32], micros: NDArray[np.int64]) -> int:
    """Give the commonest step [s] between the times of a point; 0 where none has two times."""
    order = np.lexsort((micros, point))
    p, t = point[order], micros[order]
    steps = np.diff(t)[(np.diff(p) == 0) & (np.diff(t) > 0)] // 1_000_000
    if not len(steps):
        return 0
    lengths, counts = np.unique(steps, return_counts=True)
    return int(lengths[counts.argmax()])


# how -> (English, Chinese) with {n} cells and {where} columns.
HOWS: dict[str, tuple[str, str]] = {
    "missing_mark": ("{n} cell(s) hold a mark for 'no value' (--, NA …) in {where}: kept as missing",
                     "{where} 中有 {n} 个单元格为无数据符号（--、NA 等）：作为缺测保留"),
    "sentinel": ("{n} cell(s) hold -99, -999 … in {where}: taken for missing, not for values",
                 "{where} 中有 {n} 个单元格为 -99、-999 等：视为缺测"),
    "not_detected": ("{n} cell(s) say 'not detected' without a limit in {where}: no value, flag ND",
                     "{where} 中有 {n} 个单元格为未检出且无检出限：无数值，标记 ND"),
    "below_limit": ("{n} cell(s) are below a detection limit in {where}: that limit is kept, flag ND",
                    "{where} 中有 {n} 个单元格低于检出限：保留检出限，标记 ND"),
    "above_range": ("{n} cell(s) are above a range in {where}: that bound is kept, flag T, not in means",
                    "{where} 中有 {n} 个单元格超出量程：保留上限，标记 T，不计入均值"),
    "grouped": ("{n} number(s) are written with thousands separators in {where}",
                "{where} 中有 {n} 个数带千分位"),
    "decimal_comma": ("{n} number(s) are written with a decimal comma in {where}",
                      "{where} 中有 {n} 个数用逗号作小数点"),
    "full_width": ("{n} number(s) are written in full-width digits in {where}",
                   "{where} 中有 {n} 个数为全角数字"),
    "own_unit": ("{n} cell(s) carry a unit of their own in {where}: converted to the column's",
                 "{where} 中有 {n} 个单元格自带单位：已换算为该列单位"),
    "converted": ("{n} value(s) of {where} stood in another unit than the first ones: converted exactly",
                  "{where} 有 {n} 个值的单位与前面不同：已精确换算"),
}  # fmt: skip

TIME_HOWS: dict[str, tuple[str, str]] = {
    "excel_serial": (
        "times are Excel serial numbers (days since 1899-12-30)",
        "时间为 Excel 序列数（自 1899-12-30 起的天数）",
    ),
    "unix_seconds": (
        "times are Unix times (seconds or milliseconds since 1970 UTC)",
        "时间为 Unix 时间（自 1970 UTC 起的秒或毫秒）",
    ),
    "month_only": ("some times are a month only: taken as its first day", "部分时间只有年月：视为当月 1 日"),
}


def final_notes(state: FileState) -> tuple[Note, ...]:
    """Give every note of a file that has been read to its end."""
    by_how: dict[str, dict[str, int]] = {}
    for (how, header), count in state.hows.items():
        if how in HOWS:
            by_how.setdefault(how, {})[header] = count
    for how, columns in by_how.items():
        shown = ", ".join(list(columns)[:6]) + (" …" if len(columns) > 6 else "")
        en, zh = HOWS[how]
        state.note(en.format(n=sum(columns.values()), where=shown), zh.format(n=sum(columns.values()), where=shown))
    for how in sorted(state.times_how & TIME_HOWS.keys()):
        state.note(*TIME_HOWS[how])
    return tuple(state.notes)
