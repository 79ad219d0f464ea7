"""`clearbay plan report|done|move-due|value|void …`: each checks, then appends lines to the journal under its
lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from clearbay.cli.plan_options import DAY, folder_argument, me, told
from clearbay.plans.book import Book
from clearbay.plans.checks import check_drafts
from clearbay.plans.errors import LineRefused, PlanFileError, Problem
from clearbay.plans.exchange import SHEETS, Proposal, Returned, propose
from clearbay.plans.facts import JSON, QUALITIES
from clearbay.plans.folder import append_lines, read_book
from clearbay.plans.journal import Draft
from clearbay.plans.model import GRADES
from clearbay.plans.tables import decode_text, read_rows
from clearbay.plans.workbook import read_workbook

Command = TypeVar("Command", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Said:
    """What every writing command takes: when true, when known, by whom, why, on what ground."""

    on: date
    today: date
    by: str
    note: str
    src: tuple[str, ...]
    grade: str
    proposed: bool


def _said(command: Command) -> Command:
    for option in reversed(
        (
            click.option("--on", type=DAY, help="The day it is true of (default: today)."),
            click.option("--recorded", type=DAY, help="The day it is recorded (default: today; never goes back)."),
            click.option("--by", default=me, show_default="your login", help="Who reports."),
            click.option("--note", default="", help="A remark, kept with the line."),
            click.option("--src", multiple=True, help="Document or link it rests on (again for more)."),
            click.option("--grade", default="", type=click.Choice(("", *GRADES)), help="Grade of the source."),
            click.option("--proposed", is_flag=True, help="Write it for somebody else to approve."),
        )
    ):
        command = option(command)
    return command


def _said_of(fields: dict[str, object]) -> Said:
    today = fields["recorded"] if isinstance(fields["recorded"], date) else date.today()
    on = fields["on"] if isinstance(fields["on"], date) else today
    src = fields["src"]
    return Said(
        on, today, str(fields["by"]), str(fields["note"]), tuple(map(str, src)) if isinstance(src,
        tuple) else (),
        str(fields["grade"]), bool(fields["proposed"]),
    )  # fmt: skip


def _append(folder: Path, item: str, sets: dict[str, JSON], said: Said) -> None:
    draft = Draft(said.on, item, sets, said.by, said.note, said.src, said.grade, said.proposed)
    digests = append_lines(folder, lambda book: check_drafts(book, [draft], said.today), said.today)
    waits = "  等待批准 waits for approval" if read_book(folder).line(digests[0]).approved is False else ""
    click.echo(f"已记入 {digests[0][:12]}  {item}  {said.on}{waits}")


@click.command()
@folder_argument
@click.argument("item")
@click.option("--started", is_flag=True, help="It has been started.")
@click.option("--phase", help="The phase it is in, one of plan.yaml.")
@click.option("--pct", type=float, help="Progress [%].")
@click.option("--expected", type=DAY, help="The lead's own date for the finish.")
@click.option("--blocked", help="What it waits for; an empty text when it no longer does.")
@_said
@told
def report(
    folder: Path,
    item: str,
    started: bool,
    phase: str | None,
    pct: float | None,
    expected: date | None,
    blocked: str | None,
    **fields: object,
) -> None:
    """Report how ITEM stands; with nothing said, that nothing has changed."""
    sets: dict[str, JSON] = {}
    if started:
        sets["started"] = True
    if phase is not None:
        sets["phase"] = phase
    if pct is not None:
        sets["pct"] = pct
    if expected is not None:
        sets["expected"] = expected.isoformat()
    if blocked is not None:
        sets["blocked"] = blocked
    _append(folder, item, sets or {"report": True}, _said_of(fields))


@click.command()
@folder_argument
@click.argument("item")
@_said
@told
def done(folder: Path, item: str, **fields: object) -> None:
    """ITEM (a project, or project/milestone) is finished on the day --on."""
    _append(folder, item, {"finished": True}, _said_of(fields))


@click.command("move-due")
@folder_argument
@click.argument("item")
@click.argument("due", type=DAY)
@click.option("--doc", default="", help="The document that allows it.")
@click.option("--reason", default="", help="Why.")
@_said
@told
def move_due(folder: Path, item: str, due: date, doc: str, reason: str, **fields: object) -> None:
    """Move the due date of ITEM; the original stays and is judged beside it."""
    _append(folder, item, {"due": due.isoformat(), "doc": doc, "reason": reason}, _said_of(fields))


@click.command()
@folder_argument
@click.argument("indicator")
@click.argument("period")
@click.argument("number", type=float, required=False)
@click.option("--num", type=float, help="Numerator of a share, with --den.")
@click.option("--den", type=float, help="Denominator of a share.")
@click.option("--quality", default="final", type=click.Choice(QUALITIES), help="How sure the value is.")
@_said
@told
def value(
    folder: Path,
    indicator: str,
    period: str,
    number: float | None,
    num: float | None,
    den: float | None,
    quality: str,
    **fields: object,
) -> None:
    """Give the value of an INDICATOR for a PERIOD (2023, 2023Q3, 2023-07, 2023-07-15)."""
    reading: dict[str, JSON] = {"period": period, "quality": quality}
    for name, given in (("v", number), ("num", num), ("den", den)):
        if given is not None:
            reading[name] = given
    _append(folder, indicator, {"value": reading}, _said_of(fields))


@click.command()
@folder_argument
@click.argument("digest")
@_said
@told
def void(folder: Path, digest: str, **fields: object) -> None:
    """Void a line by its digest (`log` prints them); the line stays, and stops counting from today."""
    _append(folder, "-", {"void": digest}, _said_of(fields))


@click.command()
@folder_argument
@click.argument("digest")
@_said
@told
def approve(folder: Path, digest: str, **fields: object) -> None:
    """Approve a line that waits, by its digest; not by the one who wrote it."""
    _append(folder, "-", {"approve": digest}, _said_of(fields))


@click.command()
@folder_argument
@click.argument("item")
@click.option("--reason", required=True, help="What is accepted, and why.")
@click.option("--approver", required=True, help="Who accepts it.")
@click.option("--until", type=DAY, required=True, help="Last day; it ends by itself.")
@_said
@told
def waive(folder: Path, item: str, reason: str, approver: str, until: date, **fields: object) -> None:
    """Accept a deviation of ITEM for a time; its light stays red, with that note."""
    sets: dict[str, JSON] = {"waiver": {"reason": reason, "approver": approver, "until": until.isoformat()}}
    _append(folder, item, sets, _said_of(fields))


@click.command()
@folder_argument
@click.argument("item")
@click.argument("what")
@click.option("--until", type=DAY, required=True, help="The day it is promised for.")
@_said
@told
def promise(folder: Path, item: str, what: str, until: date, **fields: object) -> None:
    """Keep what was promised about ITEM, for the next review."""
    _append(folder, item, {"promise": {"what": what, "by": until.isoformat()}}, _said_of(fields))


@click.command()
@folder_argument
@click.argument("item")
@click.option("--reason", required=True, help="Why it is taken out.")
@click.option("--doc", default="", help="The document; without one it stays in the denominator.")
@click.option("--into", default="", help="The project it is merged into.")
@_said
@told
def drop(folder: Path, item: str, reason: str, doc: str, into: str, **fields: object) -> None:
    """Take ITEM out of the plan, or merge it into another."""
    sets: dict[str, JSON] = {"dropped": reason, "doc": doc}
    if into:
        sets["merged_into"] = into
    _append(folder, item, sets, _said_of(fields))


@click.command("import")
@folder_argument
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--accept", is_flag=True, help="Write the proposal to the journal (without it: only the diff).")
@click.option("--row", "rows", multiple=True, metavar="ID", help="Accept only this row (again for more).")
@_said
@told
def import_table(folder: Path, table: Path, accept: bool, rows: tuple[str, ...], **fields: object) -> None:
    """Compare a workbook (or projects as CSV) with the book; with --accept,
    write what it changes as lines.
    """
    said = _said_of(fields)
    returned = _returned(table)
    proposal = propose(read_book(folder), returned, said.today, said.by)
    _print_proposal(proposal)
    if not accept and not rows:
        return

    def drafts(book: Book) -> Sequence[Draft]:
        chosen = propose(book, returned, said.today, said.by).drafts(rows or None)
        if not chosen:
            raise LineRefused(table.name, "changes nothing", "nothing was written")
        return check_drafts(book, chosen, said.today)

    digests = append_lines(folder, drafts, said.today)
    click.echo(f"已记入 {len(digests)} 行 / {len(digests)} lines written")


def _returned(table: Path) -> Returned:
    content = table.read_bytes()
    if table.suffix.lower() in (".csv", ".txt", ".tsv"):
        text, notices = decode_text(content, table.name)
        for notice in notices:
            click.echo(f"[{notice.level}] {notice}", err=True)
        columns = SHEETS["projects"]
        needed = ("id", "theme", "level", "name", "lead", "start", "due")
        return Returned(None, {"projects": read_rows(text, needed, table.name, columns)}, {})
    if table.suffix.lower() == ".xlsx":
        return read_workbook(content, table.name)
    problem = Problem(
        table.name, f"has the ending {table.suffix or '(none)'}", "give an .xlsx workbook or a .csv table"
    )
    raise PlanFileError(table.name, (problem,))


def _print_proposal(proposal: Proposal) -> None:
    for notice in proposal.notices:
        click.echo(f"[{notice.level}] {notice}", err=True)
    for row in proposal.rows:
        where = f"line {row.line}" if row.line else "not in the table"
        click.echo(f"{row.kind:<8} {row.sheet} {row.key}  ({where})")
        for column, before, after in row.cells:
            click.echo(f"           {column}: {before or '(blank)'} → {after or '(blank)'}")
        for error in row.errors:
            click.echo(f"         ! {error}")
    kinds = {kind: sum(row.kind == kind for row in proposal.rows) for kind in ("new", "changed", "missing", "refused")}
    click.echo(", ".join(f"{count} {kind}" for kind, count in kinds.items()) + f", {proposal.unchanged} unchanged")


WRITING = (report, done, move_due, value, void, approve, waive, promise, drop, import_table)
