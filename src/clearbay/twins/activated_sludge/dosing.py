"""Products dosed at stations, as what a gram of them adds to the water."""

from collections.abc import Mapping

from clearbay.twins.activated_sludge.errors import InputError

# g of Me(OH)3 per g of metal, and mol of alkalinity taken per g of metal (3 mol per mol).
_METAL = {"Al": (78.00 / 26.98, 3.0 / 26.98), "Fe": (106.87 / 55.845, 3.0 / 55.845)}


def metal_salt(metal: str, basicity: float = 0.0) -> Mapping[str, float]:
    """Return what a gram of dosed metal adds: hydroxide, solids, and alkalinity taken.

    basicity: share of the acid already neutralised (poly-aluminium chloride: 0.4 to 0.9). Raises
    InputError for a
    metal other than 'Al' or 'Fe'. Source: ASM2d (IWA STR 9), molar masses.
    """
    if metal not in _METAL:
        raise InputError(f"metal '{metal}': only 'Al' and 'Fe' precipitate phosphate here")
    if not 0.0 <= basicity < 1.0:
        raise InputError(f"basicity {basicity} must lie in [0, 1)")
    hydroxide, alkalinity = _METAL[metal]
    return {"X_MeOH": hydroxide, "X_TSS": hydroxide, "S_ALK": -alkalinity * (1.0 - basicity)}


def soda() -> Mapping[str, float]:
    """Return what a gram of sodium carbonate adds: 2 mol alkalinity per 105.99 g."""
    return {"S_ALK": 2.0 / 105.99}


def acetate() -> Mapping[str, float]:
    """Return what a gram of sodium acetate (anhydrous, 82.03 g/mol) adds: 64 g COD and 1 mol alkalinity
    per mol."""
    return {"S_A": 64.0 / 82.03}


PRODUCTS = ("Al", "Fe", "soda", "acetate")


def contents(product: str, basicity: float = 0.0) -> Mapping[str, float]:
    """Return what a gram of a product adds; InputError for a product that is not known."""
    if product in _METAL:
        return metal_salt(product, basicity)
    if product == "soda":
        return soda()
    if product == "acetate":
        return acetate()
    raise InputError(f"product '{product}': known are {', '.join(PRODUCTS)}")
