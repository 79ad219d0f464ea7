"""Notices to be sent: written before anything is sent, so that a crash loses none; each attempt is written too."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clearbay.casebook.database import Database
from clearbay.casebook.writer import instant_of, instant_text

ATTEMPTS = 8
"""Attempts before a notice is given up; with the waits below that is about five hours."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to one receiver. `uncertain`: an attempt was begun and its end is unknown; it may arrive twice."""

    notice_id: str
    at: datetime
    receiver: str
    severity: str
    title: str
    body: str
    attempts: int
    uncertain: bool


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time."""
    return min(FIRST_WAIT * (1 << max(attempts - 1, 0)), LONGEST_WAIT)


class Outbox:
    """Notices of a casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, now: datetime, key: str, receiver: str, severity: str, title: str, body: str) -> str:
        """Enter a notice; the same `key` to the same receiver is entered once, however often it is put."""
        number = "M" + hashlib.sha256(f"{key}\0{receiver}".encode()).hexdigest()[:16]
        with self._database.writing() as con:
            con.execute(
                "INSERT OR IGNORE INTO notices VALUES (?, ?, ?, ?, ?, ?)",
                (number, instant_text(now), receiver, severity, title, body),
            )
        return number

    def due(self, now: datetime, limit: int = 50) -> Sequence[Notice]:
        """Notices whose time for an attempt has come, the oldest first."""
        rows = self._database.rows(
            """SELECT n.*, coalesce(t.begun, 0) AS begun, t.last, l.outcome FROM notices AS n
            LEFT JOIN (SELECT notice_id, count(*) FILTER (WHERE outcome = 'begun') AS begun, max(at) AS last,
                max(number) AS number FROM notice_attempts GROUP BY notice_id) AS t USING (notice_id)
            LEFT JOIN notice_attempts AS l ON l.number = t.number
            WHERE coalesce(l.outcome, '') NOT IN ('sent', 'given_up') ORDER BY n.at LIMIT 1000"""
        )
        found = []
        for row in rows:
            begun = int(row["begun"])
            if begun and now - instant_of(row["last"]) < wait_after(begun):
                continue
            found.append(
                Notice(
                    row["notice_id"], instant_of(row["at"]), row["receiver"], row["severity"], row["title"],
                    row["body"], begun, row["outcome"] == "begun",
                )
            )  # fmt: skip
        return found[:limit]

    def note(self, notice_id: str, now: datetime, outcome: str, detail: str = "") -> None:
        """Write down an attempt: `begun` before it, `sent`, `failed` or `given_up` after it."""
        with self._database.writing() as con:
            con.execute(
                "INSERT INTO notice_attempts (notice_id, at, outcome, detail) VALUES (?, ?, ?, ?)",
                (notice_id, instant_text(now), outcome, detail[:300]),
            )

    def counts(self) -> dict[str, int]:
        """How many notices wait, were sent, were given up."""
        rows = self._database.rows(
            """SELECT CASE WHEN l.outcome IN ('sent', 'given_up') THEN l.outcome ELSE 'waiting' END AS state,
            count(*) AS n FROM notices AS n LEFT JOIN notice_attempts AS l ON l.number =
            (SELECT max(number) FROM notice_attempts AS a WHERE a.notice_id = n.notice_id) GROUP BY 1"""
        )
        return {row["state"]: int(row["n"]) for row in rows}
