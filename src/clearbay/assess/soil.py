"""Risk of farmland soil: screening and intervention values by pH and land use.

Source: GB 15618-2018 (Table 1 screening, Table 3 intervention): at or below the screening value the risk is low, above
the intervention value it is high and strict control is due, between them there may be a risk. Values come as data
(`Standard`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import narwhals as nw
from narwhals.typing import IntoFrame

from clearbay.assess.frames import Lazy, lazy
from clearbay.assess.limit_expressions import UNDETECTED, given, in_range, listed, number, require, sure, usable, within
from clearbay.standards.model import Limit, Standard
from clearbay.vocabulary.errors import ClearbayError

RISKS = ("low", "possible", "strict")
"""Low risk; possible risk, safe use; high risk, strict control."""

LAND_USES = ("paddy", "orchard", "other")
ROTATION = "rotation"
"""Paddy and dry crops in turn: the stricter of both holds (GB 15618-2018 Table 1, note; unverified)."""


@dataclass(frozen=True)
class Values:
    """Screening and intervention values of one pollutant on one land use, a limit for each pH band."""

    screening: tuple[Limit, ...]
    intervention: tuple[Limit, ...]


class SoilError(ClearbayError):
    """A standard cannot judge soil as it was asked to."""


def classify(
    frame: IntoFrame | Lazy,
    standard: Standard,
    columns: Mapping[str, str],
    *,
    ph: str,
    land_use: str,
    flags: Mapping[str, str] | None = None,
) -> Lazy:
    """Add the risk of every pollutant and of the row.

    Parameters
    ----------
    frame : one row a soil sample; values in the unit of the standard's limits [mg/kg, total].
    columns : code -> column.
    ph : column of the soil's pH; each row takes the band it falls into (upper bounds inclusive).
    land_use : column with "paddy", "orchard", "other" or "rotation" (paddy and other in turn: the stricter).
    flags : code -> column of flags; `ND` marks a value that is a detection limit: low risk if that limit does not
        exceed the screening value, else it cannot be judged.

    Returns
    -------
    frame with `risk_<code>` ("low", "possible", "strict"; null not measured or not to be judged), `risk` (the worst of
    the judged), `deciding` (codes that decide), `judged` (number of pollutants), `unjudged` (codes with a value that
    could not be judged: no pH, an unknown land use, a negative value, a detection limit too high).

    Raises
    ------
    SoilError : the standard has no screening value for a code, or there is no code.
    ColumnsError : a column is missing or would be overwritten.
    """
    table = lazy(frame)
    codes = list(columns)
    tables = {code: values_for(standard, code) for code in codes}
    flagged = dict(flags or {})
    require(
        table,
        [*columns.values(), *flagged.values(), ph, land_use],
        [*(f"risk_{code}" for code in codes), "risk", "deciding", "judged", "unjudged"],
    )
    if not codes:
        raise SoilError("no columns to judge")
    acidity = number(table, ph)
    use = nw.col(land_use)
    table = table.with_columns(
        *(
            _risk(number(table, columns[code]), acidity, use, tables[code], flagged.get(code)).alias(_step(code))
            for code in codes
        ),
        *(given(number(table, columns[code])).alias(_given(code)) for code in codes),
    ).with_columns(nw.max_horizontal(*(_step(code) for code in codes)).alias("__step"))
    return table.with_columns(
        *(_named(nw.col(_step(code))).alias(f"risk_{code}") for code in codes),
        _named(nw.col("__step")).alias("risk"),
        nw.when(~nw.col("__step").is_null())
        .then(listed([(code, sure(nw.col(_step(code)) == nw.col("__step"))) for code in codes]))
        .alias("deciding"),
        nw.sum_horizontal(*((~nw.col(_step(code)).is_null()).cast(nw.Int64) for code in codes)).alias("judged"),
        listed([(code, nw.col(_given(code)) & nw.col(_step(code)).is_null()) for code in codes]).alias("unjudged"),
    ).drop(["__step", *(_step(code) for code in codes), *(_given(code) for code in codes)])


def _step(code: str) -> str:
    return f"__step_{code}"


def _given(code: str) -> str:
    return f"__given_{code}"


def _named(step: nw.Expr) -> nw.Expr:
    name = nw.lit(None, nw.String)
    for place, risk in enumerate(RISKS):
        name = nw.when(sure(step == place)).then(nw.lit(risk)).otherwise(name)
    return name


def _risk(value: nw.Expr, acidity: nw.Expr, use: nw.Expr, tables: Mapping[str, Values], flag: str | None) -> nw.Expr:
    """Risk as a number, 0 low to 2 strict."""
    step = nw.lit(None, nw.Int8)
    for land, values in tables.items():
        step = nw.when(sure(use == land)).then(_risk_on(value, acidity, values)).otherwise(step)
    both = [_risk_on(value, acidity, tables[land]) for land in ("paddy", "other")]
    step = nw.when(sure(use == ROTATION)).then(nw.max_horizontal(*both)).otherwise(step)
    step = nw.when(usable(value)).then(step)
    if flag is None:
        return step
    detected = ~sure(nw.col(flag) == UNDETECTED)
    return nw.when(detected | sure(step == 0)).then(step)


def _risk_on(value: nw.Expr, acidity: nw.Expr, values: Values) -> nw.Expr:
    step = nw.lit(None, nw.Int8)
    for limit in values.screening:
        low = nw.when(sure(within(value, limit))).then(nw.lit(0, nw.Int8)).otherwise(nw.lit(1, nw.Int8))
        step = nw.when(_holds(limit, acidity)).then(low).otherwise(step)
    for limit in values.intervention:
        beyond = _holds(limit, acidity) & ~sure(within(value, limit))
        step = nw.when(beyond).then(nw.lit(2, nw.Int8)).otherwise(step)
    return step


def values_for(standard: Standard, code: str) -> Mapping[str, Values]:
    """Give the screening and intervention values of a code by land use.

    Raises
    ------
    SoilError : the standard has no screening value for the code on some land.
    """
    tables = {
        land: Values(_of_kind(standard, code, land, "screening"), _of_kind(standard, code, land, "intervention"))
        for land in LAND_USES
    }
    without = [land for land, values in tables.items() if not values.screening]
    if without:
        raise SoilError(f"{standard.id} has no screening value for {code} on land of use {', '.join(without)}")
    return tables


def _of_kind(standard: Standard, code: str, land: str, kind: str) -> tuple[Limit, ...]:
    """Limits of one kind for a code on a land use: those that name the land, else those for other land or all."""
    of_kind = [limit for limit in standard.limits if limit.code == code and limit.profile.get("value") == kind]
    for wanted in (land, "other", None):
        found = tuple(limit for limit in of_kind if limit.profile.get("land_use") == wanted)
        if found:
            return found
    return ()


def _holds(limit: Limit, acidity: nw.Expr) -> nw.Expr:
    """Say where a row's pH lies in the limit's band; a limit without one holds for any pH."""
    bands = [in_range(acidity, wanted) & (acidity >= 0) & (acidity <= 14) for wanted in limit.when.values()]
    return sure(reduce(lambda a, b: a & b, bands, nw.lit(True)))
