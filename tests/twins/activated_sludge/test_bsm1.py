"""The benchmark: steady state, dynamics, indices, against published and golden references."""

import json

import numpy as np
import pytest
from activated_sludge_reference import golden, influent, path, table

from clearbay.twins.activated_sludge import bsm1
from clearbay.twins.activated_sludge.assemble import compile_plant
from clearbay.twins.activated_sludge.errors import InputError, SimulationDivergedError
from clearbay.twins.activated_sludge.indices import bsm1_indices
from clearbay.twins.activated_sludge.simulate import (
    ENSEMBLE_TOLERANCE,
    Case,
    InfluentTable,
    simulate,
    simulate_many,
    steady_state,
)


def test_steady_state_is_the_published_one(plant, at_rest):
    # BSM1 effluent at rest, MATLAB, 15 digits (bsm2-python tests/bsm1_ol_test.py, BSD-3); settler top to
    # bottom
    published = [12.4969498996665, 18.1132132624131, 29.5402273766893, 68.9780506740299, 356.074706190146]
    first = plant.place("settler", "TSS_1")
    assert at_rest[first : first + 5] == pytest.approx(published, rel=1e-8)
    assert at_rest[first + 9] == pytest.approx(6393.98442118288, rel=1e-8)
    effluent = {"S_S": 0.889492799653682, "S_O": 0.490943515687561, "S_NO": 10.4152201204309,
                "S_NH": 1.73333146817512, "S_ND": 0.688280004678034, "S_ALK": 4.12557938198182}  # fmt: skip
    for state, value in effluent.items():
        assert at_rest[plant.place("settler", f"{state}_1")] == pytest.approx(value, rel=1e-8), state


@pytest.mark.reference_data
def test_steady_state_of_every_tank_within_a_millionth(plant, at_rest):
    rows = {row[0]: row[1:] for row in table("bsm1", "reference", "steady_state_open_loop_iwa_c.csv")}
    for state in plant.flowsheet.model.state_names:
        for tank, text in zip(("R1", "R2", "R3", "R4", "R5"), rows[state], strict=False):
            assert at_rest[plant.place(tank, state)] == pytest.approx(float(text), rel=1e-6), (tank, state)


@pytest.mark.reference_data
@pytest.mark.parametrize("linear", [False, True], ids=["held", "linear"])
@pytest.mark.parametrize("weather", ["dry", "storm"])
def test_dynamics_follow_the_golden_trajectories(plant, at_rest, weather, linear):
    reference = golden(f"{weather}_from_ss_{'linear' if linear else 'zoh'}")
    run = simulate(plant, influent(weather, linear), reference["t_d"].copy(), at_rest)
    for state, column, bound in (("S_NH_1", "eff_S_NH", 1e-3), ("TSS_1", "eff_TSS", 2e-3)):
        ours = run.states[:, plant.place("settler", state)]
        off = np.abs(ours - reference[column]).max() / reference[column].max()
        assert off < bound, (state, off)


@pytest.mark.reference_data
@pytest.mark.parametrize("weather", ["dry", "storm"])
def test_indices_are_those_of_the_golden_run(plant, at_rest, weather):
    wanted = json.loads(path("bsm1", "reference", "performance_open_loop.json").read_text())["protocol"][
        f"{weather}_zoh"
    ]
    start = simulate(plant, influent("dry", False), np.array([0.0, 14.0]), at_rest).states[-1]
    given = influent(weather, False)
    run = simulate(plant, given, np.arange(1345) / 96.0, start)
    found = bsm1_indices(run, given)
    assert found.eqi == pytest.approx(wanted["EQI"], rel=5e-4)
    assert found.iqi == pytest.approx(wanted["IQI"], rel=1e-9)
    assert found.aeration_energy == pytest.approx(wanted["AE"], rel=1e-12)
    assert found.pumping_energy == pytest.approx(wanted["PE"], rel=1e-12)
    assert found.mixing_energy == pytest.approx(wanted["ME"], rel=1e-12)
    assert found.sludge_production == pytest.approx(wanted["SP_disposal_kg_d"], rel=2e-3)
    assert found.oci == pytest.approx(wanted["OCI"], rel=2e-3)
    assert 100 * found.violations["TN"] == pytest.approx(wanted["viol_TN_pct"], abs=0.2)
    assert 100 * found.violations["NH"] == pytest.approx(wanted["viol_SNH_pct"], abs=0.2)


