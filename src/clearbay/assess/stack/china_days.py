"""Daily means, hourly limits and rolling days of the pollutants of Chinese incinerators, with every hour as evidence.

GB 18485-2014 Table 4; MEE Order 10 (2019), art. 6 (daily means by HJ 212), art. 10 (what tags take out).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.comparison import scaled_decimal
from clearbay.assess.exact import PLACES, round_scaled
from clearbay.assess.reasons import Why
from clearbay.assess.slots import HOUR_S
from clearbay.assess.stack import inputs
from clearbay.assess.stack.case import Case
from clearbay.assess.stack.day_windows import ROLLING, Days, days, rolling
from clearbay.assess.stack.inputs import folded, of_texts
from clearbay.assess.stack.pollutants import STATE, Evaluated, measured_as
from clearbay.assess.stack.timeline import Timeline, on_slots
from clearbay.assess.stack.writing import EXCEEDED, EXEMPT, MET, NOT_EVALUABLE, Batch, Rule
from clearbay.standards import Limit

ONE = 10**PLACES
PM = "a34013"
PM_SUFFIX = ":pm_above_exempt_limit"


@dataclass(frozen=True)
class HourTags:
    """What tags say of hours [points, hours]: `why` they are taken out (0: not), `label` [number of its text].

    `furnace` tells hours that a furnace tag takes out, `exempt` those of start-up, shut-down, fault or accident;
    `facts` is the digest of a day's tags [points, days, 32].
    """

    why: NDArray[np.int8]
    label: NDArray[np.int32]
    furnace: NDArray[np.bool_]
    exempt: NDArray[np.bool_]
    unsure: NDArray[np.bool_]
    facts: NDArray[np.uint8]


def tags_on_hours(case: Case, pm: Evaluated | None) -> HourTags:
    """Lay the tags of all points on hours; an exempt hour with more PM than its limit is taken back in."""
    n, hours = len(case.points), int(case.bounds[-1])
    why, label = np.zeros((n, hours), dtype=np.int8), np.zeros((n, hours), dtype=np.int32)
    furnace, exempt = np.zeros((n, hours), dtype=np.bool_), np.zeros((n, hours), dtype=np.bool_)
    unsure = np.zeros((n, hours), dtype=np.bool_)
    limits = case.limit(PM, "exempt_hour")
    for k in range(n):
        lines = (case.furnace_lines[k], case.monitor_lines[k])
        if not any(line.segments for line in lines):
            continue
        own, other = (_on_hours(case, line, hours) for line in lines)
        (fw, fl, fu), (mw, ml, mu) = own, other
        exempt[k] = fw == Why.TAG_EXEMPT
        if pm is not None and limits and limits[0].maximum is not None:
            over = exempt[k] & (pm.why[k] == Why.USED) & (pm.s[k] > scaled_decimal(limits[0].maximum, PLACES))
            fw = np.where(over, 0, fw).astype(np.int8)
            for text in np.unique(fl[over]):
                fl[over & (fl == text)] = case.parts.label(case.parts.labels[text] + PM_SUFFIX)
        furnace[k] = fw != 0
        why[k] = np.where(fw != 0, fw, mw)
        both = (fl != 0) & (ml != 0)
        label[k] = np.where(fl != 0, fl, ml)
        for a, b in {(int(a), int(b)) for a, b in zip(fl[both], ml[both], strict=True)}:
            text = f"{case.parts.labels[a]}+{case.parts.labels[b]}"
            label[k][(fl == a) & (ml == b)] = case.parts.label(text)
        unsure[k] = ((fl != 0) & fu) | ((ml != 0) & mu)
    return HourTags(why, label, furnace, exempt, unsure, _facts(case, why, label))


def _on_hours(case: Case, line: Timeline, hours: int) -> tuple[NDArray[np.int8], NDArray[np.int32], NDArray[np.bool_]]:
    tagged = on_slots(line, case.dense.start, HOUR_S, hours, case.share())
    number = np.array([case.parts.label(text) for text in tagged.labels], dtype=np.int32)
    return tagged.why, number[tagged.label], tagged.unsure


def _facts(case: Case, why: NDArray[np.int8], label: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Digest of each day's tags: a line `hour of the day US reason US text` for each hour under one."""
    n, d = len(why), len(case.days)
    out = np.broadcast_to(of_texts([""])[0], (n, d, 32)).copy()
    bounds = case.bounds
    for k in np.flatnonzero(label.any(axis=1)):
        hours = np.flatnonzero(label[k])
        for day in np.unique(np.searchsorted(bounds, hours, side="right") - 1):
            first, last = int(bounds[day]), int(bounds[day + 1])
            text = "".join(
                f"{h - first}\x1f{why[k, h]}\x1f{case.parts.labels[label[k, h]]}\n"
                for h in range(first, last)
                if label[k, h]
            )
            out[k, day] = of_texts([text])[0]
    return out


