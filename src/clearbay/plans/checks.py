"""What is asked of a line before it is written. A line that passes can be read back; one that does not
changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from difflib import get_close_matches

from clearbay.plans.book import Book, Fact, hidden_lines, open_book
from clearbay.plans.errors import LineRefused, NotInBook
from clearbay.plans.facts import DueMove, FactValue, NewTarget, Reading, Waiver, read_set
from clearbay.plans.fold import ProjectState, fold
from clearbay.plans.journal import Draft, Journal, digest_of, encode_line, read_journal

#: A day further before the plan's start than this is taken for a slip of the pen [d].
LONG_BEFORE_DAYS = 3653
#: Kinds that may be said again on the same day without contradicting each other.
_REPEATABLE = frozenset({"report", "void", "approve", "promise", "waiver"})


def check_drafts(book: Book, drafts: Sequence[Draft], today: date) -> list[Draft]:
    """Check lines that are to be written `today`, each as if those before it were written already.

    Digests that a `void` or `approve` names by their first characters come back in full. Under a plan with
    `approval: second-person` every line but an approval comes back as proposed. Raises `LineRefused`.
    """
    checked = []
    for draft in drafts:
        ready = _check(book, draft, today)
        checked.append(ready)
        if len(drafts) > 1:
            book = _with_line(book, ready, today)
    return checked


def _with_line(book: Book, draft: Draft, today: date) -> Book:
    raw = encode_line(draft, today, book.journal.head)
    one = read_journal(raw + b"\n", book.journal.head)
    number = (book.journal.lines[-1].number if book.journal.lines else 0) + 1
    line = one.lines[0]._replace(number=number)
    return open_book(book.plan, Journal((*book.journal.lines, line), digest_of(raw)))


def _check(book: Book, draft: Draft, today: date) -> Draft:
    where = f"{draft.id} {draft.on}"
    try:
        facts = read_set(draft.set)
    except ValueError as wrong:
        raise LineRefused(where, str(wrong), "nothing was written") from None
    if not draft.by.strip():
        raise LineRefused(where, "nobody is named as the one who reports", "say who: --by")
    last = book.journal.last_rec
    if last is not None and today < last:
        what = f"today ({today}) is before the newest line of the journal ({last})"
        raise LineRefused(where, what, "check the clock of this machine")
    if draft.on > today:
        raise LineRefused(
            where, f"says something true on {draft.on}, after today ({today})", "give the day it happened"
        )
    if draft.on < book.plan.start - timedelta(days=LONG_BEFORE_DAYS):
        raise LineRefused(where, f"{draft.on} is more than ten years before the plan begins", "check the year")
    kinds = {kind for kind, _ in facts}
    if kinds & {"void", "approve"}:
        return _naming(book, draft, facts, today)
    _known_id(book, draft, kinds)
    if book.plan.approval == "second-person":
        draft = replace(draft, proposed=True)
    trial = _with_line(book, draft, today)
    if len(trial.problems) > len(book.problems):
        raise LineRefused(where, trial.problems[-1].what.removesuffix("; kept, not counted"), "nothing was written")
    state = fold(book, today, today, with_proposed=True)
    project, _, milestone = draft.id.partition("/")
    for kind, value in facts:
        if draft.id in book.plan.indicators:
            _check_value(book, draft, value, where)
        elif project in state.projects and not milestone:
            _check_project(state.projects[project], draft, kind, value, where)
        elif milestone and project in state.projects:
            _check_milestone(state.projects[project], milestone, kind, value, where)
        _check_tie(book, draft, kind, value, today, where)
    return draft


def _known_id(book: Book, draft: Draft, kinds: set[str]) -> None:
    project, _, milestone = draft.id.partition("/")
    known = [*book.entries, *book.plan.indicators]
    if draft.id in book.plan.indicators or "add" in kinds:
        return
    if project not in book.entries:
        near = get_close_matches(draft.id, known, n=3, cutoff=0.4)
        do = f"did you mean {', '.join(near)}?" if near else "`clearbay plan show` lists the ids"
        raise LineRefused(draft.id, "is not in this plan", do)
    if milestone and milestone not in {n.milestone.id for n in book.entries[project].nodes}:
        own = ", ".join(n.milestone.ref for n in book.entries[project].nodes) or "(none)"
        raise LineRefused(draft.id, "is no milestone of this plan", f"the project has {own}")


def _naming(book: Book, draft: Draft, facts: tuple[tuple[str, FactValue], ...], today: date) -> Draft:
    """Check a void or an approval, which name another line."""
    ((kind, named),) = facts if len(facts) == 1 else (("", ""),)
    if not kind:
        raise LineRefused(draft.id, "void and approve stand alone on their line", "write two lines")
    try:
        line = book.line(str(named))
    except NotInBook as missing:
        raise LineRefused(missing.problem.where, missing.problem.what, missing.problem.do) from None
    where = f"{kind} {line.digest[:12]}"
    hidden = hidden_lines(book, today)
    if kind == "void":
        voided = hidden_lines(book, today, with_proposed=True)
        if line.digest in voided:
            raise LineRefused(where, "this line is voided already", "nothing was written")
        if not draft.note.strip():
            raise LineRefused(where, "a line is voided with a reason", "say why: --note")
    elif line.approved or line.digest not in hidden:
        raise LineRefused(where, "this line is approved already", "nothing was written")
    elif line.by == draft.by:
        raise LineRefused(where, f"{draft.by} wrote this line", "somebody else approves it")
    proposed = draft.proposed or (kind == "void" and book.plan.approval == "second-person")
    return replace(draft, id=line.id, set={kind: line.digest}, proposed=proposed)


def _check_project(own: ProjectState, draft: Draft, kind: str, value: FactValue, where: str) -> None:
    if kind == "add":
        raise LineRefused(where, "is in the plan already", "ids are never reused")
    if kind == "finished":
        if own.finished is not None:
            raise LineRefused(where, f"is finished already ({own.finished})", "void that line first if it is wrong")
        if own.started is not None and draft.on < own.started:
            raise LineRefused(where, f"would be finished before it was started ({own.started})", "check both dates")
    if kind == "started" and own.finished is not None and draft.on > own.finished:
        raise LineRefused(where, f"would be started after it was finished ({own.finished})", "check both dates")
    if kind in ("pct", "phase", "expected") and own.finished is not None:
        raise LineRefused(where, f"is finished ({own.finished})", "void that line first if it is wrong")
    if own.dropped is not None and kind not in ("report", "amend"):
        raise LineRefused(where, f"was taken out of the plan ({own.dropped_on})", "void that line first if it is wrong")
    if isinstance(value, DueMove):
        _check_move(own.due, own.project.start, value, where)
    if isinstance(value, Waiver) and value.until < draft.on:
        raise LineRefused(where, f"the waiver would end {value.until}, before it begins", "check both dates")


def _check_milestone(own: ProjectState, milestone: str, kind: str, value: FactValue, where: str) -> None:
    node = next(n for n in own.milestones if n.milestone.id == milestone)
    if kind == "finished" and node.finished is not None:
        raise LineRefused(where, f"is finished already ({node.finished})", "void that line first if it is wrong")
    if isinstance(value, DueMove):
        _check_move(node.due, own.project.start, value, where)


def _check_move(due: date, start: date, move: DueMove, where: str) -> None:
    if not move.doc.strip() or not move.reason.strip():
        raise LineRefused(where, "a due date moves with a document and a reason", "give --doc and --reason")
    if move.due == due:
        raise LineRefused(where, f"is due {due} already", "nothing was written")
    if move.due < start:
        raise LineRefused(where, f"would be due {move.due}, before it starts ({start})", "check both dates")


def _check_value(book: Book, draft: Draft, value: FactValue, where: str) -> None:
    if isinstance(value, Reading) and value.quality == "final" and value.period.end > draft.on:
        what = f"a value for {value.period.label} is not final on {draft.on}: the period ends {value.period.end}"
        raise LineRefused(where, what, "give it as --provisional, or with the day it became final")
    if isinstance(value, NewTarget):
        state = fold(book, draft.on, date.max, with_proposed=True).indicators[draft.id]
        known = {target.id for target in state.targets}
        if value.id in known:
            raise LineRefused(where, f"target {value.id} is there already", "ids are never reused")
        if value.supersedes and value.supersedes not in known:
            raise LineRefused(
                where, f"there is no target {value.supersedes} to supersede", f"there are {sorted(known)}"
            )


def _check_tie(book: Book, draft: Draft, kind: str, value: FactValue, today: date, where: str) -> None:
    """Two lines of one day that say different things would be ordered by their digests, which nobody can
    foresee.
    """
    if kind in _REPEATABLE:
        return
    project, _, milestone = draft.id.partition("/")
    entry = book.entries.get(project)
    facts: Sequence[Fact] = entry.facts if entry is not None else book.indicator_facts.get(draft.id, ())
    hidden = hidden_lines(book, today, with_proposed=True)
    for fact in facts:
        if (fact.on, fact.rec, fact.kind, fact.milestone) != (draft.on, today, kind, milestone):
            continue
        if isinstance(value, Reading) and isinstance(fact.value, Reading) and fact.value.period != value.period:
            continue
        if fact.digest not in hidden and fact.value != value:
            what = f"line {fact.digest[:12]} says otherwise for the same day"
            raise LineRefused(where, what, f"void it first: clearbay plan void … {fact.digest[:12]}")


def proposed_lines(book: Book, today: date) -> list[str]:
    """Digests of lines that wait for approval, oldest first."""
    hidden = hidden_lines(book, today)
    voided = hidden_lines(book, today, with_proposed=True)
    return [d for d in book.lines if d in book.pending and d in hidden and d not in voided]
