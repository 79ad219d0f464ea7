"""Units against the solutions one can write down: aeration, grease trap, equalisation, biofilm, sludge age."""

import numpy as np
import pytest
from scipy.optimize import brentq

from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT
from clearbay.twins.activated_sludge.assemble import Plant, compile_plant
from clearbay.twins.activated_sludge.biofilm import IN_FILM, exchange
from clearbay.twins.activated_sludge.flowsheet import (
    Buffer,
    Clarified,
    Flowsheet,
    KLa,
    Pump,
    Settler,
    Stream,
    Takes,
    Tank,
    Weir,
)
from clearbay.twins.activated_sludge.records import BIOFILM
from clearbay.twins.activated_sludge.simulate import InfluentTable, constant_influent, simulate, steady_state

NAMES = ASM2D_FAT.state_names
SOLIDS = tuple(name for name in NAMES if name.startswith("X_"))


def water(flow: float, **given: float) -> np.ndarray:
    return np.array([*(given.get(name, 0.0) for name in NAMES), flow])


def plant_of(units, streams, temperature: float = 20.0) -> Plant:
    return compile_plant(Flowsheet(ASM2D_FAT, ("in",), ("out", "mud"), units, streams, temperature))


def start_of(plant: Plant, unit: str, **given: float) -> np.ndarray:
    y = np.zeros(plant.net.n_states)
    for state, value in given.items():
        y[plant.place(unit, state)] = value
    return y


# Oxygen of clean water at sea level [g/m3]: APHA Standard Methods 4500-O, table I.
@pytest.mark.parametrize(("temperature", "saturation"), [(10.0, 11.288), (20.0, 9.092), (30.0, 7.559)])
def test_clean_water_takes_up_oxygen_to_saturation_exponentially(temperature, saturation):
    plant = plant_of((Tank("t", 30.0, KLa(24.0, t_ref=20.0)),), (Stream("in", "t"), Stream("t", "out")), temperature)
    hours = np.arange(7) / 24.0
    run = simulate(plant, constant_influent(plant, water(0.0)), hours, start_of(plant, "t"), tolerance=1e-6)
    # beta 0.95; 1.024^(T - 20): ASCE 2-06
    wanted = 0.95 * saturation * (1.0 - np.exp(-24.0 * 1.024 ** (temperature - 20.0) * hours))
    assert run.states[:, plant.place("t", "S_O2")] == pytest.approx(wanted, abs=2e-3)


@pytest.mark.parametrize(("state", "speed"), [("X_FAT", 60.0), ("X_I", 20.0), ("S_I", 0.0)])
def test_a_grease_trap_lets_out_what_its_overflow_rate_carries(state, speed):
    flow, area, mud, thick = 138.0, 8.0, 0.25, 4.0
    plant = plant_of(
        (Tank("trap", 12.0),),
        (
            Stream("in", "trap"),
            Stream("trap", "out", solids=Clarified(area, {"X_FAT": 60.0, "X_I": 20.0})),
            Stream("trap", "mud", Pump(mud), Takes({"X_FAT": thick, "X_I": thick})),
        ),
    )
    given = constant_influent(plant, water(flow, **{state: 40.0}))
    run = simulate(plant, given, np.array([0.0, 30.0, 31.0]), start_of(plant, "trap"), tolerance=1e-5)
    # What settles at v in a mixed basin under the overflow rate q leaves at q / (q + v) of what is in it (Hazen).
    overflow = (flow - mud) / area
    leaves = (flow - mud) * overflow / (overflow + speed)
    kept = mud * (thick if speed else 1.0)
    assert run.states[-1, plant.place("trap", state)] == pytest.approx(40.0 * flow / (leaves + kept), rel=1e-3)
    assert run.means[-1, NAMES.index(state)] == pytest.approx(40.0 * flow * leaves / (leaves + kept), rel=1e-3)


def equalisation() -> Plant:
    return plant_of(
        (Buffer("b", 40.0),), (Stream("in", "b"), Stream("b", "out", Pump(20.0)), Stream("b", "mud", Weir(38.0)))
    )


