"""Flow-weighted daily means of effluents (HJ 212-2017 Annex D.1), judged through the one judge."""

from typing import Any

import pytest

from clearbay.standards import Standards
from tests.assess.measurements import table
from tests.assess.test_judge import COD, FLOW, found, hourly, of

LEVEL = "GB 18918:level=1A,built=2010"
DAY = "2025-03-01"


def judged(standards: Standards, cod: list[float | None], flow: list[float | None]) -> dict[str, Any]:
    rows = [(*row, "", "mg/L") for row in hourly(COD, DAY, cod)] + [
        (*row, "", "L/s") for row in hourly(FLOW, DAY, flow)
    ]
    return of(found(standards, table(rows), LEVEL), "day", COD)


def test_the_mean_is_the_load_over_the_flow(standards: Standards) -> None:
    # 12 h of 20 mg/L at 1 L/s and 12 h of 60 mg/L at 3 L/s: (240 + 2160) / 48 = 50, not 40.
    row = judged(standards, [20.0] * 12 + [60.0] * 12, [1.0] * 12 + [3.0] * 12)
    assert (row["value"], row["verdict"], row["method"]) == (50.0, "met", "flow_weighted_mean")


def test_fewer_than_20_hours_of_flow_give_the_arithmetic_mean(standards: Standards) -> None:
    for hours, method, value in ((20, "flow_weighted_mean", 20 * 10 / 20), (19, "arithmetic_mean", 18.0)):
        row = judged(standards, [10.0] * 20 + [58.0] * 4, [1.0] * hours)
        assert (row["method"], row["value"]) == (method, value)


def test_a_day_without_flow_has_no_mean(standards: Standards) -> None:
    row = judged(standards, [10.0] * 24, [0.0] * 24)
    assert row["verdict"] == "not_evaluable"


@pytest.mark.parametrize("sign", [1, -1])
def test_an_hour_of_negative_flow_does_not_enter(standards: Standards, sign: int) -> None:
    row = judged(standards, [10.0] * 23 + [58.0], [1.0] * 23 + [1.0 * sign])
    assert row["value"] == (12.0 if sign > 0 else 10.0)
    assert row["valid"] == (24 if sign > 0 else 23)
