"""The right-hand side: one ODE system for a whole plant, every unit at the same instant."""

import math

import numpy as np

from clearbay.twins.activated_sludge import kernel_asm1, kernel_asm2d
from clearbay.twins.activated_sludge.biofilm import exchange
from clearbay.twins.activated_sludge.jit import kernel, part
from clearbay.twins.activated_sludge.records import (
    AERATION_KLA,
    AERATION_NONE,
    AT,
    FACTOR,
    FROM_BLANKET,
    FROM_BOTTOM,
    FROM_CELL,
    FROM_DECANTER,
    MODEL_ASM1,
    SOURCE,
    TARGET,
    TO,
    TO_CELL,
    TO_OUTLET,
    Net,
)
from clearbay.twins.activated_sludge.settling import settle
from clearbay.twins.activated_sludge.streams import (
    add_parted,
    add_row,
    add_stream,
    flows_of,
    mix_row,
    parted,
    ports_of,
    top_of,
    volume_of,
)
from clearbay.twins.activated_sludge.table import FloatArray

react_asm1 = kernel_asm1.react
react_asm2d = kernel_asm2d.react

MIXING_RATE = 500.0  # 1/d: a settled batch reactor is mixed again in about three minutes
TRACKING = 0.5  # of the integral time: how fast a controller at its stop unwinds
BLANKET_V0, BLANKET_RH = 474.0, 5.76e-4  # m/d, m3/g: hindered settling of the BSM1 settler


@part
def transfer(cells: np.ndarray, c: int, control: FloatArray, y: FloatArray, oxygen: float) -> tuple[float, float]:
    """kLa in force and kLa the controller asks for [1/d]."""
    asked = 0.0
    kla = 0.0
    if cells[c].aeration == AERATION_KLA:
        asked = control[cells[c].air]
        kla = asked
    elif cells[c].aeration != AERATION_NONE:
        asked = cells[c].gain * (control[cells[c].air] - oxygen) + y[cells[c].controller_state]
        kla = min(max(asked, 0.0), control[cells[c].kla_max])
    return kla, asked


@kernel
def derivative(
    y: FloatArray,
    u: FloatArray,
    control: FloatArray,
    k: FloatArray,
    nu: FloatArray,
    net: Net,
    given: FloatArray,
    flow: FloatArray,
    ports: FloatArray,
    flux: FloatArray,
    dy: FloatArray,
) -> None:
    """Write dy/dt of the whole plant [per day].

    y: (states,); u: influents at this instant, each its components [g/m3] and its flow [m3/d]; control: the
    row in force; k, nu: parameters at the temperature and stoichiometry; the others but dy are scratch.
    """
    (
        model,
        cells,
        edges,
        areas,
        flows,
        split,
        factors,
        settlers,
        biofilms,
        doses,
        recipes,
        component,
        soluble,
        masks,
    ) = net[:14]
    n = component.shape[1]
    n_cells = cells.shape[0]
    flows_of(y, u, control, cells, flows, split, n, given, flow)
    ports_of(y, u, cells, edges, areas, factors, settlers, component, soluble, net.top_returns, flow, ports)
    for i in range(n_cells * n):
        dy[i] = 0.0
    for e in range(edges.shape[0]):
        if edges[e, TARGET] == TO_CELL:
            w = flow[e] / volume_of(cells, edges[e, TO], y)
            o = edges[e, TO] * n
            source = edges[e, SOURCE]
            # The streams every plant is full of in one pass.
            if source == FROM_CELL and edges[e, FACTOR] < 0:
                mix_row(dy, o, y, edges[e, AT] * n, y, n, w)
            elif source == FROM_BOTTOM:
                mix_row(dy, o, ports, (3 * edges[e, AT] + 2) * (n + 2), y, n, w)
            else:
                add_stream(e, flow[e], y, u, ports, cells, edges, areas, factors, component, dy, o, w)
                add_row(dy, o, y, o, n, -w)
        if parted(edges, e):
            # A stream that leaves solids behind, or takes more than its share, changes what stays.
            o = edges[e, AT] * n
            w = flow[e] / volume_of(cells, edges[e, AT], y)
            add_row(dy, o, y, o, n, w)
            add_parted(e, flow[e], y, cells, edges, areas, factors, component, dy, o, -w)
    if model == MODEL_ASM1:
        react_asm1(y, dy, n_cells, k, nu)
    else:
        react_asm2d(y, dy, n_cells, k, nu)
    saturation = control[1]
    for c in range(n_cells):
        if cells[c].aeration != AERATION_NONE:
            place = c * n + net.oxygen
            kla, asked = transfer(cells, c, control, y, y[place])
            dy[place] += kla * (saturation - y[place])
            if cells[c].controller_state >= 0:
                error = control[cells[c].air] - y[place]
                unwound = (kla - asked) / (TRACKING * cells[c].integral_time)
                dy[cells[c].controller_state] = cells[c].gain / cells[c].integral_time * error + unwound
    for d in range(doses.shape[0]):
        rate = dose_rate(doses, d, u, control, n) / volume_of(cells, doses[d].cell, y)
        for i in range(n):
            dy[doses[d].cell * n + i] += rate * recipes[d, i]
    for b in range(biofilms.shape[0]):
        exchange(y, dy, biofilms, b, volume_of(cells, biofilms[b].bulk, y), component)
    for s in range(settlers.shape[0]):
        settle(y, dy, settlers, s, ports, 3 * s * (n + 2), n, soluble, masks, flux)
    levels(y, control, cells, edges, component, flow, dy)


