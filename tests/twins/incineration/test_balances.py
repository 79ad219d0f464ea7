"""Nothing is lost: mass, elements and energy of every unit, over ten thousand random feasible lines."""

import numpy as np
import pytest

from clearbay.twins.incineration import balances, line, plant, turbine, waste
from clearbay.twins.incineration.case import DEFAULT, INPUTS, table
from clearbay.twins.incineration.errors import InfeasibleCase


@pytest.fixture(scope="module")
def ten_thousand(feasible) -> line.Lines:
    return line.solve_rows(feasible(10_000, 20260601), streams=True)


@pytest.mark.parametrize("unit", [*balances.UNITS, "line", "water side", "air heater"])
def test_every_unit_closes_to_a_billionth(ten_thousand, unit):
    residual = np.abs(balances.residuals(ten_thousand)[unit])
    worst = dict(zip(balances.QUANTITIES, residual.max(axis=0), strict=True))
    assert residual.max() < 1e-9, worst
    assert np.isfinite(residual).all()


def test_no_species_is_negative_and_no_result_is_missing(ten_thousand):
    assert np.isfinite(ten_thousand.results).all()
    assert ten_thousand.streams[..., :12].min() > -1e-15
    assert ten_thousand.streams[..., 13:].min() > -1e-15


def test_a_lost_gram_shows(feasible):
    """The check itself: one part in a million of the stack's CO2 taken away must show, and 10 mW of heat."""
    lines = line.solve_rows(feasible(20, 1), streams=True)
    lines.streams[:, line.STACK, 0] *= 1 - 1e-6
    assert np.abs(balances.residuals(lines)["scr"][:, 0]).min() > 1e-7
    lines = line.solve_rows(feasible(20, 1), streams=True)
    lines.streams[:, line.BOILER, 12] += 0.01
    assert np.abs(balances.residuals(lines)["boiler"][:, 10]).min() > 1e-6


def test_the_same_inputs_give_the_same_bits(feasible):
    rows = feasible(50, 2)
    assert np.array_equal(line.solve_rows(rows).results, line.solve_rows(rows, streams=True).results)


def test_a_batch_does_not_depend_on_its_order(feasible):
    rows = feasible(50, 3)
    assert np.array_equal(line.solve_rows(rows).results, line.solve_rows(rows[::-1]).results[::-1])


def test_the_turbine_cycle_closes_at_every_load():
    received = waste.from_proximate(0.5201, 0.1443, 6270.0)
    for load in (0.45, 0.6, 0.8, 1.0, 1.1):
        result = plant.solve(plant.Plant("", "", received, 0.05, 600.0, (load, load)))
        closed = balances.turbine_residuals(result.demand, result.cycle)
        assert max(abs(v) for v in closed.values()) < 1e-9, closed
        # the plant: heat fired and reheated leaves as power, condenser, stack, losses
        totals = result.totals
        assert totals["gross_mw"] > totals["net_mw"] > 0


def test_the_plant_closes_from_fuel_to_electricity():
    """Heat fired = power + condenser + losses + what stack, ashes and blowdown carry away (25 degC, water as gas)."""
    received = waste.from_proximate(0.53, 0.16, 6000.0)
    result = plant.solve(plant.Plant("", "", received, 0.10, 500.0, (1.0, 0.9)), streams=True)
    lines, cycle, demand = result.lines, result.cycle, result.demand
    fired, streams = balances.fired(lines), lines.streams
    entering = [line.REAGENT, line.REACTOR_FEED, line.ACTIVATED_CARBON, line.LEAK, line.SCR_REAGENT]
    leaving = [line.STACK, line.BOTTOM_ASH, line.BOILER_ASH, line.RESIDUE]
    cold = streams[:, line.PRIMARY] + streams[:, line.SECONDARY]
    cold[:, 12] = lines["ambient_c"] + 273.15
    energy = fired[:, 10] + balances.contents(cold)[:, 10]
    energy += sum(balances.contents(streams[:, k])[:, 10] for k in entering)
    energy -= sum(balances.contents(streams[:, k])[:, 10] for k in leaving)
    energy -= lines["heat_loss"] + lines["filter_loss"]
    blow = turbine.h_water(DEFAULT.drum_mpa, turbine.saturation_k(DEFAULT.drum_mpa))
    left = energy.sum() - (lines["blowdown_flow"] * blow).sum()
    left += result.totals["turbine_sets"] * (
        demand.makeup * demand.h_makeup + cycle["pump"]
        - cycle["gross"] - cycle["electrical_loss"] - cycle["condenser_heat"]
    ) - 1e3 * result.totals["header_loss_mw"]  # fmt: skip
    assert abs(left) / lines["heat_fired"].sum() < 1e-9


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"o2_dry": 0.2}, "o2_dry"),
        ({"lhv": float("nan")}, "lhv"),
        ({"water": 0.6}, "sum to"),
        ({"bleed_air_c": 240.0}, "drum steam"),
        ({"steam_mpa": 9.0}, "drum"),
        ({"temperature": 1.0}, "inputs are"),
        ({"feed": np.ones(3), "lhv": np.ones(2)}, "shapes"),
        ({"urea_share": 0.2, "hnco_share": 0.3}, "urea"),
    ],
)
def test_nonsense_is_refused_with_its_name(wrong, says):
    with pytest.raises(InfeasibleCase, match=says):
        line.solve(wrong)


def test_the_table_takes_scalars_and_arrays_together():
    rows = table({"lhv": np.array([6000.0, 7000.0]), "feed": 5.0})
    assert rows.shape == (2, len(INPUTS))
