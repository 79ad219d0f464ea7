"""Surface-water findings: the class of each sample and of each month's mean, and whether a declared class is met.

Sources: GB 3838-2002 Table 1; 环办[2011]22号 (single factor; a month is one sample or the arithmetic mean of several).
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from clearbay.assess import composite
from clearbay.assess.composite import side_by_side
from clearbay.assess.context import Context, Source, days_in_force, in_force
from clearbay.assess.exact import half_even_quotient_array
from clearbay.assess.findings import Rule, Verdict, rule_digest
from clearbay.assess.judge_limits import judge_limits
from clearbay.assess.permits import Permit, PermitError
from clearbay.assess.reasons import Why
from clearbay.assess.slots import periods
from clearbay.assess.surface_water import BODIES, classify
from clearbay.assess.windows import Method, Parts, Windows
from clearbay.standards import Standard, Standards, SurfaceWaterRules
from clearbay.vocabulary.clocks import date_of

METHOD_VERSION = "surface water/1"
CODE = "class"
RULES_FAMILY = "环办[2011]22号"
AUTOMATIC = "of automatic values"
"""Months of automatic stations: the mean of all hours that count, or of days where no hours came, as of samples.

That a month needs no certain number of them, and that hours are not first made days, is unverified."""


def judge_surface_water(
    context: Context, permit: Permit, editions: Sequence[Standard], standards: Standards
) -> list[pa.Table]:
    """Classify samples and monthly means of the permit's sections; with a declared class, judge it and each indicator.

    Raises
    ------
    PermitError : neither the permit nor the point says whether a section is of a river or a lake.
    """
    rules = standards[RULES_FAMILY].rules
    assert isinstance(rules, SurfaceWaterRules)
    mine = {name: point for name, point in context.points.items() if permit.applies_to(name)}
    bodies: dict[str, list[str]] = {}
    for name, point in mine.items():
        body = permit.profile.get("water_body") or point.facts.get("water_body", "")
        if body not in BODIES:
            raise PermitError(
                f"{name}: say whether it is a river or a lake, for example 'GB 3838:water_body=river' "
                "(phosphorus has other limits in lakes)"
            )
        bodies.setdefault(body, []).append(name)
    target = permit.profile.get("class")
    if target is not None and target not in rules.classes:
        raise PermitError(f"GB 3838 knows no class={target}; one of {', '.join(rules.classes)}")
    found: list[pa.Table] = []
    for edition in editions:
        for body, names in bodies.items():
            for source in context.sources("sample"):
                found += _classified(context, permit, edition, rules, body, names, source, target)
            for source, sampled in _months(context):
                found += _classified(context, permit, edition, rules, body, names, source, target, sampled=sampled)
            if target is not None:
                limits = [
                    limit
                    for limit in edition.limits
                    if limit.profile.get("class", target) == target
                    and limit.profile.get("water_body", body) == body
                    and limit.code in rules.indicators
                ]
                found += judge_limits(context, permit.only(names), edition, limits)
    return found


def _classified(
    context: Context,
    permit: Permit,
    edition: Standard,
    rules: SurfaceWaterRules,
    body: str,
    names: Sequence[str],
    source: Source,
    target: str | None,
    *,
    sampled: bool = True,
) -> list[pa.Table]:
    averaging = source.windows.averaging
    limit_units = {limit.code: limit.unit for limit in edition.limits if limit.code in rules.indicators}
    values = source.windows
    wanted = np.array([point in names and code in limit_units for point, code in values.keys], dtype=np.bool_)
    which = in_force(values, permit, *days_in_force(edition))
    which &= wanted[values.series] if len(values) else which
    values = values.take(which)
    if len(values) == 0:
        return []
    wide = side_by_side(values, source.records.units_by_code(), limit_units)
    codes = sorted({values.keys[k][1] for k in values.series.tolist()})
    columns, flags = {c: f"value_{c}" for c in codes}, {c: f"flag_{c}" for c in codes}
    judged = classify(wide, edition, columns, body, rules, flags=flags)
    table = judged.collect("polars").to_native().sort("point", "start", "length")
    classes = [*rules.classes, rules.worse_than_v]
    class_ = table["class"].fill_null(0).to_list()
    at_most = table["class_at_most"].fill_null(0).to_list()
    aim = None if target is None else classes.index(target) + 1
    rule = Rule(
        f"{edition.id}/{CODE}/{averaging}" + ("" if target is None else f"/class={target}"),
        rule_digest(
            METHOD_VERSION if sampled else f"{METHOD_VERSION} {AUTOMATIC}",
            *(edition.id, averaging, target, *sorted(_canonical(edition, rules))),
        ),
        edition.id,
        rules.clauses.get("single_factor", RULES_FAMILY),
        "",
        "verified" if sampled else "unverified",
    )
    return [
        composite.findings(
            context,
            source,
            values,
            table,
            rule,
            CODE,
            [_verdict(c, m, aim) for c, m in zip(class_, at_most, strict=True)],
            [classes[c - 1] if c else "" for c in class_],
            np.array([c or -1 for c in class_], dtype=np.int32),
        )
    ]


def _months(context: Context) -> list[tuple[Source, bool]]:
    """Monthly means: of samples, and where a point has none in a month of its hours, or days that came alone.

    Each with whether it is of samples. Of hours and days only months that the days covered contain whole are given.
    """
    made: list[tuple[Source, bool]] = []
    known: set[tuple[str, int]] = set()
    for averaging in ("sample", "1h", "day"):
        for source in context.sources(averaging):
            if averaging == "day" and context.chain is not None and source.records is context.chain.records:
                continue
            # An hour that did not come is no value that was left out: stations measure every four hours, too.
            some = source.windows.take(source.windows.why != Why.MISSING)
            if not len(some):
                continue
            means = _monthly(some, context.zone)
            ours = [(means.keys[k][0], t) for k, t in zip(means.series.tolist(), means.start.tolist(), strict=True)]
            free = np.array([one not in known for one in ours], dtype=np.bool_)
            if averaging != "sample":
                end = context.days.start[-1] + context.days.length_s[-1]
                free &= (means.start >= context.days.start[0]) & (means.start + means.length <= end)
            known |= set(ours)
            made.append((Source(means.take(free), source.records), averaging == "sample"))
    return made


def _monthly(samples: Windows, zone: str) -> Windows:
    """Arithmetic means of each series' samples in each calendar month; one sample is a month's value too."""
    first, last = date_of(int(samples.day.min())), date_of(int(samples.day.max()))
    months = periods(first, last, "month", zone)
    slot = np.searchsorted(months.days, samples.day, side="right") - 1
    label = samples.series.astype(np.int64) * len(months) + slot
    order = np.argsort(label, kind="stable")
    groups, begin, count = np.unique(label[order], return_index=True, return_counts=True)
    counted = samples.ok[order]
    # What was not detected enters a mean with half its detection limit (`water_status.period_means` says from where).
    entering = np.where(samples.below[order], samples.s[order] // 2, samples.s[order])
    total = np.add.reduceat(np.where(counted, entering, 0), begin)
    valid = np.add.reduceat(counted.astype(np.int64), begin)
    below = np.add.reduceat((samples.below[order] & counted).astype(np.int64), begin)
    series, at = (groups // len(months)).astype(np.int32), groups % len(months)
    parts = Parts(
        samples.series[order],
        samples.start[order],
        samples.length[order],
        samples.s[order],
        samples.why[order],
        samples.valid[order] > 0,
    )
    return Windows(
        "month",
        samples.keys,
        series,
        months.start[at],
        months.length_s[at],
        months.days[at],
        half_even_quotient_array(total, valid),
        count.astype(np.int32),
        valid.astype(np.int32),
        valid > 0,
        below == valid,
        np.where(valid > 0, Why.USED, Why.MISSING).astype(np.int8),
        np.full(len(groups), Method.ARITHMETIC, dtype=np.int8),
        begin.astype(np.int64),
        count.astype(np.int32),
        parts,
    )


def _verdict(class_: int, at_most: int, target: int | None) -> str:
    if class_ == 0:
        return Verdict.NOT_EVALUABLE
    if target is None:
        return Verdict.NONE if class_ == at_most else Verdict.NOT_EVALUABLE
    if class_ > target:
        return Verdict.EXCEEDED
    return Verdict.MET if at_most <= target else Verdict.NOT_EVALUABLE


def _canonical(edition: Standard, rules: SurfaceWaterRules) -> list[str]:
    return [
        f"{limit.key}={limit.minimum}..{limit.maximum}" for limit in edition.limits if limit.code in rules.indicators
    ]
