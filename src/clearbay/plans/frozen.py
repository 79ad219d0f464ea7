"""Frozen monthly reports: the same journal, rule and month give the same bytes, to the last one.

A frozen report names the digest of the plan, the head of the journal and the version of the rule it was made
with, so that anyone can make it again and compare.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache

from clearbay.plans.book import Book, book_at
from clearbay.plans.errors import NotInBook, Problem
from clearbay.plans.indicator import INDICATOR_RULE_VERSION, IndicatorStatus
from clearbay.plans.light import RULE_VERSION
from clearbay.plans.monthly import MonthReport, month_report, monthly_reports
from clearbay.plans.rollup import Counts, counts_by, counts_of, summed, without

COLUMNS = (
    "id", "theme", "level", "due", "original_due", "started", "finished", "expected", "light",
    "reason", "days",
    "silent", "milestone", "waived_until", "original_light", "original_reason", "original_days",
    "mark", "red_in_row",
)  # fmt: skip
_UNMARKED = b", null, 0]"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), allow_nan=False).encode


#: Rows of the month before, by project, without the month's mark: used again where nothing changed since.
_Rows = dict[str, bytes]


def freeze_report(book: Book, report: MonthReport, kept: _Rows | None = None) -> bytes:
    """The bytes of a frozen report: JSON with one project a line, so that two
    months can be compared by eye.
    """
    plan, state = book.plan, report.state
    head = {
        "plan": plan.id,
        "title": plan.title,
        "month": report.month,
        "at": state.at.isoformat(),
        "as_of": state.as_of.isoformat(),
        "rule": report.rule,
        "indicator_rule": INDICATOR_RULE_VERSION,
        "plan_digest": plan.digest,
        "journal": {
            "head": book.journal.head,
            "lines": len(book.journal.lines),
            "problems": [str(problem) for problem in book.problems if problem.level != "notice"],
        },
    }
    groups = counts_by(state, report.lights, lambda row: (row.level, row.theme))
    whole = summed(groups.values())
    # A project whose dates were never moved has one light for both: only the others are counted again.
    moved = [own for p, own in state.projects.items() if report.original[p] is not report.lights[p]]
    unmoved = without(whole, counts_of(moved, report.lights, state.at))
    counts = {
        "all": _counts(whole),
        "all_original": _counts(summed((unmoved, counts_of(moved, report.original, state.at, "original")))),
        "by_level": {k: _counts(summed(c for (level, _), c in groups.items() if level == k)) for k in plan.levels},
        "by_theme": {t.id: _counts(summed(c for (_, k), c in groups.items() if k == t.id)) for t in plan.themes},
    }
    made_good = [[m.project, m.month, m.made_good and m.made_good.isoformat()] for m in report.made_good]
    pieces = ["{"]
    pieces += [f"{_encode(name)}: {_encode(value)}," for name, value in head.items()]
    pieces.append(f'"counts": {_encode(counts)},')
    pieces.append(f'"made_good": {_encode(made_good)},')
    pieces.append('"indicators": [')
    pieces.append(",\n".join(_indicator_row(name, status) for name, status in report.indicators.items()))
    pieces.append(f'],\n"columns": {_encode(COLUMNS)},')
    pieces.append('"projects": [')
    rows = b",\n".join(_rows(report, {} if kept is None else kept))
    return b"".join(("\n".join(pieces).encode(), b"\n", rows, b"\n]\n}\n"))


def frozen_months(book: Book, months: Sequence[str], rule: str = RULE_VERSION) -> Iterator[tuple[str, bytes]]:
    """Month and bytes of the frozen reports of consecutive months from the plan's first."""
    rows: _Rows = {}
    for report in monthly_reports(book, months, rule):
        yield report.month, freeze_report(book, report, rows)


def check_frozen(book: Book, name: str, content: bytes) -> Problem | None:
    """Make a frozen report again from the journal it names and compare; what is wrong, or None.

    Also finds lines cut off the journal's end, which the chain itself cannot show: the head is then not
    there.
    """
    try:
        given = json.loads(content)
        month, head, rule = given["month"], given["journal"]["head"], given["rule"]
        digest = given["plan_digest"]
        if not all(isinstance(text, str) for text in (month, head, rule, digest)):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return Problem(name, "is not a frozen report", "take it from a copy", "broken")
    if digest != book.plan.digest:
        what = "was made from another approved plan: the plan's files were edited since"
        return Problem(name, what, "put the plan's files back, and enter the change as lines", "broken")
    try:
        then = book_at(book, head)
        again = freeze_report(then, month_report(then, month, rule))
    except NotInBook as missing:
        what = f"cannot be made again: {missing.problem.what} ({missing.problem.where})"
        return Problem(name, what, "lines were cut off the journal or changed: compare with a copy", "broken")
    if again != content:
        line = next(
            (n for n, (a, b) in enumerate(zip(again.split(b"\n"), content.split(b"\n"), strict=False), 1) if a != b),
            0,
        )
        return Problem(name, f"differs from what the journal gives, first on line {line}", "it was edited", "broken")
    return None


def _rows(report: MonthReport, kept: _Rows) -> Iterable[bytes]:
    """Rows in the order of the plan; `kept` is brought up to this month."""
    states = report.state.projects
    if kept.keys() != states.keys():
        stale, order = (states, states) if not kept else (report.fresh, states)
        for project in stale:
            kept[project] = _row(report, project)
        in_order = {project: kept[project] for project in order}
        kept.clear()
        kept.update(in_order)
    else:
        for project in report.fresh:
            kept[project] = _row(report, project)
    marks, streaks = report.marks.of_month(report.month), report.marks.streaks()
    rows = dict(kept)
    for project in marks.keys() | streaks.keys():
        if project in rows:
            mark = f'"{marks[project].colour}"' if project in marks else "null"
            ending = f", {mark}, {streaks.get(project, 0)}]"
            rows[project] = rows[project].removesuffix(_UNMARKED) + ending.encode()
    return rows.values()


def _row(report: MonthReport, project: str) -> bytes:
    light, first = report.lights[project], report.original[project]
    own = report.state.projects[project]
    row = own.project
    silent = "null" if light.silent is None else light.silent
    # Only a level may hold what needs escaping: ids are letters, digits, - and _, the words are ours.
    return (
        f'["{row.id}", "{row.theme}", {_text(row.level)}, "{own.due.isoformat()}", "{own.due0.isoformat()}", '
        f"{_day(own.started)}, {_day(own.finished)}, {_day(own.expected)}, "
        f'"{light.colour}", "{light.reason}", {light.days}, {silent}, "{light.milestone}", '
        f"{_day(light.waived)}, "
        f'"{first.colour}", "{first.reason}", {first.days}'
    ).encode() + _UNMARKED


@cache
def _text(text: str) -> str:
    return _encode(text)


def _day(day: date | None) -> str:
    return "null" if day is None else f'"{day.isoformat()}"'


def _counts(counts: Counts) -> Mapping[str, object]:
    return asdict(counts)


def _indicator_row(name: str, status: IndicatorStatus) -> str:
    now = status.current
    return _encode(
        {
            "id": name, "target": now.target.id, "due": now.target.due.isoformat(), "status": now.status,
            "value": now.value, "value_of": now.value_of, "share": now.share, "wanted": now.wanted,
            "gap": now.gap,
            "days": now.days, "original_target": status.original.target.id,
            "original_status": status.original.status,
        }
    )  # fmt: skip
