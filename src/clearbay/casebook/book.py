"""The casebook: one SQLite file and a folder of attachments, opened whole."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from clearbay.casebook.accounts import Accounts
from clearbay.casebook.alarms import Alarms
from clearbay.casebook.attachments import LARGEST, Attachments
from clearbay.casebook.audit import AuditLog
from clearbay.casebook.database import Database
from clearbay.casebook.due import DAYS, Days
from clearbay.casebook.follow_ups import FollowUps
from clearbay.casebook.nuisances import Limits, Nuisances
from clearbay.casebook.outbox import Outbox


class Casebook:
    """What people write while the service runs. May be used from any thread; the time is always given."""

    def __init__(
        self,
        path: Path,
        *,
        days: Days = DAYS,
        spam: Limits | None = None,
        largest_attachment: int = LARGEST,
        wall: Callable[[], datetime] | None = None,
    ) -> None:
        """Open a casebook or begin one; `wall` is the clock of its log where the service goes by another.

        Raises
        ------
        CasebookError : the file cannot be opened or is of a later layout.
        """
        self.database = Database(path)
        self.audit = AuditLog(self.database, wall)
        self.attachments = Attachments(self.database, self.audit, path.parent / "attachments", largest_attachment)
        self.nuisances = Nuisances(self.database, self.audit, self.key("nuisance-source"), spam or Limits())
        self.follow_ups = FollowUps(self.database, self.audit, self.nuisances, days)
        self.accounts = Accounts(self.database, self.audit)
        self.alarms = Alarms(self.database, self.audit)
        self.outbox = Outbox(self.database)

    def key(self, name: str) -> bytes:
        """Give a random key of 32 bytes that stays with this casebook."""
        with self.database.writing() as con:
            con.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (name, secrets.token_bytes(32)))
            return bytes(con.execute("SELECT key FROM keys WHERE name = ?", (name,)).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self.database.close()
