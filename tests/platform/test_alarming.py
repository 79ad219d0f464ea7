"""What a service sees becomes alarms and notices: once, with the time of the value, and without storms."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clearbay.casebook import Casebook, Writer
from clearbay.district import District, read_district
from clearbay.district.model import AlarmRule, Bilingual
from clearbay.platform.alarming import STORM_LIMIT, STORM_WINDOW, Alarming
from clearbay.platform.events import Event, EventStream
from clearbay.platform.newest import Latest
from clearbay.platform.packets import LoggerState
from clearbay.platform.receivers import Receivers

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EXAMPLE = Path(__file__).parents[2] / "examples" / "district"
SECRET = "dingtalk://a-secret-token/"
CO = AlarmRule(
    "co", "value", "critical", Bilingual("一氧化碳", "Carbon monoxide"), ("wte-*",), code="a21005",
    basis="reference_o2", above=70.0, clear_at=50.0, notify=("duty",),
)  # fmt: skip
EXCEEDED = AlarmRule("exceeded", "finding", "critical", Bilingual("超标", "Exceeded"), notify=("duty",))
SILENT = AlarmRule("silent", "silence", "warning", Bilingual("无数据", "Silent"), ("wte-*",), silence_s=1800)


@dataclass
class Here:
    """A service as alarms see it, moved by hand."""

    place: District
    moment: datetime = NOW
    heard: list[LoggerState] = field(default_factory=list)
    stream: EventStream = field(default_factory=EventStream)
    simulated: bool = True
    number: int = 1

    def now(self) -> datetime:
        return self.moment

    def district(self) -> District:
        return self.place

    def revision(self) -> int:
        return self.number

    def loggers(self) -> list[LoggerState]:
        return self.heard

    def events(self) -> EventStream:
        return self.stream


@pytest.fixture(scope="module")
def district() -> District:
    return replace(read_district(EXAMPLE), alarms=(CO, EXCEEDED, SILENT))


@pytest.fixture
def here(district: District) -> Here:
    return Here(district)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    made = Casebook(tmp_path / "casebook.sqlite")
    yield made
    made.close()


def made(here: Here, book: Casebook) -> Alarming:
    receivers = Receivers({"duty": (SECRET,)})
    return Alarming(here, book, receivers, link="https://bay.example/", clock=lambda: here.moment)


def co(value: float, time: datetime = NOW - MINUTE, flag: str = "N") -> Latest:
    return Latest("a21005", "reference_o2", "avg", 60, time, value, str(value), flag, "mg/m3", "p")


def waiting(book: Casebook, now: datetime) -> list[str]:
    return [notice.title for notice in book.outbox.due(now, 1000)]


def test_a_notice_says_what_where_the_value_and_its_time_in_both_languages(here: Here, book: Casebook) -> None:
    alarming = made(here, book)
    alarming.enter(alarming.values("wte-1", [co(82.0)]))
    (notice,) = book.outbox.due(NOW)
    (alarm,) = book.alarms.standing()
    for text in ("一氧化碳", "Carbon monoxide", "82 mg/m3", "2026-03-16 09:59 +0800", "数据时间", "time of the value",
                 f"https://bay.example/alarms/{alarm.alarm_id}", "Simulated data"):  # fmt: skip
        assert text in notice.body, text
    assert "secret" not in notice.body + notice.title + notice.receiver


def test_flagged_and_late_values_raise_nothing(here: Here, book: Casebook) -> None:
    alarming = made(here, book)
    assert not alarming.values("wte-1", [co(82.0, flag="M")])
    assert not alarming.values("wte-1", [co(82.0, NOW - timedelta(hours=3))])


def finding(verdict: str, start: datetime = NOW - timedelta(days=1)) -> dict[str, object]:
    return {
        "finding_id": "f" * 16, "point_id": "wte-1", "code": "a21002", "time": start, "period_s": 86400, "value": 265.0,
        "unit": "mg/m3", "verdict": verdict, "standard": "GB 18485-2014", "averaging": "day",
    }  # fmt: skip


def test_a_finding_raises_an_alarm_that_its_revision_clears(here: Here, book: Casebook) -> None:
    alarming = made(here, book)
    alarming.enter(alarming.finding(finding("exceeded")))
    (alarm,) = book.alarms.standing()
    assert alarm.finding_id == "f" * 16
    alarming.enter(alarming.finding(finding("complies")))
    assert not book.alarms.standing()
    assert len(waiting(book, NOW)) == 2


def test_a_month_that_is_judged_late_raises_nothing(here: Here, book: Casebook) -> None:
    assert not made(here, book).finding(finding("exceeded", NOW - timedelta(days=30)))


def test_after_a_restart_what_was_on_is_not_told_again(here: Here, book: Casebook) -> None:
    first = made(here, book)
    first.enter(first.values("wte-1", [co(82.0)]))
    second = made(here, book)
    second.enter(second.values("wte-1", [co(90.0, NOW)]))
    assert len(book.alarms.listed()) == 1
    assert len(waiting(book, NOW)) == 1


def logger(here: Here, seen: datetime | None) -> LoggerState:
    entry = next(e for e in here.place.loggers if any(p.point_id == "wte-1" for p in here.place.points_of(e.site_id)))
    return LoggerState(entry.mn, entry.site_id, entry.version, seen, 1, 1, 0, 0, ())


def test_a_silent_logger_is_told_and_a_restart_does_not_make_it_heard(here: Here, book: Casebook) -> None:
    alarming = made(here, book)
    here.heard = [logger(here, NOW)]
    here.moment = NOW + 31 * MINUTE
    alarming.enter(alarming.silence())
    assert [a.rule_id for a in book.alarms.standing()] == ["silent"]
    here.heard = [logger(here, None)]
    again = made(here, book)
    assert not again.silence()
    here.heard = [logger(here, here.moment)]
    again.enter(again.silence())
    assert not book.alarms.standing()


def test_a_storm_is_some_notices_and_one_summary(here: Here, book: Casebook, district: District) -> None:
    rules = tuple(replace(CO, rule_id=f"co-{n}") for n in range(100))
    here.place = replace(district, alarms=rules)
    alarming = made(here, book)
    alarming.enter(alarming.values("wte-1", [co(82.0)]))
    assert len(book.alarms.standing()) == 100
    assert len(waiting(book, NOW)) == STORM_LIMIT
    here.moment = NOW + STORM_WINDOW
    for _ in range(3):
        alarming.summaries()
    titles = waiting(book, here.moment)
    assert len(titles) == STORM_LIMIT + 1
    assert any("80 further alarms" in title for title in titles)


def test_a_flapping_alarm_is_entered_but_not_told_for_ever(here: Here, book: Casebook) -> None:
    alarming = made(here, book)
    for n in range(10):
        here.moment = NOW + n * MINUTE
        value = 82.0 if n % 2 == 0 else 40.0
        alarming.enter(alarming.values("wte-1", [co(value, here.moment)]))
    assert len(book.alarms.listed()) == 5
    assert len(waiting(book, here.moment)) == 6


def test_shelved_alarms_are_entered_and_not_sent(here: Here, book: Casebook) -> None:
    book.alarms.shelve(Writer("li", NOW), "co", "wte-1", NOW + timedelta(hours=1), "calibration")
    alarming = made(here, book)
    alarming.enter(alarming.values("wte-1", [co(82.0)]))
    assert len(book.alarms.standing()) == 1
    assert not waiting(book, NOW)


def test_an_alarm_ends_with_its_rule(here: Here, book: Casebook, district: District) -> None:
    alarming = made(here, book)
    alarming.enter(alarming.values("wte-1", [co(82.0)]))
    here.place = replace(district, alarms=())
    made(here, book)
    assert not book.alarms.standing()


def test_it_follows_the_events_of_the_service(here: Here, book: Casebook) -> None:
    async def run() -> None:
        alarming = made(here, book)
        await alarming.start()
        await asyncio.sleep(0)
        here.stream.happen(Event("values", {"point_id": "wte-1", "values": [co(82.0)]}))
        for _ in range(200):
            if book.alarms.standing():
                break
            await asyncio.sleep(0.01)
        await alarming.stop()

    asyncio.run(run())
    assert len(book.alarms.standing()) == 1
