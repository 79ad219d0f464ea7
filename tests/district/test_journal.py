"""The journal tells what changed in a district, field by field, and is never rewritten."""

from datetime import UTC, datetime
from pathlib import Path

from clearbay.district import District, read_district
from clearbay.district.journal import Entry, append, changes, read
from tests.district.folders import PLANT, PLANT_POINTS, PLANT_SITES, plant_folder

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def district(folder: Path, **files: str | bytes | None) -> District:
    return read_district(plant_folder(folder, **files))


def test_the_same_content_has_no_changes(tmp_path: Path) -> None:
    as_excel_saves_it = b"\xef\xbb\xbf" + str(PLANT["households.csv"]).replace("\n", "\r\n").encode()
    old, new = district(tmp_path), district(tmp_path, households_csv=as_excel_saves_it)
    assert old.digest != new.digest
    assert changes(old, new) == []


def test_a_field_that_changed_is_told_with_both_values(tmp_path: Path) -> None:
    old = district(tmp_path)
    new = district(
        tmp_path,
        sites_csv=PLANT_SITES.replace("121.25,30.86", "121.26,30.86"),
        points_csv=PLANT_POINTS.replace("Line 1,", "Line one,furnace=wte-1"),
        channels_csv="mn,st,code,point_id,unit,valid_to\nM1,31,a21026,wte-1,mg/m3,2026-04-01\n",
        permits_csv="point_id,standard,profile\nv1-out,GB 18918,level=1B\n",
        district_yaml="name: {zh: 区, en: D}\nzone: Asia/Shanghai\n",
    )
    found = changes(old, new)
    assert Entry("district.yaml", "", "name", "示例区 / Example District", "区 / D") in found
    assert Entry("sites.csv", "wte", "lon", "121.25", "121.26") in found
    assert Entry("points.csv", "wte-1", "facts", "", "furnace=wte-1") in found
    assert Entry("channels.csv", "M1/31/a21026/", "valid_to", "", "2026-04-01T00:00:00+08:00") in found
    assert Entry("permits.csv", "v1-out/GB 18918//", "profile", "level=1A", "level=1B") in found


def test_rows_that_come_and_go_are_told_whole(tmp_path: Path) -> None:
    old = district(tmp_path)
    new = district(tmp_path, households_csv="household_id,site_id,persons,joined\nH2,v1,2,2026-03-04\n")
    assert changes(old, new) == [
        Entry("households.csv", "H1/2026-03-01", "", "household_id=H1; site_id=v1; persons=3; joined=2026-03-01", ""),
        Entry("households.csv", "H2/2026-03-04", "", "", "household_id=H2; site_id=v1; persons=2; joined=2026-03-04"),
    ]


def test_passwords_and_keys_never_enter_the_journal(tmp_path: Path) -> None:
    header = "mn,site_id,version,pw,key\n"
    old = district(tmp_path, loggers_csv=header + "M1,wte,2025,secret-1,0123456789abcdef\n")
    more = "M1,wte,2025,secret-2,fedcba9876543210\nM2,wte,2025,secret-3,0011223344556677\n"
    new = district(tmp_path, loggers_csv=header + more)
    found = changes(old, new)
    assert [(entry.key, entry.field, entry.before, entry.after) for entry in found[:2]] == [
        ("M1", "password", "•••", "•••"), ("M1", "key", "•••", "•••"),
    ]  # fmt: skip
    assert found[2].key == "M2"
    said = repr(found)
    assert not any(secret in said for secret in ("secret", "0011223344556677", b"0011223344556677".hex()))


def test_files_without_rows_are_told_by_their_digests(tmp_path: Path) -> None:
    old = district(tmp_path, **{"twins/a_yaml": "kind: sewage_station\n"})
    new = district(tmp_path, **{"twins/a_yaml": "kind: sewage_station\ndays: 3\n"})
    assert changes(old, new) == [
        Entry("twins/a.yaml", "", "", old.files["twins/a.yaml"][:12], new.files["twins/a.yaml"][:12])
    ]


def test_entries_are_appended_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "district.jsonl"
    first, second = Entry("sites.csv", "a", "lon", "1", "2"), Entry("points.csv", "甲", "", "", "point_id=甲")
    assert list(read(path)) == []
    append(path, [], AT, "d" * 64)
    assert not path.exists()
    append(path, [first], AT, "d" * 64)
    before = path.read_bytes()
    append(path, [second], AT, "e" * 64)
    assert path.read_bytes().startswith(before)
    assert list(read(path)) == [(AT, first), (AT, second)]


def test_a_line_that_a_power_loss_cut_is_closed_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "district.jsonl"
    path.write_text('{"at": "2026-03-01T0', encoding="utf-8")
    entry = Entry("sites.csv", "a", "lon", "1", "2")
    append(path, [entry], AT, "d" * 64)
    assert path.read_text(encoding="utf-8").startswith('{"at": "2026-03-01T0\n{"at"')
    assert list(read(path)) == [(AT, entry)]
