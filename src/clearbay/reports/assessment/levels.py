"""Levels that pictures colour: of an air index, a water class, a verdict, with names and official colours."""

from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.words import CLASSES, Words
from clearbay.reports.pictures import Level
from clearbay.reports.pictures.theme import EXCEEDED, NOT_EVALUABLE
from clearbay.standards import Standards, SurfaceWaterRules

VOID = "#c3cbd1"
"""Colour of a day without an index or class: none of the official ones."""

MET = "#3a8f7b"
EXEMPT = "#a58cc9"

NO_LEVEL = "-"
"""Key in the data of a cell that has no level."""

RISK_COLOURS = {"low": "#3a8f7b", "possible": "#e2a83b", "strict": EXCEEDED}


def air_levels(given: Given, family: str) -> list[Level]:
    """Levels of an air index by their official colours, best first, then "no index"."""
    found: dict[str, Level] = {}
    for standard in given.standards.editions(family):
        for band in standard.index.bands if standard.index else ():
            name = given.words.pick(band.name_zh, band.name_en)
            # Two editions may word a level differently; the later one speaks.
            found[band.level] = Level(band.level, f"{band.low}–{band.high} {name}", band.colour)
    return [*found.values(), Level(NO_LEVEL, given.words("no_index"), VOID)]


def water_rules(standards: Standards) -> SurfaceWaterRules | None:
    """The evaluation rules of surface water, None when the collection has none."""
    return next((s.rules for s in standards if isinstance(s.rules, SurfaceWaterRules)), None)


def water_levels(given: Given, rules: SurfaceWaterRules) -> list[Level]:
    """Classes of surface water in the colours of the rules; class I is drawn a lighter blue, being class II's too."""
    levels = []
    for key in (*rules.classes, rules.worse_than_v):
        status = rules.section_status[key]
        colour = lighter(status.colour) if key == rules.classes[0] else status.colour
        levels.append(Level(key, given.words.water_class(key), colour))
    return [*levels, Level(NO_LEVEL, given.words("no_class"), VOID)]


def class_letter(words: Words, key: str) -> str:
    """What a cell of the class map says; colour alone would not do."""
    return CLASSES.get(key) or ("" if key in ("", NO_LEVEL) else words("class_worse_letter"))


def verdict_levels(words: Words, present: set[str]) -> list[Level]:
    """Verdicts with their colours, those that occur."""
    colours = {"met": MET, "exceeded": EXCEEDED, "exempt": EXEMPT, "not_evaluable": NOT_EVALUABLE}
    return [Level(key, words.verdict(key), colour) for key, colour in colours.items() if key in present]


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"


def lighter(colour: str) -> str:
    """A lighter tint of a colour: class I beside class II, which the rules give one blue."""
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(c + (255 - c) * 0.55):02x}" for c in parts)
