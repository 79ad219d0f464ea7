import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))

from signing import HERE, SECRET, token_of

from clearbay.casebook import Casebook, Writer
from clearbay.web.app import make_app
from clearbay.web.settings import WebSettings


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    made = Casebook(tmp_path / "casebook.sqlite")
    setup = Writer("setup", datetime.now(UTC))
    for role in ("viewer", "operator", "editor", "admin"):
        made.accounts.add(setup, f"a-{role}", role, SECRET)
    yield made
    made.close()


@pytest.fixture
def guarded(live: object, book: Casebook) -> FastAPI:
    return make_app(live, book, WebSettings())


@pytest.fixture
def anyone(guarded: FastAPI) -> TestClient:
    return TestClient(guarded, base_url=HERE, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def sign_in(guarded: FastAPI) -> Callable[[str], TestClient]:
    def made(role: str) -> TestClient:
        client = TestClient(guarded, base_url=HERE, raise_server_exceptions=False, follow_redirects=False)
        form = {"account": f"a-{role}", "password": SECRET, "csrf": token_of(client, "/login")}
        assert client.post("/login", data=form).status_code == 303
        return client

    return made
