"""Kernels of what flows: given flows, left-over flows, what a stream carries, what a settler's ports hold."""

import numpy as np

from clearbay.twins.activated_sludge.jit import part
from clearbay.twins.activated_sludge.records import (
    AT,
    FACTOR,
    FLOW_INFLUENT,
    FLOW_PUMP,
    FLOW_WEIR,
    FROM_BOTTOM,
    FROM_CELL,
    FROM_DECANTER,
    FROM_INFLUENT,
    FROM_TOP,
    SOURCE,
    TARGET,
    TO,
    TO_SETTLER,
    WEIR_RATE,
)
from clearbay.twins.activated_sludge.table import FloatArray

DECANT_DEPTH = 0.25  # m below the water surface that a decanter draws from
CLEAR_SHARE = 2.28e-3  # solids that never settle, share of the mean; f_ns of the BSM1 settler


@part
def volume_of(cells: np.ndarray, c: int, y: FloatArray) -> float:
    """Volume of a cell [m3], never less than a thousandth of its nominal one."""
    volume = cells[c].volume
    if cells[c].volume_state >= 0:
        volume = max(y[cells[c].volume_state], 1e-3 * volume)
    return volume  # type: ignore[no-any-return]


@part
def flows_of(
    y: FloatArray, u: FloatArray, control: FloatArray, cells: np.ndarray, flows: np.ndarray,
    split: FloatArray,
    n: int, given: FloatArray, flow: FloatArray,
) -> None:  # fmt: skip
    """Write the given flows and from them every stream's flow [m3/d]."""
    for j in range(flows.shape[0]):
        kind = flows[j].kind
        if kind == FLOW_INFLUENT:
            q = u[flows[j].influent * (n + 1) + n]
        elif kind == FLOW_WEIR:
            q = WEIR_RATE * max(0.0, volume_of(cells, flows[j].cell, y) - flows[j].level)
        else:
            q = control[flows[j].control]
            if kind != FLOW_PUMP:
                q *= u[flows[j].influent * (n + 1) + n]
            if flows[j].cell >= 0:
                left = volume_of(cells, flows[j].cell, y) - flows[j].level
                q *= min(1.0, max(0.0, left / flows[j].band))
        given[j] = q
    for e in range(flow.shape[0]):
        q = 0.0
        for j in range(flows.shape[0]):
            q += split[e, j] * given[j]
        flow[e] = q


@part
def solids_factor(source: int, at: int, y: FloatArray, cells: np.ndarray) -> float:
    """Solids a batch reactor's decanter or sludge pump takes, relative to the reactor's mean."""
    taken = 1.0
    if source >= FROM_DECANTER:
        height = volume_of(cells, at, y) / cells[at].area
        blanket = min(height, max(y[cells[at].blanket_state], 0.02 * height))
        taken = height / blanket
        if source == FROM_DECANTER:
            within = min(1.0, max(0.0, (blanket - (height - DECANT_DEPTH)) / DECANT_DEPTH))
            taken = within * taken + (1.0 - within) * CLEAR_SHARE
    return taken


@part
def add_parted(
    e: int, flow: float, y: FloatArray, cells: np.ndarray, edges: np.ndarray, areas: FloatArray,
    factors: FloatArray, component: FloatArray, out: FloatArray, o: int, weight: float,
) -> None:  # fmt: skip
    """Add weight times what a stream carries that takes states unequally; see add_stream."""
    n = component.shape[1]
    b = edges[e, AT] * n
    row = edges[e, FACTOR]
    solids = solids_factor(edges[e, SOURCE], edges[e, AT], y, cells)
    for i in range(n):
        factor = 1.0
        if row >= 0:
            factor = factors[row, i]
            if areas[e] > 0.0:
                # Hazen: what settles at v [m/d] in a mixed basin under the overflow rate q is v/(v + q).
                rate = max(flow, 0.0) / areas[e]
                factor = rate / (rate + factor + 1e-30)
        out[o + i] += weight * y[b + i] * factor * (1.0 + component[0, i] * (solids - 1.0))


@part
def add_row(out: FloatArray, o: int, row: FloatArray, b: int, n: int, weight: float) -> None:
    """Add weight times n values of row from b on to out from o on."""
    # Views, because an index that starts at nought is known not to be negative, and then loops are
    # vectorised.
    into = out[o : o + n]
    values = row[b : b + n]
    for i in range(n):
        into[i] += weight * values[i]


