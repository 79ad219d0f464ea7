"""Units as HJ 212 and the standards write them, and exact conversion between those of one kind.

A factor is a `Fraction`: 35 000 ng/m3 are 35 ug/m3, not 34.999999999999996. Gas mixing ratios (ppm, ppb) become mass
concentrations only with a molar mass and a reference temperature, so they have functions of their own.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from types import MappingProxyType

from clearbay.vocabulary.errors import ClearbayError

MOLAR_VOLUME_273 = Fraction("22.4")
"""Molar volume of an ideal gas at 273.15 K, 101.325 kPa [L/mol], as HJ 212-2017 Annex D (formula D.5) writes it."""

STANDARD_KELVIN = Fraction("273.15")
"""Standard state of stack gases (GB 18485-2014, 3; GB 3095-2012 before its 2018 amendment)."""

REFERENCE_KELVIN = Fraction("298.15")
"""Reference state of gaseous ambient pollutants since the 2018 amendment of GB 3095-2012."""


class UnitMismatch(ClearbayError):
    """Two units do not measure the same kind of thing, or a unit is not known."""


@dataclass(frozen=True)
class Unit:
    """A unit of measurement.

    `symbol` is how Clearbay writes it, `kind` what it measures, `factor` how many of the kind's base unit one of it
    is, `spellings` other ways people and standards write it.
    """

    symbol: str
    kind: str
    factor: Fraction
    spellings: tuple[str, ...] = ()


def _units() -> tuple[Unit, ...]:
    f = Fraction
    return (
        # mass per volume of gas; base ug/m3
        Unit(
            "ug/m3",
            "mass/gas volume",
            f(1),
            ("微克/立方米", "µg/m3", "μg/m3", "ug/Nm3", "ug/m3 lc", "ug/m3 sc"),
        ),
        Unit("mg/m3", "mass/gas volume", f(1000), ("毫克/立方米", "mg/Nm3")),
        Unit("ng/m3", "mass/gas volume", f(1, 1000), ("纳克/立方米",)),
        Unit("g/m3", "mass/gas volume", f(10**6), ("克/立方米",)),
        # mass per volume of water; base mg/L
        Unit("mg/L", "mass/water volume", f(1), ("毫克/升", "ppm(w)")),
        Unit("ug/L", "mass/water volume", f(1, 1000), ("微克/升", "µg/L")),
        Unit("ng/L", "mass/water volume", f(1, 10**6), ("纳克/升",)),
        Unit("g/L", "mass/water volume", f(1000), ("克/升",)),
        # mass per mass; base mg/kg
        Unit("mg/kg", "mass/mass", f(1), ("毫克/千克",)),
        Unit("ug/kg", "mass/mass", f(1, 1000), ("微克/千克", "µg/kg")),
        Unit("g/kg", "mass/mass", f(1000), ("克/千克",)),
        # toxic equivalents; base ng TEQ/m3
        Unit("ng TEQ/m3", "toxic equivalents", f(1), ("ng-TEQ/m3", "ngTEQ/m3", "ng I-TEQ/m3", "纳克TEQ/立方米")),
        # amount fraction of a gas; base ppm
        Unit("ppm", "amount fraction", f(1), ("ppm(v)", "ppmv", "umol/mol", "μmol/mol")),
        Unit("ppb", "amount fraction", f(1, 1000), ("ppbv", "nmol/mol")),
        # fractions
        Unit("%", "fraction", f(1, 100), ("百分比", "vol%", "%vol")),
        Unit("1", "fraction", f(1), ("无量纲", "量纲为1", "dimensionless", "-")),
        # volumes, flows, masses
        Unit("m3", "volume", f(1), ("立方米",)),
        Unit("L", "volume", f(1, 1000), ("升",)),
        Unit("L/s", "volume flow", f(36, 10), ("升/秒",)),
        Unit("m3/h", "volume flow", f(1), ("立方米/小时", "立方米/时", "m³/h")),
        Unit("m3/s", "volume flow", f(3600), ("立方米/秒",)),
        Unit("m3/d", "volume flow", f(1, 24), ("立方米/日", "立方米/天")),
        Unit("kg", "mass", f(1), ("千克", "公斤")),
        Unit("g", "mass", f(1, 1000), ("克",)),
        Unit("mg", "mass", f(1, 10**6), ("毫克",)),
        Unit("t", "mass", f(1000), ("吨",)),
        Unit("kg/h", "mass flow", f(1), ("千克/小时", "千克/时")),
        # the rest, each the base of its kind
        Unit("Cel", "temperature", f(1), ("℃", "°C", "degC", "摄氏度", "deg C", "C")),
        Unit("Pa", "pressure", f(1), ("帕",)),
        Unit("hPa", "pressure", f(100), ("百帕",)),
        Unit("kPa", "pressure", f(1000), ("千帕",)),
        Unit("MPa", "pressure", f(10**6), ("兆帕",)),
        Unit("m/s", "speed", f(1), ("米/秒",)),
        Unit("m", "length", f(1), ("米",)),
        Unit("mm", "length", f(1, 1000), ("毫米",)),
        Unit("uS/cm", "conductivity", f(1), ("μS/cm", "µS/cm", "微西门子/厘米", "微西[门子]/厘米")),
        Unit("mS/m", "conductivity", f(10), ()),
        Unit("NTU", "turbidity", f(1), ()),
        Unit("1/L", "number per volume", f(1), ("个/升", "个/L", "cfu/L", "MPN/L")),
        Unit("dB", "sound level", f(1), ("分贝", "dB(A)")),
        Unit("degree", "angle", f(1), ("度", "角度", "deg")),
        Unit("times", "dilution colour", f(1), ("倍", "稀释倍数", "度(色)", "[色]度")),
        Unit("s", "time", f(1), ("秒",)),
        Unit("min", "time", f(60), ("分钟", "分")),
        Unit("h", "time", f(3600), ("小时", "时")),
    )


def _fold(text: str) -> str:
    """Fold a spelling: full width, superscripts, both micro signs, letter case, blanks and `·` make no difference."""
    plain = unicodedata.normalize("NFKC", text).replace("μ", "u").replace("⁻¹", "-1")
    return "".join(plain.split()).replace("·", "").casefold()


UNITS: Mapping[str, Unit] = MappingProxyType({unit.symbol: unit for unit in _units()})
"""Every known unit by the symbol Clearbay writes."""

# "M" (mega) and "m" (milli) differ by case alone: an exact spelling wins before case is folded.
_EXACT = {s: u for u in UNITS.values() for s in (u.symbol, *u.spellings)}
_FOLDED = {_fold(s): u for u in reversed(list(UNITS.values())) for s in (u.symbol, *u.spellings)}


def unit(text: str) -> Unit:
    """Find a unit by its symbol or any spelling.

    Raises
    ------
    UnitMismatch : no such unit; the message names the nearest spellings.
    """
    found = _EXACT.get(text.strip()) or _FOLDED.get(_fold(text))
    if found is None:
        near = get_close_matches(_fold(text), _FOLDED, n=3)
        hint = f"; did you mean {', '.join(_FOLDED[n].symbol for n in near)}?" if near else ""
        raise UnitMismatch(f"unit {text!r} is not known{hint}")
    return found


def factor(from_unit: str, to_unit: str) -> Fraction:
    """Give the exact number by which a value in `from_unit` is multiplied to stand in `to_unit`.

    Raises
    ------
    UnitMismatch : a unit is not known, or the two measure different kinds of thing.
    """
    a, b = unit(from_unit), unit(to_unit)
    if a.kind != b.kind:
        raise UnitMismatch(f"{a.symbol} ({a.kind}) cannot be converted to {b.symbol} ({b.kind})")
    return a.factor / b.factor


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """Convert one value exactly: the float nearest to the converted decimal of `value`.

    Raises
    ------
    UnitMismatch : see `factor`.
    """
    return float(Fraction(repr(float(value))) * factor(from_unit, to_unit))


def mg_m3_per_ppm(molar_mass: float | Fraction, kelvin: Fraction = STANDARD_KELVIN) -> Fraction:
    """Mass concentration [mg/m3] of 1 ppm of a gas of `molar_mass` [g/mol] at `kelvin` [K] and 101.325 kPa.

    M / 22.4 * 273.15 / T. Source: HJ 212-2017 Annex D, D.2.2 (M/22.4 at 273.15 K); ideal-gas scaling to 298.15 K.
    """
    mass = molar_mass if isinstance(molar_mass, Fraction) else Fraction(repr(float(molar_mass)))
    return mass / MOLAR_VOLUME_273 * STANDARD_KELVIN / kelvin


def ppm_to_mg_m3(ppm: float, molar_mass: float | Fraction, kelvin: Fraction = STANDARD_KELVIN) -> float:
    """Convert a volume mixing ratio [ppm] to a mass concentration [mg/m3] at `kelvin` [K] and 101.325 kPa."""
    return float(Fraction(repr(float(ppm))) * mg_m3_per_ppm(molar_mass, kelvin))


def mg_m3_to_ppm(mg_m3: float, molar_mass: float | Fraction, kelvin: Fraction = STANDARD_KELVIN) -> float:
    """Convert a mass concentration [mg/m3] at `kelvin` [K] and 101.325 kPa to a volume mixing ratio [ppm]."""
    return float(Fraction(repr(float(mg_m3))) / mg_m3_per_ppm(molar_mass, kelvin))
