"""How fast a plant answers: the residence of its units, and the state that asks for the shortest steps."""

import numpy as np

from clearbay.twins.activated_sludge.assemble import Plant
from clearbay.twins.activated_sludge.balance import rate
from clearbay.twins.activated_sludge.errors import FlowsheetError
from clearbay.twins.activated_sludge.flowsheet import Settler
from clearbay.twins.activated_sludge.records import FLOW_INFLUENT, FLOW_PUMP, FLOW_RATIO, padded, work_of
from clearbay.twins.activated_sludge.table import FloatArray

SECONDS = 86400.0  # per day
# A unit that is passed in less is a figure mistyped (m3 for L, a pump of too many noughts), not a tank: it asks for
# steps of its own residence, and a year of them does not end.
LEAST_RESIDENCE = 10.0  # s


def check_residence(plant: Plant, influents: FloatArray) -> None:
    """Refuse a unit whose water is renewed in less than LEAST_RESIDENCE.

    influents: (influents,) flows [m3/d]; pumps count with their largest flow, weirs with none.
    Raises FlowsheetError naming the unit, its volume and what flows in.
    """
    into = inflows(plant, influents)
    for unit in plant.flowsheet.units:
        volume = unit.area * unit.depth if isinstance(unit, Settler) else unit.volume
        seconds = SECONDS * volume / max(into[unit.name], 1e-300)
        if seconds < LEAST_RESIDENCE:
            raise FlowsheetError(
                f"unit '{unit.name}' holds {volume:.3g} m3 and {into[unit.name]:.3g} m3/d flow in: its water is "
                f"renewed in {seconds:.2g} s, which no tank does ({LEAST_RESIDENCE:g} s at the least); "
                "check its size and the pumps into it"
            )


def inflows(plant: Plant, influents: FloatArray) -> dict[str, float]:
    """Return what flows into each unit [m3/d] at these flows of the influents (influents,), pumps at their largest."""
    largest = plant.controls.max(axis=0)
    given = np.zeros(len(plant.net.flows))
    for j, flow in enumerate(plant.net.flows):
        if flow["kind"] == FLOW_INFLUENT:
            given[j] = influents[flow["influent"]]
        elif flow["kind"] == FLOW_RATIO:
            given[j] = largest[flow["control"]] * influents[flow["influent"]]
        elif flow["kind"] == FLOW_PUMP:
            given[j] = largest[flow["control"]]
    into = {unit.name: 0.0 for unit in plant.flowsheet.units}
    for stream, q in zip(plant.flowsheet.streams, plant.net.split @ given, strict=True):
        if stream.target in into:
            into[stream.target] += max(0.0, float(q))
    return into


def fastest(plant: Plant, y: FloatArray, u: FloatArray, row: FloatArray) -> tuple[str, str, float]:
    """Return unit, state and time constant [s] of what falls back the fastest from a change of its own.

    y: states (places,); u: influents (inputs,); row: controls in force. By the diagonal of the Jacobian, as
    difference quotients.
    """
    n, work = plant.net.n_states, work_of(plant.net)
    whole, before, after = (np.zeros(padded(n)) for _ in range(3))
    whole[:n] = y
    k = plant.table[int(row[0])]
    rate(whole, u, row, k, plant.coefficients, plant.net, work, True, before)
    back = np.zeros(n)
    for i in range(n):
        d = 1e-6 * max(abs(whole[i]), plant.scale[i])
        kept = whole[i]
        whole[i] = kept + d
        rate(whole, u, row, k, plant.coefficients, plant.net, work, True, after)
        whole[i] = kept
        back[i] = abs(after[i] - before[i]) / d
    worst = int(np.argmax(np.where(np.isfinite(back), back, np.inf)))
    unit, state = plant.labels[worst]
    return unit, state, SECONDS / max(float(back[worst]), 1e-300)
