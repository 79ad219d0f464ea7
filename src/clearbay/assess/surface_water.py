"""Surface-water class of a sample or a period's mean: each indicator, and the worst of them.

Sources: GB 3838-2002 Table 1 (limits); 环办[2011]22号 (21 indicators, single-factor rule, status of a section). Limits
and rules come as data (`Standard`, `SurfaceWaterRules`); nothing here knows a figure but the oxygen saturation below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
from narwhals.typing import IntoFrame

from clearbay.assess.frames import Lazy, lazy
from clearbay.assess.limit_expressions import UNDETECTED, given, listed, number, require, sure, usable, within
from clearbay.standards.model import Limit, Standard
from clearbay.standards.rules import SurfaceWaterRules
from clearbay.vocabulary.errors import ClearbayError

BODIES = ("river", "lake")
"""What a water body is to GB 3838: lakes (with reservoirs) have phosphorus and nitrogen limits of their own."""

OXYGEN = "w01009"
CLASS_I_SATURATION = 90.0
"""Oxygen saturation [%] that gives class I at any concentration (GB 3838-2002 Table 1, row 3: 饱和率90%（或7.5）)."""


class SurfaceWaterError(ClearbayError):
    """A standard or the rules cannot judge what they were asked to."""


@dataclass(frozen=True)
class Indicator:
    """One indicator of a frame: its code, the column it stands in, and its limits by water body, class I first.

    `named` is the code the rules know it by (total copper is copper to them). A body without limits (nitrogen in
    rivers) is absent. `apart` indicators never enter the class.
    """

    code: str
    named: str
    column: str
    flag: str | None
    limits: Mapping[str, tuple[Limit, ...]]
    apart: bool


def indicators(
    standard: Standard,
    columns: Mapping[str, str],
    rules: SurfaceWaterRules,
    flags: Mapping[str, str] | None = None,
) -> tuple[Indicator, ...]:
    """Find the indicators among `columns` (code -> column) that the rules evaluate, in the order of the rules.

    What the rules leave out (water temperature) is left out here. A code that shares an indicator's row of the table
    (HJ 212 has one for copper and one for total copper) is evaluated as that indicator.

    Raises
    ------
    SurfaceWaterError : a code has no limit in the standard, or a class has none or two.
    """
    known = {limit.code for limit in standard.limits}
    strange = [code for code in columns if code not in known]
    if strange:
        raise SurfaceWaterError(f"{standard.id} has no limit for {', '.join(strange)}; leave it out of the columns")
    apart = [code for code in rules.reported_apart if code not in rules.indicators]
    cells = {code: _cells(standard, code) for code in {*columns, *rules.indicators, *apart}}
    return tuple(
        Indicator(
            code,
            named,
            columns[code],
            (flags or {}).get(code),
            {body: steps for body in BODIES if (steps := class_limits(standard, code, body, rules))},
            named in apart,
        )
        for named in (*rules.indicators, *apart)
        for code in columns
        if code == named or (code not in rules.indicators and cells[code] == cells[named])
    )


def _cells(standard: Standard, code: str) -> set[tuple[object, ...]]:
    """Cells of a code in the table; codes that have the same cells share a row."""
    return {
        (limit.clause, limit.minimum, limit.maximum, limit.unit, *sorted(limit.profile.items()))
        for limit in standard.limits
        if limit.code == code
    }


def class_limits(standard: Standard, code: str, body: str, rules: SurfaceWaterRules) -> tuple[Limit, ...]:
    """Give the limits of a code in a water body by class, class I first; empty where the body has none.

    Raises
    ------
    SurfaceWaterError : some classes have a limit and others none, or one class has two.
    """
    steps = []
    for name in rules.classes:
        fitting = [
            limit
            for limit in standard.limits
            if limit.code == code
            and limit.profile.get("class", name) == name
            and limit.profile.get("water_body", body) == body
            and (limit.minimum is not None or limit.maximum is not None)
        ]
        if len(fitting) > 1:
            keys = ", ".join(limit.key for limit in fitting)
            raise SurfaceWaterError(f"{standard.id} has more than one limit of class {name} for {code}: {keys}")
        steps += fitting
    if steps and len(steps) != len(rules.classes):
        raise SurfaceWaterError(f"{standard.id} has {len(steps)} limits for {code} in a {body}, not one a class")
    return tuple(steps)


def classify(
    frame: IntoFrame | Lazy,
    standard: Standard,
    columns: Mapping[str, str],
    water_body: str,
    rules: SurfaceWaterRules,
    *,
    flags: Mapping[str, str] | None = None,
    saturation: str | None = None,
) -> Lazy:
    """Add the class of every indicator and of the row: 1 to 5, 6 worse than V, null not measured or not to be judged.

    Parameters
    ----------
    frame : one row a sample or a period's mean; values in the unit of the standard's limits.
    columns : code -> column of the frame.
    water_body : "river", "lake", or the column that says which; rows that say neither leave phosphorus unjudged.
    rules : what is evaluated (环办[2011]22号).
    flags : code -> column of flags; `ND` marks a value that is a detection limit. It passes a limit that is not below
        it; if it does not pass class I, the indicator cannot be judged.
    saturation : column of oxygen saturation [%]; 90 % or more is class I.

    Returns
    -------
    frame with `class_<code>`; `class` (the worst of the judged); `class_at_most` (the worst that what could not be
    judged may still make it; the class is certain where both are equal); `deciding` (codes that decide); `judged`
    (number of indicators); `unjudged` (codes with a value that could not be judged). Indicators reported apart
    (nitrogen) get their own class only.

    Raises
    ------
    SurfaceWaterError : see `indicators`; or none of the columns enters the class.
    ColumnsError : a column is missing or would be overwritten.
    """
    table = lazy(frame)
    items = indicators(standard, columns, rules, flags)
    entering = [item for item in items if not item.apart]
    if not entering:
        raise SurfaceWaterError(
            f"none of {', '.join(columns) or 'no columns'} is an indicator: {', '.join(rules.indicators)}"
        )
    body = None if water_body in BODIES else water_body
    read = [item.column for item in items] + [item.flag for item in items if item.flag]
    read += [name for name in (body, saturation) if name]
    results = ["class", "class_at_most", "deciding", "judged", "unjudged"]
    require(table, read, [*(f"class_{item.code}" for item in items), *results])

    worst = len(rules.classes) + 1
    judged: list[nw.Expr] = []
    for item in items:
        value = number(table, item.column)
        oxygen = number(table, saturation) if saturation and item.code == OXYGEN else None
        class_, at_most = _class(item, value, water_body, worst, oxygen)
        judged += [class_.alias(f"class_{item.code}"), at_most.alias(_at_most(item.code))]
    table = table.with_columns(*judged)
    table = table.with_columns(
        nw.max_horizontal(*(f"class_{item.code}" for item in entering)).alias("class"),
        nw.max_horizontal(*(_at_most(item.code) for item in entering)).alias("class_at_most"),
    )
    codes = [item.code for item in entering]
    return table.with_columns(
        nw.when(~nw.col("class").is_null())
        .then(listed([(code, sure(nw.col(f"class_{code}") == nw.col("class"))) for code in codes]))
        .alias("deciding"),
        nw.sum_horizontal(*((~nw.col(f"class_{code}").is_null()).cast(nw.Int64) for code in codes)).alias("judged"),
        listed([(c, nw.col(f"class_{c}").is_null() & ~nw.col(_at_most(c)).is_null()) for c in codes]).alias("unjudged"),
    ).drop([_at_most(item.code) for item in items])


def _at_most(code: str) -> str:
    return f"__at_most_{code}"


def _class(
    item: Indicator, value: nw.Expr, water_body: str, worst: int, saturation: nw.Expr | None
) -> tuple[nw.Expr, nw.Expr]:
    """Class of an indicator, and the worst it can be where it cannot be judged."""
    river, lake = (item.limits.get(body) for body in BODIES)
    if river and lake and [(x.minimum, x.maximum) for x in river] == [(x.minimum, x.maximum) for x in lake]:
        class_ = _first_met(value, river, worst)
    elif water_body in BODIES:
        steps = item.limits.get(water_body)
        class_ = _first_met(value, steps, worst) if steps else _no_class()
    else:
        class_ = _by_body(value, item, water_body, worst)
    if saturation is not None:
        class_ = nw.when(usable(saturation) & (saturation >= CLASS_I_SATURATION)).then(_whole(1)).otherwise(class_)

    limited = ~class_.is_null()
    sound = usable(value) & limited
    certain = sound if item.flag is None else sound & (_detected(item.flag) | _certain_undetected(item, class_))
    # A detection limit bounds what was not detected, unless more of it is better (oxygen).
    bound = class_ if item.flag is None or not _more_is_better(item) else nw.when(_detected(item.flag)).then(class_)
    known = nw.when(sound).then(bound)
    at_most = nw.when(given(value) & _applies(item, water_body)).then(nw.coalesce(known, _whole(worst)))
    return nw.when(certain).then(class_), at_most


def _applies(item: Indicator, water_body: str) -> nw.Expr:
    """Say where the standard has limits for the indicator; a row that does not say its water body may be either."""
    if water_body in BODIES:
        return nw.lit(water_body in item.limits)
    return ~sure(nw.col(water_body).is_in([body for body in BODIES if body not in item.limits]))


def _by_body(value: nw.Expr, item: Indicator, column: str, worst: int) -> nw.Expr:
    class_ = _no_class()
    for body, steps in item.limits.items():
        class_ = nw.when(sure(nw.col(column) == body)).then(_first_met(value, steps, worst)).otherwise(class_)
    return class_


def _first_met(value: nw.Expr, steps: Sequence[Limit], worst: int) -> nw.Expr:
    class_ = _whole(worst)
    for place in range(len(steps), 0, -1):
        class_ = nw.when(sure(within(value, steps[place - 1]))).then(_whole(place)).otherwise(class_)
    return class_


def _whole(number_: int) -> nw.Expr:
    return nw.lit(number_, nw.Int8)


def _no_class() -> nw.Expr:
    return nw.lit(None, nw.Int8)


def _detected(flag: str) -> nw.Expr:
    return ~sure(nw.col(flag) == UNDETECTED)


def _certain_undetected(item: Indicator, class_: nw.Expr) -> nw.Expr:
    return nw.lit(False) if _more_is_better(item) else class_ == 1


def _more_is_better(item: Indicator) -> bool:
    return any(limit.minimum is not None for steps in item.limits.values() for limit in steps)


def section_status(frame: IntoFrame | Lazy, rules: SurfaceWaterRules) -> Lazy:
    """Add `status`, the id of the status that the rules give a section of that `class` (`rules.statuses` names it)."""
    table = lazy(frame)
    require(table, ["class"], ["status"])
    return table.with_columns(status_of(nw.col("class"), rules).alias("status"))


def status_of(class_: nw.Expr, rules: SurfaceWaterRules) -> nw.Expr:
    """Give the id of the status of a class (1 to 6); null where there is no class."""
    status = nw.lit(None, nw.String)
    for place, name in enumerate((*rules.classes, rules.worse_than_v), start=1):
        if name in rules.section_status:
            status = nw.when(sure(class_ == place)).then(nw.lit(rules.section_status[name].id)).otherwise(status)
    return status
