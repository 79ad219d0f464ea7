"""The plant: a pit, lines on a common steam header, turbines, and what it all uses, gives and leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration import line, turbine
from clearbay.twins.incineration.case import DEFAULT, INPUTS, Case, table
from clearbay.twins.incineration.errors import InfeasibleCase
from clearbay.twins.incineration.if97 import h_water, saturation_k
from clearbay.twins.incineration.line import Lines
from clearbay.twins.incineration.turbine import Demand, Turbine
from clearbay.twins.incineration.waste import Waste, drain

Floats = NDArray[np.float64]
BASIS_T_D = 500.0  # the default `Case` describes a line of this size
SCALED = ("chamber_m2", "chamber_m3", "pass_m2", "pass_m3", "gas_design", "scr_m2")
APPROACH_K = 10.0  # bleed-heated air stays this much below the bleed's saturation


@dataclass(frozen=True)
class OwnUse:
    """What the plant itself draws; priors, adding up to the 60 to 100 kWh/t that plants report."""

    induced_kpa: float = 6.5
    primary_kpa: float = 4.5
    secondary_kpa: float = 5.0
    fan_efficiency: float = 0.68
    cooling_share: float = 0.011  # of the heat given to the condenser
    handling_kwh_t: float = 12.0  # crane, grate, slag
    gas_cleaning_kwh_t: float = 9.0
    leachate_kwh_t: float = 25.0  # per tonne of leachate
    site_kw: float = 250.0


NOMINAL = Turbine(flow=1.0)  # pressures and efficiencies; `design_turbine` gives it its flows


@dataclass(frozen=True)
class Plant:
    """A plant as built and as it runs: `design` sizes the turbines, `running` says what each line does now."""

    name_zh: str
    name_en: str
    received: Waste
    leachate: float  # kg per kg received
    capacity_t_d: float  # of each line, as fired
    loads: tuple[float, ...]  # of each line, share of capacity
    settings: Mapping[str, float] = field(default_factory=dict)  # inputs of `Case` that differ from the defaults
    turbines: int = 1
    turbine_lines: float = 0.0  # full-load lines one turbine is designed for; 0: lines / turbines
    turbine: Turbine = NOMINAL
    own_use: OwnUse = OwnUse()

    @property
    def fired(self) -> Waste:
        """What the crane feeds: received waste less leachate."""
        return drain(self.received, self.leachate)


@dataclass(frozen=True)
class PlantResult:
    """A solved plant: lines, one turbine's cycle and its demand, and totals by name."""

    plant: Plant
    lines: Lines
    design: Turbine
    demand: Demand
    cycle: dict[str, float]
    totals: dict[str, float]


def line_case(plant: Plant, load: float = 1.0) -> Case:
    """Inputs of one line at a share of its capacity, surfaces and volumes scaled to its size.

    Raises:
        InfeasibleCase: a setting that is no input of a line, or one the waste decides.
    """
    scale = plant.capacity_t_d / BASIS_T_D
    waste = plant.fired.inputs()
    for name in plant.settings:
        if name not in INPUTS:
            raise InfeasibleCase(f"{name!r} is not a setting of a line")
        if name in waste or name == "feed":
            raise InfeasibleCase(f"{name!r} follows from the waste and the load; it cannot be set")
    values = {**DEFAULT._asdict(), **{n: getattr(DEFAULT, n) * scale for n in SCALED}}
    values.update(waste)
    values.update(plant.settings)
    values["feed"] = plant.capacity_t_d * load / 86.4
    return Case(**values)


