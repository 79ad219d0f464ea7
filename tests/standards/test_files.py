"""What the loader says about files that are wrong: file, line, column, reason, what to do; all of it at once."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from clearbay.standards import Standards, StandardsFileError, StandardsFilesError, load

LOCAL = """\
id: DB99/001-2024
family: DB99/001
kind: effluent
title: {zh: 清湾区污水排放标准, en: Clearbay district effluent standard}
valid_from: 2024-01-01
valid_to:
sources:
  text: DB99/001-2024 表1
defaults: {clause: 表1, averaging: day, unit: mg/L, source: text, confidence: one-source}
columns:
  A: {profile: {level: A}}
  B: {profile: {level: B}}
limits:
  - {no: 1, code: w01018, values: {A: 30, B: 40}}
  - {no: 2, code: w21003, when: {w01010: "> 12"}, values: {A: 1.5, B: 3}}
  - {no: 2, code: w21003, when: {w01010: "<= 12"}, values: {A: 3, B: 5}}
"""

Write = Callable[[str], list[StandardsFileError]]


@pytest.fixture
def problems(tmp_path: Path) -> Write:
    def write(text: str) -> list[StandardsFileError]:
        (tmp_path / "local.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(StandardsFilesError) as caught:
            load(tmp_path)
        return list(caught.value.problems)

    return write


def test_a_district_adds_its_own_standard_beside_ours(tmp_path: Path, standards: Standards) -> None:
    (tmp_path / "local.yaml").write_text(LOCAL, encoding="utf-8")
    loaded = load(tmp_path)
    assert set(loaded.ids()) == {*standards.ids(), "DB99/001-2024"}
    (limit,) = loaded.limits("DB99/001", code="w01018", profile={"level": "A", "anything": "else"})
    assert (str(limit.maximum), limit.clause, limit.unit) == ("30", "表1 (1)", "mg/L")
    assert len(loaded["DB99/001"].digest) == 64


def test_figures_keep_the_digits_that_were_written(tmp_path: Path) -> None:
    (tmp_path / "local.yaml").write_text(LOCAL.replace("A: 30", "A: 0.10"), encoding="utf-8")
    assert str(load(tmp_path).limits("DB99/001", code="w01018")[0].maximum) == "0.10"


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "reason"),
    [
        ("A: 30", "A: thirty", 14, 39, "`thirty` is not a limit"),
        ("A: 30", "A: [40, 30]", 14, 39, "upside down"),
        ("A: 30", "C: 30", 14, 36, "there is no column `C`"),
        ("code: w01018", "code: w0108", 14, 19, "code 'w0108' is not in the vocabulary; near it: w01018"),
        ("code: w01018", "code: w01018, unit: mg/m3", 14, 33, "does not measure chemical oxygen demand"),
        ("code: w01018", "code: w01018, unit: mg/litre", 14, 33, "unit 'mg/litre' is not known"),
        ("code: w01018", "code: w01018, source: letter", 14, 35, "`letter` is not among the sources"),
        ("code: w01018", "code: w01018, averaging: daily", 14, 38, "`daily` is not an averaging"),
        ("code: w01018", "code: w01018, confidence: sure", 14, 39, "must be 'verified', 'one-source' or 'unverified'"),
        ("code: w01018", "code: w01018, cloze: x", 14, 27, "`cloze` is not known here"),
        ('"> 12"', "12", 15, 42, "is not a condition: write it as '> 12'"),
        ("valid_from: 2024-01-01", "valid_from: 2024-13-01", 5, 13, "not a day of the calendar"),
        ("valid_from: 2024-01-01", "valid_from: soon", 5, 13, "not a day"),
        ("valid_to:", "valid_to: 2023-01-01", 6, 11, "before valid_from"),
        ("kind: effluent", "kind: effluents", 3, 7, "`kind` is `effluents`, but must be"),
        ("kind: effluent\n", "", 1, 1, "`kind` is missing"),
        ("family: DB99/001", "family: DB99/001\nfamily: again", 3, 1, "`family` is given twice"),
        ("unit: mg/L, ", "", 14, 5, "`unit` is missing"),
        ("limits:\n", "limits: {\n", 14, 3, "this is not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(
    problems: Write, tmp_path: Path, old: str, new: str, line: int, column: int, reason: str
) -> None:
    text = LOCAL.replace(old, new, 1)
    assert text != LOCAL
    found = problems(text)
    assert (found[0].line, found[0].column) == (line, column)
    assert reason in str(found[0])
    assert found[0].path == tmp_path / "local.yaml"


def test_an_unknown_code_is_told_beside_mistakes_of_shape(problems: Write) -> None:
    text = LOCAL.replace("averaging: day", "averging: day").replace("A: 30", "A: 30 mg").replace("w21003", "w2103", 1)
    found = problems(text)
    assert [(p.line, p.column) for p in found] == [(9, 24), (14, 39), (15, 19)]
    assert found[0].hint == "did you mean `averaging`?"


def test_two_figures_for_one_case_name_both_lines(problems: Write) -> None:
    (found, *_) = problems(LOCAL + "  - {no: 3, code: w01018, values: {A: 20}}\n")
    assert (found.line, found.column) == (17, 39)
    assert "a second limit for DB99/001-2024/w01018/day/level=A" in found.reason
    assert found.hint == "the first is on line 14"


def test_two_figures_that_follow_one_another_in_time_are_right(tmp_path: Path) -> None:
    text = LOCAL.replace("values: {A: 30, B: 40}", "valid_to: 2025-12-31, values: {A: 30, B: 40}")
    text += "  - {no: 1, code: w01018, valid_from: 2026-01-01, values: {A: 20, B: 30}}\n"
    (tmp_path / "local.yaml").write_text(text, encoding="utf-8")
    assert [str(x.maximum) for x in load(tmp_path).limits("DB99/001", code="w01018")] == ["30", "40", "20", "30"]


def test_a_parameter_of_ones_own_needs_a_name(tmp_path: Path) -> None:
    row = "  - {code: x00001, name: {zh: 臭气, en: odour}, unit: times, value: 20}\n"
    (tmp_path / "local.yaml").write_text(LOCAL + row, encoding="utf-8")
    assert load(tmp_path)["DB99/001"].names == {"x00001": ("臭气", "odour")}


def test_all_problems_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(LOCAL.replace("A: 30", "A: x").replace("B: 5", "B: y"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("id: [", encoding="utf-8")
    (tmp_path / "c.yml").write_bytes("id: 标准".encode("gb18030"))
    (tmp_path / "d.yaml").write_text("", encoding="utf-8")
    (tmp_path / "e.yaml").write_text("- a\n- b\n", encoding="utf-8")
    with pytest.raises(StandardsFilesError) as caught:
        load(tmp_path)
    found = [(p.path.name, p.line) for p in caught.value.problems]
    assert found == [("a.yaml", 14), ("a.yaml", 16), ("b.yaml", 1), ("c.yml", 1), ("d.yaml", 1), ("e.yaml", 1)]
    assert "UTF-8" in str(caught.value)
    assert str(caught.value).startswith("6 problems")


def test_an_id_that_is_taken_names_the_other_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(LOCAL.replace("DB99/001-2024", "GB 3838-2002", 1), encoding="utf-8")
    with pytest.raises(
        StandardsFilesError, match=r"mine\.yaml:1:5: the id 'GB 3838-2002' is already taken by .*gb-3838"
    ):
        load(tmp_path)


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_that_is_none_or_empty_is_told(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "standards"
    if make:
        folder.mkdir()
    with pytest.raises(StandardsFilesError, match=r"holds no \.yaml file" if make else "no such folder"):
        load(folder)


def test_an_alias_is_refused_before_it_can_blow_up(problems: Write) -> None:
    bomb = "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\n" + LOCAL
    assert "alias" in str(problems(bomb)[0])


@pytest.mark.parametrize("depth", [30, 2_000, 200_000])
def test_a_file_that_nests_without_end_is_told(problems: Write, depth: int) -> None:
    assert "too deeply" in str(problems("[" * depth + "]" * depth)[0])


def test_no_is_a_pollutant_and_not_false(tmp_path: Path) -> None:
    text = LOCAL.replace("A: {profile: {level: A}}", "A: {profile: {level: NO}}")
    (tmp_path / "local.yaml").write_text(text, encoding="utf-8")
    assert load(tmp_path).limits("DB99/001", code="w01018", profile={"level": "NO"})


def test_collections_can_be_sent_to_other_processes(standards: Standards) -> None:
    assert pickle.loads(pickle.dumps(standards)).ids() == standards.ids()
