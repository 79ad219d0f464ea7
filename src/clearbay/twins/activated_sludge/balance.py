"""The right-hand side: one ODE system for a whole plant, every unit at the same instant."""

import math

import numpy as np

from clearbay.twins.activated_sludge import kernel_asm1, kernel_asm2d
from clearbay.twins.activated_sludge.biofilm import exchange
from clearbay.twins.activated_sludge.jit import kernel, part, whole
from clearbay.twins.activated_sludge.records import (
    AERATION_KLA,
    AERATION_NONE,
    AT,
    BASE,
    CELL_OF,
    ELSEWHERE,
    FROM_BLANKET,
    FROM_CELL,
    FROM_DECANTER,
    MODEL_ASM1,
    SOURCE,
    STREAM,
    TARGET,
    TO,
    TO_CELL,
    Net,
    Work,
)
from clearbay.twins.activated_sludge.settling import settle
from clearbay.twins.activated_sludge.streams import carry_all, feed_of, ports_of, top_of, volume_of
from clearbay.twins.activated_sludge.table import FloatArray

change_asm1 = kernel_asm1.change
change_asm2d = kernel_asm2d.change

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


@whole
def flows_through(y: FloatArray, u: FloatArray, control: FloatArray, net: Net, work: Work, rerouted: bool) -> None:
    """Write what every stream carries and what settlers are fed.

    rerouted: False where influents, controls and volumes are those of the last call.
    """
    carry_all(y, u, control, net, work, rerouted)
    for s in range(net.settlers.shape[0]):
        feed_of(s, y, net, work)
        ports_of(s, y, net, work, net.top_returns > 0)


@whole
def derivative(
    y: FloatArray,
    u: FloatArray,
    control: FloatArray,
    k: FloatArray,
    nu: FloatArray,
    net: Net,
    work: Work,
    sinks: bool,
    dy: FloatArray,
) -> None:
    """Write dy/dt of the whole plant [per day], where work holds what flows through it.

    y: (padded places,), zeros beyond the states; u: influents at this instant, each its components [g/m3] and its
    flow [m3/d]; control: the row in force; k, nu: parameters at the temperature and stoichiometry; sinks: False
    where nobody asks how the solids of settlers change.
    """
    cells, component = net.cells, net.component
    n = component.shape[1]
    for s in range(net.settlers.shape[0]):
        settle(
            y,
            dy,
            net.settlers,
            s,
            work.through,
            work.feed,
            net.soluble.shape[0],
            component,
            net.masks,
            work.flux,
            sinks,
        )
    beyond = dy[net.n_states :]
    for i in range(beyond.shape[0]):
        beyond[i] = 0.0
    if net.model == MODEL_ASM1:
        change_asm1(y, work.origins, dy, net.spans, net.links, work.weights, work.loss, k, nu)
    else:
        change_asm2d(y, work.origins, dy, net.spans, net.links, work.weights, work.loss, k, nu)
    saturation = control[1]
    for c in range(cells.shape[0]):
        if cells[c].aeration != AERATION_NONE:
            place = c * n + net.oxygen
            kla, asked = transfer(cells, c, control, y, y[place])
            dy[place] += kla * (saturation - y[place])
            if cells[c].controller_state >= 0:
                error = control[cells[c].air] - y[place]
                unwound = (kla - asked) / (TRACKING * cells[c].integral_time)
                dy[cells[c].controller_state] = cells[c].gain / cells[c].integral_time * error + unwound
    for d in range(net.doses.shape[0]):
        rate = dose_rate(net.doses, d, u, control, n) / volume_of(cells, net.doses[d].cell, y)
        dosed = dy[net.doses[d].cell * n : net.doses[d].cell * n + n]
        for i in range(n):
            dosed[i] += rate * net.recipes[d, i]
    for b in range(net.biofilms.shape[0]):
        exchange(y, dy, net.biofilms, b, volume_of(cells, net.biofilms[b].bulk, y), component)
    if net.fixed == 0:
        levels(y, control, cells, net.edges, component, work.flow, dy)


@kernel
def rate(
    y: FloatArray, u: FloatArray, control: FloatArray, k: FloatArray, nu: FloatArray, net: Net, work: Work,
    rerouted: bool, dy: FloatArray,
) -> None:  # fmt: skip
    """Write what flows and dy/dt [per day], compiled once: for where a call's tenth of a us does not count."""
    flows_through(y, u, control, net, work, rerouted)
    derivative(y, u, control, k, nu, net, work, net.n_states > 0, dy)


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


@whole
def observe(y: FloatArray, u: FloatArray, control: FloatArray, net: Net, work: Work, seen: FloatArray) -> None:
    """Write what is metered: outlets (load of each component [g/d], flow), kLa and oxygen, doses, given flows.

    work is what the last `derivative` at this state left.
    """
    cells, origins = net.cells, work.origins
    n = net.component.shape[1]
    for s in range(net.settlers.shape[0]):
        top_of(s, y, net, work)
    for i in range(net.n_outlets * (n + 1)):
        seen[i] = 0.0
    for j in range(net.outs.shape[0]):
        b = net.outs[j, BASE]
        q = work.flow[net.outs[j, STREAM]]
        load = seen[net.outs[j, CELL_OF] * (n + 1) : (net.outs[j, CELL_OF] + 1) * (n + 1)]
        carried = origins[b : b + n] if net.outs[j, ELSEWHERE] > 0 else y[b : b + n]
        for i in range(n):
            load[i] += q * carried[i]
        load[n] += q
    o = net.n_outlets * (n + 1)
    for c in range(cells.shape[0]):
        oxygen = y[c * n + net.oxygen]
        kla, _asked = transfer(cells, c, control, y, oxygen)
        seen[o] = kla
        seen[o + 1] = kla * (control[1] - oxygen) * volume_of(cells, c, y)
        o += 2
    for d in range(net.doses.shape[0]):
        seen[o] = dose_rate(net.doses, d, u, control, n)
        o += 1
    for j in range(work.given.shape[0]):
        seen[o] = work.given[j]
        o += 1


@kernel
def backward(flow: FloatArray) -> int:
    """Return the first stream that flows backwards, or -1."""
    for e in range(flow.shape[0]):
        if flow[e] < -1e-6:
            return e
    return -1
