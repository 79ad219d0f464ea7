"""Units beyond the benchmark: what they must keep, and how they must behave."""

import numpy as np
import pytest

from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT
from clearbay.twins.activated_sludge.assemble import compile_plant
from clearbay.twins.activated_sludge.dosing import metal_salt
from clearbay.twins.activated_sludge.errors import FlowsheetError
from clearbay.twins.activated_sludge.flowsheet import (
    BatchReactor,
    Buffer,
    Clarified,
    ContactTank,
    Dose,
    Flowsheet,
    KLa,
    Pump,
    Schedule,
    SetPoint,
    Settler,
    Share,
    Stream,
    Takes,
    Tank,
    Weir,
)
from clearbay.twins.activated_sludge.simulate import InfluentTable, constant_influent, simulate
from clearbay.twins.activated_sludge.table import composition

NAMES = ASM2D_FAT.state_names
SEWAGE = {"S_F": 60.0, "S_A": 20.0, "S_I": 20.0, "S_NH4": 30.0, "S_PO4": 4.0, "S_ALK": 7.0, "X_I": 40.0,
"X_S": 120.0,
          "X_H": 15.0, "X_FAT": 30.0, "X_TSS": 144.0}  # fmt: skip


def water(flow: float, **more: float) -> np.ndarray:
    given = SEWAGE | more
    return np.array([*(given.get(n, 0.0) for n in NAMES), flow])


def sheet(units, streams, **more):
    return Flowsheet(ASM2D_FAT, ("in",), ("out", "mud"), units, streams, **({"temperature": 20.0} | more))


def filled(plant, **values):
    y = np.zeros(plant.net.n_states)
    for i, (_, state) in enumerate(plant.labels):
        if state in NAMES:
            y[i] = values.get(state, 0.1)
        elif state == "volume":
            y[i] = 0.5 * plant.scale[i]
        elif state == "blanket":
            y[i] = 1.0
    return y


def held(plant, y, weights):
    """Amount in the plant [g] of what has these contents per g of each state."""
    n = len(NAMES)
    total = 0.0
    for c in range(len(plant.cell_names)):
        record = plant.net.cells[c]
        volume = y[record["volume_state"]] if record["volume_state"] >= 0 else record["volume"]
        total += volume * float(y[c * n : c * n + n] @ weights)
    return total


def left(plant, run, weights):
    n = len(NAMES)
    outlets = plant.net.n_outlets
    span = np.diff(run.times)[:, None]
    loads = (run.means[1:] * span).sum(axis=0)
    return sum(float(loads[o * (n + 1) : o * (n + 1) + n] @ weights) for o in range(outlets))


@pytest.mark.parametrize("quantity", ["N", "P"])
def test_nitrogen_and_phosphorus_are_kept_through_trap_buffer_batch_and_film(quantity):
    times = np.arange(0, 3.0, 0.25)
    plant = compile_plant(
        sheet(
            (
                Tank("trap", 5.0),
                Buffer("buffer", 40.0),
                ContactTank("film", 20.0, 800.0, aeration=SetPoint(2.0, 200.0)),
                BatchReactor("sbr", 60.0, 15.0, mixing=Schedule(times, np.tile([1.0, 1.0, 0.0, 0.0], 3))),
            ),
            (
                Stream("in", "trap"),
                Stream("trap", "mud", Pump(0.2), Takes({"X_S": 4.0, "X_FAT": 4.0})),
                Stream("trap", "buffer", solids=Clarified(4.0, {"X_S": 20.0, "X_FAT": 60.0})),
                Stream("buffer", "film", Pump(20.0, stops_at=5.0)),
                Stream("buffer", "film", Weir(36.0)),
                Stream("film", "sbr"),
                Stream(
                    "sbr.decanter",
                    "out",
                    Pump(Schedule(times, np.tile([0.0, 0.0, 0.0, 90.0], 3)), stops_at=20.0),
                ),
                Stream("sbr.blanket", "mud", Pump(0.5)),
            ),
        )
    )
    given = constant_influent(plant, water(25.0))
    start = filled(plant, S_ALK=5.0, X_H=800.0, X_AUT=50.0, X_TSS=800.0, S_NH4=5.0, S_PO4=1.0)
    hours = np.arange(0, 3.0 + 1e-9, 1 / 24)
    run = simulate(plant, given, hours, start, tolerance=1e-4)
    weights = composition(ASM2D_FAT)[quantity]
    came = 25.0 * 3.0 * float(water(25.0)[:-1] @ weights)
    gained = held(plant, run.states[-1], weights) - held(plant, run.states[0], weights)
    assert came - left(plant, run, weights) == pytest.approx(gained, abs=3e-3 * came)
    assert run.states.min() > -0.05  # nothing falls below nought by more than the tolerance


