"""State of the gas: standard temperature and pressure, dry basis, reference oxygen, NOx as NO2, mass flow.

Source: HJ 212-2017 Annex D.2 (formulas read from the text order of the PDF), GB 18484-2020 formula (6) for oxygen.
The correction to reference oxygen is done on whole numbers and is exact: verdicts hang on it.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.exact import PLACES
from clearbay.assess.stack.compiled import kernel
from clearbay.vocabulary.parameters import parameter

ONE = 10**PLACES
AIR_OXYGEN = 21
"""Oxygen of air [%] as the formula writes it."""

KELVIN = 273
"""HJ 212-2017 Annex D writes 273, not 273.15."""

STANDARD_KPA = 101.325

LARGEST = 9 * 10**18
"""What stands for a concentration of more than 9e9 of its unit: above any limit, and still a number."""


def standard_state(
    c: NDArray[np.float64], t: NDArray[np.float64], ba: NDArray[np.float64] | float, ps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Concentration at 273 K and 101.325 kPa: `C (273 + t) / 273 * 101.325 / (Ba + Ps)`; t [Cel], Ba, Ps [kPa]."""
    return np.asarray(c * (KELVIN + t) / KELVIN * STANDARD_KPA / (ba + ps), dtype=np.float64)


def dry(c: NDArray[np.float64], moisture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Concentration in dry gas: `C / (1 - Xsw)`; moisture Xsw [%]."""
    return np.asarray(c / (1 - moisture / 100), dtype=np.float64)


def nox_as_no2(no: NDArray[np.int64], no2: NDArray[np.int64]) -> NDArray[np.int64]:
    """NOx as NO2 from NO and NO2 [mg/m3, scaled]: `C_NO * M_NO2 / M_NO + C_NO2`."""
    ratio = Fraction(parameter("a21004").molar_mass or 46) / Fraction(parameter("a21003").molar_mass or 30)
    return np.asarray(np.rint(no * float(ratio)).astype(np.int64) + no2, dtype=np.int64)


def mass_flow(c: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mass flow [kg/h]: `C Q 1e-6`; dry standard concentration [mg/m3] not corrected to oxygen, dry flow [m3/h]."""
    return np.asarray(c * q * 1e-6, dtype=np.float64)


def roll_up_gas(normal: int, parts: int) -> str:
    """Flag of a gas mean: N when at least three quarters of its parts are N, else D (HJ 212-2017 Annex D)."""
    return "N" if 4 * normal >= 3 * parts else "D"


def roll_up_water(flags: str) -> str:
    """Flag of a water mean from the letters of its parts: N only when every one is N (HJ 212-2017 Annex D)."""
    return "N" if set(flags) <= {"N"} else "D"


@kernel
def at_reference_oxygen(
    c: NDArray[np.int64], oxygen: NDArray[np.int64], reference: int, out: NDArray[np.int64], usable: NDArray[np.bool_]
) -> None:
    """Concentrations [n, scaled] at the reference oxygen [%, scaled], exact to the last place, halves to even.

    `C (21 - reference) / (21 - O2)`. Where `usable` is false, or oxygen is not below 21 %, `out` is left alone.
    """
    top = AIR_OXYGEN * ONE - reference
    for i in range(len(c)):
        below = AIR_OXYGEN * ONE - oxygen[i]
        if not usable[i] or below <= 0:
            continue
        # C * top does not fit into 64 bits; the quotient is taken digit group by digit group, the rest kept exactly.
        whole = c[i] // below
        if whole > LARGEST // max(top, 1):
            out[i] = LARGEST
            continue
        rest = c[i] - whole * below
        high = (rest * (top // 100_000)) // below
        left = rest * (top // 100_000) - high * below
        q = left * 100_000 // below
        left = left * 100_000 - q * below
        low = top % 100_000
        extra = rest * low
        left += extra % below
        q += extra // below
        if left >= below:
            left -= below
            q += 1
        value = whole * top + high * 100_000 + q
        if 2 * left > below or (2 * left == below and value % 2 == 1):
            value += 1
        out[i] = value
