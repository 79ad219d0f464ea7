"""How much longer the next step may be than one that was taken."""

from clearbay.twins.activated_sludge.jit import part

LEAST = 0.064  # error below which a step may grow by the most that is ever allowed: (0.8 / 2)^3


@part
def growth(error: float) -> float:
    """Return error^(-1/3) within 5 % for errors between LEAST and 1, that of LEAST below: a root without a call."""
    e = max(error, LEAST)
    return (2.78900 - 6.84539 * e) + e * e * (9.71635 - 4.70430 * e)
