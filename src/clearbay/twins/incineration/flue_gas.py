"""From the furnace to the stack: denitrification in the furnace, reactor tower, bag filter, SCR.

Every step keeps every atom: what a rate or an efficiency decides is an extent, and the rest follows from the elements.
"""

import math

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration.case import Case
from clearbay.twins.incineration.compiled import kernel
from clearbay.twins.incineration.furnace import along, solids_formation, solids_mass
from clearbay.twins.incineration.sncr import reactor
from clearbay.twins.incineration.thermochemistry import (
    AMMONIA,
    CACL2,
    CACO3,
    CASO3,
    CO2,
    GAS_MASS,
    H2O,
    HCL,
    HNCO,
    LIME,
    N2,
    N2O,
    NH3,
    NM3_PER_KMOL,
    NO,
    O2,
    SO2,
    SOLID_CP,
    SOLID_FORMATION,
    T0,
    UREA,
    WATER,
    R,
    enthalpy,
    mixture,
    molar_enthalpy,
    temperature,
)

Floats = NDArray[np.float64]
AFTER_PASS_S = 0.7  # s for which gas still reacts in the empty second pass; a prior


@kernel
def total(gas: Floats) -> float:
    """Sum of a gas [kmol/s]."""
    s = 0.0
    for k in range(12):
        s += gas[k]
    return s


