"""Follow-ups: a notice, a reply with cause and measure, a re-check, then closed or sent back. All is kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clearbay.casebook.audit import AuditLog
from clearbay.casebook.database import CasebookError, Database, Row
from clearbay.casebook.due import AFTER, STATE_NAMES, STEP_NAMES, Days, Done, Standing, State, Step, standing
from clearbay.casebook.nuisances import Nuisances
from clearbay.casebook.numbers import number_of
from clearbay.casebook.writer import Writer, instant_of, instant_text

TEXT_AT_MOST, TITLE_AT_MOST, FILES_AT_MOST = 5000, 300, 20


class StepRefused(CasebookError):
    """A step cannot be taken now, or says too little."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a follow-up is about: its kind, the finding or the report it comes from, place, title, legal zone."""

    kind: str
    title: str
    zone: str
    finding_id: str = ""
    nuisance_id: str = ""
    point_id: str = ""
    site_id: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up with all its steps, the first one first, and where it stood at the instant asked for."""

    follow_up_id: str
    subject: Subject
    steps: tuple[Done, ...]
    standing: Standing


class FollowUps:
    """Follow-ups of a casebook."""

    def __init__(self, database: Database, audit: AuditLog, nuisances: Nuisances, days: Days) -> None:
        self._database, self._audit, self._nuisances, self._days = database, audit, nuisances, days

    def open(
        self, writer: Writer, subject: Subject, text: str, *, due: date | None = None, files: Sequence[str] = ()
    ) -> str:
        """Open a follow-up with its notice; give its id. A report it comes from is decided by this.

        Raises
        ------
        StepRefused : the notice says nothing, or the finding or report has a follow-up already.
        CasebookError : the report does not exist or was set aside.
        """
        if not subject.title.strip() or len(subject.title) > TITLE_AT_MOST:
            raise StepRefused(
                f"give a title of at most {TITLE_AT_MOST} characters", f"请写事项名称，最多 {TITLE_AT_MOST} 个字"
            )
        number = number_of("F", writer.at, subject.zone)
        with self._database.writing() as con:
            for name in ("finding_id", "nuisance_id"):
                source = getattr(subject, name)
                held = self._database.row(f"SELECT follow_up_id FROM follow_ups WHERE {name} = ? AND {name} <> ''", (
                    source,
                ))  # fmt: skip
                if held is not None:
                    there = held["follow_up_id"]
                    raise StepRefused(
                        f"{source} is followed up in {there}; write there",
                        f"{source} 已在 {there} 中办理；请在那里填写",
                    )
            if subject.nuisance_id:
                self._nuisances.decide(writer, subject.nuisance_id, "followed_up", number)
            con.execute(
                "INSERT INTO follow_ups VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, subject.kind, subject.finding_id, subject.nuisance_id, subject.point_id, subject.site_id,
                    subject.title.strip(), subject.zone,
                ),
            )  # fmt: skip
            self._add(writer, number, Done("notice", writer.at, writer.person, text, due=due, files=tuple(files)))
            said = {"kind": subject.kind, "title": subject.title, "text": text}
            self._audit.enter(writer, "follow_up.open", number, after=said)
        return number

    def reply(self, writer: Writer, number: str, cause: str, measure: str, files: Sequence[str] = ()) -> None:
        """Answer a notice: what the cause was and what is done about it.

        Raises
        ------
        StepRefused : cause or measure is missing, or no reply is awaited.
        """
        if not cause.strip() or not measure.strip():
            raise StepRefused("a reply names the cause and the measure taken", "答复须写明原因和措施")
        done = Done("reply", writer.at, writer.person, cause=cause, measure=measure, files=tuple(files))
        self._take(writer, number, done)

    def recheck(self, writer: Writer, number: str, text: str, files: Sequence[str] = ()) -> None:
        """Write down what a re-check found."""
        self._take(writer, number, Done("recheck", writer.at, writer.person, text, files=tuple(files)))

    def close(self, writer: Writer, number: str, text: str) -> None:
        """Close it after the re-check."""
        self._take(writer, number, Done("closed", writer.at, writer.person, text))

    def send_back(self, writer: Writer, number: str, text: str, due: date | None = None) -> None:
        """Send it back for another reply, after a reply or a re-check."""
        self._take(writer, number, Done("sent_back", writer.at, writer.person, text, due=due))

    def extend(self, writer: Writer, number: str, due: date, reason: str) -> None:
        """Give the step that is awaited another day, with the reason; the earlier day stays in the history."""
        self._take(writer, number, Done("extension", writer.at, writer.person, reason, due=due))

    def remark(self, writer: Writer, number: str, text: str, files: Sequence[str] = ()) -> None:
        """Write a remark; it changes nothing else and may be made after the end too."""
        self._take(writer, number, Done("remark", writer.at, writer.person, text, files=tuple(files)))

    def get(self, number: str, now: datetime) -> FollowUp | None:
        """Find a follow-up as it stood at an instant; None where there was none yet."""
        found = self._read("WHERE follow_up_id = ?", (number,), now)
        return found[0] if found else None

    def of(self, now: datetime, *, finding_id: str = "", nuisance_id: str = "") -> FollowUp | None:
        """Find the follow-up of a finding or of a report."""
        name, source = ("finding_id", finding_id) if finding_id else ("nuisance_id", nuisance_id)
        found = self._read(f"WHERE {name} = ? AND {name} <> ''", (source,), now)
        return found[0] if found else None

    def listed(
        self, now: datetime, *, state: str = "", late: bool = False, point_id: str = "", search: str = ""
    ) -> Sequence[FollowUp]:
        """Read follow-ups as they stood at an instant: the latest ones first, then by the day they are due.

        `state` may be `open` for all that are not closed; `search` is looked for in the title, taken literally.
        """
        found = self._read(
            "WHERE (? = '' OR point_id = ?) AND instr(lower(' ' || title), lower(?)) > 0",
            (point_id, point_id, search or " "),
            now,
        )
        kept = [
            one
            for one in found
            if (not late or one.standing.days_late > 0)
            and (not state or one.standing.state == state or (state == "open" and one.standing.state != "closed"))
        ]
        return sorted(kept, key=lambda f: (-f.standing.days_late, f.standing.due or date.max, f.follow_up_id))

    def _take(self, writer: Writer, number: str, done: Done) -> None:
        with self._database.writing():
            now = self.get(number, writer.at)
            if now is None:
                raise StepRefused(f"there is no follow-up {number[:40]}", f"没有编号为 {number[:40]} 的整改")
            later = "SELECT max(at) FROM follow_up_steps WHERE follow_up_id = ? AND at > ?"
            last = self._database.rows(later, (number, instant_text(writer.at)))[0][0]
            if last is not None:
                raise StepRefused(
                    f"a step was taken at {last}; this one would come before it", f"{last} 已有后续步骤；不能补在它之前"
                )
            state = now.standing.state
            if done.step == "extension":
                if now.standing.due is None:
                    raise StepRefused("nothing is awaited; there is no day to extend", "没有待办的步骤，无期限可延")
                if done.due is not None and done.due <= now.standing.due:
                    due = now.standing.due
                    raise StepRefused(f"the day must lie after {due}", f"新期限须在 {due} 之后")
            elif done.step != "remark" and done.step not in AFTER[state]:
                raise _out_of_turn(number, state, done.step)
            if done.step != "reply" and not done.text.strip():
                raise StepRefused("write what was found or decided", "请写明结果或意见")
            self._add(writer, number, done)
            said = {"text": done.text, "cause": done.cause, "measure": done.measure, "due": str(done.due or "")}
            after_state = standing((*now.steps, done), now.subject.kind, now.subject.zone, writer.at, self._days)
            self._audit.enter(
                writer,
                f"follow_up.{done.step}",
                number,
                before={"state": state, "due": str(now.standing.due or "")},
                after={"state": after_state.state if after_state else "", **{k: v for k, v in said.items() if v}},
            )

    def _add(self, writer: Writer, number: str, done: Done) -> None:
        if max(len(done.text), len(done.cause), len(done.measure)) > TEXT_AT_MOST:
            raise StepRefused(
                f"a text has at most {TEXT_AT_MOST} characters; attach a file for more",
                f"文字最多 {TEXT_AT_MOST} 个字；更多内容请用附件",
            )
        if len(done.files) > FILES_AT_MOST:
            raise StepRefused(f"a step has at most {FILES_AT_MOST} files", f"每一步最多 {FILES_AT_MOST} 个附件")
        for digest in done.files:
            if self._database.row("SELECT 1 FROM attachments WHERE digest = ?", (digest,)) is None:
                raise StepRefused(
                    f"there is no attachment {digest[:64]}; attach it first", f"没有附件 {digest[:64]}；请先上传"
                )
        with self._database.writing() as con:
            con.execute(
                "INSERT INTO follow_up_steps (follow_up_id, step, at, person, text, cause, measure, due, files) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, done.step, instant_text(writer.at), writer.person, done.text.strip(), done.cause.strip(),
                    done.measure.strip(), str(done.due or ""), json.dumps(done.files),
                ),
            )  # fmt: skip

    def _read(self, where: str, values: Sequence[str], now: datetime) -> list[FollowUp]:
        rows = self._database.rows(f"SELECT * FROM follow_ups {where}", values)
        steps: dict[str, list[Done]] = {}
        inner = f"SELECT follow_up_id FROM follow_ups {where}"
        query = f"SELECT * FROM follow_up_steps WHERE follow_up_id IN ({inner}) AND at <= ? ORDER BY number"
        for row in self._database.rows(query, (*values, instant_text(now))):
            steps.setdefault(row["follow_up_id"], []).append(_done(row))
        found = []
        for row in rows:
            taken = tuple(steps.get(row["follow_up_id"], ()))
            place = standing(taken, row["kind"], row["zone"], now, self._days)
            if place is not None:
                subject = Subject(
                    row["kind"], row["title"], row["zone"], row["finding_id"], row["nuisance_id"], row["point_id"],
                    row["site_id"],
                )  # fmt: skip
                found.append(FollowUp(row["follow_up_id"], subject, taken, place))
        return found


def _out_of_turn(number: str, state: State, step: Step) -> StepRefused:
    turns: tuple[Step, ...] = AFTER[state] or ("remark",)
    (is_en, is_zh), (step_en, step_zh) = STATE_NAMES[state], STEP_NAMES[step]
    en = " or ".join(STEP_NAMES[one][0] for one in turns)
    zh = "或".join(STEP_NAMES[one][1] for one in turns)
    return StepRefused(
        f"{number} is {is_en}; what may come now is {en}, not {step_en}",
        f"{number} {is_zh}；现在可以{zh}，不能{step_zh}",
    )


def _done(row: Row) -> Done:
    step: Step = row["step"]
    return Done(
        step, instant_of(row["at"]), row["person"], row["text"], row["cause"], row["measure"],
        date.fromisoformat(row["due"]) if row["due"] else None, tuple(json.loads(row["files"])),
    )  # fmt: skip
