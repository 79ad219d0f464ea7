"""The dynamic line: grate zones, quasi-steady gas, refractory, drum, superheater; one derivative, by the second.

Pools hold water, volatiles, char and ash in three grate zones; everything that leaves one pool enters another, the gas,
or the slag, so elements and energy are linear in the states and any Runge-Kutta step keeps them. Structure: two-layer
beds of EP 1589283 and Brem and van Kessel's simulator; the rate constants are priors, not fitted to any plant.
Gas enthalpies here are quadratics in temperature fitted to the NASA polynomials of the steady line (298 to 1500 K).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration import furnace
from clearbay.twins.incineration.case import Case
from clearbay.twins.incineration.compiled import kernel
from clearbay.twins.incineration.if97 import h_steam, h_water, saturation_k, saturation_mpa
from clearbay.twins.incineration.line import BURNT, solve_rows
from clearbay.twins.incineration.thermochemistry import (
    AIR_AR,
    AIR_CO2,
    AIR_N2,
    GAS_FORMATION,
    GAS_MASS,
    H2O,
    O2,
    SOLID_FORMATION,
    T0,
    WATER,
    gas_enthalpy,
)

Floats = NDArray[np.float64]

# states: 3 zones x (water, volatiles, char, ash) [kg], then energies [kJ] and water in the drum [kg]
STATES = (
    *(f"{what}_{zone}" for zone in (1, 2, 3) for what in ("water", "volatile", "char", "ash")),
    "refractory", "boiler", "superheater", "drum",
)  # fmt: skip
REFRACTORY, BOILER, SUPERHEATER, DRUM = 12, 13, 14, 15
# flows of one instant, in the order of `Flows.total`: what enters and leaves
FLOWS = (
    "feed_water", "feed_volatile", "feed_char", "feed_ash",  # kg/s
    "slag_water", "slag_volatile", "slag_char", "slag_ash",
    "air_o2", "fuel",  # kmol/s of O2 in air; kg/s of auxiliary fuel
    "CO2", "H2O", "O2", "N2", "Ar", "SO2", "HCl", "CO", "NO", "bound_HCl", "bound_SO3",  # kmol/s leaving
    "heat_air", "heat_gas", "heat_loss", "heat_steam", "heat_blowdown", "steam", "feedwater", "blowdown",  # kW, kg/s
)  # fmt: skip
N_FLOW = len(FLOWS)
# readings of one instant
READINGS = ("furnace_k", "pass_middle_k", "pass_exit_k", "layer_k", "boiler_exit_k", "o2_wet", "o2_dry", "steam",
            "steam_c", "drum_mpa", "wet_kmol", "dry_kmol", "no_kmol", "hcl_kmol", "so2_kmol", "co_kmol", "char_last",
            "h2o_share")  # fmt: skip
N_READ = len(READINGS)


class Setup(NamedTuple):
    """Constants of one dynamic line, made by `setup` from a steady case."""

    # per kg volatiles [kmol], and what enthalpy volatiles carry [kJ/kg]
    v_c: float
    v_h: float
    v_o: float
    v_n: float
    v_s: float
    v_cl: float
    h_volatile: float
    water: float  # mean shares of the feed
    volatile: float
    char: float
    ash: float
    hcl_release: float
    so2_release: float
    no_base: float
    no_slope: float
    # gas
    humidity: float  # kmol H2O per kmol O2 of air
    air_warm: float  # enthalpy of primary air [kJ/kmol O2]
    air_cold: float
    loss: float  # kW at full load
    chamber_m2: float
    pass_m2: float
    wall4: float
    gas_design: float
    ntu_evaporator: float
    ntu_economiser: float
    feedwater_k: float
    # steam
    h_vapour: float  # less feedwater [kJ/kg]
    h_liquid: float
    h_live: float
    steam_c: float
    cp_steam: float
    blowdown: float
    superheat: float  # share of the convective heat
    ua_superheater: float
    c_refractory: float  # kJ/K
    c_boiler: float
    c_superheater: float
    h_refractory: float  # kW/K
    drum_kg: float
    p_a: float  # ln p [MPa] = a - b/T - c/T2
    p_b: float
    p_c: float
    # full-load flows
    feed: float
    o2_primary: float
    o2_secondary: float
    steam: float
    o2_wet: float
    t_design: float
    layer: float
    valve: float  # kg/s steam per MPa, valve open
    drum_mpa: float


def fitted_enthalpy() -> Floats:
    """Quadratics for the twelve gases: formation, a and b of h = hf + a (T - T0) + b (T2 - T02) [kJ/kmol]."""
    t = np.linspace(T0, 1500.0, 200)
    out = np.empty((12, 3))
    for k in range(12):
        one = np.zeros((len(t), 12))
        one[:, k] = 1.0
        rise = gas_enthalpy(one, t) - GAS_FORMATION[k]
        fit, *_ = np.linalg.lstsq(np.column_stack([t - T0, t**2 - T0**2]), rise, rcond=None)
        out[k] = GAS_FORMATION[k], fit[0], fit[1]
    return out


QUADRATIC = fitted_enthalpy()
FUEL_C, FUEL_H = 0.0715, 0.142  # kmol per kg of light oil (CH1.98)
FUEL_LHV = 42700.0  # kJ/kg
FUEL_ENTHALPY = FUEL_LHV + FUEL_C * GAS_FORMATION[0] + FUEL_H / 2 * GAS_FORMATION[H2O]
H_LIQUID_WATER = SOLID_FORMATION[WATER] / GAS_MASS[H2O]
BOUND_HCL, BOUND_SO3 = SOLID_FORMATION[1], SOLID_FORMATION[2]
CHAR_SHARE = 0.13  # of the combustible; fixed carbon, a prior
# zone residence [s] and rate constants [1/s] at design temperature and air; priors
TRANSIT = np.array([1200.0, 1200.0, 1500.0])
K_DRY = np.array([1 / 350.0, 1 / 150.0, 1 / 80.0])
K_VOLATILE = np.array([1 / 700.0, 1 / 220.0, 1 / 150.0])
K_CHAR = np.array([1 / 3000.0, 1 / 700.0, 1 / 350.0])


@kernel
def derivative(q: Setup, y: Floats, u: Floats, t_guess: float, dy: Floats, flow: Floats, read: Floats) -> float:
    """Rates of change of the states at controls `u`; writes flows and readings; returns the furnace temperature [K].

    u: feed [kg/s], its water, volatile and char shares, primary and secondary air [kmol O2/s], grate speeds of the
    three zones (1 design), auxiliary fuel [kg/s], steam valve (0 to 1), feedwater [kg/s], spray [kg/s].
    """
    feed = u[0]
    ash_share = 1.0 - u[1] - u[2] - u[3]
    o2_in = u[4] + u[5]
    # what the bed sees: mostly the glowing walls, whose heat lags the flame's
    hot = ((0.25 * t_guess + 0.75 * (y[REFRACTORY] / q.c_refractory + T0 + 60.0)) / q.t_design) ** 4
    draught = u[4] / q.o2_primary
    blown = hot * (0.4 + 0.6 * draught)
    dry_rate = volatile_rate = char_rate = 0.0
    r = (feed * u[1], feed * u[2], feed * u[3], feed * ash_share)
    # oxygen limits the fire: what the air cannot burn stays in the bed
    per_volatile = q.v_c + 0.25 * (q.v_h - q.v_cl) + q.v_s - 0.5 * q.v_o
    want = 0.0
    for z in range(3):
        b = 4 * z
        damp = y[b] / (y[b + 1] + 1e-3)
        want += K_VOLATILE[z] * blown / (1.0 + 1.2 * damp) * y[b + 1] * per_volatile
        want += K_CHAR[z] * draught * min(hot, 1.0) * y[b + 2] / 12.011
    fuel_need = u[9] * (FUEL_C + 0.25 * FUEL_H)
    spare = max(o2_in - fuel_need, 0.0)
    limit = min(1.0, 0.985 * spare / (want + 1e-12))
    flow[0], flow[1], flow[2], flow[3] = r
    in_w, in_v, in_c, in_a = r
    for z in range(3):
        b = 4 * z
        damp = y[b] / (y[b + 1] + 1e-3)
        dry = K_DRY[z] * blown * y[b]
        vol = K_VOLATILE[z] * blown / (1.0 + 1.2 * damp) * y[b + 1] * limit
        burn = K_CHAR[z] * draught * min(hot, 1.0) * y[b + 2] * limit
        move = u[6 + z] / TRANSIT[z]
        out_w, out_v, out_c, out_a = move * y[b], move * y[b + 1], move * y[b + 2], move * y[b + 3]
        dy[b] = in_w - dry - out_w
        dy[b + 1] = in_v - vol - out_v
        dy[b + 2] = in_c - burn - out_c
        dy[b + 3] = in_a - out_a
        in_w, in_v, in_c, in_a = out_w, out_v, out_c, out_a
        dry_rate += dry
        volatile_rate += vol
        char_rate += burn
    flow[4], flow[5], flow[6], flow[7] = in_w, in_v, in_c, in_a
    # gas
    carbon = volatile_rate * q.v_c + char_rate / 12.011 + u[9] * FUEL_C
    chlorine, sulphur = volatile_rate * q.v_cl, volatile_rate * q.v_s
    hcl, so2 = chlorine * q.hcl_release, sulphur * q.so2_release
    nitrogen = volatile_rate * q.v_n
    water = 0.5 * (volatile_rate * q.v_h - chlorine + u[9] * FUEL_H)
    need = carbon + 0.5 * water + so2 + 1.5 * (sulphur - so2) - 0.5 * volatile_rate * q.v_o
    n2_air, ar, co2_air = o2_in * AIR_N2, o2_in * AIR_AR, o2_in * AIR_CO2
    left = o2_in - need
    dry_gas = max(left, 0.0) + n2_air + ar + carbon + hcl
    oxygen = max(left, 0.0) / dry_gas
    no = nitrogen * (q.no_base + q.no_slope * oxygen)
    # carbon monoxide: little, more when oxygen is short or the furnace cold
    oil = u[9] * FUEL_C
    short = 0.08 * math.exp(-120.0 * oxygen)
    cold = 0.01 * math.exp(-(t_guess - 900.0) / 45.0)
    co = (carbon - oil) * min(2.5e-5 + short + cold, 0.05) + oil * min(5e-5 + short, 0.05)
    left += 0.5 * co - 0.5 * no
    h2o = water + dry_rate / 18.015 + o2_in * q.humidity
    n2 = n2_air + 0.5 * (nitrogen - no)
    co2 = carbon - co + co2_air
    wet = co2 + h2o + left + n2 + ar + so2 + hcl + co + no
    formation = (
        co2 * QUADRATIC[0, 0] + h2o * QUADRATIC[1, 0] + left * QUADRATIC[2, 0] + n2 * QUADRATIC[3, 0]
        + ar * QUADRATIC[4, 0] + so2 * QUADRATIC[5, 0] + hcl * QUADRATIC[6, 0] + co * QUADRATIC[7, 0]
        + no * QUADRATIC[8, 0]
    )  # fmt: skip
    a = (
        co2 * QUADRATIC[0, 1] + h2o * QUADRATIC[1, 1] + left * QUADRATIC[2, 1] + n2 * QUADRATIC[3, 1]
        + ar * QUADRATIC[4, 1] + so2 * QUADRATIC[5, 1] + hcl * QUADRATIC[6, 1] + co * QUADRATIC[7, 1]
        + no * QUADRATIC[8, 1]
    )  # fmt: skip
    b2 = (
        co2 * QUADRATIC[0, 2] + h2o * QUADRATIC[1, 2] + left * QUADRATIC[2, 2] + n2 * QUADRATIC[3, 2]
        + ar * QUADRATIC[4, 2] + so2 * QUADRATIC[5, 2] + hcl * QUADRATIC[6, 2] + co * QUADRATIC[7, 2]
        + no * QUADRATIC[8, 2]
    )  # fmt: skip
    t_ref = y[REFRACTORY] / q.c_refractory + T0
    t_boiler = y[BOILER] / q.c_boiler + T0
    wall4 = min(q.wall4, t_boiler**4)
    heat_air = u[4] * q.air_warm + u[5] * q.air_cold
    bound = (chlorine - hcl) * BOUND_HCL + (sulphur - so2) * BOUND_SO3
    source = (
        volatile_rate * q.h_volatile + dry_rate * H_LIQUID_WATER + u[9] * FUEL_ENTHALPY + heat_air - bound - formation
    )
    base = a * T0 + b2 * T0 * T0
    sigma = furnace.SIGMA
    t = t_guess
    for _ in range(3):
        f = source + base - a * t - b2 * t * t - sigma * q.chamber_m2 * (t**4 - wall4) - q.h_refractory * (t - t_ref)
        t += f / (a + 2.0 * b2 * t + 4.0 * sigma * q.chamber_m2 * t**3 + q.h_refractory)
        t = min(max(t, 250.0), 2200.0)
    to_refractory = q.h_refractory * (t - t_ref)
    h_gas = source - sigma * q.chamber_m2 * (t**4 - wall4) - to_refractory  # sensible heat, exactly what is left
    # first pass: dT/dA = -sigma T4 / C, the wall's share by its ratio; in two halves
    c_mid = a + 2.0 * b2 * (t - 60.0)
    lift = max(1.0 - wall4 / t**4, 0.0)
    k = 1.5 * sigma * q.pass_m2 * lift / c_mid
    inverse = 1.0 / t**3
    t_mid = (inverse + k) ** (-1.0 / 3.0)
    t_pass = (inverse + 2.0 * k) ** (-1.0 / 3.0)
    scale = (q.gas_design / max(wet, 0.05 * q.gas_design)) ** 0.4
    t_two = t_boiler + (t_pass - t_boiler) * math.exp(-q.ntu_evaporator * scale)
    t_sink = min(q.feedwater_k, t_boiler)
    t_out = t_sink + (t_two - t_sink) * math.exp(-q.ntu_economiser * scale)
    h_pass = a * t_pass + b2 * t_pass * t_pass - base
    h_out = a * t_out + b2 * t_out * t_out - base
    convective = h_pass - h_out
    radiant = sigma * q.chamber_m2 * (t**4 - wall4) + (h_gas - h_pass)
    loss = q.loss * (t_ref - 293.0) / 1000.0
    dy[REFRACTORY] = to_refractory - loss
    # steam
    p = math.exp(q.p_a - q.p_b / t_boiler - q.p_c / (t_boiler * t_boiler))
    steam = q.valve * u[10] * p
    blow = q.blowdown * steam
    t_metal = y[SUPERHEATER] / q.c_superheater + T0
    heat_steam = q.ua_superheater * (0.2 + 0.8 * steam / q.steam) * (t_metal - t_boiler - 30.0)
    if steam < 0.02 * q.steam:
        heat_steam = min(heat_steam, q.ua_superheater * 0.02 * (t_metal - t_boiler))
    to_superheater = q.superheat * convective
    dy[SUPERHEATER] = to_superheater - heat_steam
    spray = u[12]
    out = steam + spray
    live = (steam * q.h_vapour + heat_steam) / max(out, 1e-6)  # above feedwater
    dy[BOILER] = radiant + convective - to_superheater - steam * q.h_vapour - blow * q.h_liquid
    dy[DRUM] = u[11] - steam - blow
    flow[8], flow[9] = o2_in, u[9]
    flow[10], flow[11], flow[12], flow[13], flow[14] = co2, h2o, left, n2, ar
    flow[15], flow[16], flow[17], flow[18], flow[19], flow[20] = so2, hcl, co, no, chlorine - hcl, sulphur - so2
    flow[21], flow[22], flow[23] = heat_air, h_out + formation, loss
    flow[24], flow[25] = steam * q.h_vapour + heat_steam, blow * q.h_liquid
    flow[26], flow[27], flow[28] = out, u[11] + spray, blow
    read[0], read[1], read[2] = t, t_mid, t_pass
    read[3] = t + (t_pass - t) * q.layer
    read[4], read[5], read[6] = t_out, left / wet, left / (wet - h2o)
    read[7] = out
    read[8] = q.steam_c + (live - q.h_live) / q.cp_steam
    read[9], read[10], read[11] = p, wet, wet - h2o
    read[12], read[13], read[14], read[15] = no, hcl, so2, co
    read[16] = in_c / (in_c + in_a + 1e-9)
    read[17] = h2o / wet
    return t


def setup(case: Case) -> Setup:
    """Constants of the dynamic line of a steady case, so that both have the same furnace, waste and surfaces."""
    steady = solve_rows(np.array([case], dtype=float), streams=True)
    combustible = case.carbon + case.hydrogen + case.oxygen + case.nitrogen + case.sulphur + case.chlorine
    char = min(CHAR_SHARE * combustible, 0.5 * case.carbon)
    volatile = combustible - char
    v = np.array([case.carbon - char, case.hydrogen, case.oxygen, case.nitrogen, case.sulphur, case.chlorine])
    v = v / volatile / np.array([12.011, 1.008, 15.999, 14.007, 32.06, 35.45])
    enthalpy = furnace.waste_enthalpy(case)  # of waste; water and char carry theirs
    h_volatile = (enthalpy - case.water * H_LIQUID_WATER) / volatile  # char has none at 25 degC
    o2_air = steady.stream(BURNT)[0, 4] / AIR_AR  # only air brings argon
    moist = case.air_humidity * furnace.DRY_AIR_KG / GAS_MASS[H2O]
    one = np.zeros((1, 12))
    one[0, [0, H2O, O2, 3, 4]] = AIR_CO2, moist, 1.0, AIR_N2, AIR_AR

    def air(celsius: float) -> float:
        return float(gas_enthalpy(one, np.array([celsius + 273.15]))[0])

    t_drum = saturation_k(case.drum_mpa)
    h_feed = h_water(case.drum_mpa, case.feedwater_c + 273.15)
    t = np.linspace(320.0, 560.0, 60)
    pressure = np.log([saturation_mpa(x) for x in t])
    fit, *_ = np.linalg.lstsq(np.column_stack([np.ones_like(t), -1 / t, -1 / t**2]), pressure, rcond=None)
    evaporation = float(steady["steam"][0] + steady["drum_steam"][0])
    full = case.feed * case.lhv
    h_vapour = h_steam(case.drum_mpa, t_drum) - h_feed
    h_live = h_steam(case.steam_mpa, case.steam_c + 273.15) - h_feed
    superheat = evaporation * (h_live - h_vapour) / float(steady["heat_convective"][0]) * 1.04  # spray takes the rest
    size = case.feed / (500 / 86.4)
    furnace_k = float(steady["lower_c"][0]) + 273.15
    values: dict[str, float] = {
        "v_c": v[0], "v_h": v[1], "v_o": v[2], "v_n": v[3], "v_s": v[4], "v_cl": v[5], "h_volatile": h_volatile,
        "water": case.water, "volatile": volatile, "char": char, "ash": case.ash,
        "hcl_release": case.hcl_release, "so2_release": case.so2_release, "no_base": case.no_base,
        "no_slope": case.no_slope, "humidity": moist, "air_warm": air(case.primary_c),
        "air_cold": air(case.secondary_c), "loss": case.loss_share * full * 1000.0 / (furnace_k - 60.0 - 293.0),
        "chamber_m2": case.chamber_m2, "pass_m2": case.pass_m2, "wall4": (case.wall_c + 273.15) ** 4,
        "gas_design": case.gas_design, "ntu_evaporator": case.ntu_evaporator * case.fouling,
        "ntu_economiser": case.ntu_economiser * case.fouling, "feedwater_k": case.feedwater_c + 273.15,
        "h_vapour": h_vapour,
        "h_liquid": h_water(case.drum_mpa, t_drum) - h_feed, "h_live": h_live, "steam_c": case.steam_c,
        "cp_steam": 2.45, "blowdown": case.blowdown, "superheat": superheat,
        "ua_superheater": evaporation * (h_live - h_vapour) / 130.0,
        "c_refractory": 110e3 * size, "c_boiler": 226e3 * size, "c_superheater": 18e3 * size,
        "h_refractory": case.loss_share * full / 60.0, "drum_kg": 15e3 * size,
        "p_a": fit[0], "p_b": fit[1], "p_c": fit[2],
        "feed": case.feed, "o2_primary": o2_air * case.primary_share, "o2_secondary": o2_air * (1 - case.primary_share),
        "steam": evaporation, "o2_wet": _wet_oxygen(steady.stream(BURNT)), "t_design": furnace_k, "layer": case.layer,
        "valve": evaporation / (case.drum_mpa * 0.75), "drum_mpa": case.drum_mpa,
    }  # fmt: skip
    return Setup(**{k: float(x) for k, x in values.items()})


def _wet_oxygen(stream: Floats) -> float:
    return float(stream[0, O2] / stream[0, :12].sum())


def residuals(q: Setup, before: Floats, after: Floats, totals: Floats) -> dict[str, float]:
    """What the integrals of a run leave unexplained, relative to what went in: elements, ash, water and energy.

    before, after: states (16). totals: the integrals of FLOWS over the run.
    """
    f = dict(zip(FLOWS, totals.tolist(), strict=True))
    pools = (after - before)[:12].reshape(3, 4).sum(axis=0)  # water, volatile, char, ash
    kg = {"water": pools[0] + f["slag_water"], "volatile": pools[1] + f["slag_volatile"],
          "char": pools[2] + f["slag_char"], "ash": pools[3] + f["slag_ash"]}  # fmt: skip
    gone = {name: f[f"feed_{name}"] - kg[name] for name in kg}  # what left the bed for the gas
    vol, o2 = gone["volatile"], f["air_o2"]
    into = {
        "C": f["feed_volatile"] * q.v_c + f["feed_char"] / 12.011 + f["fuel"] * FUEL_C + o2 * AIR_CO2,
        "H": f["feed_volatile"] * q.v_h + 2 * f["feed_water"] / 18.015 + f["fuel"] * FUEL_H + 2 * o2 * q.humidity,
        "O": f["feed_volatile"] * q.v_o + f["feed_water"] / 18.015 + o2 * (2 + 2 * AIR_CO2 + q.humidity),
        "N": f["feed_volatile"] * q.v_n + 2 * o2 * AIR_N2, "S": f["feed_volatile"] * q.v_s,
        "Cl": f["feed_volatile"] * q.v_cl, "Ar": o2 * AIR_AR, "ash": f["feed_ash"], "steam": f["feedwater"],
    }  # fmt: skip
    left = {
        "C": vol * q.v_c + gone["char"] / 12.011 + f["fuel"] * FUEL_C + o2 * AIR_CO2 - f["CO2"] - f["CO"],
        "H": vol * q.v_h + 2 * gone["water"] / 18.015 + f["fuel"] * FUEL_H + 2 * o2 * q.humidity
        - 2 * f["H2O"] - f["HCl"] - f["bound_HCl"],
        "O": vol * q.v_o + gone["water"] / 18.015 + o2 * (2 + 2 * AIR_CO2 + q.humidity)
        - 2 * f["CO2"] - f["CO"] - f["H2O"] - 2 * f["O2"] - 2 * f["SO2"] - 3 * f["bound_SO3"] - f["NO"],
        "N": vol * q.v_n + 2 * o2 * AIR_N2 - 2 * f["N2"] - f["NO"],
        "S": vol * q.v_s - f["SO2"] - f["bound_SO3"], "Cl": vol * q.v_cl - f["HCl"] - f["bound_HCl"],
        "Ar": o2 * AIR_AR - f["Ar"], "ash": gone["ash"],
        "steam": f["feedwater"] - f["steam"] - f["blowdown"] - (after - before)[DRUM],
    }  # fmt: skip
    energy = vol * q.h_volatile + gone["water"] * H_LIQUID_WATER + f["fuel"] * FUEL_ENTHALPY + f["heat_air"]
    energy -= f["bound_HCl"] * BOUND_HCL + f["bound_SO3"] * BOUND_SO3
    energy -= f["heat_gas"] + f["heat_loss"] + f["heat_steam"] + f["heat_blowdown"]
    energy -= float((after - before)[[REFRACTORY, BOILER, SUPERHEATER]].sum())
    scale = f["heat_steam"] + f["heat_loss"] + 1e-9
    return {name: left[name] / (into[name] + 1e-12) for name in left} | {"energy": energy / scale}
