"""Judging windows by the limits of a standard: which limit applies to each, is it met, and what is the evidence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess import effluent
from clearbay.assess.averaging import DAY_RULE
from clearbay.assess.comparison import Compared, FactValues, applicable, compare
from clearbay.assess.context import Context, Source, days_in_force, evidence, in_force
from clearbay.assess.exact import PLACES, places
from clearbay.assess.findings import Evidence, Outcome, Rule, Verdict, batch, rule_digest
from clearbay.assess.permits import Permit, PermitError
from clearbay.assess.reasons import Why
from clearbay.assess.samples import facts_beside
from clearbay.assess.windows import Method, Windows
from clearbay.standards import Limit, Standard

METHOD_VERSION = "limit/1: hour 45 min, day 20 h, 8 h 6 h, mda8 14 windows, max1h 18 h"
"""Version of this way of judging; it enters every rule digest."""


def judge_limits(context: Context, permit: Permit, standard: Standard, limits: Iterable[Limit]) -> list[pa.Table]:
    """Judge all windows that `limits` of one edition apply to, as batches of findings."""
    groups: dict[tuple[object, ...], list[Limit]] = defaultdict(list)
    for limit in limits:
        profile = tuple(sorted(limit.profile.items()))
        groups[limit.code, limit.averaging, limit.basis, profile, limit.valid_from, limit.valid_to].append(limit)
    found: list[pa.Table] = []
    for variants in groups.values():
        found += _judge_variants(context, permit, standard, variants)
    return found


def chosen_limits(standard: Standard, permit: Permit, facts: Mapping[str, str]) -> list[Limit]:
    """Limits of a standard whose profile the permit (or a fact of the point) states.

    Raises
    ------
    PermitError : the standard asks for something that neither states, or knows no such value.
    """
    stated = {**facts, **permit.profile}
    asked: dict[str, set[str]] = defaultdict(set)
    for limit in standard.limits:
        for name, value in limit.profile.items():
            asked[name].add(value)
    for name, values in asked.items():
        choices = ", ".join(sorted(values))
        if name not in stated:
            raise PermitError(
                f"{standard.id} has limits by {name}; say which one applies to {permit.point_id}, "
                f"for example '{standard.family}:{name}={sorted(values)[0]}' (one of {choices})"
            )
        if stated[name] not in values:
            raise PermitError(f"{standard.id} knows no {name}={stated[name]}; one of {choices}")
    return [limit for limit in standard.limits if all(stated[name] == value for name, value in limit.profile.items())]


def _judge_variants(context: Context, permit: Permit, standard: Standard, variants: Sequence[Limit]) -> list[pa.Table]:
    limit = variants[0]
    if permit.parameters is not None and limit.code not in permit.parameters:
        return []
    first, last = days_in_force(standard, limit)
    found: list[pa.Table] = []
    for source in context.sources(limit.averaging):
        made = source
        if standard.kind == "effluent" and limit.averaging == "day" and context.chain is not None:
            weighted = effluent.daily(context.chain, limit.code, limit.unit)
            if weighted is not None and source.records is context.chain.records:
                made = Source(weighted, source.records)
        codes = np.array([code == limit.code for _, code in made.windows.keys], dtype=np.bool_)
        which = in_force(made.windows, permit, first, last)
        which &= codes[made.windows.series] if len(made.windows) else which
        windows = _with_enough(standard, limit, made.windows.take(which))
        if len(windows):
            found += _judge_windows(context, permit, standard, variants, made, windows)
    return found


def _with_enough(standard: Standard, limit: Limit, windows: Windows) -> Windows:
    """Hold daily means to the hours that the standard asks for where it asks for more than 20 (Pb, BaP, TSP: 24)."""
    asked = [v.at_least for v in standard.validity if v.averaging == limit.averaging == "day" and limit.code in v.codes]
    if not asked or max(asked) <= DAY_RULE.at_least:
        return windows
    enough = windows.ok & ((windows.valid >= max(asked)) | (windows.method == Method.REPORTED))
    why = np.where(windows.ok & ~enough, np.int8(Why.INCOMPLETE), windows.why)
    return replace(windows, ok=enough, why=why.astype(np.int8))


def _judge_windows(
    context: Context,
    permit: Permit,
    standard: Standard,
    variants: Sequence[Limit],
    source: Source,
    windows: Windows,
) -> list[pa.Table]:
    n = len(windows)
    facts = {
        fact: values
        for fact in sorted({fact for limit in variants for fact in limit.when})
        if (values := _fact(context, permit, windows, fact)) is not None
    }
    can = applicable(variants, facts, n)
    unit = source.records.units_by_code().get(variants[0].code, variants[0].unit)
    compared = [compare(windows, unit, limit) for limit in variants]
    possible = can.sum(axis=0)
    agreed = _agreed(compared, can)
    # With several possible limits the one with the smallest margin speaks, if all of them say the same.
    margins = np.stack([np.where(can[k], np.nan_to_num(c.margin, nan=np.inf), np.inf) for k, c in enumerate(compared)])
    choice = np.where(possible > 0, np.argmin(np.where(can, margins, np.inf), axis=0), -1)
    # argmin over all-infinite margins gives 0: take the first possible one instead.
    choice = np.where((possible > 0) & ~can[choice, np.arange(n)], np.argmax(can, axis=0), choice)
    found: list[pa.Table] = []
    for k, limit in enumerate(variants):
        mine = choice == k
        if not mine.any():
            continue
        unknown = (possible[mine] > 1) & ~agreed[mine]
        picked = windows.take(mine)
        proof = evidence(source, picked, _inputs_beside(facts, source, picked), _said(facts, source, permit, mine))
        found.append(_batch(context, standard, limit, picked, _part(compared[k], mine), unknown, proof))
    return found


def _inputs_beside(facts: Mapping[str, FactValues], source: Source, windows: Windows) -> dict[str, NDArray[np.bool_]]:
    """Codes whose values went into the verdict beside the limit's own: flow that weights, temperature that chooses."""
    measured = source.records.units_by_code()
    beside = {fact: np.ones(len(windows), dtype=np.bool_) for fact in facts if fact in measured}
    weighted = windows.method == Method.FLOW_WEIGHTED
    return beside | ({effluent.FLOW: weighted} if weighted.any() else {})


