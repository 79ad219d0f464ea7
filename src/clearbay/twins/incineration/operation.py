"""A line in operation: control loops every second, sequences from cold iron to full load and back, and its monitors.

Loops (structure: ABB EP 1589283, Falconi et al. 2020, Brem and van Kessel; gains are ours): steam by feeder and primary
air, O2 by secondary air, burnout and bed height by grate speeds, 850 degC by the auxiliary burner with an interlock on
the feed, drum pressure by the turbine valve, drum level by three elements, steam temperature by spray, NOx by reagent,
HCl and SO2 by lime. Time step: explicit midpoint, 1 s; the loops hold their outputs over it as a DCS does.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration.compiled import kernel
from clearbay.twins.incineration.dynamics import (
    BOILER,
    DRUM,
    FLOWS,
    FUEL_C,
    FUEL_H,
    N_FLOW,
    N_READ,
    REFRACTORY,
    STATES,
    SUPERHEATER,
    Setup,
    derivative,
)
from clearbay.twins.incineration.flue_gas import conversion

Floats = NDArray[np.float64]

# states of a furnace, as an operator tags them
STOPPED, HEATING, STARTING, NORMAL, STOPPING, COOLING, FAULT = range(7)
FURNACE_TAGS = ("停运", "烘炉", "启炉", "正常运行", "停炉", "停炉降温", "故障")
FURNACE_TAGS_EN = ("out of service", "heating up", "start-up", "normal", "shutdown", "cooling down", "fault")
# events, by code; the first two are commands, the next five furnace faults, the last two belong to the monitors
EVENTS = ("stop", "start", "feeder", "draught", "lime", "denox", "filter", "cems", "thermocouple")

CHANNELS = (
    "furnace_lower_c", "furnace_middle_c", "furnace_upper_c", "steam_t_h", "steam_c", "drum_mpa", "drum_level",
    "furnace_pa", "feed_t_h", "aux_fuel_kg_h", "primary_air", "secondary_air", "o2_boiler", "bed_t", "residual_char",
    "nsr", "sorbent_ratio", "dust", "nox", "so2", "hcl", "co", "nh3", "o2_stack", "stack_dry_nm3_h", "stack_c",
    "stack_h2o", "boiler_exit_c", "state",
)  # fmt: skip
N_CHANNEL = len(CHANNELS)
N_CONTROL = 40
WARM = 850.0 + 273.15


class Operation(NamedTuple):
    """Set points and the gas cleaning of a dynamic line."""

    load: float = 1.0
    main_share: float = 0.9  # main steam / evaporation
    nox_setpoint: float = 100.0  # mg/Nm3, 11 % O2
    hcl_setpoint: float = 8.0
    so2_setpoint: float = 40.0
    nsr_max: float = 2.9
    sorbent_max: float = 3.2
    hcl_exponent: float = 8.0
    so2_exponent: float = 3.5
    scr: float = 0.35  # NO removed in the SCR
    slip_left: float = 0.5  # ammonia the SCR leaves
    dust: float = 5.3  # mg/Nm3, 11 % O2
    leak: float = 0.03
    stack_c: float = 180.0
    heat_rate: float = 90.0  # K/h, refractory heating up
    fuel_max: float = 0.33  # kg/s light oil
    cems_lag: float = 90.0  # s
    couple_lag: float = 40.0


@kernel
def _window(grid: Floats, t_k: float, nsr: float) -> tuple[float, float]:
    """NO left and NH3 slip per NO of the reagent at a layer temperature, bilinear in the line's own window."""
    x = min(max((t_k - 950.0) / 12.5, 0.0), grid.shape[0] - 1.001)
    y = min(max(nsr / 0.25, 0.0), grid.shape[1] - 1.001)
    i, j = int(x), int(y)
    f, g = x - i, y - j
    a = (1 - f) * (1 - g)
    b = f * (1 - g)
    c = (1 - f) * g
    d = f * g
    left = a * grid[i, j, 0] + b * grid[i + 1, j, 0] + c * grid[i, j + 1, 0] + d * grid[i + 1, j + 1, 0]
    slip = a * grid[i, j, 1] + b * grid[i + 1, j, 1] + c * grid[i, j + 1, 1] + d * grid[i + 1, j + 1, 1]
    return left, slip


@kernel
def _lag(old: float, new: float, seconds: float) -> float:
    return old + (new - old) / seconds


