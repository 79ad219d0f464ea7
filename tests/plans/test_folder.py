"""A plan folder on disk: reading, appending under a lock, freezing, and what is said when a file is bad."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from clearbay.plans.checks import check_drafts
from clearbay.plans.errors import JournalBusy, LineRefused, PlanFileError
from clearbay.plans.fold import fold
from clearbay.plans.folder import (
    _locked,
    append_lines,
    check_folder,
    read_book,
    read_plan,
    register_readings,
    write_frozen,
)
from clearbay.plans.frozen import freeze_report
from clearbay.plans.indicator import judge_indicator
from clearbay.plans.journal import Draft
from clearbay.plans.monthly import month_report

PLAN = """\
id: demo
title: 示例计划
period: {start: 2023-01-01, end: 2023-12-31}
approved_on: 2022-12-01
levels: [市级, 区级]
themes: [{id: T1, name: 水}]
phases: [前期, 竣工]
"""
PROJECTS = """\
id,theme,level,name,content,lead,support,start,due,weight,invest,key
P1,T1,市级,示例一,,水务,,2023-01-01,2023-06-30,,,
P2,T1,区级,示例二,,水务,,2023-01-01,2023-09-30,,,
"""
INDICATORS = """\
indicators:
  - id: H1
    name: 户数
    unit: 户
    kind: cumulative
    comparator: ">="
    baseline: {value: 0, date: 2022-12-31}
    targets: [{due: 2023-06-30, value: 2, decided_on: 2022-12-01}]
    reads: register:households.csv
