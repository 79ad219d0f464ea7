"""A plan book can be read on any day, as known on any day."""

import re

import pytest
from fastapi.testclient import TestClient

BOOK = "/plans/environment-2021-2023"


def test_every_book_is_listed_with_its_counts(client: TestClient) -> None:
    page = client.get("/plans?lang=en").text
    assert page.count('data-testid="plan"') == 2
    assert "As of" in page


def test_the_printed_counts_of_the_bulletin_are_on_the_page(client: TestClient) -> None:
    # the printed bulletin of mid-2022 counts 84 projects; the journal folds to 82 started and 4 done by then
    page = client.get(f"{BOOK}?lang=en&at=2022-06-30").text
    tiles = re.findall(r"<b>([^<]+)</b><span>([^<]+)</span>", page)
    assert {("84", "Projects"), ("82", "Started"), ("4", "Done")} <= set(tiles)


def test_the_past_shows_what_was_known_then(client: TestClient) -> None:
    now, then = client.get(BOOK).text, client.get(f"{BOOK}?at=2022-06-30&as_of=2022-06-30").text
    assert now != then


def test_a_light_lists_its_projects_alone(client: TestClient) -> None:
    page = client.get(f"{BOOK}?light=red&lang=en").text
    table = page.split('data-testid="projects"')[1]
    assert "light-green" not in table
    assert "light-red" in table


def test_a_project_shows_every_line_of_the_journal(client: TestClient) -> None:
    page = client.get(f"{BOOK}?lang=en").text
    found = re.search(rf'href="({BOOK}/projects/[^"]+)"', page)
    assert found
    own = client.get(found[1].replace("&amp;", "&"))
    assert own.status_code == 200
    assert "What was promised" in client.get(found[1].replace("&amp;", "&") + "&lang=en").text


@pytest.mark.parametrize("path", ["/plans/none", f"{BOOK}/projects/none", "/plans/..%2f..%2fetc"])
def test_what_is_not_there_is_said(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["at=then", "as_of=9999-99-99", "at=0001-01-01"])
def test_a_day_that_is_none_is_said(client: TestClient, query: str) -> None:
    assert client.get(f"{BOOK}?{query}").status_code == 400