def judge_pollutants(case: Case, found: Mapping[str, Evaluated], tags: HourTags) -> None:
    """Judge daily, hourly and rolling means of every pollutant of the limits."""
    bounds, hours = case.bounds, int(case.bounds[-1])
    start = case.dense.start + np.arange(hours, dtype=np.int64) * HOUR_S
    n = len(case.points)
    for code, one in found.items():
        why = np.where(tags.why != 0, tags.why, one.why).astype(np.int8)
        counts = why == Why.USED
        label = tags.label
        first = case.parts.add(
            case.parts.code(code),
            np.tile(start, n),
            HOUR_S,
            np.where(one.shown, one.s / ONE, np.nan).reshape(-1),
            why.reshape(-1),
            one.flag.reshape(-1),
            label.reshape(-1),
            (tags.unsure | one.bounded).reshape(-1),
        )
        evaluated = days(one.s, counts, bounds)
        had = days(one.s, one.why == Why.USED, bounds)
        removed = np.add.reduceat(tags.furnace.astype(np.int64), bounds[:-1], axis=1) == np.diff(bounds)
        digest = inputs_of(case, code, tags)
        for limit in case.limit(code, "day"):
            _daily(case, limit, evaluated, had, removed, first, digest)
        for limit in case.limit(code, "1h"):
            _hourly(case, limit, evaluated, removed, first, digest)
            _each_hour(case, limit, one, tags, start, first)
        for limit in case.limit(code, "24h"):
            _rolling(case, limit, one.s, counts, removed, first, digest)
        for limit in case.limit(code, "exempt_hour"):
            _exempt(case, limit, one, tags, first, digest)


def inputs_of(case: Case, code: str, tags: HourTags) -> NDArray[np.uint8]:
    """Digest of what a day's findings of a pollutant are made from [points, days, 32]."""
    if code in case.made:
        return case.made[code]
    n, d = len(case.points), len(case.days)
    flat = folded(
        *(x.reshape(n * d, 32) for x in (case.groups[code], case.groups["gas"], tags.facts)),
    )
    case.made[code] = flat.reshape(n, d, 32)
    return case.made[code]


def _top(limit: Limit) -> int:
    return scaled_decimal(limit.maximum, PLACES) if limit.maximum is not None else np.iinfo(np.int64).max


def _batch(
    case: Case, rule: Rule, which: NDArray[np.bool_], value: NDArray[np.int64], there: NDArray[np.bool_],
    verdict: NDArray[np.int8], valid: NDArray[np.int64], expected: NDArray[np.int64], part: NDArray[np.int64],
    count: NDArray[np.int64], digest: NDArray[np.uint8], raw: NDArray[np.float64] | None = None,
    top: int | None = None,
) -> None:  # fmt: skip
    """Collect findings of days [points, days] where `which`."""
    point, day = np.nonzero(which)
    number = value[which] / ONE
    number[~there[which]] = np.nan
    margin = np.full(len(point), np.nan) if top is None else (top - value[which]) / ONE
    margin[~there[which]] = np.nan
    size = len(point)
    case.batches.append(
        Batch(
            rule,
            point,
            case.days.start[day],
            case.days.length_s[day],
            number,
            np.full(size, np.nan) if raw is None else raw[which],
            margin,
            verdict[which].astype(np.int8),
            expected[which],
            valid[which],
            part[which],
            count[which],
            digest[which],
            np.zeros(size, dtype=np.bool_),
        )
    )


def _days_of(case: Case, limit: Limit) -> NDArray[np.bool_]:
    return np.broadcast_to(case.on_days(limit), (len(case.points), len(case.days))).copy()


