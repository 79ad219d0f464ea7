"""State folded from the journal: what was true `at` a day, as it was known `as_of` a day. Never stored.

The four questions a planner asks are one function:

- now:                     `fold(book, today, today)`
- as reported then:        `fold(book, then, then)`
- then, as known now:      `fold(book, then, today)`
- as originally approved:  `fold(book, plan.approved_on, plan.approved_on)`, and `original` of every project.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from clearbay.plans.book import Book, Entry, Fact, MilestoneState, hidden_lines, target_of
from clearbay.plans.facts import (
    REPORTING,
    Cells,
    Drop,
    DueMove,
    NewTarget,
    Promise,
    Reading,
    Waiver,
)
from clearbay.plans.journal import Line
from clearbay.plans.model import Indicator, Project, Target
from clearbay.plans.periods import parse_date
from clearbay.plans.tables import amount_of


class ProjectState(NamedTuple):
    """A project on a day, as known on a day.

    `project` is the row as corrected since, `original` as approved (None when it was added later). `due_then`
    is the due date in force when it was finished: a later move does not whiten it. `heard` is the day the
    newest report speaks of. `announced` holds each date the lead gave: (known, date).
    """

    project: Project
    original: Project | None
    due: date
    due0: date
    started: date | None
    phase: str
    pct: float | None
    finished: date | None
    known: date | None
    due_then: date
    expected: date | None
    heard: date | None
    dropped: Drop | None
    dropped_on: date | None
    blocked: str
    waivers: tuple[Waiver, ...]
    promises: tuple[tuple[date, Promise], ...]
    moves: tuple[Fact, ...]
    announced: tuple[tuple[date, date], ...]
    milestones: tuple[MilestoneState, ...]


class Value(NamedTuple):
    """A value an indicator had, whoever it came from: period, value, quality, day it was known, source."""

    reading: Reading
    known: date
    source: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorState:
    """An indicator on a day, as known on a day: targets (the superseded ones too) and the values that count.

    `values` holds one value a period, in order; `left_out` names values that do not count and why.
    """

    indicator: Indicator
    targets: tuple[Target, ...]
    superseded: frozenset[str]
    values: tuple[Value, ...]
    left_out: tuple[tuple[Value, str], ...]


@dataclass(frozen=True, slots=True)
class State:
    """The whole plan `at` a day, as known `as_of` a day."""

    at: date
    as_of: date
    projects: Mapping[str, ProjectState]
    indicators: Mapping[str, IndicatorState]


def fold(
    book: Book,
    at: date,
    as_of: date,
    *,
    with_proposed: bool = False,
    readings: Mapping[str, Iterable[Value]] | None = None,
) -> State:
    """State of the plan `at` a day, as known `as_of` a day.

    `readings` are values of indicators that a caller joined in from elsewhere (measurements, a register), by
    indicator; they obey both dates too. Lines that are voided or not approved by `as_of` do not count
    (`with_proposed` counts the latter, for editors). The order of the lines in the journal does not matter.
    """
    hidden = hidden_lines(book, as_of, with_proposed=with_proposed)
    projects = {}
    for project_id, entry in book.entries.items():
        state = fold_project(entry, at, as_of, hidden)
        if state is not None:
            projects[project_id] = state
    return State(at, as_of, projects, _indicators(book, at, as_of, hidden, readings or {}))


def advance(book: Book, before: State, day: date, readings: Mapping[str, Iterable[Value]] | None = None) -> State:
    """`fold(book, day, day)`, from the state as reported on an earlier day.

    A line is recorded on or after the day it speaks of, so only projects with a line recorded between the two
    days can differ; the others are taken over as they are. `before` is a fold of the same book with both
    dates equal.
    """
    hidden = hidden_lines(book, day)
    projects = dict(before.projects)
    for project_id, lines in _touched(book, before.as_of, day).items():
        state = _told_more(projects.get(project_id), project_id, lines, hidden)
        if state is None:
            state = fold_project(book.entries[project_id], day, day, hidden)
        if state is not None:
            projects[project_id] = state
        else:
            projects.pop(project_id, None)
    if len(projects) != len(before.projects) or projects.keys() != before.projects.keys():
        projects = {project_id: projects[project_id] for project_id in book.entries if project_id in projects}
    return State(day, day, projects, _indicators(book, day, day, hidden, readings or {}))


def _told_more(
    before: ProjectState | None, project_id: str, lines: Iterable[Line], hidden: frozenset[str]
) -> ProjectState | None:
    """The state after new lines that only report progress in order, as most do; None: fold anew."""
    if before is None:
        return None
    started, pct, heard = before.started, before.pct, before.heard
    for line in lines:
        if line.id != project_id or line.digest in hidden:
            return None
        for kind, value in line.facts:
            in_order = heard is None or line.on >= heard
            if kind == "pct" and in_order and isinstance(value, float):
                pct = value
                if value > 0 and started is None:
                    started = line.on
            elif kind != "report":
                return None
            if in_order:
                heard = line.on
    return before._replace(started=started, pct=pct, heard=heard)


def _touched(book: Book, after: date, until: date) -> dict[str, list[Line]]:
    """Projects that a line recorded after one day and up to another speaks of (or whose line it voids or
    approves), with those lines.
    """
    lines = book.journal.lines
    found: dict[str, list[Line]] = {}
    first = bisect_right(lines, after, key=lambda line: line.rec)
    for line in lines[first : bisect_right(lines, until, key=lambda line: line.rec)]:
        about = [line]
        while about:
            one = about.pop()
            found.setdefault(one.id.partition("/")[0], []).append(line)
            about += [
                book.lines[str(named)]
                for kind, named in one.facts
                if kind in ("void", "approve") and str(named) in book.lines
            ]
    return {project_id: own for project_id, own in found.items() if project_id in book.entries}


def _indicators(
    book: Book, at: date, as_of: date, hidden: frozenset[str], readings: Mapping[str, Iterable[Value]]
) -> dict[str, IndicatorState]:
    return {
        name: fold_indicator(indicator, book.indicator_facts[name], at, as_of, hidden, readings.get(name, ()))
        for name, indicator in book.plan.indicators.items()
    }


def fold_project(entry: Entry, at: date, as_of: date, hidden: frozenset[str]) -> ProjectState | None:
    """State of one project, None when it is not (yet) part of the plan."""
    original = entry.project
    row = original
    if row is None:
        for project, fact in entry.added:
            if fact.on <= at and fact.rec <= as_of and fact.digest not in hidden:
                row = project
        if row is None:
            return None
    due = row.due
    started = finished = known = expected = heard = dropped_on = None
    phase, blocked = "", ""
    pct: float | None = None
    dropped: Drop | None = None
    moves: list[Fact] = []
    waivers: list[Waiver] = []
    promises: list[tuple[date, Promise]] = []
    announced: list[tuple[date, date]] = []
    touched: list[Fact] | None = None
    amended: list[Cells] | None = None
    for fact in entry.facts:
        on, rec, digest, kind, value, milestone, _ = fact
        if on > at:
            break
        if rec > as_of or (hidden and digest in hidden):
            continue
        if milestone:
            heard = on
            if touched is None:
                touched = [fact]
            else:
                touched.append(fact)
            if kind == "finished" and started is None:
                started = on
            continue
        if kind in REPORTING:
            heard = on
            if kind == "report":
                continue
            if kind == "pct":
                assert isinstance(value, float)
                pct = value
                if pct > 0 and started is None:
                    started = on
            elif kind == "phase":
                phase = str(value)
                if started is None:
                    started = on
            elif kind == "expected":
                assert isinstance(value, date)
                expected = value
                announced.append((rec, value))
            elif kind == "started":
                started = on
            elif kind == "finished":
                finished, known = on, rec
                if started is None:
                    started = on
            elif kind == "blocked":
                blocked = str(value)
        elif isinstance(value, DueMove):
            due = value.due
            moves.append(fact)
        elif isinstance(value, Drop):
            dropped, dropped_on = value, on
        elif isinstance(value, Waiver):
            waivers.append(value)
        elif isinstance(value, Promise):
            promises.append((on, value))
        elif isinstance(value, Cells):
            amended = [value] if amended is None else [*amended, value]
    return ProjectState(
        row if amended is None else _amended(row, amended),
        original,
        due,
        row.due,
        started,
        phase,
        pct,
        finished,
        known,
        due if finished is None or not moves else _due_then(row.due, moves, finished, known),
        expected,
        heard,
        dropped,
        dropped_on,
        blocked,
        tuple(waivers),
        tuple(promises),
        tuple(moves),
        tuple(announced),
        _milestones(entry, touched),
    )


def _due_then(due: date, moves: list[Fact], finished: date, known: date | None) -> date:
    """The due date in force at the finish: moves decided before it, and recorded no later than it was."""
    for move in moves:
        assert isinstance(move.value, DueMove)
        if move.on < finished and known is not None and move.rec <= known:
            due = move.value.due
    return due


def _amended(row: Project, amendments: list[Cells]) -> Project:
    for cells in amendments:
        fields: dict[str, str | float | date | bool | None] = {}
        for name, text in cells.cells:
            if name == "start":
                fields[name] = parse_date(text)
            elif name in ("weight", "invest"):
                fields[name] = amount_of(text, name, [])
            elif name == "key":
                fields[name] = text.lower() in {"1", "true", "yes", "是", "y", "✓"}
            else:
                fields[name] = text
        row = replace(row, **fields)  # type: ignore[arg-type]  # names and kinds were checked when the book was opened
    return row


def _milestones(entry: Entry, touched: list[Fact] | None) -> tuple[MilestoneState, ...]:
    if touched is None:
        return entry.nodes
    states = []
    for node in entry.nodes:
        due, name = node.due, node.milestone.id
        finished = known = expected = None
        said = False
        for fact in touched:
            if fact.milestone == name:
                said = True
                if fact.kind == "finished":
                    finished, known = fact.on, fact.rec
                elif isinstance(fact.value, DueMove):
                    due = fact.value.due
                elif isinstance(fact.value, date):
                    expected = fact.value
        states.append(MilestoneState(node.milestone, due, finished, known, expected) if said else node)
    return tuple(states)


def fold_indicator(
    indicator: Indicator,
    facts: Iterable[Fact],
    at: date,
    as_of: date,
    hidden: frozenset[str],
    joined: Iterable[Value] = (),
) -> IndicatorState:
    """State of one indicator: the newest line a period counts; invalid and unfinished values are left out, by
    name.
    """
    targets = [t for t in indicator.targets if t.decided_on <= min(at, as_of)]
    values: list[Value] = []
    for fact in facts:
        if fact.on > at or fact.rec > as_of or fact.digest in hidden:
            continue
        if isinstance(fact.value, NewTarget):
            targets = [t for t in targets if t.id != fact.value.id]
            targets.append(target_of(fact.value, fact.on))
        elif isinstance(fact.value, Reading):
            values.append(Value(fact.value, fact.rec, "; ".join(fact.line.src), fact.line.grade))
    values += [v for v in joined if v.known <= as_of and v.reading.period.start <= at]
    counted: dict[tuple[date, date], Value] = {}
    left_out: list[tuple[Value, str]] = []
    for value in values:
        period = value.reading.period
        if value.reading.quality == "invalid":
            left_out.append((value, "invalid"))
            continue
        if period.end > at:
            left_out.append((value, "its period has not ended"))
            continue
        replaced = counted.get((period.end, period.start))
        if replaced is not None:
            left_out.append((replaced, "replaced by a later value for the period"))
        counted[(period.end, period.start)] = value
    superseded = frozenset(t.supersedes for t in targets if t.supersedes)
    return IndicatorState(
        indicator,
        tuple(sorted(targets, key=lambda t: (t.decided_on, t.due, t.id))),
        superseded,
        tuple(counted[key] for key in sorted(counted)),
        tuple(left_out),
    )
