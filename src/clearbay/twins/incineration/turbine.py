"""Turbine with three bleeds, air heater, deaerator, low-pressure heater and condenser, at design and part load.

Pressures follow Stodola's ellipse from the condenser upwards; what is left of the header pressure the governing
valves throttle away. The linear balances are solved last, with the enthalpies of the last pressures, so mass and
energy close to rounding whatever the ellipse has converged to.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration.compiled import kernel
from clearbay.twins.incineration.errors import InfeasibleCase
from clearbay.twins.incineration.if97 import (
    h_steam,
    h_water,
    saturation_k,
    steam_at_enthalpy,
    steam_at_entropy,
)

Floats = NDArray[np.float64]


class Turbine(NamedTuple):
    """One turbine set; pressures [MPa], flows [kg/s], efficiencies [-]."""

    flow: float  # throttle flow at design
    header_mpa: float = 4.0  # at the stop valve
    header_c: float = 395.0
    bleed1_mpa: float = 1.2  # air heater
    bleed2_mpa: float = 0.35  # deaerator
    bleed3_mpa: float = 0.06  # low-pressure heater
    condenser_mpa: float = 0.007
    efficiency: float = 0.82  # isentropic, dry, each group at design
    baumann: float = 0.8  # loss of efficiency per share of mean wetness
    throttling: float = 0.72  # share of the pressure excess that valves throttle, fitted to Escalante's data (docs)
    mechanical: float = 0.985
    fixed_loss: float = 0.012  # of the design power: bearings, windage, excitation
    generator: float = 0.972
    flow2: float = 0.0  # through the second to fourth groups at design; `at_design` fills them
    flow3: float = 0.0
    flow4: float = 0.0
    power: float = 0.0  # at the shaft at design [kW]


class Demand(NamedTuple):
    """What the lines ask of one turbine's cycle: flows [kg/s], heats [kW], enthalpies [kJ/kg]."""

    steam: float  # to the stop valve
    h_steam: float
    feedwater: float
    h_feedwater: float  # leaving the feed pump
    pump_work: float  # kJ/kg of feedwater
    bleed_heat: float  # of the air heater
    drains: float  # of drum steam from air heaters and reheaters
    h_drains: float
    makeup: float
    h_makeup: float


OUTPUTS = (
    "shaft", "gross", "electrical_loss", "pump", "condenser_heat", "bleed1", "bleed2", "bleed3", "exhaust",
    "h_inlet", "h1", "h2", "h3", "h_exhaust", "h_drain1", "h_drain3", "h_condensate", "h_heated", "p_chest", "p1", "p2",
    "p3", "p_exhaust", "dryness", "condensate", "h_deaerator", "surplus",
)  # fmt: skip


@kernel
def _group(p_in: float, h_in: float, p_out: float, efficiency: float, baumann: float) -> float:
    """Enthalpy after a group of stages, with Baumann's loss on the mean wetness."""
    s, _, x_in = steam_at_enthalpy(p_in, h_in)
    h_ideal, _, _ = steam_at_entropy(p_out, s)
    drop, eta = h_in - h_ideal, efficiency
    for _ in range(3):
        _, _, x = steam_at_enthalpy(p_out, h_in - eta * drop)
        eta = efficiency * (1.0 - baumann * (1.0 - 0.5 * (x_in + x)))
    return h_in - eta * drop


