"""Tables people edit: bytes of a CSV in whatever Excel made of it, rows with their line, projects and
milestones.
"""

import codecs
import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clearbay.plans.errors import PlanFileError, Problem
from clearbay.plans.model import Milestone, Project
from clearbay.plans.periods import parse_date

PROJECT_COLUMNS = (
    "id", "theme", "level", "name", "content", "lead", "support", "start", "due", "weight", "invest", "key",
)  # fmt: skip
MILESTONE_COLUMNS = ("project", "id", "phase", "name", "due", "weight")

#: Chinese headings a bureau writes, and the column each one is. Printed lists: 普陀 2018 (领域, 序号,
#: 项目名称 …).
HEADINGS = {
    "编号": "id", "序号": "id", "项目编号": "id", "领域": "theme", "专项": "theme", "主题": "theme",
    "级别": "level", "项目名称": "name", "名称": "name", "主要内容": "content", "牵头部门": "lead",
    "责任单位": "lead", "配合部门": "support", "开工日期": "start", "开始日期": "start", "计划节点": "due",
    "完成期限": "due", "权重": "weight", "投资(万元)": "invest", "投资（万元）": "invest", "重点": "key",
    "项目": "project", "节点编号": "id", "阶段": "phase", "节点名称": "name",
}  # fmt: skip

