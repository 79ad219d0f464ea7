"""A block of rows into values: points, times, flags and numbers of each column, with every refusal accounted for."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clearbay.files.cells import Cells
from clearbay.files.collected import FLAG_CODES, Collected, Piece, Published
from clearbay.files.instants import Instants, periods, read_instants
from clearbay.files.longform import long_columns
from clearbay.files.names import FLAG_WORDS, LAND_USES, WATER_BODIES
from clearbay.files.numbers import Number, Numbers, read_numbers
from clearbay.files.plan import Measured
from clearbay.files.rejects import Reject
from clearbay.files.state import FileState, settle_period
from clearbay.files.units import same_kind
from clearbay.vocabulary import units
from clearbay.vocabulary.flags import FLAGS, Quality

MISSING = int(Quality.MISSING)
UNFLAGGED = int(Quality.NOT_EVALUATED)


def measure(cells: Cells, state: FileState, found: Collected) -> None:
    """Add the values of a block to what was found."""
    state.rows_read += len(cells.lines) + len(cells.rejects)
    state.blank += cells.blank
    state.refuse_rows(cells.rejects)
    if not len(cells.lines):
        return
    instants, good = read_instants(cells, state)
    point, named = _points(cells, state, found)
    good &= named
    flags, flagged = _flags(cells, state.plan.role("flag"), state, good)
    good &= flagged
    rows = np.flatnonzero(good)
    if not len(rows):
        return
    whole = len(rows) == len(good)
    columns = cells.columns if whole else [c.take(pa.array(rows)) for c in cells.columns]
    if not whole:
        instants, point, flags = instants.take(rows), point[rows], flags[rows]
    lines = cells.lines[rows]
    base_s = settle_period(state, point, instants.micros, instants.is_day)
    block = _Block(columns, lines, instants, point, flags, base_s)
    with_values = np.zeros(len(lines), dtype=bool)
    if state.plan.layout == "wide":
        for column in _unit_beside(block, state):
            every = np.arange(len(lines)) if column.only is None else column.only
            _add_column(block, column.measured, every, column.measured.index, state, found, with_values)
    else:
        for group in long_columns(columns, lines, base_s, state):
            _add_column(block, group.measured, group.only, group.measured.index, state, found, with_values)
    state.rows_with_values += int(with_values.sum())
    _add_published(block, state, found)
    _add_facts(block, state, found)


class _Block:
    """Rows that can be used: cells by column and what is known of each row."""

    def __init__(
        self,
        columns: list[pa.StringArray],
        lines: NDArray[np.int64],
        instants: Instants,
        point: NDArray[np.int32],
        flags: NDArray[np.int8],
        base_s: int,
    ) -> None:
        self.columns, self.lines, self.instants = columns, lines, instants
        self.point, self.flags, self.base_s = point, flags, base_s


def _add_column(
    block: _Block,
    column: Measured,
    rows: NDArray[np.int64],
    index: int,
    state: FileState,
    found: Collected,
    with_values: NDArray[np.bool_],
) -> None:
    """Add the values that one column has on `rows` of a block."""
    whole = len(rows) == len(block.lines)
    cells = block.columns[index] if whole else block.columns[index].take(pa.array(rows))
    numbers = read_numbers(cells, state.options.decimal)
    flags = block.flags[rows].copy()
    if column.flag_index is not None:
        flags = _column_flags(block, column, rows, numbers, state)
    values, quality, given = _readings(column, cells, numbers, flags, block.lines[rows], state)
    values, unit = _one_unit(column, values, given, state, found)
    kept = np.flatnonzero(given)
    if not len(kept):
        return
    with_values[rows[kept]] = True
    all_kept = len(kept) == len(rows)
    instants = block.instants if whole else block.instants.take(rows)
    start, length, statistic = periods(column, instants, block.base_s, state.plan.label == "end")
    series = np.empty(len(rows), dtype=np.int32)
    lengths = length[kept]
    for seconds in [int(lengths[0])] if (lengths == lengths[0]).all() else np.unique(lengths).tolist():
        series[length == seconds] = found.series_index((column.code, int(seconds), statistic, unit, column.basis))
    found.pieces.append(
        Piece(
            point=block.point[rows][kept],
            series=series[kept],
            time=start[kept],
            value=values[kept],
            text=cells if all_kept else cells.take(pa.array(kept)),
            flag=flags[kept],
            quality=quality[kept],
            source=state.source,
            row=block.lines[rows][kept],
            column=index,
        )
    )


def _readings(
    column: Measured,
    cells: pa.StringArray,
    numbers: Numbers,
    flags: NDArray[np.int8],
    lines: NDArray[np.int64],
    state: FileState,
) -> tuple[NDArray[np.float64], NDArray[np.int8], NDArray[np.bool_]]:
    """Give values, qualities and which cells stand, after everything unusual has been dealt with."""
    values, given = numbers.values, numbers.given
    quality = QUALITY[flags]
    for row, reading in zip(numbers.unusual.tolist(), numbers.readings, strict=True):
        if not given[row]:
            continue  # its flag was refused
        text = str(cells[row].as_py())
        place = (int(lines[row]), column.index + 1, column.header, text)
        if isinstance(reading, Number) and reading.unit is not None:
            converted = _into(reading, column.unit, text)
            if isinstance(converted, tuple):
                state.refuse_cell(Reject(*place, *converted))
                given[row] = False
                continue
            reading = converted  # noqa: PLW2901 - the reading in the column's unit
        if not isinstance(reading, Number):
            state.refuse_cell(Reject(*place, reading.reason, reading.details))
            given[row] = False
            continue
        values[row] = np.nan if reading.value is None else reading.value
        if reading.how:
            state.hows[reading.how, column.header] += 1
        if reading.quality == MISSING:
            quality[row] = MISSING
        elif reading.flag and FLAG_CODES[flags[row]] in ("", "N"):
            flags[row] = FLAG_CODES.index(reading.flag)
            quality[row] = reading.quality
    return values, quality, given


def _into(reading: Number, unit: str, text: str) -> Number | tuple[str, tuple[str, ...]]:
    """Convert a number that carries its own unit; else the reason it cannot be."""
    assert reading.unit is not None
    assert reading.value is not None
    try:
        own = units.unit(reading.unit).symbol
    except units.UnitMismatch:
        return "text_in_number", (text,)
    try:
        return replace(reading, value=units.convert(reading.value, own, unit), unit=None)
    except units.UnitMismatch:
        return "unit_mismatch", (own, unit)


def _one_unit(
    column: Measured, values: NDArray[np.float64], given: NDArray[np.bool_], state: FileState, found: Collected
) -> tuple[NDArray[np.float64], str]:
    """Bring a parameter to the unit it was first seen in; units of another kind stay as they are."""
    first = found.unit_of.setdefault(column.code, column.unit)
    if first == column.unit:
        return values, first
    if first not in units.UNITS or column.unit not in units.UNITS or not same_kind(first, column.unit):
        state.note(
            f"{column.code} stands in {first} and in {column.unit}, which do not convert into one another:"
            " both were kept",
            f"{column.code} 有 {first} 与 {column.unit} 两种不能互换的单位：均保留",
        )
        return values, column.unit
    there = np.flatnonzero(given & ~np.isnan(values))
    distinct, places = np.unique(values[there], return_inverse=True)
    values[there] = np.array([units.convert(v, column.unit, first) for v in distinct.tolist()])[places]
    state.hows["converted", column.header] += len(there)
    return values, first


QUALITY = np.array([UNFLAGGED if not f else int(FLAGS[f].quality) for f in FLAG_CODES], dtype=np.int8)


def _flag_code(text: str) -> int | None:
    plain = text.strip()
    letter = FLAG_WORDS.get(plain.casefold(), plain.upper())
    return FLAG_CODES.index(letter) if letter in FLAG_CODES else None


def _flags(
    cells: Cells, index: int | None, state: FileState, good: NDArray[np.bool_]
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Read the flag of each row; rows with one that is not known are refused."""
    count = len(cells.lines)
    if index is None:
        return np.zeros(count, dtype=np.int8), np.ones(count, dtype=bool)
    coded = cells.columns[index].dictionary_encode()
    known = [_flag_code(text) for text in coded.dictionary.to_pylist()]
    codes = np.array([-1 if k is None else k for k in known], dtype=np.int8)[coded.indices.to_numpy()]
    for row in np.flatnonzero((codes < 0) & good).tolist():
        text = str(cells.columns[index][row].as_py())
        state.refuse_rows(
            [Reject(int(cells.lines[row]), index + 1, state.plan.header[index], text, "unknown_flag", (text,))]
        )
    return codes, codes >= 0


