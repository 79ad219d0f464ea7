"""What tests share: the reference data, which not every clone has, and the bundled standards."""

import os
from pathlib import Path

import pytest

from clearbay.standards import Standards, load

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the reference data; tests that need it skip, saying so, where it is absent."""
    folder = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"reference data not found at {folder} (set CLEARBAY_REFERENCE_DATA)")
    return folder


@pytest.fixture(scope="session")
def standards() -> Standards:
    """The standards that Clearbay brings along."""
    return load()
