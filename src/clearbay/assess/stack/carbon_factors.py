"""Carbon factors of municipal waste and of grid electricity, each with its source and how sure it is.

One row that circulates for a guide of 2025 (carbon 0.4, fossil share 0.4, efficiency 0.95, "0.304 t/t") contradicts
itself (0.4 * 0.4 * 0.95 * 44/12 = 0.557) and is not here.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Fractionwise:
    """A waste fraction by IPCC 2006, vol. 5, Table 2.4: `dry` [kg/kg wet], `carbon` [kg/kg dry], `fossil` [kg/kg C]."""

    name_zh: str
    dry: Fraction
    carbon: Fraction
    fossil: Fraction


def _fraction(name_zh: str, dry: str, carbon: str, fossil: str) -> Fractionwise:
    return Fractionwise(name_zh, Fraction(dry), Fraction(carbon), Fraction(fossil))


IPCC: dict[str, Fractionwise] = {
    "food": _fraction("厨余", "0.40", "0.38", "0"),
    "garden": _fraction("园林", "0.40", "0.49", "0"),
    "paper": _fraction("纸类", "0.90", "0.46", "0.01"),
    "wood": _fraction("木竹", "0.85", "0.50", "0"),
    "textiles": _fraction("纺织", "0.80", "0.50", "0.20"),
    "nappies": _fraction("卫生用品", "0.40", "0.70", "0.10"),
    "rubber_leather": _fraction("橡胶皮革", "0.84", "0.67", "0.20"),
    "plastics": _fraction("塑料", "1.00", "0.75", "1.00"),
    "metal": _fraction("金属", "1.00", "0", "0"),
    "glass": _fraction("玻璃", "1.00", "0", "0"),
    "other_inert": _fraction("其他惰性物", "0.90", "0.03", "1.00"),
}
"""IPCC 2006 Guidelines, vol. 5, ch. 2, Table 2.4 (defaults). Rubber's fossil share of 20 % is the table's."""

IPCC_SOURCE = "IPCC 2006, vol. 5, ch. 2, Table 2.4; ch. 5, 5.2.1 (oxidation factor 1)"
IPCC_CONFIDENCE = "one-source"

CH4_KG_PER_GG, N2O_KG_PER_GG = Fraction("0.2"), Fraction(50)
"""Continuous stoker, per Gg of wet waste: IPCC 2006, vol. 5, ch. 5, Tables 5.3 and 5.4 / 5.6 (one source)."""


@dataclass(frozen=True)
class Guide:
    """Factors of a national guide: carbon content `ccw` [kg C/kg wet], fossil share `fcf`, burnt share `ef`."""

    name: str
    ccw: Fraction
    fcf: Fraction
    ef: Fraction
    confidence: str


PROVINCIAL_2011 = Guide(
    "省级温室气体清单编制指南（2011）", Fraction("0.20"), Fraction("0.39"), Fraction("0.95"), "unverified"
)
"""Guide for provincial greenhouse gas inventories, trial edition of 2011; from memory."""


@dataclass(frozen=True)
class GridFactor:
    """CO2 of a kilowatt-hour from the grid in a year [kg/kWh], averaged over a region."""

    region: str
    year: int
    kg_per_kwh: Fraction
    source: str
    confidence: str


GRID: tuple[GridFactor, ...] = (
    GridFactor("CN", 2021, Fraction("0.5568"), "MEE and NBS, notice 2024 no. 12", "unverified"),
    GridFactor("CN", 2022, Fraction("0.5366"), "MEE and NBS, notice 2024 no. 33", "one-source"),
    GridFactor("CN", 2023, Fraction("0.5306"), "MEE and NBS, electricity CO2 factors of 2023", "verified"),
    GridFactor("CN-SH", 2022, Fraction("0.5849"), "MEE and NBS, provincial factors of 2022", "unverified"),
)
"""National average (CN) and Shanghai (CN-SH)."""
