"""When an alarm begins and ends: rules on values, on findings, on silence. Pure: times come with what is looked at."""

# ruff: noqa: D102  (the fields of a rule are told of in district.model.AlarmRule)

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, Protocol, TypeAlias


class Names(Protocol):
    """A text in Chinese and English."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


class AlarmRule(Protocol):
    """A rule as the district's `alarms.yaml` gives it (`district.model.AlarmRule`), where its fields are told of."""

    @property
    def rule_id(self) -> str: ...
    @property
    def on(self) -> Literal["finding", "value", "silence"]: ...
    @property
    def severity(self) -> str: ...
    @property
    def name(self) -> Names: ...
    @property
    def points(self) -> Sequence[str]: ...
    @property
    def standard(self) -> str: ...
    @property
    def averaging(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def basis(self) -> str: ...
    @property
    def statistic(self) -> str: ...
    @property
    def above(self) -> float | None: ...
    @property
    def below(self) -> float | None: ...
    @property
    def clear_at(self) -> float | None: ...
    @property
    def dwell_s(self) -> int: ...
    @property
    def silence_s(self) -> int: ...
    @property
    def notify(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule looks at: a value [its unit] and the instant it is the value of; a finding has its id."""

    point_id: str
    code: str
    value: float | None
    unit: str
    time: datetime
    finding_id: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An alarm begins or ends: of which rule, about what (`subject`), and what was seen."""

    kind: Literal["raised", "cleared"]
    rule: AlarmRule
    subject: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class State:
    """Where a rule stands for one subject: since when its condition holds, whether it is on, the last instant."""

    since: datetime | None = None
    on: bool = False
    last: datetime | None = None


QUIET = State()
Verdict: TypeAlias = Literal["raised", "cleared"] | None


def on_value(state: State, rule: AlarmRule, value: float, time: datetime, period_s: int = 0) -> tuple[State, Verdict]:
    """Move a value rule on by one value whose period begins at `time`; an older one than the last changes nothing.

    The condition must hold from the start of one value's period to the end of another's for `dwell_s` before the alarm
    begins. It ends when a value is back past `clear_at` (the threshold itself where that is not given): values between
    the two change nothing, which keeps an alarm from flapping.
    """
    if state.last is not None and time <= state.last:
        return state, None
    beyond = (rule.above is not None and value > rule.above) or (rule.below is not None and value < rule.below)
    if state.on:
        return (State(None, False, time), "cleared") if _is_back(rule, value) else (replace(state, last=time), None)
    if not beyond:
        return State(None, False, time), None
    since = state.since if state.since is not None else time
    if time + timedelta(seconds=period_s) - since >= timedelta(seconds=rule.dwell_s):
        return State(since, True, time), "raised"
    return State(since, False, time), None


def _is_back(rule: AlarmRule, value: float) -> bool:
    if rule.above is not None:
        return value <= (rule.above if rule.clear_at is None else rule.clear_at)
    assert rule.below is not None
    return value >= (rule.below if rule.clear_at is None else rule.clear_at)


class Rules:
    """Rules over the points of a district, with where each stands. A value costs two look-ups where no rule asks."""

    def __init__(self, rules: Iterable[AlarmRule], points: Iterable[str]) -> None:
        self._values: dict[tuple[str, str], list[AlarmRule]] = {}
        self._findings: list[AlarmRule] = []
        self._silences: list[AlarmRule] = []
        self._points = {rule.rule_id: rule for rule in rules}
        known = list(points)
        for rule in self._points.values():
            if rule.on == "value":
                for point in known:
                    if matches(rule, point):
                        self._values.setdefault((point, rule.code), []).append(rule)
            else:
                (self._findings if rule.on == "finding" else self._silences).append(rule)
        self._states: dict[tuple[str, str], State] = {}

    def rule(self, rule_id: str) -> AlarmRule | None:
        """Find a rule."""
        return self._points.get(rule_id)

    def resume(self, standing: Iterable[tuple[str, str, datetime]]) -> None:
        """Take up alarms (rule, subject, time of the value) that were on when the service stopped."""
        for rule_id, subject, time in standing:
            if rule_id in self._points:
                self._states[rule_id, subject] = State(None, True, time)

    def value(
        self,
        point_id: str,
        code: str,
        basis: str,
        statistic: str,
        value: float,
        time: datetime,
        period_s: int,
        unit: str,
    ) -> list[Change]:
        """Look at one new value."""
        found: list[Change] = []
        for rule in self._values.get((point_id, code), ()):
            if rule.statistic != statistic or (rule.basis and rule.basis != basis):
                continue
            # Periods of different length are different series: an hour's mean does not follow a minute's.
            subject = f"{point_id}|{code}|{basis}|{period_s}"
            key = (rule.rule_id, subject)
            self._states[key], verdict = on_value(self._states.get(key, QUIET), rule, value, time, period_s)
            if verdict is not None:
                found.append(Change(verdict, rule, subject, Seen(point_id, code, value, unit, time)))
        return found

    def finding(
        self, point_id: str, code: str, standard: str, averaging: str, verdict: str, seen: Seen
    ) -> list[Change]:
        """Look at a finding: a later window, or a revision of the same one, that is well ends the alarm."""
        found: list[Change] = []
        for rule in self._findings:
            if (
                not matches(rule, point_id)
                or (rule.standard and rule.standard != standard)
                or (rule.averaging and rule.averaging != averaging)
                or (rule.code and rule.code != code)
            ):
                continue
            subject = f"{point_id}|{code}|{standard}|{averaging}"
            key = (rule.rule_id, subject)
            state = self._states.get(key, QUIET)
            if state.last is not None and seen.time < state.last:
                continue
            wrong = verdict == rule.verdict
            self._states[key] = State(None, wrong, seen.time)
            if wrong != state.on:
                found.append(Change("raised" if wrong else "cleared", rule, subject, seen))
        return found

    def silence(self, heard: Mapping[str, tuple[Sequence[str], datetime]], now: datetime) -> list[Change]:
        """Look at when each logger was last heard (its points, the instant; the service's start where it never was)."""
        found: list[Change] = []
        for rule in self._silences:
            for logger, (points, last) in heard.items():
                point = next((p for p in points if matches(rule, p)), None)
                if point is None:
                    continue
                key = (rule.rule_id, logger)
                state = self._states.get(key, QUIET)
                silent = now - last >= timedelta(seconds=rule.silence_s)
                self._states[key] = State(None, silent, last)
                if silent != state.on:
                    minutes = (now - last).total_seconds() / 60
                    seen = Seen(point, "", round(minutes, 1), "min", last)
                    found.append(Change("raised" if silent else "cleared", rule, logger, seen))
        return found


def matches(rule: AlarmRule, point_id: str) -> bool:
    """Whether a rule speaks of a point; a rule without points speaks of all."""
    return not rule.points or any(fnmatchcase(point_id, pattern) for pattern in rule.points)


@dataclass(frozen=True, slots=True)
class Storm:
    """Notices to one receiver within a window: how many went out, how many were held back since `begun`."""

    begun: datetime | None = None
    sent: int = 0
    held: int = 0


def admit(storm: Storm, now: datetime, limit: int, window: timedelta) -> tuple[Storm, bool]:
    """Count a notice: at most `limit` go out a window, the others are held back for one summary."""
    if storm.begun is None or (now - storm.begun >= window and not storm.held):
        return Storm(now, 1, 0), True
    if storm.sent < limit:
        return replace(storm, sent=storm.sent + 1), True
    return replace(storm, held=storm.held + 1), False


def summary_due(storm: Storm, now: datetime, window: timedelta) -> tuple[Storm, int]:
    """Give how many notices one summary stands for now (0: none is due) and begin a new window with it."""
    if storm.begun is None or not storm.held or now - storm.begun < window:
        return storm, 0
    return Storm(now, 1, 0), storm.held
