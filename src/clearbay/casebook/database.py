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


class NotNow(CasebookError):
    """The casebook's file cannot be written or read at present: the disk is full, or another process holds it."""


class Database:
    """A connection for writing and one for reading, each taken in turns.

    Every change is on the disk when `writing` ends (WAL, synchronous=FULL). Who reads never waits for who writes: the
    session of every request is read in the event loop, which must not stand while another process holds the file.
    """

    def __init__(self, path: Path) -> None:
        """Open the file or make it, readable by its owner alone.

        Raises
        ------
        CasebookError : it cannot be opened, is no casebook, or a later Clearbay wrote it.
        """
        self.path = path
        self._turn, self._reading = threading.RLock(), threading.Lock()
        self._writer: int | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
            self._con = _connected(path)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self._con.execute(f"PRAGMA {pragma}")
            self._prepare()
            self._reader = _connected(path)
            self._reader.execute("PRAGMA query_only=ON")
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
        """Give the connection inside a transaction: all of it is kept, or nothing. May be nested.

        Raises
        ------
        NotNow : it cannot be written; nothing of it is kept.
        """
        with self._turn:
            if self._con.in_transaction:
                yield self._con
                return
            self._writer = threading.get_ident()
            try:
                self._con.execute("BEGIN IMMEDIATE")
                with self._con:  # commits at its end, or rolls back when anything is raised
                    yield self._con
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
                raise
            except sqlite3.DatabaseError as error:
                raise NotNow(
                    f"nothing was kept: {self.path.name} cannot be written now ({error}); look at the disk, try again",
                    f"没有存下：{self.path.name} 现在无法写入（{error}）；请检查磁盘后重试",
                ) from error
            finally:
                self._writer = None

    def rows(self, query: str, values: Sequence[Cell] = ()) -> list[Row]:
        """Read rows; what varies is always in `values`. Inside `writing` what it has changed so far is seen.

        Raises
        ------
        NotNow : the file cannot be read.
        """
        if self._writer == threading.get_ident():
            return self._con.execute(query, values).fetchall()
        try:
            with self._reading:
                return self._reader.execute(query, values).fetchall()
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.DatabaseError as error:
            raise NotNow(
                f"{self.path.name} cannot be read ({error}); look at the disk, or bring back a copy",
                f"{self.path.name} 读不出来（{error}）；请检查磁盘，或用备份恢复",
            ) from error

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
        with self._turn, self._reading:
            self._con.close()
            self._reader.close()


def _connected(path: Path) -> sqlite3.Connection:
    con = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    con.row_factory = sqlite3.Row
    con.execute("PRAGMA trusted_schema=OFF")
    return con
