"""Which edition holds on which day: chosen by the day of the observation, never by today."""

from datetime import date
from itertools import pairwise

import pytest

from clearbay.standards import StandardNotFound, Standards


@pytest.mark.parametrize(
    ("family", "day", "edition"),
    [
        ("GB 3095", date(2026, 2, 28), "GB 3095-2012"),
        ("GB 3095", date(2026, 3, 1), "GB 3095-2026"),
        ("GB 3095", date(2030, 12, 31), "GB 3095-2026"),
        ("GB 3095", date(2031, 1, 1), "GB 3095-2026"),
        ("HJ 633", date(2026, 2, 28), "HJ 633-2012"),
        ("HJ 633", date(2026, 3, 1), "HJ 633-2026"),
        ("HJ 663", date(2026, 2, 28), "HJ 663-2013"),
        ("HJ 663", date(2026, 3, 1), "HJ 663-2026"),
        ("US EPA AQI", date(2018, 7, 1), "US EPA AQI 2015"),
        ("US EPA AQI", date(2024, 5, 5), "US EPA AQI 2015"),
        ("US EPA AQI", date(2024, 5, 6), "US EPA AQI 2024"),
        ("GB 18918", date(2026, 3, 1), "GB 18918-2002"),
    ],
)
def test_the_edition_in_force(standards: Standards, family: str, day: date, edition: str) -> None:
    assert standards.at(day)[family].id == edition


@pytest.mark.parametrize(
    ("day", "pm25"),
    [
        (date(2026, 2, 28), 75),
        (date(2026, 3, 1), 60),
        (date(2030, 12, 31), 60),
        (date(2031, 1, 1), 50),
    ],
)
def test_the_daily_limit_of_pm25_moves_three_times(standards: Standards, day: date, pm25: int) -> None:
    limit = standards.at(day).limit("GB 3095", code="a34004", averaging="day", profile={"grade": "2"})
    assert limit.maximum == pm25


@pytest.mark.parametrize("day", [date(2017, 1, 1), date(2026, 2, 28), date(2026, 3, 1), date(2031, 1, 1)])
def test_on_any_day_every_case_has_one_limit(standards: Standards, day: date) -> None:
    for standard in standards.at(day):
        keys = [limit.key for limit in standard.limits]
        assert len(keys) == len(set(keys))


def test_a_family_with_several_editions_needs_a_day(standards: Standards) -> None:
    with pytest.raises(StandardNotFound, match=r"GB 3095-2012 2016-01-01\.\.2026-02-28; GB 3095-2026 .*\.at\(day\)"):
        standards["GB 3095"]


def test_before_its_first_edition_a_family_is_not_in_force(standards: Standards) -> None:
    with pytest.raises(StandardNotFound, match="in force on 2001-01-01"):
        standards.at(date(2001, 1, 1))["GB 3838"]


def test_a_misspelt_id_names_the_near_ones(standards: Standards) -> None:
    with pytest.raises(StandardNotFound, match="GB 3838-2002"):
        standards["GB 3838-2020"]


def test_editions_of_a_family_follow_one_another_without_gap_or_overlap(standards: Standards) -> None:
    for family in standards.families():
        editions = standards.editions(family)
        for before, after in pairwise(editions):
            assert before.valid_to is not None
            assert (after.valid_from - before.valid_to).days == 1
