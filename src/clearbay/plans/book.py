"""A plan book: the approved plan and its journal, put in the order a fold needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from clearbay.plans.errors import NotInBook, Problem
from clearbay.plans.facts import Cells, Drop, FactValue, NewTarget, Reading
from clearbay.plans.journal import Journal, Line
from clearbay.plans.model import Milestone, Plan, Project, Target
from clearbay.plans.schema import wrong_with_target
from clearbay.plans.tables import PROJECT_COLUMNS, project_of


class Fact(NamedTuple):
    """One thing a line says about one item; `milestone` is its id when it speaks of a milestone."""

    on: date
    rec: date
    digest: str
    kind: str
    value: FactValue
    milestone: str
    line: Line


class MilestoneState(NamedTuple):
    """A node on a day: `due` as moved, `milestone.due` as approved; `known` is
    when the finish was recorded.
    """

    milestone: Milestone
    due: date
    finished: date | None = None
    known: date | None = None
    expected: date | None = None


class Added(NamedTuple):
    """A project that joined the plan after approval."""

    project: Project
    fact: Fact


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is known of one project: its approved row (None when it was added later), nodes, facts in
    order.
    """

    project: Project | None
    nodes: tuple[MilestoneState, ...]
    facts: tuple[Fact, ...]
    added: tuple[Added, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A plan with its journal, indexed. Built by `open_book`, read by `fold`; holds no state of any day."""

    plan: Plan
    journal: Journal
    entries: Mapping[str, Entry]
    indicator_facts: Mapping[str, tuple[Fact, ...]]
    voids: Mapping[str, tuple[Line, ...]]
    approvals: Mapping[str, tuple[Line, ...]]
    pending: frozenset[str]
    lines: Mapping[str, Line]
    problems: tuple[Problem, ...]

    def line(self, digest: str) -> Line:
        """The line of a digest, or of its first eight or more characters; raises `NotInBook`."""
        if digest in self.lines:
            return self.lines[digest]
        found = [line for known, line in self.lines.items() if known.startswith(digest)]
        if len(digest) < 8 or len(found) != 1:
            raise NotInBook(
                f"line {digest}",
                "no line has this digest" if not found else f"{len(found)} lines begin so",
                "give the first 8 characters or more, as `clearbay plan log` prints them",
            )
        return found[0]


def open_book(plan: Plan, journal: Journal) -> Book:
    """Index a journal under its plan; a line about nothing the plan knows is named in `problems`, not
    counted.
    """
    problems: list[Problem] = [*plan.notices, *journal.problems]
    added = _added_projects(plan, journal, problems)
    milestones = {project: {m.id for m in own} for project, own in plan.milestones.items()}
    facts: dict[str, list[Fact]] = {project: [] for project in (*plan.projects, *added)}
    readings: dict[str, list[Fact]] = {indicator: [] for indicator in plan.indicators}
    voids: dict[str, list[Line]] = {}
    approvals: dict[str, list[Line]] = {}
    pending = set()
    lines = {line.digest: line for line in journal.lines}
    for line in journal.lines:
        if not line.approved:
            pending.add(line.digest)
        project, _, milestone = line.id.partition("/")
        own = readings.get(line.id) if line.id in readings else facts.get(project)
        for kind, value in line.facts:
            wrong = ""
            if kind in ("void", "approve"):
                index = voids if kind == "void" else approvals
                if value in lines:
                    index.setdefault(str(value), []).append(line)
                else:
                    wrong = f"{kind}s {str(value)[:12]}, which is no line of this journal"
            elif own is None:
                wrong = f"speaks of {line.id!r}, which is not in the plan"
            else:
                wrong = _wrong_for(plan, line, kind, value, milestone, milestones.get(project, set()))
                if not wrong and kind != "add":
                    own.append(Fact(line.on, line.rec, line.digest, kind, value, milestone, line))
            if wrong:
                where = f"journal.jsonl:{line.number}"
                problems.append(Problem(where, f"{wrong}; kept, not counted", "void it and enter what was meant"))
    entries = {
        project: Entry(
            plan.projects.get(project),
            tuple(MilestoneState(m, m.due) for m in plan.milestones.get(project, ())),
            tuple(sorted(own)),
            tuple(added.get(project, ())),
        )
        for project, own in facts.items()
    }
    return Book(
        plan,
        journal,
        entries,
        {indicator: tuple(sorted(own)) for indicator, own in readings.items()},
        {digest: tuple(own) for digest, own in voids.items()},
        {digest: tuple(own) for digest, own in approvals.items()},
        frozenset(pending),
        lines,
        tuple(problems),
    )


def _added_projects(plan: Plan, journal: Journal, problems: list[Problem]) -> dict[str, list[Added]]:
    themes = {theme.id for theme in plan.themes}
    added: dict[str, list[Added]] = {}
    for line in journal.lines:
        for kind, value in line.facts:
            if kind != "add" or not isinstance(value, Cells):
                continue
            where = f"journal.jsonl:{line.number}"
            if line.id in plan.projects or line.id in plan.indicators:
                problems.append(Problem(where, f"adds {line.id!r}, which is in the plan", "ids are never reused"))
                continue
            cells = dict.fromkeys(PROJECT_COLUMNS, "") | dict(value.cells) | {"id": line.id}
            try:
                project = project_of(cells, themes, plan.levels)
            except ValueError as wrong:
                problems.append(Problem(where, f"adds a project that cannot be read ({wrong}); kept, not counted"))
                continue
            fact = Fact(line.on, line.rec, line.digest, kind, value, "", line)
            added.setdefault(line.id, []).append(Added(project, fact))
    return added


_OF_MILESTONES = frozenset({"finished", "due", "expected", "report"})
_OF_INDICATORS = frozenset({"value", "target"})


def _wrong_for(plan: Plan, line: Line, kind: str, value: FactValue, milestone: str, known: set[str]) -> str:
    """What the plan has against a fact, empty when nothing."""
    if line.id in plan.indicators:
        if kind not in _OF_INDICATORS:
            return f"sets {kind} of {line.id}, an indicator, which takes value and target"
        indicator = plan.indicators[line.id]
        if isinstance(value, Reading):
            for limit, beyond in ((indicator.minimum, -1), (indicator.maximum, 1)):
                if limit is not None and (value.value - limit) * beyond > 0:
                    side = "above the maximum" if beyond > 0 else "below the minimum"
                    return f"gives {value.value:g} {indicator.unit}, {side} {limit:g} of {line.id}"
        if isinstance(value, NewTarget):
            target = target_of(value, line.on)
            wrong = wrong_with_target(indicator, target, line.id)
            return "; ".join(problem.what for problem in wrong)
        return ""
    if kind in _OF_INDICATORS:
        return f"sets {kind} of {line.id}, which is no indicator"
    if line.id.partition("/")[1]:
        if milestone not in known:
            return f"speaks of the milestone {line.id!r}, which is not in the plan"
        if kind not in _OF_MILESTONES:
            return f"sets {kind} of the milestone {line.id}, which takes {', '.join(sorted(_OF_MILESTONES))}"
    if kind == "phase" and value not in plan.phases:
        phases = ", ".join(plan.phases) or "(plan.yaml declares none)"
        return f"sets the phase {value!r}, which is none of {phases}"
    if isinstance(value, Drop) and value.merged_into and value.merged_into not in plan.projects:
        return f"merges {line.id} into {value.merged_into!r}, which is not in the plan"
    if kind == "amend" and isinstance(value, Cells):
        return _wrong_amendment(plan, value)
    return ""


def _wrong_amendment(plan: Plan, value: Cells) -> str:
    cells = dict.fromkeys(PROJECT_COLUMNS, "-")
    cells |= {"start": "0001-01-01", "due": "9999-12-31", "weight": "", "invest": "", "key": ""}
    cells |= {"theme": plan.themes[0].id, "level": plan.levels[0]} | dict(value.cells)
    try:
        project_of(cells, {theme.id for theme in plan.themes}, plan.levels)
    except ValueError as wrong:
        return f"corrects a field wrongly: {wrong}"
    return ""


def target_of(value: NewTarget, decided_on: date) -> Target:
    """A target as the journal gives it."""
    return Target(value.id, value.due, value.value, decided_on, value.high, value.doc, "", value.supersedes or None)


def hidden_lines(book: Book, as_of: date, *, with_proposed: bool = False) -> frozenset[str]:
    """Digests of lines that do not count as known on `as_of`: voided, or not approved.

    A void that is itself voided does not count; neither does an approval. The answer depends on which lines
    there are, never on their order.
    """
    answers: dict[str, bool] = {}

    def counts(digest: str) -> bool:
        if digest not in answers:
            line = book.lines[digest]
            approved = (
                with_proposed
                or digest not in book.pending
                or any(a.rec <= as_of and counts(a.digest) for a in book.approvals.get(digest, ()))
            )
            voided = any(v.rec <= as_of and counts(v.digest) for v in book.voids.get(digest, ()))
            answers[digest] = line.rec <= as_of and approved and not voided
        return answers[digest]

    return frozenset(digest for digest in (*book.voids, *book.pending) if not counts(digest))


def book_at(book: Book, head: str) -> Book:
    """The book as it was when `head` was the last line; raises `NotInBook` when no line has that digest."""
    if head == book.journal.head:
        return book
    if head == book.plan.digest:
        return open_book(book.plan, Journal((), head))
    number = book.line(head).number
    lines = tuple(line for line in book.journal.lines if line.number <= number)
    return open_book(book.plan, Journal(lines, head))
