"""The loggers a gateway knows: who may send, with which password, key and dialect."""

import csv
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clearbay.hj212 import layout as k
from clearbay.hj212.batch import REASONS, Batch
from clearbay.hj212.reasons import Reason
from clearbay.hj212.requests import MINUTE_INTERVALS, Station
from clearbay.hj212.sm4 import KEY_BYTES
from clearbay.hj212.versions import Version
from clearbay.vocabulary.commented import Uncommented
from clearbay.vocabulary.errors import ClearbayError

UNKNOWN_MN = REASONS.index(Reason.UNKNOWN_MN) + 1
WRONG_PASSWORD = REASONS.index(Reason.WRONG_PASSWORD) + 1


class RegistryError(ClearbayError):
    """A row of the file of loggers cannot be used; the message names the line, the value and what it may be."""


@dataclass(frozen=True, slots=True)
class Logger:
    """A registered logger. `key` is its SM4 key (2025), `minutes` the length of its minute data [min]."""

    mn: str
    st: str = "32"
    pw: str = ""
    version: Version = Version.V2017
    key: bytes = b""
    minutes: int = 10
    name: str = ""

    @property
    def station(self) -> Station:
        """What a request to it needs."""
        return Station(self.mn, self.st, self.pw, self.version)


def read_loggers(path: Path) -> list[Logger]:
    """Read `loggers.csv`: mn, and optionally st, pw, version, key, minutes, name. Raises RegistryError.

    Lines that begin with # are comments. An SM4 key is 16 characters or 32 hex digits.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = Uncommented(file)
        reader = csv.DictReader(lines)
        if "mn" not in (reader.fieldnames or ()):
            raise RegistryError(f"{path.name}: no column 'mn'; the header is mn,st,pw,version,key,minutes,name")
        return [_logger(row, f"{path.name}, line {lines.line}") for row in reader]


def _logger(row: Mapping[str, str | None], where: str) -> Logger:
    def text(name: str, default: str = "") -> str:
        return (row.get(name) or "").strip() or default

    mn, minutes, version = text("mn"), text("minutes", "10"), text("version", "2017")
    if not mn:
        raise RegistryError(f"{where}: mn is empty")
    if version not in tuple(Version):
        raise RegistryError(f"{where}: version {version!r} is none of {', '.join(Version)}")
    if not minutes.isdigit() or int(minutes) not in MINUTE_INTERVALS:
        raise RegistryError(f"{where}: minutes {minutes!r} is none of {MINUTE_INTERVALS}")
    return Logger(
        *(mn, text("st", "32"), text("pw"), Version(version)),
        *(read_key(text("key"), where), int(minutes), text("name")),
    )


def read_key(text: str, where: str) -> bytes:
    """Read an SM4 key: nothing, 16 characters, or 32 hex digits. Raises RegistryError."""
    if not text:
        return b""
    if len(text.encode()) == KEY_BYTES:
        return text.encode()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise RegistryError(f"{where}: an SM4 key is 16 characters or 32 hex digits")
    return key


class Registry:
    """The loggers in force, and the tables that check a batch against them."""

    def __init__(self, loggers: Sequence[Logger], *, accept_unknown: bool = False) -> None:
        self._accept_unknown = accept_unknown
        self.loggers: dict[str, Logger] = {}
        self._index: dict[int, int] = {}
        self.names: list[str] = [""]
        self._passwords: list[bytes] = [b""]
        for logger in loggers:
            self._insert(logger)
        self._tables = self._password_tables()

    def add(self, logger: Logger) -> None:
        """Register a logger, or replace its entry."""
        self._insert(logger)
        self._tables = self._password_tables()

    def keep_only(self, mns: Set[str]) -> None:
        """Forget every other logger: what it sends from now on is refused."""
        for mn in self.loggers.keys() - mns:
            # Its number stays its own: counts and the place of its password go by it.
            self._index.pop(k.name_hash(mn.encode()), None)
            del self.loggers[mn]

    def _insert(self, logger: Logger) -> None:
        key = k.name_hash(logger.mn.encode())
        number = self._index.get(key)
        if number is None:
            self.names.append(logger.mn)
            self._passwords.append(logger.pw.encode())
            self._index[key] = len(self.names) - 1
        else:
            self._passwords[number] = logger.pw.encode()
        self.loggers[logger.mn] = logger

    def _password_tables(self) -> tuple[k.Bytes, k.Longs]:
        # One value, so that the intake's thread never sees half of a change.
        sizes = [len(password) for password in self._passwords]
        text = np.frombuffer(b"".join(self._passwords) + b"\0", np.uint8)
        return text, np.cumsum([0, *sizes]).astype(np.int64)

    def set_key(self, mn: str, key: bytes) -> None:
        """Change a logger's SM4 key."""
        self.add(replace(self.loggers[mn], key=key))

    @property
    def keys(self) -> dict[str, bytes]:
        """SM4 keys by MN."""
        return {logger.mn: logger.key for logger in self.loggers.values() if logger.key}

    def admit(self, batch: Batch) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """Return why each frame is refused (0: it is not) and the number of its logger (0: none known)."""
        refusals = batch.verdicts.copy()
        hashes, first, inverse = np.unique(batch.mn_hashes, return_index=True, return_inverse=True)
        numbers = np.array(
            [self._number(batch, int(value), int(at)) for value, at in zip(hashes, first, strict=True)], np.int32
        )
        loggers = numbers[inverse].astype(np.int32) if len(numbers) else np.empty(0, np.int32)
        good = refusals == 0
        refusals[good & (loggers == 0)] = UNKNOWN_MN
        text, stops = self._tables
        while len(stops) <= int(loggers.max(initial=0)) + 1:  # registered this very moment by another thread
            text, stops = self._tables = self._password_tables()
        wrong = _wrong_passwords(batch.buffer, batch.frames, loggers, text, stops)
        refusals[good & wrong] = WRONG_PASSWORD
        return refusals, loggers

    def _number(self, batch: Batch, value: int, at: int) -> int:
        if value == 0:
            return 0
        number = self._index.get(value, 0)
        if number == 0 and self._accept_unknown and len(self.names) < 100_000:
            frame = batch.frames[at]
            self.add(Logger(batch.text(frame[k.MN_AT], frame[k.MN_LEN])))
            return len(self.names) - 1
        return number


@njit(cache=True, nogil=True)
def _wrong_passwords(buffer, frames, loggers, passwords, stops):  # type: ignore[no-untyped-def]
    wrong = np.zeros(len(frames), np.bool_)
    for i in range(len(frames)):
        start, stop = stops[loggers[i]], stops[loggers[i] + 1]
        if stop == start or (9011 <= frames[i, k.CN] <= 9014 and frames[i, k.PW_LEN] == 0):
            continue
        if frames[i, k.PW_LEN] != stop - start:
            wrong[i] = True
            continue
        for j in range(stop - start):
            if buffer[frames[i, k.PW_AT] + j] != passwords[start + j]:
                wrong[i] = True
    return wrong
