"""Frozen monthly reports: the same journal, rule and month give the same bytes, to the last one.

A frozen report names the digest of the plan, the head of the journal and the version of the rule it was made
with, so that anyone can make it again and compare.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import NamedTuple

from clearbay.plans.book import Book, book_at
from clearbay.plans.errors import NotInBook, Problem
from clearbay.plans.fold import ProjectState
from clearbay.plans.indicator import INDICATOR_RULE_VERSION, IndicatorStatus
from clearbay.plans.light import RULE_VERSION, Light
from clearbay.plans.marks import Mark
from clearbay.plans.monthly import MonthReport, month_report, monthly_reports
from clearbay.plans.rollup import Counts, counts_by, counts_of, summed

COLUMNS = (
    "id", "theme", "level", "due", "original_due", "started", "finished", "expected", "light",
    "reason", "days",
    "silent", "milestone", "waived_until", "original_light", "original_reason", "original_days",
    "mark", "red_in_row",
)  # fmt: skip
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), allow_nan=False).encode


class _Row(NamedTuple):
    """A row and what it was made from, used again for the next month as far as nothing of it changed."""

    own: ProjectState
    light: Light
    first: Light
    mark: Mark | None
    streak: int
    facts: str
    text: str


def freeze_report(book: Book, report: MonthReport, rows: dict[str, _Row] | None = None) -> bytes:
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
    counts = {
        "all": _counts(summed(groups.values())),
        "all_original": _counts(counts_of(state.projects.values(), report.original, state.at, "original")),
        "by_level": {
            k: _counts(summed(c for (level, _), c in groups.items() if level == k)) for k in plan.levels
        },
        "by_theme": {
            t.id: _counts(summed(c for (_, k), c in groups.items() if k == t.id)) for t in plan.themes
        },
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
    pieces.append(",\n".join(_rows(report, {} if rows is None else rows)))
    pieces.append("]\n}\n")
    return "\n".join(pieces).encode()


def frozen_months(book: Book, months: Sequence[str], rule: str = RULE_VERSION) -> Iterator[tuple[str, bytes]]:
    """Month and bytes of the frozen reports of consecutive months from the plan's first."""
    rows: dict[str, _Row] = {}
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
            (
                n
                for n, (a, b) in enumerate(zip(again.split(b"\n"), content.split(b"\n"), strict=False), 1)
                if a != b
            ),
            0,
        )
        return Problem(
            name, f"differs from what the journal gives, first on line {line}", "it was edited", "broken"
        )
    return None


def _rows(report: MonthReport, rows: dict[str, _Row]) -> Iterator[str]:
    marks = report.marks.of_month(report.month)
    for project, own in report.state.projects.items():
        light, first = report.lights[project], report.original[project]
        mark, streak = marks.get(project), report.marks.streak(project)
        row = rows.get(project)
        same = row is not None and row.own is own
        if row is None or not (
            same and row.light is light and row.first is first and row.mark is mark and row.streak == streak
        ):
            facts = row.facts if row is not None and same else _encode(_facts_of(own))[:-1]
            # Words of ours and ids of letters, digits, - and _: nothing here needs escaping, so no encoder is
            # asked.
            judged = (
                f'"{light.colour}", "{light.reason}", {light.days}, {_or_null(light.silent)}, '
                f'"{light.milestone}", '
                f'{_or_null(_quoted(_iso(light.waived)))}, "{first.colour}", "{first.reason}", {first.days}, '
                f"{_or_null(_quoted(mark and mark.colour))}, {streak}]"
            )
            row = rows[project] = _Row(own, light, first, mark, streak, facts, f"{facts}, {judged}")
        yield row.text


def _facts_of(own: ProjectState) -> tuple[str | None, ...]:
    row = own.project
    dates = (own.due, own.due0, own.started, own.finished, own.expected)
    return (row.id, row.theme, row.level, *(_iso(day) for day in dates))


def _or_null(value: int | str | None) -> int | str:
    return "null" if value is None else value


def _quoted(word: str | None) -> str | None:
    return None if word is None else f'"{word}"'


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


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
