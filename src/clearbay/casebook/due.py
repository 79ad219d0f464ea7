"""By when each step of a follow-up is due, and how late it is: one rule, a function of its steps and of `now`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

Kind: TypeAlias = Literal["exceedance", "data", "nuisance", "other"]
Step: TypeAlias = Literal["notice", "reply", "recheck", "sent_back", "closed", "extension", "remark"]
State: TypeAlias = Literal["noticed", "replied", "rechecked", "sent_back", "closed"]

AFTER: Mapping[State, tuple[Step, ...]] = {
    "noticed": ("reply",),
    "sent_back": ("reply",),
    "replied": ("recheck", "sent_back"),
    "rechecked": ("closed", "sent_back"),
    "closed": (),
}
"""Which step may come after a state; a remark may come at any time, an extension while it is open."""

STATE_NAMES: Mapping[State, tuple[str, str]] = {
    "noticed": ("waiting for a reply", "待答复"),
    "replied": ("waiting for the re-check", "待复查"),
    "rechecked": ("waiting to be closed", "待销号"),
    "sent_back": ("sent back and waiting for a reply", "已退回、待答复"),
    "closed": ("closed", "已销号"),
}
"""States in English and Chinese."""

STEP_NAMES: Mapping[Step, tuple[str, str]] = {
    "notice": ("the notice", "通知"),
    "reply": ("a reply", "答复"),
    "recheck": ("the re-check", "复查"),
    "sent_back": ("sending it back", "退回"),
    "closed": ("closing it", "销号"),
    "extension": ("another day", "延期"),
    "remark": ("a remark", "备注"),
}
"""Steps in English and Chinese."""

_STATE_OF: Mapping[Step, State] = {
    "notice": "noticed",
    "reply": "replied",
    "recheck": "rechecked",
    "sent_back": "sent_back",
    "closed": "closed",
}
_WAITS_FOR: Mapping[State, str] = {"noticed": "reply", "sent_back": "reply", "replied": "recheck", "rechecked": "close"}


@dataclass(frozen=True, slots=True)
class Allowed:
    """Calendar days allowed for a reply, for the re-check after it, and for closing after that.

    These are house rules, set by whoever runs the service; no standard is behind the defaults.
    """

    reply: int
    recheck: int
    close: int


Days: TypeAlias = Mapping[str, Allowed]

DAYS: Days = {
    "exceedance": Allowed(3, 15, 5),
    "data": Allowed(2, 5, 3),
    "nuisance": Allowed(5, 15, 5),
    "other": Allowed(10, 30, 10),
}
"""Days by kind of follow-up where the service's settings say nothing else."""


@dataclass(frozen=True, slots=True)
class Done:
    """One step: when, by whom, what was written; `due` is a day set by hand, where one was; `files` are digests."""

    step: Step
    at: datetime
    person: str
    text: str = ""
    cause: str = ""
    measure: str = ""
    due: date | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a follow-up stands: its state, what it waits for, by the end of which day, and how many days it is late.

    `late_steps` counts steps that came after their day: that stays when the follow-up is closed.
    """

    state: State
    waits_for: str
    due: date | None
    days_late: int
    late_steps: int


def standing(steps: Sequence[Done], kind: str, zone: str, now: datetime, days: Days = DAYS) -> Standing | None:
    """Fold the steps taken up to `now`; None where there was none yet.

    A step is late from the first instant of the day after its due day in the legal zone.
    """
    allowed = days.get(kind, days.get("other", DAYS["other"]))
    state: State | None = None
    due: date | None = None
    late = 0
    for one in sorted((s for s in steps if s.at <= now), key=lambda s: s.at):
        if one.step == "extension":
            due = one.due or due
        elif one.step != "remark":
            if due is not None and _day(one.at, zone) > due:
                late += 1
            state = _STATE_OF[one.step]
            wait = _WAITS_FOR.get(state)
            due = (one.due or _day(one.at, zone) + timedelta(days=getattr(allowed, wait))) if wait else None
    if state is None:
        return None
    today = _day(now, zone)
    behind = max((today - due).days, 0) if due is not None else 0
    return Standing(state, _WAITS_FOR.get(state, ""), due, behind, late)


def overdue(steps: Sequence[Done], kind: str, zone: str, now: datetime, days: Days = DAYS) -> bool:
    """Whether the step that a follow-up waits for should have been taken before today."""
    found = standing(steps, kind, zone, now, days)
    return found is not None and found.days_late > 0


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone) if zone else UTC).date()
