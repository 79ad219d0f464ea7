"""What is refused is said to a reader in Chinese and in English, wherever it is raised."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from clearbay.casebook import Casebook, CasebookError, Writer
from clearbay.casebook.nuisances import Report
from clearbay.web.text import table

NOW = datetime(2026, 3, 15, 4, tzinfo=UTC)
BY = Writer("office", NOW)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SOURCES = Path(str(files("clearbay.web")))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    made = Casebook(tmp_path / "casebook.sqlite")
    yield made
    made.close()


def refusals(book: Casebook) -> Iterator[CasebookError]:
    """Everything that a form can be refused for, met once."""
    wrong = Report("odour", "东滩村口", NOW, "傍晚有臭味")
    for attempt in (
        lambda: book.accounts.add(BY, "X", "admin", "correct horse battery"),
        lambda: book.accounts.add(BY, "wang", "admin", "short"),
        lambda: book.accounts.add(BY, "wang", "admin", "wang wang wang wang"),
        lambda: book.accounts.add(BY, "wang", "king", "correct horse battery"),
        lambda: book.accounts.disable(BY, "nobody"),
        lambda: book.accounts.sign_in(NOW, "", "nobody", "x"),
        lambda: book.accounts.set_up(NOW, "", "no token", "wang", "correct horse battery"),
        lambda: book.alarms.acknowledge(BY, "A1"),
        lambda: book.alarms.shelve(BY, "rule", "", NOW + timedelta(hours=1), ""),
        lambda: book.alarms.shelve(BY, "rule", "", NOW + timedelta(days=31), "calibration"),
        lambda: book.attachments.add(BY, "x", b""),
        lambda: book.attachments.add(BY, "x", b"\x00" * 11 * 2**20),
        lambda: book.attachments.add(BY, "x", b"MZ\x00"),
        lambda: book.follow_ups.remark(BY, "F1", "text"),
        lambda: book.follow_ups.reply(BY, "F1", "", ""),
        lambda: book.nuisances.set_aside(BY, "N1", "reason"),
        lambda: book.nuisances.set_aside(BY, "N1", ""),
        lambda: book.nuisances.report(NOW, "", Report("smell", "东滩村口", NOW, "傍晚有臭味")),
        lambda: book.nuisances.report(NOW, "", Report("odour", "", NOW, "傍晚有臭味")),
        lambda: book.nuisances.report(NOW, "", Report("odour", "东滩村口", NOW + timedelta(days=1), "傍晚有臭味")),
        lambda: book.nuisances.report(NOW, "", Report("odour", "东滩村口", NOW - timedelta(days=31), "傍晚有臭味")),
        lambda: [book.nuisances.report(NOW, "", wrong) for _ in range(2)],
    ):
        with pytest.raises(CasebookError) as raised:
            attempt()
        yield raised.value


def test_every_refusal_of_the_casebook_is_said_in_both_languages(book: Casebook) -> None:
    for refused in refusals(book):
        assert CHINESE.search(refused.said("zh")), refused
        assert refused.said("en") == str(refused)
        assert not CHINESE.search(refused.said("en")), refused


def test_pages_name_what_is_missing_in_both_languages() -> None:
    # Under /api a problem's detail is English; every other place gives both.
    for file in sorted(SOURCES.rglob("*.py")):
        if "api" in file.parts or file.name == "static.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("NotThere", "BadRequest"):
                assert len(node.args) == 2, f"{file.name}:{node.lineno} says it in one language only"


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("/points/nowhere", "没有编号为 nowhere 的监测点", "There is no point nowhere"),
        ("/findings/f00", "没有编号为 f00 的判定", "there is no finding f00"),
        ("/findings?since=soon", "不是日期", "is not a day"),
        ("/bulletin?at=may", "不是月份", "is no month"),
        ("/energy?span=century", "不是", "is none of"),
    ],
)
def test_an_error_page_speaks_the_readers_language(client: TestClient, path: str, zh: str, en: str) -> None:
    sign = "&" if "?" in path else "?"
    assert zh in client.get(f"{path}{sign}lang=zh").text
    assert en in client.get(f"{path}{sign}lang=en").text


def test_an_unknown_address_says_nothing_in_the_other_language(client: TestClient) -> None:
    assert "Not Found" not in client.get("/no-such-page?lang=zh").text
    assert table()["error.404"][0] in client.get("/no-such-page?lang=zh").text
