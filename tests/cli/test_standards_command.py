"""`clearbay standards`: what people see, in both languages, and the exit codes."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clearbay.cli.root import main
from tests.standards.test_files import LOCAL


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["standards", *arguments])


def test_list_on_a_day_has_only_what_is_in_force() -> None:
    old, new = run("list", "--on", "2026-02-28").output, run("list", "--on", "2026-03-01").output
    assert "GB 3095-2012" in old
    assert "GB 3095-2026" not in old
    assert "GB 3095-2026" in new
    assert "HJ 633-2012" not in new


def test_list_counts_what_is_not_verified() -> None:
    line = next(line for line in run("list", "--lang", "en").output.splitlines() if "GB 15618-2018" in line)
    assert line.split()[-1] == "3"


@pytest.mark.parametrize(("day", "pm25"), [("2026-03-01", "60"), ("2031-01-01", "50")])
def test_show_a_family_on_a_day(day: str, pm25: str) -> None:
    shown = run("show", "GB 3095", "--on", day, "--lang", "zh").output
    row = next(line for line in shown.splitlines() if "细颗粒物" in line and "日平均" in line)
    assert pm25 in row.split()


def test_show_reads_like_the_table_of_the_standard() -> None:
    shown = run("show", "gb18918", "--lang", "zh").output
    row = next(line.split() for line in shown.splitlines() if "水温 ≤ 12" in line)
    assert row == ["表1", "(8)", "w21003", "氨氮", "水温", "≤", "12", "8", "15", "30", "–", "mg/L", "·"]
    assert "⚠ 修改单" in shown
    assert "不得检出" in shown


def test_show_flags_unverified_figures() -> None:
    shown = run("show", "GB 15618-2018", "--lang", "en").output
    assert next(line for line in shown.splitlines() if "total DDT" in line).rstrip().endswith("⚠")
    assert "3 × UNVERIFIED" in shown


def test_names_with_brackets_are_not_taken_for_markup() -> None:
    assert "benzo[a]pyrene" in run("show", "GB 3095-2026", "--lang", "en").output


@pytest.mark.parametrize("name", ["HJ 633-2026", "US EPA AQI 2024", "HJ 663-2013", "环办[2011]22号", "GB 3838-2002"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_can_be_shown(name: str, lang: str) -> None:
    result = run("show", name, "--lang", lang)
    assert result.exit_code == 0
    assert name in result.output


def test_a_family_with_editions_asks_for_a_day() -> None:
    result = run("show", "GB 3095")
    assert result.exit_code == 2
    assert "--on YYYY-MM-DD" in result.output


def test_an_unknown_id_is_told_without_a_traceback() -> None:
    result = run("show", "GB 1")
    assert result.exit_code == 2
    assert "there is no standard 'GB 1'" in result.output


def test_check_finds_a_right_folder_right(tmp_path: Path) -> None:
    (tmp_path / "local.yaml").write_text(LOCAL, encoding="utf-8")
    result = run("check", str(tmp_path), "--lang", "en")
    assert result.exit_code == 0
    assert "1 file, 6 limits: all right." in result.output


def test_check_shows_the_line_and_a_caret(tmp_path: Path) -> None:
    (tmp_path / "local.yaml").write_text(LOCAL.replace("w01018", "w0108"), encoding="utf-8")
    result = run("check", str(tmp_path), "--lang", "en")
    assert result.exit_code == 1
    assert "local.yaml:14:19:" in result.output.replace("\n", "")
    line, caret = next(
        (a, b)
        for a, b in zip(result.output.splitlines(), result.output.splitlines()[1:], strict=False)
        if b.strip() == "^"
    )
    assert line[caret.index("^") :].startswith("w0108")


def test_the_locale_decides_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "地表水环境质量标准" in run("list").output
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert "surface water" in run("list").output
