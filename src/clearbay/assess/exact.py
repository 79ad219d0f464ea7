"""Exact arithmetic for verdicts: values as whole numbers of 10**-9 of their unit.

`avg(double)` depends on the order of addition and gives other last bits on other engines and even other runs. Whole
numbers add up the same everywhere, so a sum that decides a verdict is taken over them.
"""

from fractions import Fraction

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

PLACES = 9
"""Decimal places kept of a value in its unit. Printed values carry fewer; means are kept to this place."""

COARSE = {"1/L": 3, "m3": 6}
"""Units whose values grow so large that 9 places would leave no room for a sum."""


def places(unit: str) -> int:
    """Decimal places kept of values in `unit`."""
    return COARSE.get(unit, PLACES)


def scaled(value: nw.Expr, unit_places: int, factor: Fraction = Fraction(1)) -> nw.Expr:
    """Give `value` * `factor` as a whole number of 10**-unit_places [Int64]; halves lie beyond the digits kept."""
    whole = factor * 10**unit_places
    number = (value * float(whole.numerator) + 0.5).floor().cast(nw.Int64)
    # Whole-number division: engines divide floats by a constant in ways that differ in the last bit.
    return number if whole.denominator == 1 else half_even_quotient(number, nw.lit(whole.denominator, nw.Int64))


def scaled_array(values: NDArray[np.float64], unit_places: int, factor: Fraction = Fraction(1)) -> NDArray[np.int64]:
    """Give an array as `scaled` does; NaN becomes 0 and must be masked by the caller."""
    whole = factor * 10**unit_places
    number = np.floor(np.nan_to_num(values) * float(whole.numerator) + 0.5).astype(np.int64)
    if whole.denominator == 1:
        return number
    return half_even_quotient_array(number, np.full_like(number, whole.denominator))


def half_even_quotient(total: nw.Expr, count: nw.Expr) -> nw.Expr:
    """Give the whole number nearest to `total` / `count` [both Int64, count > 0], halves to the even one.

    A count of 0 gives null: there is no mean of nothing.
    """
    safe = nw.when(count > 0).then(count)
    quotient = total // safe
    remainder = total - quotient * safe
    twice = remainder * 2
    odd = quotient - (quotient // 2) * 2
    return quotient + (twice > safe).cast(nw.Int64) + (twice == safe).cast(nw.Int64) * odd


def half_even_quotient_array(total: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give `half_even_quotient` of arrays; where `count` is 0 the result is 0 and must be masked by the caller."""
    safe = np.maximum(count, 1)
    quotient, remainder = np.divmod(total, safe)
    up = (2 * remainder > safe) | ((2 * remainder == safe) & (quotient % 2 == 1))
    return np.asarray(np.where(count > 0, quotient + up, 0), dtype=np.int64)


def round_scaled(values: NDArray[np.int64], unit_places: int, decimals: int | None) -> NDArray[np.int64]:
    """Round scaled values to `decimals` places by GB/T 8170, still scaled; None leaves them as they are."""
    if decimals is None or decimals >= unit_places:
        return values
    step = np.int64(10 ** (unit_places - decimals))
    return half_even_quotient_array(values, np.full_like(values, step)) * step
