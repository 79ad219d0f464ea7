"""Windows against limits: unit, rounding, the limit that applies to each window, verdict and margin.

Comparison follows GB/T 8170-2008 4.3: the full value where the standard does not say otherwise, the rounded value where
it does (`Limit.decimals`). Both are whole numbers here, so a value that equals its limit meets it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.conversion import in_unit
from clearbay.assess.exact import round_scaled
from clearbay.assess.reasons import Why
from clearbay.assess.windows import Windows
from clearbay.standards import Limit

FactValues = tuple[NDArray[np.int64], NDArray[np.bool_], int]
"""A numeric fact beside each window: scaled values [n], known [n], places."""


@dataclass(frozen=True)
class Compared:
    """Windows against one limit: `value`, `margin` [n, limit unit, NaN where none], `exceeded`, `judged`, `why` [n]."""

    value: NDArray[np.float64]
    margin: NDArray[np.float64]
    exceeded: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    why: NDArray[np.int8]


def compare(windows: Windows, unit: str, limit: Limit) -> Compared:
    """Compare windows of one code [values in `unit`] with one limit.

    A value below the detection limit meets a maximum that the detection limit does not exceed; otherwise it cannot be
    judged. A maximum 8-h mean from too few windows still exceeds when it is above the limit.
    """
    s, kept = in_unit(windows.s, limit.code, unit, limit.unit)
    s = round_scaled(s, kept, limit.decimals)
    over = np.zeros(len(s), dtype=np.bool_)
    margin = np.full(len(s), np.iinfo(np.int64).max, dtype=np.int64)
    if limit.maximum is not None:
        top = scaled_decimal(limit.maximum, kept)
        over |= s > top
        margin = np.minimum(margin, top - s)
    if limit.minimum is not None:
        bottom = scaled_decimal(limit.minimum, kept)
        over |= s < bottom
        margin = np.minimum(margin, s - bottom)
    judged = windows.ok.copy()
    why = np.where(judged, np.int8(Why.USED), windows.why).astype(np.int8)
    hidden = windows.below & over
    if limit.must_not_be_detected:
        # What was not detected meets it, whatever the detection limit was.
        over &= ~windows.below
        hidden = np.zeros_like(hidden)
    judged &= ~hidden
    why[hidden] = Why.DETECTION_LIMIT
    if windows.averaging == "mda8":
        judged |= over & (windows.valid > 0)
    some = windows.valid > 0
    scale = 10.0**kept
    return Compared(
        np.where(some, s / scale, np.nan),
        np.where(some, margin / scale, np.nan),
        over,
        judged,
        why,
    )


def scaled_decimal(value: Decimal, kept: int) -> int:
    """Give a limit as a whole number of 10**-kept; its own digits always fit."""
    whole = Fraction(value) * 10**kept
    if whole.denominator != 1:
        raise ValueError(f"limit {value} has more than {kept} decimals")
    return int(whole)


def applicable(variants: Sequence[Limit], facts: Mapping[str, FactValues], n: int) -> NDArray[np.bool_]:
    """Which variants of a limit can apply to each window [variants, n].

    A variant whose condition on a known fact fails cannot apply; where a fact is not known every variant that asks for
    it still can, and the caller has to see whether they agree.
    """
    can = np.ones((len(variants), n), dtype=np.bool_)
    for k, limit in enumerate(variants):
        for fact, wanted in limit.when.items():
            if fact not in facts:
                continue
            s, known, kept = facts[fact]
            inside = np.ones(n, dtype=np.bool_)
            if wanted.gt is not None:
                inside &= s > scaled_decimal(wanted.gt, kept)
            if wanted.ge is not None:
                inside &= s >= scaled_decimal(wanted.ge, kept)
            if wanted.lt is not None:
                inside &= s < scaled_decimal(wanted.lt, kept)
            if wanted.le is not None:
                inside &= s <= scaled_decimal(wanted.le, kept)
            can[k] &= inside | ~known
    return can
