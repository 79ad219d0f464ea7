"""Small files for tests, and readings as plain rows."""

from pathlib import Path
from typing import Any

import pytest

from clearbay.files import Reading


class Book:
    """Writes files into a folder of the test's own; shows what was read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, text: str | bytes, name: str = "data.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    @staticmethod
    def values(reading: Reading) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = reading.table.to_pylist()
        return sorted(rows, key=lambda v: (v["source"], v["row"], v["code"], v["period_s"]))

    @staticmethod
    def rejected(reading: Reading) -> list[tuple[int, int | None, str]]:
        return [(r["line"], r["column"], r["reason"]) for r in reading.rejects.to_pylist()]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


@pytest.fixture(scope="session")
def session_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """For properties: hypothesis runs many examples in one test."""
    return Book(tmp_path_factory.mktemp("book"))
