"""The process diagram of a waste-to-energy plant: one SVG for a hall display, bilingual, with live value slots.

Every slot is a `<text data-slot="stack.nox">`: a page that shows the SVG inline writes new values into it. The
drawing is `process.svg.j2`; what is shown where, with its unit and decimals, is `SLOTS`.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from clearbay.twins.incineration.plant import PlantResult


@dataclass(frozen=True)
class Slot:
    """A live value: its key, names, unit and decimals, and the card's place (left, top, width)."""

    key: str
    zh: str
    en: str
    unit: str
    decimals: int
    x: int
    y: int
    width: int = 168
    limit: float | None = None
    at_least: bool = False


# cards are 65 high; limits are GB 18485-2014 24-h means, shown so that a value has a scale
SLOTS = (
    Slot("plant.received_t_d", "进厂垃圾", "waste received", "t/d", 0, 40, 470),
    Slot("plant.leachate_t_d", "渗滤液", "leachate", "t/d", 0, 40, 900),
    Slot("waste.lhv", "入炉热值", "calorific value fired", "kJ/kg", 0, 246, 990),
    Slot("furnace.upper_c", "炉膛上部", "upper furnace", "°C", 0, 398, 196, limit=850, at_least=True),
    Slot("furnace.middle_c", "炉膛中部", "middle furnace", "°C", 0, 398, 266, limit=850, at_least=True),
    Slot("furnace.lower_c", "炉膛下部", "lower furnace", "°C", 0, 398, 336),
    Slot("furnace.seconds", "850 °C 以上停留", "above 850 °C", "s", 2, 398, 126, limit=2, at_least=True),
    Slot("denox.reagent_kg_h", "PNCR 药剂", "polymer agent", "kg/h", 0, 208, 336),
    Slot("boiler.exit_c", "锅炉出口烟温", "boiler exit", "°C", 0, 836, 800),
    Slot("steam.flow_t_h", "主蒸汽", "main steam", "t/h", 1, 812, 126),
    Slot("steam.temperature_c", "汽温", "steam temperature", "°C", 0, 990, 126, 150),
    Slot("power.gross_mw", "发电功率", "gross power", "MW", 2, 1150, 364),
    Slot("power.net_mw", "上网功率", "exported", "MW", 2, 1328, 364, 150),
    Slot("reactor.exit_c", "反应塔出口", "reactor exit", "°C", 0, 1010, 905, 152),
    Slot("filter.dust_raw", "入口粉尘", "dust before filter", "mg/m³", 0, 1180, 905, 168),
    Slot("scr.temperature_c", "SCR 温度", "SCR temperature", "°C", 0, 1366, 905, 152),
    Slot("stack.o2", "氧量（干）", "O₂, dry", "%", 1, 1722, 206, 172),
    Slot("stack.dust", "颗粒物", "particulate", "mg/m³", 1, 1722, 276, 172, limit=20),
    Slot("stack.nox", "氮氧化物", "NOx", "mg/m³", 0, 1722, 346, 172, limit=250),
    Slot("stack.so2", "二氧化硫", "SO₂", "mg/m³", 0, 1722, 416, 172, limit=80),
    Slot("stack.hcl", "氯化氢", "HCl", "mg/m³", 1, 1722, 486, 172, limit=50),
    Slot("stack.co", "一氧化碳", "CO", "mg/m³", 0, 1722, 556, 172, limit=80),
    Slot("stack.nh3", "氨", "NH₃", "mg/m³", 1, 1722, 626, 172),
    Slot("residue.slag_t_d", "炉渣", "bottom ash", "t/d", 0, 560, 990),
    Slot("residue.fly_ash_t_d", "飞灰", "fly ash", "t/d", 0, 1180, 990),
    Slot("reagent.lime_t_d", "氢氧化钙", "hydrated lime", "t/d", 1, 1002, 990),
    Slot("scr.ammonia_kg_h", "SCR 氨", "SCR ammonia", "kg/h", 1, 1366, 990, 152),
    Slot("carbon.fossil_t_d", "化石源 CO₂", "fossil CO₂", "t/d", 0, 1544, 990),
    Slot("carbon.biogenic_t_d", "生物源 CO₂", "biogenic CO₂", "t/d", 0, 1722, 990, 172),
)


def values_of(result: PlantResult, line: int = 0) -> dict[str, float]:
    """Values for every slot from a solved plant; furnace and stack are those of one line (0 is the first)."""
    t, row = result.totals, result.lines
    at = {name: float(row[name][line]) for name in (
        "upper_c", "middle_c", "lower_c", "seconds_above_850", "boiler_exit_c", "reactor_exit_c", "dust_raw", "scr_c",
        "o2_stack", "dust", "nox", "so2", "hcl", "co", "nh3", "steam_c",
    )}  # fmt: skip
    return {
        "plant.received_t_d": t["received_t_d"], "plant.leachate_t_d": t["leachate_t_d"],
        "waste.lhv": result.plant.fired.lhv, "furnace.upper_c": at["upper_c"], "furnace.middle_c": at["middle_c"],
        "furnace.lower_c": at["lower_c"], "furnace.seconds": at["seconds_above_850"],
        "denox.reagent_kg_h": t["denox_reagent_t_d"] / 0.024, "boiler.exit_c": at["boiler_exit_c"],
        "steam.flow_t_h": t["steam_t_h"], "steam.temperature_c": at["steam_c"], "power.gross_mw": t["gross_mw"],
        "power.net_mw": t["net_mw"], "reactor.exit_c": at["reactor_exit_c"], "filter.dust_raw": at["dust_raw"],
        "scr.temperature_c": at["scr_c"], "stack.o2": 100 * at["o2_stack"], "stack.dust": at["dust"],
        "stack.nox": at["nox"], "stack.so2": at["so2"], "stack.hcl": at["hcl"], "stack.co": at["co"],
        "stack.nh3": at["nh3"], "residue.slag_t_d": t["bottom_ash_t_d"], "residue.fly_ash_t_d": t["fly_ash_t_d"],
        "reagent.lime_t_d": t["lime_t_d"], "scr.ammonia_kg_h": t["scr_ammonia_kg_h"],
        "carbon.fossil_t_d": t["co2_fossil_t_d"], "carbon.biogenic_t_d": t["co2_biogenic_t_d"],
    }  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("clearbay.reports.plant", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("process.svg.j2")


def shown(slot: Slot, value: float | None) -> str:
    """A value as its card shows it; a dash where there is none."""
    if value is None or math.isnan(value):
        return "—"
    return f"{value:,.{slot.decimals}f}".replace(",", "\u2009")


def kept(slot: Slot, value: float | None) -> bool:
    """Whether a value keeps the limit its card shows; a card without a limit, or without a value, is not marked."""
    if slot.limit is None or value is None or math.isnan(value):
        return True
    return value >= slot.limit if slot.at_least else value <= slot.limit


def diagram(
    values: Mapping[str, float | None],
    name_zh: str,
    name_en: str,
    *,
    only: Collection[str] | None = None,
    titled: bool = True,
) -> str:
    """Draw the process diagram with values by slot key; slots without a value show a dash. Returns an SVG document.

    Parameters
    ----------
    only : keys of the slots that are drawn; None draws all. A hall screen leaves out what its plant does not measure.
    titled : draw the plant's name above; without it the drawing is cut to the plant itself.
    """
    slots = [s for s in SLOTS if only is None or s.key in only]
    cards = [{"slot": s, "text": shown(s, values.get(s.key)), "kept": kept(s, values.get(s.key))} for s in slots]
    return _template().render(cards=cards, name_zh=name_zh, name_en=name_en, titled=titled)
