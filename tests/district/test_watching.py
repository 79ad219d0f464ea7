"""Changes of the folder are taken up while the service runs; a broken folder leaves the old district in force."""

from pathlib import Path

from clearbay.district import read_district
from clearbay.district.watching import Change, Refusal, Watcher
from tests.district.folders import PLANT, plant_folder

HOUSEHOLDS = str(PLANT["households.csv"])


def put(folder: Path, text: str) -> None:
    (folder / "households.csv").write_text(text, encoding="utf-8")


def test_nothing_is_said_while_nothing_changes(tmp_path: Path) -> None:
    watcher = Watcher(read_district(plant_folder(tmp_path)))
    assert [watcher.look(), watcher.look()] == [None, None]


def test_a_change_is_taken_up_once_it_has_settled(tmp_path: Path) -> None:
    old = read_district(plant_folder(tmp_path))
    watcher = Watcher(old)
    put(tmp_path, HOUSEHOLDS + "H2,v1,2,")
    assert watcher.look() is None
    put(tmp_path, HOUSEHOLDS + "H2,v1,2,2026-03-04,\n")
    assert watcher.look() is None
    change = watcher.look()
    assert isinstance(change, Change)
    assert (change.old, len(change.new.households)) == (old, 2)
    assert watcher.district is change.new
    assert watcher.look() is None


def test_a_broken_folder_is_told_once_and_the_old_district_holds(tmp_path: Path) -> None:
    old = read_district(plant_folder(tmp_path))
    watcher = Watcher(old)
    put(tmp_path, HOUSEHOLDS + "H2,v9,2,2026-03-04,\n")
    watcher.look()
    refusal = watcher.look()
    assert isinstance(refusal, Refusal)
    assert [problem.kind for problem in refusal.problems] == ["unknown_site"]
    assert (watcher.district, watcher.look()) == (old, None)
    put(tmp_path, HOUSEHOLDS)
    watcher.look()
    back = watcher.look()
    assert isinstance(back, Change)
    assert back.new == back.old


def test_a_folder_that_goes_away_is_told(tmp_path: Path) -> None:
    folder = plant_folder(tmp_path / "d")
    watcher = Watcher(read_district(folder))
    folder.rename(tmp_path / "elsewhere")
    watcher.look()
    refusal = watcher.look()
    assert isinstance(refusal, Refusal)
    assert [problem.kind for problem in refusal.problems] == ["no_folder"]


def test_the_journal_of_a_plan_is_no_change_of_the_district_but_its_projects_are(tmp_path: Path) -> None:
    watcher = Watcher(read_district(plant_folder(tmp_path)))
    plan = tmp_path / "plans" / "p"
    plan.mkdir(parents=True, exist_ok=True)
    (plan / "journal.jsonl").write_text("{}\n", encoding="utf-8")
    assert [watcher.look(), watcher.look()] == [None, None]
    (plan / "projects.csv").write_text("id\n", encoding="utf-8")
    watcher.look()
    assert isinstance(watcher.look(), Refusal)
