"""Every cell of the tables of limits, against the tables as printed."""

from datetime import date
from decimal import Decimal

import pytest

from clearbay.standards import LimitNotFound, Standards
from tests.standards import printed

NOW = date(2026, 6, 1)
PHS = (Decimal("5.5"), Decimal("6.5"), Decimal("7.5"), Decimal("7.6"))


def figure(found: Standards, standard: str, code: str, averaging: str, **facts: str) -> Decimal | None:
    numbers = {name: Decimal(value) for name, value in facts.items() if name in ("ph", "w01010", "built")}
    profile = {name: value for name, value in facts.items() if name not in numbers}
    try:
        limit = found.limit(standard, code=code, averaging=averaging, profile=profile, facts=numbers)
    except LimitNotFound:
        return None
    return limit.minimum if limit.maximum is None else limit.maximum


@pytest.mark.parametrize(
    ("row", "cells"), printed.rows(printed.GB_3095_2026_TABLE_1) + printed.rows(printed.GB_3095_2026_TABLE_2)
)
def test_gb_3095_2026_tables_1_and_2_and_their_two_periods(
    standards: Standards, row: str, cells: list[Decimal | None]
) -> None:
    code, averaging = row.split()
    days = (date(2026, 3, 1), date(2030, 12, 31), date(2031, 1, 1))
    found = [
        [figure(standards.at(day), "GB 3095", code, averaging, grade=grade) for grade in ("1", "2")] for day in days
    ]
    assert found == [cells[:2], cells[:2], cells[2:]]


@pytest.mark.parametrize(("row", "cells"), printed.rows(printed.GB_3095_2012_TABLE_1))
def test_gb_3095_2012_table_1_to_its_last_day(standards: Standards, row: str, cells: list[Decimal | None]) -> None:
    code, averaging = row.split()
    then = standards.at(date(2026, 2, 28))
    assert [figure(then, "GB 3095", code, averaging, grade=grade) for grade in ("1", "2")] == cells


@pytest.mark.parametrize(("row", "cells"), printed.rows(printed.GB_3838_TABLE_1))
def test_gb_3838_table_1(standards: Standards, row: str, cells: list[Decimal | None]) -> None:
    code, *body = row.split()
    for water_body in body or ["river", "lake"]:
        found = [
            figure(standards, "GB 3838", code, "sample", **{"class": c, "water_body": water_body})
            for c in ("I", "II", "III", "IV", "V")
        ]
        assert found == cells


def test_gb_3838_has_nothing_beyond_its_24_rows(standards: Standards) -> None:
    limits = standards["GB 3838-2002"].limits
    assert {limit.clause for limit in limits} == {f"表1 ({n})" for n in range(1, 25)}
    # 29 rows of five classes above, pH, and two figures on man-made change of temperature
    assert len(limits) == 5 * len(printed.rows(printed.GB_3838_TABLE_1)) + 5 + 2


def test_total_nitrogen_is_not_limited_in_rivers(standards: Standards) -> None:
    river = {"class": "III", "water_body": "river"}
    assert standards.limits("GB 3838", code="w21001", profile=river) == []
    assert figure(standards, "GB 3838", "w21001", "sample", **river) is None


@pytest.mark.parametrize("standard", ["GB 3838", "GB 18918"])
def test_ph_has_both_bounds(standards: Standards, standard: str) -> None:
    found = standards.limits(standard, code="w01001")
    assert {(limit.minimum, limit.maximum) for limit in found} == {(Decimal(6), Decimal(9))}


def test_dissolved_oxygen_is_a_minimum(standards: Standards) -> None:
    assert all(x.maximum is None and x.minimum is not None for x in standards.limits("GB 3838", code="w01009"))


@pytest.mark.parametrize(("row", "cells"), printed.rows(printed.GB_18918_TABLE_1))
def test_gb_18918_table_1(standards: Standards, row: str, cells: list[Decimal | None]) -> None:
    code, temperature, built = [*row.split(), "20", "2010"][:3]
    found = [
        figure(standards, "GB 18918", code, "day", level=level, w01010=temperature, built=built)
        for level in ("1A", "1B", "2", "3")
    ]
    assert found == cells


@pytest.mark.parametrize(("code", "cells"), printed.rows(printed.GB_18918_TABLE_2))
def test_gb_18918_table_2_is_the_same_at_every_level(
    standards: Standards, code: str, cells: list[Decimal | None]
) -> None:
    assert [figure(standards, "GB 18918", code, "day", level=level) for level in ("1A", "3")] == cells * 2


def test_alkyl_mercury_must_not_be_detected(standards: Standards) -> None:
    limit = standards.limit("GB 18918", code="w20113", averaging="day", profile={"level": "1A"})
    assert limit.must_not_be_detected
    assert limit.maximum == 0


def test_gb_18918_has_no_instantaneous_limit_but_says_that_one_is_in_force(standards: Standards) -> None:
    effluent = standards["GB 18918"]
    assert not [limit for limit in effluent.limits if limit.averaging != "day"]
    (pending,) = effluent.pending
    assert (pending.averaging, pending.valid_from) == ("instant", date(2026, 3, 1))
    assert {"w01018", "w21003", "w21001", "w21011"} <= set(pending.codes)


@pytest.mark.parametrize(("row", "cells"), printed.rows(printed.GB_15618))
def test_gb_15618_by_ph_band_upper_bounds_inclusive(
    standards: Standards, row: str, cells: list[Decimal | None]
) -> None:
    code, land_use, value = row.split()
    found = [figure(standards, "GB 15618", code, "sample", land_use=land_use, value=value, ph=str(ph)) for ph in PHS]
    assert found == cells


def test_optional_soil_items_are_flagged_unverified(standards: Standards) -> None:
    found = {x.code: (x.maximum, x.confidence) for x in standards["GB 15618"].limits if x.clause.startswith("表2")}
    assert found == {
        "s33001": (Decimal("0.10"), "unverified"),
        "s33007": (Decimal("0.10"), "unverified"),
        "s25043": (Decimal("0.55"), "unverified"),
    }


def test_keys_are_stable_and_name_what_a_limit_hangs_on(standards: Standards) -> None:
    limit = standards.limit(
        "GB 18918", code="w21003", averaging="day", profile={"level": "1A"}, facts={"w01010": Decimal(10)}
    )
    assert limit.key == "GB 18918-2002/w21003/day/level=1A;w01010<=12"


def test_every_figure_names_its_clause_source_and_confidence(standards: Standards) -> None:
    for standard in standards:
        for limit in standard.limits:
            assert limit.clause
            assert limit.source
            assert set(limit.source) <= set(standard.sources)
            assert (limit.minimum, limit.maximum) != (None, None)
            if "memory" in limit.source and "next" not in limit.source:
                assert limit.confidence == "unverified"
