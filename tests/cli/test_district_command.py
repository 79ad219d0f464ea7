"""`clearbay init` makes a district, `clearbay district check` tells what is in it or what is wrong."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clearbay.cli.root import main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "district"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def test_a_new_district_can_be_used_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made = run("init", str(folder), "--lang", "en")
    assert made.exit_code == 0
    assert "11 files" in made.output
    checked = run("district", "check", str(folder), "--lang", "zh")
    assert checked.exit_code == 0
    assert "✓ 可以使用" in checked.output
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {"plans", "twins"}


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    made = run("init", str(tmp_path), "--lang", "en")
    assert (made.exit_code, [path.name for path in tmp_path.iterdir()]) == (2, ["mine.txt"])
    assert "is not empty; name another folder" in made.output


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    made = run("init", str(tmp_path / "file" / "new"), "--lang", "en")
    assert made.exit_code == 2
    assert "cannot be written" in made.output


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Village sewage station", "3 × Effluent", "GB 18918", "HJ 212-2025", "✓ the district can be used"]),
        ("zh", ["农村生活污水处理站", "3 × 废水排口", "GB 18918", "HJ 212-2025", "✓ 可以使用"]),
    ],
)
def test_the_summary_counts_what_is_there(language: str, words: list[str]) -> None:
    checked = run("district", "check", str(EXAMPLE), "--lang", language)
    assert checked.exit_code == 0
    for word in words:
        assert word in checked.output


@pytest.mark.parametrize(("language", "count"), [("en", "2 problem(s)"), ("zh", "2 处错误")])
def test_everything_that_is_wrong_is_told_with_its_line(tmp_path: Path, language: str, count: str) -> None:
    folder = tmp_path / "new"
    run("init", str(folder))
    points = folder / "points.csv"
    points.write_text(points.read_text(encoding="utf-8").replace(",station-1,effluent", ",station1,effluents"))
    checked = run("district", "check", str(folder), "--lang", language)
    assert checked.exit_code == 1
    assert checked.output.count("points.csv:12: ") == 2
    assert count in checked.output


def test_a_long_list_of_notices_is_cut_unless_all_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    run("init", str(folder))
    with (folder / "points.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"p{n},air-1,air,点,Point,,,,\n" for n in range(10))
    assert "… 8 more notices (--all)" in run("district", "check", str(folder), "--lang", "en").output
    assert run("district", "check", str(folder), "--lang", "en", "--all").output.count("· points.csv") == 20