def demand_of(lines: Lines, plant: Plant, sets: int, limit: float = np.inf) -> tuple[Demand, float]:
    """What the lines ask of each of `sets` equal turbines, and the steam [kg/s] that passes them by.

    Steam beyond `limit` [kg/s per set] is condensed past the turbine and comes back as condensate.
    """
    mpa = lines["drum_mpa"][0]
    h_feed, work = turbine.feed_pump(mpa, lines["feedwater_c"][0])
    steam = float(lines["steam"].sum()) / sets
    through = min(steam, limit)
    dumped = steam - through
    drains = float(lines["drum_steam"].sum()) / sets
    h_drains = h_water(mpa, saturation_k(mpa))
    blowdown = float(lines["blowdown_flow"].sum()) / sets
    makeup = blowdown + dumped
    h_condensate = h_water(plant.turbine.condenser_mpa, saturation_k(plant.turbine.condenser_mpa))
    h_makeup = (blowdown * 84.0 + dumped * h_condensate) / makeup if makeup > 0 else 84.0
    return (
        Demand(
            steam=through,
            h_steam=turbine.live_steam(plant.turbine.header_mpa, plant.turbine.header_c),
            feedwater=float(lines["feedwater"].sum()) / sets,
            h_feedwater=h_feed,
            pump_work=work,
            bleed_heat=float(lines["heat_bleed_air"].sum()) / sets,
            drains=drains,
            h_drains=h_drains,
            makeup=makeup,
            h_makeup=h_makeup,
        ),
        dumped * sets,
    )


def design_turbine(plant: Plant) -> Turbine:
    """A turbine sized for its share of full-load lines on the plant's own waste."""
    share = plant.turbine_lines or len(plant.loads) / plant.turbines
    full = line.solve_rows(np.array([line_case(plant)], dtype=float))
    demand, _ = demand_of(full, plant, 1)
    sized = {name: getattr(demand, name) * share for name in ("steam", "feedwater", "bleed_heat", "drains", "makeup")}
    return turbine.at_design(plant.turbine, demand._replace(**sized))


def solve(plant: Plant, streams: bool = False, design: Turbine | None = None) -> PlantResult:
    """Solve all lines, the header and the turbines together.

    The bleed heater follows its bleed: at part load its pressure and with it the air it can heat fall, drum steam
    takes over, and the lines give less steam. A few rounds settle it.

    Raises:
        InfeasibleCase: no line runs, an input is out of range, or the steam is too little for the turbines.
    """
    running = [load for load in plant.loads if load > 0]
    if not running:
        raise InfeasibleCase("no line runs; give at least one line a load above 0")
    if plant.turbines < 1:
        raise InfeasibleCase("a plant needs at least one turbine")
    design = design or design_turbine(plant)
    rows = np.array([line_case(plant, load) for load in running], dtype=float)
    bleed_air = INPUTS.index("bleed_air_c")
    wanted = rows[:, bleed_air].copy()
    sets = plant.turbines
    lines = line.solve_rows(rows, streams)
    while sets > 1 and float(lines["steam"].sum()) / sets < 0.35 * design.flow:
        sets -= 1  # at low load the plant shuts a set down
    for _ in range(12):
        demand, dumped = demand_of(lines, plant, sets, 1.10 * design.flow)
        cycle = turbine.run(design, demand)
        reach = saturation_k(cycle["p1"]) - 273.15 - APPROACH_K
        air = np.minimum(wanted, max(reach, rows[:, INPUTS.index("ambient_c")].max()))
        if np.all(np.abs(air - rows[:, bleed_air]) < 1e-6):
            break
        rows[:, bleed_air] = air
        lines = line.solve_rows(rows, streams)
    demand, dumped = demand_of(lines, plant, sets, 1.10 * design.flow)
    cycle = turbine.run(design, demand)
    totals = _totals(plant, lines, cycle, sets, dumped)
    return PlantResult(plant, lines, design, demand, cycle, totals)


