"""What goes in comes out: mass, elements and energy over every unit of a line, from its streams.

Nothing here reuses the solver's arithmetic: streams are re-read as species and temperatures, and their enthalpies are
summed species by species. A residual is relative to what the whole line takes in of that quantity.
"""

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration import line, turbine
from clearbay.twins.incineration.if97 import h_pt, t_sat
from clearbay.twins.incineration.line import Lines
from clearbay.twins.incineration.thermochemistry import (
    ATOMIC_MASS,
    GAS_ATOMS,
    GAS_FORMATION,
    SOLID_ATOMS,
    SOLID_CP,
    SOLID_FORMATION,
    SOLID_MASS,
    T0,
    gas_enthalpy,
)

Floats = NDArray[np.float64]
QUANTITIES = ("C", "H", "O", "N", "S", "Cl", "Ar", "Ca", "ash", "mass", "energy")

# unit -> (stages in, stages out, heats in, heats out); heats are outputs of a line [kW]
UNITS: dict[str, tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...], tuple[str, ...]]] = {
    "furnace": ((line.PRIMARY, line.SECONDARY), (line.BURNT, line.BOTTOM_ASH), (), ("heat_loss",)),
    "chamber": ((line.BURNT,), (line.CHAMBER,), (), ("heat_chamber",)),
    "first_pass": ((line.CHAMBER,), (line.FIRST_PASS,), (), ("heat_first_pass",)),
    "denitrification": ((line.FIRST_PASS, line.REAGENT), (line.DENITRIFIED,), (), ()),
    "boiler": ((line.DENITRIFIED,), (line.BOILER, line.BOILER_ASH), (), ("heat_convective",)),
    "reactor": ((line.BOILER, line.REACTOR_FEED), (line.REACTOR,), (), ()),
    "filter": (
        (line.REACTOR, line.LEAK, line.ACTIVATED_CARBON), (line.FILTER, line.RESIDUE), (), ("filter_loss",),
    ),
    "scr": ((line.FILTER, line.SCR_REAGENT), (line.STACK,), ("heat_reheat",), ()),
}  # fmt: skip


def contents(stream: Floats) -> Floats:
    """Eleven quantities of streams (n, 24): elements [kmol/s], ash and mass [kg/s], enthalpy [kW]; shape (n, 11)."""
    gas, t, ash, solids = stream[:, :12], stream[:, 12], stream[:, 13], stream[:, 14:]
    atoms = gas @ GAS_ATOMS + solids @ SOLID_ATOMS
    liquid_free = ash + solids @ SOLID_MASS
    energy = gas_enthalpy(gas, np.where(t > 0, t, T0)) + solids @ SOLID_FORMATION
    energy += liquid_free * SOLID_CP * (np.where(t > 0, t, T0) - T0)
    return np.column_stack([atoms, ash, atoms @ ATOMIC_MASS + ash, energy])


def fired(lines: Lines) -> Floats:
    """The same eleven quantities of the waste fired, its enthalpy from its calorific value; shape (n, 11)."""
    shares = np.column_stack([lines[n] for n in ("carbon", "hydrogen", "oxygen", "nitrogen", "sulphur", "chlorine")])
    atoms = shares / ATOMIC_MASS[:6]
    atoms[:, 1] += 2 * lines["water"] / (2 * ATOMIC_MASS[1] + ATOMIC_MASS[2])
    atoms[:, 2] += lines["water"] / (2 * ATOMIC_MASS[1] + ATOMIC_MASS[2])
    carbon, hydrogen, oxygen, nitrogen, sulphur, chlorine = atoms.T
    h2o = (hydrogen - chlorine) / 2
    products = np.zeros((len(carbon), 12))
    o2 = (oxygen - 2 * carbon - h2o - 2 * sulphur) / 2
    for k, amount in enumerate((carbon, h2o, o2, nitrogen / 2, 0 * o2, sulphur, chlorine)):
        products[:, k] = amount
    energy = lines["lhv"] + products @ GAS_FORMATION
    zero = np.zeros_like(carbon)
    per_kg = np.column_stack([atoms, zero, zero, lines["ash"], np.ones_like(carbon), energy])
    return per_kg * lines["feed"][:, None]


