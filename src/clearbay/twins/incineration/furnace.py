"""Grate, burnout chamber and radiating first pass: stoichiometry, enthalpy balance, temperature along the way.

The gas burns out at once (below 1200 degC equilibrium differs from complete combustion by less than 1 K: see the
Cantera test), then radiates in a well-stirred chamber (Hottel's well-stirred furnace) and along a plug-flow first pass.
"""

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration.case import Case
from clearbay.twins.incineration.compiled import kernel
from clearbay.twins.incineration.thermochemistry import (
    AIR_AR,
    AIR_CO2,
    AIR_N2,
    AR,
    CARBON,
    CO,
    CO2,
    GAS_FORMATION,
    GAS_MASS,
    H2O,
    HCL,
    HCL_BOUND,
    N2,
    NM3_PER_KMOL,
    NO,
    O2,
    SO2,
    SO3_BOUND,
    SOLID_CP,
    SOLID_FORMATION,
    SOLID_MASS,
    T0,
    enthalpy,
    heat_capacity,
    mixture,
    temperature,
)

Floats = NDArray[np.float64]
SIGMA = 5.670374419e-11  # kW/(m2 K4)
SECTIONS = 6  # of the first pass
DRY_AIR_KG = GAS_MASS[O2] + AIR_N2 * GAS_MASS[N2] + AIR_AR * GAS_MASS[AR] + AIR_CO2 * GAS_MASS[CO2]  # per kmol O2
_INERT = AIR_N2 + AIR_AR + AIR_CO2


@kernel
def air(o2: float, humidity: float, out: Floats) -> None:
    """Composition [kmol/s] of moist air that brings `o2` kmol/s of oxygen; written to `out` (12)."""
    out[:] = 0.0
    out[O2] = o2
    out[N2] = o2 * AIR_N2
    out[AR] = o2 * AIR_AR
    out[CO2] = o2 * AIR_CO2
    out[H2O] = o2 * DRY_AIR_KG * humidity / GAS_MASS[H2O]


@kernel
def waste_enthalpy(c: Case) -> float:
    """Absolute enthalpy [kJ/kg] of waste at 25 degC: heat of combustion plus formation of CO2, H2O(g), SO2, HCl."""
    water = (c.hydrogen / 1.008 - c.chlorine / 35.45) / 2 + c.water / GAS_MASS[H2O]
    return float(
        c.lhv
        + c.carbon / 12.011 * GAS_FORMATION[CO2]
        + water * GAS_FORMATION[H2O]
        + c.sulphur / 32.06 * GAS_FORMATION[SO2]
        + c.chlorine / 35.45 * GAS_FORMATION[HCL]
        + c.nitrogen / 28.014 * GAS_FORMATION[N2]
        + (
            c.oxygen / 15.999 / 2
            - c.carbon / 12.011
            - (c.hydrogen / 1.008 - c.chlorine / 35.45) / 4
            - c.sulphur / 32.06
        )
        * GAS_FORMATION[O2]
    )


@kernel
def burn(c: Case, gas: Floats, bottom: Floats, fly: Floats) -> tuple[float, float, float]:
    """Burn the feed to the dry O2 asked for; writes gas (12) [kmol/s], bottom ash and fly ash solids (10) [kmol/s].

    Returns O2 brought by the air [kmol/s], bottom ash and fly ash without those solids [kg/s].
    """
    gas[:] = 0.0
    bottom[:] = 0.0
    fly[:] = 0.0
    feed = c.feed
    fly_ash = feed * c.ash * c.fly_ash_share
    bottom_ash = feed * c.ash - fly_ash
    carbon = feed * c.carbon / 12.011
    unburnt = min(bottom_ash * c.loss_on_ignition / (1.0 - c.loss_on_ignition) / 12.011, 0.5 * carbon)
    bottom[CARBON] = unburnt
    chlorine, sulphur = feed * c.chlorine / 35.45, feed * c.sulphur / 32.06
    hcl, so2 = chlorine * c.hcl_release, sulphur * c.so2_release
    up = c.fly_ash_share
    fly[HCL_BOUND] = (chlorine - hcl) * up
    bottom[HCL_BOUND] = (chlorine - hcl) * (1.0 - up)
    fly[SO3_BOUND] = (sulphur - so2) * up
    bottom[SO3_BOUND] = (sulphur - so2) * (1.0 - up)
    nitrogen = feed * c.nitrogen / 14.007
    no = nitrogen * (c.no_base + c.no_slope * c.o2_dry)
    n2_fuel = 0.5 * (nitrogen - no)
    water = 0.5 * (feed * c.hydrogen / 1.008 - chlorine) + feed * c.water / GAS_MASS[H2O]
    burnt = carbon - unburnt
    # CO as asked at 11 % O2, on the dry gas of complete combustion: within 1e-4 of the final gas
    need0 = burnt + 0.25 * (feed * c.hydrogen / 1.008 - chlorine) + sulphur - 0.5 * feed * c.oxygen / 15.999
    y = c.o2_dry
    d0 = burnt + hcl + so2 + no + n2_fuel
    x0 = y * (d0 + _INERT * need0) / (1.0 - y * (1.0 + _INERT))
    dry0 = d0 + _INERT * (need0 + x0) + x0
    co = c.co_raw * 1e-6 / 28.01 * dry0 * NM3_PER_KMOL * (0.21 - y) / 0.10
    co = min(co, 0.5 * burnt)
    need = (
        burnt - 0.5 * co + 0.5 * (water - feed * c.water / GAS_MASS[H2O]) + so2 + 1.5 * (sulphur - so2) + 0.5 * no
        - 0.5 * feed * c.oxygen / 15.999
    )  # fmt: skip
    excess = y * (d0 + _INERT * need) / (1.0 - y * (1.0 + _INERT))
    o2_air = need + excess
    air(o2_air, c.air_humidity, gas)
    gas[O2] = excess
    gas[CO2] += burnt - co
    gas[CO] = co
    gas[H2O] += water
    gas[SO2] = so2
    gas[HCL] = hcl
    gas[NO] = no
    gas[N2] += n2_fuel
    return o2_air, bottom_ash, fly_ash


