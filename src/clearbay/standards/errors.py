"""What can go wrong with standards, said so that a person can put it right."""

from collections.abc import Sequence
from pathlib import Path

from clearbay.vocabulary.errors import ClearbayError


class StandardsFileError(ClearbayError):
    """One problem in one standards file: where it is, why it is wrong, what to do."""

    def __init__(self, path: Path, line: int, column: int, reason: str, hint: str = "") -> None:
        self.path, self.line, self.column, self.reason, self.hint = path, line, column, reason, hint
        super().__init__(f"{path}:{line}:{column}: {reason}" + (f" ({hint})" if hint else ""))


class StandardsFilesError(ClearbayError):
    """Every problem of every file that was read, together."""

    def __init__(self, problems: Sequence[StandardsFileError]) -> None:
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        super().__init__("\n".join([f"{count} in the standards files:", *(str(p) for p in self.problems)]))


class StandardNotFound(ClearbayError):
    """No standard of that id or family, or none in force on the day asked for."""


class LimitNotFound(ClearbayError):
    """The standard has no limit for what was asked."""
