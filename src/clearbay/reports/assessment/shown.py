"""What a page shows, as values: sections of figures and tables. The template writes them, nothing else does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True)
class Mark:
    """A cell with a role: a chip in a colour, a command or id in type of its own, a warning.

    `finding` is the id of the finding that the cell speaks of, where pages can lead there.
    """

    text: str
    role: Literal["chip", "code", "warn", "verdict"]
    colour: str = ""
    ink: str = ""
    finding: str = ""


Cell: TypeAlias = str | Mark


@dataclass(frozen=True)
class Column:
    """A column: its heading, and whether it holds figures (set to the right)."""

    title: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption; `note` says what is not in it."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Figure:
    """A picture: what it is called, what it shows in a sentence for who cannot see it, its specification, its table."""

    title: str
    alt: str
    spec: Mapping[str, Any]
    note: str = ""
    table: Table | None = None
    wide: bool = True


@dataclass(frozen=True)
class Section:
    """A section: lead, warnings, a titled list, a command, what follows it, pictures, tables.

    `choices` are the points that its pictures can show, the first one at the start.
    """

    id: str
    title: str
    lead: Sequence[str] = ()
    choices: Sequence[str] = ()
    choices_note: str = ""
    listed: tuple[str, Sequence[str]] = ("", ())
    command: str = ""
    after: Sequence[str] = ()
    warnings: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
