import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def read_messages() -> list[tuple[str, bytes]]:
    folder = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", REPOSITORY.parent / "shared" / "data"))
    found = []
    for path in sorted((folder / "hj212" / "messages").glob("*.txt")):
        for line in path.read_bytes().split(b"\n"):
            if line.startswith(b"##"):
                found.append((path.name, line.rstrip(b"\r")))
    return found


@pytest.fixture(scope="session")
def messages() -> list[tuple[str, bytes]]:
    """The reference messages as (file, frame without CR LF)."""
    found = read_messages()
    if not found:
        pytest.skip("reference data not found: set CLEARBAY_REFERENCE_DATA")
    return found
