"""The solids of settlers take steps of their own: the same change as in the whole plant, and the same order."""

import numpy as np
import pytest

from clearbay.twins.activated_sludge import bsm1, layers
from clearbay.twins.activated_sludge.balance import rate
from clearbay.twins.activated_sludge.records import work_of
from clearbay.twins.activated_sludge.simulate import InfluentTable, filled, simulate


@pytest.fixture
def settled(plant, at_rest):
    """A settler out of its rest: the scratch of its layers with TSS and change written, its feed, its place."""
    work = work_of(plant.net, layers.scratch_of(plant.net))
    y = filled(plant, at_rest)
    first = plant.place("settler", "TSS_1")
    y[first : first + 10] *= np.array([1.3, 0.8, 1.2, 0.7, 1.1, 1.2, 0.9, 1.1, 1.2, 0.95])
    change = np.zeros_like(y)
    row = plant.controls[0]
    rate(y, bsm1.CONSTANT_INFLUENT, row, plant.table[0], plant.coefficients, plant.net, work, True, change)
    scratch = work.solids[0]
    scratch[layers.HERE : layers.HERE + 10] = y[first : first + 10]
    scratch[layers.F_HERE : layers.F_HERE + 10] = change[first : first + 10]
    feed = (work.through[0, 0], work.through[0, 1], work.feed[13])
    return scratch, feed, change[first : first + 10]


def test_layers_change_alone_as_they_do_in_the_plant(plant, settled):
    scratch, feed, in_the_plant = settled
    layers.solids_rate(scratch, layers.HERE, layers.NEW, plant.net.settlers, 0, *feed)
    assert scratch[layers.NEW : layers.NEW + 10] == pytest.approx(in_the_plant, rel=1e-9, abs=1e-6)
    assert (scratch[layers.NEW + 10 : layers.NEW + 16] == 0).all()  # nothing beyond the last layer


def walked(plant, settled, weight):
    scratch, feed, _ = settled
    kept = scratch.copy()
    scratch[layers.COUNTED : layers.COUNTED + 10] = weight
    _, arrived = layers.walk(2e-3, 1e-6, scratch, plant.net.settlers, 0, *feed, *feed, plant.net.n_states)
    there = scratch[layers.HERE : layers.HERE + 10].copy()
    scratch[:] = kept
    assert arrived
    return there


def test_layers_arrive_closer_the_more_an_error_counts(plant, settled):
    # The estimate is of order three and so is the way: a hundredth of it allowed brings the end a hundred times
    # closer, but for the kinks of min(J_i, J_i+1), each of which costs a step its order.
    exact = walked(plant, settled, 1e8)
    off = [np.abs(walked(plant, settled, w) - exact).max() for w in (1e2, 1e4, 1e6)]
    assert off[0] > 20 * off[1] > 400 * off[2]


def test_layers_that_are_no_number_do_not_arrive(plant, settled):
    scratch, feed, _ = settled
    scratch[layers.HERE + 3] = np.nan
    _, arrived = layers.walk(2e-3, 1e-4, scratch, plant.net.settlers, 0, *feed, *feed, plant.net.n_states)
    assert not arrived


def test_a_step_of_the_whole_keeps_order_two_on_a_smooth_influent(plant, at_rest):
    # Load and flow rise evenly; errors per step of order three, so a hundredth of the tolerance: 22 times closer.
    values = np.vstack([bsm1.CONSTANT_INFLUENT, bsm1.CONSTANT_INFLUENT])
    values[1] *= 1.2
    given = InfluentTable(np.array([0.0, 0.25]), values, linear=True)
    watched = [plant.place(unit, state) for unit, state in (("R5", "S_NH"), ("R5", "S_NO"), ("settler", "TSS_1"))]
    ends = [simulate(plant, given, np.array([0.0, 0.25]), at_rest, t).states[-1][watched] for t in (1e-2, 1e-4, 1e-7)]
    off = [np.abs(end / ends[2] - 1).max() for end in ends[:2]]
    assert off[0] > 8 * off[1]


def test_a_long_run_at_rest_is_stable_with_the_longest_steps(plant, at_rest):
    given = InfluentTable(np.zeros(1), bsm1.CONSTANT_INFLUENT[None, :])
    run = simulate(plant, given, np.array([0.0, 20.0]), at_rest, 1e-2, tight_settlers=False)
    assert run.steps < 20.0 / 2e-3  # limited by the slow part of the plant alone
    assert run.states[-1][plant.place("R5", "S_NH")] == pytest.approx(at_rest[plant.place("R5", "S_NH")], rel=2e-2)
