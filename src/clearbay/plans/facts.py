"""The kinds of fact a journal line may set, and how each is read from its JSON.

Values are named tuples, not frozen dataclasses: a fold makes tens of thousands of them, and these are
immutable too and several times cheaper to make.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date
from sys import intern
from typing import NamedTuple

from clearbay.plans.periods import Period, parse_date, parse_period

JSON = str | int | float | bool | None | list["JSON"] | dict[str, "JSON"]

QUALITIES = ("final", "provisional", "invalid")
#: Fields of a project that a later line may correct; dates are moved by `due`, never corrected away.
AMENDABLE = ("theme", "level", "name", "content", "lead", "support", "start", "weight", "invest", "key")


class DueMove(NamedTuple):
    """A new due date, the document that allows it, and why."""

    due: date
    doc: str
    reason: str


class Drop(NamedTuple):
    """Taken out of the plan, or merged into another project; with a document it leaves the denominator."""

    reason: str
    doc: str
    merged_into: str


class Waiver(NamedTuple):
    """An accepted deviation; it ends by itself after `until`."""

    reason: str
    approver: str
    until: date


class Promise(NamedTuple):
    """What was promised about an item, usually at a meeting, and by when."""

    what: str
    by: date


class Reading(NamedTuple):
    """A value of an indicator for a period; numerator and denominator when it was given as a share."""

    period: Period
    value: float
    quality: str
    numerator: float | None
    denominator: float | None


class NewTarget(NamedTuple):
    """A target decided after approval."""

    id: str
    due: date
    value: float
    high: float | None
    doc: str
    supersedes: str


class Cells(NamedTuple):
    """Cells of a project row, as text: a whole row that is added, or the corrected ones."""

    cells: tuple[tuple[str, str], ...]


FactValue = str | float | bool | date | DueMove | Drop | Waiver | Promise | Reading | NewTarget | Cells


def read_set(given: Mapping[str, JSON]) -> tuple[tuple[str, FactValue], ...]:
    """Facts of a line's `set`, in order of their names; raises ValueError naming the one that is wrong."""
    if not given:
        raise ValueError("sets nothing")
    left = dict(given)
    facts: list[tuple[str, FactValue]] = []
    doc, reason = _text(left.pop("doc", "")), _text(left.pop("reason", ""))
    if "due" in left:
        facts.append(("due", DueMove(_date(left.pop("due"), "due"), doc, reason)))
    elif "dropped" in left or "merged_into" in left:
        merged = _text(left.pop("merged_into", ""))
        why = _text(left.pop("dropped", "")) or reason
        facts.append(("dropped", Drop(why, doc, merged)))
    elif doc or reason:
        raise ValueError("doc and reason belong to due, dropped or merged_into")
    for kind in sorted(left):
        reader = _READERS.get(kind)
        if reader is None:
            raise ValueError(f"sets {kind!r}, which is none of {', '.join(sorted(KINDS))}")
        try:
            facts.append((intern(kind), reader(left[kind])))
        except ValueError as wrong:
            raise ValueError(f"{kind}: {wrong}") from None
    return tuple(sorted(facts, key=lambda fact: fact[0]))


def _text(value: JSON) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    return value


def _filled(value: JSON) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not text, or blank")
    return value


def _date(value: JSON, name: str) -> date:
    try:
        return parse_date(_text(value))
    except ValueError as wrong:
        raise ValueError(f"{name}: {wrong}") from None


def _day(value: JSON) -> date:
    return parse_date(_text(value))


def _true(value: JSON) -> bool:
    if value is not True:
        raise ValueError(f"{value!r} is not true; the day it happened is the line's `on`, a mistake is voided")
    return True


def _number(value: JSON) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def _percent(value: JSON) -> float:
    number = _number(value)
    if not 0 <= number <= 100:
        raise ValueError(f"{number:g} is not between 0 and 100")
    return number


def _fields(value: JSON, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, JSON]:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is not a group of fields")
    missing = [name for name in needed if name not in value]
    unknown = [name for name in value if name not in needed and name not in optional]
    if missing or unknown:
        raise ValueError(f"fields missing: {missing}, not known: {unknown}")
    return value


def _waiver(value: JSON) -> Waiver:
    given = _fields(value, ("reason", "approver", "until"))
    return Waiver(_filled(given["reason"]), _filled(given["approver"]), _date(given["until"], "until"))


def _promise(value: JSON) -> Promise:
    given = _fields(value, ("what", "by"))
    return Promise(_filled(given["what"]), _date(given["by"], "by"))


def _reading(value: JSON) -> Reading:
    given = _fields(value, ("period",), ("v", "quality", "num", "den"))
    period = parse_period(_text(given["period"]))
    quality = _text(given.get("quality", "final"))
    if quality not in QUALITIES:
        raise ValueError(f"quality {quality!r} is none of {', '.join(QUALITIES)}")
    if "num" in given or "den" in given:
        if "v" in given or "num" not in given or "den" not in given:
            raise ValueError("give v, or num and den, not both")
        numerator, denominator = _number(given["num"]), _number(given["den"])
        if denominator <= 0 or numerator < 0:
            raise ValueError(f"{numerator:g} of {denominator:g} is not a share: den must be above zero, num not below")
        return Reading(period, 100.0 * numerator / denominator, quality, numerator, denominator)
    if "v" not in given:
        raise ValueError("v is missing")
    return Reading(period, _number(given["v"]), quality, None, None)


def _target(value: JSON) -> NewTarget:
    given = _fields(value, ("id", "due", "value", "doc"), ("high", "supersedes"))
    high = given.get("high")
    return NewTarget(
        _filled(given["id"]),
        _date(given["due"], "due"),
        _number(given["value"]),
        None if high is None else _number(high),
        _filled(given["doc"]),
        _text(given.get("supersedes", "")),
    )


def _cells(value: JSON) -> Cells:
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{value!r} is not a group of fields")
    return Cells(tuple((name, _text(value[name])) for name in sorted(value)))


def _amend(value: JSON) -> Cells:
    cells = _cells(value)
    wrong = [name for name, _ in cells.cells if name not in AMENDABLE]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} cannot be corrected; only {', '.join(AMENDABLE)}")
    return cells


_READERS: dict[str, Callable[[JSON], FactValue]] = {
    "started": _true,
    "finished": _true,
    "report": _true,
    "phase": _filled,
    "pct": _percent,
    "expected": _day,
    "blocked": _text,
    "waiver": _waiver,
    "promise": _promise,
    "value": _reading,
    "target": _target,
    "add": _cells,
    "amend": _amend,
    "void": _filled,
    "approve": _filled,
}
KINDS = frozenset(_READERS) | {"due", "dropped", "merged_into"}
#: Kinds by which a lead says how things stand; a moved date or a waiver is not a report.
REPORTING = frozenset({"started", "finished", "report", "phase", "pct", "expected", "blocked"})
