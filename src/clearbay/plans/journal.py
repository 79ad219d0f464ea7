"""The append-only journal: one JSON line a fact, each naming the digest of the line before it.

Reading never fails on a bad line. A line that cannot be read is kept, named and not counted; a line that does
not follow the one before it is a break in the chain: named, and counted, for what it says may well be true.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from clearbay.plans.errors import Problem
from clearbay.plans.facts import JSON, FactValue, read_set
from clearbay.plans.model import GRADES

STATUSES = ("approved", "proposed")
_NEEDED = ("rec", "on", "by", "id", "set", "status", "prev")
_KNOWN = frozenset({*_NEEDED, "note", "src", "grade"})


class Line(NamedTuple):
    """One line: true `on`, known `rec`, its digest, what it is about and what it says.

    The order of the fields is the order of the fold: by `on`, then `rec`, then digest.
    """

    on: date
    rec: date
    digest: str
    id: str
    facts: tuple[tuple[str, FactValue], ...]
    by: str
    approved: bool
    number: int
    note: str = ""
    src: tuple[str, ...] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line before it is written: it has no place in the chain yet."""

    on: date
    id: str
    set: Mapping[str, JSON]
    by: str
    note: str = ""
    src: tuple[str, ...] = ()
    grade: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Journal:
    """The lines that could be read, the digest of the last one, and what is wrong.

    `torn` is the text of a last line that was cut before its end (a power loss), empty when there is none.
    """

    lines: tuple[Line, ...]
    head: str
    problems: tuple[Problem, ...] = ()
    torn: str = ""

    @property
    def breaks(self) -> tuple[Problem, ...]:
        """Where the chain does not hold."""
        return tuple(problem for problem in self.problems if problem.level == "broken")

    @property
    def last_rec(self) -> date | None:
        """The newest day anything was recorded, None for an empty journal."""
        return self.lines[-1].rec if self.lines else None


def digest_of(line: bytes) -> str:
    """SHA-256 of a line's bytes without its end, as hex."""
    return hashlib.sha256(line).hexdigest()


def encode_line(draft: Draft, rec: date, prev: str) -> bytes:
    """The bytes of a line, without its end; the same draft, day and place give the same bytes."""
    fields: dict[str, object] = {
        "rec": rec.isoformat(),
        "on": draft.on.isoformat(),
        "by": draft.by,
        "id": draft.id,
        "set": dict(draft.set),
    }
    if draft.note:
        fields["note"] = draft.note
    if draft.src:
        fields["src"] = list(draft.src)
    if draft.grade:
        fields["grade"] = draft.grade
    fields["status"] = "proposed" if draft.proposed else "approved"
    fields["prev"] = prev
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def read_journal(content: bytes, genesis: str, where: str = "journal.jsonl") -> Journal:
    """Read and verify a journal; `genesis` is the digest of the approved plan, which the first line names.

    Nothing is raised: what is wrong stands in `problems`, by line.
    """
    pieces = content.split(b"\n")
    last = pieces.pop()  # empty when the file ends with a line end, as it should
    lines: list[Line] = []
    problems: list[Problem] = []
    head = genesis
    dates: dict[str, date] = {}
    names: dict[str, str] = {}
    for number, raw in enumerate(pieces, start=1):
        if not raw.strip():
            continue
        place = f"{where}:{number}"
        try:
            line, prev = _read_line(raw.rstrip(b"\r"), number, dates, names)
        except ValueError as wrong:
            problems.append(Problem(place, f"cannot be read ({wrong}); kept, not counted", "enter what it said again"))
            continue
        if prev != head:
            problems.append(_broken(place, number, prev, head, genesis))
        head = line.digest
        if line.on > line.rec:
            what = f"says something true on {line.on}, after the day it was recorded ({line.rec}); not counted"
            problems.append(Problem(place, what, "enter it again with the day it happened"))
            continue
        lines.append(line)
    kept, misplaced = _in_order_of_record(lines)
    problems += [
        Problem(
            f"{where}:{line.number}",
            f"is recorded {line.rec}, out of order with the lines around it; not counted, since it would "
            "change what was reported then",
            "enter it again with today as the day of record",
        )
        for line in misplaced
    ]
    if last.strip():
        what = f"the last line was cut before its end ({len(last)} bytes kept, not counted)"
        problems.append(Problem(f"{where}:{len(pieces) + 1}", what, "enter what it said again"))
    return Journal(tuple(kept), head, tuple(problems), last.decode("utf-8", "replace"))