_ID = re.compile(r"^[\w-]+$")
_YES = {"1", "true", "yes", "是", "y", "✓"}
_NO = {"", "0", "false", "no", "否", "n"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table as text: the line it stands on, and column -> text."""

    line: int
    cells: Mapping[str, str]


def decode_text(content: bytes, where: str) -> tuple[str, tuple[Problem, ...]]:
    """Turn the bytes of a text file into text: UTF-8 with or without a byte-order mark, UTF-16, or GB18030.

    Returns the text and a notice when it was not plain UTF-8. Raises `PlanFileError` when it is none of them.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16"), (
            Problem(where, "is UTF-16 (Excel's Unicode text); read as such", "", "notice"),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        if content.startswith(codecs.BOM_UTF8):
            return text, (Problem(where, "begins with a byte-order mark; read without it", "", "notice"),)
        return text, ()
    try:
        return content.decode("gb18030"), (Problem(where, "is GB18030 (saved by Excel); read as such", "", "notice"),)
    except UnicodeDecodeError as wrong:
        problem = Problem(
            f"{where}, byte {wrong.start}",
            "the text is neither UTF-8 nor GB18030",
            "save it again as CSV UTF-8",
        )
        raise PlanFileError(where, (problem,)) from None


def read_rows(text: str, columns: Iterable[str], where: str, optional: Iterable[str] = ()) -> list[Row]:
    """Rows of a CSV under a heading in our names or the bureau's; blank rows are passed over.

    Raises `PlanFileError` naming every missing, doubled or unknown column and every row of another width.
    """
    first_line = text.partition("\n")[0]
    delimiter = max(",\t;", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    heading: list[str] | None = None
    try:
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if heading is None:
                heading = [column_of(cell) for cell in cells]
                problems += _wrong_heading(heading, tuple(columns), tuple(optional), f"{where}:{line}")
                continue
            if len(cells) != len(heading):
                what = f"has {len(cells)} cells, the heading has {len(heading)}"
                problems.append(Problem(f"{where}:{line}", what, "put cells that hold a comma in quotes"))
                continue
            rows.append(Row(line, {name: tidy(cell) for name, cell in zip(heading, cells, strict=True)}))
    except csv.Error as wrong:
        problems.append(Problem(f"{where}:{reader.line_num}", f"the quoting is broken ({wrong})"))
    if heading is None:
        problems.append(Problem(where, "is empty", f"begin with a heading: {','.join(columns)}"))
    if problems:
        raise PlanFileError(where, tuple(problems))
    return rows


def tidy(text: str) -> str:
    """Text of a cell without blanks around it and with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def column_of(heading: str) -> str:
    """The column a heading stands for: our name, a bureau's word, or `中文 name` with ours last."""
    words = heading.strip().split()
    if not words:
        return ""
    return HEADINGS.get("".join(words), HEADINGS.get(words[0], words[-1]) if len(words) == 1 else words[-1])


def _wrong_heading(
    heading: list[str], columns: tuple[str, ...], optional: tuple[str, ...], where: str
) -> list[Problem]:
    problems = []
    missing = [name for name in columns if name not in heading]
    if missing:
        problems.append(Problem(where, f"columns missing: {', '.join(missing)}"))
    doubled = sorted({name for name in heading if heading.count(name) > 1})
    if doubled:
        problems.append(Problem(where, f"columns given twice: {', '.join(doubled)}"))
    unknown = [name for name in heading if name not in columns and name not in optional]
    if unknown:
        problems.append(
            Problem(
                where,
                f"columns not known: {', '.join(n or '(blank)' for n in unknown)}",
                "remove or rename them",
            )
        )
    return problems


def project_of(cells: Mapping[str, str], themes: set[str], levels: Iterable[str]) -> Project:
    """A project from the text of its row; raises ValueError with all that is wrong, joined by `; `."""
    wrong: list[str] = []

    def needed(column: str) -> str:
        text = cells.get(column, "")
        if not text:
            wrong.append(f"{column} is blank (cells merged in Excel? unmerge and fill every row)")
        return text

    for column, text in cells.items():
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
            wrong.append(f"{column} holds a control character")
    project_id = needed("id")
    if project_id and not _ID.match(project_id):
        wrong.append(f"id {project_id!r} may hold letters, digits, - and _ only")
    theme, level = needed("theme"), needed("level")
    if theme and theme not in themes:
        wrong.append(f"theme {theme!r} is not one of {', '.join(sorted(themes))}")
    if level and level not in levels:
        wrong.append(f"level {level!r} is not one of {', '.join(levels)}")
    name, lead = needed("name"), needed("lead")
    start, due = _day(needed("start"), "start", wrong), _day(needed("due"), "due", wrong)
    if start and due and due < start:
        wrong.append(f"due {due} is before start {start}")
    weight = amount_of(cells.get("weight", ""), "weight", wrong)
    invest = amount_of(cells.get("invest", ""), "invest", wrong)
    key = cells.get("key", "").lower()
    if key not in _YES | _NO:
        wrong.append(f"key {key!r} is neither 是 nor 否")
    if wrong or start is None or due is None:
        raise ValueError("; ".join(wrong))
    return Project(
        project_id, theme, level, name, cells.get("content", ""), lead, cells.get("support", ""),
        start, due, weight,
        invest, key in _YES,
    )  # fmt: skip


def milestone_of(cells: Mapping[str, str], projects: Iterable[str], phases: Iterable[str]) -> Milestone:
    """A milestone from the text of its row; raises ValueError with all that is wrong."""
    wrong: list[str] = []
    project, milestone_id = cells.get("project", ""), cells.get("id", "")
    if project not in projects:
        wrong.append(f"project {project!r} is not in projects.csv")
    if not _ID.match(milestone_id):
        wrong.append(f"id {milestone_id!r} is blank or holds other than letters, digits, - and _")
    phase = cells.get("phase", "")
    if phase and phase not in phases:
        wrong.append(f"phase {phase!r} is not one of {', '.join(phases) or '(plan.yaml declares none)'}")
    due = _day(cells.get("due", ""), "due", wrong)
    weight = amount_of(cells.get("weight", ""), "weight", wrong)
    if wrong or due is None:
        raise ValueError("; ".join(wrong))
    return Milestone(project, milestone_id, phase, cells.get("name", ""), due, weight)


def _day(text: str, column: str, wrong: list[str]) -> date | None:
    if not text:
        if not any(column in sentence for sentence in wrong):
            wrong.append(f"{column} is blank")
        return None
    try:
        return parse_date(text)
    except ValueError as reason:
        wrong.append(f"{column}: {reason}")
        return None


def amount_of(text: str, column: str, wrong: list[str]) -> float | None:
    """A number not below zero from a cell, None for a blank one; what is wrong is added to `wrong`."""
    if not text:
        return None
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        wrong.append(f"{column} {text!r} is not a number")
        return None
    if not math.isfinite(value) or value < 0:
        wrong.append(f"{column} {text} is not a number of zero or more")
        return None
    return value


def read_projects(
    text: str, themes: set[str], levels: tuple[str, ...], where: str = "projects.csv"
) -> dict[str, Project]:
    """The approved list, in its order; raises `PlanFileError` with every row that is wrong.

    A list with one bad row is refused whole: a count of 83 where 84 were approved would be false without
    notice.
    """
    projects: dict[str, Project] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for row in read_rows(text, PROJECT_COLUMNS, where):
        place = f"{where}:{row.line} {row.cells['id']}".rstrip()
        try:
            project = project_of(row.cells, themes, levels)
        except ValueError as wrong:
            problems.append(Problem(place, str(wrong)))
            continue
        if project.id in projects:
            problems.append(Problem(place, f"the id is on line {lines[project.id]} already", "ids are never reused"))
        projects[project.id] = project
        lines[project.id] = row.line
    if problems:
        raise PlanFileError(where, tuple(problems))
    return projects


def read_milestones(
    text: str, projects: Mapping[str, Project], phases: tuple[str, ...], where: str = "milestones.csv"
) -> tuple[dict[str, tuple[Milestone, ...]], list[Problem]]:
    """Milestones by project in order of due date, and notices; raises `PlanFileError` with every row that is
    wrong.
    """
    found: dict[str, dict[str, Milestone]] = {}
    problems: list[Problem] = []
    notices: list[Problem] = []
    for row in read_rows(text, MILESTONE_COLUMNS, where):
        place = f"{where}:{row.line} {row.cells['project']}/{row.cells['id']}"
        try:
            milestone = milestone_of(row.cells, projects, phases)
        except ValueError as wrong:
            problems.append(Problem(place, str(wrong)))
            continue
        own = found.setdefault(milestone.project, {})
        if milestone.id in own:
            problems.append(Problem(place, "this milestone is given twice", "ids are never reused"))
        own[milestone.id] = milestone
        project = projects[milestone.project]
        if milestone.due > project.due:
            what = f"is due {milestone.due}, after its project ({project.due})"
            notices.append(Problem(place, what, "check both dates", "notice"))
    if problems:
        raise PlanFileError(where, tuple(problems))
    ordered = {p: tuple(sorted(own.values(), key=lambda m: (m.due, m.id))) for p, own in found.items()}
    return ordered, notices
