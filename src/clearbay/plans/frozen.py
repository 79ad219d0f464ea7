"""Frozen monthly reports: the same journal, rule and month give the same bytes, to the last one.

A frozen report names the digest of the plan, the head of the journal and the version of the rule it was made
with, so that anyone can make it again and compare.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from clearbay.plans.book import Book, book_at
from clearbay.plans.errors import NotInBook, Problem
from clearbay.plans.fold import ProjectState
from clearbay.plans.indicator import INDICATOR_RULE_VERSION, IndicatorStatus
from clearbay.plans.light import RULE_VERSION
from clearbay.plans.monthly import MonthReport, month_report, monthly_reports
from clearbay.plans.rollup import Counts, counts_by, counts_of, summed

COLUMNS = (
    "id", "theme", "level", "due", "original_due", "started", "finished", "expected", "light",
    "reason", "days",
    "silent", "milestone", "waived_until", "original_light", "original_reason", "original_days",
    "mark", "red_in_row",
)  # fmt: skip
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), allow_nan=False).encode


@dataclass(slots=True)
class _Texts:
    """The texts of the month before, used again for every project of which nothing changed since."""

    before: MonthReport | None = None
    facts: dict[str, str] = field(default_factory=dict)
    judged: dict[str, str] = field(default_factory=dict)
    unmarked: dict[str, bytes] = field(default_factory=dict)


def freeze_report(book: Book, report: MonthReport, texts: _Texts | None = None) -> bytes:
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
    rows = b",\n".join(_rows(report, texts or _Texts()))
    return b"".join(("\n".join(pieces).encode(), b"\n", rows, b"\n]\n}\n"))


def frozen_months(book: Book, months: Sequence[str], rule: str = RULE_VERSION) -> Iterator[tuple[str, bytes]]:
    """Month and bytes of the frozen reports of consecutive months from the plan's first."""
    texts = _Texts()
    for report in monthly_reports(book, months, rule):
        yield report.month, freeze_report(book, report, texts)


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


def _rows(report: MonthReport, texts: _Texts) -> Iterator[bytes]:
    marks = report.marks.of_month(report.month)
    streaks = report.marks.streaks()
    facts, judged, unmarked = texts.facts, texts.judged, texts.unmarked
    before = texts.before
    states = before.state.projects if before is not None else {}
    lights = before.lights if before is not None else {}
    firsts = before.original if before is not None else {}
    for project, own in report.state.projects.items():
        light, first = report.lights[project], report.original[project]
        if states.get(project) is not own:
            facts[project] = _encode(_facts_of(own))[:-1]
            unmarked.pop(project, None)
        if lights.get(project) is not light or firsts.get(project) is not first:
            # Words of ours, and ids of letters, digits, - and _: nothing here needs escaping.
            judged[project] = (
                f'"{light.colour}", "{light.reason}", {light.days}, {_or_null(light.silent)}, '
                f'"{light.milestone}", {_or_null(_quoted(_iso(light.waived)))}, '
                f'"{first.colour}", "{first.reason}", {first.days}'
            )
            unmarked.pop(project, None)
        if project in marks or project in streaks:
            mark = f'"{marks[project].colour}"' if project in marks else "null"
            yield f"{facts[project]}, {judged[project]}, {mark}, {streaks.get(project, 0)}]".encode()
            continue
        if project not in unmarked:
            unmarked[project] = f"{facts[project]}, {judged[project]}, null, 0]".encode()
        yield unmarked[project]
    texts.before = report


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
