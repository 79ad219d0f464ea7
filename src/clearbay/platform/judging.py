"""Judging points of a district over some days of values that a store holds."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from clearbay.assess import findings as findings_module
from clearbay.assess.judge import editions_of, judge
from clearbay.assess.permits import Point
from clearbay.assess.stack.judge_stack import FURNACE
from clearbay.district.model import District
from clearbay.standards import Standards
from clearbay.standards.stack_rules import StackRules
from clearbay.vocabulary.clocks import day_start
from clearbay.vocabulary.errors import ClearbayError
from clearbay.vocabulary.tags import Tag

LOG = logging.getLogger(__name__)

COUNTED = ("furnace_temperature", "exempt_pm")
"""Findings on occurrences of a day: once exceeded, more values leave it so."""

TAGS = "tags"
"""Code of findings that hang on what operators declared alone (hours of a year or quarter): nothing is waited for."""

CONFLICT = "tag_conflict"


@dataclass(frozen=True)
class Judging:
    """What the judgement of a district needs beside values."""

    district: District
    standards: Standards
    tags: Sequence[Tag]

    @cached_property
    def _kinds(self) -> Mapping[str, tuple[str, str]]:
        return {point.point_id: (point.kind, point.zone) for point in self.district.points}

    @cached_property
    def _furnaces(self) -> Mapping[str, tuple[str, ...]]:
        """Points whose temperatures and tags a stack is judged by, where they are not its own."""
        found: dict[str, tuple[str, ...]] = {}
        for permit in self.district.permits:
            furnace = permit.profile.get(FURNACE)
            for point in self._kinds:
                if furnace and furnace != point and permit.applies_to(point):
                    found[point] = tuple(dict.fromkeys((*found.get(point, ()), furnace)))
        return found

    def with_furnaces(self, points: Sequence[str]) -> list[str]:
        """Points, and those that hold their furnaces."""
        beside = (furnace for point in points for furnace in self._furnaces.get(point, ()))
        return list(dict.fromkeys((*points, *beside)))

    def judged_by(self, point_id: str) -> list[str]:
        """Points whose findings the values and tags of a point enter: its own, and of stacks whose furnace it is."""
        return [point_id, *(stack for stack, furnaces in self._furnaces.items() if point_id in furnaces)]

    def rules_of(self, point_id: str) -> set[str]:
        """Sets of rules for stacks (`china_incinerator`, `eu_incineration`) that apply to a point."""
        mine = [permit for permit in self.district.permits if permit.applies_to(point_id)]
        rules = [edition.rules for permit in mine for edition in editions_of(self.standards, permit.standard)]
        return {one.set for one in rules if isinstance(one, StackRules)}

    def kind(self, point_id: str) -> str:
        """Kind of a point, empty where the district does not know it."""
        return self._kinds.get(point_id, ("", ""))[0]

    def zone(self, point_id: str) -> str:
        """Legal zone of a point; one that the district does not know has the district's."""
        found = self._kinds.get(point_id)
        return self.district.zone if found is None else found[1]

    def moves(self, point_id: str) -> bool:
        """Whether moving means of the next day take in values of this one."""
        return self._kinds.get(point_id, ("", ""))[0] in ("air", "stack", "furnace")

    def steady(self, point_id: str) -> bool:
        """Whether a point measures without end and has limits: days without values are judged, too."""
        kind = self._kinds.get(point_id, ("", ""))[0]
        return kind not in ("", "soil") and any(permit.applies_to(point_id) for permit in self.district.permits)


def made_of(
    judging: Judging, table: pa.Table, points: Sequence[str], first: date, last: date, now: datetime
) -> pa.Table:
    """Judge some points over some days; what cannot be judged at all is logged and gives no findings."""
    try:
        return judged_of(judging, table, points, first, last, now)
    except ClearbayError as error:
        LOG.warning("%s to %s, %s: %s", first, last, ", ".join(points), error)
        return findings_module.empty()


def judged_of(
    judging: Judging, table: pa.Table, points: Sequence[str], first: date, last: date, now: datetime
) -> pa.Table:
    """Judge some points over some days.

    Raises
    ------
    ClearbayError : the values or the permits cannot be judged.
    """
    entries = [judging.district.point(point) for point in points]
    known = [
        entry.assessed() if entry is not None else Point(point, zone=judging.district.zone)
        for point, entry in zip(points, entries, strict=True)
    ]
    permits = [
        part
        for permit in judging.district.permits
        if (mine := [point for point in points if permit.applies_to(point)])
        for part in [permit.only(mine)]
    ]
    if not permits:
        return findings_module.empty()
    return judge(
        table,
        judging.standards,
        permits,
        assessed_at=now,
        points=known,
        span=(first, last),
        tags=[tag for tag in judging.tags if tag.point_id in judging.with_furnaces(points)],
    )


def closed_by(found: pa.Table, now: datetime, told: Collection[str] = ()) -> pa.Table:
    """Findings of windows that are over; of one that goes on an exceedance that more values cannot undo, and what was
    told of it before (a tag or a corrected value may undo that).
    """
    ends = pc.add(found["time"].cast(pa.int64()), pc.multiply(found["period_s"], 1_000_000))
    over = pc.less_equal(ends, int(now.timestamp() * 1_000_000))
    counted = pc.or_(
        pc.is_in(found["averaging"].cast(pa.string()), value_set=pa.array(COUNTED)),
        pc.equal(found["code"].cast(pa.string()), TAGS),
    )
    exceeded = pc.equal(found["verdict"].cast(pa.string()), "exceeded")
    again = pc.and_(counted, pc.is_in(found["finding_id"], value_set=pa.array(sorted(told), pa.string())))
    return found.filter(pc.or_(pc.or_(over, pc.and_(counted, exceeded)), again))


def of_days(found: pa.Table, longest_s: int) -> pa.Table:
    """Findings that the judgement of some days gives whole: windows up to `longest_s`, and what hangs on tags alone."""
    short = pc.less_equal(found["period_s"], longest_s)
    tags = pc.or_(
        pc.equal(found["code"].cast(pa.string()), TAGS), pc.equal(found["averaging"].cast(pa.string()), CONFLICT)
    )
    return found.filter(pc.or_(short, tags))


def bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Start and end (UTC) of a day of a zone."""
    return day_start(day, zone), day_start(day + timedelta(days=1), zone)