def test_an_equalisation_tank_holds_what_came_less_what_was_pumped():
    plant = equalisation()
    hours = np.arange(25) / 24.0
    flow = 20.0 + 15.0 * np.sin(2.0 * np.pi * hours)  # held over each hour
    table = InfluentTable(hours, np.array([water(q) for q in flow]))
    start = start_of(plant, "b", volume=20.0)
    run = simulate(plant, table, hours, start, tolerance=1e-6)
    wanted = 20.0 + np.concatenate([[0.0], np.cumsum((flow[:-1] - 20.0) / 24.0)])
    assert run.states[:, plant.place("b", "volume")] == pytest.approx(wanted, rel=1e-5)


def test_an_equalisation_tank_that_is_full_spills_what_comes_beyond_the_pump():
    plant = equalisation()
    given = constant_influent(plant, water(50.0))
    run = simulate(plant, given, np.array([0.0, 2.0, 2.1]), start_of(plant, "b", volume=20.0), tolerance=1e-5)
    n = len(NAMES)
    assert run.means[-1, n] == pytest.approx(20.0, rel=1e-6)
    assert run.means[-1, 2 * n + 1] == pytest.approx(30.0, rel=1e-4)
    # the weir lets out 500 1/d of what stands above it
    assert run.states[-1, plant.place("b", "volume")] == pytest.approx(38.0 + 30.0 / 500.0, rel=1e-4)


# A biofilm of one substance, with the transport of `exchange` and a reaction of our own: profile and flux at rest.
DIFFUSION, BOUNDARY, AREA, VOLUME, OUTSIDE = 2e-4, 1e-4, 1600.0, 20.0, 3.0
IN = IN_FILM * DIFFUSION


def flux_into(thickness: float, layers: int, reaction) -> tuple[float, np.ndarray]:
    """Flux [g/m2/d] into a film and what its layers hold [g/m3] where transport and reaction(c) [g/m3/d] meet."""
    film = np.zeros(1, BIOFILM)
    film["bulk"], film["first"], film["layers"], film["area"] = 0, 1, layers, AREA
    film["thickness"], film["boundary"], film["density"] = thickness, BOUNDARY, 4e4
    component = np.array([[0.0], [0.0], [DIFFUSION]])

    def change(outside: float, c: np.ndarray) -> np.ndarray:
        y, dy = np.concatenate([[outside], c]), np.zeros(layers + 1)
        exchange(y, dy, film, 0, VOLUME, component)
        return dy

    moved = np.column_stack([change(0.0, unit)[1:] for unit in np.eye(layers)])
    held = np.full(layers, OUTSIDE)
    for _ in range(200):  # Newton, never below a tenth of what is there
        slope = (reaction(held * (1.0 + 1e-6)) - reaction(held)) / (1e-6 * held)
        wrong = change(OUTSIDE, held)[1:] - reaction(held)
        step = np.linalg.solve(moved - np.diag(slope), wrong)
        held = np.maximum(held - step, 0.1 * held)
        if np.abs(step).max() < 1e-10 * OUTSIDE:
            break
    return -float(change(OUTSIDE, held)[0]) * VOLUME / AREA, held


@pytest.mark.parametrize("modulus", [0.1, 1.0, 3.0])
def test_a_first_order_film_takes_up_what_tanh_says(modulus):
    thickness = 4e-4
    k = IN * (modulus / thickness) ** 2
    flux, _ = flux_into(thickness, 64, lambda c: k * c)
    # flux = D/L phi tanh(phi) C at the surface, in series with the boundary layer D_w / boundary
    inside = IN / thickness * modulus * np.tanh(modulus)
    assert flux == pytest.approx(OUTSIDE / (1.0 / inside + BOUNDARY / DIFFUSION), rel=1e-3)


def test_a_thin_film_reacts_throughout():
    thickness, k = 2e-6, 1000.0
    for layers in (1, 4):
        flux, held = flux_into(thickness, layers, lambda c: k * c)
        assert flux == pytest.approx(k * thickness * OUTSIDE, rel=2e-3)
        assert held == pytest.approx(OUTSIDE, rel=2e-3)