@part
def mix_row(out: FloatArray, o: int, row: FloatArray, b: int, own: FloatArray, n: int, weight: float) -> None:
    """Add weight times the difference between n values of row from b on and of own from o on to out."""
    into = out[o : o + n]
    values = row[b : b + n]
    here = own[o : o + n]
    for i in range(n):
        into[i] += weight * (values[i] - here[i])


@part
def parted(edges: np.ndarray, e: int) -> bool:
    """Whether a stream takes the states of its source unequally."""
    return (  # type: ignore[no-any-return]
        edges[e, SOURCE] == FROM_CELL and edges[e, FACTOR] >= 0
    ) or edges[e, SOURCE] >= FROM_DECANTER


@part
def add_stream(
    e: int, flow: float, y: FloatArray, u: FloatArray, ports: FloatArray, cells: np.ndarray,
    edges: np.ndarray,
    areas: FloatArray, factors: FloatArray, component: FloatArray, out: FloatArray, o: int, weight: float,
) -> None:  # fmt: skip
    """Add weight times what a stream carries of every component [g/m3] to out[o:o+states]."""
    n = component.shape[1]
    source = edges[e, SOURCE]
    at = edges[e, AT]
    if source == FROM_CELL and edges[e, FACTOR] < 0:
        add_row(out, o, y, at * n, n, weight)
    elif source == FROM_INFLUENT:
        add_row(out, o, u, at * (n + 1), n, weight)
    elif source == FROM_TOP:
        add_row(out, o, ports, (3 * at + 1) * (n + 2), n, weight)
    elif source == FROM_BOTTOM:
        add_row(out, o, ports, (3 * at + 2) * (n + 2), n, weight)
    else:
        add_parted(e, flow, y, cells, edges, areas, factors, component, out, o, weight)


@part
def top_of(
    y: FloatArray, settlers: np.ndarray, s: int, component: FloatArray, soluble: np.ndarray, ports: FloatArray
) -> None:
    """Write what stands at the top of a settler, from its feed."""
    n = component.shape[1]
    feed = 3 * s * (n + 2)
    top = feed + n + 2
    place = settlers[s].state
    share = y[place] / ports[feed + n + 1]
    for i in range(n):
        ports[top + i] = ports[feed + i] * share
    for j in range(soluble.shape[0]):
        place += settlers[s].layers
        ports[top + soluble[j]] = y[place]


@part
def ports_of(
    y: FloatArray, u: FloatArray, cells: np.ndarray, edges: np.ndarray, areas: FloatArray,
    factors: FloatArray,
    settlers: np.ndarray, component: FloatArray, soluble: np.ndarray, top_too: int, flow: FloatArray,
    ports: FloatArray,
) -> None:  # fmt: skip
    """Write feed, top (where asked) and bottom of each settler, one after another, each its states, flow
    and TSS.

    The solids at top and bottom have the composition of the feed at that instant (BSM1).
    """
    n = component.shape[1]
    for s in range(settlers.shape[0]):
        first = settlers[s].state
        layers = settlers[s].layers
        feed = 3 * s * (n + 2)
        top = feed + n + 2
        under = top + n + 2
        for i in range(n + 2):
            ports[feed + i] = 0.0
        bottom = 0.0
        q = 1e-12
        for e in range(edges.shape[0]):
            if edges[e, TARGET] == TO_SETTLER and edges[e, TO] == s:
                add_stream(e, flow[e], y, u, ports, cells, edges, areas, factors, component, ports, feed, flow[e])
                q += flow[e]
            elif edges[e, SOURCE] == FROM_BOTTOM and edges[e, AT] == s:
                bottom += flow[e]
        tss = 1e-12
        per_flow = 1.0 / q
        for i in range(n):
            ports[feed + i] *= per_flow
            tss += ports[feed + i] * component[1, i]
        ports[feed + n] = q
        ports[feed + n + 1] = tss
        ports[top + n] = q - bottom
        ports[under + n] = bottom
        at_bottom = y[first + layers - 1] / tss
        for i in range(n):
            ports[under + i] = ports[feed + i] * at_bottom
        place = first + layers - 1
        for j in range(soluble.shape[0]):
            place += layers
            ports[under + soluble[j]] = y[place]
        if top_too > 0:
            top_of(y, settlers, s, component, soluble, ports)
