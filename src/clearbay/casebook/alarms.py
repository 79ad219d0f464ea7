"""Alarms: raised, acknowledged, cleared; shelved for a while; with their whole history and how long each took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clearbay.casebook.alarm_rules import Change
from clearbay.casebook.audit import AuditLog
from clearbay.casebook.database import CasebookError, Database, Row
from clearbay.casebook.numbers import number_of
from clearbay.casebook.writer import Writer, instant_of, instant_text

SHELVED_AT_MOST = timedelta(days=30)
FLAPS_WITHIN = timedelta(hours=1)
FLAPS = 3
"""An alarm that is raised more than three times within an hour flaps: no further notice goes out for it."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm. `value_time` is the start of the value's period, `raised` and the others when the service saw it."""

    alarm_id: str
    rule_id: str
    subject: str
    point_id: str
    severity: str
    name_zh: str
    name_en: str
    code: str
    value: float | None
    unit: str
    value_time: datetime
    finding_id: str
    raised: datetime
    acknowledged: datetime | None
    acknowledged_by: str
    cleared: datetime | None

    @property
    def state(self) -> str:
        """`raised`, `acknowledged` (on, but seen) or `cleared`."""
        return "cleared" if self.cleared else "acknowledged" if self.acknowledged else "raised"

    def lasted(self, now: datetime) -> timedelta:
        """How long it was on, up to `now` where it still is."""
        return max((self.cleared or now) - self.raised, timedelta(0))


@dataclass(frozen=True, slots=True)
class AlarmStep:
    """Something done about an alarm."""

    step: str
    at: datetime
    person: str
    text: str