@kernel
def _sequence(c: Floats, y: Floats, q: Setup, o: Operation, run: bool, faulty: bool, upper: float) -> None:
    """Move the furnace from state to state; c[0] state, c[1] seconds in it."""
    state = int(c[0])
    c[1] += 1.0
    new = state
    fire = y[1] + y[2] + y[5] + y[6] + y[9] + y[10]
    if state == STOPPED and run:
        new = HEATING
        c[2] = y[REFRACTORY] / q.c_refractory + 298.15
    elif state == HEATING:
        if not run:
            new = COOLING
        elif upper > WARM + 10.0:
            c[3] += 1.0
            if c[3] > 900.0:  # a quarter of an hour above 860 before waste may be fed
                new = STARTING
        else:
            c[3] = 0.0
    elif state == STARTING:
        if not run:
            new = STOPPING
        elif c[1] > 4 * 3600.0 or (c[1] > 3600.0 and c[9] > 0.9 * o.load * q.steam and c[10] < 1e-3):
            new = NORMAL
    elif state == NORMAL:
        if not run:
            new = STOPPING
        elif faulty:
            new = FAULT
    elif state == FAULT:
        if not faulty:
            new = NORMAL
    elif state == STOPPING:
        if fire < 25.0 * q.feed or c[1] > 4 * 3600.0:
            new = COOLING
    elif state == COOLING:
        if y[REFRACTORY] / q.c_refractory + 298.15 < 473.0:
            new = STOPPED
        elif run:
            new = HEATING
            c[2] = y[REFRACTORY] / q.c_refractory + 298.15
    if new != state:
        c[0], c[1], c[3] = new, 0.0, 0.0


@kernel
def _control(
    c: Floats, y: Floats, u: Floats, read: Floats, q: Setup, o: Operation, faults: Floats, water: float, vary: float
) -> None:
    """One second of every loop: reads measurements in `c` and `read`, writes the controls `u`."""
    state = int(c[0])
    burning = state in (STARTING, NORMAL, FAULT)
    # composition of what the feeder pushes
    dry = 1.0 - q.water
    combustible = (q.volatile + q.char) * (1.0 - water) / dry * vary
    combustible = min(combustible, 0.98 - water)
    u[1] = water
    u[2] = combustible * q.volatile / (q.volatile + q.char)
    u[3] = combustible - u[2]
    # steam: master loop
    steam = c[9]
    aim = o.load
    if state == STARTING:
        aim = o.load * min(0.55 + 0.45 * c[1] / 5400.0, 1.0)
    error = aim - steam / q.steam
    if burning:
        c[4] = min(max(c[4] + error / 1500.0, -0.35), 0.30)
    else:
        c[4] = 0.0
    demand = min(max(aim + 0.45 * error + c[4], 0.30), 1.25)
    target = 0.0
    if burning and faults[2] == 0.0 and faults[3] == 0.0:
        target = demand * q.feed * min(max(1.35 - 0.35 * (y[0] + y[1] + y[2] + y[3]) / (q.feed * 1000.0), 0.75), 1.15)
        if state == STARTING:
            target *= min(c[1] / 1800.0, 1.0)
            if c[7] < WARM - 8.0:  # interlock: no waste into a furnace below 850 degC
                target = 0.0
    u[0] += min(max(target - u[0], -0.05 * q.feed), 0.004 * q.feed)
    # air
    if burning:
        draw = max(demand + 0.25 * error, 0.35)
        primary = q.o2_primary * draw
        base = q.o2_secondary * draw
        c[5] = min(max(c[5] + 0.07 * (q.o2_wet - c[8]), -0.9), 1.6)
        trim = min(max(1.0 + 5.0 * (q.o2_wet - c[8]) + c[5], 0.08), 2.6)
        secondary = base * trim
    elif state == HEATING:
        # the burners' air: half as much again as the oil needs
        primary, c[5] = 0.05 * q.o2_primary, 0.0
        secondary = max(1.5 * u[9] * (FUEL_C + 0.25 * FUEL_H) - primary, 0.1 * q.o2_secondary)
    elif state == STOPPING:
        primary = 0.45 * q.o2_primary
        secondary = 0.35 * q.o2_secondary + 1.4 * u[9] * (FUEL_C + 0.25 * FUEL_H)
    elif state == COOLING:
        primary, secondary = 0.35 * q.o2_primary, 0.3 * q.o2_secondary
    else:
        primary, secondary = 0.02 * q.o2_primary, 0.02 * q.o2_secondary
    if faults[3] > 0.0:
        primary, secondary = 0.2 * q.o2_primary, 0.4 * q.o2_secondary
    u[4] += (primary - u[4]) / 15.0
    u[5] += (secondary - u[5]) / 8.0
    # grate: throughput with the load, bed height by zone 1, burnout by zone 3
    speed = demand if burning else (1.3 if state == STOPPING else 0.0)
    bed = (y[0] + y[1] + y[2] + y[3]) / (q.feed * 1000.0)
    u[6] = speed * min(max(0.6 + 0.4 * bed, 0.5), 1.6)
    u[7] = speed
    u[8] = speed * min(max(1.0 - 5.0 * (read[16] - 0.02), 0.5), 1.3)
    # auxiliary burner: 850 degC, or the heating ramp
    fuel = 0.0
    if state == HEATING:
        c[2] = min(c[2] + o.heat_rate / 3600.0, WARM + 45.0)
        gap = c[2] - c[7]
        c[6] = min(max(c[6] + 2e-5 * gap, 0.0), 1.0)
        fuel = min(max(0.006 * gap + c[6], 0.0), 1.0)
    elif burning or state == STOPPING:
        gap = WARM + 12.0 - c[7]
        c[6] = min(max(c[6] + 4e-5 * gap, 0.0), 1.0)
        fuel = min(max(0.012 * gap + c[6], 0.0), 1.0)
    else:
        c[6] = 0.0
    u[9] += (fuel * o.fuel_max - u[9]) / 10.0
    c[10] = u[9]
    # drum pressure by the turbine valve (load follows the boiler), level by three elements, spray
    over = read[9] / q.drum_mpa - 1.0
    c[11] = min(max(c[11] + 0.002 * over, -0.75), 0.6)
    u[10] = min(max(0.75 + 3.0 * over + c[11], 0.002), 1.3)
    level = 1.0 - y[DRUM] / q.drum_kg
    c[12] = min(max(c[12] + 1e-4 * level, -0.1), 0.1)
    u[11] = max(c[13] * (1.0 + q.blowdown) + q.steam * (1.2 * level + c[12]), 0.0)
    hot = (read[8] - q.steam_c) / 100.0
    c[14] = min(max(c[14] + 0.0015 * hot, 0.0), 0.12)
    u[12] = c[13] * min(max(c[14] + 0.12 * hot, 0.0), 0.15)
    # reagents
    warm = c[15] > 1023.0 and state != COOLING
    gap = c[20] / o.nox_setpoint - 1.0
    c[16] = min(max(c[16] + 0.0012 * gap, 0.0), o.nsr_max) if warm else 0.0
    u[13] = min(max(c[16] + 0.5 * gap, 0.0), o.nsr_max) if warm and faults[5] == 0.0 else 0.0
    gap = max(c[22] / o.hcl_setpoint, c[21] / o.so2_setpoint) - 1.0
    c[17] = min(max(c[17] + 0.0008 * gap, 0.6), o.sorbent_max)  # a plant without lime has a maximum of 0
    feeding = burning or state == STOPPING
    u[14] = min(max(c[17] + 0.3 * min(gap, 2.0), 0.6), o.sorbent_max) if feeding and faults[4] == 0.0 else 0.0
    # draught: the fan follows the gas; what it has not yet followed shows as pressure
    c[19] += 0.12 * (read[10] - c[19])
    c[18] = -50.0 + 260.0 * (read[10] - c[19]) / q.gas_design
    if faults[3] > 0.0:
        c[18] = 40.0


