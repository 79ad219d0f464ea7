"""A district folder is read whole, or everything that is wrong with it is told."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from clearbay.district import DistrictError, read_district
from tests.district.folders import (
    PLANT,
    PLANT_POINTS,
    PLANT_SITES,
    POINTS,
    SITES,
    district_folder,
    plant_folder,
    problems_of,
    told,
)


def test_the_starter_is_a_whole_district(tmp_path: Path) -> None:
    found = read_district(district_folder(tmp_path))
    assert (found.name.zh, found.zone, found.notices) == ("示例区", "Asia/Shanghai", ())
    station = found.site("station-1")
    assert station is not None
    assert (station.kind, station.lon, station.twin) == ("sewage_station", 121.25, None)
    point = found.point("station-1-out")
    assert point is not None
    assert (point.lon, point.zone, dict(point.facts)) == (121.25, "Asia/Shanghai", {"built": "2021"})
    assert point.assessed("en").name == "Example station effluent"
    assert found.households[0].joined == date(2026, 3, 1)
    assert found.activities[0].start == datetime(2026, 6, 5, 1, tzinfo=UTC)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DistrictError, match="there is no such folder; make one with `clearbay init`"):
        read_district(tmp_path / "none")


def test_files_that_every_district_has_are_missed_and_others_are_not(tmp_path: Path) -> None:
    nothing = dict.fromkeys(
        ("district.yaml", "sites.csv", "points.csv", "outline.geojson", "loggers.csv", "channels.csv", "permits.csv")
    )
    folder = district_folder(tmp_path, {**nothing, "alarms.yaml": None, "households.csv": None, "activities.csv": None})
    assert told(folder) == [
        ("district.yaml", 0, "no_file"), ("sites.csv", 0, "no_file"),
        ("points.csv", 0, "no_file"), ("outline.geojson", 0, "no_file"),
    ]  # fmt: skip


def test_a_bare_district_needs_no_more_than_its_places(tmp_path: Path) -> None:
    others = (
        "loggers.csv",
        "channels.csv",
        "permits.csv",
        "tags.csv",
        "households.csv",
        "activities.csv",
        "alarms.yaml",
    )
    found = read_district(district_folder(tmp_path, dict.fromkeys(others)))
    assert (found.loggers, found.tags, found.alarms) == ((), (), ())
    assert {notice.kind for notice in found.notices} == {"unfed_point", "unjudged_point"}


def test_all_problems_of_all_files_are_told_at_once_in_their_order(tmp_path: Path) -> None:
    folder = plant_folder(
        tmp_path,
        sites_csv=PLANT_SITES + "v1,sewage_station,站,Station,121.24,30.85,\n",
        channels_csv="mn,st,code,point_id\nM9,31,a21026,wte-1\n",
        permits_csv="point_id,standard,profile\nv1-out,GB 19999,\n",
    )
    assert told(folder) == [
        ("sites.csv", 4, "duplicate"), ("channels.csv", 2, "unknown_logger"), ("permits.csv", 2, "unknown_standard"),
    ]  # fmt: skip


def test_a_wrong_line_does_not_make_others_wrong(tmp_path: Path) -> None:
    folder = plant_folder(tmp_path, sites_csv=PLANT_SITES.replace("121.25,30.86", "121.25,thirty"))
    assert told(folder) == [("sites.csv", 2, "number")]


def test_a_table_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    folder = plant_folder(tmp_path, sites_csv="site,kind\nwte,wte_plant\n")
    assert {problem.file for problem in problems_of(folder)} == {"sites.csv"}


def test_a_sentence_has_file_line_what_and_what_to_do(tmp_path: Path) -> None:
    (problem,) = problems_of(plant_folder(tmp_path, channels_csv="mn,st,code,point_id\nM1,31,a21026,wte_1\n"))
    assert str(problem) == "channels.csv:2: there is no point 'wte_1'; points.csv has wte-1"
    assert problem.said("zh") == "channels.csv:2: 没有点位 'wte_1'；points.csv 中有 wte-1"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("x,wte-plant,厂,Plant,121.25,30.86,", "not_one_of"),
        ("x,wte_plant,,Plant,121.25,30.86,", "empty"),
        ("x,wte_plant,厂,Plant,,30.86,", "empty"),
        ("x,wte_plant,厂,Plant,121.25,95,", "number"),
        ("x y,wte_plant,厂,Plant,121.25,30.86,", "identifier"),
        ("1.2E+13,wte_plant,厂,Plant,121.25,30.86,", "excel_number"),
        ("x,air_station,站,Air,121.25,30.86,twins/a.yaml", "twin_of_none"),
        ("x,wte_plant,厂,Plant,121.25,30.86,twins/none.yaml", "no_twin"),
        ("x,wte_plant,厂,Plant,121.25,30.86,../twin.yaml", "no_twin"),
        ("x,wte_plant,厂,Plant,30.86,121.25,", "swapped"),
        ("x,wte_plant,厂,Plant,130.86,121.25,", "number"),
        ("x,wte_plant,厂,Plant,30.86,80.25,", "far_outside"),
        ("x,wte_plant,厂,Plant,131.25,30.86,", "far_outside"),
    ],
)
def test_a_site_that_is_wrong(tmp_path: Path, line: str, kind: str) -> None:
    assert told(plant_folder(tmp_path, sites_csv=f"{PLANT_SITES}{line}\n")) == [("sites.csv", 4, kind)]


def test_swapped_degrees_are_seen_where_both_could_be_latitudes(tmp_path: Path) -> None:
    corners = "[[10.0,50.0],[11.0,50.0],[11.0,51.0],[10.0,50.0]]"
    outline = f'{{"type": "Polygon", "coordinates": [{corners}]}}'
    sites = SITES + "a,air_station,站,Air,10.8,50.3,\nb,air_station,站,Air,50.3,10.8,\n"
    points = POINTS + "a,a,air,站,Air,\n"
    folder = district_folder(
        tmp_path,
        {**dict.fromkeys(PLANT), "sites.csv": sites, "points.csv": points, "outline.geojson": outline},
    )
    assert told(folder) == [("sites.csv", 3, "swapped")]


def test_a_twin_must_be_of_its_site(tmp_path: Path) -> None:
    sites = PLANT_SITES.replace("121.25,30.86,", "121.25,30.86,twins/a.yaml")
    assert told(plant_folder(tmp_path, sites_csv=sites, **{"twins/a_yaml": "kind: sewage_station\n"})) == [
        ("sites.csv", 2, "twin_kind")
    ]
    assert told(plant_folder(tmp_path, sites_csv=sites, **{"twins/a_yaml": "kind: [\n"})) == [("sites.csv", 2, "twin")]
    found = read_district(plant_folder(tmp_path, sites_csv=sites, **{"twins/a_yaml": "kind: waste_to_energy\n"}))
    assert found.sites[0].twin == tmp_path / "twins" / "a.yaml"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("p,wta,stack,点,Point,", "unknown_site"),
        ("p,v1,stack,点,Point,", "point_kind"),
        ("p,wte,chimney,点,Point,", "not_one_of"),
        ("wte-1,wte,stack,点,Point,", "duplicate"),
        ("p,v1,effluent,点,Point,built 2021", "pair"),
        ("p,v1,effluent,点,Point,built=2021;built=2022", "doubled_pair"),
    ],
)
def test_a_point_that_is_wrong(tmp_path: Path, line: str, kind: str) -> None:
    assert told(plant_folder(tmp_path, points_csv=f"{PLANT_POINTS}{line}\n")) == [("points.csv", 4, kind)]


def test_a_point_may_lie_in_another_zone_that_exists(tmp_path: Path) -> None:
    points = PLANT_POINTS.replace("name_en,", "name_en,zone,").replace("Line 1,", "Line 1,Asia/Urumqi,")
    points = points.replace("Effluent,", "Effluent,,")
    assert read_district(plant_folder(tmp_path, points_csv=points)).points[0].zone == "Asia/Urumqi"
    wrong = points.replace("Asia/Urumqi", "Asia/Beijing")
    assert told(plant_folder(tmp_path, points_csv=wrong)) == [("points.csv", 2, "zone")]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("M2,wtf,2017,", "unknown_site"),
        ("M2,wte,2018,", "not_one_of"),
        ("M1,wte,2017,", "duplicate"),
        ("M2,wte,2025,short", "key"),
        ("M2,wte,2017,0123456789abcdef", "key_version"),
        ("8.88889E+13,wte,2017,", "excel_number"),
        ("站-1,wte,2017,", "mn"),
        ("A23456789012345678901234X,wte,2017,", "mn"),
    ],
)
def test_a_logger_that_is_wrong(tmp_path: Path, line: str, kind: str) -> None:
    assert told(plant_folder(tmp_path, loggers_csv=f"mn,site_id,version,key\nM1,wte,2017,\n{line}\n")) == [
        ("loggers.csv", 3, kind)
    ]


def test_a_logger_never_shows_its_password(tmp_path: Path) -> None:
    text = "mn,site_id,version,pw,key\nM1,wte,2025,geheim,00112233445566778899aabbccddeeff\n"
    (logger,) = read_district(plant_folder(tmp_path, loggers_csv=text)).loggers
    assert (logger.password, logger.key.hex()) == ("geheim", "00112233445566778899aabbccddeeff")
    assert "geheim" not in repr(logger)
    assert "x11" not in repr(logger)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("M2,31,a21002,wte-1,,,,", "unknown_logger"),
        ("M1,31,a21002,wte-9,,,,", "unknown_point"),
        ("M1,31,a21002,wte-1,dry,,,", "not_one_of"),
        ("M1,31,a21002,wte-1,,middle,,", "not_one_of"),
        ("M1,,a21002,wte-1,,,,", "empty"),
        ("M1,31,a21026,wte-1,,,,", "overlap"),
        ("M1,31,a21002,wte-1,,,2026-03-02,2026-03-01", "order"),
        ("M1,31,a21002,wte-1,,,soon,", "instant"),
        ("M1,31,a21002,wte-1,,,2026-02-30,", "instant"),
    ],
)
def test_a_channel_that_is_wrong(tmp_path: Path, line: str, kind: str) -> None:
    header = "mn,st,code,point_id,basis,label,valid_from,valid_to\nM1,31,a21026,wte-1,,,,\n"
    assert told(plant_folder(tmp_path, channels_csv=f"{header}{line}\n")) == [("channels.csv", 3, kind)]


def test_a_channel_may_move_to_another_point_at_an_instant_of_beijing_time(tmp_path: Path) -> None:
    text = (
        "mn,st,code,point_id,valid_from,valid_to\nM1,31,w01018,wte-1,,2026/3/1 8:00\n"
        "M1,31,w01018,v1-out,2026-03-01T00:00Z,\n"
    )
    before, after = read_district(plant_folder(tmp_path, channels_csv=text)).channels
    assert before.valid_to == after.valid_from == datetime(2026, 3, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("wte-9,HJ 633,,,", "unknown_point"),
        ("v1-out,GB 18919,level=1A,,", "unknown_standard"),
        ("v1-out,GB 3838,klass=III;water_body=river,,", "unknown_profile"),
        ("v1-out,GB 3838,class=VII;water_body=river,,", "profile_value"),
        ("v1-out,GB 3838,class=III,,", "profile_missing"),
        ("wte-1,GB 18485,state=moist,,", "profile_value"),
        ("wte-1,GB 18485,stat=wet,,", "unknown_profile"),
        ("wte-1,GB 18485,furnace=oven,,", "unknown_point"),
        ("v1-out,GB 3095,,,", "profile_missing"),
        ("v1-out,GB 15618,,,", "profile_missing"),
        ("v1-out,GB 18918,level=1B,,", "overlap"),
        ("v1-out,GB 18918,level=1B,2025-12-31,", "overlap"),
        ("v1-out,GB 3095,grade=2,2026-03-02,2026-03-01", "order"),
        ("v1-out,GB 3095,grade=2,2026-13-02,", "day"),
    ],
)
def test_a_permit_that_is_wrong(tmp_path: Path, line: str, kind: str) -> None:
    text = f"point_id,standard,profile,valid_from,valid_to\nv1-out,GB 18918,level=1A,,2025-12-31\n{line}\n"
    assert told(plant_folder(tmp_path, permits_csv=text)) == [("permits.csv", 3, kind)]


def test_permits_may_follow_each_other_or_share_the_parameters(tmp_path: Path) -> None:
    text = (
        "point_id,standard,profile,parameters,valid_from,valid_to\n"
        "v1-out,GB 18918,level=1B,all,,2025-12-31\n"
        "v1-out,GB 18918,level=1A,w01018,2026-01-01,\n"
        "v1-out,GB 18918,level=1B,w21003;w21011,2026-01-01,\n"
    )
    assert len(read_district(plant_folder(tmp_path, permits_csv=text)).permits) == 3


def test_a_stacks_permit_may_describe_its_gas_and_name_its_furnace(tmp_path: Path) -> None:
    text = "point_id,standard,profile\nwte-1,GB 18485,state=wet;oxygen=wet;ba=100.9;furnace=wte-1\n"
    (permit,) = read_district(plant_folder(tmp_path, permits_csv=text)).permits
    assert permit.profile["furnace"] == "wte-1"


def test_a_districts_own_standard_may_be_named(tmp_path: Path) -> None:
    text = "point_id,standard\nv1-out,DB 99\n"
    own = (
        "id: DB 99-2026\nfamily: DB 99\nkind: effluent\ntitle: {zh: 示例, en: Example}\nvalid_from: 2026-01-01\n"
        "valid_to:\nconfidence: one-source\nsources: {text: 示例}\nnotes: {zh: [], en: []}\n"
        "defaults: {clause: 表1, averaging: day, basis: raw, unit: mg/L, source: text, confidence: one-source}\n"
        "limits:\n  - {no: 1, code: w01018, value: 40}\n"
    )
    found = read_district(plant_folder(tmp_path, permits_csv=text, **{"standards/db-99_yaml": own}))
    assert found.standards == (tmp_path / "standards",)
    assert ("standards/db-99.yaml", 3, "standards") in told(
        plant_folder(tmp_path, permits_csv=text, **{"standards/db-99_yaml": own.replace("effluent", "effluents")})
    )


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("H2,v9,3,2026-03-01,", "unknown_site"),
        ("H2,wte,3,2026-03-01,", "not_a_station"),
        ("H2,v1,three,2026-03-01,", "whole"),
        ("H2,v1,3,,", "empty"),
        ("H2,v1,3,2026-03-01,2026-03-01", "order"),
        ("H1,v1,3,2026-04-01,", "overlap"),
    ],
)
def test_a_household_that_is_wrong(tmp_path: Path, line: str, kind: str) -> None:
    assert told(plant_folder(tmp_path, households_csv=f"{PLANT['households.csv']}{line}\n")) == [
        ("households.csv", 3, kind)
    ]


def test_a_household_may_move_to_another_station_on_one_day(tmp_path: Path) -> None:
    sites = PLANT_SITES + "v2,sewage_station,站,Station 2,121.24,30.84,\n"
    text = "household_id,site_id,persons,joined,left\nH1,v1,3,2026-03-01,2026-05-01\nH1,v2,3,2026-05-01,\n"
    found = read_district(plant_folder(tmp_path, sites_csv=sites, households_csv=text))
    assert [stay.site_id for stay in found.households] == ["v1", "v2"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("A2,party,wte,2026-06-05T09:00,2026-06-05T10:00,日,Day,yes", "not_one_of"),
        ("A2,open_day,w,2026-06-05T09:00,2026-06-05T10:00,日,Day,yes", "unknown_site"),
        ("A2,open_day,wte,2026-06-05T09:00,2026-06-05T08:00,日,Day,yes", "order"),
        ("A2,open_day,wte,2026-06-05T25:00,2026-06-06T08:00,日,Day,yes", "instant"),
        ("A2,open_day,wte,2026-06-05T09:00,2026-06-05T10:00,日,,yes", "empty"),
        ("A2,open_day,wte,2026-06-05T09:00,2026-06-05T10:00,日,Day,maybe", "yes_or_no"),
        ("A1,open_day,,2026-06-05T09:00,2026-06-05T10:00,日,Day,否", "duplicate"),
    ],
)
def test_an_activity_that_is_wrong(tmp_path: Path, line: str, kind: str) -> None:
    header = "activity_id,kind,site_id,start,end,title_zh,title_en,public\n"
    first = "A1,open_day,,2026/6/5 9:00,2026/6/5 10:00,日,Day,是\n"
    assert told(plant_folder(tmp_path, activities_csv=f"{header}{first}{line}\n")) == [("activities.csv", 3, kind)]


def test_a_time_that_does_not_exist_in_the_districts_zone_is_told(tmp_path: Path) -> None:
    main = "name: {zh: 区, en: District}\nzone: Europe/Berlin\n"
    text = (
        "activity_id,kind,start,end,title_zh,title_en,public\nA,open_day,2026-03-29T02:30,2026-03-29T05:00,日,Day,yes\n"
    )
    assert told(plant_folder(tmp_path, district_yaml=main, activities_csv=text)) == [
        ("activities.csv", 2, "local_time")
    ]


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ("", 1, "missing_key"),
        ("zone: UTC\n", 1, "missing_key"),
        ("name: 清湾\n", 1, "not_a_table"),
        ("name: {zh: 清湾}\n", 1, "two_languages"),
        ("name: {zh: 区, en: D}\nzone: Beijing\n", 2, "zone"),
        ("name: {zh: 区, en: D}\nzones: UTC\n", 2, "unknown_key"),
        ("name: {zh: 区, en: D}\nname: {zh: 区, en: D}\n", 2, "doubled_key"),
        ("name: {zh: 区, en: D}\nplans:\n  - none\n", 3, "unknown_plan"),
        ("name: {zh: 区, en: D}\ntexts: [a]\n", 2, "not_a_table"),
        ("name: {zh: 区, en: D}\nplans: a\n", 2, "not_a_list"),
        ("name: {zh: 区\n", 2, "yaml"),
    ],
)
def test_a_main_file_that_is_wrong(tmp_path: Path, text: str, line: int, kind: str) -> None:
    assert told(plant_folder(tmp_path, district_yaml=text)) == [("district.yaml", line, kind)]


def test_a_plan_that_cannot_be_read_is_told_with_its_own_place(tmp_path: Path) -> None:
    (problem, *_) = problems_of(plant_folder(tmp_path, **{"plans/p/plan_yaml": "id: 1\n"}))
    assert problem.file.startswith("plans/p/plan.yaml")
    assert told(plant_folder(tmp_path, **{"plans/p/plan_yaml": None, "plans/p/projects_csv": "id\n"})) == [
        ("plans/p", 0, "no_plan")
    ]


def test_a_file_with_a_mistyped_name_is_pointed_out(tmp_path: Path) -> None:
    found = read_district(plant_folder(tmp_path, household_csv="x\n"))
    assert [str(n) for n in found.notices if n.kind == "stray_file"] == [
        "household.csv: is no file of a district and is not read; did you mean households.csv"
    ]


def test_the_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    one = read_district(plant_folder(tmp_path / "a"))
    other = read_district(plant_folder(tmp_path / "b"))
    assert one.digest == other.digest
    changed = read_district(plant_folder(tmp_path / "c", households_csv=str(PLANT["households.csv"]) + "\n"))
    assert changed.digest != one.digest
    assert {name for name in one.files if one.files[name] != changed.files[name]} == {"households.csv"}
