"""Roll-up by counts, in a bureau's own words; a weighted figure only where weights are declared.

Never an average of lights. A finished item stays in the denominator; a dropped one leaves it only with a
document.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from clearbay.plans.fold import ProjectState, State
from clearbay.plans.light import COLOURS, Basis, Light, Rule, light_v1
from clearbay.plans.model import Project, Terms

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one group. 启动率 = started / total, 完成率 = done / total, 序时完成率 = done of due / due,
    按期率 = in time / due; a rate is None where its denominator is zero.
    """

    total: int
    started: int
    done: int
    due: int
    done_of_due: int
    in_time: int
    done_late: int
    dropped: int
    lights: Mapping[str, int]

    @property
    def rates(self) -> dict[str, float | None]:
        """The four rates as fractions."""
        return {
            "started": _rate(self.started, self.total),
            "done": _rate(self.done, self.total),
            "done_of_due": _rate(self.done_of_due, self.due),
            "in_time": _rate(self.in_time, self.due),
        }


@dataclass(frozen=True, slots=True)
class Weighted:
    """Σ w·p / Σ w [%] over items with a declared weight and a known progress; the others are counted, not
    guessed.
    """

    percent: float | None
    weighted: int
    unweighted: int
    without_progress: int


def lights_of(state: State, terms: Terms, basis: Basis = "current", rule: Rule = light_v1) -> dict[str, Light]:
    """The light of every project, against its current or its original due date."""
    return {project: rule(own, state.at, terms, basis) for project, own in state.projects.items()}


def counts_of(
    projects: Iterable[ProjectState], lights: Mapping[str, Light], at: date, basis: Basis = "current"
) -> Counts:
    """Counts of a group of projects `at` a day."""
    total = started = done = due = done_of_due = in_time = done_late = dropped = 0
    colours: Counter[str] = Counter()
    current = basis == "current"
    for state in projects:
        light = lights[state.project.id]
        colours[light.colour] += 1
        if state.dropped is not None:
            dropped += 1
            if state.dropped.doc:
                continue
        total += 1
        if state.started is not None:
            started += 1
        finished = light.colour == "done"
        late = light.reason == "finished_late"
        if finished:
            done += 1
            done_late += late
        if (state.due if current else state.due0) <= at:
            due += 1
            if finished:
                done_of_due += 1
                in_time += not late
    shown = {colour: colours[colour] for colour in COLOURS}
    return Counts(total, started, done, due, done_of_due, in_time, done_late, dropped, shown)


def counts_by(
    state: State, lights: Mapping[str, Light], by: Callable[[Project], Key], basis: Basis = "current"
) -> dict[Key, Counts]:
    """Counts by what `by` says of a project (theme, level, lead …), groups in order of first appearance."""
    groups: dict[Key, list[ProjectState]] = {}
    for own in state.projects.values():
        groups.setdefault(by(own.project), []).append(own)
    return {name: counts_of(members, lights, state.at, basis) for name, members in groups.items()}


def summed(parts: Iterable[Counts]) -> Counts:
    """Counts of several groups together; no project may be in two of them."""
    known = list(parts)
    lights: Counter[str] = Counter()
    for part in known:
        lights.update(part.lights)
    return Counts(
        total=sum(part.total for part in known),
        started=sum(part.started for part in known),
        done=sum(part.done for part in known),
        due=sum(part.due for part in known),
        done_of_due=sum(part.done_of_due for part in known),
        in_time=sum(part.in_time for part in known),
        done_late=sum(part.done_late for part in known),
        dropped=sum(part.dropped for part in known),
        lights={colour: lights[colour] for colour in COLOURS},
    )


def without(whole: Counts, part: Counts) -> Counts:
    """Counts of a group less those of some of its members."""
    return Counts(
        total=whole.total - part.total,
        started=whole.started - part.started,
        done=whole.done - part.done,
        due=whole.due - part.due,
        done_of_due=whole.done_of_due - part.done_of_due,
        in_time=whole.in_time - part.in_time,
        done_late=whole.done_late - part.done_late,
        dropped=whole.dropped - part.dropped,
        lights={colour: count - part.lights[colour] for colour, count in whole.lights.items()},
    )


def worst_first(state: State, lights: Mapping[str, Light]) -> list[tuple[ProjectState, Light]]:
    """All projects, worst light first, most days first, then by id."""
    rank = {colour: place for place, colour in enumerate(COLOURS)}
    pairs = [(own, lights[project]) for project, own in state.projects.items()]
    return sorted(pairs, key=lambda pair: (rank[pair[1].colour], _urgency(pair[1]), pair[0].project.id))


def _urgency(light: Light) -> int:
    return light.days if light.reason in ("due_soon", "on_track", "not_yet") else -light.days


def weighted_progress(state: State) -> Weighted:
    """Weighted progress of a plan: declared weights only, dropped ones left out."""
    total = gained = 0.0
    weighted = unweighted = without = 0
    for own in state.projects.values():
        if own.dropped is not None:
            continue
        weight = own.project.weight
        if weight is None or weight == 0:
            unweighted += 1
            continue
        progress = progress_of(own)
        if progress is None:
            without += 1
            continue
        weighted += 1
        total += weight
        gained += weight * progress
    return Weighted(gained / total if total else None, weighted, unweighted, without)


def progress_of(own: ProjectState) -> float | None:
    """Progress [%]: 100 when finished, what was reported, the declared weight of finished nodes, else
    unknown.
    """
    if own.finished is not None:
        return 100.0
    if own.pct is not None:
        return own.pct
    weights = [node.milestone.weight for node in own.milestones]
    if weights and all(weight is not None for weight in weights) and sum(w or 0.0 for w in weights) > 0:
        gained = sum(n.milestone.weight or 0.0 for n in own.milestones if n.finished is not None)
        return 100.0 * gained / sum(w or 0.0 for w in weights)
    return 0.0 if own.started is None and own.heard is not None else None


def whole_percents(parts: Iterable[int]) -> list[int]:
    """Whole percents that sum to 100 (largest remainder); zeros when there is nothing to share."""
    counts = list(parts)
    total = sum(counts)
    if total == 0:
        return [0] * len(counts)
    floors = [100 * n // total for n in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: (-(100 * counts[i] % total), i))
    for index in by_remainder[: 100 - sum(floors)]:
        floors[index] += 1
    return floors


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def figure_of(name: str, state: State, lights: Mapping[str, Light]) -> int | None:
    """The count a printed figure speaks of: `total`, `started`, `done` …, or of one group as `done:区级`;
    else None.
    """
    field, _, group = name.partition(":")
    members = [own for own in state.projects.values() if not group or group in (own.project.level, own.project.theme)]
    counted = counts_of(members, lights, state.at)
    found = {"total": counted.total, "started": counted.started, "done": counted.done, "due": counted.due,
             "in_time": counted.in_time, "done_of_due": counted.done_of_due}  # fmt: skip
    return found.get(field)