def _own_use(plant: Plant, lines: Lines, cycle: dict[str, float], sets: int, received: float) -> dict[str, float]:
    o = plant.own_use
    kelvin = (lines["filter_exit_c"] + 273.15) / 273.15
    ambient = (lines["ambient_c"] + 273.15) / 273.15
    air = lines["air_nm3_s"] * ambient / o.fan_efficiency
    fired_t_h = float(lines["feed"].sum()) * 3.6
    return {
        "induced draught fans": float((lines["stack_wet_nm3_s"] * kelvin * o.induced_kpa / o.fan_efficiency).sum()),
        "air fans": float(
            (air * (lines["primary_share"] * o.primary_kpa + (1 - lines["primary_share"]) * o.secondary_kpa)).sum()
        ),
        "feed pumps": cycle["pump"] * sets,
        "cooling": cycle["condenser_heat"] * sets * o.cooling_share,
        "handling": fired_t_h * o.handling_kwh_t,
        "gas cleaning": fired_t_h * o.gas_cleaning_kwh_t,
        "leachate": received * 3.6 * plant.leachate * o.leachate_kwh_t,
        "site": o.site_kw,
    }


def _totals(plant: Plant, lines: Lines, cycle: dict[str, float], sets: int, dumped: float) -> dict[str, float]:
    fired = float(lines["feed"].sum())
    received = fired / (1.0 - plant.leachate)
    waste = plant.fired
    gross = cycle["gross"] * sets
    own = _own_use(plant, lines, cycle, sets, received)
    used = sum(own.values())
    unburnt = lines["bottom_ash"] * lines["loss_on_ignition"]
    carbon_dioxide = float((lines["feed"] * waste.carbon - unburnt).sum()) * 44.009 / 12.011
    header_loss = float(lines["steam"].sum()) * (
        turbine.live_steam(lines["steam_mpa"][0], lines["steam_c"][0])
        - turbine.live_steam(plant.turbine.header_mpa, plant.turbine.header_c)
    )
    h = 3.6
    return {
        "received_t_d": received * 86.4, "fired_t_d": fired * 86.4, "leachate_t_d": (received - fired) * 86.4,
        "steam_t_h": float(lines["steam"].sum()) * h, "drum_steam_t_h": float(lines["drum_steam"].sum()) * h,
        "dumped_t_h": dumped * h, "turbine_sets": float(sets),
        "gross_mw": gross / 1e3, "own_mw": used / 1e3, "net_mw": (gross - used) / 1e3,
        "gross_kwh_t": gross / (fired * h), "net_kwh_t": (gross - used) / (fired * h),
        "net_kwh_t_received": (gross - used) / (received * h), "own_kwh_t": used / (fired * h),
        "own_share": used / gross if gross > 0 else np.inf,
        "gross_efficiency": gross / float(lines["heat_fired"].sum()),
        "boiler_efficiency": float((lines["heat_chamber"] + lines["heat_first_pass"] + lines["heat_convective"]).sum())
        / float((lines["heat_fired"] + lines["heat_bleed_air"] + lines["heat_drum_air"]).sum()),
        "condenser_mw": cycle["condenser_heat"] * sets / 1e3, "header_loss_mw": header_loss / 1e3,
        "bottom_ash_t_d": float(lines["bottom_ash"].sum()) * 86.4, "fly_ash_t_d": float(lines["fly_ash"].sum()) * 86.4,
        "lime_t_d": float(lines["lime"].sum()) * 86.4,
        "denox_reagent_t_d": float(lines["denox_reagent"].sum()) * 86.4,
        "scr_ammonia_kg_h": float(lines["scr_ammonia"].sum()) * 3600,
        "activated_carbon_kg_h": float((lines["activated_carbon"] * lines["feed"]).sum()) * 3600,
        "tower_water_t_h": float(lines["tower_water"].sum()) * h,
        "co2_t_d": carbon_dioxide * 86.4, "co2_fossil_t_d": carbon_dioxide * waste.fossil_carbon * 86.4,
        "co2_biogenic_t_d": carbon_dioxide * (1 - waste.fossil_carbon) * 86.4,
        **{f"own: {name}": kw / 1e3 for name, kw in own.items()},
    }  # fmt: skip


def rows_of(plant: Plant, **varied: Floats) -> Floats:
    """Rows of one full-load line with some inputs varied, for what-ifs."""
    return table(varied, line_case(plant))
