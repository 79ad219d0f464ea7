"""S-curve and earned schedule: what should be done by a day, what is, in plain counts or declared weights.

What should be done comes from each item's own due date, never from a straight line: real plans are
back-loaded by design (27 of 75 done at 81 % of the time was judged 有序 by the inspectors of a seventh
round), and a line would cry wolf. Dates only; never derived from cost.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from clearbay.plans.fold import ProjectState, State
from clearbay.plans.periods import month_end, month_period, months_between

#: Below this share of the whole, an index of progress says more about the first few items than about the
#: plan.
TOO_EARLY_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class Item:
    """Something that counts when it is finished: a milestone, or a project that has none."""

    ref: str
    weight: float
    due0: date
    due: date
    finished: date | None


@dataclass(frozen=True, slots=True)
class Curve:
    """应完成 on the original and the current dues, and 已完成, at each month's end; 已完成 stops at the
    status date.
    """

    days: tuple[date, ...]
    planned_original: tuple[float, ...]
    planned_current: tuple[float, ...]
    earned: tuple[float, ...]
    total: float


@dataclass(frozen=True, slots=True)
class EarnedSchedule:
    """How far along its own calendar the plan is.

    Today's progress was planned to be reached on `reached_from` and to be all until `reached_until`, the day
    before the next item was due. `index` = earned time / elapsed time: 1 when today lies between the two. It
    is None while `too_early` (less than 10 % of the plan was due). `days` [d] behind is positive.
    """

    earned: float
    planned: float
    total: float
    reached_from: date | None
    reached_until: date
    days: int
    index: float | None
    too_early: bool


def items_of(projects: Iterable[ProjectState], *, weighted: bool = False) -> list[Item]:
    """Items of the projects that are not dropped: each project weighs 1 (or its declared weight, else it is
    left out), shared among its milestones by their declared weights, else evenly.
    """
    items = []
    for own in projects:
        weight = own.project.weight if weighted else 1.0
        if own.dropped is not None or not weight:
            continue
        if not own.milestones:
            items.append(Item(own.project.id, weight, own.due0, own.due, own.finished))
            continue
        shares = [node.milestone.weight for node in own.milestones]
        declared = all(share is not None for share in shares) and sum(s or 0.0 for s in shares) > 0
        whole = sum(s or 0.0 for s in shares) if declared else float(len(shares))
        for node, share in zip(own.milestones, shares, strict=True):
            part = (share or 0.0) if declared else 1.0
            finished = node.finished or own.finished
            items.append(Item(node.milestone.ref, weight * part / whole, node.milestone.due, node.due, finished))
    return items


def s_curve(items: Sequence[Item], start: date, end: date, at: date) -> Curve:
    """The curve at the end of each month from `start` to `end`, or to the last
    due date when that is later.
    """
    last = max([end, *(item.due for item in items)])
    days = tuple(month_period(month).end for month in months_between(start, last))
    now = tuple(day for day in days if day <= at)
    if at not in now and start <= at <= last:
        now = (*now, at)
    original = _steps((item.due0, item.weight) for item in items)
    current = _steps((item.due, item.weight) for item in items)
    earned = _steps((item.finished, item.weight) for item in items if item.finished and item.finished <= at)
    return Curve(
        days,
        tuple(_reached(original, day) for day in days),
        tuple(_reached(current, day) for day in days),
        tuple(_reached(earned, day) for day in now),
        sum(item.weight for item in items),
    )


def earned_days(curve: Curve, at: date) -> tuple[date, ...]:
    """The days `curve.earned` stands for: month ends up to the status date, and that date itself."""
    days = [day for day in curve.days if day <= at]
    return tuple([*days, at][: len(curve.earned)]) if len(curve.earned) > len(days) else tuple(days)


def earned_schedule(items: Sequence[Item], start: date, at: date, *, original: bool = True) -> EarnedSchedule:
    """Earned schedule `at` a day against the original (or the current) due dates.

    Between two due dates the plan asks for nothing new, so today's progress answers to a span of days, not to
    one: the first day it was planned for, and the last before more was asked. A plan exactly on its dates has
    index 1.
    """
    steps = _steps((item.due0 if original else item.due, item.weight) for item in items)
    days, sums = steps
    total = sums[-1] if sums else 0.0
    earned = sum(item.weight for item in items if item.finished is not None and item.finished <= at)
    planned = _reached(steps, at)
    tolerance = 1e-9 * max(total, 1.0)
    reached_from = next((day for day, value in zip(days, sums, strict=True) if value >= earned - tolerance), None)
    if earned <= tolerance:
        reached_from = start
    reached_until = next((day for day, value in zip(days, sums, strict=True) if value > earned + tolerance), date.max)
    stood = min(max(at, reached_from or start), reached_until)
    elapsed = (at - start).days
    behind = (at - stood).days
    too_early = elapsed <= 0 or planned < TOO_EARLY_SHARE * total
    index = None if too_early else (stood - start).days / elapsed
    return EarnedSchedule(earned, planned, total, reached_from, reached_until, behind, index, too_early)


def plan_curve(state: State, start: date, end: date, *, weighted: bool = False) -> tuple[list[Item], Curve]:
    """Items and curve of a whole plan `at` the state's day."""
    items = items_of(state.projects.values(), weighted=weighted)
    return items, s_curve(items, start, month_end(end.year, end.month), state.at)


Steps = tuple[list[date], list[float]]


def _steps(events: Iterable[tuple[date, float]]) -> Steps:
    ordered = sorted(events)
    return [day for day, _ in ordered], list(accumulate(weight for _, weight in ordered))


def _reached(steps: Steps, day: date) -> float:
    days, sums = steps
    count = bisect_right(days, day)
    return sums[count - 1] if count else 0.0
