"""The vocabulary of parameters against HJ 212's tables, and the ways people name them."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from clearbay.vocabulary.parameters import UnknownParameter, find, parameter, parameters, readings


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PM2.5", "a34004"), ("pm2_5", "a34004"), ("ＰＭ２．５", "a34004"), ("细颗粒物", "a34004"), ("PM10", "a34002"),
        ("SO2", "a21026"), ("二氧化硫", "a21026"), ("NO2", "a21004"), ("NOx", "a21002"), ("CO", "a21005"),
        ("O3", "a05024"), ("臭氧", "a05024"), ("CODMn", "w01019"), ("高锰酸盐指数", "w01019"), ("CODcr", "w01018"),
        ("COD", "w01018"), ("化学需氧量", "w01018"), ("BOD5", "w01017"), ("NH3-N", "w21003"), ("氨氮", "w21003"),
        ("TP", "w21011"), ("总磷", "w21011"), ("TN", "w21001"), ("pH", "w01001"), ("DO", "w01009"), ("水温", "w01010"),
        ("011", "w01018"), ("02", "a21026"), ("060", "w21003"), ("w01018", "w01018"), ("W01018", "w01018"),
        ("Leq", "Leq"), ("025", "025"), ("六价铬", "w20117"), ("动植物油", "w22002"), ("烟尘", "a34013"),
        ("颗粒物(PM10)", "a34002"), ("dissolved oxygen", "w01009"), ("sulfur dioxide", "a21026"),
    ],
)  # fmt: skip
def test_a_parameter_is_found_however_people_write_it(text: str, code: str) -> None:
    found = find(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(("medium", "code"), [("water", "w20120"), ("air", "a20044"), ("soil", "s20120")])
def test_the_medium_tells_lead_in_water_from_lead_in_air_and_soil(medium: str, code: str) -> None:
    found = find("Pb", medium=medium)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["", "  ", "no such thing", "w99", "%"])
def test_what_nothing_fits_is_none(text: str) -> None:
    assert find(text) is None


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(UnknownParameter, match=r"'w2103' .* w21003 \(ammonia nitrogen\)"):
        parameter("w2103")


def test_ozone_is_flagged_for_its_code_is_not_in_hj_212() -> None:
    assert parameter("a05024").confidence == "unverified"


@pytest.mark.parametrize(
    ("code", "unit"),
    # HJ 212-2017 B.1 and B.2: units that are not those of the standards
    [("a34004", "ng/m3"), ("w20111", "ug/L"), ("w20144", "mg/L"), ("w20089", "ng/L"), ("a21026", "mg/m3")],
)
def test_units_are_those_of_hj_212s_own_table(code: str, unit: str) -> None:
    assert parameter(code).unit == unit


@pytest.mark.parametrize(
    ("code", "mass"),
    # CIAAW conventional atomic weights: H 1.008 C 12.011 N 14.007 O 15.999 S 32.06 Cl 35.45
    [
        ("a21026", "64.058"), ("a21004", "46.005"), ("a21002", "46.005"), ("a21003", "30.006"), ("a21005", "28.010"),
        ("a05024", "47.997"), ("a21024", "36.458"), ("a21028", "34.076"), ("a21001", "17.031"), ("a25002", "78.114"),
        ("a05001", "44.009"), ("a24003", "84.927"),
    ],
)  # fmt: skip
def test_molar_masses_of_gases(code: str, mass: str) -> None:
    assert parameter(code).molar_mass == Fraction(mass)


def test_codes_that_the_annex_prints_twice_keep_both_readings() -> None:
    assert [p.name_zh for p in readings("e701xx")] == ["污水提升泵", "加药量"]
    assert [p.name_zh for p in readings("g119xx")] == ["脱硫率", "入口二氧化硫 SO2"]
    assert parameter("e701xx").name_zh == "污水提升泵"
    assert readings("a00000") == (parameter("a00000"),)


def test_every_row_is_complete() -> None:
    for one in parameters().values():
        assert one.name_zh
        assert one.name_en
        assert one.name_en.isascii()
        assert one.source
        assert one.confidence in ("verified", "one-source", "unverified")
        assert one.medium in ("water", "air", "noise", "soil", "process_water", "process_gas", "site")


def test_names_find_their_own_parameter_or_one_of_the_same_name() -> None:
    for one in parameters().values():
        for name in (one.code, one.name_zh, one.name_en):
            found = find(name, medium=one.medium)
            assert found is not None
            assert found is one or name in (found.name_zh, found.name_en, *found.aliases)


@pytest.mark.reference_data
def test_all_of_both_annexes_is_there(reference_data: Path) -> None:
    facts = reference_data.parent / "facts"
    with (facts / "hj212-codes-2017.csv").open(encoding="utf-8") as file:
        rows_2017 = list(csv.DictReader(file))
    assert len(rows_2017) == 379
    for row in rows_2017:
        fitting = [p for p in readings(row["code"]) if p.unit == row["unit"]]
        assert fitting, row
        assert any(p.code_2005 == row["old_code_2005"] for p in fitting) or not row["old_code_2005"], row
    with (facts / "hj212-codes-2005.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = find(row["code"])
            assert found is not None, row
            assert row["code"] in (found.code, found.code_2005), row


def test_a_code_with_the_number_of_its_probe_is_known_by_its_pattern() -> None:
    # HJ 212-2017 Table B.10 prints i3331x with x = 0-9, Table B.8 prints e302xx
    upper = parameter("i33312")
    assert (upper.code, upper.name_zh, upper.unit) == ("i33312", "炉膛内上部焚烧温度 2", "Cel")
    assert parameter("e30203").name_en == "blower current 3"
    assert find("i33320") == parameter("i33320")
    assert find("i33320", medium="water") is None
    with pytest.raises(UnknownParameter):
        parameter("i3331")
