"""Counting an indicator from a register: one row a unit (a household joined to a station), each with its
validity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clearbay.plans.errors import Problem
from clearbay.plans.periods import parse_date
from clearbay.plans.tables import Row, read_rows

#: `id`: the unit (masked for households). `group`: what it is joined to. `from`/`to`: since when, until when
#: (blank: still). `recorded`: when that was known.
REGISTER_COLUMNS = ("id", "group", "from", "to", "recorded")


@dataclass(frozen=True, slots=True)
class RegisterCount:
    """How many units count, by group, and every row that does not count, with the reason."""

    count: int
    by_group: dict[str, int]
    rows: int
    left_out: tuple[Problem, ...]


def count_register(text: str, at: date, as_of: date, where: str = "register.csv") -> RegisterCount:
    """Count the units of a register valid `at` a day, as recorded `as_of` a day; each id once.

    Raises `PlanFileError` when the heading is wrong; a wrong row is left out and named.
    """
    counted: dict[str, tuple[str, int]] = {}
    left_out: list[Problem] = []
    rows = read_rows(text, REGISTER_COLUMNS, where)
    for row in rows:
        place = f"{where}:{row.line} {row.cells['id']}".rstrip()
        wrong = _why_not(row, at, as_of)
        if not wrong and row.cells["id"] in counted:
            wrong = f"is on line {counted[row.cells['id']][1]} already; counted once"
        if wrong:
            left_out.append(Problem(place, wrong))
        else:
            counted[row.cells["id"]] = (row.cells["group"], row.line)
    groups: dict[str, int] = {}
    for group, _ in counted.values():
        groups[group] = groups.get(group, 0) + 1
    return RegisterCount(len(counted), groups, len(rows), tuple(left_out))


def _why_not(row: Row, at: date, as_of: date) -> str:
    cells: Sequence[str] = (row.cells["id"], row.cells["group"], row.cells["from"], row.cells["recorded"])
    if not all(cells):
        return "id, group, from or recorded is blank"
    try:
        since, recorded = parse_date(row.cells["from"]), parse_date(row.cells["recorded"])
        until = parse_date(row.cells["to"]) if row.cells["to"] else date.max
    except ValueError as reason:
        return str(reason)
    if until < since:
        return f"ends {until}, before it begins {since}"
    if recorded > as_of:
        return f"was not known on {as_of} (recorded {recorded})"
    if since > at:
        return f"begins {since}, after {at}"
    if until < at:
        return f"ended {until}"
    return ""
