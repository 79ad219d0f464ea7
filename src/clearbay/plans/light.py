"""The status of a project: one pure rule, versioned, that always gives a light, a reason and days.

Order, first hit wins. `due` is the current one or, asked again, the original one.

1. dropped or merged                                   grey
2. finished                                            done; `late` is fixed at that moment
3. day > due + grace                                   red     overdue
4. a milestone overdue beyond 30 d, or the lead's own date after due   red; overdue less, or not started
yellow
5. due within 30 d and the last phase not reached      yellow  due soon
6. no report for more than 60 d while due to run       white   no report: never green
7. before its start                                    grey; else green

The six cases other systems judge wrongly are named in tests/plans/test_light.py.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from clearbay.plans.errors import NotInBook
from clearbay.plans.fold import ProjectState
from clearbay.plans.model import Terms

Basis = Literal["current", "original"]

#: Colours, worst first: the order in which lists are shown.
COLOURS = ("red", "yellow", "white", "green", "grey", "done")


class Light(NamedTuple):
    """A light with its reason and days.

    `days` [d] is how late (overdue, finished late, milestone overdue, expected late), how long without a
    report, how long until due or start; by the reason. `silent` [d] is the time since the day of the last
    report, whatever the light, None before the first report and start. `waived` is the last day of an
    accepted deviation that covers today: the light stays red, with that note.
    """

    colour: str
    reason: str
    days: int
    silent: int | None = None
    milestone: str = ""
    waived: date | None = None

    @property
    def late(self) -> bool:
        """Whether it is late: past due, or finished after it was due."""
        return self.reason in ("overdue", "finished_late")


def light_v1(state: ProjectState, at: date, terms: Terms, basis: Basis = "current") -> Light:
    """Version 1 of the rule (the list above), for the current or the original due date."""
    current = basis == "current"
    if state.dropped is not None:
        since = (at - (state.dropped_on or at)).days
        return Light("grey", "merged" if state.dropped.merged_into else "dropped", since)
    if state.finished is not None:
        due = state.due_then if current else state.due0
        late_by = (state.finished - due).days - terms.grace
        return Light("done", "finished_late" if late_by > 0 else "finished_in_time", late_by)
    due = state.due if current else state.due0
    start = state.project.start
    heard = state.heard
    since_start = (at - start).days
    silent = (at - heard).days if heard is not None else since_start if since_start > 0 else None
    overdue = (at - due).days - terms.grace
    if overdue > 0:
        return _red("overdue", overdue, silent, state, at)
    worst, worst_id = 0, ""
    for node in state.milestones:
        if node.finished is None:
            behind = (at - (node.due if current else node.milestone.due)).days - terms.grace
            if behind > worst:
                worst, worst_id = behind, node.milestone.id
    if worst > terms.milestone_red:
        return _red("milestone_overdue", worst, silent, state, at, worst_id)
    if state.expected is not None and state.expected > due:
        slip = (state.expected - due).days - terms.grace
        if slip > 0:
            return _red("expected_late", slip, silent, state, at)
    if worst > 0:
        return Light("yellow", "milestone_overdue", worst, silent, worst_id)
    if state.started is None and since_start > terms.grace:
        return Light("yellow", "not_started", since_start - terms.grace, silent)
    left = (due - at).days
    if left <= terms.soon and not (terms.last_phase and state.phase == terms.last_phase):
        return Light("yellow", "due_soon", left, silent)
    if silent is not None and silent > terms.silence and since_start > 0:
        return Light("white", "no_report", silent, silent)
    if since_start < 0 and state.started is None:
        return Light("grey", "not_yet", -since_start, silent)
    return Light("green", "on_track", left, silent)


def _red(reason: str, days: int, silent: int | None, state: ProjectState, at: date, milestone: str = "") -> Light:
    waived = max((w.until for w in state.waivers if w.until >= at), default=None)
    return Light("red", reason, days, silent, milestone, waived)


Rule = Callable[[ProjectState, date, Terms, Basis], Light]

#: Every version ever used, for a frozen report is recomputed with the one it names.
RULES: Mapping[str, Rule] = {"1": light_v1}
RULE_VERSION = "1"


def rule_of(version: str) -> Rule:
    """The rule of a version; raises `NotInBook` for one that was never used."""
    if version not in RULES:
        raise NotInBook(f"rule {version}", "no such version of the rule", f"known: {', '.join(RULES)}")
    return RULES[version]


def red_since(state: ProjectState, light: Light, terms: Terms, at: date) -> date | None:
    """The first day of the red that stands `at`, None when it is not red.

    For the lead's own late date it is the day that date was given.
    """
    if light.colour != "red":
        return None
    if light.reason == "overdue":
        since = state.due + timedelta(days=terms.grace + 1)
    elif light.reason == "milestone_overdue":
        node = next(n for n in state.milestones if n.milestone.id == light.milestone)
        since = node.due + timedelta(days=terms.grace + terms.milestone_red + 1)
    else:
        since = max((known for known, day in state.announced if day == state.expected), default=at)
    earlier = [known for known, day in state.announced if day > state.due + timedelta(days=terms.grace)]
    if light.reason == "overdue" and state.expected is not None and state.expected > state.due and earlier:
        since = min(since, *earlier)
    return min(since, at)
