"""Colours of levels, classes and verdicts as a stylesheet, from the standards' own data.

A page names a level by a class (`lv-aqi-3`), never by a colour in the markup; colours stand once, with the ink that is
read on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from clearbay.reports.assessment.levels import EXEMPT, MET, RISK_COLOURS, VOID, ink_on, lighter
from clearbay.reports.pictures.theme import EXCEEDED, NOT_EVALUABLE
from clearbay.standards import Standards, SurfaceWaterRules
from clearbay.web.text import Text, standards

VERDICTS = {"met": MET, "exceeded": EXCEEDED, "exempt": EXEMPT, "not_evaluable": NOT_EVALUABLE, "none": VOID}


def slug(text: str) -> str:
    """Write a key as part of a class name; a Chinese character as its code."""
    parts = (c if c.isascii() and c.isalnum() else "-" if c.isascii() else f"u{ord(c):x}" for c in text)
    return "".join(parts).strip("-").lower() or "none"


@dataclass(frozen=True)
class Level:
    """A level of an index, class or risk: the class name of its colour, its name, and its figure (empty: none)."""

    css: str
    name: str
    figure: str = ""


def level_of(row: Mapping[str, object] | None, t: Text) -> Level:
    """Name the level that a finding gives; `none` without one."""
    key = str(row["class"] or "") if row else ""
    if row is None or not key:
        return Level("lv-none", t("level.none"))
    code, figure = str(row["code"]), row["index"]
    if code == "aqi":
        return _air_level(str(row["standard"]), key, "" if figure is None else str(figure), t)
    if code == "class":
        return water_level(key, t)
    if code == "risk":
        return Level(f"lv-soil-{slug(key)}", t.names(f"risk_{key}"))
    return Level("lv-none", key)


def water_level(key: str, t: Text) -> Level:
    """Name a class of surface water."""
    return Level(f"lv-water-{slug(key)}", t.names.water_class(key))


def _air_level(standard_id: str, key: str, figure: str, t: Text) -> Level:
    for standard in standards():
        for band in standard.index.bands if standard.id == standard_id and standard.index else ():
            if band.level == key:
                name = t.names.pick(band.name_zh, band.name_en)
                return Level(f"lv-{slug(standard.family)}-{slug(key)}", name, figure)
    return Level("lv-none", key, figure)


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
    found = {f"lv-water-{slug(key)}": status.colour for key, status in rules.section_status.items()}
    first = f"lv-water-{slug(rules.classes[0])}"
    return found | {first: lighter(found[first])}


def class_of(colour: str) -> str:
    """Class name of a colour that a report's chip has; `lv-none` for one that no level has."""
    return next((name for name, known in colours().items() if known.lower() == colour.lower()), "lv-none")


def stylesheet() -> str:
    """Write the colours as CSS."""
    return "".join(
        f".{name}{{background-color:{colour};color:{ink_on(colour)};fill:{colour}}}\n"
        for name, colour in colours().items()
    )