def _said(
    facts: Mapping[str, FactValues], source: Source, permit: Permit, which: NDArray[np.bool_]
) -> list[str] | None:
    """Facts of the point that chose the limit, as lines `name=value`; the permit's are the rule's, not inputs."""
    measured = source.records.units_by_code()
    own = {fact: v for fact, v in facts.items() if fact not in measured and fact not in permit.profile}
    if not own:
        return None
    lines = [""] * int(which.sum())
    for fact, (values, known, kept) in sorted(own.items()):
        for k, (value, there) in enumerate(zip(values[which].tolist(), known[which].tolist(), strict=True)):
            lines[k] += f"{fact}={value}e-{kept}\n" if there else f"{fact}=\n"
    return lines


def _agreed(compared: Sequence[Compared], can: NDArray[np.bool_]) -> NDArray[np.bool_]:
    exceeded = np.stack([c.exceeded for c in compared])
    judged = np.stack([c.judged for c in compared])
    all_over = np.all(exceeded | ~can, axis=0)
    none_over = np.all(~exceeded | ~can, axis=0)
    return np.asarray((all_over | none_over) & np.all(judged | ~can, axis=0))


def _part(compared: Compared, which: NDArray[np.bool_]) -> Compared:
    return Compared(
        compared.value[which],
        compared.margin[which],
        compared.exceeded[which],
        compared.judged[which],
        compared.why[which],
    )


def _fact(context: Context, permit: Permit, windows: Windows, fact: str) -> FactValues | None:
    """Give a numeric fact beside each window: from the permit, from the point, or from values of another code."""
    n = len(windows)
    stated = permit.profile.get(fact)
    if stated is not None:
        try:
            number = int(Decimal(stated) * 10**PLACES)
        except InvalidOperation as error:
            raise PermitError(f"{fact}={stated!r} is not a number") from error
        return np.full(n, number, dtype=np.int64), np.ones(n, dtype=np.bool_), PLACES
    beside = [context.points[point] for point, _ in windows.keys]
    if any(point.number(fact) is not None or point.later for point in beside):
        stated_numbers = [
            beside[k].number(fact, t) for k, t in zip(windows.series.tolist(), windows.start.tolist(), strict=True)
        ]
        values = np.array([0 if v is None else int(v * 10**PLACES) for v in stated_numbers], dtype=np.int64)
        known = np.array([v is not None for v in stated_numbers], dtype=np.bool_)
        if known.any():
            return values, known, PLACES
    for source in context.sources(windows.averaging):
        units = source.records.units_by_code()
        if fact in units:
            points = {point: k for k, point in enumerate(context.points)}
            values, known = facts_beside(windows, fact, source.windows, points)
            return values, known, places(units[fact])
    return None


def _batch(
    context: Context,
    standard: Standard,
    limit: Limit,
    windows: Windows,
    compared: Compared,
    unknown: NDArray[np.bool_],
    proof: Evidence,
) -> pa.Table:
    judged = compared.judged & ~unknown
    verdict = np.where(
        judged, np.where(compared.exceeded, Verdict.EXCEEDED, Verdict.MET), Verdict.NOT_EVALUABLE
    ).tolist()
    extra = dict(proof.left_out)
    for why, where in (
        (Why.CONDITION_UNKNOWN, unknown),
        (Why.DETECTION_LIMIT, compared.why == Why.DETECTION_LIMIT),
        (Why.NO_FLOW, compared.why == Why.NO_FLOW),
    ):
        if where.any():
            extra[why] = where.astype(np.int32)
    rule = Rule(
        limit.key,
        rule_digest(METHOD_VERSION, *_canonical(limit)),
        standard.id,
        limit.clause,
        limit.unit,
        limit.confidence,
        limit.basis,
        None if limit.minimum is None else float(limit.minimum),
        None if limit.maximum is None else float(limit.maximum),
    )
    return batch(
        rule,
        windows,
        limit.code,
        Outcome(compared.value, compared.margin, verdict),
        replace(proof, left_out=extra),
        context.zone,
        context.assessed_at,
    )


def _canonical(limit: Limit) -> tuple[object, ...]:
    """What of a limit decides a verdict, in a fixed order."""
    end: date | None = limit.valid_to
    return (
        limit.key,
        limit.minimum,
        limit.maximum,
        limit.unit,
        limit.decimals,
        limit.basis,
        limit.valid_from.isoformat(),
        end.isoformat() if end else "",
    )
