"""What-ifs answer in the direction, and by about the amount, that the sources give."""

import numpy as np
import pytest

from clearbay.twins.incineration import line, plant, sncr, turbine, waste, whatif
from clearbay.twins.incineration.errors import InfeasibleCase

PLANT = plant.Plant("厂", "plant", waste.from_proximate(0.484, 0.1816, 6699.0), 0.0, 500.0, (1.0, 1.0))
LIMITS = {"nox": 250.0, "so2": 80.0, "hcl": 50.0, "co": 80.0, "dust": 20.0}


def test_water_in_the_waste_cools_the_furnace_and_costs_steam():
    lines = whatif.wetter(PLANT, np.array([0.0, 0.05, 0.10]))
    assert np.all(np.diff(lines["adiabatic_c"]) < -10)
    assert np.all(np.diff(lines["steam"]) < 0)


def test_richer_waste_gives_more_power_as_published():
    """Facts, computed apart (4.0 MPa, 400 degC, no SCR): 397, 480, 563, 646 kWh/t at 6 to 9 MJ/kg, linear between."""
    same = {"scr_m2": 0.0, "chamber_m2": 20.0, "pass_m2": 45.0, "gas_design": 1.05}  # the same furnace, the same heat
    gross = []
    for lhv in (6500.0, 7500.0, 8500.0):
        received = waste.from_proximate(0.45, 0.15, lhv)
        one = plant.Plant("", "", received, 0.0, 500.0 * 6699 / lhv, (1.0, 1.0), same)
        gross.append(plant.solve(one).totals["gross_kwh_t"])
    assert gross == pytest.approx([438.5, 521.5, 604.5], rel=0.04)


def test_more_sorbent_leaves_less_acid_and_more_residue():
    lines = whatif.sweep(PLANT, "sorbent", [1.0, 1.5, 2.0, 2.5])
    assert np.all(np.diff(lines["hcl"]) < 0)
    assert np.all(np.diff(lines["so2"]) < 0)
    assert np.all(np.diff(lines["fly_ash"]) > 0)
    with pytest.raises(InfeasibleCase, match="what-if"):
        whatif.sweep(PLANT, "temperature", [1.0])


def test_the_injection_layer_is_what_denitrification_hangs_on():
    lines = whatif.sweep(PLANT, "layer", np.linspace(0, 1, 11))
    assert lines["nox_denitrified"].max() > 1.5 * lines["nox_denitrified"].min()


def test_pncr_does_what_was_published():
    """Zhu et al. 2021, 300 t/d: 320 to below 60 mg (80 %) at 2.4 kg/t, best at 850 to 900 degC, worse with more O2."""
    base = plant.line_case(PLANT, 0.85)  # the load at which the injection layer lies in the published window
    lines = line.solve({"nsr": 2.1}, base)
    assert 850 < lines["layer_c"][0] < 900
    kg_per_t = 1000 * lines["denox_reagent"] / lines["feed"]
    removed = 1 - lines["nox_denitrified"] / lines["nox_raw"]
    assert kg_per_t == pytest.approx([2.4], abs=0.3)
    assert lines["nox_raw"] == pytest.approx([320], abs=15)
    assert removed == pytest.approx([0.80], abs=0.03)
    assert lines["nox_denitrified"][0] < 66
    # the reagent's own window, at one temperature and two oxygens
    t = np.arange(800.0, 1000.0, 12.5)

    def left(o2: float) -> np.ndarray:
        return sncr.left_of_no(t + base.shift_k, base.co_layer, 2.1, o2, 1.6e-4, 0.0, 0.9)[:, 0]

    assert 850 <= t[np.argmin(left(0.065))] <= 900
    at_best = (t >= 850) & (t <= 900)
    assert np.all(left(0.085)[at_best] > left(0.045)[at_best])


def test_the_highest_load_is_the_last_that_keeps_everything():
    best = whatif.highest_load(PLANT, LIMITS)
    over = whatif.sweep(PLANT, "load", [best.load + 0.002])
    assert all(v.all() for v in whatif.conditions(best.lines, LIMITS).values())
    assert not all(v.all() for v in whatif.conditions(over, LIMITS).values())
    assert best.load > 1.0
    with pytest.raises(InfeasibleCase, match="no load"):
        whatif.highest_load(PLANT, {**LIMITS, "nox": 1.0})


def test_unlike_wastes_are_reconciled_anew():
    lines = whatif.waste_sweep(PLANT, 0.45, np.array([6500.0, 7500.0]))
    assert lines["carbon"][1] > lines["carbon"][0]
    with pytest.raises(InfeasibleCase, match="between"):
        whatif.waste_sweep(PLANT, 0.45, np.array([20000.0]))


def test_a_turbine_refuses_what_it_cannot_swallow():
    solved = plant.solve(PLANT)
    with pytest.raises(InfeasibleCase, match="t/h"):
        turbine.run(solved.design, solved.demand._replace(steam=solved.design.flow * 1.3))
    with pytest.raises(InfeasibleCase, match="design"):
        turbine.run(turbine.Turbine(10.0), solved.demand)


def test_steam_that_no_turbine_takes_is_condensed_and_counted():
    pushed = plant.Plant("", "", PLANT.received, 0.0, 500.0, (1.4, 1.4))
    design = plant.solve(PLANT).design
    result = plant.solve(pushed, design=design)
    assert result.totals["dumped_t_h"] > 5
    assert result.demand.steam == pytest.approx(1.10 * design.flow)
