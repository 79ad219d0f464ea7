from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clearbay.casebook import Casebook, Writer

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    made = Casebook(tmp_path / "casebook.sqlite")
    yield made
    made.close()


@pytest.fixture
def officer() -> Writer:
    return Writer("wang", MONDAY, "127.0.0.1")