def residuals(lines: Lines) -> dict[str, Floats]:
    """Relative residual of every unit, the water side and the whole line: unit -> (n, 11), in the order of QUANTITIES.

    Energy is relative to the heat fired, the rest to what enters the line of it.
    """
    waste = fired(lines)
    entering = (line.PRIMARY, line.SECONDARY, line.REAGENT, line.REACTOR_FEED, line.ACTIVATED_CARBON, line.LEAK,
                line.SCR_REAGENT)  # fmt: skip
    leaving = (line.STACK, line.BOTTOM_ASH, line.BOILER_ASH, line.RESIDUE)
    held = {k: contents(lines.stream(k)) for k in range(len(line.STAGES))}
    scale = waste + sum(held[k] for k in entering)
    scale[:, 10] = lines["heat_fired"]
    scale[:, :10] = np.maximum(scale[:, :10], 1e-12)
    found: dict[str, Floats] = {}
    for unit, (into, out, heat_in, heat_out) in UNITS.items():
        left = sum(held[k] for k in into) - sum(held[k] for k in out)
        assert not isinstance(left, int)
        if unit == "furnace":
            left = left + waste
        left[:, 10] += sum(lines[h] for h in heat_in) - sum(lines[h] for h in heat_out)
        found[unit] = left / scale
    whole = waste + sum(held[k] for k in entering) - sum(held[k] for k in leaving)
    whole[:, 10] -= sum(lines[h] for h in ("heat_loss", "heat_chamber", "heat_first_pass", "heat_convective"))
    whole[:, 10] += lines["heat_reheat"] - lines["filter_loss"]
    found["line"] = whole / scale
    found["water side"] = water_side(lines) / scale
    found["air heater"] = air_heater(lines, held) / scale
    return found


def water_side(lines: Lines) -> Floats:
    """Mass and energy left over on the boiler's water side: feedwater and heat in, steam and blowdown out."""
    drum = lines["drum_mpa"]
    boiling = t_sat(drum)
    h_feed = h_pt(drum, lines["feedwater_c"] + 273.15)
    h_vapour, h_liquid = h_pt(drum, boiling + 1e-9), h_pt(drum, boiling - 1e-9)
    h_live = h_pt(lines["steam_mpa"], lines["steam_c"] + 273.15)
    left = np.zeros((len(drum), 11))
    left[:, 9] = lines["feedwater"] - lines["steam"] - lines["drum_steam"] - lines["blowdown_flow"]
    heat = lines["heat_chamber"] + lines["heat_first_pass"] + lines["heat_convective"]
    left[:, 10] = heat + lines["feedwater"] * h_feed - lines["steam"] * h_live
    left[:, 10] -= lines["drum_steam"] * h_vapour + lines["blowdown_flow"] * h_liquid
    return left


def air_heater(lines: Lines, held: dict[int, Floats]) -> Floats:
    """Energy left over at the air heaters: cold air and steam heat in, warm air out."""
    cold = lines.stream(line.PRIMARY) + lines.stream(line.SECONDARY)
    cold[:, 12] = lines["ambient_c"] + 273.15
    left = contents(cold) - held[line.PRIMARY] - held[line.SECONDARY]
    left[:, 10] += lines["heat_bleed_air"] + lines["heat_drum_air"]
    return left


def turbine_residuals(demand: turbine.Demand, result: dict[str, float]) -> dict[str, float]:
    """Relative residuals of the cycle's mass and energy: deaerator, low-pressure heater, condenser, and all of it."""
    r, d = result, demand
    scale = d.steam * d.h_steam
    shaft = d.steam * (r["h_inlet"] - r["h1"]) + (d.steam - r["bleed1"]) * (r["h1"] - r["h2"])
    deaerator_bleed = r["h2"] if r["p2"] > 0.25 else r["h1"]
    if r["p2"] <= 0.25:
        shaft -= r["bleed2"] * (r["h1"] - r["h2"])
    shaft += (r["exhaust"] + r["bleed3"]) * (r["h2"] - r["h3"]) + r["exhaust"] * (r["h3"] - r["h_exhaust"])
    deaerator = (
        r["bleed2"] * deaerator_bleed + r["bleed1"] * r["h_drain1"] + d.drains * d.h_drains + d.makeup * d.h_makeup
        + r["condensate"] * r["h_heated"] - d.feedwater * r["h_deaerator"] - r["surplus"]
    )  # fmt: skip
    heater = r["bleed3"] * (r["h3"] - r["h_drain3"]) - r["condensate"] * (r["h_heated"] - r["h_condensate"])
    whole = (
        d.steam * d.h_steam + d.drains * d.h_drains + d.makeup * d.h_makeup + r["pump"]
        - d.feedwater * d.h_feedwater - d.bleed_heat - r["gross"] - r["electrical_loss"] - r["condenser_heat"]
    )  # fmt: skip
    mass = d.steam - r["bleed1"] - r["bleed2"] - r["bleed3"] - r["exhaust"]
    feed = r["condensate"] + r["bleed1"] + r["bleed2"] + d.drains + d.makeup - d.feedwater
    return {
        "shaft": (shaft - r["shaft"]) / scale, "deaerator": deaerator / scale, "low-pressure heater": heater / scale,
        "cycle": whole / scale, "steam": mass / d.steam, "feedwater": feed / d.feedwater,
    }  # fmt: skip
