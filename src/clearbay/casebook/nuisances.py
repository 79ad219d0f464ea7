"""What residents report: smell, noise, dust, water. Contacts are kept apart and never public."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from clearbay.casebook.audit import AuditLog
from clearbay.casebook.database import CasebookError, Database, Row
from clearbay.casebook.numbers import number_of
from clearbay.casebook.writer import Writer, instant_of, instant_text

NuisanceKind: TypeAlias = Literal["odour", "noise", "dust", "smoke", "water", "waste", "other"]

KINDS: dict[str, tuple[str, str]] = {
    "odour": ("异味", "Smell"),
    "noise": ("噪声", "Noise"),
    "dust": ("扬尘", "Dust"),
    "smoke": ("黑烟", "Smoke"),
    "water": ("水体异常", "Water"),
    "waste": ("垃圾倾倒", "Dumped waste"),
    "other": ("其他", "Other"),
}
"""Kinds of nuisance in Chinese and English."""

TEXT_AT_MOST, PLACE_AT_MOST, CONTACT_AT_MOST, FILES_AT_MOST = 2000, 200, 200, 5
OLDEST = timedelta(days=30)
_OUTCOMES = {"followed_up": ("being followed up", "已转整改"), "set_aside": ("nothing is to follow", "无需整改")}


class NuisanceRefused(CasebookError):
    """A report says too little or too much, or came too often."""


class TooMany(NuisanceRefused):
    """Reports come faster than people write them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many reports an hour and a day from one source, and an hour from all."""

    hour: int = 5
    day: int = 15
    hour_all: int = 200


@dataclass(frozen=True, slots=True)
class Report:
    """What a resident says. Degrees are WGS 84; `contact` may be empty; `files` are digests of attachments."""

    kind: str
    place: str
    noticed_at: datetime
    text: str
    contact: str = ""
    site_id: str = ""
    lon: float | None = None
    lat: float | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nuisance:
    """A report as the office sees it, without the contact; `outcome` is empty while nobody has decided."""

    nuisance_id: str
    at: datetime
    noticed_at: datetime
    kind: str
    place: str
    site_id: str
    lon: float | None
    lat: float | None
    text: str
    files: tuple[str, ...]
    outcome: str
    reason: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicNuisance:
    """What anyone may see of a report: its kind, day and outcome. Words and exact places may name people."""

    nuisance_id: str
    kind: str
    at: datetime
    site_id: str
    outcome: str


_SELECT = (
    "SELECT n.*, d.outcome, d.reason, d.at AS decided_at FROM nuisances AS n LEFT JOIN nuisance_decisions AS d "
    "USING (nuisance_id)"
)


class Nuisances:
    """Reports of a casebook. Sources are kept as keyed digests: enough to count by, not to find a person by."""

    def __init__(self, database: Database, audit: AuditLog, key: bytes, limits: Limits) -> None:
        self._database, self._audit, self._key, self._limits = database, audit, key, limits

    def report(self, at: datetime, origin: str, report: Report, zone: str = "UTC") -> str:
        """Enter a report made at `at` from an address; give its id, with the day in `zone`.

        Raises
        ------
        NuisanceRefused : a field is wrong. TooMany : the source, or all together, reported too often.
        """
        _check(report, at)
        source, digest = self._source(origin), _text_digest(report)
        number = number_of("N", at, zone, 5)
        with self._database.writing() as con:
            self._hold_off(source, digest, at)
            con.execute(
                "INSERT INTO nuisances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, instant_text(at), instant_text(report.noticed_at), report.kind, report.place.strip(),
                    report.site_id, report.lon, report.lat, report.text.strip(), digest, source,
                    json.dumps(report.files),
                ),
            )  # fmt: skip
            if report.contact.strip():
                con.execute("INSERT INTO nuisance_contacts VALUES (?, ?)", (number, report.contact.strip()))
            self._audit.enter(Writer("resident", at), "nuisance.report", number, after={"kind": report.kind})
        return number

    def would_take(self, at: datetime, origin: str, report: Report) -> None:
        """Say whether a report would be taken, before anything that comes with it is kept.

        Raises
        ------
        NuisanceRefused, TooMany : as `report` would.
        """
        _check(report, at)
        self._hold_off(self._source(origin), _text_digest(report), at)

    def _source(self, origin: str) -> str:
        return hmac.new(self._key, origin.encode(), hashlib.sha256).hexdigest()[:32]

    def _hold_off(self, source: str, digest: str, at: datetime) -> None:
        hour, day = instant_text(at - timedelta(hours=1)), instant_text(at - timedelta(days=1))
        count, mine = self._database.count, "SELECT count(*) FROM nuisances WHERE source = ? AND at > ?"
        if count(mine, (source, hour)) >= self._limits.hour or count(mine, (source, day)) >= self._limits.day:
            raise TooMany(
                "this address has reported several times already; please wait an hour, or call the office",
                "此网络地址已多次提交；请一小时后再试，或致电主管部门",
            )
        if count("SELECT count(*) FROM nuisances WHERE at > ?", (hour,)) >= self._limits.hour_all:
            raise TooMany(
                "very many reports are coming in; please try again later, or call the office",
                "目前提交的人很多；请稍后再试，或致电主管部门",
            )
        if count(f"{mine} AND text_digest = ?", (source, day, digest)):
            raise TooMany(
                "the same report was made within the last day; it is with the office",
                "一天之内已收到内容相同的反映，正在处理",
            )

    def set_aside(self, writer: Writer, nuisance_id: str, reason: str) -> None:
        """Decide that nothing is to follow from a report, and say why.

        Raises
        ------
        CasebookError : there is no such report, it was decided before, or no reason is given.
        """
        if not reason.strip():
            raise CasebookError("say why the report is set aside", "请说明无需整改的理由")
        self.decide(writer, nuisance_id, "set_aside", reason.strip())

    def decide(self, writer: Writer, nuisance_id: str, outcome: str, reason: str) -> None:
        """Enter what becomes of a report (`followed_up` is entered by `FollowUps.open`).

        Raises
        ------
        CasebookError : there is no such report, or it was decided before.
        """
        with self._database.writing() as con:
            one = self.get(nuisance_id)
            if one is None:
                raise CasebookError(f"there is no report {nuisance_id[:40]}", f"没有编号为 {nuisance_id[:40]} 的反映")
            if one.outcome:
                en, zh = _OUTCOMES.get(one.outcome, (one.outcome, one.outcome))
                raise CasebookError(
                    f"report {nuisance_id} was decided before ({en})", f"反映 {nuisance_id} 先前已处理（{zh}）"
                )
            con.execute(
                "INSERT INTO nuisance_decisions VALUES (?, ?, ?, ?, ?)",
                (nuisance_id, instant_text(writer.at), writer.person, outcome, reason),
            )
            said = {"outcome": outcome, "reason": reason}
            self._audit.enter(writer, "nuisance.decide", nuisance_id, before={"outcome": ""}, after=said)

    def get(self, nuisance_id: str) -> Nuisance | None:
        """Find a report."""
        row = self._database.row(f"{_SELECT} WHERE n.nuisance_id = ?", (nuisance_id,))
        return None if row is None else _nuisance(row)

    def contact(self, writer: Writer, nuisance_id: str) -> str:
        """Read how to reach who reported; that it was read is logged."""
        with self._database.writing():
            self._audit.enter(writer, "nuisance.read_contact", nuisance_id)
            row = self._database.row("SELECT contact FROM nuisance_contacts WHERE nuisance_id = ?", (nuisance_id,))
        return "" if row is None else str(row["contact"])

    def listed(self, *, undecided: bool = False, search: str = "", limit: int = 200) -> Sequence[Nuisance]:
        """Read reports, the newest first; `search` is looked for in place and text, taken literally."""
        where = "WHERE (? = 0 OR d.outcome IS NULL) AND instr(lower(n.place || ' ' || n.text), lower(?)) > 0"
        query = f"{_SELECT} {where} ORDER BY n.at DESC LIMIT ?"
        return [_nuisance(row) for row in self._database.rows(query, (int(undecided), search or " ", limit))]

    def public(self, since: datetime, limit: int = 200) -> Sequence[PublicNuisance]:
        """Read what anyone may see of the reports since an instant, the newest first."""
        rows = self._database.rows(
            "SELECT nuisance_id, kind, n.at, site_id, coalesce(d.outcome, '') AS outcome FROM nuisances AS n "
            "LEFT JOIN nuisance_decisions AS d USING (nuisance_id) WHERE n.at >= ? ORDER BY n.at DESC LIMIT ?",
            (instant_text(since), limit),
        )
        return [
            PublicNuisance(r["nuisance_id"], r["kind"], instant_of(r["at"]), r["site_id"], r["outcome"]) for r in rows
        ]


def _text_digest(report: Report) -> str:
    return hashlib.sha256(" ".join(f"{report.place} {report.text}".split()).encode()).hexdigest()


def _check(report: Report, at: datetime) -> None:
    if report.kind not in get_args(NuisanceKind):
        raise NuisanceRefused(
            f"kind is one of {', '.join(en for _, en in KINDS.values())}",
            f"类别须为{'、'.join(zh for zh, _ in KINDS.values())}之一",
        )
    for name, name_zh, text, least, most in (
        ("place", "地点", report.place, 2, PLACE_AT_MOST),
        ("text", "情况说明", report.text, 5, TEXT_AT_MOST),
        ("contact", "联系方式", report.contact, 0, CONTACT_AT_MOST),
    ):
        if not least <= len(text.strip()) <= most:
            raise NuisanceRefused(
                f"{name}: between {least} and {most} characters, please", f"{name_zh}：请写 {least} 至 {most} 个字"
            )
        if "\0" in text:
            raise NuisanceRefused(f"{name}: holds a character that is no text", f"{name_zh}：含有不是文字的字符")
    if report.noticed_at > at + timedelta(minutes=10):
        raise NuisanceRefused("the time given lies ahead", "所填的时间还没有到")
    if report.noticed_at < at - OLDEST:
        raise NuisanceRefused(
            f"the time given is more than {OLDEST.days} days ago; please call the office",
            f"所填的时间在 {OLDEST.days} 天以前；请致电主管部门",
        )
    for degrees, limit in ((report.lon, 180.0), (report.lat, 90.0)):
        if degrees is not None and not -limit <= degrees <= limit:
            raise NuisanceRefused("the place on the map is outside the world", "地图上的位置不在地球上")
    if len(report.files) > FILES_AT_MOST:
        raise NuisanceRefused(f"at most {FILES_AT_MOST} pictures, please", f"最多 {FILES_AT_MOST} 张照片")


def _nuisance(row: Row) -> Nuisance:
    decided = row["decided_at"]
    return Nuisance(
        row["nuisance_id"], instant_of(row["at"]), instant_of(row["noticed_at"]), row["kind"], row["place"],
        row["site_id"], row["lon"], row["lat"], row["text"], tuple(json.loads(row["files"])), row["outcome"] or "",
        row["reason"] or "", instant_of(decided) if decided else None,
    )  # fmt: skip