@kernel
def _monitors(
    c: Floats, u: Floats, read: Floats, q: Setup, o: Operation, grid: Floats, faults: Floats, warmth: float
) -> None:
    """Gas cleaning and analysers: what leaves the stack, and what the CEMS makes of it after its lag."""
    t_low, t_up = read[0], read[1] + (read[2] - read[1]) / 3.0
    c[24] = _lag(c[24], t_low, o.couple_lag)
    c[25] = _lag(c[25], read[0] + (read[1] - read[0]) * 0.6667, o.couple_lag)
    c[7] = _lag(c[7], t_up, o.couple_lag)
    c[15] = _lag(c[15], read[3], 20.0)
    c[8] = _lag(c[8], read[5], 14.0)
    c[13] = _lag(c[13], read[7], 5.0)
    c[9] = _lag(c[9], read[7], 10.0)
    left, slip = _window(grid, c[15], u[13])
    no = read[12] * left * (1.0 - o.scr)
    nh3 = read[12] * slip * o.slip_left
    c[26] = _lag(c[26], u[14], 240.0)  # lime on the bags goes on working when the feed stops
    hcl = read[13] * (1.0 - conversion(c[26], o.hcl_exponent))
    so2 = read[14] * (1.0 - conversion(c[26], o.so2_exponent))
    dry = max(read[11] * (1.0 + o.leak), 1e-4)
    oxygen = (read[6] * read[11] + 0.2095 * o.leak * read[11]) / dry
    per = 1e6 / (dry * 22.414)  # kg -> mg/Nm3 measured, dry
    c[20] = _lag(c[20], no * 46.005 * per * 0.10 / max(0.21 - oxygen, 0.01), 3 * o.cems_lag)  # the loop's own, at 11 %
    c[21] = _lag(c[21], so2 * 64.06 * per * 0.10 / max(0.21 - oxygen, 0.01), 3 * o.cems_lag)
    c[22] = _lag(c[22], hcl * 36.46 * per * 0.10 / max(0.21 - oxygen, 0.01), 3 * o.cems_lag)
    dust = o.dust * (0.21 - oxygen) / 0.10
    if faults[6] > 0.0:
        dust *= 22.0
    c[27] = _lag(c[27], max(dust, 0.05), o.cems_lag)
    c[28] = _lag(c[28], no * 46.005 * per, o.cems_lag)
    c[29] = _lag(c[29], so2 * 64.06 * per, o.cems_lag)
    c[30] = _lag(c[30], hcl * 36.46 * per, o.cems_lag)
    c[31] = _lag(c[31], read[15] * 28.01 * per, o.cems_lag)
    c[32] = _lag(c[32], nh3 * 17.03 * per, o.cems_lag)
    c[33] = _lag(c[33], oxygen, o.cems_lag)
    c[34] = dry * 22.414 * 3600.0
    c[35] = _lag(c[35], min(read[4] - 273.15 - 15.0, o.stack_c), 1200.0)
    c[36] = _lag(c[36], read[17], o.cems_lag)
    c[37] = warmth


