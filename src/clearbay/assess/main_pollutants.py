"""Main pollutants of a section: what makes its water worse than class III, worst first.

Source: 环办[2011]22号: only when the class is worse than III; by the indicators' own classes, those of equal class by
the multiple (C - C_III) / C_III by which they exceed; cyanide and heavy metals that exceed come first; three at most.
No multiple is given for water temperature, pH and dissolved oxygen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
from narwhals.typing import IntoFrame

from clearbay.assess import exact
from clearbay.assess.frames import Lazy, lazy
from clearbay.assess.limit_expressions import number, quotient, require, sure
from clearbay.assess.surface_water import BODIES, Indicator, indicators
from clearbay.standards.model import Standard
from clearbay.standards.rules import SurfaceWaterRules


@dataclass(frozen=True)
class Ranked:
    """A code with its two keys, larger first; a null `first` keeps it out of the ranking."""

    code: str
    first: nw.Expr
    second: nw.Expr


def main_pollutants(
    frame: IntoFrame | Lazy,
    standard: Standard,
    columns: Mapping[str, str],
    water_body: str,
    rules: SurfaceWaterRules,
) -> Lazy:
    """Add the main pollutants of classified sections.

    Parameters
    ----------
    frame : what `surface_water.classify` gave for the same `columns` and `water_body`.

    Returns
    -------
    frame with `multiple_<code>` (by how many times the class III limit it exceeds it; null where it does not exceed or
    has no multiple) and `main_pollutants` (codes, worst first, comma-separated; empty when class III or better; null
    where there is no class). Equal rank: as the rules list them.

    Raises
    ------
    SurfaceWaterError, ColumnsError : as in `surface_water.classify`.
    """
    table = lazy(frame)
    items = [item for item in indicators(standard, columns, rules) if not item.apart]
    body = [] if water_body in BODIES else [water_body]
    read = [*(item.column for item in items), *(f"class_{item.code}" for item in items), "class", *body]
    measured = [item for item in items if item.named not in rules.no_multiple_for]
    require(table, read, [*(f"multiple_{item.code}" for item in measured), "main_pollutants"])

    third = rules.classes.index(rules.reference_class) + 1
    table = table.with_columns(
        *(
            nw.when(sure(nw.col(f"class_{item.code}") > third))
            .then(_multiple(table, item, water_body, third))
            .alias(f"multiple_{item.code}")
            for item in measured
        )
    )
    classes = len(rules.classes) + 1
    keys = [
        Ranked(
            item.code,
            nw.when(sure(nw.col(f"class_{item.code}") > third)).then(
                nw.col(f"class_{item.code}").cast(nw.Int64) + (classes if item.named in rules.named_first else 0)
            ),
            nw.col(f"multiple_{item.code}") if item in measured else nw.lit(None, nw.Float64),
        )
        for item in items
    ]
    return with_foremost(table, keys, rules.main_pollutants, ~nw.col("class").is_null(), "main_pollutants")


def _multiple(table: Lazy, item: Indicator, water_body: str, third: int) -> nw.Expr:
    """(C - C_III) / C_III as one division of whole numbers, so that equal multiples are equal floats."""
    multiple = nw.lit(None, nw.Float64)
    for body, steps in item.limits.items():
        limit = steps[third - 1]
        if limit.maximum is None:
            continue
        places = exact.places(limit.unit)
        base = int(limit.maximum.scaleb(places))
        over = exact.scaled(number(table, item.column), places) - base
        here = nw.lit(water_body == body) if water_body in BODIES else sure(nw.col(water_body) == body)
        multiple = nw.when(here).then(quotient(over, float(base))).otherwise(multiple)
    return multiple


def with_foremost(table: Lazy, keys: Sequence[Ranked], at_most: int, where: nw.Expr, name: str) -> Lazy:
    """Add column `name`: the codes of the `at_most` largest keys of each row, comma-separated, largest first.

    Keys are compared by `first`, then by `second` (null last), then in the order given. Null where not `where`.
    """
    first = [f"__first_{i}" for i in range(len(keys))]
    second = [f"__second_{i}" for i in range(len(keys))]
    places = [f"__place_{i}" for i in range(len(keys))]
    table = table.with_columns(
        *(key.first.fill_null(-1).alias(column) for key, column in zip(keys, first, strict=True)),
        *(key.second.fill_null(-1.0).alias(column) for key, column in zip(keys, second, strict=True)),
    )

    def ahead(other: int, one: int) -> nw.Expr:
        a, b = nw.col(first[other]), nw.col(first[one])
        c, d = nw.col(second[other]), nw.col(second[one])
        tied = (c >= d) if other < one else (c > d)
        return ((a > b) | ((a == b) & tied)).cast(nw.Int64)

    everyone = range(len(keys))
    table = table.with_columns(
        *(
            nw.when(nw.col(first[one]) >= 0)
            .then(nw.sum_horizontal(nw.lit(1, nw.Int64), *(ahead(other, one) for other in everyone if other != one)))
            .alias(places[one])
            for one in everyone
        )
    )
    chosen = []
    for place in range(1, min(at_most, len(keys)) + 1):
        code = nw.lit(None, nw.String)
        for one, key in enumerate(keys):
            code = nw.when(sure(nw.col(places[one]) == place)).then(nw.lit(key.code)).otherwise(code)
        chosen.append(code)
    names = nw.concat_str(chosen, separator=",", ignore_nulls=True)
    return table.with_columns(nw.when(where).then(names).alias(name)).drop([*first, *second, *places])
