"""Daily means of effluents: weighted by flow where flow is measured.

Sources: HJ 212-2017 Annex D.1 (daily concentration as load over flow, or the arithmetic mean); GB 18918-2002 4.1.4
(daily mean). The hours that enter are those where both are valid; with fewer than 20 of them the mean is the arithmetic
one of the valid hours.
"""

import numpy as np

from clearbay.assess.averaging import DAY_RULE
from clearbay.assess.chain import Chain
from clearbay.assess.exact import half_even_quotient_array
from clearbay.assess.reasons import Why
from clearbay.assess.windows import Method, Windows, over_slots
from clearbay.vocabulary.units import UnitMismatch, factor

FLOW = "w00000"
"""HJ 212 code of waste-water flow."""

CONCENTRATION_STEP = 1000
"""Concentrations are cut to 10**-6 mg/L and flows to 10**-3 of their unit before they are multiplied, so that a day's
load fits a 64-bit whole number exactly."""

FLOW_STEP = 10**6


def daily(chain: Chain, code: str, unit: str) -> Windows | None:
    """Flow-weighted daily means of one code; None when no point of the chain measures flow, or it has no meaning.

    Parameters
    ----------
    unit : unit of the limit; only concentrations (mass per volume of water) are weighted.
    """
    try:
        factor(unit, "mg/L")
    except UnitMismatch:
        return None
    flow_of = {point: n for n, (point, c) in enumerate(chain.keys) if c == FLOW}
    keys = tuple(key for key in chain.keys if key[1] == code)
    if not flow_of or not any(point in flow_of for point, _ in keys):
        return None
    number = {key: n for n, key in enumerate(chain.keys)}
    rows = np.array([number[key] for key in keys])
    flows = np.array([flow_of.get(point, -1) for point, _ in keys])
    hours, days = chain.hours, chain.days
    has_flow = (flows >= 0)[:, None]
    q = np.where(has_flow, hours.s[flows], 0) // FLOW_STEP
    both = hours.ok[rows] & has_flow & hours.ok[flows] & (q >= 0)
    coarse = half_even_quotient_array(hours.s[rows], np.full_like(hours.s[rows], CONCENTRATION_STEP))
    first = chain.day_bounds[:-1]
    load = np.add.reduceat(np.where(both, coarse * q, 0), first, axis=1)
    volume = np.add.reduceat(np.where(both, q, 0), first, axis=1)
    valid = np.add.reduceat(both.astype(np.int32), first, axis=1)
    weighted = has_flow & (valid >= DAY_RULE.at_least)
    dry = weighted & (volume == 0)
    mean = half_even_quotient_array(load, volume) * CONCENTRATION_STEP
    ok = np.where(weighted, ~dry, days.ok[rows])
    why = np.where(
        ok, Why.USED, np.where(dry, Why.NO_FLOW, np.where(days.valid[rows] > 0, Why.INCOMPLETE, Why.MISSING))
    )
    return over_slots(
        "day",
        chain.keys,
        chain.day_slots,
        _spread(np.where(weighted, mean, days.s[rows]), rows, days.s),
        _spread(np.where(weighted, valid, days.valid[rows]).astype(np.int32), rows, days.valid),
        _spread(ok, rows, days.ok),
        chain.hour_parts,
        chain.day_bounds,
        _spread(
            np.where(weighted, Method.FLOW_WEIGHTED, Method.ARITHMETIC).astype(np.int8),
            rows,
            np.zeros(days.s.shape, dtype=np.int8),
        ),
        _spread(why.astype(np.int8), rows, np.zeros(days.s.shape, dtype=np.int8)),
    )


def _spread(values: np.ndarray, rows: np.ndarray, like: np.ndarray) -> np.ndarray:
    whole = like.copy()
    whole[rows] = values
    return whole