@pytest.mark.reference_data
def test_asm2d_steady_state_is_the_matlab_one():
    sheet = bsm1.asm2d_sheet()
    plant = compile_plant(sheet)
    y = steady_state(plant, bsm1.asm2d_influent(), bsm1.asm2d_start(plant))
    rows = table("bsm1", "reference", "matlab_asm2d_bsm1_steady_state.csv")
    checked = 0
    for row in rows[1:8]:
        for name, text in zip(rows[0][1:], row[1:], strict=True):
            state = {"X_A": "X_AUT"}.get(name, name)
            if state not in sheet.model.state_names or not text or float(text) == 0:
                continue
            # The reference prints four decimals at most; S_ALK is printed in g C/m3.
            ours = y[plant.place(row[0], state)] * (12.0 if state == "S_ALK" else 1.0)
            assert ours == pytest.approx(float(text), rel=5e-3, abs=6e-5), (row[0], state)
            checked += 1
    assert checked == 7 * 16
    tss = y[plant.place("settler", "TSS_1") :][:10]
    assert tss == pytest.approx([float(x) for x in rows[-1][1:11]], rel=5e-3)


def test_the_steady_state_stays_where_it_is(plant, at_rest):
    run = simulate(plant, bsm1_constant(), np.array([0.0, 5.0]), at_rest)
    assert run.states[-1] == pytest.approx(at_rest, rel=5e-4, abs=1e-4)


def test_mass_is_kept_over_a_run(plant, at_rest):
    # Inert soluble: what came in, less what left, is what the plant holds more.
    given = bsm1_constant(factor=1.3)
    run = simulate(plant, given, np.array([0.0, 2.0]), at_rest)
    came = given.values[0, 0] * given.values[0, 13] * 2.0
    left = 2.0 * (run.means[1, 0] + run.means[1, 14])
    more = _inert(plant, run.states[1]) - _inert(plant, run.states[0])
    assert came - left == pytest.approx(more, rel=1e-3)


def _inert(plant, y):
    tanks = y[: 5 * 13].reshape(5, 13)[:, 0] @ plant.net.cells["volume"]
    return tanks + y[plant.place("settler", "S_I_1") :][:10].sum() * 600.0


def bsm1_constant(factor: float = 1.0):
    values = bsm1.CONSTANT_INFLUENT.copy()
    values[0] *= factor
    return InfluentTable(np.zeros(1), values[None, :])


def test_an_ensemble_is_its_members_one_by_one(plant, at_rest):
    times = np.array([0.0, 0.5])
    cases = [Case(plant, bsm1_constant(f), at_rest) for f in (0.5, 1.0, 2.0)]
    together = simulate_many(cases, times, workers=2)
    for case, run in zip(cases, together, strict=True):
        alone = simulate(plant, case.influent, times, at_rest, ENSEMBLE_TOLERANCE, tight_settlers=False)
        assert (alone.states == run.states).all()


def test_a_bad_start_or_influent_is_refused_before_it_travels(plant, at_rest):
    broken = at_rest.copy()
    broken[3] = np.nan
    with pytest.raises(InputError, match="not a number"):
        simulate(plant, bsm1_constant(), np.array([0.0, 1.0]), broken)
    negative = bsm1_constant()
    negative.values[0, 1] = -5.0
    with pytest.raises(InputError, match="negative"):
        simulate(plant, negative, np.array([0.0, 1.0]), at_rest)
    thin = bsm1_constant()
    thin.values[0, 13] = 100.0
    with pytest.raises(InputError, match="flow backwards"):
        simulate(plant, thin, np.array([0.0, 1.0]), at_rest)


def test_divergence_names_the_state_and_the_time(plant, at_rest):
    heavy = bsm1_constant()
    heavy.values[0, 2] = 5e6  # more than water weighs
    with pytest.raises(SimulationDivergedError) as caught:
        simulate(plant, heavy, np.array([0.0, 200.0]), at_rest)
    assert caught.value.state in ("X_I", "TSS_10")
    assert 0.0 < caught.value.time < 200.0
