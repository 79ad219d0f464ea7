"""What can be wrong with a plan book: few kinds, each saying where, what, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong while reading: where it is, what it is, what to do about it.

    `level` is `refused` (the line or row is kept but not counted), `broken` (the chain of the journal does
    not hold here; the line is counted) or `notice` (counted, worth knowing).
    """

    where: str
    what: str
    do: str = ""
    level: str = "refused"

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" → {self.do}" if self.do else "")


class PlanError(Exception):
    """A plan book cannot do what was asked; the message is for the person who asked."""

    def __init__(self, where: str, what: str, do: str = "") -> None:
        self.problem = Problem(where, what, do)
        super().__init__(str(self.problem))


class PlanFileError(PlanError):
    """A file of the approved plan cannot be used; all that is wrong in it is listed, not only the first."""

    def __init__(self, where: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        shown = "\n  ".join(str(problem) for problem in problems)
        super().__init__(where, f"{len(problems)} problem(s)\n  {shown}")


class LineRefused(PlanError):
    """A line was not written to the journal; nothing has changed."""


class JournalBusy(PlanError):
    """Another editor holds the journal."""


class NotInBook(PlanError):
    """An id, a digest or a month that this plan book does not know."""
