"""Converting scaled values between units, gases between mixing ratio and mass concentration included."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.exact import half_even_quotient_array, places
from clearbay.vocabulary.parameters import UnknownParameter, parameter
from clearbay.vocabulary.units import REFERENCE_KELVIN, UnitMismatch, factor, mg_m3_per_ppm, unit

GAS, MIXING = "mass/gas volume", "amount fraction"


def factor_for(code: str, from_unit: str, to_unit: str) -> Fraction:
    """Give the factor from one unit to another for a parameter.

    A gas whose molar mass is known goes between mixing ratio and mass concentration at 298.15 K and 101.325 kPa.

    Raises
    ------
    UnitMismatch : the units do not measure the same kind of thing and no molar mass joins them.
    """
    kinds = (unit(from_unit).kind, unit(to_unit).kind)
    if kinds not in ((GAS, MIXING), (MIXING, GAS)):
        return factor(from_unit, to_unit)
    try:
        mass = parameter(code).molar_mass
    except UnknownParameter:
        mass = None
    if mass is None:
        raise UnitMismatch(f"{code} has no molar mass, so {from_unit} cannot be converted to {to_unit}")
    per_ppm = mg_m3_per_ppm(Fraction(mass), REFERENCE_KELVIN)
    if kinds[0] == MIXING:
        return factor(from_unit, "ppm") * per_ppm * factor("mg/m3", to_unit)
    return factor(from_unit, "mg/m3") / per_ppm * factor("ppm", to_unit)


def in_unit(s: NDArray[np.int64], code: str, from_unit: str, wanted: str) -> tuple[NDArray[np.int64], int]:
    """Give scaled values of `from_unit` in the unit `wanted`, with the places they are then scaled by.

    Raises
    ------
    UnitMismatch : see `factor_for`.
    """
    kept = places(wanted)
    if from_unit == wanted:
        return s, kept
    step = factor_for(code, from_unit, wanted) * Fraction(10) ** (kept - places(from_unit))
    if abs(step.numerator) * int(np.abs(s).max(initial=0)) >= 2**63:
        # Only factors with a molar mass are that long; their result is no printed decimal: the nearest float will do.
        return np.rint(s * float(step)).astype(np.int64), kept
    raised = s * np.int64(step.numerator)
    if step.denominator == 1:
        return raised, kept
    return half_even_quotient_array(raised, np.full_like(raised, step.denominator)), kept