@kernel
def denitrify(
    c: Case, values: NDArray[np.float32], gas: Floats, profile: Floats, times: Floats, reagent: Floats, left: Floats,
    corners: NDArray[np.int64], weights: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Inject the reagent at its layer and let it react; changes `gas`, writes `reagent` (10) [kmol/s].

    `left`, `corners` and `weights` are scratch of `sncr.reactor`.

    Returns the temperature [K] and time [s] the reagent had. Reagent that reached no NO (1 - mixing) is taken to be
    oxidised to nitrogen, so poor mixing costs reduction without adding slip.
    """
    reagent[:] = 0.0
    no = gas[NO]
    fed = c.nsr * no
    t = along(profile, c.layer)
    tau = times[-1] - along(times, c.layer) + AFTER_PASS_S - c.release_s
    if fed <= 0.0:
        return t, max(tau, 0.0)
    reagent[UREA] = 0.5 * fed * c.urea_share
    reagent[AMMONIA] = fed * (1.0 - c.urea_share)
    water = fed * c.carrier / GAS_MASS[H2O]
    reagent[WATER] = water
    wet = total(gas)
    reactor(
        values, t + c.shift_k, c.co_layer, c.nsr, gas[O2] / wet, no / wet, c.hnco_share, tau, left, corners, weights
    )
    no_out = no * (1.0 - c.mixing * (1.0 - left[0]))
    nh3, hnco, n2o = no * left[1], no * left[2], no * left[3]
    if c.nsr < 0.25:
        nh3, hnco = min(nh3, fed), min(hnco, fed - min(nh3, fed))
    # atoms: N -> N2, C of HNCO and urea -> CO2, H -> H2O, the rest of O from the gas
    n2 = 0.5 * (no + fed - no_out - nh3 - hnco - 2.0 * n2o)
    if n2 < 0.0:  # interpolated slip and N2O may ask for more N than there is: take it from N2O, then from NH3
        n2o += n2
        n2 = 0.0
        if n2o < 0.0:
            nh3 += 2.0 * n2o
            n2o = 0.0
    carbon = reagent[UREA] - hnco
    h2o = 0.5 * (4.0 * reagent[UREA] + 3.0 * reagent[AMMONIA] - 3.0 * nh3 - hnco)
    o2 = 0.5 * (no + reagent[UREA] - no_out - hnco - n2o - h2o - 2.0 * carbon)
    gas[NO] = no_out
    gas[NH3] += nh3
    gas[HNCO] += hnco
    gas[N2O] += n2o
    gas[N2] += n2
    gas[CO2] += carbon
    gas[H2O] += h2o + water
    gas[O2] += o2
    return t, max(tau, 0.0)


@kernel
def conversion(ratio: float, exponent: float) -> float:
    """Acid gas bound at a sorbent ratio SR: X = (SR^n - SR)/(SR^n - 1) (Antonioni et al. 2011), 0 at SR 0."""
    if ratio <= 0.0:
        return 0.0
    log = math.log(ratio)
    if abs(log) < 1e-9:
        return 1.0 - 1.0 / exponent
    return 1.0 - math.expm1(log) / math.expm1(exponent * log)


@kernel
def neutralise(
    c: Case, gas: Floats, solids: Floats, ash: float, h_in: float, fed: Floats, mix: Floats
) -> tuple[float, float]:
    """Lime and water in the reactor: changes `gas` and `solids`, writes what was `fed` (10) [kmol/s].

    `h_in` is the absolute enthalpy [kW] of gas and solids coming in. Water is what the tower's outlet temperature
    asks for; where the gas is colder already, none. Returns the outlet temperature [K] and enthalpy [kW].
    """
    fed[:] = 0.0
    hcl, so2 = gas[HCL], gas[SO2]
    lime = c.sorbent_ratio * (0.5 * hcl + so2)
    chloride = 0.5 * hcl * conversion(c.sorbent_ratio, c.hcl_exponent)
    sulphite = so2 * conversion(c.sorbent_ratio, c.so2_exponent)
    carbonate = min(c.carbonation * (lime - chloride - sulphite), gas[CO2])
    carbonate = max(carbonate, 0.0)
    fed[LIME] = lime
    gas[HCL] -= 2.0 * chloride
    gas[SO2] -= sulphite
    gas[CO2] -= carbonate
    gas[H2O] += 2.0 * chloride + 0.5 * sulphite + carbonate
    solids[LIME] += lime - chloride - sulphite - carbonate
    solids[CACL2] += chloride
    solids[CASO3] += sulphite
    solids[CACO3] += carbonate
    h_in += lime * SOLID_FORMATION[LIME]
    fixed = solids_formation(solids)
    mixture(gas, solids_mass(ash, solids), mix)
    t_out = c.reactor_c + 273.15
    over = h_in - fixed - enthalpy(mix, t_out)
    water = 0.0
    if over > 0.0:
        # each kmol of water takes this much: steam at the outlet less liquid at 25 degC
        water = over / (molar_enthalpy(H2O, t_out) - SOLID_FORMATION[WATER])
        fed[WATER] = water
        gas[H2O] += water
        h_in += water * SOLID_FORMATION[WATER]
        mixture(gas, solids_mass(ash, solids), mix)
    else:
        t_out = temperature(mix, h_in - fixed, t_out)
    return t_out, h_in


@kernel
def reduce(
    c: Case, gas: Floats, ash: float, solids: Floats, t_in: float, mix: Floats
) -> tuple[float, float, float, float]:
    """SCR with gas-gas exchanger and steam reheater; changes `gas`.

    Plant form of the rate: -ln(1 - eta/m) = K/AV, m = NH3/NO up to 1 (K and its slope are priors).
    Returns steam heat [kW], NH3 fed [kmol/s], temperature at the catalyst and at the outlet [K].
    """
    if c.scr_m2 <= 0.0:
        return 0.0, 0.0, t_in, t_in
    dust = solids_mass(ash, solids)
    mixture(gas, dust, mix)
    t_scr = max(c.scr_c + 273.15, t_in)
    h_cold, h_hot = enthalpy(mix, t_in), enthalpy(mix, t_scr)
    recovered = enthalpy(mix, t_in + c.scr_recovery * (t_scr - t_in)) - h_cold
    steam = h_hot - h_cold - recovered
    no = gas[NO]
    fed = max(c.scr_nsr * no - gas[NH3], 0.0)
    ratio = min((gas[NH3] + fed) / no, 1.0) if no > 0.0 else 0.0
    k = c.scr_k180 * math.exp(-c.scr_ea / R * (1.0 / t_scr - 1.0 / 453.15))
    done = no * ratio * (1.0 - math.exp(-k * c.scr_m2 / (total(gas) * NM3_PER_KMOL * 3600.0)))
    gas[NO] -= done
    gas[NH3] += fed - done
    gas[O2] -= 0.25 * done
    gas[N2] += done
    gas[H2O] += 1.5 * done
    water = fed * c.carrier / GAS_MASS[H2O]
    gas[H2O] += water
    h = h_hot - recovered + fed * SOLID_FORMATION[AMMONIA] + water * SOLID_FORMATION[WATER]
    mixture(gas, dust, mix)
    return steam, fed, t_scr, temperature(mix, h, t_scr)


@kernel
def cool_solids(ash: float, solids: Floats, t: float) -> float:
    """Absolute enthalpy [kW] of ash and solids at t [K]."""
    return solids_mass(ash, solids) * SOLID_CP * (t - T0) + solids_formation(solids)
