"""A client's way through a form."""

import re

from fastapi.testclient import TestClient

SECRET = "correct horse battery"
HERE = "http://127.0.0.1"


def token_of(client: TestClient, path: str) -> str:
    """Read the token of the form at an address."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(path).text)
    assert found is not None, path
    return found[1]