"""
HOUSEHOLDS = """\
id,group,from,to,recorded
户1,站1,2023-02-01,,2023-02-03
户2,站1,2023-03-01,,2023-08-01
户2,站2,2023-03-02,,2023-03-05
户3,站1,2023-04-01,2023-05-01,2023-04-02
户4,站1,2023-06-01,2023-05-01,2023-06-02
,站1,2023-06-01,,2023-06-02
"""
TODAY = date(2023, 6, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("plan.yaml", PLAN),
        ("projects.csv", PROJECTS),
        ("indicators.yaml", INDICATORS),
        ("households.csv", HOUSEHOLDS),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def say(folder: Path, about: str, sets: dict, today: date = TODAY) -> list[str]:
    draft = Draft(today, about, sets, "甲")
    return append_lines(folder, lambda book: check_drafts(book, [draft], today), today)


def test_a_line_written_is_a_line_read(folder):
    (digest,) = say(folder, "P1", {"started": True})
    book = read_book(folder)
    assert (book.journal.head, book.problems) == (digest, ())
    assert fold(book, TODAY, TODAY).projects["P1"].started == TODAY


def test_a_refused_line_leaves_the_file_as_it_was(folder):
    say(folder, "P1", {"started": True})
    before = (folder / "journal.jsonl").read_bytes()
    with pytest.raises(LineRefused):
        say(folder, "P7", {"started": True})
    assert (folder / "journal.jsonl").read_bytes() == before


def test_after_a_power_loss_the_cut_line_stays_and_the_next_one_counts(folder):
    say(folder, "P1", {"started": True})
    say(folder, "P2", {"started": True})
    journal = folder / "journal.jsonl"
    cut = journal.read_bytes()[:-25]
    journal.write_bytes(cut)
    assert "cut" in read_book(folder).problems[0].what
    say(folder, "P2", {"pct": 30})
    assert journal.read_bytes().startswith(cut)
    book = read_book(folder)
    assert [problem.level for problem in book.problems] == ["refused"]
    assert fold(book, TODAY, TODAY).projects["P2"].pct == 30


def test_several_editors_at_once_lose_nothing_and_break_nothing(folder):
    script = (
        "import sys; from datetime import date; from pathlib import Path; "
        "from clearbay.plans.folder import append_lines; from clearbay.plans.journal import Draft\n"
        "d = date(2023, 6, 1)\n"
        "for n in range(5):\n"
        "    said = [Draft(d, 'P1', {'report': True}, sys.argv[2] + str(n))]\n"
        "    append_lines(Path(sys.argv[1]), lambda b: said, d, wait_s=60)\n"
    )
    editors = [subprocess.Popen([sys.executable, "-c", script, str(folder), name]) for name in "ab"]
    assert [editor.wait(timeout=120) for editor in editors] == [0, 0]
    book = read_book(folder)
    assert (len(book.journal.lines), book.problems) == (10, ())
    assert {line.by for line in book.journal.lines} == {f"{name}{n}" for name in "ab" for n in range(5)}


def test_a_journal_held_by_another_is_said_and_not_waited_for_for_ever(folder):
    with _locked(folder / "journal.lock", 1.0), pytest.raises(JournalBusy, match="another editor"):
        append_lines(folder, lambda _: [], TODAY, wait_s=0.1)


@pytest.mark.parametrize("change", [("2023-06-30", "2023-07-30"), ("P2,T1", "P3,T1")])
def test_a_plan_edited_after_approval_breaks_the_chain_and_says_so(folder, change):
    say(folder, "P1", {"started": True})
    (folder / "projects.csv").write_text(PROJECTS.replace(*change), encoding="utf-8")
    _, problems = check_folder(folder)
    assert any("edited after approval" in problem.do for problem in problems)


def test_a_plan_saved_again_by_excel_is_the_same_plan(folder):
    say(folder, "P1", {"started": True})
    (folder / "projects.csv").write_bytes(PROJECTS.replace("\n", "\r\n").encode("gb18030"))
    _, problems = check_folder(folder)
    assert [problem.level for problem in problems] == ["notice"]


def test_a_report_is_frozen_once_and_the_first_one_stands(folder):
    say(folder, "P1", {"started": True})
    book = read_book(folder)
    content = freeze_report(book, month_report(book, "2023-06"))
    path, new = write_frozen(folder, "2023-06", content)
    assert (new, write_frozen(folder, "2023-06", content)[1]) == (True, False)
    say(folder, "P1", {"finished": True}, date(2023, 6, 20))
    book = read_book(folder)
    with pytest.raises(PlanFileError, match="frozen before with other content"):
        write_frozen(folder, "2023-06", freeze_report(book, month_report(book, "2023-06")))
    assert path.read_bytes() == content
    assert check_folder(folder)[1] == []
    path.write_bytes(content.replace(b'"yellow"', b'"green"').replace(b'"red"', b'"green"'))
    assert "differs" in check_folder(folder)[1][0].what


def test_a_journal_cut_at_its_end_is_found_by_the_frozen_report(folder):
    say(folder, "P1", {"started": True})
    say(folder, "P2", {"started": True})
    book = read_book(folder)
    write_frozen(folder, "2023-06", freeze_report(book, month_report(book, "2023-06")))
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0])
    assert "cannot be made again" in check_folder(folder)[1][0].what


def test_a_register_counts_each_household_once_with_its_validity_as_recorded(folder):
    plan = read_plan(folder)
    readings, left_out = register_readings(folder, plan, date(2023, 7, 31), date(2023, 7, 31))
    assert [(v.reading.period.label, v.reading.value) for v in readings["H1"]] == [
        ("2023-06-30", 2.0),
        ("2023-07-31", 2.0),
    ]
    assert [p.where.split()[0] for p in left_out] == [f"households.csv:{n}" for n in (3, 5, 6, 7)]
    day = date(2023, 7, 31)
    state = fold(read_book(folder), day, day, readings=readings)
    assert judge_indicator(state.indicators["H1"], day).current.status == "met"
    later, left_out = register_readings(folder, plan, date(2023, 9, 1), date(2023, 9, 1))
    assert any("on line 3 already" in p.what for p in left_out)
    assert later["H1"][-1].reading.value == 2.0


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("plan.yaml", "id: demo", "id: demo\nlevel: x", "level"),
        ("plan.yaml", "2023-12-31", "2022-12-31", "before it begins"),
        ("plan.yaml", "2022-12-01", "soon", "is not a date"),
        ("plan.yaml", "2022-12-01", "2022-02-30", "2022-02-30|day"),
        ("plan.yaml", "title: 示例计划", "title: [", "plan.yaml"),
        ("plan.yaml", "levels: [市级, 区级]", "levels: []", "levels"),
        ("indicators.yaml", "id: H1", "id: P1", "is the id of a project too"),
        ("indicators.yaml", 'comparator: ">="', 'comparator: ">"', "comparator"),
        ("indicators.yaml", "due: 2023-06-30", "due: 2022-06-30", "not after the baseline"),
        ("indicators.yaml", "value: 2,", "value: -2,", "below the minimum"),
        ("indicators.yaml", "value: 2,", "value: [3, 2],", "upside down"),
        ("indicators.yaml", "unit: 户", 'unit: "%"\n    path: cagr', "growth path"),
        ("indicators.yaml", "value: 2,", "value: 2, supersedes: T9,", "is not there"),
    ],
)
def test_a_bad_file_is_named_with_its_place(folder, name, old, new, what):
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(PlanFileError, match=what):
        read_plan(folder)


@pytest.mark.parametrize(("value", "what"), [("0", "equals the baseline"), ("2", "")])
def test_a_target_equal_to_its_baseline_is_said_and_kept(folder, value, what):
    path = folder / "indicators.yaml"
    path.write_text(INDICATORS.replace("value: 2,", f"value: {value},"), encoding="utf-8")
    assert [what in notice.what for notice in read_plan(folder).notices] == ([True] if what else [])


def test_percentages_over_a_hundred_are_refused_unless_declared(folder):
    path = folder / "indicators.yaml"
    path.write_text(INDICATORS.replace("unit: 户", 'unit: "%"').replace("value: 2,", "value: 120,"), encoding="utf-8")
    with pytest.raises(PlanFileError, match="above the maximum 100"):
        read_plan(folder)
    path.write_text(path.read_text(encoding="utf-8") + "    maximum: 150\n", encoding="utf-8")
    assert read_plan(folder).indicators["H1"].targets[0].value == 120


def test_a_folder_without_a_plan_says_what_a_plan_folder_holds(tmp_path):
    with pytest.raises(PlanFileError, match=r"plan\.yaml"):
        read_plan(tmp_path)


def test_nothing_is_left_open_by_the_lock(folder):
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for number in range(5):
        say(folder, "P1", {"report": True}, date(2023, 6, 1 + number))
    after = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    assert before == after
