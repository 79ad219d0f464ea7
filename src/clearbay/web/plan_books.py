"""Plan books of the district as pages read them: read again only when a file of the folder has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from clearbay.plans.book import Book
from clearbay.plans.errors import Problem
from clearbay.plans.fold import State, fold
from clearbay.plans.folder import read_book, register_readings
from clearbay.plans.light import Light
from clearbay.plans.rollup import lights_of
from clearbay.web.source import Live


@dataclass(frozen=True)
class Shown:
    """A book and its state on a day, as known on a day."""

    book: Book
    state: State
    lights: Mapping[str, Light]
    at: date
    as_of: date
    left_out: tuple[Problem, ...]


def names(live: Live) -> dict[str, Path]:
    """Folders of the district's plans by name, as the district's files order them."""
    return {Path(folder).name: Path(folder) for folder in live.district().plans}


def book_of(folder: Path) -> Book:
    """Read a plan folder, or give what was read when nothing in it has changed since.

    Raises
    ------
    PlanError : the folder is no plan book.
    """
    return _read(folder, _stamp(folder))


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        (path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.iterdir()) if path.is_file()
    )


@lru_cache(maxsize=16)
def _read(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> Book:
    return read_book(folder)


def shown(folder: Path, at: date, as_of: date) -> Shown:
    """Fold a book to a day.

    Raises
    ------
    PlanError : the folder is no plan book.
    """
    return _shown(folder, _stamp(folder), at, as_of)


@lru_cache(maxsize=32)
def _shown(folder: Path, stamp: tuple[tuple[str, int, int], ...], at: date, as_of: date) -> Shown:
    book = _read(folder, stamp)
    readings, problems = register_readings(folder, book.plan, at, as_of)
    state = fold(book, at, as_of, readings=readings)
    return Shown(book, state, lights_of(state, book.plan.terms), at, as_of, tuple(problems))