@kernel
def simulate(
    q: Setup, o: Operation, y: Floats, c: Floats, u: Floats, read: Floats, grid: Floats, schedule: Floats,
    water: Floats, vary: Floats, totals: Floats, out: Floats,
) -> None:  # fmt: skip
    """Run a line for len(out) minutes, in place.

    schedule (m, 3): event code, first second, end second (stop and start hold until the next command). water, vary:
    moisture of the feed and a factor on its combustible, every 10 s. totals (flows): integrals since the start.
    out (minutes, channels): minute means; `state` is that of the last second.
    """
    dy, half = np.zeros(16), np.empty(16)
    flow = np.zeros(N_FLOW)
    faults = np.zeros(9)
    run = c[38] > 0.0
    t_furnace = c[39]
    second = 0
    for minute in range(out.shape[0]):
        sums = out[minute]
        sums[:] = 0.0
        for _ in range(60):
            if second % 10 == 0:
                faults[:] = 0.0
                for k in range(schedule.shape[0]):
                    code = int(schedule[k, 0])
                    if schedule[k, 1] <= second:
                        if code < 2:
                            if second < schedule[k, 1] + 10.0:
                                run = code == 1
                        elif second < schedule[k, 2]:
                            faults[code] = 1.0
            bad = faults[2] + faults[3] + faults[4] + faults[5] + faults[6] > 0.0
            _sequence(c, y, q, o, run, bad, c[7])
            _control(c, y, u, read, q, o, faults, water[second // 10], vary[second // 10])
            t_furnace = derivative(q, y, u, t_furnace, dy, flow, read)
            for k in range(16):
                half[k] = y[k] + 0.5 * dy[k]
            t_furnace = derivative(q, half, u, t_furnace, dy, flow, read)
            for k in range(16):
                y[k] += dy[k]
            for k in range(N_FLOW):
                totals[k] += flow[k]
            _monitors(c, u, read, q, o, grid, faults, t_furnace)
            sums[0] += c[24]
            sums[1] += c[25]
            sums[2] += c[7]
            sums[3] += c[9]
            sums[4] += read[8]
            sums[5] += read[9]
            sums[6] += y[DRUM]
            sums[7] += c[18]
            sums[8] += u[0]
            sums[9] += u[9]
            sums[10] += u[4]
            sums[11] += u[5]
            sums[12] += c[8]
            sums[13] += y[0] + y[1] + y[2] + y[3] + y[4] + y[5] + y[6] + y[7] + y[8] + y[9] + y[10] + y[11]
            sums[14] += read[16]
            sums[15] += u[13]
            sums[16] += c[26]
            for k in range(8):
                sums[17 + k] += c[27 + k]
            sums[25] += c[35]
            sums[26] += c[36]
            sums[27] += read[4]
            second += 1
        for k in range(N_CHANNEL - 1):
            sums[k] /= 60.0
        sums[0] -= 273.15
        sums[1] -= 273.15
        sums[2] -= 273.15
        sums[3] *= 3.6 * o.main_share
        sums[6] /= q.drum_kg
        sums[8] *= 3.6
        sums[9] *= 3600.0
        sums[12] *= 100.0
        sums[13] *= 1e-3
        sums[23] *= 100.0
        sums[26] *= 100.0
        sums[27] -= 273.15
        sums[28] = c[0]
    c[38] = 1.0 if run else 0.0
    c[39] = t_furnace


assert len(STATES) == 16
assert len(FLOWS) == N_FLOW
assert BOILER < SUPERHEATER < DRUM
assert math.isfinite(N_READ)
