"""What is said when a file, or what a caller says about it, cannot be used."""

from pathlib import Path

from clearbay.vocabulary.errors import ClearbayError


class FileError(ClearbayError):
    """A whole file cannot be read: which file, where in it, what was wrong and what to do.

    `zh` is the same sentence in Chinese; `line` and `column` are 1-based, None where the trouble has no place.
    """

    def __init__(self, path: Path | str, en: str, zh: str, line: int | None = None, column: int | None = None) -> None:
        self.path, self.line, self.column = Path(path), line, column
        self.en, self.zh = en, zh
        super().__init__(f"{self.path}: {self._place('line', 'column')}{en}")

    def _place(self, line: str, column: str) -> str:
        place = f"{line} {self.line}" if self.line is not None else ""
        if self.column is not None:
            place += f", {column} {self.column}"
        return f"{place}: " if place else ""

    def chinese(self) -> str:
        """Give the whole message in Chinese."""
        place = f"第 {self.line} 行" if self.line is not None else ""
        if self.column is not None:
            place += f"第 {self.column} 列"
        return f"{self.path}：{place + '：' if place else ''}{self.zh}"


class OptionError(ClearbayError):
    """Something said about the files (a mapping, a unit, a preset) cannot be understood."""


class UnreadableFiles(ClearbayError):
    """None of the files could be read; `errors` holds one `FileError` a file."""

    def __init__(self, errors: tuple[FileError, ...]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(e) for e in errors))

    def chinese(self) -> str:
        """Give the whole message in Chinese."""
        return "\n".join(e.chinese() for e in self.errors)
