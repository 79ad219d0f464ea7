"""Out to a table and back: the same columns both ways, and an import that is a proposal, never an edit.

The table that goes out names the head of the journal it was made from. When it comes back, what its editor
changed is what differs from that; what others recorded meanwhile is not undone, and where both changed a cell
it is named.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clearbay.plans.book import Book, book_at
from clearbay.plans.errors import LineRefused, NotInBook, PlanFileError, Problem
from clearbay.plans.facts import AMENDABLE, JSON
from clearbay.plans.fold import State, fold
from clearbay.plans.journal import Draft
from clearbay.plans.periods import parse_date
from clearbay.plans.tables import MILESTONE_COLUMNS, PROJECT_COLUMNS, Row, project_of, tidy

_MOVE = ("due_doc", "due_reason")
SHEETS: Mapping[str, tuple[str, ...]] = {
    "projects": (
        *PROJECT_COLUMNS,
        "started",
        "phase",
        "pct",
        "expected",
        "finished",
        "report_on",
        *_MOVE,
        "note",
    ),
    "milestones": (*MILESTONE_COLUMNS, "finished", *_MOVE, "note"),
    "values": ("indicator", "period", "v", "quality", "report_on", "note"),
}
#: Columns an export leaves blank, for the editor to say when, by which document, and why.
ASIDE = frozenset({"report_on", "note", *_MOVE})
DATES = frozenset({"start", "due", "started", "expected", "finished", "report_on"})
NUMBERS = frozenset({"weight", "invest", "pct", "v"})
_KEYS = {"projects": ("id",), "milestones": ("project", "id"), "values": ("indicator", "period")}

Tables = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class About:
    """What an exported table says of itself: plan, head of the journal, the day it was made for."""

    plan: str
    head: str
    at: date


@dataclass(frozen=True, slots=True)
class Returned:
    """A table that came back: what it says of itself (None when it cannot say), its rows, and cells that are
    no values.

    `spoilt` holds, by sheet and line, what was wrong with a cell before its meaning was looked at.
    """

    about: About | None
    rows: Mapping[str, Sequence[Row]]
    spoilt: Mapping[tuple[str, int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a proposal.

    `kind`: `new`, `changed`, `missing` (in the book, not in the table: nothing happens) or `refused`. `cells`
    holds (column, before, after); `drafts` are the lines it would write; `errors` why it cannot be accepted.
    """

    sheet: str
    line: int
    key: str
    kind: str
    cells: tuple[tuple[str, str, str], ...] = ()
    drafts: tuple[Draft, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a returned table would change; nothing has been changed yet."""

    rows: tuple[RowChange, ...]
    unchanged: int
    notices: tuple[Problem, ...] = ()

    @property
    def refused(self) -> tuple[RowChange, ...]:
        """Rows that cannot be accepted as they are."""
        return tuple(row for row in self.rows if row.kind == "refused")

    def drafts(self, keys: Iterable[str] | None = None) -> list[Draft]:
        """Lines to write: of all rows, or of the rows with these keys. Raises `LineRefused` when one cannot
        be.
        """
        wanted = None if keys is None else set(keys)
        if wanted is not None and wanted - {row.key for row in self.rows}:
            missing = ", ".join(sorted(wanted - {row.key for row in self.rows}))
            raise LineRefused(missing, "is no row of this proposal", "the diff names each row")
        chosen = [row for row in self.rows if wanted is None or row.key in wanted]
        refused = [row for row in chosen if row.kind == "refused"]
        if refused:
            named = "; ".join(f"{row.sheet} line {row.line} ({row.key}): {', '.join(row.errors)}" for row in refused)
            raise LineRefused(
                "import", f"{len(refused)} row(s) cannot be accepted: {named}", "accept the others by row"
            )
        return [draft for row in chosen for draft in row.drafts]


def export_tables(book: Book, state: State) -> dict[str, list[dict[str, str]]]:
    """The book as tables of text, by sheet, in the columns of `SHEETS`."""
    projects, milestones = [], []
    for own in state.projects.values():
        row = own.project
        cells = dict.fromkeys(SHEETS["projects"], "")
        cells |= {
            "id": row.id, "theme": row.theme, "level": row.level, "name": row.name, "content": row.content,
            "lead": row.lead, "support": row.support, "start": row.start.isoformat(),
            "due": own.due.isoformat(),
            "weight": plain(row.weight), "invest": plain(row.invest), "key": "是" if row.key else "",
            "started": _day(own.started), "phase": own.phase, "pct": plain(own.pct),
            "expected": _day(own.expected),
            "finished": _day(own.finished),
        }  # fmt: skip
        projects.append(cells)
        for node in own.milestones:
            cells = dict.fromkeys(SHEETS["milestones"], "")
            m = node.milestone
            cells |= {
                "project": m.project, "id": m.id, "phase": m.phase, "name": m.name,
                "due": node.due.isoformat(),
                "weight": plain(m.weight), "finished": _day(node.finished),
            }  # fmt: skip
            milestones.append(cells)
    values = []
    for name, indicator in state.indicators.items():
        for value in indicator.values:
            reading = value.reading
            cells = dict.fromkeys(SHEETS["values"], "")
            cells |= {
                "indicator": name, "period": reading.period.label, "v": plain(reading.value),
                "quality": reading.quality,
            }  # fmt: skip
            values.append(cells)
    return {"projects": projects, "milestones": milestones, "values": values}


def plain(number: float | None) -> str:
    """A number as people write it, to the 15 digits Excel keeps: no needless `.0`; blank for None."""
    if number is None:
        return ""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else f"{number:.15g}"


def propose(book: Book, returned: Returned, today: date, by: str) -> Proposal:
    """Work out what a returned table would change, row by row; writes nothing.

    Raises `PlanFileError` when it is of another plan, or of a state this journal never had.
    """
    now = fold(book, today, today, with_proposed=True)
    current = export_tables(book, now)
    notices = []
    if returned.about is None:
        base: Tables = current
        what = "does not say which state it was made from; what others recorded since cannot be told apart"
        notices.append(Problem("import", what, "export a workbook and edit that", "notice"))
    else:
        base = _base_tables(book, returned.about)
    changes: list[RowChange] = []
    unchanged = 0
    for sheet, rows in returned.rows.items():
        before = {_key(sheet, row): row for row in base.get(sheet, ())}
        meanwhile = {_key(sheet, row): row for row in current.get(sheet, ())}
        seen: dict[str, int] = {}
        for row in rows:
            key = _key(sheet, row.cells)
            errors = list(returned.spoilt.get((sheet, row.line), ()))
            if not key.strip("/"):
                errors.append("the id is blank (cells merged? unmerge and fill every row)")
            elif key in seen:
                errors.append(f"is on line {seen[key]} already")
            seen.setdefault(key, row.line)
            change = _change(book, sheet, row, before.get(key), meanwhile.get(key), errors, today, by)
            if change is None:
                unchanged += 1
            else:
                changes.append(change)
        changes += [RowChange(sheet, 0, key, "missing") for key in before if key not in seen]
    return Proposal(tuple(changes), unchanged, tuple(notices))


def _base_tables(book: Book, about: About) -> Tables:
    if about.plan != book.plan.id:
        problem = Problem("import", f"is of the plan {about.plan!r}, this is {book.plan.id!r}")
        raise PlanFileError("import", (problem,))
    try:
        then = book_at(book, about.head)
    except NotInBook:
        what = f"was made from a journal whose head {about.head[:12]} is not in this one"
        problem = Problem("import", what, "export again and enter the changes there")
        raise PlanFileError("import", (problem,)) from None
    return export_tables(then, fold(then, about.at, about.at, with_proposed=True))


def _change(
    book: Book,
    sheet: str,
    row: Row,
    before: Mapping[str, str] | None,
    meanwhile: Mapping[str, str] | None,
    errors: list[str],
    today: date,
    by: str,
) -> RowChange | None:
    key = _key(sheet, row.cells)
    columns = [c for c in SHEETS[sheet] if c not in ASIDE and c in row.cells]
    after = {c: _normal(c, row.cells[c], errors) for c in SHEETS[sheet] if c in row.cells}
    old = before or {}
    cells = tuple((c, old.get(c, ""), after[c]) for c in columns if after[c] != old.get(c, ""))
    if not cells and not errors:
        return None
    for column, was, wanted in cells:
        is_now = (meanwhile or {}).get(column, "")
        if before is not None and is_now not in (was, wanted):
            errors.append(
                f"{column}: somebody recorded {is_now or '(blank)'} meanwhile; the table had {was or '(blank)'}"
            )
    drafts: list[Draft] = []
    try:
        on = parse_date(after["report_on"]) if after.get("report_on") else today
        wanted_cells = tuple(cell for cell in cells if (meanwhile or {}).get(cell[0], "") != cell[2])
        drafts = _drafts(book, sheet, after, wanted_cells, before is None, on, by)
    except ValueError as wrong:
        errors.append(str(wrong))
    if errors:
        return RowChange(sheet, row.line, key, "refused", cells, (), tuple(errors))
    return RowChange(sheet, row.line, key, "new" if before is None else "changed", cells, tuple(drafts))


def _drafts(
    book: Book,
    sheet: str,
    after: Mapping[str, str],
    cells: tuple[tuple[str, str, str], ...],
    new: bool,
    on: date,
    by: str,
) -> list[Draft]:
    note = after.get("note", "")

    def line(about: str, sets: dict[str, JSON], day: date = on) -> Draft:
        return Draft(day, about, sets, by, note)

    if sheet == "values":
        return _value_drafts(book, after, cells, line(after["indicator"], {}))
    about = after["id"] if sheet == "projects" else f"{after['project']}/{after['id']}"
    changed = {column: (was, now) for column, was, now in cells}
    drafts: list[Draft] = []
    if new:
        if sheet == "milestones":
            raise ValueError("a new milestone needs a newly approved plan; this one cannot be added")
        project_of(after, {theme.id for theme in book.plan.themes}, book.plan.levels)
        row = {c: after[c] for c in PROJECT_COLUMNS if c != "id" and after.get(c)}
        drafts.append(line(about, {"add": dict(row)}))
        changed = {c: pair for c, pair in changed.items() if c not in PROJECT_COLUMNS}
    cleared = [column for column, (was, now) in changed.items() if was and not now and column not in AMENDABLE]
    if cleared:
        raise ValueError(f"{', '.join(cleared)} cannot be blanked out; void the line that said it")
    fixed = [c for c in changed if sheet == "milestones" and c not in ("due", "finished")]
    if fixed:
        raise ValueError(f"{', '.join(fixed)} of an approved milestone cannot be corrected")
    amended = {column: now for column, (_, now) in changed.items() if column in AMENDABLE}
    if amended:
        drafts.append(line(about, {"amend": dict(amended)}))
    if "due" in changed:
        if not after.get("due_doc") or not after.get("due_reason"):
            raise ValueError("due is moved without due_doc and due_reason; a due date moves with both")
        move = {"due": changed["due"][1], "doc": after["due_doc"], "reason": after["due_reason"]}
        drafts.append(line(about, dict(move)))
    for column in ("started", "finished"):
        if column in changed:
            was, now = changed[column]
            if was:
                raise ValueError(f"{column} is {was} already; void that line first if it is wrong")
            drafts.append(line(about, {column: True}, parse_date(now)))
    told: dict[str, JSON] = {}
    for column in ("phase", "expected"):
        if column in changed:
            told[column] = changed[column][1]
    if "pct" in changed:
        told["pct"] = float(changed["pct"][1])
    if told:
        drafts.append(line(about, told))
    order = {"add": 0, "started": 1, "finished": 9}
    return sorted(drafts, key=lambda draft: order.get(next(iter(draft.set)), 5))


def _value_drafts(
    book: Book, after: Mapping[str, str], cells: tuple[tuple[str, str, str], ...], line: Draft
) -> list[Draft]:
    if after["indicator"] not in book.plan.indicators:
        raise ValueError(f"{after['indicator']!r} is no indicator of this plan")
    if not {"v", "quality"} & {column for column, _, _ in cells}:
        return []
    if not after["v"]:
        raise ValueError("v is blank; void the line that gave the value")
    reading: dict[str, JSON] = {"period": after["period"], "v": float(after["v"])}
    if after.get("quality"):
        reading["quality"] = after["quality"]
    return [Draft(line.on, line.id, {"value": reading}, line.by, line.note)]


def _normal(column: str, text: str, errors: list[str]) -> str:
    text = tidy(text)
    if not text:
        return ""
    if column in DATES:
        try:
            return parse_date(text).isoformat()
        except ValueError as wrong:
            errors.append(f"{column}: {wrong}")
    elif column in NUMBERS:
        try:
            number = float(text.replace(",", "").removesuffix("%"))
            if not math.isfinite(number):
                raise ValueError(text)
            if column != "v" and number < 0:
                errors.append(f"{column}: {text} is below zero")
            if column == "pct" and number > 100:
                errors.append(f"pct: {text} is above 100")
            return plain(number)
        except ValueError:
            errors.append(f"{column}: {text!r} is not a number")
    elif column == "key":
        return "是" if text.lower() in ("是", "1", "true", "yes", "y", "✓") else ""
    return text


def _key(sheet: str, cells: Mapping[str, str]) -> str:
    return "/".join(cells.get(column, "") for column in _KEYS[sheet])


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
