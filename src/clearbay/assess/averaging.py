"""Means with their validity rules: values to hours, hours to days, days to months and years.

Written once in narwhals, so they run where the data are (Polars, DuckDB, Spark, Arrow, pandas) with equal results: sums
are taken over whole numbers (`exact`). What is missing lowers a count; it never passes for a value.

Sources: GB 3095-2012 Table 4 and GB 3095-2026 Table 4 (45 min, 20 h, 324 d, 27 d); HJ 212-2017 Annex D for monitors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import narwhals as nw
from narwhals.typing import IntoFrame

from clearbay.assess import exact
from clearbay.assess.frames import Lazy, lazy, with_seconds
from clearbay.assess.grouping import sums
from clearbay.assess.slots import DAY_S, HOUR_S, local_seconds
from clearbay.vocabulary.flags import NOT_COUNTED, Quality

NOT_GOOD = [int(Quality.FAIL), int(Quality.MISSING)]
MEANS = ["value", "avg"]
"""Statistics that can stand for a period's value; minima, maxima and sums cannot."""

UTC_ONLY: list[tuple[int, int]] = [(0, 0)]


@dataclass(frozen=True)
class MeanRule:
    """When a mean counts: at least `at_least` valid parts (seconds of an hour, hours of a day, days of a year)."""

    at_least: int


HOUR_RULE = MeanRule(45 * 60)
"""An hour needs 45 minutes of valid data (GB 3095 Table 4; HJ 212-2017 Annex D)."""

DAY_RULE = MeanRule(20)
"""A day needs 20 valid hours (GB 3095 Table 4; HJ 212-2017 Annex D)."""


def countable(
    frame: IntoFrame | Lazy, conversions: Mapping[tuple[str, str], tuple[int, Fraction]] | None = None
) -> Lazy:
    """Give the values that can enter a mean, as whole numbers.

    Parameters
    ----------
    frame : observations (`observations.SCHEMA`), any engine.
    conversions : (code, unit) -> (places, factor): the decimal places kept and the factor into the unit wanted; what is
        not named keeps its unit and 9 places.

    Returns
    -------
    frame of point_id, code, t [s], period_s, s [Int64, scaled value; 0 where none], ok [bool: counts in a mean].
    """
    columns = with_seconds(lazy(frame)).filter(nw.col("statistic").is_in(MEANS))
    good = ~(nw.col("flag").is_in(list(NOT_COUNTED)) | nw.col("quality").is_in(NOT_GOOD) | nw.col("value").is_null())
    whole = exact.scaled(nw.col("value"), exact.PLACES)
    for (code, unit), (places, factor) in (conversions or {}).items():
        if (places, factor) != (exact.PLACES, Fraction(1)):
            here = (nw.col("code") == code) & (nw.col("unit") == unit)
            whole = nw.when(here).then(exact.scaled(nw.col("value"), places, factor)).otherwise(whole)
    return columns.select("point_id", "code", "t", "period_s", whole.alias("s"), good.alias("ok"))


def hourly_means(values: Lazy, shifts: list[tuple[int, int]] = UTC_ONLY, rule: MeanRule = HOUR_RULE) -> Lazy:
    """Mean of each hour of a legal zone, from values of an hour or finer.

    Parameters
    ----------
    values : what `countable` gives; one row a slot.
    shifts : the zone's offsets (`slots.offsets`).

    Returns
    -------
    frame of point_id, code, t [s, start of the hour, UTC], s [Int64], valid [values that counted], present [values],
    ok [bool: at least 45 minutes].
    """
    # Legal hours begin on the zone's own full hour: a zone at +05:30 cuts UTC hours in half.
    into_hour = local_seconds(nw.col("t"), shifts) % HOUR_S if _cuts_hours(shifts) else nw.col("t") % HOUR_S
    counted = nw.col("ok").cast(nw.Int64)
    hours = values.select(
        "point_id",
        "code",
        (nw.col("t") - into_hour).alias("t"),
        (nw.col("s") * counted).alias("s"),
        counted.alias("valid"),
        (counted * nw.col("period_s").cast(nw.Int64)).alias("covered"),
    )
    return sums(hours, ["point_id", "code", "t"], ["s", "valid", "covered"]).select(
        "point_id", "code", "t", _mean(), "valid", "present", (nw.col("covered") >= rule.at_least).alias("ok")
    )


def _cuts_hours(shifts: list[tuple[int, int]]) -> bool:
    return any(offset % HOUR_S for _, offset in shifts)


def daily_means(hours: Lazy, shifts: list[tuple[int, int]] = UTC_ONLY, rule: MeanRule = DAY_RULE) -> Lazy:
    """Mean of each natural day of a legal zone, from valid hourly means.

    Returns
    -------
    frame of point_id, code, day [days since 1970 in the zone], s [Int64], valid [hours], present [hours with data],
    ok [bool: at least 20 hours].
    """
    return _means(hours, (local_seconds(nw.col("t"), shifts) // DAY_S).alias("day"), "day", rule)


def _means(parts: Lazy, group: nw.Expr, name: str, rule: MeanRule) -> Lazy:
    counted = nw.col("ok").cast(nw.Int64)
    rows = parts.select("point_id", "code", group, (nw.col("s") * counted).alias("s"), counted.alias("valid"))
    return sums(rows, ["point_id", "code", name], ["s", "valid"]).select(
        "point_id", "code", name, _mean(), "valid", "present", (nw.col("valid") >= rule.at_least).alias("ok")
    )


def _mean() -> nw.Expr:
    return exact.half_even_quotient(nw.col("s"), nw.col("valid")).alias("s")
