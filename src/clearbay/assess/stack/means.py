"""The averaging chain of HJ 212-2017 Annex D: 5-s readings to minutes, minutes to hours, whichever level the data have.

A minute needs all of its 12 readings, an hour 45 valid minutes (three quarters of it, from parts of any length). It is
made of the finest means that it has a number of; readings are used where no means came. The choice is made hour by
hour, so that a day is judged alike alone and in its month.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.reasons import Why
from clearbay.assess.stack.compiled import kernel
from clearbay.assess.stack.dense import NO_VALUE, PARTIAL, TWICE, Dense, Level, Series, reason

MINUTE_S = 60
NORMAL = ord("N")
ABNORMAL = ord("D")
INCOMPLETE, MISSING, TOO_COARSE = int(Why.INCOMPLETE), int(Why.MISSING), int(Why.TOO_COARSE)


@dataclass(frozen=True)
class Means:
    """Means of series [n] over slots of one length: `s` [scaled, 0 where none], `why` [Why, 0 when valid], `flag`.

    `flag` is the letter as sent for a mean that was reported, and rolled up for one that was made of parts.
    `numbers`: some number was given for the slot.
    """

    series: tuple[Series, ...]
    s: NDArray[np.int64]
    why: NDArray[np.int8]
    flag: NDArray[np.uint16]
    numbers: NDArray[np.bool_]

    def index(self) -> dict[Series, int]:
        """Row of each series."""
        return {name: k for k, name in enumerate(self.series)}


def means(dense: Dense, codes: Sequence[str], signed: Sequence[str], base: int, share: int) -> Means:
    """Give the means over slots of `base` [s] of all series of some codes.

    Parameters
    ----------
    share : part of the slot that valid parts must cover [%]; signed : codes that may be negative.
    """
    wanted = sorted({name for level in dense.levels for name in level.series if name[1] in codes})
    row = {name: k for k, name in enumerate(wanted)}
    shape = (len(wanted), (dense.end - dense.start) // base)
    out = Means(
        tuple(wanted),
        np.zeros(shape, dtype=np.int64),
        np.full(shape, MISSING, dtype=np.int8),
        np.zeros(shape, dtype=np.uint16),
        np.zeros(shape, dtype=np.bool_),
    )
    for level in dense.levels:
        used = _minutes(level, signed) if level.period < MINUTE_S and base % MINUTE_S == 0 else level
        for k, name in enumerate(level.series):
            if name not in row:
                continue
            n = row[name]
            if base % used.period:
                _coarser(used.quality[k], used.period, base, out.why[n], out.numbers[n])
                continue
            _over(
                used.value[k],
                used.flag[k],
                used.quality[k],
                base // used.period,
                share,
                name[1] in signed,
                out.s[n],
                out.why[n],
                out.flag[n],
                out.numbers[n],
            )
    return out


def _minutes(level: Level, signed: Sequence[str]) -> Level:
    parts = MINUTE_S // level.period
    shape = (len(level.series), level.value.shape[1] // parts)
    made = Level(
        MINUTE_S,
        level.series,
        np.full(shape, NO_VALUE),
        np.zeros(shape, dtype=np.uint16),
        np.zeros(shape, dtype=np.uint8),
    )
    for k, name in enumerate(level.series):
        _minute(
            level.value[k],
            level.flag[k],
            level.quality[k],
            parts,
            name[1] in signed,
            made.value[k],
            made.flag[k],
            made.quality[k],
        )
    return made


@kernel
def _minute(
    value: NDArray[np.int64],
    flag: NDArray[np.uint16],
    quality: NDArray[np.uint8],
    parts: int,
    may_be_negative: bool,
    out: NDArray[np.int64],
    out_flag: NDArray[np.uint16],
    out_quality: NDArray[np.uint8],
) -> None:
    for m in range(len(out)):
        total, valid, given, worst_flag, worst = 0, 0, 0, np.uint16(0), 0
        twice = False
        for i in range(m * parts, (m + 1) * parts):
            why = reason(value[i], flag[i], quality[i], may_be_negative)
            given += 1 if quality[i] > 0 else 0
            twice |= quality[i] == TWICE
            if why == 0:
                total += value[i]
                valid += 1
            elif why > worst:
                worst, worst_flag = why, flag[i]
        if given == 0:
            continue
        out_quality[m] = TWICE if twice else PARTIAL if worst <= MISSING and valid < parts else 1
        if valid == parts:
            out[m] = _half_even(total, valid)
            out_flag[m] = NORMAL
        else:
            out_flag[m] = worst_flag


@kernel
def _half_even(total: int, count: int) -> int:
    q = total // count
    rest = 2 * (total - q * count)
    return q + (1 if rest > count or (rest == count and q % 2 == 1) else 0)


@kernel
def _coarser(
    quality: NDArray[np.uint8], period: int, base: int, why: NDArray[np.int8], numbers: NDArray[np.bool_]
) -> None:
    for i in range(len(why)):
        if not numbers[i] and why[i] == MISSING and quality[i * base // period] > 0:
            why[i] = TOO_COARSE


@kernel
def _over(
    value: NDArray[np.int64],
    flag: NDArray[np.uint16],
    quality: NDArray[np.uint8],
    parts: int,
    share: int,
    may_be_negative: bool,
    s: NDArray[np.int64],
    out_why: NDArray[np.int8],
    out_flag: NDArray[np.uint16],
    numbers: NDArray[np.bool_],
) -> None:
    for h in range(len(s)):
        if numbers[h]:
            continue
        total, valid, normal, lettered, worst, some, given = 0, 0, 0, 0, 0, False, False
        every, numbered = 0, 0
        for i in range(h * parts, (h + 1) * parts):
            if quality[i] == 0:
                continue
            given = True
            if value[i] != NO_VALUE:
                some = True
                every += value[i]
                numbered += 1
            lettered += 1 if flag[i] != 0 else 0
            why = reason(value[i], flag[i], quality[i], may_be_negative)
            if why == 0:
                total += value[i]
                valid += 1
                normal += 1 if flag[i] in (0, NORMAL) else 0
            elif why > worst:
                worst = why
        if not given:
            continue
        numbers[h] = some
        if parts == 1:
            out_flag[h] = flag[h]
        elif lettered > 0:
            out_flag[h] = NORMAL if normal * 100 >= 75 * parts else ABNORMAL
        if valid * 100 >= share * parts:
            s[h] = _half_even(total, valid)
            out_why[h] = 0
        else:
            # Not a valid mean, but what was said: of the parts that count, or else of all that have a number.
            s[h] = _half_even(total, valid) if valid > 0 else _half_even(every, numbered) if numbered > 0 else 0
            out_why[h] = worst if worst > 0 else INCOMPLETE
