"""Rounding by GB/T 8170: half to even on the decimal representation, for one number, an array or a column.

A binary float stands for the shortest decimal text that reads back as it (what `repr` prints): 0.285 is a tie at two
decimals although its binary value lies just below. Python's own `round` and NumPy's do not see it that way.

Source: GB/T 8170-2008, 3.2 (进舍规则).
"""

from decimal import ROUND_HALF_EVEN, Decimal

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

MAX_DECIMALS = 15
"""Beyond 15 significant digits a float no longer carries the digits it was written with."""


def round_half_even(value: Decimal | str | float, decimals: int) -> Decimal:
    """Round one number to `decimals` places, half to even on its decimal digits.

    Parameters
    ----------
    value : Decimal, text, int or float; a float stands for its shortest decimal text.
    decimals : places kept; negative rounds to tens, hundreds …

    Raises
    ------
    decimal.InvalidOperation : the text is no number.
    """
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)


def round_array(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Round an array [any shape] to `decimals` places, half to even on each value's shortest decimal text.

    Exact for |value| * 10**decimals < 2**52: the tie (k + 1/2) / 10**decimals is one correctly rounded division, so it
    is the very float its decimal text reads as, and the comparison with it decides. NaN stays NaN.
    """
    _check(decimals)
    scale = 10.0 ** abs(decimals)
    x = np.asarray(values, dtype=np.float64)
    floor = np.floor(x * scale if decimals >= 0 else x / scale)
    tie = (floor + 0.5) / scale if decimals >= 0 else (floor + 0.5) * scale
    up = (x > tie) | ((x == tie) & (np.mod(floor, 2.0) == 1.0))
    whole = floor + up
    return np.asarray(whole / scale if decimals >= 0 else whole * scale)


SLACK = 4.4e-16
"""Two units in the last place, relative: how far the float product of a decimal and a power of ten can be from the
true one. Decimals of up to 15 digits lie further apart than that, so a product within it of a tie is the tie."""


def rounded(column: nw.Expr, decimals: int) -> nw.Expr:
    """Give `column` rounded to `decimals` places as `round_array` does, on whatever engine the frame lives."""
    whole = rounded_whole(column, decimals)
    # Polars divides by a constant through its reciprocal, which is not correctly rounded (173 / 1000 gives
    # 0.17300000000000001); it divides by a column as IEEE 754 says.
    return whole / (whole * 0.0 + 10.0**decimals)


def rounded_whole(column: nw.Expr, decimals: int) -> nw.Expr:
    """Give `column` * 10**decimals rounded to a whole number (as float), half to even on the decimal text."""
    _check(decimals)
    if decimals < 0:
        raise ValueError(f"decimals must be 0 or more here, not {decimals}")
    product = column * 10.0**decimals
    floor = product.floor()
    beyond = product - floor - 0.5
    slack = product.abs() * SLACK
    odd = floor - (floor * 0.5).floor() * 2.0
    # 0/1 arithmetic instead of a branch: a null or NaN travels through by itself.
    return floor + (beyond > slack).cast(nw.Float64) + (beyond.abs() <= slack).cast(nw.Float64) * odd


def truncated_whole(column: nw.Expr, decimals: int) -> nw.Expr:
    """Give `column` * 10**decimals cut to a whole number (as float), on the decimal text: 0.07 stays 7 at two places.

    For values of zero or more, as concentrations are (US EPA cuts before it looks up its breakpoints).
    """
    _check(decimals)
    return (column * (10.0**decimals * (1.0 + SLACK))).floor()


def _check(decimals: int) -> None:
    if abs(decimals) > MAX_DECIMALS:
        raise ValueError(f"decimals must lie between -{MAX_DECIMALS} and {MAX_DECIMALS}, not {decimals}")
