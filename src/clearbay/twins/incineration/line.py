"""One steady line, from the grate to the stack, and batches of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clearbay.twins.incineration import case as cases
from clearbay.twins.incineration import flue_gas, furnace, if97
from clearbay.twins.incineration.case import DEFAULT, INPUTS, Case
from clearbay.twins.incineration.compiled import kernel
from clearbay.twins.incineration.sncr import TABLE
from clearbay.twins.incineration.thermochemistry import (
    AMMONIA,
    CARBON,
    CO,
    CO2,
    GAS_MASS,
    H2O,
    HCL,
    HNCO,
    LIME,
    N2O,
    NH3,
    NM3_PER_KMOL,
    NO,
    O2,
    SO2,
    WATER,
    enthalpy,
    mixture,
    temperature,
)

Floats = NDArray[np.float64]

# stages of the flow sheet, the rows of `Lines.streams`
STAGES = (
    "burnt", "chamber", "first_pass", "denitrified", "boiler", "reactor", "filter", "stack",
    "bottom_ash", "boiler_ash", "filter_residue", "primary_air", "secondary_air", "denox_reagent", "reactor_feed",
    "activated_carbon", "leak_air", "scr_reagent",
)  # fmt: skip
(BURNT, CHAMBER, FIRST_PASS, DENITRIFIED, BOILER, REACTOR, FILTER, STACK, BOTTOM_ASH, BOILER_ASH, RESIDUE, PRIMARY,
 SECONDARY, REAGENT, REACTOR_FEED, ACTIVATED_CARBON, LEAK, SCR_REAGENT) = range(18)  # fmt: skip
WIDTH = 24  # of a stream: 12 gases [kmol/s], temperature [K], ash [kg/s], 10 solids [kmol/s]

OUTPUTS = (
    "adiabatic_c", "lower_c", "middle_c", "upper_c", "first_pass_c", "seconds_above_850", "layer_c", "boiler_exit_c",
    "reactor_exit_c", "filter_exit_c", "scr_c", "stack_c",
    "excess_air", "air_nm3_s", "wet_gas_nm3_s", "dry_gas_nm3_s", "stack_wet_nm3_s", "stack_dry_nm3_s",
    "o2_stack", "h2o_stack", "dust", "nox", "so2", "hcl", "co", "nh3", "n2o", "hnco",
    "nox_raw", "nox_denitrified", "so2_raw", "hcl_raw", "dust_raw",
    "steam", "drum_steam", "feedwater", "blowdown_flow", "heat_chamber", "heat_first_pass", "heat_convective",
    "heat_fired", "heat_loss", "heat_bleed_air", "heat_drum_air", "heat_reheat", "filter_loss",
    "bottom_ash", "fly_ash", "lime", "denox_n", "denox_reagent", "tower_water", "scr_ammonia", "carbon_dioxide",
)  # fmt: skip
_N_OUT = len(OUTPUTS)


@kernel
def _put(streams: Floats, stage: int, gas: Floats, t: float, ash: float, solids: Floats) -> None:
    if streams.shape[0] > 0:
        streams[stage, :12] = gas
        streams[stage, 12] = t
        streams[stage, 13] = ash
        streams[stage, 14:] = solids


@kernel
def _concentration(kmol: float, molar: float, dry: float, o2: float) -> float:
    """mg/Nm3, dry, at 11 % O2: GB 18485 converts by (21 - 11)/(21 - O2)."""
    return kmol * molar * 1e6 / (dry * NM3_PER_KMOL) * 10.0 / (21.0 - 100.0 * o2)


@kernel
def _line(
    c: Case, values: NDArray[np.float32], h_steam: float, h_feed: float, h_vapour: float, h_liquid: float,
    t_drum: float, r: Floats, s: Floats, pad: tuple[Floats, ...],
    corners: NDArray[np.int64],
) -> None:  # fmt: skip
    gas, work, none, bottom, solids, out, fed, mix, profile, times, left, weights = pad
    none[:] = 0.0
    o2_air, bottom_ash, ash = furnace.burn(c, gas, bottom, solids)
    t_burnt, h_burnt = furnace.adiabatic(c, gas, bottom, solids, o2_air, bottom_ash, ash, mix, work)
    _put(s, BURNT, gas, t_burnt, ash, solids)
    _put(s, BOTTOM_ASH, none, c.slag_c + 273.15, bottom_ash, bottom)
    if s.shape[0] > 0:
        furnace.air(o2_air * c.primary_share, c.air_humidity, work)
        _put(s, PRIMARY, work, c.primary_c + 273.15, 0.0, none[:10])
        furnace.air(o2_air * (1.0 - c.primary_share), c.air_humidity, work)
        _put(s, SECONDARY, work, c.secondary_c + 273.15, 0.0, none[:10])
    t_chamber = furnace.chamber(c, mix, t_burnt, h_burnt)
    _put(s, CHAMBER, gas, t_chamber, ash, solids)
    wet = flue_gas.total(gas)
    hot = furnace.first_pass(c, mix, wet, t_chamber, profile, times)
    t_pass = profile[furnace.SECTIONS]
    _put(s, FIRST_PASS, gas, t_pass, ash, solids)
    h_chamber, h_pass = enthalpy(mix, t_chamber), enthalpy(mix, t_pass)
    dry, o2 = wet - gas[H2O], c.o2_dry
    r[0], r[1], r[2], r[3] = t_burnt, t_chamber, furnace.along(profile, 1 / 3), furnace.along(profile, 2 / 3)
    r[4], r[5] = t_pass, hot
    r[12] = o2_air / (o2_air - gas[O2])
    r[14], r[15] = wet * NM3_PER_KMOL, dry * NM3_PER_KMOL
    r[28] = _concentration(gas[NO], 46.005, dry, o2)
    r[30] = _concentration(gas[SO2], GAS_MASS[SO2], dry, o2)
    r[31] = _concentration(gas[HCL], GAS_MASS[HCL], dry, o2)
    r[32] = _concentration(furnace.solids_mass(ash, solids), 1.0, dry, o2)

    no_raw = gas[NO]
    r[6], _ = flue_gas.denitrify(c, values, gas, profile, times, fed, left, corners, weights)
    _put(s, REAGENT, none, 298.15, 0.0, fed)
    r[49] = c.nsr * no_raw * 14.007
    r[50] = furnace.solids_mass(0.0, fed)
    h = h_pass + furnace.solids_formation(fed)
    mixture(gas, furnace.solids_mass(ash, solids), mix)
    t = temperature(mix, h, t_pass)
    _put(s, DENITRIFIED, gas, t, ash, solids)
    wet = flue_gas.total(gas)
    dry = wet - gas[H2O]
    r[29] = _concentration(gas[NO], 46.005, dry, gas[O2] / dry)

    scale = c.fouling * (c.gas_design / wet) ** 0.4
    t_mid = t_drum + (t - t_drum) * np.exp(-c.ntu_evaporator * scale)
    t_feed = c.feedwater_c + 273.15
    t = t_feed + (t_mid - t_feed) * np.exp(-c.ntu_economiser * scale)
    h_boiler = enthalpy(mix, t)
    dropped = c.boiler_ash_share
    for k in range(10):
        out[k] = solids[k] * dropped
        solids[k] -= out[k]
    _put(s, BOILER_ASH, none, t, ash * dropped, out)
    boiler_ash = furnace.solids_mass(ash * dropped, out)
    h_left = h_boiler + furnace.solids_formation(solids) - (flue_gas.cool_solids(ash * dropped, out, t)
                                                            - furnace.solids_formation(out))  # fmt: skip
    ash -= ash * dropped
    _put(s, BOILER, gas, t, ash, solids)
    r[7] = t
    heat = h_burnt - h_chamber, h_chamber - h_pass, h - h_boiler

    t, h_left = flue_gas.neutralise(c, gas, solids, ash, h_left, fed, mix)
    _put(s, REACTOR_FEED, none, 298.15, 0.0, fed)
    _put(s, REACTOR, gas, t, ash, solids)
    r[8] = t
    r[48] = fed[LIME] * 74.092
    r[51] = fed[WATER] * GAS_MASS[H2O]

    # bag filter: in-leakage, activated carbon, and nearly all of the solids leave
    fed[:] = 0.0
    fed[CARBON] = c.activated_carbon * c.feed / 12.011
    _put(s, ACTIVATED_CARBON, none, 298.15, 0.0, fed)
    solids[CARBON] += fed[CARBON]
    share = GAS_MASS[H2O] / furnace.DRY_AIR_KG
    leak = c.leak_share * flue_gas.total(gas) / (4.7742 + c.air_humidity / share)
    furnace.air(leak, c.air_humidity, work)
    _put(s, LEAK, work, c.ambient_c + 273.15, 0.0, none[:10])
    mixture(work, 0.0, mix)
    h_left += enthalpy(mix, c.ambient_c + 273.15)
    for k in range(12):
        gas[k] += work[k]
    mixture(gas, furnace.solids_mass(ash, solids), mix)
    t = temperature(mix, h_left - furnace.solids_formation(solids), t)
    t_filter = t - c.filter_drop_k
    r[45] = h_left - furnace.solids_formation(solids) - enthalpy(mix, t_filter)
    t = t_filter
    kept = 1.0 - c.filter_pass
    for k in range(10):
        out[k] = solids[k] * kept
        solids[k] -= out[k]
    _put(s, RESIDUE, none, t, ash * kept, out)
    r[47] = furnace.solids_mass(ash * kept, out) + boiler_ash
    ash -= ash * kept
    _put(s, FILTER, gas, t, ash, solids)
    r[9] = t

    steam_heat, nh3, t_scr, t = flue_gas.reduce(c, gas, ash, solids, t, mix)
    fed[:] = 0.0
    fed[AMMONIA] = nh3
    fed[WATER] = nh3 * c.carrier / GAS_MASS[H2O]
    _put(s, SCR_REAGENT, none, 298.15, 0.0, fed)
    _put(s, STACK, gas, t, ash, solids)
    r[10], r[11] = t_scr, t
    wet = flue_gas.total(gas)
    dry = wet - gas[H2O]
    o2 = gas[O2] / dry
    r[16], r[17], r[18], r[19] = wet * NM3_PER_KMOL, dry * NM3_PER_KMOL, o2, gas[H2O] / wet
    r[20] = _concentration(furnace.solids_mass(ash, solids), 1.0, dry, o2)
    r[21] = _concentration(gas[NO], 46.005, dry, o2)
    r[22] = _concentration(gas[SO2], GAS_MASS[SO2], dry, o2)
    r[23] = _concentration(gas[HCL], GAS_MASS[HCL], dry, o2)
    r[24] = _concentration(gas[CO], GAS_MASS[CO], dry, o2)
    r[25] = _concentration(gas[NH3], GAS_MASS[NH3], dry, o2)
    r[26] = _concentration(gas[N2O], GAS_MASS[N2O], dry, o2)
    r[27] = _concentration(gas[HNCO], GAS_MASS[HNCO], dry, o2)

    # air heating: primary air by bleed steam, then by drum steam; secondary air by drum steam
    furnace.air(o2_air, c.air_humidity, work)
    mixture(work, 0.0, mix)
    r[13] = flue_gas.total(work) * NM3_PER_KMOL
    h_cold = enthalpy(mix, c.ambient_c + 273.15)
    h_bleed = enthalpy(mix, c.bleed_air_c + 273.15)
    to_bleed = c.primary_share * max(h_bleed - h_cold, 0.0)
    all_air = c.primary_share * (enthalpy(mix, c.primary_c + 273.15) - h_cold) + (1.0 - c.primary_share) * (
        enthalpy(mix, c.secondary_c + 273.15) - h_cold
    )
    to_drum = all_air - to_bleed
    # water side of the boiler
    water_heat = heat[0] + heat[1] + heat[2]
    drum_steam = (to_drum + steam_heat) / (h_vapour - h_liquid)
    steam = (water_heat - drum_steam * (h_vapour - h_feed + c.blowdown * (h_liquid - h_feed))) / (
        h_steam - h_feed + c.blowdown * (h_liquid - h_feed)
    )
    blow = c.blowdown * (steam + drum_steam)
    r[33], r[34], r[35], r[36] = steam, drum_steam, steam + drum_steam + blow, blow
    r[37], r[38], r[39] = heat
    r[40] = c.feed * c.lhv
    r[41] = c.feed * c.lhv * c.loss_share
    r[42], r[43], r[44] = to_bleed, to_drum, steam_heat
    r[46] = furnace.solids_mass(bottom_ash, bottom)
    r[52] = nh3 * GAS_MASS[NH3]
    r[53] = gas[CO2] * GAS_MASS[CO2]
    for k in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11):
        r[k] -= 273.15


@kernel
def _batch(records: Sequence[Case], values: NDArray[np.float32], results: Floats, streams: Floats) -> None:
    # scratch, made once: gas, air, nothing; four rows of solids; mixture; three profiles; weights of table corners
    pad = (
        np.zeros(12), np.zeros(12), np.zeros(12), np.zeros(10), np.zeros(10), np.zeros(10), np.zeros(10),
        np.zeros(13), np.zeros(7), np.zeros(7), np.zeros(4), np.zeros(128),
    )  # fmt: skip
    corners = np.empty(128, dtype=np.int64)
    p = t = drum = feed = -1.0
    h_steam = h_feed = h_vapour = h_liquid = t_drum = 0.0
    for k in range(len(records)):
        c = records[k]
        # batches seldom vary the steam state: the four IF97 values are kept until it changes
        if c.steam_mpa != p or c.steam_c != t or c.drum_mpa != drum or c.feedwater_c != feed:
            p, t, drum, feed = c.steam_mpa, c.steam_c, c.drum_mpa, c.feedwater_c
            h_steam = if97.h_steam(p, t + 273.15)
            t_drum = if97.saturation_k(drum)
            h_vapour = if97.h_steam(drum, t_drum)
            h_liquid = if97.h_water(drum, t_drum)
            h_feed = if97.h_water(drum, feed + 273.15)
        _line(c, values, h_steam, h_feed, h_vapour, h_liquid, t_drum, results[k], streams[k], pad, corners)


@dataclass(frozen=True)
class Lines:
    """Results of a batch: inputs (n, inputs), results (n, outputs) and, where asked for, streams (n, 18, 24)."""

    inputs: Floats
    results: Floats
    streams: Floats

    def __getitem__(self, name: str) -> Floats:
        """One output or input by name, shape (n)."""
        if name in OUTPUTS:
            return self.results[:, OUTPUTS.index(name)]
        return self.inputs[:, INPUTS.index(name)]

    def stream(self, stage: int) -> Floats:
        """One stage of the flow sheet, shape (n, 24): 12 gases, temperature [K], ash [kg/s], 10 solids."""
        return self.streams[:, stage, :]


def solve_rows(rows: Floats, streams: bool = False) -> Lines:
    """Solve rows laid out by `case.table`; `streams` also keeps every stage, for balances and pictures.

    Raises:
        InfeasibleCase: a row outside what the model means.
    """
    cases.check(rows)
    results = np.empty((rows.shape[0], _N_OUT))
    kept = np.zeros((rows.shape[0], len(STAGES) if streams else 0, WIDTH))
    _batch(cases.records(rows), TABLE, results, kept)
    return Lines(rows, results, kept)


def solve(inputs: Mapping[str, ArrayLike] | None = None, base: Case = DEFAULT, streams: bool = False) -> Lines:
    """Solve one line or a batch: inputs by name, arrays broadcast against each other, the rest from `base`.

    Raises:
        InfeasibleCase: an unknown input, a value out of range, a composition that does not sum to 1.
    """
    return solve_rows(cases.table(inputs, base), streams)
