"""A follow-up goes from a finding through notice, reply and re-check to its end, with persons, days and files."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fake_live import FakeLive
from fastapi.testclient import TestClient

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.follow_ups import Subject
from clearbay.casebook.nuisances import Report
from clearbay.web.app import make_app
from clearbay.web.settings import WebSettings

HERE, SECRET = "http://127.0.0.1", "correct horse battery"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    made = Casebook(tmp_path / "casebook.sqlite")
    for role in ("viewer", "operator", "editor"):
        made.accounts.add(Writer("setup", datetime.now(UTC)), f"a-{role}", role, SECRET)
    yield made
    made.close()


class Person:
    """Somebody at a browser."""

    def __init__(self, live: FakeLive, book: Casebook, role: str) -> None:
        app = make_app(live, book, WebSettings())
        self.client = TestClient(app, base_url=HERE, raise_server_exceptions=False, follow_redirects=False)
        if role:
            assert self.send("/login", {"account": f"a-{role}", "password": SECRET}, "/login").status_code == 303

    def send(self, path: str, said: dict[str, str], page: str, files: object = None):  # type: ignore[no-untyped-def]
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.client.get(page).text)
        assert token, page
        return self.client.post(path, data={**said, "csrf": token[1]}, files=files)  # type: ignore[arg-type]


def an_exceedance(live: FakeLive) -> str:
    return str(live.findings(verdict="exceeded", limit=1).to_pylist()[0]["finding_id"])


def test_from_the_evidence_to_the_end(live: FakeLive, book: Casebook) -> None:
    office, finding = Person(live, book, "editor"), an_exceedance(live)
    new = f"/follow-ups/new?finding={finding}"
    assert new in office.client.get(f"/findings/{finding}").text
    at = office.send("/follow-ups", {"finding": finding, "text": "请说明原因"}, new).headers["location"]
    picture = {"files": ("阀门.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "image/png")}
    answer = office.send(f"{at}/reply", {"cause": "石灰浆中断", "measure": "更换给料阀"}, at, picture)
    assert answer.status_code == 303
    assert office.send(f"{at}/recheck", {"text": "三日均值达标"}, at).status_code == 303
    assert office.send(f"{at}/close", {"text": "同意销号"}, at).status_code == 303
    page = office.client.get(f"{at}?lang=en").text
    for words in ("石灰浆中断", "更换给料阀", "三日均值达标", "同意销号", "a-editor", "closed"):
        assert words in page
    link = re.search(r'href="(/follow-ups/[^"]+/files/[0-9a-f]{64})"', page)
    assert link
    file = office.client.get(link[1])
    assert file.content.startswith(b"\x89PNG")
    assert file.headers["content-disposition"].startswith("attachment")
    assert at in office.client.get(f"/findings/{finding}").text
    assert office.client.get(new).headers["location"] == at


def test_a_step_out_of_turn_is_refused_and_said(live: FakeLive, book: Casebook) -> None:
    office, finding = Person(live, book, "editor"), an_exceedance(live)
    new = f"/follow-ups/new?finding={finding}"
    at = office.send("/follow-ups", {"finding": finding, "text": "请说明原因"}, new).headers["location"]
    answer = office.send(f"{at}/close", {"text": "好了"}, at)
    assert answer.status_code == 400
    assert 'data-testid="wrong"' in answer.text
    assert "待答复；现在可以答复，不能销号" in office.send(f"{at}/close?lang=zh", {"text": "好了"}, at).text
    assert "what may come now is a reply, not closing it" in office.send(f"{at}/close?lang=en", {"text": "x"}, at).text
    assert office.send(f"{at}/reply", {"cause": "", "measure": ""}, at).status_code == 400


def test_reading_is_open_and_writing_asks_for_the_role(live: FakeLive, book: Casebook) -> None:
    by = Writer("office", live.now() - timedelta(days=1))
    at = "/follow-ups/" + book.follow_ups.open(by, Subject("other", "一件事", "Asia/Shanghai"), "请办理")
    anyone, operator = Person(live, book, ""), Person(live, book, "operator")
    assert anyone.client.get(at).status_code == 200
    assert "/reply" not in anyone.client.get(at).text
    assert anyone.client.post(f"{at}/reply", data={"cause": "x", "measure": "y"}).status_code in (401, 403)
    assert operator.send(f"{at}/reply", {"cause": "原因", "measure": "措施"}, at).status_code == 303
    assert operator.send(f"{at}/recheck", {"text": "已复查"}, at).status_code == 303
    assert operator.send(f"{at}/close", {"text": "销号"}, at).status_code == 403  # closing is an editor's


def test_what_is_late_comes_first_and_says_by_how_many_days(live: FakeLive, book: Casebook) -> None:
    for days, title in ((1, "昨天的事"), (12, "十二天前的事")):
        book.follow_ups.open(
            Writer("office", live.now() - timedelta(days=days)), Subject("data", title, "Asia/Shanghai"), "请补充"
        )
    page = Person(live, book, "").client.get("/follow-ups?lang=en").text
    assert page.index("十二天前的事") < page.index("昨天的事")
    assert "10 days late" in page  # two days are given for a reply about data
    assert "昨天的事" not in Person(live, book, "").client.get("/follow-ups?late=1").text


def test_a_residents_report_waits_for_a_decision(live: FakeLive, book: Casebook) -> None:
    now = live.now()
    one = book.nuisances.report(now, "10.0.0.1", Report("odour", "东滩村口", now, "傍晚有臭味", "13800000000"))
    two = book.nuisances.report(now, "10.0.0.2", Report("noise", "镇南街", now, "夜间施工噪声"))
    anyone, operator = Person(live, book, ""), Person(live, book, "operator")
    assert "东滩村口" not in anyone.client.get("/follow-ups").text
    assert "东滩村口" in operator.client.get("/follow-ups").text
    new = f"/follow-ups/new?nuisance={one}"
    assert operator.send("/follow-ups", {"nuisance": one, "text": "请到现场"}, new).status_code == 303
    assert operator.send(f"/reports/{two}/set-aside", {"text": "已停工"}, "/follow-ups").status_code == 303
    assert "being followed up" in anyone.client.get(f"/bulletin/reports/{one}?lang=en").text
    assert "nothing is to follow" in anyone.client.get(f"/bulletin/reports/{two}?lang=en").text


def test_a_file_of_another_follow_up_is_not_given(live: FakeLive, book: Casebook) -> None:
    by = Writer("office", live.now())
    held = book.attachments.add(by, "x.txt", b"text").digest
    at = book.follow_ups.open(by, Subject("other", "一件事", "Asia/Shanghai"), "请办理")
    assert Person(live, book, "").client.get(f"/follow-ups/{at}/files/{held}").status_code == 404


def test_a_contact_is_shown_to_who_handles_the_report_and_each_look_is_logged(live: FakeLive, book: Casebook) -> None:
    now = live.now()
    one = book.nuisances.report(now, "10.0.0.1", Report("odour", "东滩村口", now, "傍晚有臭味", "13800000000"))
    viewer, operator = Person(live, book, "viewer"), Person(live, book, "operator")
    assert viewer.send(f"/reports/{one}/contact", {}, "/bulletin/report").status_code == 403
    assert "13800000000" not in operator.client.get("/follow-ups").text
    assert "13800000000" in operator.send(f"/reports/{one}/contact", {}, "/follow-ups").text
    logged = book.database.count(
        "SELECT count(*) FROM audit WHERE person = 'a-operator' AND what = 'nuisance.read_contact'"
    )
    assert logged == 1


def test_a_residents_picture_is_only_for_who_handles_the_report(live: FakeLive, book: Casebook) -> None:
    now = live.now()
    held = book.attachments.add(Writer("resident", now), "x.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40).digest
    said = Report("dust", "镇南街", now, "工地扬尘很大", files=(held,))
    link = f"/reports/{book.nuisances.report(now, '10.0.0.1', said)}/files/{held}"
    assert Person(live, book, "").client.get(link).status_code == 303  # to the sign-in
    assert Person(live, book, "viewer").client.get(link).status_code == 403
    operator = Person(live, book, "operator").client
    assert link in operator.get("/follow-ups").text
    assert operator.get(link).content.startswith(b"\x89PNG")
