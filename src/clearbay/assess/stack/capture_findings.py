"""Findings on the data capture of each pollutant's monitor in a quarter (HJ 75-2017, 12.1.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.reasons import Why
from clearbay.assess.slots import HOUR_S
from clearbay.assess.stack import sha256
from clearbay.assess.stack.capture import Capture, capture_by_quarter, hours_of
from clearbay.assess.stack.case import Case
from clearbay.assess.stack.china_days import HourTags
from clearbay.assess.stack.pollutants import Evaluated
from clearbay.assess.stack.timeline import on_slots
from clearbay.assess.stack.writing import EXCEEDED, EXEMPT, MET, Batch, Rule

MEASURED = (Why.USED, Why.OXYGEN_NEAR_AIR)
"""What an hour of a working monitor may be: near air it measured, only the conversion to reference oxygen fails."""


@dataclass(frozen=True)
class _Quarter:
    """A quarter of one point: hours by reason [Why] and the digest of its inputs [32]."""

    k: int
    capture: Capture
    counts: NDArray[np.int32]
    digest: NDArray[np.uint8]


def judge_capture(case: Case, found: Mapping[str, Evaluated], tags: HourTags) -> None:
    """Judge every quarter that lies whole within the judged days; a part of one says nothing of it yet.

    Start-up, shut-down and fault of the furnace are no fault of its monitor: its hours count as captured. Hours that
    the operator tags as maintenance of the monitor do not; hours out of operation are asked of nobody. What was never
    sent has no monitor that could be judged: its days are not evaluable, which says enough.
    """
    hours = int(case.bounds[-1])
    start = case.dense.start + np.arange(hours, dtype=np.int64) * HOUR_S
    on = np.repeat(case.on_days(), np.diff(case.bounds))
    if not on.any():
        return
    figure = case.figure("capture_share")
    share = Fraction(figure.value)
    asked = start[on]
    monitors = [_tagged_monitor(case, k, hours) for k in range(len(case.points))]
    for code, one in found.items():
        base = case.rule_of("capture", code, "valid_share", "%", figure.clause, figure.confidence, None, name=code)
        made_from = (case.groups[code], case.groups["gas"], tags.facts)
        quarters: list[_Quarter] = []
        for k in np.flatnonzero((one.why != Why.MISSING).any(axis=1)).tolist():
            why = _of_monitor(monitors[k], one.why[k], tags.why[k])[on]
            stopped = (why == Why.TAG_STOPPED) | (why == Why.STOPPED)
            for quarter in capture_by_quarter(hours_of(np.isin(why, MEASURED), stopped), asked, case.zone):
                if not quarter.complete:
                    continue
                end = quarter.start + quarter.length_s
                mine = slice(*np.searchsorted(asked, [quarter.start, end]).tolist())
                days = slice(*np.searchsorted(case.days.start, [quarter.start, end]).tolist())
                message = np.concatenate([x[k, days].reshape(-1) for x in made_from]).reshape(1, -1)
                counts = np.bincount(why[mine], minlength=len(Why)).astype(np.int32)
                quarters.append(_Quarter(k, quarter, counts, sha256.rows(message)[0]))
        if quarters:
            case.batches.append(_batch(replace(base, limit_min=float(share)), quarters, share))


def _tagged_monitor(case: Case, k: int, hours: int) -> NDArray[np.int8]:
    """Give why tags of the monitor take hours out, furnace tags aside."""
    if not case.monitor_lines[k].segments:
        return np.zeros(hours, dtype=np.int8)
    return on_slots(case.monitor_lines[k], case.dense.start, HOUR_S, hours, case.share()).why


def _of_monitor(monitor: NDArray[np.int8], measured: NDArray[np.int8], tagged: NDArray[np.int8]) -> NDArray[np.int8]:
    """Give what each hour was to the monitor: stopped, under maintenance by tag, or as its values say."""
    why = np.where(monitor != 0, monitor, measured)
    return np.where(tagged == Why.TAG_STOPPED, np.int8(Why.TAG_STOPPED), why).astype(np.int8)


def _batch(rule: Rule, quarters: Sequence[_Quarter], share: Fraction) -> Batch:
    captures = [q.capture for q in quarters]
    rates = [c.rate for c in captures]
    # A furnace that stood still all quarter asked nothing of its monitor.
    verdicts = [EXEMPT if r is None else MET if r * 100 >= share else EXCEEDED for r in rates]
    n, nothing = len(quarters), np.zeros(len(quarters), dtype=np.int64)
    counts = np.stack([q.counts for q in quarters])
    return Batch(
        rule,
        point=np.array([q.k for q in quarters], dtype=np.int64),
        t=np.array([c.start for c in captures], dtype=np.int64),
        period=np.array([c.length_s for c in captures], dtype=np.int64),
        value=np.array([np.nan if r is None else float(r * 100) for r in rates]),
        raw=np.full(n, np.nan),
        margin=np.array([np.nan if r is None else float(r * 100 - share) for r in rates]),
        verdict=np.array(verdicts, dtype=np.int8),
        expected=np.array([c.running for c in captures], dtype=np.int64),
        valid=np.array([c.running - c.invalid for c in captures], dtype=np.int64),
        first=nothing,
        count=nothing,
        digest=np.stack([q.digest for q in quarters]),
        unsure=np.zeros(n, dtype=np.bool_),
        extra={why: counts[:, why] for why in Why if why not in MEASURED and counts[:, why].any()},
    )
