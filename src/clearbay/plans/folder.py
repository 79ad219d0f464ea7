"""The one module of plan books that reads and writes: a plan folder, its journal under a lock, its frozen
reports.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from clearbay.plans.book import Book, open_book
from clearbay.plans.digest import digest_of_plan
from clearbay.plans.errors import JournalBusy, PlanFileError, Problem
from clearbay.plans.facts import Reading
from clearbay.plans.fold import Value
from clearbay.plans.frozen import check_frozen
from clearbay.plans.journal import Draft, Journal, digest_of, encode_line, read_journal
from clearbay.plans.model import Indicator, Plan
from clearbay.plans.periods import Period
from clearbay.plans.register import count_register
from clearbay.plans.schema import IndicatorsSchema, PlanSchema, check_shape, indicators_of
from clearbay.plans.tables import decode_text, read_milestones, read_projects

PLAN, PROJECTS, MILESTONES, INDICATORS = "plan.yaml", "projects.csv", "milestones.csv", "indicators.yaml"
JOURNAL, LOCK, REPORTS = "journal.jsonl", "journal.lock", "reports"
#: How long to wait for another editor before saying so [s].
LOCK_WAIT_S = 10.0


def read_plan(folder: Path) -> Plan:
    """Read the approved plan of a folder; raises `PlanFileError` with all that is wrong in the first bad
    file.
    """
    notices: list[Problem] = []
    schema = check_shape(PlanSchema, _yaml(folder / PLAN, notices), PLAN)
    if schema.period.end < schema.period.start:
        problem = Problem(f"{PLAN}: period", f"ends {schema.period.end}, before it begins {schema.period.start}")
        raise PlanFileError(PLAN, (problem,))
    themes = {theme.id for theme in schema.themes}
    projects = read_projects(_text(folder / PROJECTS, notices), themes, schema.levels)
    milestones, found = (
        read_milestones(_text(folder / MILESTONES, notices), projects, schema.phases)
        if (folder / MILESTONES).exists()
        else ({}, [])
    )
    notices += found
    indicators: list[Indicator] = []
    if (folder / INDICATORS).exists():
        given = check_shape(IndicatorsSchema, _yaml(folder / INDICATORS, notices), INDICATORS)
        indicators, found = indicators_of(given, themes, INDICATORS)
        notices += found
    both = sorted(set(projects) & {indicator.id for indicator in indicators})
    if both:
        problem = Problem(f"{INDICATORS}: {', '.join(both)}", "is the id of a project too", "ids are never reused")
        raise PlanFileError(INDICATORS, (problem,))
    plan = Plan(
        id=schema.id,
        title=schema.title,
        start=schema.period.start,
        end=schema.period.end,
        approved_on=schema.approved_on,
        levels=schema.levels,
        themes=schema.themes_of_model(),
        phases=schema.phases,
        terms=schema.terms_of_model(),
        calendar=schema.calendar_of_model(),
        projects=projects,
        milestones=milestones,
        indicators={indicator.id: indicator for indicator in indicators},
        digest="",
        title_en=schema.title_en,
        doc_no=schema.doc_no,
        source=schema.source,
        note=schema.note,
        approval=schema.approval,
        meetings=schema.meetings,
        claims=schema.claims_of_model(),
        printed_on=schema.printed_on,
        continues=schema.continues,
        notices=tuple(notices),
    )
    return replace(plan, digest=digest_of_plan(plan))


def read_book(folder: Path) -> Book:
    """Read a plan folder with its journal; a folder without a journal is a plan nobody has reported on."""
    plan = read_plan(folder)
    return open_book(plan, _read_journal(folder, plan))


def append_lines(
    folder: Path, drafts: Callable[[Book], Sequence[Draft]], today: date, *, wait_s: float = LOCK_WAIT_S
) -> list[str]:
    """Append lines under the lock and return their digests; on disk before it returns.

    `drafts` is called with the book as it is once the lock is held, and raises `LineRefused` for what may not
    be written; then nothing is. A last line that was cut by a power loss is closed first and stays where it
    is. Raises `JournalBusy` when another editor holds the journal too long.
    """
    with _locked(folder / LOCK, wait_s):
        book = read_book(folder)
        head = book.journal.head
        content = b""
        if book.journal.torn:
            content = b"\n"
        digests = []
        for draft in drafts(book):
            raw = encode_line(draft, today, head)
            head = digest_of(raw)
            digests.append(head)
            content += raw + b"\n"
        if digests:
            descriptor = os.open(folder / JOURNAL, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                view = memoryview(content)
                while view:
                    view = view[os.write(descriptor, view) :]
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return digests


def write_frozen(folder: Path, month: str, content: bytes) -> tuple[Path, bool]:
    """Keep a frozen report; returns its path and whether it is new. One that is there with other bytes is not
    touched.

    Raises `PlanFileError` when another report of the month was frozen before.
    """
    path = folder / REPORTS / f"{month}.json"
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        if path.read_bytes() == content:
            return path, False
        what = "was frozen before with other content (lines were recorded since on or before its date)"
        do = "the frozen one stands; `clearbay plan check` makes it again from the journal it names"
        raise PlanFileError(str(path.name), (Problem(path.name, what, do),))
    partial = path.with_suffix(".part")
    partial.write_bytes(content)
    partial.replace(path)
    return path, True


def check_folder(folder: Path) -> tuple[Book, list[Problem]]:
    """All that is wrong in a folder: files, journal, chain, and each frozen
    report made again and compared.
    """
    book = read_book(folder)
    problems = list(book.problems)
    for path in sorted((folder / REPORTS).glob("*.json")):
        problem = check_frozen(book, f"{REPORTS}/{path.name}", path.read_bytes())
        if problem is not None:
            problems.append(problem)
    return book, problems


def register_readings(folder: Path, plan: Plan, at: date, as_of: date) -> tuple[dict[str, list[Value]], list[Problem]]:
    """Values of the indicators that read `register:FILE`, counted `at` a day as recorded `as_of` a day, and
    rows left out.
    """
    readings: dict[str, list[Value]] = {}
    problems: list[Problem] = []
    for indicator in plan.indicators.values():
        kind, _, name = indicator.reads.partition(":")
        if kind != "register":
            continue
        text = _text(folder / name, problems)
        for day in sorted({at, *(target.due for target in indicator.targets if target.due < at)}):
            counted = count_register(text, day, as_of, name)
            reading = Reading(Period(day, day, day.isoformat()), float(counted.count), "final", None, None)
            value = Value(reading, min(day, as_of), f"{name}: {counted.rows} rows")
            readings.setdefault(indicator.id, []).append(value)
            if day == at:
                problems += counted.left_out
    return readings, problems


def _read_journal(folder: Path, plan: Plan) -> Journal:
    path = folder / JOURNAL
    if not path.exists():
        return Journal((), plan.digest)
    return read_journal(path.read_bytes(), plan.digest)


def _text(path: Path, notices: list[Problem]) -> str:
    if not path.exists():
        problem = Problem(str(path), "is not there", "a plan folder holds plan.yaml and projects.csv")
        raise PlanFileError(path.name, (problem,))
    text, found = decode_text(path.read_bytes(), path.name)
    notices += found
    return text


def _yaml(path: Path, notices: list[Problem]) -> object:
    text = _text(path, notices)
    try:
        content: object = yaml.safe_load(text)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        what = getattr(wrong, "problem", None) or "cannot be read as YAML"
        raise PlanFileError(path.name, (Problem(f"{path.name}{line}", str(what)),)) from None
    except ValueError as wrong:  # a date such as 2023-02-30, which YAML takes for a date
        raise PlanFileError(path.name, (Problem(path.name, f"holds a date that is none ({wrong})"),)) from None
    return content


@contextmanager
def _locked(path: Path, wait_s: float) -> Iterator[None]:
    """Hold a lock file; the system lets go of it when the process ends, however it ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + wait_s
    try:
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                holder = os.read(descriptor, 200).decode("utf-8", "replace") or "unknown"
                raise JournalBusy(path.name, f"another editor is writing ({holder})", "try again in a moment")
            time.sleep(0.05)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"process": os.getpid()}).encode())
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
