"""What is wrong with a district folder: where, what, what to do, in Chinese and in English."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clearbay.district.wording import WORDING
from clearbay.vocabulary.errors import ClearbayError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found: the file, its line (0: the file as a whole), which kind of problem, the sentence in both
    languages. `level` is `error` (the folder cannot be used) or `notice` (it can; worth knowing).
    """

    file: str
    line: int
    kind: str
    zh: str
    en: str
    level: Literal["error", "notice"] = "error"

    def said(self, language: str) -> str:
        """Give `file:line: what; what to do` in a language, "zh" or "en"."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.zh if language == 'zh' else self.en}"

    def __str__(self) -> str:
        return self.said("en")


class DistrictError(ClearbayError):
    """A district folder cannot be used; `problems` holds all that is wrong, in the order of files and lines."""

    def __init__(self, folder: Path, problems: Iterable[Problem]) -> None:
        self.folder = folder
        self.problems = tuple(problems)
        super().__init__(self.said("en"))

    def said(self, language: str) -> str:
        """Give all problems, a line each, in a language, "zh" or "en"."""
        return "\n".join(problem.said(language) for problem in self.problems)


class Problems:
    """Collects what is found while a folder is read, so that all of it is told at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def add(self, file: str, line: int, kind: str, /, **values: object) -> None:
        """Note a problem; `kind` is a key of WORDING, `values` fill its sentences."""
        words = WORDING[kind]
        zh, en = words.zh.format(**values), words.en.format(**values)
        do_zh, do_en = words.do_zh.format(**values), words.do_en.format(**values)
        said_zh = f"{zh}；{do_zh}" if do_zh else zh
        said_en = f"{en}; {do_en}" if do_en else en
        self._found.append(Problem(file, line, kind, said_zh, said_en, words.level))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Everything that keeps the folder from being used."""
        return tuple(p for p in self._found if p.level == "error")

    @property
    def notices(self) -> tuple[Problem, ...]:
        """Everything worth knowing that does not."""
        return tuple(p for p in self._found if p.level == "notice")