@kernel
def solids_mass(ash: float, solids: Floats) -> float:
    """Mass flow [kg/s] of ash and the solids (10) [kmol/s] with it."""
    total = ash
    for k in range(10):
        total += solids[k] * SOLID_MASS[k]
    return total


@kernel
def solids_formation(solids: Floats) -> float:
    """Heat of formation flow [kW] of solids (10) [kmol/s]."""
    total = 0.0
    for k in range(10):
        total += solids[k] * SOLID_FORMATION[k]
    return total


@kernel
def adiabatic(
    c: Case, gas: Floats, bottom: Floats, fly: Floats, o2_air: float, bottom_ash: float, fly_ash: float,
    mix: Floats, work: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Temperature [K] of the burnt gas before it radiates, and its enthalpy [kW]; fills `mix` for the gas."""
    air(o2_air, c.air_humidity, work)
    mixture(work, 0.0, mix)
    h_air = c.primary_share * enthalpy(mix, c.primary_c + 273.15)
    h_air += (1.0 - c.primary_share) * enthalpy(mix, c.secondary_c + 273.15)
    slag = solids_mass(bottom_ash, bottom) * SOLID_CP * (c.slag_c + 273.15 - T0) + solids_formation(bottom)
    h = c.feed * (waste_enthalpy(c) - c.loss_share * c.lhv) + h_air - slag - solids_formation(fly)
    mixture(gas, solids_mass(fly_ash, fly), mix)
    return temperature(mix, h, 1300.0), h


@kernel
def chamber(c: Case, mix: Floats, t_in: float, h_in: float) -> float:
    """Temperature [K] of the well-stirred burnout chamber: h(in) - h(T) = sigma F (T^4 - Tw^4)."""
    wall4 = (c.wall_c + 273.15) ** 4
    t = t_in - 60.0
    for _ in range(30):
        error = h_in - enthalpy(mix, t) - SIGMA * c.chamber_m2 * (t**4 - wall4)
        step = error / (heat_capacity(mix, t) + 4.0 * SIGMA * c.chamber_m2 * t**3)
        t += step
        if abs(step) < 1e-7 * t:
            break
    return t


@kernel
def first_pass(c: Case, mix: Floats, kmol: float, t_in: float, profile: Floats, times: Floats) -> float:
    """Radiating plug flow: writes temperature [K] and time since the chamber [s] at each section's edge.

    Returns the time above 850 degC [s] since the last secondary air, chamber included. Second-order midpoint steps.
    """
    wall4 = (c.wall_c + 273.15) ** 4
    area, flow = c.pass_m2 / SECTIONS, kmol * NM3_PER_KMOL / 273.15  # Nm3/(s K): times T it is the true flow
    volume = c.pass_m3 / SECTIONS
    t, limit = t_in, 850.0 + 273.15
    hot = c.chamber_m3 / (flow * t_in) if t_in >= limit else 0.0
    profile[0], times[0] = t, 0.0
    for k in range(SECTIONS):
        half = t - 0.5 * SIGMA * area * (t**4 - wall4) / heat_capacity(mix, t)
        end = t - SIGMA * area * (half**4 - wall4) / heat_capacity(mix, half)
        stay = volume / (flow * half)
        if end >= limit:
            hot += stay
        elif t > limit:
            hot += stay * (t - limit) / (t - end)
        t = end
        profile[k + 1] = t
        times[k + 1] = times[k] + stay
    return hot


@kernel
def along(values: Floats, height: float) -> float:
    """Value at a height 0 to 1 of the first pass, linear between section edges."""
    x = height * SECTIONS
    k = min(int(x), SECTIONS - 1)
    return float(values[k] + (x - k) * (values[k + 1] - values[k]))
