"""The example district is whole, and is what its generator writes."""

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from clearbay.district import District, read_district
from clearbay.store.channels import ChannelMap

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "district"


@pytest.fixture(scope="module")
def district() -> District:
    return read_district(FOLDER)


def test_it_has_the_places_that_the_pages_show(district: District) -> None:
    assert district.name.said("zh") == "清湾示范区"
    kinds = Counter(site.kind for site in district.sites)
    assert kinds == {
        "wte_plant": 1, "sewage_station": 3, "air_station": 2, "river_section": 2, "lake_section": 1, "soil_plot": 2,
    }  # fmt: skip
    assert {point.point_id for point in district.points_of("wte")} == {"wte-1", "wte-2"}
    assert [path.name for path in district.plans] == ["transformation-2022-2025", "environment-2021-2023"]


def test_its_loggers_speak_three_versions_and_every_code_has_one_place(district: District) -> None:
    assert {logger.version for logger in district.loggers} == {"2005", "2017", "2025"}
    assert all(len(logger.key) == 16 for logger in district.loggers if logger.key)
    ChannelMap(district.channels)
    assert {channel.point_id for channel in district.channels} == {point.point_id for point in district.points}


def test_every_household_belongs_to_a_sewage_station(district: District) -> None:
    stations = {site.site_id for site in district.sites if site.kind == "sewage_station"}
    assert {household.site_id for household in district.households} == stations
    persons = [household.persons for household in district.households]
    assert 2.5 < sum(persons) / len(persons) < 2.8


def test_the_generator_writes_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location("make_district", ROOT / "tools" / "make_district.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    made.main(tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(written) == 13
    for name, content in written.items():
        assert (FOLDER / name).read_bytes() == content, name
