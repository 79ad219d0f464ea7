"""Feeds what the service sees (values, findings, silence) to the alarm rules, and what they say to the casebook."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from clearbay.casebook import Casebook, CasebookError
from clearbay.casebook.alarm_rules import Change, Rules, Seen, Storm, admit, summary_due
from clearbay.casebook.alarms import FLAPS, FLAPS_WITHIN
from clearbay.platform.alarm_texts import notice_text, summary_text
from clearbay.platform.events import Event
from clearbay.platform.live import Live
from clearbay.platform.newest import Latest
from clearbay.platform.receivers import NOBODY, Receivers

LOG = logging.getLogger(__name__)

LOOK_S = 5.0
"""How often silence, storms and a changed district are looked at [s]."""

WAITING = 100_000
"""Events that may wait; 1,000 loggers send 12,000 series a minute in as many events as they have points."""

STALE_VALUE, STALE_FINDING = timedelta(hours=2), timedelta(days=3)
"""What ended longer ago raises no alarm (three periods for values): it was sent late, or is history."""

STORM_LIMIT, STORM_WINDOW = 20, timedelta(minutes=10)
"""At most so many notices to a receiver within the window; then one summary."""


class Alarming:
    """Alarms of a running service."""

    def __init__(
        self,
        live: Live,
        casebook: Casebook,
        receivers: Receivers = NOBODY,
        *,
        link: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take up the alarms that are on. `link` is how readers reach the pages; `clock` is that of notices."""
        self._live, self._casebook, self._receivers, self._link, self._clock = live, casebook, receivers, link, clock
        self._began = live.now()
        self._storms: dict[str, Storm] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._take_rules()

    async def start(self) -> None:
        """Begin to look, in the running event loop."""
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._look())]

    async def stop(self) -> None:
        """End looking."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    # What is seen ----------------------------------------------------------------------------------------------

    def values(self, point_id: str, values: Iterable[Latest]) -> list[Change]:
        """Look at new values of a point."""
        found: list[Change] = []
        now = self._live.now()
        for one in values:
            if one.value is None or one.flag not in ("", "N"):
                continue
            period = timedelta(seconds=one.period_s)
            if now - (one.time + period) > max(STALE_VALUE, 3 * period):
                continue
            found += self._rules.value(
                point_id, one.code, one.basis, one.statistic, one.value, one.time, one.period_s, one.unit
            )
        return found

    def finding(self, row: Mapping[str, object]) -> list[Change]:
        """Look at a new finding or revision."""
        start, period, value = row["time"], row.get("period_s"), row.get("value")
        assert isinstance(start, datetime)
        end = start + timedelta(seconds=period if isinstance(period, int) else 0)
        point, code, verdict = str(row["point_id"]), str(row["code"]), str(row.get("verdict") or "")
        if verdict not in ("complies", "exceeded", "not_evaluable"):
            return []
        if verdict != "complies" and self._live.now() - end > STALE_FINDING:
            return []
        seen = Seen(
            point, code, value if isinstance(value, float) else None, str(row.get("unit") or ""), start,
            str(row["finding_id"]),
        )  # fmt: skip
        return self._rules.finding(point, code, str(row["standard"]), str(row["averaging"]), verdict, seen)

    def silence(self) -> list[Change]:
        """Look at when each logger was last heard."""
        district, heard = self._live.district(), dict[str, tuple[Sequence[str], datetime]]()
        for one in self._live.loggers():
            # Not heard since the start: an alarm that was on stays on, another may begin only after its time.
            if one.last_seen is None and one.mn in self._silent_before:
                continue
            self._silent_before.discard(one.mn)
            points = [point.point_id for point in district.points_of(one.site_id)]
            heard[one.mn] = (points, one.last_seen or self._began)
        return self._rules.silence(heard, self._live.now())

    # What is done ----------------------------------------------------------------------------------------------

    def enter(self, changes: Sequence[Change]) -> None:
        """Write alarms down, tell the pages, and put notices into the outbox."""
        now = self._live.now()
        for change in changes:
            alarms = self._casebook.alarms
            if change.kind == "raised":
                number: str | None = alarms.raise_(change, now, self._live.district().zone)
            else:
                number = alarms.clear(change.rule.rule_id, change.subject, now)
            if number is None:
                continue
            told: dict[str, object] = {
                "alarm_id": number, "state": change.kind, "rule_id": change.rule.rule_id,
                "point_id": change.seen.point_id, "severity": change.rule.severity,
                "zh": change.rule.name.zh, "en": change.rule.name.en, "time": change.seen.time,
            }  # fmt: skip
            self._live.events().happen(Event("alarm", told))
            self._notify(change, number, now)

    def summaries(self) -> None:
        """Put summaries of what a storm held back into the outbox."""
        now = self._clock()
        for receiver, storm in list(self._storms.items()):
            self._storms[receiver], held = summary_due(storm, now, STORM_WINDOW)
            if held and storm.begun is not None:
                title, body = summary_text(held, storm.begun, self._live.district().zone, self._link)
                key = f"summary {storm.begun.isoformat()}"
                for line in self._receivers.lines(receiver):
                    self._casebook.outbox.put(now, key, line, "warning", title, body)

    def _notify(self, change: Change, alarm_id: str, now: datetime) -> None:
        rule, alarms = change.rule, self._casebook.alarms
        if alarms.shelved(rule.rule_id, change.seen.point_id, now):
            return
        if alarms.raised_since(rule.rule_id, change.subject, now - FLAPS_WITHIN) > FLAPS:
            return
        title, body = notice_text(
            change, self._live.district(), alarm_id, now, link=self._link, simulated=self._live.simulated
        )
        sent = self._clock()
        for receiver in rule.notify:
            lines = self._receivers.lines(receiver)
            if not lines:
                continue
            storm = self._storms.get(receiver, Storm())
            self._storms[receiver], through = admit(storm, sent, STORM_LIMIT, STORM_WINDOW)
            for line in lines if through else ():
                self._casebook.outbox.put(sent, f"{alarm_id} {change.kind}", line, rule.severity, title, body)

    def _take_rules(self) -> None:
        """Take the district's rules up; alarms whose rule is gone end."""
        district = self._live.district()
        self._revision = self._live.revision()
        self._rules = Rules(district.alarms, [point.point_id for point in district.points])
        standing = self._casebook.alarms.standing()
        for one in standing:
            if self._rules.rule(one.rule_id) is None:
                self._casebook.alarms.clear(one.rule_id, one.subject, self._live.now(), "the rule was taken away")
        self._rules.resume((one.rule_id, one.subject, one.value_time) for one in standing)
        self._silent_before = {one.subject for one in standing if not one.code}

    # -----------------------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        async for event in self._live.events().subscribe(WAITING):
            changes: list[Change] = []
            if event.kind == "values":
                values = event.data["values"]
                assert isinstance(values, Sequence)
                changes = self.values(str(event.data["point_id"]), values)
            elif event.kind == "finding":
                changes = self.finding(event.data)
            await self._enter(changes)

    async def _look(self) -> None:
        while True:
            if self._live.revision() != self._revision:
                await asyncio.to_thread(self._take_rules)
            await self._enter(await asyncio.to_thread(self.silence))
            await asyncio.to_thread(self.summaries)
            await asyncio.sleep(LOOK_S)

    async def _enter(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        try:
            await asyncio.to_thread(self.enter, changes)
        except (CasebookError, sqlite3.Error):
            # The rules go on: what could not be written is in the log, and pages say what is above its limit anyway.
            LOG.exception("%d changes of alarms could not be written", len(changes))
