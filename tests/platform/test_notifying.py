import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import apprise
import pytest

from clearbay.casebook import Casebook
from clearbay.casebook.outbox import ATTEMPTS
from clearbay.platform.notifying import Notifying, by_apprise
from clearbay.platform.receivers import Receivers, ReceiversError, read_receivers

NOW = datetime(2026, 3, 16, tzinfo=UTC)
SECRET = "json://user:hunter2@127.0.0.1:9/"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    made = Casebook(tmp_path / "casebook.sqlite")
    yield made
    made.close()


class Line:
    """A channel that fails as often as told, and its clock."""

    def __init__(self, book: Casebook, fails: int = 0) -> None:
        self.now, self.fails, self.sent = NOW, fails, list[str]()
        self.notifying = Notifying(book, Receivers({"duty": (SECRET,)}), self.send, lambda: self.now)

    def send(self, address: str, title: str, body: str, severity: str) -> bool:
        if self.fails:
            self.fails -= 1
            raise ConnectionError(f"cannot reach {address}")
        self.sent.append(body)
        return True

    def pass_(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        asyncio.run(self.notifying.once())


def test_a_notice_is_sent_once(book: Casebook) -> None:
    line = Line(book)
    book.outbox.put(NOW, "k", "duty/1", "critical", "t", "b")
    line.pass_(0)
    line.pass_(3)
    assert len(line.sent) == 1
    assert book.outbox.counts() == {"sent": 1}


def test_what_fails_is_tried_again_and_no_log_tells_the_address(
    book: Casebook, caplog: pytest.LogCaptureFixture
) -> None:
    line = Line(book, fails=3)
    book.outbox.put(NOW, "k", "duty/1", "critical", "t", "b")
    with caplog.at_level(logging.DEBUG):
        for _ in range(5):
            line.pass_(3)
    assert len(line.sent) == 1
    assert "hunter2" not in caplog.text
    assert "hunter2" not in "".join(str(tuple(r)) for r in book.database.rows("SELECT * FROM notice_attempts"))


def test_what_nobody_takes_is_given_up_in_the_end(book: Casebook) -> None:
    line = Line(book, fails=99)
    book.outbox.put(NOW, "k", "duty/1", "critical", "t", "b")
    for _ in range(ATTEMPTS + 3):
        line.pass_(3)
    assert line.fails == 99 - ATTEMPTS
    assert book.outbox.counts() == {"given_up": 1}


def test_a_crash_amid_an_attempt_loses_nothing_and_the_repeat_says_so(book: Casebook) -> None:
    number = book.outbox.put(NOW, "k", "duty/1", "critical", "t", "b")
    book.outbox.note(number, NOW, "begun")
    line = Line(book)
    line.pass_(3)
    (body,) = line.sent
    assert "may be a repeat" in body
    assert number in body


def test_apprise_sends_a_webhook_with_the_text(book: Casebook) -> None:
    got = list[dict[str, str]]()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert by_apprise(f"json://127.0.0.1:{server.server_port}/x", "一氧化碳", "82 mg/m3", "critical")
    server.shutdown()
    assert (got[0]["title"], got[0]["message"]) == ("一氧化碳", "82 mg/m3")
    assert not by_apprise("nonsense://x", "t", "b", "info")


@pytest.mark.parametrize(
    "address",
    [
        "mailtos://u:p@mail.example.org?to=a@example.org", "jsons://example.org/hook", "dingtalk://abcdefgh12345678/",
        "wecombot://0123456789abcdef/", "feishu://0123456789abcdef/",
    ],
)  # fmt: skip
def test_the_channels_that_the_manual_names_are_known_to_apprise(address: str) -> None:
    assert apprise.Apprise().add(address)


def receivers(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "receivers.yaml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_file_that_others_may_read_or_that_is_shown_is_refused(tmp_path: Path) -> None:
    path = receivers(tmp_path, f"duty: {SECRET}\n", 0o640)
    with pytest.raises(ReceiversError, match="chmod 600"):
        read_receivers(path, tmp_path / "district")
    path.chmod(0o600)
    with pytest.raises(ReceiversError, match="folder is shown"):
        read_receivers(path, tmp_path)
    assert read_receivers(path, tmp_path / "district").address("duty/1") == SECRET
    assert "hunter2" not in repr(read_receivers(path, tmp_path / "district"))


@pytest.mark.parametrize(
    "text", ["duty: [json://user:hunter2@x", "- json://user:hunter2@x", "duty: hunter2", "duty: 5"]
)
def test_a_file_that_is_wrong_is_named_without_its_secrets(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReceiversError, match=r"receivers\.yaml") as error:
        read_receivers(receivers(tmp_path, text), tmp_path / "district")
    assert "hunter2" not in str(error.value)


def test_without_a_file_nobody_is_told(tmp_path: Path) -> None:
    assert read_receivers(tmp_path / "receivers.yaml", tmp_path / "district").lines("duty") == ()