@part
def dose_rate(doses: np.ndarray, d: int, u: FloatArray, control: FloatArray, n: int) -> float:
    """Product dosed [g/d]: a given rate, or a ratio [g/m3] to an influent's flow."""
    rate = control[doses[d].control]
    if doses[d].influent >= 0:
        rate *= u[doses[d].influent * (n + 1) + n]
    return rate  # type: ignore[no-any-return]


@part
def levels(
    y: FloatArray, control: FloatArray, cells: np.ndarray, edges: np.ndarray, component: FloatArray,
    flow: FloatArray, dy: FloatArray,
) -> None:  # fmt: skip
    """Write the change of volumes [m3/d] and of sludge blankets [m/d]."""
    n = component.shape[1]
    for c in range(cells.shape[0]):
        if cells[c].volume_state >= 0:
            change = 0.0
            drawn = 0.0
            for e in range(edges.shape[0]):
                source = edges[e, SOURCE]
                if edges[e, TARGET] == TO_CELL and edges[e, TO] == c:
                    change += flow[e]
                if (source == FROM_CELL or source >= FROM_DECANTER) and edges[e, AT] == c:
                    change -= flow[e]
                    if source == FROM_BLANKET:
                        drawn += flow[e]
            dy[cells[c].volume_state] = change
            if cells[c].blanket_state >= 0:
                height = volume_of(cells, c, y) / cells[c].area
                there = y[cells[c].blanket_state]
                blanket = min(height, max(there, 0.02 * height))
                if control[cells[c].mixing] > 0.5:
                    dy[cells[c].blanket_state] = MIXING_RATE * (height - there)
                else:
                    solids = 0.0
                    for i in range(n):
                        solids += component[1, i] * y[c * n + i]
                    v = BLANKET_V0 * math.exp(-BLANKET_RH * solids * height / blanket)
                    # Below a fiftieth of the height the blanket is kept: nothing settles to no volume.
                    fade = min(1.0, max(0.0, there / (0.04 * height) - 0.5))
                    lift = MIXING_RATE * max(0.0, there - height)
                    dy[cells[c].blanket_state] = -(v + drawn / cells[c].area) * fade - lift


@kernel
def observe(
    y: FloatArray,
    u: FloatArray,
    control: FloatArray,
    net: Net,
    given: FloatArray,
    flow: FloatArray,
    ports: FloatArray,
    seen: FloatArray,
) -> None:
    """Write what is metered: outlets (load of each component [g/d], flow), kLa and oxygen, doses, given
    flows.

    given, flow and ports are those the last `derivative` at this state left.
    """
    _, cells, edges, areas, _, _, factors, settlers, _, doses, _, component, soluble = net[:13]
    n = component.shape[1]
    for s in range(settlers.shape[0]):
        top_of(y, settlers, s, component, soluble, ports)
    for i in range(seen.shape[0]):
        seen[i] = 0.0
    for e in range(edges.shape[0]):
        if edges[e, TARGET] == TO_OUTLET:
            o = edges[e, TO] * (n + 1)
            add_stream(e, flow[e], y, u, ports, cells, edges, areas, factors, component, seen, o, flow[e])
            seen[o + n] += flow[e]
    o = net.n_outlets * (n + 1)
    for c in range(cells.shape[0]):
        oxygen = y[c * n + net.oxygen]
        kla, _asked = transfer(cells, c, control, y, oxygen)
        seen[o] = kla
        seen[o + 1] = kla * (control[1] - oxygen) * volume_of(cells, c, y)
        o += 2
    for d in range(doses.shape[0]):
        seen[o] = dose_rate(doses, d, u, control, n)
        o += 1
    for j in range(given.shape[0]):
        seen[o] = given[j]
        o += 1


@kernel
def backward(flow: FloatArray) -> int:
    """Return the first stream that flows backwards, or -1."""
    for e in range(flow.shape[0]):
        if flow[e] < -1e-6:
            return e
    return -1
