"""Carbon monoxide by the EU's Annex VI: in any 24 hours 95 % of the 10-min means, or all half-hours, within limits.

Source: Directive 2010/75/EU, Annex VI, Part 8, 1.1 (d). Windows begin on half-hours, so that both kinds of means fill
them; a window is judged when three quarters of what it asks for is there (`slot_share`, unverified).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.comparison import scaled_decimal
from clearbay.assess.exact import PLACES
from clearbay.assess.findings import rule_digest
from clearbay.assess.stack.case import Case, least_sure
from clearbay.assess.stack.day_windows import days
from clearbay.assess.stack.eu_days import Halves, collect, daily_verdict
from clearbay.assess.stack.eu_year import judge_days_of
from clearbay.assess.stack.inputs import folded
from clearbay.assess.stack.writing import Rule
from clearbay.standards import Limit

CODE = "a21005"
HALVES_24H, TENS_24H = 48, 144
TENS = 3
"""Ten-minute slots of a half-hour."""


def judge_co(case: Case, halves: Halves, tens: Halves) -> None:
    """Judge the 24 hours that end in each day, and the days of each year."""
    for of_ten, of_half in zip(case.limit(CODE, "10min"), case.limit(CODE, "half_hour_a"), strict=True):
        _windows(case, halves, tens, of_ten, of_half)
    own = days(halves.s, halves.counts, halves.bounds)
    for limit in case.limit(CODE, "day"):
        above = (own.valid > 0) & (own.mean > _top(limit))
        judge_days_of(case, CODE, halves, above, (own.valid > 0) & halves.valid_days(case))


def _windows(case: Case, halves: Halves, tens: Halves, of_ten: Limit, of_half: Limit) -> None:
    figure = case.figure("co_10min_share")
    share, part = int(figure.value), case.share()
    n10 = _ending(tens.counts, TENS_24H)[:, TENS - 1 :: TENS]
    good = _ending(tens.counts & (tens.s <= _top(of_ten)), TENS_24H)[:, TENS - 1 :: TENS]
    n30 = _ending(halves.counts, HALVES_24H)
    bad = _ending(halves.counts & (halves.s > _top(of_half)), HALVES_24H)
    whole = np.arange(n30.shape[1]) >= HALVES_24H - 1
    by_ten, by_half = n10 * 100 >= part * TENS_24H, n30 * 100 >= part * HALVES_24H
    kept = whole & ((by_ten & (good * 100 >= share * n10)) | (by_half & (bad == 0)))
    broken = whole & by_ten & (good * 100 < share * n10) & (bad > 0)
    # The worst window: a broken one before one that is kept, then the smallest share of 10-min means within the limit.
    percent = np.where(by_ten, 100.0 * good / np.maximum(n10, 1), 100.0)
    rank = np.where(broken, percent - 1000.0, np.where(kept, percent, np.inf))
    shape = (len(rank), len(case.days))
    at = np.zeros(shape, dtype=np.int64)
    for d in range(shape[1]):
        a, b = int(halves.bounds[d]), int(halves.bounds[d + 1])
        at[:, d] = a + np.argmin(rank[:, a:b], axis=1)
    row = np.arange(len(rank))[:, None]
    judged = halves.by_day(kept | broken)
    there = (judged > 0) & by_ten[row, at]
    value = np.where(there, percent[row, at], np.nan)
    begin = np.maximum(at * TENS + TENS - TENS_24H, 0)
    slots = tens.s.shape[1]
    before = np.concatenate([halves.digest[:, :1], halves.digest[:, :-1]], axis=1)
    digest = folded(before.reshape(-1, 32), halves.digest.reshape(-1, 32)).reshape(halves.digest.shape)
    sure = least_sure(of_ten.confidence, of_half.confidence, figure.confidence)
    rule = case.rule_of("10min", CODE, "share_within", "%", figure.clause, sure, None, basis="reference_o2", name=CODE)
    collect(
        case,
        _with_limits(rule, share, of_ten, of_half),
        np.broadcast_to(case.on_days(of_ten), shape),
        value=value,
        margin=value - share,
        verdict=daily_verdict(halves.by_day(broken) > 0, judged > 0, halves.idle_days()),
        valid=judged,
        expected=np.broadcast_to(np.diff(halves.bounds), shape),
        part=tens.first + row * slots + begin,
        count=np.where(judged > 0, np.minimum(TENS_24H, slots - begin), 0),
        digest=digest,
    )


def _ending(which: NDArray[np.bool_], width: int) -> NDArray[np.int64]:
    """How many of the `width` slots that end with each slot [points, slots]; fewer slots exist at the beginning."""
    total = np.cumsum(which.astype(np.int64), axis=1)
    found = total.copy()
    found[:, width:] -= total[:, :-width]
    return found


def _with_limits(rule: Rule, share: int, of_ten: Limit, of_half: Limit) -> Rule:
    digest = rule_digest(rule.digest, share, of_ten.maximum, of_half.maximum)
    return replace(rule, limit_min=float(share), digest=digest)


def _top(limit: Limit) -> int:
    return np.iinfo(np.int64).max if limit.maximum is None else scaled_decimal(limit.maximum, PLACES)
