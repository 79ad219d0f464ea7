"""Joining the values and tags of stacks and furnaces to a standard of stacks: the entry of this package."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.judge_limits import chosen_limits
from clearbay.assess.permits import Permit, Point
from clearbay.assess.reasons import Why
from clearbay.assess.slots import periods
from clearbay.assess.stack import china, eu, inputs, writing
from clearbay.assess.stack.case import Case, scaled
from clearbay.assess.stack.dense import lay
from clearbay.assess.stack.furnace import CODES as TEMPERATURES
from clearbay.assess.stack.pollutants import NO, NO2, NOX, STATE, gas_of, measured_as
from clearbay.assess.stack.tag_findings import conflict_finding
from clearbay.assess.stack.timeline import Conflict, Timeline, latest, seconds, timeline
from clearbay.standards import Standard
from clearbay.standards.stack_rules import StackRules
from clearbay.vocabulary.tags import Tag, TagKind

COLUMNS = ("point_id", "code", "basis", "unit", "statistic", "flag", "time", "period_s", "value", "quality")
"""What this package reads of a measurement table."""

SIGNED = ("a01012", "a01013", *TEMPERATURES)
"""Codes that may be negative: temperatures, and static pressure below that of the air."""

JUDGES = {"china_incinerator": china.judge, "eu_incineration": eu.judge}
"""What judges by which set of rules."""

FURNACE = "furnace"
"""Name of a permit's fact: the point that holds the furnace's temperatures and tags."""

VALUES_AT_ONCE = 5_000_000
"""Values judged together: bounds memory, large enough to keep arrays long."""


def furnace_of(permit: Permit, point: str) -> str:
    """Give the point that holds a stack's furnace."""
    return permit.profile.get(FURNACE, point)


def judge_stack(
    table: pa.Table,
    editions: Sequence[Standard],
    permit: Permit,
    points: Mapping[str, Point],
    *,
    zone: str,
    span: tuple[date, date],
    tags: Iterable[Tag],
    assessed_at: datetime,
) -> Iterator[pa.Table]:
    """Judge stacks and their furnaces, some points at a time, each batch in canonical order.

    Parameters
    ----------
    table : values with the columns `COLUMNS`, in any order of rows; of other points too.
    editions : of one standard of kind `stack`; each judges the days on which it holds.
    points : those the permit is for. span : first and last day judged; the day before is read for the rolling 24 h.
    tags : all revisions of all tags that were known when judging.

    Raises
    ------
    PermitError : the permit says something of the gas that is not known.
    ObservationsError : a unit does not measure what its code stands for.
    """
    names = sorted(name for name in points if permit.applies_to(name))
    known = latest(tags)
    by_point: dict[str, list[Tag]] = {}
    for tag in known:
        by_point.setdefault(tag.point_id, []).append(tag)
    for standard in editions:
        if not isinstance(standard.rules, StackRules):
            continue
        at_once = max(1, len(names) * VALUES_AT_ONCE // max(table.num_rows, 1))
        for k in range(0, len(names), at_once):
            some = names[k : k + at_once]
            case = _case(table, standard, standard.rules, permit, some, by_point, zone, span)
            gas = gas_of(
                permit.profile,
                scaled(case.figure("oxygen_above").value),
                scaled(case.figure("reference_oxygen").value),
            )
            JUDGES[standard.rules.set](case, gas)
            yield writing.write(case.batches, case.parts, some, standard.id, zone, assessed_at)


def _case(
    table: pa.Table, standard: Standard, rules: StackRules, permit: Permit, names: Sequence[str],
    tags: Mapping[str, Sequence[Tag]], zone: str, span: tuple[date, date],
) -> Case:  # fmt: skip
    permit = replace(permit, profile=dict(permit.profile))
    limits = [
        limit
        for limit in chosen_limits(standard, permit, {})
        if permit.parameters is None or limit.code in permit.parameters
    ]
    furnaces = [furnace_of(permit, name) for name in names]
    days = periods(span[0] - timedelta(days=1), span[1], "day", zone)
    wanted = {limit.code: "mg/m3" for limit in limits} | STATE | dict.fromkeys(TEMPERATURES, "Cel")
    if NOX in wanted:
        wanted |= {NO: "mg/m3", NO2: "mg/m3"}
    everyone = sorted({*names, *furnaces})
    end = int(days.start[-1] + days.length_s[-1])
    dense = lay(table, everyone, wanted, SIGNED, int(days.start[0]), end)
    edges = np.append(days.start, end)
    hashed = inputs.leaves(dense, edges)
    groups = {limit.code: measured_as(limit.code) for limit in limits} | {"gas": tuple(STATE)}
    return Case(
        standard, rules, permit, limits, names, furnaces, zone, days, dense,
        inputs.groups(dense, hashed, names, groups, edges),
        _furnaces(inputs.groups(dense, hashed, furnaces, {"furnace": TEMPERATURES}, edges)),
        [_line(tags.get(name, ()), TagKind.FURNACE, rules, zone) for name in furnaces],
        [
            _line([*tags.get(name, ()), *(tags.get(f, ()) if f != name else ())], TagKind.MONITOR, rules, zone)
            for name, f in zip(names, furnaces, strict=True)
        ],
    )  # fmt: skip


def _furnaces(groups: dict[str, NDArray[np.uint8]]) -> dict[str, NDArray[np.uint8]]:
    return groups


def _line(tags: Sequence[Tag], kind: TagKind, rules: StackRules, zone: str) -> Timeline:
    return timeline(tags, kind, rules, zone) if tags else Timeline((), (), ())


def unknown_furnaces(
    standard: Standard, permit: Permit, tags: Iterable[Tag], known: Iterable[str], zone: str, assessed_at: datetime
) -> pa.Table:
    """Report the tags whose point nobody knows: neither values nor permits nor points speak of it."""
    rules = standard.rules
    there = set(known)
    strangers = [tag for tag in latest(tags) if tag.point_id not in there]
    if not isinstance(rules, StackRules) or not strangers:
        return writing.write([], writing.Parts(), [], standard.id, zone, assessed_at)
    names = sorted({tag.point_id for tag in strangers})
    today = periods(date(1970, 1, 1), date(1970, 1, 1), "day", zone)
    empty = lay(_nothing(), [], {}, (), 0, 86400)
    case = Case(standard, rules, permit, (), names, names, zone, today, empty, {}, {}, (), ())
    for tag in strangers:
        start = seconds(tag.start)
        end = start if tag.end is None else max(seconds(tag.end), start)
        conflict = Conflict(None, tag, start, end, Why.TAG_UNKNOWN_POINT)
        case.batches.append(conflict_finding(case, names.index(tag.point_id), conflict))
    return writing.write(case.batches, case.parts, names, standard.id, zone, assessed_at)


def _nothing() -> pa.Table:
    from clearbay.assess.observations import SCHEMA  # noqa: PLC0415

    return SCHEMA.empty_table()
