"""Windows against limits: a value that equals its limit meets it (GB/T 8170-2008 4.3)."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from clearbay.assess.comparison import applicable, compare, scaled_decimal
from clearbay.assess.reasons import Why
from clearbay.assess.records import to_records
from clearbay.assess.samples import of_records
from clearbay.assess.windows import Windows
from clearbay.standards import Limit, Standards
from tests.assess.measurements import at, table


def one(value: float, flag: str = "", unit: str = "mg/L") -> Windows:
    rows = [("S", "w01018", at("2026-03-01T12:00"), value, flag, unit)]
    return of_records("sample", to_records(table(rows)), "Asia/Shanghai")


@pytest.fixture
def limit(standards: Standards) -> Limit:
    """COD of level 1A: 50 mg/L (GB 18918-2002 Table 1)."""
    found = [
        item
        for item in standards["GB 18918-2002"].limits
        if item.code == "w01018" and item.maximum == 50 and item.decimals is None
    ]
    return found[0]


@pytest.mark.parametrize(
    ("value", "exceeded", "margin"), [(50.0, False, 0.0), (50.000001, True, -0.000001), (10, False, 40)]
)
def test_equal_meets_and_a_hair_more_exceeds(limit: Limit, value: float, exceeded: bool, margin: float) -> None:
    found = compare(one(value), "mg/L", limit)
    assert (bool(found.exceeded[0]), bool(found.judged[0])) == (exceeded, True)
    assert found.margin[0] == pytest.approx(margin, abs=1e-9)


def test_a_minimum_is_met_by_what_equals_it(limit: Limit) -> None:
    least = replace(limit, maximum=None, minimum=Decimal(5))
    assert [bool(compare(one(v), "mg/L", least).exceeded[0]) for v in (5.0, 4.999, 6.0)] == [False, True, False]


def test_units_are_those_of_the_limit(limit: Limit) -> None:
    assert compare(one(50_001.0, unit="ug/L"), "ug/L", limit).value[0] == 50.001


def test_a_detection_limit_above_the_limit_judges_nothing(limit: Limit) -> None:
    high, low = compare(one(60.0, "ND"), "mg/L", limit), compare(one(40.0, "ND"), "mg/L", limit)
    assert (bool(high.judged[0]), high.why[0]) == (False, Why.DETECTION_LIMIT)
    assert (bool(low.judged[0]), bool(low.exceeded[0])) == (True, False)


def test_a_limit_that_rounds_is_compared_with_the_rounded_value(limit: Limit) -> None:
    whole = replace(limit, decimals=0)
    assert [bool(compare(one(v), "mg/L", whole).exceeded[0]) for v in (50.5, 50.6, 51.5)] == [False, True, True]


def test_the_temperature_bracket_of_ammonia_divides_at_12_degrees(standards: Standards) -> None:
    # GB 18918-2002 Table 1, note: the figure in brackets holds at 12 degrees and below.
    variants = [item for item in standards["GB 18918-2002"].limits if item.code == "w21003" and item.when]
    assert variants
    degrees = np.array([12_000_000_000, 12_000_000_001, 0], dtype=np.int64)
    facts = {fact: (degrees, np.array([True, True, False]), 9) for item in variants for fact in item.when}
    can = applicable(variants, facts, 3)
    cold = np.array([any(r.le is not None or r.lt is not None for r in item.when.values()) for item in variants])
    assert (can[:, 0] == cold).all()
    assert (can[:, 1] == ~cold).all()
    assert can[:, 2].all()


def test_a_limit_keeps_all_its_digits() -> None:
    assert scaled_decimal(Decimal("0.00001"), 9) == 10_000
    with pytest.raises(ValueError, match="more than 3 decimals"):
        scaled_decimal(Decimal("0.0001"), 3)
