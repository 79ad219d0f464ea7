"""Kernels of what flows: given flows, left-over flows, what a stream carries, what a settler's ports hold."""

import numpy as np

from clearbay.twins.activated_sludge.jit import part
from clearbay.twins.activated_sludge.records import (
    AT,
    BASE,
    CELL_OF,
    ELSEWHERE,
    FACTOR,
    FLOW_INFLUENT,
    FLOW_PUMP,
    FLOW_WEIR,
    FROM_DECANTER,
    SIGN,
    SOURCE,
    STREAM,
    WEIR_RATE,
    Net,
    Work,
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
def carry(
    e: int, flow: float, y: FloatArray, cells: np.ndarray, edges: np.ndarray, areas: FloatArray,
    factors: FloatArray, component: FloatArray, out: FloatArray, o: int,
) -> None:  # fmt: skip
    """Write what a stream carries that takes the states of its source unequally [g/m3] to out from o on."""
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
        out[o + i] = y[b + i] * factor * (1.0 + component[0, i] * (solids - 1.0))


@part
def route(y: FloatArray, u: FloatArray, control: FloatArray, net: Net, work: Work) -> None:
    """Write every flow, what it is per volume of the cell or share of the feed it enters, and the influents."""
    n = net.component.shape[1]
    flow = work.flow
    flows_of(y, u, control, net.cells, net.flows, net.split, n, work.given, flow)
    for c in range(net.cells.shape[0]):
        loss = 0.0
        per_volume = 1.0 / volume_of(net.cells, c, y)
        for e in range(net.spans[c, 0], net.spans[c, 2]):
            w = net.links[e, SIGN] * flow[net.links[e, STREAM]] * per_volume
            work.weights[e] = w
            loss += w
        work.loss[c] = loss
    for s in range(net.settlers.shape[0]):
        work.through[s, 0] = 1e-12
        work.through[s, 1] = 0.0
    for j in range(net.feeds.shape[0]):
        work.through[net.feeds[j, CELL_OF], 0] += flow[net.feeds[j, STREAM]]
    for j in range(net.drains.shape[0]):
        work.through[net.drains[j, 0], 1] += flow[net.drains[j, 1]]
    for j in range(net.feeds.shape[0]):
        work.shares[j] = flow[net.feeds[j, STREAM]] / work.through[net.feeds[j, CELL_OF], 0]
    for a in range(u.shape[0] // (n + 1)):
        for i in range(n):
            work.origins[a * n + i] = u[a * (n + 1) + i]


@part
def stand(
    y: FloatArray, feed: FloatArray, place: int, layers: int, share: float, component: FloatArray, out: FloatArray
) -> None:
    """Write what stands in the layer of a settler whose TSS is at `place`, `share` times the feed's."""
    # One by one on purpose: gathered side by side, a dozen values cost three times as much.
    for i in range(feed.shape[0]):
        if component[0, i] > 0.0:
            out[i] = feed[i] * share
        else:
            place += layers
            out[i] = y[place]


@part
def carry_all(y: FloatArray, u: FloatArray, control: FloatArray, net: Net, work: Work, rerouted: bool) -> None:
    """Write every flow (where it may have changed) and what streams carry that take states unequally."""
    if rerouted:
        route(y, u, control, net, work)
    for j in range(net.parts.shape[0]):
        e = net.parts[j, 0]
        carry(e, work.flow[e], y, net.cells, net.edges, net.areas, net.factors, net.component, work.origins,
              net.parts[j, 1])  # fmt: skip


@part
def top_of(s: int, y: FloatArray, net: Net, work: Work) -> None:
    """Write what stands at the top of a settler, whose feed is written."""
    n = net.component.shape[1]
    at = work.origins.shape[0] - (net.parts.shape[0] + 2 * (net.settlers.shape[0] - s)) * n
    feed = work.feed[s * (n + 1) : s * (n + 1) + n]
    first = net.settlers[s].state
    share = y[first] / work.feed[s * (n + 1) + n]
    stand(y, feed, first, net.settlers[s].layers, share, net.component, work.origins[at : at + n])


@part
def feed_of(s: int, y: FloatArray, net: Net, work: Work) -> None:
    """Write the feed of a settler and its TSS."""
    n = net.component.shape[1]
    origins = work.origins
    feed = work.feed[s * (n + 1) : s * (n + 1) + n]
    for i in range(n):
        feed[i] = 0.0
    for j in range(net.feeds.shape[0]):
        if net.feeds[j, CELL_OF] == s:
            w = work.shares[j]
            b = net.feeds[j, BASE]
            row = origins[b : b + n] if net.feeds[j, ELSEWHERE] > 0 else y[b : b + n]
            for i in range(n):
                feed[i] += w * row[i]
    tss = 1e-12
    for i in range(n):
        tss += feed[i] * net.component[1, i]
    work.feed[s * (n + 1) + n] = tss


@part
def ports_of(s: int, y: FloatArray, net: Net, work: Work, top_too: bool) -> None:
    """Write what stands at the bottom of a settler, whose feed is written, and (where asked) at its top.

    The solids at top and bottom have the composition of the feed at that instant (BSM1).
    """
    n = net.component.shape[1]
    at = work.origins.shape[0] - (net.parts.shape[0] + 2 * (net.settlers.shape[0] - s) - 1) * n
    feed = work.feed[s * (n + 1) : s * (n + 1) + n]
    layers = net.settlers[s].layers
    last = net.settlers[s].state + layers - 1
    share = y[last] / work.feed[s * (n + 1) + n]
    stand(y, feed, last, layers, share, net.component, work.origins[at : at + n])
    if top_too:
        top_of(s, y, net, work)