def _listed(case: Case, first: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All hours of each day [points, days]: first part and count."""
    bounds, hours = case.bounds, int(case.bounds[-1])
    n = len(case.points)
    at = first + np.arange(n, dtype=np.int64)[:, None] * hours + bounds[:-1][None, :]
    return at, np.broadcast_to(np.diff(bounds), at.shape)


def _rounded(s: NDArray[np.int64], limit: Limit) -> NDArray[np.int64]:
    return s if limit.decimals is None else round_scaled(s, PLACES, limit.decimals)


def _verdict(over: NDArray[np.bool_], enough: NDArray[np.bool_], removed: NDArray[np.bool_]) -> NDArray[np.int8]:
    plain = np.where(over, EXCEEDED, MET)
    return np.where(enough, plain, np.where(removed, EXEMPT, NOT_EVALUABLE)).astype(np.int8)


def _daily(
    case: Case, limit: Limit, own: Days, had: Days, removed: NDArray[np.bool_], first: int, digest: NDArray[np.uint8]
) -> None:
    need = int(case.figure("day_valid_hours").value)
    mean, there = _rounded(own.mean, limit), own.valid > 0
    verdict = _verdict(there & (mean > _top(limit)), own.valid >= need, removed)
    raw = np.where((had.valid > own.valid) & (had.valid > 0), had.mean / ONE, np.nan)
    at, count = _listed(case, first)
    _batch(
        case,
        case.rule(limit, "day", "arithmetic_mean"),
        _days_of(case, limit),
        mean,
        there,
        verdict,
        own.valid,
        count,
        at,
        count,
        digest,
        raw,
        _top(limit),
    )


def _hourly(
    case: Case, limit: Limit, own: Days, removed: NDArray[np.bool_], first: int, digest: NDArray[np.uint8]
) -> None:
    need = int(case.figure("day_valid_hours").value)
    highest, there = _rounded(own.highest, limit), own.valid > 0
    over = there & (highest > _top(limit))
    at, count = _listed(case, first)
    _batch(
        case,
        case.rule(limit, "max1h", "maximum"),
        _days_of(case, limit),
        highest,
        there,
        _verdict(over, over | (own.valid >= need), removed),
        own.valid,
        count,
        at,
        count,
        digest,
        None,
        _top(limit),
    )


def _inputs_of_hours(
    case: Case, code: str, tags: HourTags, point: NDArray[np.int64], hour: NDArray[np.int64], start: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Digest of what single hours of a pollutant are made from [n, 32]: what comes later in the day is none of it."""
    values = inputs.hours(case.dense, case.points, (measured_as(code), tuple(STATE)), point, start[hour])
    said = [
        f"{why}\x1f{case.parts.labels[label]}\n" if label else ""
        for why, label in zip(tags.why[point, hour].tolist(), tags.label[point, hour].tolist(), strict=True)
    ]
    return folded(*values, of_texts(said)) if len(hour) else np.empty((0, 32), dtype=np.uint8)


def _each_hour(case: Case, limit: Limit, one: Evaluated, tags: HourTags, start: NDArray[np.int64], first: int) -> None:
    """One finding for each hour above its limit; one that a tag takes out is no exceedance, and says so."""
    value = _rounded(one.s, limit)
    hours = one.s.shape[1]
    day_of = np.searchsorted(case.bounds, np.arange(hours), side="right") - 1
    above = (one.why == Why.USED) & (value > _top(limit))
    point, hour = np.nonzero(above & case.on_days(limit)[day_of][None, :])
    size = len(point)
    number, tagged = value[point, hour], tags.why[point, hour]
    verdict = np.where(tagged == 0, EXCEEDED, np.where(tags.furnace[point, hour], EXEMPT, NOT_EVALUABLE))
    unit = np.ones(size, dtype=np.int64)
    case.batches.append(
        Batch(
            case.rule(limit, "1h", "arithmetic_mean"),
            point,
            start[hour],
            unit * HOUR_S,
            number / ONE,
            np.full(size, np.nan),
            (_top(limit) - number) / ONE,
            verdict.astype(np.int8),
            unit,
            (tagged == 0).astype(np.int64),
            first + point * hours + hour,
            unit,
            _inputs_of_hours(case, limit.code, tags, point, hour, start),
            np.zeros(size, dtype=np.bool_),
        )
    )


def _rolling(
    case: Case, limit: Limit, s: NDArray[np.int64], counts: NDArray[np.bool_], removed: NDArray[np.bool_], first: int,
    digest: NDArray[np.uint8],
) -> None:  # fmt: skip
    need = int(case.figure("day_valid_hours").value)
    found = rolling(s, counts, case.bounds, need)
    there = found.windows > 0
    worst = _rounded(found.worst, limit)
    at, count = _listed(case, first)
    hours = int(case.bounds[-1])
    row = np.arange(len(case.points), dtype=np.int64)[:, None]
    part = np.where(there, first + row * hours + found.end - (ROLLING - 1), at)
    listed = np.where(there, ROLLING, count)
    before = np.concatenate([digest[:, :1], digest[:, :-1]], axis=1)
    n, d = worst.shape
    both = folded(before.reshape(n * d, 32), digest.reshape(n * d, 32)).reshape(n, d, 32)
    _batch(
        case,
        case.rule(limit, "24h", "arithmetic_mean"),
        _days_of(case, limit),
        worst,
        there,
        _verdict(there & (worst > _top(limit)), there, removed),
        found.windows,
        count,
        part,
        listed,
        both,
        None,
        _top(limit),
    )


def _exempt(case: Case, limit: Limit, pm: Evaluated, tags: HourTags, first: int, digest: NDArray[np.uint8]) -> None:
    """PM of exempt hours: GB 18485-2014 section 7, 150 mg/m3 as an hourly mean."""
    bounds = case.bounds
    known = days(pm.s, tags.exempt & (pm.why == Why.USED), bounds)
    asked = np.add.reduceat(tags.exempt.astype(np.int64), bounds[:-1], axis=1)
    there = known.valid > 0
    highest = _rounded(known.highest, limit)
    over = there & (highest > _top(limit))
    at, count = _listed(case, first)
    nothing = np.zeros(asked.shape, dtype=np.bool_)
    _batch(
        case,
        case.rule(limit, "exempt_pm", "maximum"),
        _days_of(case, limit) & (asked > 0),
        highest,
        there,
        _verdict(over, over | (known.valid == asked), nothing),
        known.valid,
        asked,
        at,
        count,
        digest,
        None,
        _top(limit),
    )
