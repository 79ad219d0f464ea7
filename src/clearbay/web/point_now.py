"""A point as it stands now: its leading values beside their limits, its index or class, what its operator declares.

Overview, site and hall pages show the same; it is gathered here once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clearbay.assess.stack.budgets import Drawn
from clearbay.vocabulary.tags import Tag
from clearbay.web import standing
from clearbay.web.layout.formats import series_of
from clearbay.web.running_class import RunningClass, running_class
from clearbay.web.source import Latest, Live, PointEntry
from clearbay.web.tag_hours import hours_of_tags

LEADING: Mapping[str, Sequence[str]] = {
    "stack": ("a01901", "a34013", "a21026", "a21002", "a21024", "a21005"),
    "furnace": ("a01901",),
    "effluent": ("w01018", "w21003", "w21011", "w21001", "w01001", "w01012"),
    "air": ("a34004", "a34002", "a05024", "a21004", "a21026", "a21005"),
    "section": ("w21003", "w21011", "w01019", "w01009"),
    "soil": (),
}
"""Codes that stand for a kind of point, in the order the field names them."""

CLASSES = {"air": ("aqi", "1h"), "section": ("class", ""), "soil": ("risk", "")}
"""Index or class of a kind of point, and its averaging."""

BASES = ("reference_o2", "standard", "raw", "index")
"""Of one code the value that limits speak of comes first."""

STATISTICS = ("avg", "value", "sum", "max", "min")


@dataclass(frozen=True)
class Value:
    """A live value and the limit beside it."""

    latest: Latest
    bound: standing.Bound | None

    @property
    def series(self) -> str:
        """What names the series to a page."""
        return series_of(self.latest)

    @property
    def over(self) -> bool:
        """Whether the value lies past the limit's figure: a mark, no verdict."""
        value, bound = self.latest.value, self.bound
        if value is None or bound is None:
            return False
        return (bound.most is not None and value > bound.most) or (bound.least is not None and value < bound.least)

    @property
    def share(self) -> float:
        """How much of the upper limit the value uses [%], from 0 to 100."""
        value, bound = self.latest.value, self.bound
        if value is None or bound is None or not bound.most:
            return 0.0
        return max(0.0, min(100.0, 100 * value / bound.most))


@dataclass(frozen=True)
class PointNow:
    """A point as it stands now."""

    point: PointEntry
    values: Sequence[Value]
    level: Mapping[str, object] | None
    tags: Sequence[Tag]
    provisional: RunningClass | None = None
    """Of a section without a month's class yet: that of the month so far."""
    hours: Sequence[Drawn] = ()
    """Of a stack: what its tags drew on the budgets of the year or quarter."""


def values_of(live: Live, point_id: str, bounds: standing.Bounds | None = None) -> list[Value]:
    """Live values of a point, one a series and statistic that limits speak of, leading basis first.

    `bounds` are the limits of all points of a page, where it shows many (`standing.bounds`).
    """
    mine = (standing.bounds(live, (point_id,)) if bounds is None else bounds).get(point_id, {})
    best = best_of(live.latest(point_id))
    return [Value(one, _fitting(mine.get(code), one)) for code, one in best.items()]


def _fitting(bound: standing.Bound | None, one: Latest) -> standing.Bound | None:
    """The limit, where it speaks of the same quantity: a count of low means is no temperature."""
    return bound if bound is not None and bound.unit == one.unit else None


def best_of(values: Sequence[Latest]) -> dict[str, Latest]:
    """Of each code the value that stands for it: the basis limits speak of, the mean, the shortest period."""
    best: dict[str, Latest] = {}
    for one in values:
        held = best.get(one.code)
        if held is None or _rank(one) < _rank(held):
            best[one.code] = one
    return best


def _rank(one: Latest) -> tuple[int, int, int]:
    basis = BASES.index(one.basis) if one.basis in BASES else len(BASES)
    statistic = STATISTICS.index(one.statistic) if one.statistic in STATISTICS else len(STATISTICS)
    return basis, statistic, one.period_s


def leading_values(live: Live, point: PointEntry, bounds: standing.Bounds | None = None) -> list[Value]:
    """Live values of a point that stand for its kind, in the order the field names them."""
    by_code = {value.latest.code: value for value in values_of(live, point.point_id, bounds)}
    return [by_code[code] for code in LEADING.get(point.kind, ()) if code in by_code]


def now_of(live: Live, points: Sequence[PointEntry]) -> list[PointNow]:
    """Gather points as they stand now."""
    bounds = standing.bounds(live, tuple(point.point_id for point in points))
    return [_now(live, point, bounds) for point in points]


def _now(live: Live, point: PointEntry, bounds: standing.Bounds) -> PointNow:
    code, averaging = CLASSES.get(point.kind, ("", ""))
    level = standing.newest(live, point.point_id, code, averaging) if code else None
    provisional = running_class(live, point.point_id) if point.kind == "section" and level is None else None
    leading = leading_values(live, point, bounds)
    hours = hours_of_tags(live, point.point_id, point.zone) if point.kind == "stack" else ()
    return PointNow(point, leading, level, standing.standing_tags(live, point.point_id), provisional, hours)
