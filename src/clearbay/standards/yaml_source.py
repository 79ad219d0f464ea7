"""YAML text as plain values that keep their digits, with the line and column of each.

A number stays the decimal that was written (0.10, never 0.1000000000000000055), `NO` stays a pollutant and not false,
and a key written twice is a problem instead of a silent overwrite.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import yaml

from clearbay.standards.errors import StandardsFileError

Value: TypeAlias = "str | Decimal | date | bool | list[Value] | dict[str, Value] | None"
Location: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 4 * 2**20
"""Far above any table of limits; a larger file is something else that ended up in the folder."""

MAX_DEPTH = 20
"""Levels of nesting; a standards file has six."""

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Source:
    """One file: its values, where each one stands, and what was wrong with its text."""

    path: Path
    data: Value = None
    marks: dict[Location, tuple[int, int]] = field(default_factory=dict)
    key_marks: dict[Location, tuple[int, int]] = field(default_factory=dict)
    problems: list[StandardsFileError] = field(default_factory=list)

    def mark(self, location: Location, *, key: bool = False) -> tuple[int, int]:
        """Line and column [1-based] of a value (or of its key), or of the nearest thing around it."""
        if key and location in self.key_marks:
            return self.key_marks[location]
        while location and location not in self.marks:
            location = location[:-1]
        return self.marks.get(location, (1, 1))

    def problem(self, location: Location, reason: str, hint: str = "", *, key: bool = False) -> None:
        """Note a problem at a value or at its key."""
        self.problems.append(StandardsFileError(self.path, *self.mark(location, key=key), reason, hint))


def read(path: Path) -> Source:
    """Read one YAML file; what is wrong with its text is in `problems` of the result, and `data` is then None."""
    source = Source(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        source.problem((), f"the file cannot be read: {error.strerror or error}")
        return source
    if len(raw) > MAX_BYTES:
        source.problem((), f"the file has {len(raw)} bytes; a standards file has at most {MAX_BYTES}")
        return source
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        source.problems.append(
            StandardsFileError(path, line, column, "the text is not UTF-8", "save the file as UTF-8")
        )
        return source
    try:
        too_deep = _too_deep(text)
        node = None if too_deep else yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        lines = text.splitlines()
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if line > len(lines):  # the text ended too early: point behind its last character
            line, column = len(lines), len(lines[-1]) + 1
        reason = f"this is not YAML: {error.problem or error.context or 'it cannot be read'}"
        source.problems.append(StandardsFileError(path, line, column, reason, error.note or ""))
        return source
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        source.problems.append(StandardsFileError(path, line, column, f"this is not YAML: {error.reason}"))
        return source
    if too_deep:
        line, column = too_deep
        reason = "the file nests lists or tables too deeply"
        source.problems.append(StandardsFileError(path, line, column, reason, "a standards file needs six levels"))
        return source
    if node is None:
        source.problem((), "the file is empty", "a standard needs at least id, family, kind, title and valid_from")
        return source
    source.data = _value(node, (), source, set())
    return source


def _too_deep(text: str) -> tuple[int, int] | None:
    """Line and column where the nesting passes MAX_DEPTH; asked first, for composing recurses (in C: to a crash)."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                return (mark.line + 1, mark.column + 1) if mark else (1, 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _value(node: yaml.Node, location: Location, source: Source, seen: set[int]) -> Value:
    source.marks[location] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if id(node) in seen:
        source.problem(location, "an alias (*name) is used", "write the value out: a reader must see every figure")
        return None
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, location, source)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*location, i), source, seen) for i, child in enumerate(node.value)]
    return {key: _value(child, where, source, seen) for key, child, where in _entries(node, location, source)}


def _entries(node: yaml.Node, location: Location, source: Source) -> Iterator[tuple[str, yaml.Node, Location]]:
    first: dict[str, int] = {}
    for key_node, child in node.value:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if not isinstance(key_node, yaml.ScalarNode):
            source.problems.append(StandardsFileError(source.path, line, column, "a key must be plain text"))
            continue
        key = key_node.value
        if key in first:
            source.problems.append(
                StandardsFileError(
                    source.path, line, column, f"`{key}` is given twice", f"the first is on line {first[key]}"
                )
            )
            continue
        first[key] = line
        where = (*location, key)
        source.key_marks[where] = (line, column)
        yield key, child, where


def _scalar(node: yaml.ScalarNode, location: Location, source: Source) -> Value:
    text: str = node.value
    if node.style:  # quoted or block (a plain scalar has None or ""): text as it stands
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            source.problem(location, f"{text} is not a day of the calendar")
            return None
    return text
