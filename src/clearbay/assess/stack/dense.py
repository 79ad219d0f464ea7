"""A measurement table laid on the calendar: for each series and each length of period, an array of slots.

Whole numbers of 10**-9 of the unit that the rules use, so that sums do not depend on the order of rows. A slot that no
row is for is there and holds nothing; a slot that two rows give different values is marked and counts for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.averaging import MEANS
from clearbay.assess.exact import PLACES
from clearbay.assess.observations import ObservationsError
from clearbay.assess.reasons import BY_LETTER, Why
from clearbay.assess.stack.compiled import kernel
from clearbay.vocabulary.flags import Quality
from clearbay.vocabulary.parameters import UnknownParameter, parameter
from clearbay.vocabulary.units import UnitMismatch, factor, mg_m3_per_ppm, unit

Series = tuple[str, str, str]
"""Point, code, basis."""

T = TypeVar("T", bound=np.generic)
NO_VALUE = np.iinfo(np.int64).min
SAMPLE_S = 5
"""HJ 212-2017 Annex D.2.1: a monitor of flue gas is read every 5 s; a value without a period is one such reading."""

TWICE = 255
"""In place of a quality: two rows gave this slot different values."""

PARTIAL = 254
"""In place of a quality: a minute that lacks some of its readings."""

ONE = 10**PLACES


@dataclass(frozen=True)
class Level:
    """Values of one length of period: `series` [n], `value` [n, slots, scaled], `flag` [two ASCII bytes], `quality`.

    `quality` is 0 where no row is for the slot, `TWICE` where rows contradict each other.
    """

    period: int
    series: tuple[Series, ...]
    value: NDArray[np.int64]
    flag: NDArray[np.uint16]
    quality: NDArray[np.uint8]


@dataclass(frozen=True)
class Dense:
    """All levels between two instants [s], finest means first, samples last."""

    start: int
    end: int
    levels: tuple[Level, ...]
    units: Mapping[str, str]


def _letters() -> NDArray[np.int8]:
    table = np.zeros(256, dtype=np.int8)
    for letter, why in BY_LETTER.items():
        table[ord(letter)] = why
    return table


LETTERS = _letters()
"""The reason that each one-letter flag gives, 0 for those that count."""


def scale_of(code: str, given: str, wanted: str) -> Fraction:
    """Give what a value is multiplied by to stand in `wanted`; gases by M/22.4 (HJ 212-2017 Annex D.2.2).

    Raises
    ------
    ObservationsError : the units do not measure the same kind of thing.
    """
    try:
        kinds = unit(given).kind, unit(wanted).kind
        if kinds == ("amount fraction", "mass/gas volume"):
            mass = parameter(code).molar_mass
            if mass is not None:
                return factor(given, "ppm") * mg_m3_per_ppm(mass) * factor("mg/m3", wanted)
        return factor(given, wanted)
    except (UnitMismatch, UnknownParameter) as error:
        raise ObservationsError(f"{code} in {given} cannot be judged in {wanted}: {error}") from error


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """Give a text column as numbers and the texts that they stand for."""
    plain = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string_view(plain):
        column = column.cast(pa.string())
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = encoded.unify_dictionaries().combine_chunks()
    array = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) and whole.num_chunks else whole
    if isinstance(array, pa.ChunkedArray):
        return np.zeros(0, dtype=np.int32), []
    return array.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False), list(
        map(str, array.dictionary.to_pylist())
    )


def _fixed(array: NDArray[T]) -> NDArray[T]:
    """A view that cannot be written: kernels are compiled for one kind of array, however Arrow gave it."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def lay(
    table: pa.Table, points: Sequence[str], wanted: Mapping[str, str], signed: Sequence[str], start: int, end: int
) -> Dense:
    """Lay the values of some points and codes on slots between two instants.

    Parameters
    ----------
    table : point_id, code, basis, unit, statistic, flag [text], time [us, UTC], period_s, value, quality.
    wanted : the unit that each code's values are to stand in; other codes are left aside.
    signed : codes that may be negative.
    start, end : [s], multiples of the longest period apart.

    Raises
    ------
    ObservationsError : a unit does not measure what its code stands for.
    """
    point, point_names = _coded(table["point_id"])
    code, code_names = _coded(table["code"])
    basis, basis_names = _coded(table["basis"])
    units, unit_names = _coded(table["unit"])
    statistic, statistic_names = _coded(table["statistic"])
    flag, flag_names = _coded(table["flag"])
    mine = np.isin(point_names, list(points)) if point_names else np.zeros(0, dtype=np.bool_)
    asked = np.array([name in wanted for name in code_names], dtype=np.bool_)
    means = np.array([name in MEANS for name in statistic_names], dtype=np.bool_)
    period = table["period_s"].to_numpy().astype(np.int64, copy=False)
    shape = (len(point_names), len(code_names), len(basis_names), len(unit_names))
    key = ((point.astype(np.int64) * shape[1] + code) * shape[2] + basis) * shape[3] + units
    use = mine[point] & asked[code] & means[statistic] if len(key) else np.zeros(0, dtype=np.bool_)
    key, period, use, flag = _fixed(key), _fixed(period), _fixed(use), _fixed(flag)
    combos, periods = _kinds(key, period, use, int(np.prod(shape, dtype=np.int64)))
    series_of: dict[tuple[int, Series], int] = {}
    row_of = np.full((int(np.prod(shape, dtype=np.int64)), max(len(periods), 1)), -1, dtype=np.int32)
    numerator = np.ones(row_of.shape[0], dtype=np.float64)
    denominator = np.ones(row_of.shape[0], dtype=np.int64)
    lists: list[list[Series]] = [[] for _ in periods]

    def named(number: int) -> Series:
        p, c, b, _ = (int(x) for x in np.unravel_index(number, shape))
        return point_names[p], code_names[c], basis_names[b]

    for number, place in sorted(combos, key=lambda combo: named(combo[0])):
        p, c, b, u = (int(x) for x in np.unravel_index(number, shape))
        name = (point_names[p], code_names[c], basis_names[b])
        whole = scale_of(code_names[c], unit_names[u], wanted[code_names[c]]) * ONE
        numerator[number], denominator[number] = float(whole.numerator), whole.denominator
        if (place, name) not in series_of:
            series_of[place, name] = len(lists[place])
            lists[place].append(name)
        row_of[number, place] = series_of[place, name]
    letters = np.array(
        [int.from_bytes(name.encode("ascii", "replace")[:2].ljust(2, b"\0"), "little") for name in flag_names] or [0],
        dtype=np.uint16,
    )
    instant = _fixed(table["time"].cast(pa.int64()).to_numpy())
    value = _fixed(table["value"].to_numpy())
    quality = _fixed(table["quality"].to_numpy().astype(np.uint8, copy=False))
    levels = []
    for place, seconds in enumerate(periods):
        step = seconds or SAMPLE_S
        size = (len(lists[place]), (end - start) // step)
        laid = np.full(size, NO_VALUE), np.zeros(size, dtype=np.uint16), np.zeros(size, dtype=np.uint8)
        _fill(
            key,
            use,
            period,
            seconds,
            instant,
            value,
            flag,
            quality,
            row_of[:, place].copy(),
            numerator,
            denominator,
            letters,
            start,
            step,
            *laid,
        )
        levels.append(Level(step, tuple(lists[place]), *laid))
    levels.sort(key=lambda level: (level.period < 60, level.period))
    return Dense(start, end, _joined(levels), dict(wanted))


def _in_order(level: Level) -> Level:
    order = sorted(range(len(level.series)), key=lambda k: level.series[k])
    if order == list(range(len(order))):
        return level
    return Level(
        level.period, tuple(level.series[k] for k in order), level.value[order], level.flag[order], level.quality[order]
    )


def _joined(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Readings without a period and 5-s means are one level."""
    found: list[Level] = []
    for level in levels:
        one = level
        if found and found[-1].period == level.period:
            before = found.pop()
            new = [k for k, name in enumerate(level.series) if name not in before.series]
            one = _in_order(
                Level(
                    level.period,
                    (*before.series, *(level.series[k] for k in new)),
                    np.concatenate([before.value, level.value[new]]),
                    np.concatenate([before.flag, level.flag[new]]),
                    np.concatenate([before.quality, level.quality[new]]),
                )
            )
        found.append(one)
    return tuple(found)


def _kinds(
    key: NDArray[np.int64], period: NDArray[np.int64], use: NDArray[np.bool_], size: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """Which keys come with which periods, and those periods, shortest first; only those that divide an hour."""
    lengths = [int(p) for p in _distinct(period, use)]
    periods = sorted(p for p in lengths if p == 0 or 3600 % p == 0)
    seen = np.zeros((size, max(len(periods), 1)), dtype=np.bool_)
    _mark(key, period, use, np.array(periods, dtype=np.int64), seen)
    return [(int(k), int(p)) for k, p in np.argwhere(seen)], periods


@kernel
def _distinct(period: NDArray[np.int64], use: NDArray[np.bool_]) -> NDArray[np.int64]:
    found = np.empty(64, dtype=np.int64)
    n = 0
    last = np.int64(-1)
    for i in range(len(period)):
        if not use[i] or period[i] == last:
            continue
        last = period[i]
        new = True
        for k in range(n):
            if found[k] == last:
                new = False
        if new and n < 64:
            found[n] = last
            n += 1
    return found[:n]


@kernel
def _mark(
    key: NDArray[np.int64],
    period: NDArray[np.int64],
    use: NDArray[np.bool_],
    periods: NDArray[np.int64],
    seen: NDArray[np.bool_],
) -> None:
    for i in range(len(key)):
        if use[i]:
            for k in range(len(periods)):
                if periods[k] == period[i]:
                    seen[key[i], k] = True


@kernel
def _fill(
    key: NDArray[np.int64],
    use: NDArray[np.bool_],
    period: NDArray[np.int64],
    wanted: int,
    instant: NDArray[np.int64],
    value: NDArray[np.float64],
    flag: NDArray[np.int32],
    quality: NDArray[np.uint8],
    row_of: NDArray[np.int32],
    numerator: NDArray[np.float64],
    denominator: NDArray[np.int64],
    letters: NDArray[np.uint16],
    start: int,
    step: int,
    out: NDArray[np.int64],
    out_flag: NDArray[np.uint16],
    out_quality: NDArray[np.uint8],
) -> None:
    slots = out.shape[1]
    for i in range(len(key)):
        if not use[i] or period[i] != wanted:
            continue
        row = row_of[key[i]]
        seconds = instant[i] // 1_000_000
        if seconds < start:
            continue
        slot = (seconds - start) // step
        if slot >= slots:
            continue
        v = value[i]
        scaled = NO_VALUE
        # Beyond nine digits before the point a scaled value does not fit: it is no reading of anything.
        if not np.isnan(v) and abs(v * numerator[key[i]]) < 9.0e18:
            scaled = int(np.floor(v * numerator[key[i]] + 0.5))
            d = denominator[key[i]]
            if d != 1:
                q = scaled // d
                rest = 2 * (scaled - q * d)
                scaled = q + (1 if rest > d or (rest == d and q % 2 == 1) else 0)
        letter = letters[flag[i]]
        q0 = out_quality[row, slot]
        if q0 == 0:
            out[row, slot] = scaled
            out_flag[row, slot] = letter
            out_quality[row, slot] = quality[i]
        elif out[row, slot] != scaled or out_flag[row, slot] != letter:
            # Which of them is kept must not depend on the order of rows: the larger number, and both are out.
            out[row, slot] = max(out[row, slot], scaled)
            out_flag[row, slot] = max(out_flag[row, slot], letter)
            out_quality[row, slot] = TWICE
        elif q0 != TWICE:
            out_quality[row, slot] = max(q0, quality[i])


@kernel
def reason(value: int, flag: int, quality: int, may_be_negative: bool) -> int:
    """Why a value does not count [Why], 0 when it does."""
    if quality == 0:
        return MISSING
    if quality == TWICE:
        return GIVEN_TWICE
    if quality == PARTIAL:
        return INCOMPLETE
    why = 0
    if quality in (FAIL, ABSENT):
        why = FAILED_CHECK
    if value == NO_VALUE:
        why = NO_NUMBER
    if flag < 256 and LETTERS[flag] > 0:
        why = LETTERS[flag]
    if why == 0 and value < 0 and not may_be_negative:
        why = NEGATIVE
    return why


MISSING, INCOMPLETE = int(Why.MISSING), int(Why.INCOMPLETE)
GIVEN_TWICE, NEGATIVE = int(Why.GIVEN_TWICE), int(Why.NEGATIVE)
FAILED_CHECK, NO_NUMBER = int(Why.FAILED_CHECK), int(Why.NO_NUMBER)
FAIL, ABSENT = int(Quality.FAIL), int(Quality.MISSING)
