"""Farmland-soil findings: each pollutant against its screening and intervention value, and the risk of the sample.

Source: GB 15618-2018, Tables 1 to 3 and clause 6 (at or below the screening value: low; above the intervention value:
strict control; between: there may be a risk).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl
import pyarrow as pa

from clearbay.assess import composite
from clearbay.assess.composite import side_by_side
from clearbay.assess.context import Context, Source, days_in_force, in_force
from clearbay.assess.exact import places
from clearbay.assess.findings import Rule, Verdict, rule_digest
from clearbay.assess.judge_limits import judge_limits
from clearbay.assess.permits import Permit, PermitError, Point
from clearbay.assess.reasons import Why
from clearbay.assess.records import reasons
from clearbay.assess.soil import LAND_USES, RISKS, ROTATION, classify, values_for
from clearbay.standards import Limit, Standard

METHOD_VERSION = "soil/2"
CODE = "risk"
ACIDITY = "s01001"
"""pH of the soil where it was measured with the sample: it chooses the band, before a pH stated of the field."""
WAYS = ("screening", "intervention")


def judge_soil(context: Context, permit: Permit, editions: Sequence[Standard]) -> list[pa.Table]:
    """Judge samples of the permit's fields by screening and intervention values, and classify their risk.

    Raises
    ------
    PermitError : neither the permit nor the point states the land use.
    """
    found: list[pa.Table] = []
    context = _with_measured_acidity(context)
    ways = [way for way in WAYS if permit.profile.get("value", way) == way]
    fields: dict[str, list[str]] = {}
    for name, point in context.points.items():
        if permit.applies_to(name):
            fields.setdefault(_land_use(permit, point), []).append(name)
    land_of = {name: land for land, names in fields.items() for name in names}
    for edition in editions:
        for land, names in fields.items():
            codes = {limit.code for limit in edition.limits} & {c for name in names for c in context.codes(name)}
            limits = [limit for code in sorted(codes) for way in ways for limit in _limits(edition, code, land, way)]
            found += judge_limits(context, permit.only(names), edition, limits)
        for source in context.sources("sample"):
            found += _risk(context, permit, edition, source, land_of)
    return found


def _with_measured_acidity(context: Context) -> Context:
    """Let the pH that came with a field's samples stand among its facts, each from its instant on."""
    records = context.samples
    measured: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for series, ((point, code), unit) in enumerate(zip(records.keys, records.units, strict=True)):
        if code == ACIDITY:
            rows = records.records[records.bounds[series] : records.bounds[series + 1]]
            measured[point] = [
                (int(row["t"]), {"ph": str(Decimal(int(row["value"])).scaleb(-places(unit)))})
                for row in rows[reasons(rows) == Why.USED]
            ]
    points = {
        name: replace(point, later=tuple(sorted([*point.later, *measured[name]], key=lambda fact: fact[0])))
        if name in measured
        else point
        for name, point in context.points.items()
    }
    return replace(context, points=points)


def _land_use(permit: Permit, point: Point) -> str:
    land = permit.profile.get("land_use") or point.facts.get("land_use", "")
    if land not in (*LAND_USES, ROTATION):
        said = f"land use {land!r} is not known" if land else "no land use is stated"
        raise PermitError(
            f"{point.point_id}: {said}; give a column land_use or --permit 'GB 15618:land_use=paddy' "
            f"(one of {', '.join((*LAND_USES, ROTATION))})"
        )
    return land


def _limits(edition: Standard, code: str, land: str, way: str) -> list[Limit]:
    """Limits of one way for a code on a land use; on rotated land the stricter of paddy and other in each pH band."""
    tables = values_for(edition, code)
    if land != ROTATION:
        values = tables[land]
        return list(values.screening if way == "screening" else values.intervention)
    sets = [getattr(tables[use], way) for use in ("paddy", "other")]
    return [min((a, b), key=lambda limit: limit.maximum or 0) for a, b in zip(*sets, strict=True)]


def _risk(
    context: Context, permit: Permit, edition: Standard, source: Source, land_of: Mapping[str, str]
) -> list[pa.Table]:
    units = {limit.code: limit.unit for limit in edition.limits}
    values = source.windows
    mine = np.array([p in land_of and c in units for p, c in values.keys], dtype=np.bool_)
    which = in_force(values, permit, *days_in_force(edition)) & mine[values.series]
    values = values.take(which)
    if len(values) == 0:
        return []
    wide = side_by_side(values, source.records.units_by_code(), units)
    here = sorted({values.keys[k][1] for k in values.series.tolist()})
    places = list(zip(wide["point"].to_list(), wide["start"].to_list(), strict=True))
    acidity = [context.points[point].number("ph", t) for point, t in places]
    wide = wide.with_columns(
        land_use=pl.Series([land_of[point] for point, _ in places], dtype=pl.String),
        ph=pl.Series([None if p is None else float(p) for p in acidity], dtype=pl.Float64),
    )
    columns, flags = {c: f"value_{c}" for c in here}, {c: f"flag_{c}" for c in here}
    table = classify(wide, edition, columns, ph="ph", land_use="land_use", flags=flags).collect("polars").to_native()
    table = table.sort("point", "start", "length")
    risk = [r or "" for r in table["risk"].to_list()]
    doubtful = [bool(text) for text in table["unjudged"].to_list()]
    # A pollutant that cannot be judged may be the worst one, unless the worst is reached already.
    verdict = [
        Verdict.NONE if r == RISKS[-1] or (r and not d) else Verdict.NOT_EVALUABLE
        for r, d in zip(risk, doubtful, strict=True)
    ]
    rule = Rule(
        f"{edition.id}/{CODE}",
        rule_digest(METHOD_VERSION, edition.id, *sorted(f"{x.key}={x.maximum}" for x in edition.limits)),
        edition.id,
        "6",
        "",
        "verified",
    )
    index = np.array([RISKS.index(r) if r else -1 for r in risk], dtype=np.int32)
    return [composite.findings(context, source, values, table, rule, CODE, verdict, risk, index)]
