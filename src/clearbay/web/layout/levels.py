"""Colours of levels, classes and verdicts as a stylesheet, from the standards' own data.

A page names a level by a class (`lv-aqi-3`), never by a colour in the markup; colours stand once, with the ink that is
read on them.
"""

from collections.abc import Mapping
from functools import cache

from clearbay.reports.assessment.levels import EXEMPT, MET, RISK_COLOURS, VOID, ink_on
from clearbay.reports.pictures.theme import EXCEEDED, NOT_EVALUABLE
from clearbay.standards import Standards, SurfaceWaterRules
from clearbay.web.text import standards

VERDICTS = {"met": MET, "exceeded": EXCEEDED, "exempt": EXEMPT, "not_evaluable": NOT_EVALUABLE, "none": VOID}


def slug(text: str) -> str:
    """Write a key as part of a class name."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text).strip("-").lower() or "none"


@cache
def colours() -> Mapping[str, str]:
    """Colour by class name: verdicts, levels of air indices by family, water classes, soil risks."""
    found = {f"lv-{slug(key)}": colour for key, colour in VERDICTS.items()}
    found |= _air(standards()) | _water(standards())
    return found | {f"lv-soil-{slug(key)}": colour for key, colour in RISK_COLOURS.items()}


def _air(known: Standards) -> dict[str, str]:
    found: dict[str, str] = {}
    for standard in known:
        for band in standard.index.bands if standard.index else ():
            found[f"lv-{slug(standard.family)}-{slug(band.level)}"] = band.colour
    return found


def _water(known: Standards) -> dict[str, str]:
    rules = next((s.rules for s in known if isinstance(s.rules, SurfaceWaterRules)), None)
    if rules is None:
        return {}
    return {f"lv-water-{slug(key)}": status.colour for key, status in rules.section_status.items()}


def stylesheet() -> str:
    """Write the colours as CSS."""
    return "".join(
        f".{name}{{background-color:{colour};color:{ink_on(colour)};fill:{colour}}}\n"
        for name, colour in colours().items()
    )
