"""Monthly means of a stack (HJ 212-2017 Annex D), of the months that the days judged cover whole."""

from collections.abc import Iterator, Mapping

import numpy as np

from clearbay.assess.exact import PLACES, half_even_quotient_array
from clearbay.assess.reasons import Why
from clearbay.assess.slots import periods
from clearbay.assess.stack.case import Case
from clearbay.assess.stack.china_days import HourTags, inputs_of
from clearbay.assess.stack.day_windows import days
from clearbay.assess.stack.inputs import folded
from clearbay.assess.stack.pollutants import Evaluated
from clearbay.assess.stack.writing import NONE, NOT_EVALUABLE, Batch
from clearbay.vocabulary.clocks import date_of

ONE = 10**PLACES
MONTH_DAYS, FEBRUARY_DAYS = 25, 23
"""Valid days that a monthly mean needs (HJ 212-2017 Annex D)."""

FEBRUARY = 2


def _whole(case: Case) -> Iterator[tuple[int, int, slice]]:
    """Months that lie wholly within the days judged: start, length [s] and their days."""
    judged = np.flatnonzero(case.on_days())
    if not len(judged):
        return
    first, last = date_of(int(case.days.days[judged[0]])), date_of(int(case.days.days[judged[-1]]))
    slots = periods(first, last, "month", case.zone)
    begin, end = case.days.start[judged[0]], case.days.start[judged[-1]] + case.days.length_s[judged[-1]]
    for start, length in zip(slots.start.tolist(), slots.length_s.tolist(), strict=True):
        if start >= begin and start + length <= end:
            at = np.searchsorted(case.days.start, [start, start + length])
            yield start, length, slice(int(at[0]), int(at[1]))


def monthly_means(case: Case, found: Mapping[str, Evaluated], tags: HourTags) -> None:
    """Give the mean of the valid days of each month; no limit speaks of it, so it has no verdict."""
    need_hours = int(case.figure("day_valid_hours").value)
    evaluated_days = {
        code: days(one.s, (one.why == Why.USED) & (tags.why == 0), case.bounds) for code, one in found.items()
    }
    for start, length, which in _whole(case):
        february = date_of(int(case.days.days[which.start])).month == FEBRUARY
        need = FEBRUARY_DAYS if february else MONTH_DAYS
        for code, own in evaluated_days.items():
            ok = own.valid[:, which] >= need_hours
            count = ok.sum(axis=1)
            mean = half_even_quotient_array(np.where(ok, own.mean[:, which], 0).sum(axis=1), count)
            rule = case.rule_of(
                "month", code, "arithmetic_mean", "mg/m3", "HJ 212-2017 附录D", "one-source", None,
                basis="reference_o2", name=code,
            )  # fmt: skip
            n = len(case.points)
            digest = np.ascontiguousarray(inputs_of(case, code, tags)[:, which]).reshape(n, -1)
            nothing = np.zeros(n, dtype=np.int64)
            blank = np.full(n, np.nan)
            case.batches.append(
                Batch(
                    rule,
                    np.arange(n),
                    np.full(n, start),
                    np.full(n, length),
                    np.where(count > 0, mean / ONE, np.nan),
                    blank,
                    blank,
                    np.where(count >= need, NONE, NOT_EVALUABLE).astype(np.int8),
                    np.full(n, ok.shape[1]),
                    count,
                    nothing,
                    nothing,
                    folded(digest),
                    nothing.astype(np.bool_),
                )
            )