def _column_flags(
    block: _Block, column: Measured, rows: NDArray[np.int64], numbers: Numbers, state: FileState
) -> NDArray[np.int8]:
    """Read the flags that stand in a column beside the values; a value with an unknown one is refused."""
    assert column.flag_index is not None
    texts = block.columns[column.flag_index].take(pa.array(rows)).to_pylist()
    flags = block.flags[rows].copy()
    for row, text in enumerate(texts):
        code = _flag_code(text)
        if code is not None:
            flags[row] = code or flags[row]
        elif numbers.given[row]:
            numbers.given[row] = False
            header = state.plan.header[column.flag_index]
            line = int(block.lines[rows[row]])
            state.refuse_cell(Reject(line, column.flag_index + 1, header, text, "unknown_flag", (text,)))
    return flags


def _points(cells: Cells, state: FileState, found: Collected) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    indices = state.plan.roles.get("point", ())
    count = len(cells.lines)
    if not indices:
        return np.full(count, found.point_index([state.default_point])[0]), np.ones(count, dtype=bool)
    column = cells.columns[indices[0]]
    if len(indices) > 1:
        trimmed = [pc.utf8_trim_whitespace(cells.columns[i]) for i in indices]
        column = pc.binary_join_element_wise(*trimmed, "/")
    coded = column.dictionary_encode()
    names = [text.strip() for text in coded.dictionary.to_pylist()]
    empty = {"", "/" * (len(indices) - 1)}
    where = coded.indices.to_numpy()
    nameless = np.array([n in empty for n in names], dtype=bool)[where]
    for row in np.flatnonzero(nameless).tolist():
        line = int(cells.lines[row])
        if line not in state.row_rejects:
            state.refuse_rows([Reject(line, indices[0] + 1, state.plan.header[indices[0]], "", "no_point")])
    numbers = np.array([-1 if n in empty else found.point_index([n])[0] for n in names], dtype=np.int32)
    return numbers[where], ~nameless


