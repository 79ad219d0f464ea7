"""CO2 of burnt waste, fossil and biogenic apart, and what the electricity it gave saved elsewhere.

Biogenic CO2 is stated, not set to nought. Avoided CO2 is a comparison, not an emission: it is never subtracted here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from clearbay.assess.stack.carbon_factors import (
    CH4_KG_PER_GG,
    GRID,
    IPCC,
    IPCC_CONFIDENCE,
    IPCC_SOURCE,
    N2O_KG_PER_GG,
    PROVINCIAL_2011,
    GridFactor,
    Guide,
)
from clearbay.vocabulary.errors import ClearbayError

CO2_PER_C = Fraction(44, 12)
"""Mass of CO2 per mass of carbon, as both guides write it."""

SHARES_MISS_BY = Fraction(1, 1000)
"""How far wet shares may be from 1 in sum: they are printed with three decimals at best."""


class CarbonError(ClearbayError):
    """A carbon figure cannot be worked out: the composition or the factor asked for is not usable."""


@dataclass(frozen=True)
class Carbon:
    """CO2 of some waste [t], the source of its factors and how sure they are."""

    fossil: Fraction
    biogenic: Fraction
    source: str
    confidence: str


def by_composition(tonnes: Fraction, shares: Mapping[str, Fraction], oxidation: Fraction = Fraction(1)) -> Carbon:
    """Give the CO2 of waste of a known composition.

    Parameters
    ----------
    tonnes : waste burnt, wet [t]; shares : wet mass share of each fraction of `carbon_factors.IPCC`, together 1.
    oxidation : share of the carbon that burns (IPCC: 1 for incinerators).

    Raises
    ------
    CarbonError : a fraction is not known, a share is negative, or they do not add up to 1.

    Source: IPCC 2006, vol. 5, ch. 5, equation 5.2: sum(WF * dm * CF * FCF * OF) * 44/12; biogenic with 1 - FCF.
    """
    for name, share in shares.items():
        if name not in IPCC:
            raise CarbonError(f"waste fraction {name!r} is not known; use one of {', '.join(IPCC)}")
        if share < 0:
            raise CarbonError(f"the share of {name} is negative: {float(share):g}")
    total = sum(shares.values(), Fraction(0))
    if abs(total - 1) > SHARES_MISS_BY:
        raise CarbonError(f"the wet shares add up to {float(total):g}, not 1; put the rest under 'other_inert'")
    fossil = biogenic = Fraction(0)
    for name, share in shares.items():
        part = IPCC[name]
        burnt = tonnes * share * part.dry * part.carbon * oxidation * CO2_PER_C
        fossil += burnt * part.fossil
        biogenic += burnt * (1 - part.fossil)
    return Carbon(fossil, biogenic, IPCC_SOURCE, IPCC_CONFIDENCE)


def by_guide(tonnes: Fraction, guide: Guide = PROVINCIAL_2011) -> Carbon:
    """Give the CO2 of waste [t, wet] by a guide's bulk factors: t * CCW * FCF * EF * 44/12, biogenic with 1 - FCF."""
    burnt = tonnes * guide.ccw * guide.ef * CO2_PER_C
    return Carbon(burnt * guide.fcf, burnt * (1 - guide.fcf), guide.name, guide.confidence)


@dataclass(frozen=True)
class OtherGases:
    """Methane and nitrous oxide of burnt waste [kg]."""

    ch4: Fraction
    n2o: Fraction


def other_gases(tonnes: Fraction) -> OtherGases:
    """Give CH4 and N2O of waste [t, wet] burnt in a continuous stoker (IPCC 2006, vol. 5, Tables 5.3, 5.4)."""
    return OtherGases(tonnes * CH4_KG_PER_GG / 1000, tonnes * N2O_KG_PER_GG / 1000)


def grid_factor(year: int, region: str = "CN") -> GridFactor:
    """Give the grid's factor of a year, or the latest earlier one: factors come out two years late.

    The factor names its own year, which a page has to show beside the figure.

    Raises
    ------
    CarbonError : no factor of the region is that old; a later one is not used for an earlier year.
    """
    usable = [f for f in GRID if f.region == region and f.year <= year]
    if not usable:
        known = ", ".join(f"{f.region} {f.year}" for f in GRID)
        raise CarbonError(f"no grid factor of {region} for {year} or earlier; known: {known}")
    return max(usable, key=lambda f: f.year)


@dataclass(frozen=True)
class Avoided:
    """CO2 that the grid would have emitted for the electricity sent out [t], and by which factor."""

    tonnes: Fraction
    factor: GridFactor


def avoided(mwh: Fraction, year: int, region: str = "CN") -> Avoided:
    """Give the CO2 avoided by electricity sent to the grid [MWh]: 1 kg/kWh is 1 t/MWh.

    Raises
    ------
    CarbonError : see `grid_factor`.
    """
    factor = grid_factor(year, region)
    return Avoided(mwh * factor.kg_per_kwh, factor)