def test_a_settled_batch_reactor_gives_clear_water_and_a_mixed_one_its_sludge():
    decant = []
    for mixed in (1.0, 0.0):
        plant = compile_plant(
            sheet(
                (BatchReactor("sbr", 60.0, 15.0, mixing=mixed),),
                (
                    Stream("in", "sbr"),
                    Stream("sbr.decanter", "out", Pump(20.0)),
                    Stream("sbr.blanket", "mud", Pump(0.01)),
                ),
            )
        )
        start = filled(plant, X_TSS=3000.0, X_H=3000.0 / 0.9)
        start[plant.place("sbr", "volume")] = 60.0
        start[plant.place("sbr", "blanket")] = 4.0
        run = simulate(plant, constant_influent(plant, water(20.0)), np.array([0.0, 0.1, 0.11]), start)
        n = len(NAMES)
        decant.append(run.means[2, NAMES.index("X_TSS")] / run.means[2, n])
    assert decant[0] == pytest.approx(3000.0, rel=0.1)  # thinned by the tenth of a day of inflow
    assert decant[1] < 20.0


def test_a_film_is_oxic_outside_and_anoxic_inside():
    plant = compile_plant(
        sheet(
            (ContactTank("t", 20.0, 1600.0, layers=5, aeration=SetPoint(3.0, 400.0)),),
            (Stream("in", "t"), Stream("t", "out")),
        )
    )
    start = filled(plant, S_ALK=6.0, X_H=8000.0, X_AUT=500.0, X_TSS=10000.0)
    run = simulate(plant, constant_influent(plant, water(60.0)), np.array([0.0, 5.0]), start)
    oxygen = [run.states[-1, plant.place(f"t.film{i + 1}", "S_O2")] for i in range(5)]
    assert oxygen == sorted(oxygen, reverse=True)
    assert run.states[-1, plant.place("t", "S_O2")] == pytest.approx(3.0, abs=0.05)
    assert oxygen[0] < 2.9
    assert oxygen[-1] < 0.5


def test_more_carrier_takes_more_ammonia():
    after = []
    for area in (200.0, 1600.0):
        plant = compile_plant(
            sheet(
                (ContactTank("t", 20.0, area, aeration=SetPoint(3.0, 400.0)),),
                (Stream("in", "t"), Stream("t", "out")),
            )
        )
        start = filled(plant, S_ALK=6.0, X_H=5000.0, X_AUT=1500.0, X_TSS=8000.0)
        for i, (unit, state) in enumerate(plant.labels):
            if unit == "t" and state.startswith("X_"):
                start[i] = 10.0
        run = simulate(plant, constant_influent(plant, water(40.0)), np.array([0.0, 3.0]), start)
        after.append(run.states[-1, plant.place("t", "S_NH4")])
    assert after[1] < 0.6 * after[0]


def test_phosphate_comes_to_rest_where_precipitation_and_redissolution_meet():
    dose = Dose("Fe", 8.0, metal_salt("Fe"), per_influent="in")
    plant = compile_plant(sheet((Tank("t", 30.0, doses=(dose,)),), (Stream("in", "t"), Stream("t", "out"))))
    # Iron, phosphate and alkalinity alone: no biology. Hydraulic residence far longer than the reaction.
    only = dict.fromkeys(SEWAGE, 0.0) | {"S_PO4": 4.0, "S_ALK": 7.0}
    run = simulate(plant, constant_influent(plant, water(0.3, **only)), np.array([0.0, 800.0]), filled(plant) * 0.0)
    at = {name: run.states[-1, plant.place("t", name)] for name in ("S_PO4", "X_MeOH", "X_MeP", "S_ALK")}
    equilibrium = 0.6 * at["X_MeP"] * at["S_ALK"] / (0.5 + at["S_ALK"]) / (1.0 * at["X_MeOH"])
    # 100 d of residence against a reaction of hours
    assert at["S_PO4"] == pytest.approx(equilibrium, rel=0.05)
    # alkalinity: 3 mol per mol Fe, given back 0.048 mol per g P bound as the charge balance has it
    bound = 4.0 - at["S_PO4"]
    assert at["S_ALK"] == pytest.approx(7.0 - 8.0 * 3 / 55.845 + bound * 1.5 / 31, rel=2e-3)
    assert 4.0 - at["S_PO4"] == pytest.approx(at["X_MeP"] * 30.97 / 150.82, rel=1e-3)


