"""Values with the line they come from, and what is told when an id stands twice or names nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar

from clearbay.district.problems import Problems

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """A value of a file and the line it begins on."""

    line: int
    value: T


def values(rows: Iterable[Located[T]]) -> tuple[T, ...]:
    """Give the values without their lines."""
    return tuple(row.value for row in rows)


def once(
    rows: Sequence[Located[T]], key: Callable[[T], str], name: str, file: str, problems: Problems
) -> list[Located[T]]:
    """Give the rows whose id stands first; each further one is noted."""
    first: dict[str, int] = {}
    kept = []
    for row in rows:
        found = key(row.value)
        if found in first:
            problems.add(file, row.line, "duplicate", name=name, value=found, line=first[found])
            continue
        first[found] = row.line
        kept.append(row)
    return kept


def nearest(value: str, known: Iterable[str], most: int = 3) -> str:
    """Name the known words nearest to one that is not known, or the first few."""
    words = list(dict.fromkeys(known))
    near = get_close_matches(value, words, n=most, cutoff=0.5)
    if near:
        return ", ".join(near)
    return ", ".join(words[:most]) + (" …" if len(words) > most else "") if words else "—"
