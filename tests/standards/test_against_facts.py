"""Every figure of our files against the collection of facts (limits.csv), which was read by other people."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clearbay.standards import Range, Standards

pytestmark = pytest.mark.reference_data

AIR = {
    "SO2": "a21026", "NO2": "a21004", "CO": "a21005", "O3": "a05024", "PM10": "a34002", "PM2.5": "a34004",
    "TSP": "a34001", "NOx (as NO2)": "a21002", "Pb": "a20044", "BaP": "a25044",
}  # fmt: skip
SOIL = {
    "Cd": "s20115", "Hg": "s20111", "As": "s20119", "Pb": "s20120", "Cr": "s20116", "Cu": "s20122", "Ni": "s20121",
    "Zn": "s20123", "HCH total": "s33001", "DDT total": "s33007", "benzo[a]pyrene": "s25043",
}  # fmt: skip
MEANS = {"annual": "year", "daily": "day", "24-h": "day", "1-h": "1h", "daily max 8-h": "mda8", "quarterly": "quarter"}
LEVELS = {"一级A": "1A", "一级B": "1B", "二级": "2", "三级": "3"}


@pytest.fixture(scope="module")
def facts(reference_data: Path) -> list[dict[str, str]]:
    path = reference_data.parent / "facts" / "limits.csv"
    if not path.is_file():
        pytest.skip(f"no collection of facts at {path}")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def of(facts: list[dict[str, str]], standard: str) -> Iterator[dict[str, str]]:
    return (row for row in facts if row["standard"].startswith(standard))


@pytest.mark.parametrize("standard", ["GB 3095-2026", "GB 3095-2012"])
def test_ambient_air(facts: list[dict[str, str]], standards: Standards, standard: str) -> None:
    compared = 0
    for row in of(facts, standard):
        if row["clause_table"] not in ("Table 1", "Table 2"):
            continue
        final = "from 2031" in row["condition"] or row["clause_table"] == "Table 2"
        day = date(2026, 1, 1) if standard.endswith("2012") else date(2031, 1, 1) if final else date(2026, 3, 1)
        grade = {"grade": "1" if "grade 1" in row["condition"] else "2"}
        limit = standards.at(day).limit(
            standard, code=AIR[row["pollutant"]], averaging=MEANS[row["averaging"]], profile=grade
        )
        assert limit.maximum == Decimal(row["limit"]), row
        compared += 1
    assert compared == {"GB 3095-2026": 74, "GB 3095-2012": 28}[standard]


@pytest.mark.parametrize("standard", ["HJ 633-2012", "HJ 633-2026"])
def test_air_index(facts: list[dict[str, str]], standards: Standards, standard: str) -> None:
    index = standards[standard].index
    assert index is not None
    ours = {
        (item.code, item.averaging, concentration, iaqi)
        for item in (*index.hourly, *index.daily)
        if not (item.code in ("a34002", "a34004") and item.averaging == "1h") and item.averaging != "max1h"
        for concentration, iaqi in zip(item.concentrations, item.indices, strict=True)
    }
    means = {"daily": "day", "1-h": "1h", "8-h": "mda8"}
    theirs = {
        (AIR[row["pollutant"]], means[row["averaging"]], Decimal(row["limit"]), int(row["condition"].split("=")[1]))
        for row in of(facts, standard)
    }
    assert ours == theirs


def test_surface_water(facts: list[dict[str, str]], standards: Standards) -> None:
    compared = 0
    for row in of(facts, "GB 3838-2002"):
        if row["clause_table"] != "Table 1" or not row["condition"].startswith("class "):
            continue
        body = "lake" if "lake" in row["pollutant"] else "river"
        profile = {"class": row["condition"].removeprefix("class ").split(";")[0], "water_body": body}
        limit = standards.limit("GB 3838", code=row["pollutant_code"], averaging="sample", profile=profile)
        assert (limit.minimum if row["op"] == ">=" else limit.maximum) == Decimal(row["limit"]), row
        compared += 1
    assert compared == 23 * 5


def test_effluent(facts: list[dict[str, str]], standards: Standards) -> None:
    compared = 0
    for row in of(facts, "GB 18918-2002"):
        if row["op"] != "<=":
            continue
        condition = row["condition"]
        numbers = {
            "w01010": Decimal(12 if "<= 12" in condition else 13),
            "built": Decimal(2005 if "before 2006" in condition else 2006),
        }
        level = {"level": LEVELS.get(condition.split(";")[0], "1A")}
        code = row["pollutant_code"] or {"colour": "w01002"}[row["pollutant"]]
        limit = standards.limit("GB 18918", code=code, averaging="day", profile=level, facts=numbers)
        assert limit.maximum == Decimal(row["limit"]), row
        compared += 1
    assert compared == 53  # lines of the table, pH apart


def test_soil(facts: list[dict[str, str]], standards: Standards) -> None:
    bands = {
        "pH<=5.5": Range(le=Decimal("5.5")),
        "5.5<pH<=6.5": Range(gt=Decimal("5.5"), le=Decimal("6.5")),
        "6.5<pH<=7.5": Range(gt=Decimal("6.5"), le=Decimal("7.5")),
        "pH>7.5": Range(gt=Decimal("7.5")),
    }
    compared = 0
    for row in of(facts, "GB 15618-2018"):
        value = "intervention" if "intervention" in row["condition"] else "screening"
        use = next((u for u in ("paddy", "orchard", "other") if u in row["condition"]), "other")
        band = bands.get(row["condition"].split("; ")[-1])
        (limit,) = (
            limit
            for limit in standards.limits("GB 15618", code=SOIL[row["pollutant"]])
            if limit.profile["value"] == value
            and limit.profile.get("land_use", use) == use
            and limit.when.get("ph") == band
        )
        assert limit.maximum == Decimal(row["limit"]), row
        compared += 1
    assert compared == 79
