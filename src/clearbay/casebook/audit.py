"""The log of writes: who, when, what, from where, and how it was before and after."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from clearbay.casebook.database import Database, Row
from clearbay.casebook.writer import Writer, instant_of, instant_text

Said: TypeAlias = Mapping[str, str | int | float | bool | None]
"""What an entry says of a thing, by name. Secrets never enter."""

NOTHING: Said = {}

APART = timedelta(minutes=1)
"""Clocks that differ by more are two clocks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One write. `before` and `after` are JSON objects; `digest` covers the entry and the one before it (SHA-256)."""

    number: int
    at: datetime
    person: str
    origin: str
    what: str
    subject: str
    before: str
    after: str
    digest: str


class AuditLog:
    """The log of a casebook. An entry is made in the transaction of the write that it tells of.

    A demonstration's service goes by simulated time, but people sign in by real time: with a clock given (`wall`) all
    entries are made by it, and the writer's own time stands among what the entry says (`simulated_at`).
    """

    def __init__(self, database: Database, wall: Callable[[], datetime] | None = None) -> None:
        self._database, self._wall = database, wall

    def enter(self, writer: Writer, what: str, subject: str, before: Said = NOTHING, after: Said = NOTHING) -> None:
        """Add an entry."""
        at = writer.at if self._wall is None else self._wall()
        if abs(at - writer.at) > APART:
            after = {**after, "simulated_at": instant_text(writer.at)}
        with self._database.writing() as con:
            last = con.execute("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1").fetchone()
            number, previous = (int(last[0]) + 1, str(last[1])) if last else (1, "")
            cells = (
                str(number), instant_text(at), writer.person, writer.origin, what, subject,
                _json(before), _json(after),
            )  # fmt: skip
            con.execute(
                "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *cells[1:], _digest(previous, cells))
            )

    def entries(
        self,
        *,
        subject: str = "",
        search: str = "",
        before: int = 0,
        limit: int = 100,
        starts: Sequence[str] = (),
    ) -> list[Entry]:
        """Read entries, the newest first; `search` is taken literally, `starts` are what `what` may begin with."""
        where, values = ["1"], list[str | int]()
        if subject:
            where.append("subject = ?")
            values.append(subject)
        if search:
            where.append("instr(lower(what || ' ' || subject || ' ' || person || ' ' || after), lower(?)) > 0")
            values.append(search)
        if starts:
            where.append(f"({' OR '.join(['instr(what, ?) = 1'] * len(starts))})")
            values += starts
        if before:
            where.append("number < ?")
            values.append(before)
        query = f"SELECT * FROM audit WHERE {' AND '.join(where)} ORDER BY number DESC LIMIT ?"
        return [_entry(row) for row in self._database.rows(query, (*values, limit))]

    def broken_at(self) -> int | None:
        """Give the number of the first entry that does not follow from the one before it, or None: the log is whole."""
        previous, expected = "", 1
        for row in self._database.rows("SELECT * FROM audit ORDER BY number"):
            cells = tuple(str(cell) for cell in tuple(row)[:8])
            if int(row["number"]) != expected or _digest(previous, cells) != row["digest"]:
                return expected
            previous, expected = str(row["digest"]), expected + 1
        return None


def _digest(previous: str, cells: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps([previous, *cells], ensure_ascii=False).encode()).hexdigest()


def _json(said: Said) -> str:
    return json.dumps(dict(said), ensure_ascii=False, sort_keys=True)


def _entry(row: Row) -> Entry:
    return Entry(
        int(row["number"]), instant_of(row["at"]), row["person"], row["origin"], row["what"], row["subject"],
        row["before"], row["after"], row["digest"],
    )  # fmt: skip