class _Beside:
    """A value column on the rows that share one unit."""

    def __init__(self, measured: Measured, only: NDArray[np.int64] | None) -> None:
        self.measured, self.only = measured, only


def _unit_beside(block: _Block, state: FileState) -> list[_Beside]:
    """Split the one value column of a wide file by the unit that stands in a column beside it."""
    index = state.plan.role("unit")
    if index is None:
        return [_Beside(m, None) for m in state.plan.measured]
    (column,) = state.plan.measured
    coded = block.columns[index].dictionary_encode()
    where = coded.indices.to_numpy()
    parts = []
    for i, text in enumerate(coded.dictionary.to_pylist()):
        rows = np.flatnonzero(where == i)
        try:
            unit = units.unit(text).symbol if text.strip() else column.unit
        except units.UnitMismatch as error:
            hint = str(error).partition(";")[2]
            state.refuse_rows(
                [
                    Reject(line, index + 1, state.plan.header[index], text, "unknown_unit", (text, hint))
                    for line in block.lines[rows].tolist()
                ]
            )
            continue
        parts.append(_Beside(replace(column, unit=unit), rows))
    return parts


def _add_published(block: _Block, state: FileState, found: Collected) -> None:
    if not state.plan.reported:
        return
    back = np.where(block.instants.is_day | (state.plan.label != "end"), 0, 1)
    start = block.instants.micros - back * block.base_s * 1_000_000
    for index, name in state.plan.reported:
        cells = block.columns[index]
        there = pc.not_equal(cells, "")
        rows = np.flatnonzero(there.to_numpy(zero_copy_only=False))
        if len(rows):
            text = cells if len(rows) == len(cells) else cells.filter(there)
            found.published.append(
                Published(block.point[rows], start[rows], block.base_s, name, text, state.source, block.lines[rows])
            )


def _add_facts(block: _Block, state: FileState, found: Collected) -> None:
    """Keep each point with its name and facts, from the first time it was seen with them."""
    columns = [(i, fact) for i, fact in state.plan.facts]
    name = state.plan.role("name")
    parts = [block.columns[i] for i, _ in columns] + ([block.columns[name]] if name is not None else [])
    key = block.point.astype(np.int64)
    for part in parts:
        coded = part.dictionary_encode()
        key = key * len(coded.dictionary) + coded.indices.to_numpy()
        _, key = np.unique(key, return_inverse=True)
    order = np.lexsort((block.instants.micros, key))
    first = order[np.concatenate([[True], np.diff(key[order]) != 0])]
    points = list(found.points)
    for row in first.tolist():
        facts = {fact: _fact(fact, str(block.columns[i][row].as_py())) for i, fact in columns}
        known = tuple((f, text) for f, text in facts.items() if text)
        point = int(block.point[row])
        called = str(block.columns[name][row].as_py()).strip() if name is not None else points[point]
        since = int(block.instants.micros[row])
        variant = (point, called, state.zone, known)
        found.facts[variant] = min(since, found.facts.get(variant, since))


def _fact(fact: str, text: str) -> str:
    plain = text.strip()
    words = {"land_use": LAND_USES, "water_body": WATER_BODIES}.get(fact, {})
    return words.get(plain.casefold(), plain)
