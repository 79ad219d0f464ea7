"""The example district is whole, and is what its generator writes."""

import importlib.util
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from clearbay.assess import observations
from clearbay.assess.judge import judge
from clearbay.district import District, read_district
from clearbay.standards.loader import load
from clearbay.store.channels import ChannelMap
from clearbay.vocabulary.parameters import find

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


def one_hour_of_everything(district: District) -> pa.Table:
    """A value of 5 for every channel: an hour where loggers report hours, a sample of sections and soil."""
    period = {point.point_id: 0 if point.kind in ("section", "soil") else 3600 for point in district.points}
    rows = []
    for channel in district.channels:
        known = find(channel.code)
        assert known is not None
        of = period[channel.point_id]
        rows.append(
            {
                "point_id": channel.point_id,
                "code": known.code,
                "basis": channel.basis,
                "unit": channel.unit,
                "time": datetime(2026, 3, 2, 4, tzinfo=UTC),
                "period_s": of,
                "statistic": "avg" if of else "value",
                "value": 5.0,
                "text": "5.0",
                "flag": "N",
                "quality": 1,
                "source": 0,
                "row": len(rows),
            }
        )
    plain = pa.Table.from_pylist(rows)
    return pa.table([plain[field.name].cast(field.type) for field in observations.SCHEMA], schema=observations.SCHEMA)


def test_every_point_is_judged_by_the_standards_that_its_permits_name(district: District) -> None:
    standards = load(*district.standards)
    findings = judge(
        one_hour_of_everything(district),
        standards,
        district.permits,
        assessed_at=datetime(2026, 3, 3, tzinfo=UTC),
        points=[point.assessed() for point in district.points],
        tags=district.tags,
    )
    families = {standard.id: standard.family for standard in standards}
    found = {
        (point, families[standard])
        for point, standard in zip(findings["point_id"].to_pylist(), findings["standard"].to_pylist(), strict=True)
    }
    assert found >= {(permit.point_id, permit.standard) for permit in district.permits}
