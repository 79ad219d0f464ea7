"""Indicators: met, missed, on the path or off it; judged at the date of the value, never at today's.

A target is met or missed only by a value that covers its due date. Until one is known it is `awaiting`, and
after 120 days `no_final_value`: who does not report does not hide being late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from clearbay.plans.fold import IndicatorState, Value
from clearbay.plans.model import Indicator, Target

#: How long after its due date a value may take to be published before that is said [d].
AWAITING_DAYS = 120
#: Short of the path by no more than this share of the whole way: at risk; by more: off track.
AT_RISK_SHARE = 0.10
#: Longest time from one value to the next, by how often one is promised [d].
EVERY_DAYS = {"year": 366, "half": 184, "quarter": 92, "month": 31}

INDICATOR_RULE_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an indicator stands against one target.

    `status`: `met`, `missed`, `met_early`, `on_track`, `at_risk`, `off_track`, `awaiting`, `no_final_value`,
    `no_report` or `superseded`. `share` of the way from baseline to target, unclipped, may be negative or
    above 1; None where there is no way to share (keep, range, target equal to baseline). `wanted` is the
    path's value at the value's date, `gap` what is missing to the target in the direction wanted (0 when
    reached). `days` [d] since the due date, or since a value was expected (`no_report`).
    """

    target: Target
    status: str
    value: float | None
    value_of: str
    value_date: date | None
    share: float | None
    wanted: float | None
    gap: float | None
    days: int
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorStatus:
    """Judgement against the target that counts now, against the first one, and against all."""

    current: Judgement
    original: Judgement
    all: tuple[Judgement, ...]


def judge_indicator(state: IndicatorState, at: date) -> IndicatorStatus | None:
    """How an indicator stands `at` a day; None when no target was decided yet.

    The target that counts is the first not superseded that is still to come or not yet settled, else the
    last; of two for the same day, the one decided later. The others stay in `all`.
    """
    if not state.targets:
        return None
    judged = [judge_target(state, target, at) for target in state.targets]
    standing = sorted(
        (j for j in judged if j.target.id not in state.superseded),
        key=lambda j: (j.target.due, -j.target.decided_on.toordinal()),
    )
    open_ones = [j for j in standing if j.target.due >= at or j.status in ("awaiting", "no_final_value")]
    newest = max(standing or judged, key=lambda j: (j.target.due, j.target.decided_on))
    current = open_ones[0] if open_ones else newest
    first = min(judged, key=lambda j: (j.target.decided_on, j.target.due))
    return IndicatorStatus(current, first, tuple(judged))


def judge_target(state: IndicatorState, target: Target, at: date) -> Judgement:
    """How an indicator stands against one target `at` a day, by the values in `state`."""
    indicator = state.indicator
    values = evaluated(indicator, state.values)
    final = [(value, number) for value, number in values if value.reading.quality == "final"]
    settled = _settled(indicator, target, final)
    if settled is not None:
        return _judgement(state, target, *settled, max(0, (at - target.due).days))
    newest, number = values[-1] if values else (None, None)
    if at > target.due:
        late = (at - target.due).days
        status = "awaiting" if late <= AWAITING_DAYS else "no_final_value"
        return _judgement(state, target, status, newest, number, late)
    silent = _silence(indicator, newest, at)
    if newest is None or number is None or silent > 0:
        return _judgement(state, target, "no_report", newest, number, max(silent, 0))
    left = (target.due - at).days
    return _judgement(state, target, _on_the_way(state, target, newest, number), newest, number, left)


def meets(indicator: Indicator, target: Target, number: float) -> bool:
    """Whether a number meets a target by the indicator's comparator."""
    if target.high is not None:
        return target.value <= number <= target.high
    return number >= target.value if indicator.comparator == ">=" else number <= target.value


def share_of(indicator: Indicator, target: Target, number: float) -> float | None:
    """(value − baseline) / (target − baseline), unclipped; None where there is no way to share."""
    way = target.value - indicator.baseline.value
    if indicator.kind == "keep" or target.high is not None or way == 0:
        return None
    return (number - indicator.baseline.value) / way


