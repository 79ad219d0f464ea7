"""Tags name a furnace line, have an end unless they still go on, and are never rewritten."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clearbay.district import DistrictError, read_district
from clearbay.district.tags import read_tags
from tests.district.folders import plant_folder, told

HEADER = "tag_id,revision,point_id,kind,label,start,end,entered_at,by,source\n"
FIRST = "T1,0,wte-1,furnace,停炉,2026-03-05T04:00,2026-03-05T09:00,2026-03-05T03:30,值长,日志\n"


def test_times_are_those_of_the_legal_zone_unless_they_say_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "tags.csv"
    path.write_text(
        HEADER + FIRST + "T2,,wte-1,monitor,CEMS维护,2026-03-06T00:00Z,,2026/3/6 8:05,值长,\n", encoding="utf-8"
    )
    stop, repair = read_tags(path)
    assert (stop.start, stop.end) == (datetime(2026, 3, 4, 20, tzinfo=UTC), datetime(2026, 3, 5, 1, tzinfo=UTC))
    assert (repair.start, repair.end, repair.revision) == (datetime(2026, 3, 6, tzinfo=UTC), None, 0)
    assert repair.entered_at == datetime(2026, 3, 6, 0, 5, tzinfo=UTC)


def test_a_file_on_its_own_tells_all_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "tags.csv"
    path.write_text(HEADER + FIRST.replace("停炉", "停火") + FIRST.replace("2026-03-05T04:00", ""), encoding="utf-8")
    with pytest.raises(DistrictError) as error:
        read_tags(path)
    assert [(p.line, p.kind) for p in error.value.problems] == [(2, "tag_label"), (3, "empty")]
    assert "停炉" in str(error.value)
    with pytest.raises(DistrictError, match="cannot be read"):
        read_tags(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("T2,0,wte-9,furnace,停炉,2026-03-06T04:00,2026-03-06T05:00,2026-03-06T03:30,值长,", (3, "unknown_point")),
        ("T2,0,v1-out,furnace,停炉,2026-03-06T04:00,2026-03-06T05:00,2026-03-06T03:30,值长,", (3, "no_furnace")),
        ("T2,0,wte-1,oven,停炉,2026-03-06T04:00,2026-03-06T05:00,2026-03-06T03:30,值长,", (3, "not_one_of")),
        ("T2,0,wte-1,monitor,停炉,2026-03-06T04:00,2026-03-06T05:00,2026-03-06T03:30,值长,", (3, "tag_kind")),
        ("T2,0,wte-1,furnace,停炉,2026-03-06T04:00,2026-03-06T04:00,2026-03-06T03:30,值长,", (3, "order")),
        ("T2,x,wte-1,furnace,停炉,2026-03-06T04:00,2026-03-06T05:00,2026-03-06T03:30,值长,", (3, "whole")),
        ("T2,0,wte-1,furnace,停炉,2026-03-06T04:00,2026-03-06T05:00,2026-03-06T03:30,,", (3, "empty")),
        ("T1,0,wte-1,furnace,停炉,2026-03-06T04:00,2026-03-06T05:00,2026-03-06T03:30,值长,", (3, "duplicate")),
        ("T1,1,wte-1,monitor,CEMS维护,2026-03-06T04:00,2026-03-06T05:00,2026-03-06T03:30,值长,", (3, "tag_moved")),
        ("T0,0,wte-1,furnace,停炉,2026-03-01T04:00,,2026-03-01T03:30,值长,", (3, "tag_open")),
    ],
)
def test_a_tag_that_is_wrong(tmp_path: Path, line: str, expected: tuple[int, str]) -> None:
    assert told(plant_folder(tmp_path, tags_csv=f"{HEADER}{FIRST}{line}\n")) == [("tags.csv", *expected)]


def test_what_goes_on_or_overlaps_is_worth_knowing(tmp_path: Path) -> None:
    text = (
        f"{HEADER}{FIRST}T2,0,wte-1,furnace,停运,2026-03-05T08:00,2026-03-05T12:00,2026-03-05T08:00,值长,\n"
        "T3,0,wte-1,furnace,烘炉,2026-03-05T12:00,,2026-03-05T12:00,值长,\n"
    )
    found = read_district(plant_folder(tmp_path, tags_csv=text))
    assert len(found.tags) == 3
    assert [(n.line, n.kind) for n in found.notices if n.file == "tags.csv"] == [
        (3, "tag_overlap"),
        (4, "tag_going_on"),
    ]


def test_a_later_revision_speaks_for_its_tag(tmp_path: Path) -> None:
    text = (
        f"{HEADER}T1,0,wte-1,furnace,停炉,2026-03-05T04:00,,2026-03-05T03:30,值长,\n"
        "T1,1,wte-1,furnace,停炉,2026-03-05T04:00,2026-03-05T05:00,2026-03-05T05:10,值长,\n"
        "T2,0,wte-1,furnace,停运,2026-03-05T05:00,2026-03-06T05:00,2026-03-05T05:10,值长,\n"
    )
    found = read_district(plant_folder(tmp_path, tags_csv=text))
    assert [notice for notice in found.notices if notice.file == "tags.csv"] == []
