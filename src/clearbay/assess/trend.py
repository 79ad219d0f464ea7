"""Trend of a yearly (or other periodic) series by Spearman's rank correlation.

Source: 环办[2011]22号: rs of the ranks of periods and values, at least five periods, significant when |rs| is not less
than the critical value Wp. Its formula 1 - 6 sum(d^2) / (N^3 - N) knows no ties; here rs is Pearson's correlation of
mean ranks, which equals it without ties and is Spearman's own definition with them.
"""

from collections.abc import Sequence
from fractions import Fraction

import narwhals as nw
from narwhals.typing import IntoFrame

from clearbay.assess.frames import Lazy, lazy
from clearbay.assess.limit_expressions import given, number, require
from clearbay.standards.rules import SurfaceWaterRules

LEVELS = (0.05, 0.01)
"""One-sided significance levels of the critical values, as `SurfaceWaterRules.trend_critical` lists them."""


def spearman(frame: IntoFrame | Lazy, by: Sequence[str], period: str, value: str, rules: SurfaceWaterRules) -> Lazy:
    """Rank trend of `value` over `period` in every group.

    Parameters
    ----------
    frame : one row a period; periods without a value are left out.
    by : columns that name the series, at least one.
    period : column that orders the periods (a year, a date).
    value : column of values.

    Returns
    -------
    frame with one row a series: `by`, `periods` (with a value), `rs` (null when all values are equal), `critical` (Wp
    at 0.05 for that many periods; null where the rules have none), `significance` (0.01, 0.05 or null), `trend`
    ("rising", "falling", "none"; null with too few periods or no critical value).

    Raises
    ------
    ColumnsError : a column is missing.
    """
    table = lazy(frame)
    require(table, [*by, period, value], [])
    series = table.filter(given(nw.col(value)) & ~nw.col(period).is_null()).select(
        *by, nw.col(period).alias("__p"), number(table, value).alias("__v")
    )
    # Twice the mean rank is a whole number: sums of them are exact on every engine.
    ranked = series.with_columns(
        (nw.col("__p").rank("average").over(*by) * 2).cast(nw.Int64).alias("__x"),
        (nw.col("__v").rank("average").over(*by) * 2).cast(nw.Int64).alias("__y"),
    )
    x, y = nw.col("__x"), nw.col("__y")
    sums = (
        ranked.with_columns((x * x).alias("__xx"), (y * y).alias("__yy"), (x * y).alias("__xy"))
        .group_by(*by)
        .agg(
            nw.len().cast(nw.Int64).alias("periods"),
            *(nw.col(name).sum().cast(nw.Int64) for name in ("__x", "__y", "__xx", "__yy", "__xy")),
        )
    )
    n = nw.col("periods")
    sums = sums.with_columns(
        (n * nw.col("__xy") - x * y).cast(nw.Float64).alias("__cov"),
        (n * nw.col("__xx") - x * x).cast(nw.Float64).alias("__vx"),
        (n * nw.col("__yy") - y * y).cast(nw.Float64).alias("__vy"),
    )
    cov, spread = nw.col("__cov"), nw.col("__vx") * nw.col("__vy")
    critical, significant, very = _critical(rules, cov, spread)
    known = ~critical.is_null() & (n >= rules.trend_min_periods)
    return sums.select(
        *by,
        "periods",
        nw.when(spread > 0).then(cov / spread.sqrt()).alias("rs"),
        critical.alias("critical"),
        nw.when(known & very)
        .then(nw.lit(LEVELS[1]))
        .when(known & significant)
        .then(nw.lit(LEVELS[0]))
        .alias("significance"),
        nw.when(known & significant & (cov > 0))
        .then(nw.lit("rising"))
        .when(known & significant & (cov < 0))
        .then(nw.lit("falling"))
        .when(known)
        .then(nw.lit("none"))
        .alias("trend"),
    )


def _critical(rules: SurfaceWaterRules, cov: nw.Expr, spread: nw.Expr) -> tuple[nw.Expr, nw.Expr, nw.Expr]:
    """Critical value by number of periods, and whether rs reaches it at either level (squared: whole numbers)."""
    n = nw.col("periods")
    critical = nw.lit(None, nw.Float64)
    reached = [nw.lit(False), nw.lit(False)]
    for periods, values in rules.trend_critical.items():
        here = n == periods
        critical = nw.when(here).then(nw.lit(float(values[0]))).otherwise(critical)
        for level, value in enumerate(values):
            edge = Fraction(value)
            enough = cov * cov * float(edge.denominator**2) >= spread * float(edge.numerator**2)
            reached[level] = nw.when(here).then(enough & (spread > 0)).otherwise(reached[level])
    return critical, reached[0], reached[1]
