"""Percentiles of a year's daily values.

Source: HJ 663-2013 Annex A.6: sort ascending, k = 1 + (n - 1) * p, linear between the neighbours.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


def percentile(values: NDArray[np.int64], percent: int) -> int:
    """Percentile of scaled daily values [n >= 1, any order] as a scaled whole number, halves to the even one.

    Raises
    ------
    ValueError : no values, or a percentage outside 0 to 100.
    """
    if len(values) == 0 or not 0 <= percent <= 100:
        raise ValueError(f"a percentile needs values and a percentage of 0 to 100, not {len(values)} and {percent}")
    ordered = np.sort(values)
    whole, hundredths = divmod((len(values) - 1) * percent, 100)
    low = int(ordered[whole])
    if hundredths == 0:
        return low
    # The value is rounded, not the rise to it: half of a rise may be even where half of the value is not.
    return round(low + Fraction((int(ordered[whole + 1]) - low) * hundredths, 100))