def _in_order_of_record(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The longest run of lines whose days of record never go back, and the few that do not fit it."""
    if all(a.rec <= b.rec for a, b in pairwise(lines)):
        return lines, []
    tails: list[date] = []
    at_tail: list[int] = []
    before: list[int] = []
    for index, line in enumerate(lines):
        length = bisect_right(tails, line.rec)
        before.append(at_tail[length - 1] if length else -1)
        tails[length : length + 1] = [line.rec]
        at_tail[length : length + 1] = [index]
    fitting = set()
    index = at_tail[-1]
    while index >= 0:
        fitting.add(index)
        index = before[index]
    kept = [line for index, line in enumerate(lines) if index in fitting]
    return kept, [line for index, line in enumerate(lines) if index not in fitting]


def _broken(place: str, number: int, prev: str, head: str, genesis: str) -> Problem:
    if number == 1 or head == genesis:
        what = f"does not follow the approved plan (it names {prev[:12]}, the plan's files give {genesis[:12]})"
        do = "the plan's files were edited after approval: put them back, and enter the change as lines"
    else:
        what = f"does not follow the line above it (it names {prev[:12]}, the line above is {head[:12]})"
        do = "a line was edited, removed or put in here or just above: compare with a copy"
    return Problem(place, what, do, "broken")


def _read_line(raw: bytes, number: int, dates: dict[str, date], names: dict[str, str]) -> tuple[Line, str]:
    try:
        given = json.loads(raw.decode())
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as wrong:
        raise ValueError(f"not JSON from column {wrong.colno}: {wrong.msg}") from None
    if not isinstance(given, dict):
        raise ValueError("not a group of fields")
    missing = [name for name in _NEEDED if name not in given]
    if missing:
        raise ValueError(f"fields missing: {', '.join(missing)}")
    if not given.keys() <= _KNOWN:
        raise ValueError(f"fields not known: {', '.join(sorted(given.keys() - _KNOWN))}")
    texts = (given["by"], given["id"], given["prev"], given.get("note", ""))
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("by, id, prev and note are text")
    src, grade, status = given.get("src", []), given.get("grade", ""), given["status"]
    if not isinstance(src, list) or not all(isinstance(s, str) for s in src):
        raise ValueError("src is a list of texts")
    if status not in STATUSES:
        raise ValueError(f"status {status!r} is none of {', '.join(STATUSES)}")
    if grade and grade not in GRADES:
        raise ValueError(f"grade {grade!r} is none of {', '.join(GRADES)}")
    if not isinstance(given["set"], dict):
        raise ValueError("set is a group of fields")
    line_id = names.setdefault(given["id"], given["id"])
    by = names.setdefault(given["by"], given["by"])
    line = Line(
        _day(given["on"], "on", dates),
        _day(given["rec"], "rec", dates),
        digest_of(raw),
        line_id,
        read_set(given["set"]),
        by,
        status == "approved",
        number,
        given.get("note", ""),
        tuple(src),
        grade,
    )
    return line, given["prev"]


def _day(text: object, field: str, dates: dict[str, date]) -> date:
    if not isinstance(text, str):
        raise ValueError(f"{field} {text!r} is not a date")
    known = dates.get(text)
    if known is None:
        try:
            known = date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{field} {text!r} is not a date; write it as 2023-06-30") from None
        dates[text] = known
    return known


def chain_lines(drafts: Sequence[tuple[date, Draft]], genesis: str) -> bytes:
    """A whole journal from drafts and the days they were recorded, in that order;
    for simulations and tests.
    """
    pieces = []
    head = genesis
    for rec, draft in drafts:
        raw = encode_line(draft, rec, head)
        head = digest_of(raw)
        pieces.append(raw)
    return b"".join(piece + b"\n" for piece in pieces)
