"""Two settlers in one plant, in series or side by side: balances closed, and the same way as another solver goes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import LSODA

from clearbay.twins.activated_sludge import bsm1
from clearbay.twins.activated_sludge.assemble import compile_plant
from clearbay.twins.activated_sludge.balance import observe, rate
from clearbay.twins.activated_sludge.flowsheet import Pump, Settler, Stream
from clearbay.twins.activated_sludge.records import padded, work_of
from clearbay.twins.activated_sludge.simulate import InfluentTable, filled, metered, simulate

COUPLED = {
    # The second takes what leaves the top of the first, and returns what settles there.
    "in series": (
        Stream("R5", "first"),
        Stream("first.bottom", "R1", Pump(bsm1.FLOW)),
        Stream("first.bottom", "waste", Pump(bsm1.WASTE)),
        Stream("first.top", "second"),
        Stream("second.bottom", "R1", Pump(2000.0)),
        Stream("second.top", "effluent"),
    ),
    "side by side": (
        Stream("R5", "first"),
        Stream("R5", "second", Pump(15000.0)),
        Stream("first.bottom", "R1", Pump(11000.0)),
        Stream("first.bottom", "waste", Pump(bsm1.WASTE)),
        Stream("second.bottom", "R1", Pump(8000.0)),
        Stream("first.top", "effluent"),
        Stream("second.top", "effluent"),
    ),
}
SHOCK = np.array([0.0, 1.0 / 24.0])  # d: a third more water for an hour, then as before


@pytest.fixture(scope="module", params=COUPLED)
def settled(request):
    """A plant with two settlers, at rest, and an influent that jumps twice."""
    sheet = bsm1.bsm1_sheet()
    tanks = tuple(unit for unit in sheet.units if not isinstance(unit, Settler))
    between = tuple(s for s in sheet.streams if "settler" not in s.source + s.target)
    plant = compile_plant(
        replace(
            sheet,
            units=(
                *tanks,
                Settler("first", area=1100.0, depth=4.0),
                Settler("second", area=800.0, depth=3.5, layers=8, feed_layer=4),
            ),
            streams=between + COUPLED[request.param],
        )
    )
    start = np.zeros(plant.net.n_states)
    tank = bsm1.bsm1_start(bsm1.bsm1_plant())[:13]
    for i, (unit, state) in enumerate(plant.labels):
        if state.startswith("TSS_"):
            depth = int(state[4:]) / (10 if unit == "first" else 8)
            start[i] = 15.0 if depth <= 0.3 else 350.0 if depth < 1.0 else 6000.0
        else:
            start[i] = tank[
                plant.flowsheet.model.state_names.index(state.rpartition("_")[0] if "_" in state[2:] else state)
            ]
    rough = simulate(plant, InfluentTable(np.zeros(1), bsm1.CONSTANT_INFLUENT[None, :]), np.array([0.0, 30.0]), start)
    values = np.vstack([bsm1.CONSTANT_INFLUENT, bsm1.CONSTANT_INFLUENT])
    values[0, 13] *= 4.0 / 3.0
    return plant, rough.states[-1], InfluentTable(SHOCK, values)


def changes(plant):
    """dy/dt as a function of the state and an influent, and the work it leaves."""
    work, row = work_of(plant.net), plant.controls[0]
    whole, change = np.zeros(padded(plant.net.n_states)), np.zeros(padded(plant.net.n_states))

    def f(y, u):
        whole[: y.size] = y
        rate(whole, u, row, plant.table[0], plant.coefficients, plant.net, work, True, change)
        return change[: y.size].copy()

    return f, work


def held(plant, y, state, tss_of_layers=False):
    """What tanks and settlers hold of a soluble state, or what the settlers hold of solids [g]."""
    total = 0.0
    for i, (unit, name) in enumerate(plant.labels):
        if unit in plant.cell_names:
            if name == state and not tss_of_layers:
                total += y[i] * plant.net.cells["volume"][plant.cell_names.index(unit)]
        elif name.rpartition("_")[0] == ("TSS" if tss_of_layers else state):
            total += y[i] / plant.net.settlers["per_volume"][0 if unit == "first" else 1]
    return total


def test_what_comes_less_what_leaves_is_what_stays_to_round_off(settled):
    plant, y, given = settled
    f, work = changes(plant)
    u = given.values[0]
    change = f(y, u)
    seen = np.zeros(metered(plant))
    observe(filled(plant, y), u, plant.controls[0], plant.net, work, seen)
    out = seen[0] + seen[14]  # inert soluble in effluent and waste [g/d]
    assert held(plant, change, "S_I") == pytest.approx(u[0] * u[13] - out, rel=1e-10, abs=1e-7 * out)
    # Solids: settlers hold what they are fed less what leaves top and bottom, and feed and leave are of one kind.
    for s, name in enumerate(("first", "second")):
        layers = int(plant.net.settlers["layers"][s])
        top, bottom = y[plant.place(name, "TSS_1")], y[plant.place(name, f"TSS_{layers}")]
        fed = work.feed[s * 14 + 13] * work.through[s, 0]
        left = top * (work.through[s, 0] - work.through[s, 1]) + bottom * work.through[s, 1]
        own = [i for i, (unit, state) in enumerate(plant.labels) if unit == name and state.startswith("TSS_")]
        grows = change[own].sum() / plant.net.settlers["per_volume"][s]
        assert grows == pytest.approx(fed - left, rel=1e-9, abs=1e-9 * fed), name


def test_a_run_keeps_what_came(settled):
    # Metered flows are means of what is seen at the steps: to the tolerance, not to round-off.
    plant, start, given = settled
    run = simulate(plant, given, np.array([0.0, *SHOCK[1:], 0.5]), start)
    span = np.diff(run.times)
    came = (given.values[:, 0] * given.values[:, 13] * span).sum()
    left = ((run.means[1:, 0] + run.means[1:, 14]) * span).sum()
    more = held(plant, run.states[-1], "S_I") - held(plant, run.states[0], "S_I")
    assert came - left == pytest.approx(more, abs=1e-4 * came)


def test_another_solver_of_the_same_equations_arrives_at_the_same(settled):
    plant, start, given = settled
    f, _ = changes(plant)
    y, ends = start, [*SHOCK[1:], 0.25]
    for t, end, u in zip(SHOCK, ends, given.values, strict=True):
        solver = LSODA(lambda _t, y, u=u: f(y, u), t, y, end, rtol=1e-8, atol=1e-8)
        while solver.status == "running":
            solver.step()
        y = solver.y
    off = {}
    for tolerance in (1e-3, 1e-5):
        ours = simulate(plant, given, np.array([0.0, 0.25]), start, tolerance).states[-1]
        off[tolerance] = (np.abs(ours - y) / np.maximum(np.abs(y), 1.0)).max()
    assert off[1e-3] < 3e-3
    assert off[1e-5] < 1.5e-4
    assert off[1e-5] < off[1e-3] / 10
