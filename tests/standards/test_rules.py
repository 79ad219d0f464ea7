"""Evaluation rules as data: 环办[2011]22号 and HJ 663."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import factorial

import pytest

from clearbay.standards import AmbientAirRules, Standards, SurfaceWaterRules


@pytest.fixture
def water(standards: Standards) -> SurfaceWaterRules:
    rules = standards["环办[2011]22号"].rules
    assert isinstance(rules, SurfaceWaterRules)
    return rules


def test_21_indicators_are_table_1_less_temperature_nitrogen_and_coliforms(
    standards: Standards, water: SurfaceWaterRules
) -> None:
    table_1 = {limit.code for limit in standards["GB 3838-2002"].limits}
    assert set(water.indicators) == table_1 - {"w01010", "w21001", "w02003"}
    assert len([code for code in water.indicators if code not in water.same_as]) == 21
    assert set(water.reported_apart) == {"w21001", "w02003"}


def test_status_of_a_section_by_class(water: SurfaceWaterRules) -> None:
    found = {name: (status.name_zh, status.name_en) for name, status in water.section_status.items()}
    assert [found[name][0] for name in (*water.classes, water.worse_than_v)] == [
        "优",
        "优",
        "良好",
        "轻度污染",
        "中度污染",
        "重度污染",
    ]


@pytest.mark.parametrize(
    ("good", "worse", "status"),
    [
        ("90", "0", "excellent"),
        ("89.9", "0", "good"),
        ("75", "25", "good"),
        ("74.9", "19.9", "light"),
        ("74.9", "20", "moderate"),
        ("50", "39.9", "moderate"),
        ("50", "40", "heavy"),
    ],
)
def test_shares_of_sections_give_one_status(water: SurfaceWaterRules, good: str, worse: str, status: str) -> None:
    g, w = Decimal(good), Decimal(worse)
    fitting = [
        rule.status
        for rule in water.river_status
        if (rule.good_ge is None or g >= rule.good_ge)
        and (rule.good_lt is None or g < rule.good_lt)
        and (rule.worse_than_v_ge is None or w >= rule.worse_than_v_ge)
        and (rule.worse_than_v_lt is None or w < rule.worse_than_v_lt)
    ]
    assert fitting == [status]


@pytest.mark.parametrize("n", [5, 6, 7])
def test_spearman_critical_values_by_full_enumeration(water: SurfaceWaterRules, n: int) -> None:
    """The critical value is the smallest rs that chance reaches in at most 5 % (1 %) of all orders, one-sided."""
    ranks = range(n)
    counts: dict[int, int] = {}
    for order in permutations(ranks):
        d2 = sum((a - b) ** 2 for a, b in zip(ranks, order, strict=True))
        counts[d2] = counts.get(d2, 0) + 1
    found = []
    for level in (Fraction(5, 100), Fraction(1, 100)):
        total, last = 0, None
        for d2 in sorted(counts):
            total += counts[d2]
            if Fraction(total, factorial(n)) > level:
                break
            last = 1 - Fraction(6 * d2, n**3 - n)
        assert last is not None
        found.append(round(float(last), 3))
    assert [float(v) for v in water.trend_critical[n]] == found


def test_what_is_from_memory_says_so(water: SurfaceWaterRules) -> None:
    for part in ("change", "trophic", "trend_min_periods", "shares_from_sections", "trend_critical_10"):
        assert water.confidence[part] == "unverified"


def test_annual_percentiles(standards: Standards) -> None:
    # HJ 663, 表1: SO2 and NO2 98, PM10, PM2.5 and CO 95, O3 (MDA8) 90
    for name in ("HJ 663-2013", "HJ 663-2026"):
        rules = standards[name].rules
        assert isinstance(rules, AmbientAirRules)
        found = {item.code: (item.daily, int(item.percentile), item.has_annual_mean) for item in rules.items}
        assert found == {
            "a21026": ("day", 98, True),
            "a21004": ("day", 98, True),
            "a34002": ("day", 95, True),
            "a34004": ("day", 95, True),
            "a21005": ("day", 95, False),
            "a05024": ("mda8", 90, False),
        }
        assert rules.confidence["mda8"] == "unverified"


def test_composite_index_divides_by_grade_2_of_its_time(standards: Standards) -> None:
    rules = standards["HJ 663-2013"].rules
    assert isinstance(rules, AmbientAirRules)
    # city ranking rules: 60, 40, 70, 35 (annual), CO 4 (P95), O3 160 (P90)
    assert rules.composite == {"a21026": 60, "a21004": 40, "a34002": 70, "a34004": 35, "a21005": 4, "a05024": 160}


def test_validity_of_gb_3095_table_4(standards: Standards) -> None:
    found = {
        (v.averaging, v.of, v.per, 2 in v.months and len(v.months) == 1): v.at_least
        for v in standards["GB 3095-2026"].validity
        if not v.codes or "a21026" in v.codes
    }
    assert found == {
        ("year", "day", "", False): 324,
        ("year", "day", "month", False): 27,
        ("year", "day", "month", True): 25,
        ("day", "1h", "", False): 20,
        ("1h", "min", "", False): 45,
    }
