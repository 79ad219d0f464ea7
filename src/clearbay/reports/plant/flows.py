"""A solved plant as flows of energy and mass, ready to be drawn."""

from clearbay.reports.plant.sankey import Flow, Node, sankey
from clearbay.twins.incineration import line
from clearbay.twins.incineration.balances import QUANTITIES, contents
from clearbay.twins.incineration.if97 import h_water, saturation_k
from clearbay.twins.incineration.plant import PlantResult

FIRE, STEAM, POWER, LOSS, GREY, WATER = "#e4572e", "#2e86ab", "#f2a541", "#9aa7b1", "#6c7a86", "#4fb0c6"


def energy_flows(result: PlantResult) -> dict[str, float]:
    """Flows of energy [MW] over the lower calorific value at 25 degC; what enters equals what leaves."""
    lines, cycle, totals = result.lines, result.cycle, result.totals
    sets = totals["turbine_sets"]
    fired = float(lines["heat_fired"].sum()) / 1e3
    air = float((lines["heat_bleed_air"] + lines["heat_drum_air"]).sum()) / 1e3
    water = float((lines["heat_chamber"] + lines["heat_first_pass"] + lines["heat_convective"]).sum()) / 1e3
    walls = float(lines["heat_loss"].sum()) / 1e3
    slag = float((lines["bottom_ash"] * (0.9 * (lines["slag_c"] - 25) + 32763 * lines["loss_on_ignition"])).sum()) / 1e3
    drum = lines["drum_mpa"][0]
    blow = float(lines["blowdown_flow"].sum()) * (h_water(drum, saturation_k(drum)) - 84.0) / 1e3
    reheat = float(lines["heat_reheat"].sum()) / 1e3
    pump = cycle["pump"] * sets / 1e3
    return {
        "fired": fired, "air": air, "water": water, "walls": walls, "slag": slag,
        "gas": fired + air - water - walls - slag,
        "pump": pump, "blowdown": blow, "reheat": reheat, "header": totals["header_loss_mw"],
        "turbine": (cycle["gross"] + cycle["electrical_loss"] + cycle["condenser_heat"]) * sets / 1e3,
        "gross": totals["gross_mw"], "own": totals["own_mw"], "net": totals["net_mw"],
        "machine": cycle["electrical_loss"] * sets / 1e3, "condenser": totals["condenser_mw"],
    }  # fmt: skip


def energy_picture(result: PlantResult) -> str:
    """Sankey of the plant's energy, as SVG."""
    e = energy_flows(result)
    nodes = [
        Node("waste", 0, "入炉垃圾热量", "heat of the waste fired", FIRE),
        Node("air", 0, "预热空气（蒸汽带回）", "preheated air, from steam", "#f4a6a0"),
        Node("boiler", 1, "焚烧炉与余热锅炉", "furnace and boiler", FIRE),
        Node("steam", 2, "蒸汽", "steam", STEAM),
        Node("gas", 2, "锅炉出口烟气", "gas leaving the boiler", LOSS),
        Node("walls", 2, "散热", "walls", LOSS),
        Node("slag", 2, "炉渣与未燃碳", "slag and unburnt carbon", GREY),
        Node("turbine", 3, "汽轮发电机组", "turbine and generator", POWER),
        Node("preheat", 3, "空气预热器", "air heaters", "#f4a6a0"),
        Node("reheat", 3, "SCR 烟气加热", "SCR reheat", WATER),
        Node("piping", 3, "管损与排污", "piping and blowdown", LOSS),
        Node("net", 4, "上网电量", "power exported", "#3a9d5d"),
        Node("own", 4, "厂用电", "own use", POWER),
        Node("machine", 4, "机电损失", "machine losses", GREY),
        Node("condenser", 4, "凝汽器", "condenser", WATER),
    ]
    flows = [
        Flow("waste", "boiler", e["fired"]), Flow("air", "boiler", e["air"]), Flow("boiler", "steam", e["water"]),
        Flow("boiler", "gas", e["gas"]), Flow("boiler", "walls", e["walls"]), Flow("boiler", "slag", e["slag"]),
        Flow("steam", "turbine", e["turbine"]), Flow("steam", "preheat", e["air"]),
        Flow("steam", "reheat", e["reheat"]), Flow("steam", "piping", e["header"] + e["blowdown"]),
        Flow("turbine", "net", e["net"]), Flow("turbine", "own", e["own"]), Flow("turbine", "machine", e["machine"]),
        Flow("turbine", "condenser", e["condenser"]),
    ]  # fmt: skip
    plant = result.plant
    return sankey(nodes, flows, f"{plant.name_zh} · 能量平衡", f"{plant.name_en} · energy balance", "MW")


def mass_flows(result: PlantResult) -> dict[str, float]:
    """Flows of mass [t/h], from the streams of a plant solved with them; what enters equals what leaves."""

    def through(*stages: int) -> float:
        return 3.6 * sum(float(contents(result.lines.stream(k))[:, QUANTITIES.index("mass")].sum()) for k in stages)

    received, fired = result.totals["received_t_d"] / 24, result.totals["fired_t_d"] / 24
    return {
        "received": received, "leachate": received - fired, "fired": fired,
        "air": through(line.PRIMARY, line.SECONDARY), "leak": through(line.LEAK),
        "feeds": through(line.REAGENT, line.REACTOR_FEED, line.ACTIVATED_CARBON, line.SCR_REAGENT),
        "slag": through(line.BOTTOM_ASH), "ash": through(line.BOILER_ASH, line.RESIDUE), "gas": through(line.STACK),
    }  # fmt: skip


def mass_picture(result: PlantResult) -> str:
    """Sankey of the plant's mass, as SVG."""
    m = mass_flows(result)
    nodes = [
        Node("received", 0, "进厂垃圾", "waste received", "#8d6e3f"),
        Node("air", 1, "燃烧空气", "combustion air", WATER),
        Node("pit", 1, "垃圾坑", "pit", "#8d6e3f"),
        Node("leak", 2, "漏风", "air in-leakage", WATER),
        Node("feeds", 2, "石灰、水与药剂", "lime, water, reagents", "#b8c4cc"),
        Node("furnace", 2, "焚烧炉", "furnace", FIRE),
        Node("leachate", 2, "渗滤液", "leachate", "#5d8a66"),
        Node("cleaning", 3, "烟气净化", "gas cleaning", STEAM),
        Node("slag", 3, "炉渣", "bottom ash", GREY),
        Node("stack", 4, "烟囱", "stack", LOSS),
        Node("ash", 4, "飞灰与反应产物", "fly ash and products", GREY),
    ]
    flows = [
        Flow("received", "pit", m["received"]), Flow("pit", "furnace", m["fired"]),
        Flow("pit", "leachate", m["leachate"]), Flow("air", "furnace", m["air"]),
        Flow("furnace", "slag", m["slag"]), Flow("furnace", "cleaning", m["fired"] + m["air"] - m["slag"]),
        Flow("feeds", "cleaning", m["feeds"]), Flow("leak", "cleaning", m["leak"]), Flow("cleaning", "stack", m["gas"]),
        Flow("cleaning", "ash", m["ash"]),
    ]  # fmt: skip
    plant = result.plant
    return sankey(nodes, flows, f"{plant.name_zh} · 物料平衡", f"{plant.name_en} · mass balance", "t/h")
