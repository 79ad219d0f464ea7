"""The dynamic line: what it keeps, how it answers, and the sequences an operator would tag."""

import dataclasses
from datetime import UTC, datetime

import numpy as np
import pytest

from clearbay.twins.incineration import operation, plant, series, waste
from clearbay.twins.incineration.errors import InfeasibleCase
from clearbay.twins.incineration.plant_file import Event, SeriesPlan

RECEIVED = waste.from_proximate(0.551, 0.158, 5630.0)
PLANT = plant.Plant("厂", "plant", RECEIVED, 0.13, 500.0, (1.0,))
QUIET = SeriesPlan(datetime(2026, 3, 1, tzinfo=UTC), 7, 0.0, 0.0, ())
ROUGH = dataclasses.replace(QUIET, moisture_sd=0.015, calorific_sd=0.05)


@pytest.fixture(scope="module")
def eventful() -> series.LineSeries:
    events = (
        Event(kind="stop", at_h=6), Event(kind="start", at_h=40), Event(kind="feeder", at_h=60, hours=0.7),
        Event(kind="cems", at_h=64, hours=2), Event(kind="lime", at_h=68, hours=2), Event(kind="filter", at_h=74),
        Event(kind="denox", at_h=80, hours=1), Event(kind="thermocouple", at_h=84), Event(kind="draught", at_h=90),
    )  # fmt: skip
    return series.make(PLANT, dataclasses.replace(ROUGH, events=events), 5)[0]


def test_integrals_close_over_stops_starts_and_faults(eventful):
    assert set(eventful.residuals) == {"C", "H", "O", "N", "S", "Cl", "Ar", "ash", "steam", "energy"}
    assert max(abs(v) for v in eventful.residuals.values()) < 1e-6


def test_at_rest_the_dynamic_line_is_the_steady_line():
    rest = series.make(PLANT, QUIET, 0.25)[0]
    steady = plant.solve(PLANT).lines
    assert rest["steam_t_h"][-1] == pytest.approx(steady["steam"][0] * 3.6, rel=0.01)
    assert rest["furnace_lower_c"][-60:].mean() == pytest.approx(steady["lower_c"][0], abs=15)
    assert rest["furnace_upper_c"][-60:].mean() == pytest.approx(steady["upper_c"][0], abs=15)
    assert rest["feed_t_h"][-1] == pytest.approx(steady["feed"][0] * 3.6, rel=0.04)
    assert rest["o2_stack"][-60:].mean() == pytest.approx(100 * steady["o2_stack"][0], abs=0.4)


def test_the_states_come_in_the_order_of_a_plant(eventful):
    labels = [t.label for t in eventful.tags if t.kind == "furnace"]
    assert labels[:5] == ["停炉", "停炉降温", "停运", "烘炉", "启炉"]
    assert labels[5:] == ["故障"] * 5
    assert [t.label for t in eventful.tags if t.kind == "monitor"] == ["CEMS维护", "热电偶故障"]


def test_start_up_takes_no_more_than_4_hours_and_feeds_only_a_hot_furnace(eventful):
    start = next(t for t in eventful.tags if t.label == "启炉")
    assert start.end_s - start.start_s <= 4 * 3600
    heating = next(t for t in eventful.tags if t.label == "烘炉")
    while_heating = slice(heating.start_s // 60, heating.end_s // 60)
    assert eventful["feed_t_h"][while_heating].max() < 0.01
    assert eventful["furnace_upper_c"][heating.end_s // 60 - 1] > 850


def test_the_furnace_stays_above_850_while_it_burns_waste(eventful):
    normal = eventful["state"] == operation.NORMAL
    fine = normal & (eventful.furnace_flag == "N")
    assert np.mean(eventful["furnace_upper_c"][fine] >= 850) > 0.995


def test_a_lime_fault_shows_as_acid_gas_and_a_bag_fault_as_dust(eventful):
    def peak(channel: str, start: float, hours: float) -> float:
        return float(eventful[channel][int(start * 60) : int((start + hours) * 60)].max())

    assert peak("hcl", 68, 2.5) > 10 * np.median(eventful["hcl"])
    assert peak("dust", 74, 1.2) > 10 * np.median(eventful["dust"])
    assert peak("nox", 80, 1.2) > 1.3 * np.median(eventful["nox"])
    assert (eventful.stack_flag[64 * 60 : 66 * 60] == "M").all()


def test_more_moisture_first_takes_steam_away_then_the_loops_bring_it_back():
    one = series.runner(PLANT, 1.0)
    n = 180
    still, none = np.full(6 * n + 1, one.setup.water), np.zeros((0, 3))
    one.run(n, none, still, np.ones_like(still))
    before = one.run(5, none, still, np.ones_like(still))[:, operation.CHANNELS.index("steam_t_h")].mean()
    after = one.run(n, none, still + 0.05, np.ones_like(still))[:, operation.CHANNELS.index("steam_t_h")]
    assert after[10:60].min() < before - 0.5
    assert after[-1] == pytest.approx(before, abs=0.6)


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not():
    a, b = (series.make(PLANT, ROUGH, 0.1)[0].values for _ in range(2))
    assert np.array_equal(a, b)
    other = series.make(PLANT, dataclasses.replace(ROUGH, seed=8), 0.1)[0].values
    assert not np.array_equal(a, other)


def test_filtered_noise_has_the_spread_and_memory_asked_for():
    x = series.disturbance(400_000, 0.02, 1500.0, np.random.default_rng(1))
    assert x.std() == pytest.approx(0.02, rel=0.08)
    lag = 150  # 1500 s
    assert np.corrcoef(x[:-lag], x[lag:])[0, 1] == pytest.approx(np.exp(-1), abs=0.08)


@pytest.mark.parametrize("days", [0.0, -1.0, 1e6, float("nan")])
def test_impossible_lengths_are_refused(days):
    with pytest.raises(InfeasibleCase, match="days"):
        series.make(PLANT, QUIET, days)


def test_a_line_without_lime_or_reagent_stays_without_and_pressure_is_the_drums_own():
    settings = {"sorbent_ratio": 0.0, "nsr": 0.0, "steam_mpa": 6.4, "steam_c": 450.0, "drum_mpa": 7.2}
    turbine = plant.NOMINAL._replace(header_mpa=6.2, header_c=445.0)
    bare = plant.Plant("", "", RECEIVED, 0.13, 500.0, (1.0,), settings, turbine=turbine)
    rest = series.make(bare, QUIET, 0.1)[0]
    steady = plant.solve(bare).lines
    at_11 = 10.0 / (21.0 - rest["o2_stack"])
    assert (rest["hcl"] * at_11).mean() == pytest.approx(steady["hcl"][0], rel=0.05)
    assert (rest["nox"] * at_11).mean() == pytest.approx(steady["nox"][0], rel=0.10)
    assert rest["drum_mpa"].mean() == pytest.approx(7.2, rel=0.01)
    assert rest["steam_c"].mean() == pytest.approx(450.0, abs=2)