def evaluated(indicator: Indicator, values: Sequence[Value]) -> list[tuple[Value, float]]:
    """Each value with the number it is judged by: itself, or the mean of the last three periods of its
    length.
    """
    if indicator.evaluate == "last":
        return [(value, value.reading.value) for value in values]
    judged: list[tuple[Value, float]] = []
    for index, value in enumerate(values):
        days = _length(value)
        alike = [v.reading.value for v in values[: index + 1] if abs(_length(v) - days) <= 3]
        judged.append((value, sum(alike[-3:]) / len(alike[-3:])))
    return judged


def wanted_at(state: IndicatorState, target: Target, day: date) -> float | None:
    """The path's value on a day, None for a range.

    The path runs from the baseline through the targets that stand, or through the one asked about when
    superseded.
    """
    indicator = state.indicator
    if target.high is not None:
        return None
    base = (indicator.baseline.date, indicator.baseline.value)
    if indicator.kind == "keep":
        return target.value
    if indicator.path == "table":
        knots = list(indicator.path_points)
    else:
        stops = {
            t.due: t.value
            for t in state.targets
            if t.id not in state.superseded and t.due <= target.due and t.decided_on <= target.decided_on
        }
        stops[target.due] = target.value
        knots = [base, *sorted(stops.items())]
    if day <= knots[0][0]:
        return knots[0][1]
    for (left, low), (right, high) in pairwise(knots):
        if day <= right:
            if indicator.path == "step":
                return high if day == right else low
            part = (day - left).days / (right - left).days
            if indicator.path == "cagr":
                return float(low * (high / low) ** part)
            return low + (high - low) * part
    return knots[-1][1]


def growth_needed(baseline: float, target: float, years: float) -> float:
    """Yearly growth that leads from `baseline` to `target` in `years`, as a
    fraction; all three above zero.
    """
    return float((target / baseline) ** (1.0 / years) - 1.0)


def _length(value: Value) -> int:
    return (value.reading.period.end - value.reading.period.start).days


def _settled(indicator: Indicator, target: Target, final: list[tuple[Value, float]]) -> tuple[str, Value, float] | None:
    for value, number in reversed(final):
        if value.reading.period.covers(target.due):
            return ("met" if meets(indicator, target, number) else "missed"), value, number
    if indicator.kind == "cumulative" and indicator.comparator == ">=":
        # A running total cannot fall: reached before the day is met, still short after it is missed.
        for value, number in final:
            if value.reading.period.end <= target.due and meets(indicator, target, number):
                return "met", value, number
        for value, number in final:
            if value.reading.period.start > target.due and not meets(indicator, target, number):
                return "missed", value, number
    return None


def _on_the_way(state: IndicatorState, target: Target, value: Value, number: float) -> str:
    indicator = state.indicator
    reached = meets(indicator, target, number)
    if indicator.kind == "keep" or target.high is not None or target.value == indicator.baseline.value:
        return "on_track" if reached else "off_track"
    if reached:
        return "met_early"
    wanted = wanted_at(state, target, value.reading.period.end)
    assert wanted is not None
    way = target.value - indicator.baseline.value
    short = (wanted - number) / way  # in shares of the whole way, whatever its direction
    if short <= 0:
        return "on_track"
    return "at_risk" if short <= AT_RISK_SHARE else "off_track"


def _silence(indicator: Indicator, newest: Value | None, at: date) -> int:
    since = indicator.baseline.date if newest is None else newest.reading.period.end
    if not indicator.every:
        return 0 if newest is not None else (at - since).days
    return (at - (since + timedelta(days=EVERY_DAYS[indicator.every] + AWAITING_DAYS))).days


def _judgement(
    state: IndicatorState, target: Target, status: str, value: Value | None, number: float | None, days: int
) -> Judgement:
    indicator = state.indicator
    if target.id in state.superseded and status not in ("met", "missed"):
        status = "superseded"
    if value is None or number is None:
        return Judgement(target, status, None, "", None, None, None, None, days)
    if meets(indicator, target, number):
        gap = 0.0
    elif target.high is not None and number > target.high:
        gap = target.high - number
    else:
        gap = target.value - number
    end = value.reading.period.end
    return Judgement(
        target,
        status,
        number,
        value.reading.period.label,
        end,
        share_of(indicator, target, number),
        wanted_at(state, target, end),
        gap,
        days,
        value.reading.quality == "provisional",
    )
