"""Calendar years of ambient air: annual means and percentiles of daily values, with their validity rules.

A year is judged only when the span covers it whole: a mean of January is no annual mean. Sources: GB 3095 Table 4 (324
daily means, 27 a month, 25 in February); HJ 663 (percentiles of daily values, compared with the daily limit).
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.chain import Chain
from clearbay.assess.comparison import compare
from clearbay.assess.context import Context, Source, days_in_force, evidence, in_force
from clearbay.assess.exact import half_even_quotient_array
from clearbay.assess.findings import Outcome, Rule, Verdict, batch, rule_digest
from clearbay.assess.percentiles import percentile
from clearbay.assess.permits import Permit
from clearbay.assess.reasons import Why
from clearbay.assess.samples import local_days
from clearbay.assess.slots import Slots, periods
from clearbay.assess.windows import Method, Parts, Windows, over_slots
from clearbay.standards import AmbientAirRules, Limit, Standard, Standards, Validity
from clearbay.vocabulary.clocks import date_of

METHOD_VERSION = "year/1"


def judge_years(
    context: Context, permit: Permit, standard: Standard, limits: Sequence[Limit], standards: Standards
) -> list[pa.Table]:
    """Judge every calendar year that the span covers whole, by annual limits and by percentiles of daily values."""
    chain = context.chain
    if chain is None:
        return []
    years = periods(chain.first, chain.last, "year", chain.zone)
    whole = (years.start >= chain.day_slots.start[0]) & (
        years.start + years.length_s <= chain.day_slots.start[-1] + chain.day_slots.length_s[-1]
    )
    # A year that an edition changes in is judged by the one in force on its last day, when it is complete.
    ends = local_days(years.start + years.length_s - 1, chain.zone)
    years = Slots(years.start[whole], years.length_s[whole], ends[whole])
    if len(years) == 0:
        return []
    found: list[pa.Table] = []
    for limit in limits:
        if permit.parameters is not None and limit.code not in permit.parameters:
            continue
        if limit.averaging == "year":
            needs = _needs(standard, "year", limit.code)
            made = _windows(chain, "year", limit.code, "day", years, needs, None)
            found += _findings(context, permit, standard, limit, made, needs)
        elif limit.averaging in ("day", "mda8"):
            for percent, needs in _percentiles(standards, standard, limit):
                made = _windows(chain, f"p{percent}", limit.code, limit.averaging, years, needs, percent)
                found += _findings(context, permit, standard, limit, made, needs)
    return found


def _needs(standard: Standard, averaging: str, code: str) -> list[Validity]:
    """Validity rules of a code; where a standard's table names none for it, the ones it has for its other pollutants.

    GB 3095 Table 4 does not speak of years of ozone and CO; without a rule a single day would pass for a year.
    """
    rules = [v for v in standard.validity if v.averaging == averaging]
    own = [v for v in rules if not v.codes or code in v.codes]
    if own or not rules:
        return own
    return [v for v in rules if v.codes == rules[0].codes]


def _percentiles(standards: Standards, standard: Standard, limit: Limit) -> list[tuple[int, list[Validity]]]:
    found = []
    for edition in standards.editions("HJ 663"):
        overlaps = edition.valid_to is None or edition.valid_to >= limit.valid_from
        overlaps &= limit.valid_to is None or edition.valid_from <= limit.valid_to
        if overlaps and isinstance(edition.rules, AmbientAirRules):
            found += [
                (int(item.percentile), _needs(standard, "year", limit.code))
                for item in edition.rules.items
                if item.code == limit.code and item.daily == limit.averaging
            ]
    return found[-1:]


def _windows(
    chain: Chain,
    averaging: str,
    code: str,
    daily: str,
    years: Slots,
    needs: Sequence[Validity],
    percent: int | None,
) -> Source:
    made = chain.windows(daily)
    assert made is not None
    n, days = len(chain.keys), len(chain.day_slots)
    s, ok = made.s.reshape(n, days), made.ok.reshape(n, days)
    rows = np.array([k for k, key in enumerate(chain.keys) if key[1] == code], dtype=np.int64)
    keys = tuple(chain.keys[k] for k in rows)
    s, ok = s[rows], ok[rows]
    bounds = np.searchsorted(
        chain.day_slots.start, np.append(years.start, years.start[-1] + years.length_s[-1])
    ).astype(np.int64)
    value = np.zeros((len(rows), len(years)), dtype=np.int64)
    valid = np.zeros((len(rows), len(years)), dtype=np.int32)
    enough = np.zeros((len(rows), len(years)), dtype=np.bool_)
    for y in range(len(years)):
        a, b = bounds[y], bounds[y + 1]
        valid[:, y] = ok[:, a:b].sum(axis=1)
        enough[:, y] = _enough(ok[:, a:b], chain.day_slots.days[a:b], needs)
        if percent is None:
            total = np.where(ok[:, a:b], s[:, a:b], 0).sum(axis=1)
            value[:, y] = half_even_quotient_array(total, valid[:, y].astype(np.int64))
        else:
            for k in range(len(rows)):
                used = s[k, a:b][ok[k, a:b]]
                value[k, y] = percentile(used, percent) if len(used) else 0
    day_why = made.why.reshape(n, days)[rows]
    parts = Parts(
        np.repeat(np.arange(len(rows), dtype=np.int32), days),
        np.tile(chain.day_slots.start, len(rows)),
        np.tile(chain.day_slots.length_s, len(rows)),
        s.reshape(-1),
        np.where(ok, Why.USED, np.maximum(day_why, Why.MISSING)).astype(np.int8).reshape(-1),
        made.valid.reshape(n, days)[rows].reshape(-1) > 0,
    )
    method = Method.ARITHMETIC if percent is None else Method.PERCENTILE
    return Source(over_slots(averaging, keys, years, value, valid, enough, parts, bounds, method), chain.records)


def _enough(ok: NDArray[np.bool_], days: NDArray[np.int64], needs: Sequence[Validity]) -> NDArray[np.bool_]:
    """Whether the days [series, days of a year] satisfy every validity rule: so many a year, so many in each month."""
    months = np.array([date_of(int(d)).month for d in days])
    enough = np.asarray(ok.any(axis=1), dtype=np.bool_)
    for rule in needs:
        if rule.per == "month":
            for month in rule.months or range(1, 13):
                enough &= ok[:, months == month].sum(axis=1) >= rule.at_least
        else:
            enough &= ok.sum(axis=1) >= rule.at_least
    return enough


def _findings(
    context: Context,
    permit: Permit,
    standard: Standard,
    limit: Limit,
    source: Source,
    needs: Sequence[Validity],
) -> list[pa.Table]:
    windows = source.windows
    which = in_force(windows, permit, *days_in_force(standard, limit))
    picked: Windows = windows.take(which)
    if len(picked) == 0:
        return []
    unit = source.records.units_by_code().get(limit.code, limit.unit)
    compared = compare(picked, unit, limit)
    verdict = np.where(
        compared.judged, np.where(compared.exceeded, Verdict.EXCEEDED, Verdict.MET), Verdict.NOT_EVALUABLE
    )
    rule = Rule(
        f"{limit.key}/{picked.averaging}",
        rule_digest(
            METHOD_VERSION,
            limit.key,
            picked.averaging,
            limit.maximum,
            limit.unit,
            limit.decimals,
            limit.valid_from,
            limit.valid_to,
            *(f"{v.at_least} {v.unit} per {v.per} {v.months}" for v in needs),
        ),
        standard.id,
        limit.clause,
        limit.unit,
        limit.confidence,
        limit.basis,
        None,
        None if limit.maximum is None else float(limit.maximum),
    )
    outcome = Outcome(compared.value, compared.margin, verdict.tolist())
    return [batch(rule, picked, limit.code, outcome, evidence(source, picked), context.zone, context.assessed_at)]
