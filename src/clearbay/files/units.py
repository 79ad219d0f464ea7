"""Which unit a column has when nobody says, and exact conversion of what stands in another one."""

from clearbay.vocabulary import units
from clearbay.vocabulary.parameters import Parameter

_MEDIA = {"mass/gas volume": "air", "amount fraction": "air", "mass/water volume": "water", "mass/mass": "soil"}

AMBIENT = {
    "a34004": "ug/m3", "a34002": "ug/m3", "a34001": "ug/m3", "a34005": "ug/m3", "a05024": "ug/m3", "a21026": "ug/m3",
    "a21004": "ug/m3", "a21003": "ug/m3", "a21002": "ug/m3", "a21005": "mg/m3",
}  # fmt: skip
"""Units of ambient air in GB 3095-2012 and GB 3095-2026 Table 1, by which the ministry publishes. HJ 212-2017 lists
ng/m3 for particles; nobody publishes hourly PM2.5 in it."""

AMBIENT_SIGNS = frozenset({"a34004", "a34002", "a05024"})
"""Parameters that stand only in files of ambient air: beside them, gases are ambient too."""


def medium_of_unit(unit: str | None) -> str | None:
    """Give the medium that a unit of concentration belongs to."""
    return None if unit is None else _MEDIA.get(units.unit(unit).kind)


def assumed_unit(parameter: Parameter, ambient: bool) -> str:
    """Give the unit taken for a parameter when a file states none (always stated in the notes)."""
    if ambient and parameter.code in AMBIENT:
        return AMBIENT[parameter.code]
    try:
        return units.unit(parameter.unit).symbol
    except units.UnitMismatch:
        return parameter.unit  # a unit of the annex that converts to nothing, such as a date


def same_kind(a: str, b: str) -> bool:
    """Can values in `a` be converted to `b`?"""
    return units.unit(a).kind == units.unit(b).kind


def measures(unit: str, parameter: Parameter) -> bool:
    """Can a parameter be given in this unit? A gas also as a mixing ratio.

    Where the annex's own unit is none that converts, any is taken.
    """
    try:
        own = units.unit(parameter.unit).kind
    except units.UnitMismatch:
        return True
    given = units.unit(unit).kind
    return given == own or (own == "mass/gas volume" and given == "amount fraction")
