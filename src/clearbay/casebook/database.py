"""The file behind the casebook: SQLite, written through to the disk, tables that can only be added to."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from clearbay.casebook.schema import APPEND_ONLY, SCHEMA, VERSION
from clearbay.vocabulary.errors import SaidInBoth

Cell: TypeAlias = str | int | float | bytes | None
Row: TypeAlias = sqlite3.Row

BUSY_S = 10.0
"""Seconds a write waits for another process, such as `clearbay account add` beside a running service."""


class CasebookError(SaidInBoth):
    """What is asked of the casebook cannot be done; the message says why and what to do, in both languages."""


class Database:
    """One connection, taken in turns; every change is on the disk when `writing` ends (WAL, synchronous=FULL)."""

    def __init__(self, path: Path) -> None:
        """Open the file or make it, readable by its owner alone.

        Raises
        ------
        CasebookError : it cannot be opened, is no casebook, or a later Clearbay wrote it.
        """
        self.path = path
        self._turn = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
            self._con = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            self._con.row_factory = sqlite3.Row
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
                self._con.execute(f"PRAGMA {pragma}")
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise CasebookError(
                f"{path}: the casebook cannot be opened ({error}); check the file and its folder",
                f"{path}：记录簿打不开（{error}）；请检查文件及其文件夹",
            ) from error

    def _prepare(self) -> None:
        version = int(self._con.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            raise CasebookError(
                f"{self.path}: written by a later Clearbay (layout {version}); use that one",
                f"{self.path}：由更新版本的清湾写成（格式 {version}）；请改用该版本",
            )
        if version == VERSION:
            return
        with self.writing() as con:
            for statement in SCHEMA:
                con.execute(statement)
            for table in APPEND_ONLY:
                for verb in ("UPDATE", "DELETE"):
                    con.execute(
                        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} can only be added to'); END"
                    )
            con.execute(f"PRAGMA user_version={VERSION}")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction: all of it is kept, or nothing. May be nested."""
        with self._turn:
            if self._con.in_transaction:
                yield self._con
                return
            self._con.execute("BEGIN IMMEDIATE")
            with self._con:  # commits at its end, or rolls back when anything is raised
                yield self._con

    def rows(self, query: str, values: Sequence[Cell] = ()) -> list[Row]:
        """Read rows; what varies is always in `values`."""
        with self._turn:
            return self._con.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[Cell] = ()) -> Row | None:
        """Read the first row, or None."""
        found = self.rows(query, values)
        return found[0] if found else None

    def count(self, query: str, values: Sequence[Cell] = ()) -> int:
        """Read one whole number."""
        found = self.row(query, values)
        return int(found[0] or 0) if found is not None else 0

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._con.close()