class Alarms:
    """Alarms of a casebook."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database, self._audit = database, audit

    def raise_(self, change: Change, now: datetime, zone: str = "UTC") -> str:
        """Enter that an alarm began; give its id, with the day in `zone`. One that is on for rule and subject stays."""
        seen, rule = change.seen, change.rule
        with self._database.writing() as con:
            held = self._standing(rule.rule_id, change.subject)
            if held is not None:
                return str(held["alarm_id"])
            number = number_of("A", now, zone)
            con.execute(
                "INSERT INTO alarms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, rule.rule_id, change.subject, seen.point_id, rule.severity, rule.name.zh, rule.name.en,
                    seen.code, seen.value, seen.unit, instant_text(seen.time), seen.finding_id, instant_text(now),
                ),
            )  # fmt: skip
        return number

    def clear(self, rule_id: str, subject: str, now: datetime, text: str = "") -> str | None:
        """Enter that an alarm ended; give its id, None where none was on."""
        with self._database.writing() as con:
            held = self._standing(rule_id, subject)
            if held is None:
                return None
            con.execute(
                "INSERT INTO alarm_steps (alarm_id, step, at, person, text) VALUES (?, 'cleared', ?, 'service', ?)",
                (held["alarm_id"], instant_text(now), text),
            )
        return str(held["alarm_id"])

    def acknowledge(self, writer: Writer, alarm_id: str, text: str = "") -> None:
        """Say that somebody saw it.

        Raises
        ------
        CasebookError : there is no such alarm, or it was acknowledged before (by whom is said).
        """
        with self._database.writing() as con:
            one = self.get(alarm_id)
            if one is None:
                raise CasebookError(f"there is no alarm {alarm_id[:40]}", f"没有报警 {alarm_id[:40]}")
            if one.acknowledged is not None:
                raise CasebookError(
                    f"alarm {alarm_id} was acknowledged before, by {one.acknowledged_by}",
                    f"报警 {alarm_id} 已由 {one.acknowledged_by} 确认",
                )
            con.execute(
                "INSERT INTO alarm_steps (alarm_id, step, at, person, text) VALUES (?, 'acknowledged', ?, ?, ?)",
                (alarm_id, instant_text(writer.at), writer.person, text[:1000]),
            )
            before, after = {"state": one.state}, {"state": "acknowledged", "text": text[:1000]}
            self._audit.enter(writer, "alarm.acknowledge", alarm_id, before=before, after=after)

    def shelve(self, writer: Writer, rule_id: str, point_id: str, until: datetime, reason: str) -> None:
        """Send no notices of a rule at a point (empty: anywhere) until an instant; alarms are still entered.

        Raises
        ------
        CasebookError : no reason, or the end is not within the next 30 days.
        """
        if not reason.strip():
            raise CasebookError("say why the alarm is shelved", "请说明暂停通知的原因")
        if not writer.at < until <= writer.at + SHELVED_AT_MOST:
            raise CasebookError(
                f"shelving ends within {SHELVED_AT_MOST.days} days from now",
                f"暂停通知最长 {SHELVED_AT_MOST.days} 天",
            )
        with self._database.writing() as con:
            con.execute(
                "INSERT INTO shelvings (rule_id, point_id, at, until, person, reason) VALUES (?, ?, ?, ?, ?, ?)",
                (rule_id, point_id, instant_text(writer.at), instant_text(until), writer.person, reason.strip()),
            )
            said = {"point_id": point_id, "until": instant_text(until), "reason": reason.strip()}
            self._audit.enter(writer, "alarm.shelve", rule_id, after=said)

    def shelved(self, rule_id: str, point_id: str, now: datetime) -> bool:
        """Whether notices of a rule at a point are held back now."""
        query = "SELECT count(*) FROM shelvings WHERE rule_id = ? AND point_id IN ('', ?) AND at <= ? AND until > ?"
        moment = instant_text(now)
        return self._database.count(query, (rule_id, point_id, moment, moment)) > 0

    def raised_since(self, rule_id: str, subject: str, since: datetime) -> int:
        """How often a rule raised its alarm about a subject since an instant."""
        query = "SELECT count(*) FROM alarms WHERE rule_id = ? AND subject = ? AND raised > ?"
        return self._database.count(query, (rule_id, subject, instant_text(since)))

    def flapping(self, rule_id: str, subject: str, now: datetime) -> bool:
        """Whether it was raised more than `FLAPS` times within the last hour."""
        return self.raised_since(rule_id, subject, now - FLAPS_WITHIN) > FLAPS

    def get(self, alarm_id: str) -> Alarm | None:
        """Find an alarm."""
        row = self._database.row("SELECT * FROM current_alarms WHERE alarm_id = ?", (alarm_id,))
        return None if row is None else _alarm(row)

    def steps(self, alarm_id: str) -> Sequence[AlarmStep]:
        """What was done about an alarm, the first thing first."""
        rows = self._database.rows("SELECT * FROM alarm_steps WHERE alarm_id = ? ORDER BY number", (alarm_id,))
        return [AlarmStep(r["step"], instant_of(r["at"]), r["person"], r["text"]) for r in rows]

    def standing(self) -> Sequence[Alarm]:
        """Alarms that are on, the gravest and newest first."""
        rows = self._database.rows(
            "SELECT * FROM current_alarms WHERE cleared IS NULL ORDER BY "
            "CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, raised DESC"
        )
        return [_alarm(row) for row in rows]

    def listed(self, *, point_id: str = "", before: datetime | None = None, limit: int = 200) -> Sequence[Alarm]:
        """All alarms, the newest first."""
        rows = self._database.rows(
            "SELECT * FROM current_alarms WHERE (? = '' OR point_id = ?) AND raised < ? ORDER BY raised DESC LIMIT ?",
            (point_id, point_id, instant_text(before) if before else "9999", limit),
        )
        return [_alarm(row) for row in rows]

    def _standing(self, rule_id: str, subject: str) -> Row | None:
        query = "SELECT alarm_id FROM current_alarms WHERE rule_id = ? AND subject = ? AND cleared IS NULL"
        return self._database.row(query, (rule_id, subject))


def _alarm(row: Row) -> Alarm:
    def moment(name: str) -> datetime | None:
        return instant_of(row[name]) if row[name] else None

    return Alarm(
        row["alarm_id"], row["rule_id"], row["subject"], row["point_id"], row["severity"], row["name_zh"],
        row["name_en"], row["code"], row["value"], row["unit"], instant_of(row["value_time"]), row["finding_id"],
        instant_of(row["raised"]), moment("acknowledged"), row["acknowledged_by"] or "", moment("cleared"),
    )  # fmt: skip
