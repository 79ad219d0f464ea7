"""What each column of a file is: the result of recognising its header under what the caller said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from clearbay.files.headings import Shape
from clearbay.vocabulary.clocks import Label

Layout = Literal["wide", "long"]


@dataclass(frozen=True)
class Note:
    """Something assumed or noticed that a reader of the result must know, in English and Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Measured:
    """A column of values: where it stands (0-based), its parameter, unit, and what its values are over time."""

    index: int
    header: str
    code: str
    unit: str
    shape: Shape = "base"
    seconds: int = 0
    statistic: str | None = None
    unit_given: bool = True
    basis: str = "raw"
    flag_index: int | None = None

    @property
    def series(self) -> tuple[str, Shape, int, str | None, str]:
        """What tells one series of a point from another."""
        return (self.code, self.shape, self.seconds, self.statistic, self.basis)


@dataclass(frozen=True)
class Ignored:
    """A column that was not used: its number (1-based), its header, and known headers that look like it."""

    column: int
    header: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Every column of one file by what it is (indices are 0-based)."""

    layout: Layout
    header: tuple[str, ...]
    roles: Mapping[str, tuple[int, ...]]
    measured: tuple[Measured, ...]
    reported: tuple[tuple[int, str], ...]
    facts: tuple[tuple[int, str], ...]
    ignored: tuple[Ignored, ...]
    notes: tuple[Note, ...]
    label: Label
    medium: str | None

    def role(self, name: str) -> int | None:
        """Give the column of a role, None where the file has none."""
        found = self.roles.get(name)
        return found[0] if found else None
