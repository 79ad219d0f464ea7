"""`clearbay plan …` as a person types it."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from clearbay.cli.root import main

PLANS = Path(__file__).parents[2] / "examples" / "district" / "plans"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PLANS / "environment-2021-2023", tmp_path / "plan"))


def run(*words: object, ok: bool = True) -> str:
    result = CliRunner().invoke(main, ["plan", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code == 0) is ok, result.output
    assert "Traceback" not in result.output
    return result.output


def line_of(output: str) -> str:
    return re.search(r"已记入 ([0-9a-f]{12})", output)[1]


def test_show_gives_counts_first_and_the_worst_first(folder):
    shown = run("show", folder, "--at", "2022-06-30")
    assert re.search(r"合计 all\s*│\s*84\s*│\s*82\s*│\s*4", shown)
    assert re.search(r"市级\s*│\s*76\s*│\s*76\s*│\s*3", shown)
    assert re.search(r"区级\s*│\s*8\s*│\s*6\s*│\s*1", shown)
    assert shown.index("P061") < shown.index("P022")


def test_show_answers_as_reported_then_and_as_known_now(folder):
    run("show", folder, "--at", "2022-06-30", "--as-of", "2023-12-31", "--all", "--editor")


def test_a_line_is_reported_seen_voided_and_given_again(folder):
    when = ("--recorded", "2024-10-08", "--by", "甲")
    assert "P083" in run("report", folder, "P083", "--on", "2024-10-07", "--blocked", "征地", *when)
    value = line_of(run("value", folder, "AIR2", "2022", "88.1", *when))
    assert value in run("log", folder, "AIR2")
    run("void", folder, value, *when, ok=False)
    run("void", folder, value, "--note", "录错", *when)
    run("value", folder, "AIR2", "2022", "--num", "320", "--den", "365", *when)
    assert "the book is whole" in run("check", folder)


def test_done_is_refused_twice_and_a_due_date_needs_its_document(folder):
    message = run("done", folder, "P005", "--recorded", "2024-10-08", ok=False)
    assert "is finished already" in message
    message = run("move-due", folder, "P005", "2024-12-31", "--recorded", "2024-10-08", ok=False)
    assert "with a document and a reason" in message


def test_a_waiver_a_promise_and_a_drop_are_lines(folder):
    when = ("--recorded", "2024-10-08", "--by", "甲")
    run("waive", folder, "P020", "--reason", "汛期", "--approver", "组长", "--until", "2024-12-31", *when)
    run("promise", folder, "P020", "年底前完成", "--until", "2024-12-31", *when)
    run("drop", folder, "P020", "--reason", "规划调整", "--doc", "文〔2024〕1号", *when)
    assert "P020" in run("log", folder, "P020")


def test_a_proposed_line_waits_for_another_to_approve_it(folder):
    when = ("--recorded", "2024-10-08")
    line = line_of(run("report", folder, "P030", "--proposed", "--by", "甲", *when))
    assert line in run("log", folder, "--waiting")
    assert "somebody else" in run("approve", folder, line, "--by", "甲", *when, ok=False)
    run("approve", folder, line, "--by", "乙", *when)
    assert line not in run("log", folder, "--waiting")


def test_why_tells_both_lights_and_every_announced_date():
    told = run("why", PLANS / "transformation-2022-2025", "TP01", "--at", "2025-11-13")
    assert "完成，晚 186 天" in told
    assert "tianqiyubao2.com" in told
    assert run("why", PLANS / "transformation-2022-2025", "XX", "--at", "2025-11-13", ok=False)


def test_a_month_is_frozen_and_checked(folder):
    assert "frozen" in run("freeze", folder, "2022-06")
    assert "the same bytes" in run("freeze", folder, "2022-06")
    run("check", folder)
    report = folder / "reports" / "2022-06.json"
    report.write_bytes(report.read_bytes().replace(b"overdue", b"on_time", 1))
    assert "differs" in run("check", folder, ok=False)
    assert "not a month" in run("freeze", folder, "2030-01", ok=False)


def test_an_edited_journal_fails_the_check_with_the_line(folder):
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:9], *lines[10:]]))
    assert "journal.jsonl:10" in run("check", folder, ok=False)


def test_a_workbook_goes_out_is_edited_and_comes_back(folder, tmp_path):
    table = tmp_path / "book.xlsx"
    run("export", folder, "--at", "2024-10-08", "-o", table)
    assert "0 new, 0 changed, 0 missing, 0 refused" in run("import", folder, table, "--recorded", "2024-10-08")
    book = load_workbook(table)
    page = book["项目"]
    column = next(c.column for c in page[1] if str(c.value).endswith(" content"))
    page.cell(2, column).value = "新内容"
    page.cell(3, column).value = "=A1"
    book.save(table)
    proposal = run("import", folder, table, "--recorded", "2024-10-08")
    assert "content: 示例内容 → 新内容" in proposal
    assert "holds a formula" in proposal
    assert "accept the others by row" in run("import", folder, table, "--accept", "--recorded", "2024-10-08", ok=False)
    assert "1 lines written" in run("import", folder, table, "--row", "P001", "--recorded", "2024-10-08")
    assert "新内容" in run("log", folder, "P001")


def test_a_csv_from_excel_is_a_proposal_too(folder, tmp_path):
    text = (folder / "projects.csv").read_text(encoding="utf-8").replace("示例内容", "改了", 1)
    table = tmp_path / "projects.csv"
    table.write_bytes(text.encode("gb18030"))
    proposal = run("import", folder, table, "--recorded", "2024-10-08")
    assert "content: 示例内容 → 改了" in proposal
    assert "GB18030" in proposal
    assert ".xls" in run("import", folder, folder / "plan.yaml", ok=False)


@pytest.mark.parametrize("name", ["b.html", "b.xlsx"])
def test_the_bulletin_and_the_pack_are_files(folder, tmp_path, name):
    run("bulletin", folder, "-o", tmp_path / name)
    assert (tmp_path / name).stat().st_size > 10_000
    run("review", folder, "--at", "2022-09-28", "-o", tmp_path / "r.html")
    assert "领导小组会议材料" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_bad_day_and_a_bad_folder_are_said_plainly(folder, tmp_path):
    assert "not a day of the calendar" in run("show", folder, "--at", "2023-02-30", ok=False)
    assert "plan.yaml" in run("show", tmp_path, ok=False)
