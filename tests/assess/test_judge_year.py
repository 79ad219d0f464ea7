"""Calendar years: annual means need 324 days, 27 in each month and 25 in February (GB 3095 Table 4)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from clearbay.standards import Standards
from tests.assess.measurements import at, table
from tests.assess.test_judge import PM25, found

Rows = Sequence[tuple[Any, ...]]
SPAN = (date(2025, 1, 1), date(2025, 12, 31))


def year(
    standards: Standards, left_out: set[date], value: float = 30.0, last: date = SPAN[1], more: Rows = ()
) -> pl.DataFrame:
    days = [date(2025, 1, 1) + timedelta(days=k) for k in range(365)]
    start = {d: at(f"{d}T00:00") for d in days if d not in left_out}
    rows = [("P1", PM25, first + timedelta(hours=h), value) for first in start.values() for h in range(20)]
    frame = found(standards, table([*rows, *more]), "GB 3095:grade=2", span=(SPAN[0], last))
    return frame.filter(pl.col("period_s") > 300 * 86400)


def days_of(month: int, n: int) -> set[date]:
    return {date(2025, month, k) for k in range(1, n + 1)}


MOST = set().union(*(days_of(m, 3) for m in range(1, 13)), days_of(1, 4), *({date(2025, m, 4)} for m in (3, 5, 7, 8)))
"""3 days of each month and one more of five long ones: 365 - 41 = 324 days are left, the fewest that will do."""


@pytest.mark.parametrize(
    ("left_out", "verdict"),
    [
        (set(), "met"),
        (days_of(1, 4), "met"),
        (days_of(1, 5), "not_evaluable"),
        (days_of(2, 3), "met"),
        (days_of(2, 4), "not_evaluable"),
        # 3 days of each month and 5 more of the long ones: 365 - 41 = 324 days, and one fewer.
        (MOST, "met"),
        (MOST | {date(2025, 10, 4)}, "not_evaluable"),
    ],
)
def test_a_year_needs_324_days_and_27_a_month(standards: Standards, left_out: set[date], verdict: str) -> None:
    (row,) = year(standards, left_out).filter(pl.col("averaging") == "year").to_dicts()
    assert (row["verdict"], row["expected"], row["valid"]) == (verdict, 365, 365 - len(left_out))


def test_a_day_of_too_few_hours_does_not_enter_the_year(standards: Standards) -> None:
    short = [("P1", PM25, at("2025-03-05T00:00") + timedelta(hours=h), 900.0) for h in range(19)]
    frame = year(standards, {date(2025, 3, 5)}, more=short)
    (row,) = frame.filter(pl.col("averaging") == "year").to_dicts()
    assert (row["value"], row["valid"]) == (30.0, 364)


def test_the_annual_limit_of_grade_2_is_35(standards: Standards) -> None:
    for value, verdict in ((35.0, "met"), (36.0, "exceeded")):
        (row,) = year(standards, set(), value).filter(pl.col("averaging") == "year").to_dicts()
        assert (row["value"], row["limit_max"], row["verdict"]) == (value, 35.0, verdict)


def test_the_95th_percentile_is_compared_with_the_daily_limit(standards: Standards) -> None:
    # HJ 663-2013: PM2.5 by the 95th percentile of daily means against 75.
    (row,) = year(standards, set(), 76.0).filter(pl.col("averaging") == "p95").to_dicts()
    assert (row["value"], row["limit_max"], row["verdict"]) == (76.0, 75.0, "exceeded")


def test_a_year_that_is_not_over_is_not_judged(standards: Standards) -> None:
    assert year(standards, set(), last=date(2025, 12, 30)).filter(pl.col("time") < at("2026-01-01T00:00")).height == 0