def test_a_membrane_keeps_the_solids_a_filter_passes():
    out = []
    for passes in (0.0, 0.5):
        plant = compile_plant(
            sheet(
                (Tank("mbr", 30.0),),
                (
                    Stream("in", "mbr"),
                    Stream(
                        "mbr",
                        "out",
                        solids=Takes(dict.fromkeys([n for n in NAMES if n.startswith("X_")], passes)),
                    ),
                    Stream("mbr", "mud", Pump(1.0)),
                ),
            )
        )
        run = simulate(plant, constant_influent(plant, water(20.0)), np.array([0.0, 10.0]), filled(plant))
        out.append(run.means[1, NAMES.index("X_TSS")])
    assert out[0] == 0.0
    assert out[1] > 100.0


def test_an_equalisation_tank_flattens_and_its_pump_stops_when_it_is_empty():
    plant = compile_plant(
        sheet((Buffer("b", 40.0), Tank("t", 5.0)), (Stream("in", "b"), Stream("b", "t", Pump(20.0,
        stops_at=6.0)), Stream("b", "t", Weir(38.0)), Stream("t", "out")))
    )  # fmt: skip
    times = np.arange(48) / 24.0
    values = np.array([water(0.0 if t % 1.0 < 0.5 else 40.0) for t in times])
    run = simulate(plant, InfluentTable(times, values), np.arange(49) / 24.0, filled(plant))
    flow = run.means[1:, len(NAMES)]
    assert flow.max() == pytest.approx(20.0, rel=1e-3)
    assert run.states[:, plant.place("b", "volume")].min() > 5.5
    dry = simulate(plant, constant_influent(plant, water(0.0)), np.array([0.0, 3.0, 3.1]), filled(plant))
    assert dry.means[2, len(NAMES)] < 0.5


def test_a_set_point_is_held_and_the_air_ends_at_its_ceiling():
    for ceiling, held_at in ((500.0, 2.0), (5.0, 0.2)):
        plant = compile_plant(
            sheet((Tank("t", 30.0, SetPoint(2.0, ceiling)),), (Stream("in", "t"), Stream("t", "out")))
        )
        start = filled(plant, S_ALK=6.0, X_H=1500.0, X_AUT=80.0, X_TSS=1400.0)
        run = simulate(plant, constant_influent(plant, water(60.0)), np.array([0.0, 0.2]), start)
        oxygen = run.states[-1, plant.place("t", "S_O2")]
        assert oxygen == pytest.approx(held_at, abs=0.02) if ceiling > 100 else oxygen < held_at


def test_a_timer_is_met_exactly():
    on = Schedule(np.array([0.0, 0.25, 0.5]), np.array([0.0, 100.0, 0.0]))
    plant = compile_plant(sheet((Tank("t", 30.0, KLa(on, t_ref=20.0)),), (Stream("in", "t"), Stream("t", "out"))))
    run = simulate(plant, constant_influent(plant, water(10.0)), np.array([0.0, 0.25, 0.5, 0.75]), filled(plant))
    cell = 2 * (len(NAMES) + 1)
    assert run.means[1:, cell] == pytest.approx([0.0, 100.0, 0.0], abs=1e-12)


@pytest.mark.parametrize(
    ("units", "streams", "message"),
    [
        ((Tank("t", -1.0),), (Stream("in", "t"), Stream("t", "out")), "volume = -1.0 must be positive"),
        ((Tank("t", 1.0),), (Stream("in", "t"),), "no stream out"),
        ((Tank("t", 1.0),), (Stream("in", "t"), Stream("t", "out"), Stream("t", "mud")),
        "2 streams without a flow"),
        ((Tank("t", 1.0), Tank("t", 1.0)), (Stream("in", "t"), Stream("t", "out")), "same name"),
        ((Tank("t", 1.0),), (Stream("in", "t"), Stream("t", "nowhere")), "no such target"),
        ((Buffer("t", 1.0),), (Stream("in", "t"), Stream("t", "out")), "give every stream out of it a flow"),
        ((Settler("s", 9.0, 3.0, feed_layer=11),), (Stream("in", "s"), Stream("s.top", "out"),
        Stream("s.bottom", "mud", Pump(1.0))), "feed layer 11"),
        ((Tank("t", 1.0),), (Stream("in", "t"), Stream("t", "mud", Share("rain", 1.0)), Stream("t", "out")),
        "no influent 'rain'"),
        ((Settler("s", 9.0, 3.0),), (Stream("in", "s"), Stream("s.top", "out", solids=Takes({"X_S": 0.0})),
        Stream("s.bottom", "mud", Pump(1.0))), "s.top -> out: solids cannot be parted there"),
        ((Tank("t", 1.0),), (Stream("in", "t", solids=Takes({"X_S": 0.0})), Stream("t", "out")),
        "in -> t: solids cannot be parted there"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_plant_is_refused(units, streams, message):
    with pytest.raises(FlowsheetError, match=message):
        compile_plant(sheet(units, streams))
