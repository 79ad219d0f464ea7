"""Findings on the data capture of each pollutant's monitor in a quarter (HJ 75-2017, 12.1.3)."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.reasons import Why
from clearbay.assess.slots import HOUR_S
from clearbay.assess.stack import sha256
from clearbay.assess.stack.capture import Capture, capture_by_quarter, hours_of
from clearbay.assess.stack.case import Case
from clearbay.assess.stack.china_days import HourTags, inputs_of
from clearbay.assess.stack.pollutants import Evaluated
from clearbay.assess.stack.timeline import on_slots
from clearbay.assess.stack.writing import EXCEEDED, EXEMPT, MET, Batch, Rule

MEASURED = (Why.USED, Why.OXYGEN_NEAR_AIR)
"""What an hour of a working monitor may be: near air it measured, only the conversion to reference oxygen fails."""


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
    monitors = [_tagged_monitor(case, k, hours) for k in range(len(case.points))]
    for code, one in found.items():
        base = case.rule_of("capture", code, "valid_share", "%", figure.clause, figure.confidence, None, name=code)
        rule = replace(base, limit_min=float(share))
        digest = inputs_of(case, code, tags)
        for k in np.flatnonzero((one.why != Why.MISSING).any(axis=1)).tolist():
            why = _of_monitor(monitors[k], one.why[k], tags.why[k])
            stopped = (why == Why.TAG_STOPPED) | (why == Why.STOPPED)
            state = hours_of(np.isin(why, MEASURED), stopped)
            for quarter in capture_by_quarter(state[on], start[on], case.zone):
                if not quarter.complete:
                    continue
                mine = (start >= quarter.start) & (start < quarter.start + quarter.length_s)
                which = (case.days.start >= quarter.start) & (case.days.start < quarter.start + quarter.length_s)
                made_from = np.ascontiguousarray(digest[k][which].reshape(1, -1))
                case.batches.append(_finding(rule, k, quarter, share, _reasons(why[mine]), sha256.rows(made_from)))


def _tagged_monitor(case: Case, k: int, hours: int) -> NDArray[np.int8]:
    """Give why tags of the monitor take hours out, furnace tags aside."""
    if not case.monitor_lines[k].segments:
        return np.zeros(hours, dtype=np.int8)
    return on_slots(case.monitor_lines[k], case.dense.start, HOUR_S, hours, case.share()).why


def _of_monitor(monitor: NDArray[np.int8], measured: NDArray[np.int8], tagged: NDArray[np.int8]) -> NDArray[np.int8]:
    """Give what each hour was to the monitor: stopped, under maintenance by tag, or as its values say."""
    why = np.where(monitor != 0, monitor, measured)
    return np.where(tagged == Why.TAG_STOPPED, np.int8(Why.TAG_STOPPED), why).astype(np.int8)


def _reasons(why: NDArray[np.int8]) -> dict[Why, NDArray[np.int32]]:
    counts = np.bincount(why, minlength=len(Why))
    left_out = [reason for reason in Why if reason not in MEASURED and counts[reason]]
    return {reason: counts[reason : reason + 1].astype(np.int32) for reason in left_out}


def _finding(
    rule: Rule, k: int, quarter: Capture, share: Fraction, left_out: Mapping[Why, NDArray[np.int32]],
    digest: NDArray[np.uint8],
) -> Batch:  # fmt: skip
    def whole(x: int) -> NDArray[np.int64]:
        return np.array([x], dtype=np.int64)

    rate = quarter.rate
    # A furnace that stood still all quarter asked nothing of its monitor.
    verdict = EXEMPT if rate is None else MET if rate * 100 >= share else EXCEEDED
    value, margin = (np.nan, np.nan) if rate is None else (float(rate * 100), float(rate * 100 - share))
    return Batch(
        rule,
        point=whole(k),
        t=whole(quarter.start),
        period=whole(quarter.length_s),
        value=np.array([value]),
        raw=np.array([np.nan]),
        margin=np.array([margin]),
        verdict=np.array([verdict], dtype=np.int8),
        expected=whole(quarter.running),
        valid=whole(quarter.running - quarter.invalid),
        first=whole(0),
        count=whole(0),
        digest=digest,
        unsure=np.zeros(1, dtype=np.bool_),
        extra=left_out,
    )