@pytest.mark.parametrize("half", [0.02, 0.5])
def test_a_deep_film_takes_up_by_its_half_order_law(half):
    k = 2e5  # g/m3/d

    def law(surface: float) -> float:
        # First integral of D c'' = k c / (K + c) with nothing left at the carrier; K -> 0: sqrt(2 D k C)
        return float(np.sqrt(2.0 * IN * k * (surface - half * np.log1p(surface / half))))

    surface = brentq(lambda c: law(c) - (OUTSIDE - c) * DIFFUSION / BOUNDARY, 1e-9, OUTSIDE)
    thickness = 3.0 * np.sqrt(2.0 * IN * OUTSIDE / k)
    flux, held = flux_into(thickness, 200, lambda c: k * c / (half + c))
    assert held[-1] < 0.05 * OUTSIDE
    assert flux == pytest.approx(law(surface), rel=0.01)


def test_nitrifiers_leave_the_ammonia_that_their_sludge_age_asks():
    volume, waste = 30.0, 3.0  # ten days: nothing else of the solids leaves
    plant = plant_of(
        (Tank("mbr", volume, KLa(300.0, t_ref=20.0)),),
        (
            Stream("in", "mbr"),
            Stream("mbr", "out", solids=Takes(dict.fromkeys(SOLIDS, 0.0))),
            Stream("mbr", "mud", Pump(waste)),
        ),
    )
    start = start_of(plant, "mbr", S_O2=4.0, S_NH4=1.0, S_NO3=25.0, S_PO4=3.0, S_ALK=10.0, X_H=300.0, X_AUT=100.0,
                     X_I=300.0, X_S=10.0, X_TSS=700.0)  # fmt: skip
    given = water(40.0, S_F=60.0, S_NH4=30.0, S_PO4=5.0, S_ALK=12.0, X_I=30.0, X_TSS=22.5)
    y = steady_state(plant, given, start)
    at = {name: y[plant.place("mbr", name)] for name in NAMES}
    value = {p.name: p.value for p in ASM2D_FAT.parameters}
    others = (
        at["S_O2"] / (value["K_O2A"] + at["S_O2"])
        * at["S_PO4"] / (value["K_P"] + at["S_PO4"])
        * at["S_ALK"] / (value["K_ALKA"] + at["S_ALK"])
    )  # fmt: skip
    # growth = decay + 1 / sludge age, so S = K (b + 1/age) / (mu - b - 1/age)
    needed = (value["b_AUT"] + waste / volume) / (value["mu_AUT"] * others)
    assert at["X_AUT"] > 20.0
    assert at["S_NH4"] == pytest.approx(value["K_NH4A"] * needed / (1.0 - needed), rel=1e-6)


def test_sludge_age_by_wastage_is_that_by_production_with_a_settler():
    flow, back, waste, volume = 60.0, 60.0, 2.0, 40.0
    plant = plant_of(
        (Tank("tank", volume), Settler("settler", 12.0, 3.5)),
        (
            Stream("in", "tank"),
            Stream("tank", "settler"),
            Stream("settler.top", "out"),
            Stream("settler.bottom", "tank", Pump(back)),
            Stream("settler.bottom", "mud", Pump(waste)),
        ),
    )
    given = water(flow, X_I=100.0, X_TSS=75.0)
    start = start_of(plant, "tank", X_I=2000.0, X_TSS=1500.0)
    for layer in range(10):
        start[plant.place("settler", f"TSS_{layer + 1}")] = 20.0 if layer < 5 else 2500.0
    y = steady_state(plant, given, start)
    held = volume * y[plant.place("tank", "X_TSS")]
    wasted = waste * y[plant.place("settler", "TSS_10")]
    lost = (flow - waste) * y[plant.place("settler", "TSS_1")]
    assert lost < 0.2 * wasted
    assert held / wasted == pytest.approx(held / (flow * 75.0 - lost), rel=1e-6)
    # the settler thickens to what its balance says: all that comes leaves over both ends
    assert (flow + back) * held / volume == pytest.approx(wasted * (1.0 + back / waste) + lost, rel=1e-6)