@kernel
def _cycle(t: Turbine, d: Demand, r: Floats, design: bool) -> None:
    m = d.steam
    ratio = m / t.flow
    p1, p2, p3 = t.bleed1_mpa, t.bleed2_mpa, t.bleed3_mpa
    chest = t.header_mpa
    if not design:  # start the ellipse from pressures in proportion to flow
        p1, p2, p3 = max(p1 * ratio, 0.012), max(p2 * ratio, 0.010), max(p3 * ratio, 0.0085)
    g2 = g3 = g4 = m
    m1 = m2 = m3 = surplus = 0.0
    h1 = h2 = h3 = hx = hd1 = hd3 = hc = hh = 0.0
    t_cond = saturation_k(t.condenser_mpa)
    hc = h_water(t.condenser_mpa, t_cond)
    h_dea = d.h_feedwater - d.pump_work
    for iteration in range(12):
        if not design:
            old = p1
            pc = t.condenser_mpa
            p3 = math.sqrt(pc * pc + (g4 / t.flow4) ** 2 * (t.bleed3_mpa**2 - pc * pc)) if iteration else p3
            p2 = math.sqrt(p3 * p3 + (g3 / t.flow3) ** 2 * (t.bleed2_mpa**2 - t.bleed3_mpa**2)) if iteration else p2
            p1 = math.sqrt(p2 * p2 + (g2 / t.flow2) ** 2 * (t.bleed1_mpa**2 - t.bleed2_mpa**2)) if iteration else p1
            p0 = math.sqrt(p1 * p1 + ratio**2 * (t.header_mpa**2 - t.bleed1_mpa**2))
            chest = min(p0, t.header_mpa)
            chest = chest**t.throttling * t.header_mpa ** (1.0 - t.throttling)
        h1 = _group(chest, d.h_steam, p1, t.efficiency, t.baumann)
        h2 = _group(p1, h1, p2, t.efficiency, t.baumann)
        h3 = _group(p2, h2, p3, t.efficiency, t.baumann)
        hx = _group(p3, h3, t.condenser_mpa, t.efficiency, t.baumann)
        hd1 = h_water(p1, saturation_k(p1) - 5.0)
        hd3 = h_water(p3, saturation_k(p3))
        hh = h_water(1.0, max(saturation_k(p3) - 4.0, t_cond))
        m1 = d.bleed_heat / (h1 - hd1)
        # deaerator: bleed 2, or bleed 1 where bleed 2 has lost the pressure (0.25 MPa holds 127 degC)
        h_bleed = h2 if p2 > 0.25 else h1
        rest = d.feedwater * h_dea - m1 * hd1 - d.drains * d.h_drains - d.makeup * d.h_makeup
        m2 = (rest - (m - m1) * hh) / (h_bleed - hh)
        surplus = 0.0
        if m2 < 0.0:
            m2 = 0.0
            hh = rest / (m - m1)
            if hh < hc:  # drains alone are too hot: the surplus is cooled away in the condenser
                surplus = (m - m1) * (hc - hh)
                hh = hc
        condensate = m - m1 - m2
        m3 = condensate * (hh - hc) / (h3 - hd3)
        m2_low = m2 if p2 > 0.25 else 0.0
        g2 = m - m1 - (m2 - m2_low)
        g3 = g2 - m2_low
        g4 = g3 - m3
        if design or (iteration > 1 and abs(p1 - old) < 1e-7 * p1):
            break
    shaft = m * (d.h_steam - h1) + g2 * (h1 - h2) + g3 * (h2 - h3) + g4 * (h3 - hx)
    full = t.power if t.power > 0.0 else shaft
    gross = max((shaft * t.mechanical - t.fixed_loss * full) * t.generator, 0.0)
    _, _, x = steam_at_enthalpy(t.condenser_mpa, hx)
    values = (
        shaft, gross, shaft - gross, d.feedwater * d.pump_work, g4 * hx + m3 * hd3 - (m - m1 - m2) * hc + surplus,
        m1, m2, m3, g4, d.h_steam, h1, h2, h3, hx, hd1, hd3, hc, hh, chest, p1, p2, p3, t.condenser_mpa, x,
        m - m1 - m2, h_dea, surplus,
    )  # fmt: skip
    for k in range(27):
        r[k] = values[k]


def at_design(turbine: Turbine, demand: Demand) -> Turbine:
    """Fix the swallowing capacity: the flows of every group and the shaft power at the design demand."""
    r = np.empty(len(OUTPUTS))
    _cycle(turbine, demand, r, True)
    result = dict(zip(OUTPUTS, r.tolist(), strict=True))
    flow2 = demand.steam - result["bleed1"]
    flow3 = flow2 - result["bleed2"]
    return turbine._replace(
        flow=demand.steam, flow2=flow2, flow3=flow3, flow4=flow3 - result["bleed3"], power=result["shaft"]
    )


def run(turbine: Turbine, demand: Demand) -> dict[str, float]:
    """Solve the cycle of a turbine for what its lines ask; see `OUTPUTS` for what comes back.

    Raises:
        InfeasibleCase: the turbine is not designed yet, or is asked for less than a tenth or more than 1.15 times
            its design flow.
    """
    if turbine.flow4 <= 0.0:
        raise InfeasibleCase("the turbine has no design flows; call `at_design` first")
    if not 0.10 * turbine.flow <= demand.steam <= 1.15 * turbine.flow:
        raise InfeasibleCase(
            f"the turbine is asked to take {demand.steam * 3.6:.1f} t/h; "
            f"it runs from {turbine.flow * 0.36:.1f} to {turbine.flow * 3.6 * 1.15:.1f} t/h"
        )
    r = np.empty(len(OUTPUTS))
    _cycle(turbine, demand, r, False)
    return dict(zip(OUTPUTS, r.tolist(), strict=True))


def feed_pump(drum_mpa: float, feedwater_c: float) -> tuple[float, float]:
    """Enthalpy of feedwater leaving the pump and the work of the pump, both [kJ/kg]."""
    volume = 1.07e-3  # m3/kg of water at 130 degC; the work is 1 % of the cycle, its volume term need not move
    head = drum_mpa * 1.15 + 0.5 - 0.27  # economiser and control-valve losses
    return h_water(drum_mpa, feedwater_c + 273.15), volume * head * 1e3 / 0.72


def live_steam(mpa: float, celsius: float) -> float:
    """Enthalpy of live steam [kJ/kg]."""
    return h_steam(mpa, celsius + 273.15)
