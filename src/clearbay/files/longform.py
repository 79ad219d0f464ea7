"""A long file, one value a row: its rows grouped by what they say of parameter, unit, period and statistic."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.files.errors import OptionError
from clearbay.files.headings import candidates, nearest, read_heading
from clearbay.files.names import BASES
from clearbay.files.options import period_seconds
from clearbay.files.plan import Measured
from clearbay.files.rejects import Reject
from clearbay.files.state import FileState
from clearbay.files.units import AMBIENT_SIGNS, assumed_unit, measures, medium_of_unit
from clearbay.vocabulary import units
from clearbay.vocabulary.parameters import Parameter
from clearbay.vocabulary.statistics import Statistic

WORDS = ("code", "unit", "period", "statistic", "basis")


@dataclass(frozen=True)
class Group:
    """Rows of a block that say the same of their value, and what they say."""

    measured: Measured
    only: NDArray[np.int64]


@dataclass(frozen=True)
class _Refused:
    role: str
    text: str
    reason: str
    details: tuple[str, ...]


def long_columns(columns: list[pa.StringArray], lines: NDArray[np.int64], base_s: int, state: FileState) -> list[Group]:
    """Group the rows of a long file; rows that name nothing known are refused.

    Parameters
    ----------
    columns : cells [n a column]; lines : their line numbers [n]; base_s : the file's own period [s].
    """
    key = np.zeros(len(lines), dtype=np.int64)
    for role in WORDS:
        index = state.plan.role(role)
        if index is not None:
            coded = columns[index].dictionary_encode()
            key = key * len(coded.dictionary) + coded.indices.to_numpy()
    _, first, where = np.unique(key, return_index=True, return_inverse=True)
    if state.ambient is None:
        named = {p.code for row in first.tolist() for p in _named(_text(columns, "code", row, state))}
        state.ambient = bool(named & AMBIENT_SIGNS)
    groups = []
    for i, row in enumerate(first.tolist()):
        rows = np.flatnonzero(where == i)
        said = {role: _text(columns, role, row, state) for role in WORDS}
        column = _column(said, state)
        if isinstance(column, _Refused):
            index = state.plan.role(column.role)
            assert index is not None
            header = state.plan.header[index]
            state.refuse_rows(
                [
                    Reject(line, index + 1, header, column.text, column.reason, column.details)
                    for line in lines[rows].tolist()
                ]
            )
        else:
            groups.append(Group(column, rows))
    return groups


def _named(text: str) -> tuple[Parameter, ...]:
    return candidates(read_heading(text).name)


def _text(columns: list[pa.StringArray], role: str, row: int, state: FileState) -> str:
    index = state.plan.role(role)
    return "" if index is None else str(columns[index][row].as_py()).strip()


def _column(said: dict[str, str], state: FileState) -> Measured | _Refused:
    value = state.plan.role("value")
    assert value is not None
    heading = read_heading(said["code"])
    named = candidates(heading.name)
    if not named:
        near = ", ".join(nearest(said["code"]))
        return _Refused("code", said["code"], "unknown_code", (said["code"], f"; like {near}" if near else ""))
    unit = heading.unit
    if said["unit"]:
        try:
            unit = units.unit(said["unit"]).symbol
        except units.UnitMismatch as error:
            return _Refused("unit", said["unit"], "unknown_unit", (said["unit"], str(error).partition("known")[2]))
    wanted = medium_of_unit(unit) or state.plan.medium
    parameter = next((p for p in named if p.medium == wanted), named[0])
    own = state.options.units
    declared = next((u for k, u in own.items() if k != "*" and parameter in candidates(k)), own.get("*"))
    if unit is not None and heading.statistic != "sum" and not measures(unit, parameter):
        return _Refused("unit", said["unit"], "unit_mismatch", (unit, parameter.unit))
    if unit is None and declared is None:
        declared = assumed_unit(parameter, bool(state.ambient))
        state.note(
            f"no unit is given for {said['code']}: taken as {declared}", f"{said['code']} 未写单位：按 {declared} 处理"
        )
    column = Measured(
        index=value,
        header=said["code"],
        code=parameter.code,
        unit=unit or declared or parameter.unit,
        shape=heading.shape,
        seconds=heading.seconds,
        statistic=heading.statistic,
        basis=heading.basis or "raw",
    )
    if said["period"]:
        try:
            column = replace(column, shape="fixed", seconds=period_seconds(said["period"]))
        except OptionError:
            return _Refused("period", said["period"], "bad_period", (said["period"],))
    if said["statistic"]:
        if said["statistic"].casefold() not in set(Statistic):
            return _Refused("statistic", said["statistic"], "bad_statistic", (said["statistic"],))
        column = replace(column, statistic=said["statistic"].casefold())
    if said["basis"]:
        if said["basis"].casefold() not in BASES:
            return _Refused("basis", said["basis"], "bad_basis", (said["basis"],))
        column = replace(column, basis=BASES[said["basis"].casefold()])
    return column
