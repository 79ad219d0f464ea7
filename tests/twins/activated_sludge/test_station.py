"""Stations as text: reading, sewage, a run, an operator's questions."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import yaml

from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT
from clearbay.twins.activated_sludge.capacity import Overfull
from clearbay.twins.activated_sludge.composite import measured
from clearbay.twins.activated_sludge.errors import InputError, StationError
from clearbay.twins.activated_sludge.influent import Fractions, Sewage, fractionate, rainfall
from clearbay.twins.activated_sludge.questions import blower_failure, cold_spell, uncertainty
from clearbay.twins.activated_sludge.station import read_station
from clearbay.twins.activated_sludge.table import composition
from clearbay.twins.activated_sludge.works import Change, build
from clearbay.twins.activated_sludge.year import run_station, settled

VILLAGE = Path(__file__).parents[3] / "examples" / "stations" / "village.yaml"


@pytest.fixture(scope="module")
def station():
    return read_station(VILLAGE).model_copy(update={"start": dt.date(2025, 7, 1), "days": 7})


@pytest.fixture(scope="module")
def start(station):
    return settled(station)


@pytest.fixture(scope="module")
def usual(station, start):
    return run_station(station, start=start)


def sewage(**totals: float) -> Sewage:
    given = {"cod": 400.0, "bod5": 180.0, "tss": 220.0, "tkn": 55.0, "tp": 6.0, "fat": 40.0} | totals
    return Sewage(np.zeros(1), np.ones(1), **{k: np.array([v]) for k, v in given.items()})


def test_fractions_give_back_the_totals_they_came_from():
    c = fractionate(sewage(), Fractions())
    content = composition(ASM2D_FAT)
    assert (c >= 0).all()
    assert float((c @ content["COD"])[0]) == pytest.approx(400.0, rel=1e-12)
    assert float((c @ content["N"])[0]) == pytest.approx(55.0, rel=1e-12)
    assert float((c @ content["P"])[0]) == pytest.approx(6.0, rel=1e-12)
    assert measured(c)["SS"][0] == pytest.approx(220.0)
    assert measured(c)["oil"][0] == pytest.approx(40.0)


def test_a_total_that_cannot_be_met_is_named():
    with pytest.raises(InputError, match="TKN of 5 g/m3"):
        fractionate(sewage(tkn=5.0), Fractions())
    # 300 of BOD5 are 494 of degradable COD, more than 400 of COD
    with pytest.raises(InputError, match="BOD5 of 300 g/m3"):
        fractionate(sewage(bod5=300.0), Fractions())


def test_rain_has_its_climate_and_its_seed():
    month = np.array([(dt.date(2025, 1, 1) + dt.timedelta(days=d)).month for d in range(365)])
    wanted = np.array([60, 60, 90, 85, 95, 170, 150, 170, 120, 60, 55, 45], dtype=float)
    rain = rainfall(wanted, np.full(12, 10.0), month, seed=3)
    assert rain[month == 6].sum() == pytest.approx(170.0 * 30 / 30.4)
    assert (rain == rainfall(wanted, np.full(12, 10.0), month, seed=3)).all()
    assert (rain != rainfall(wanted, np.full(12, 10.0), month, seed=4)).any()


def test_people_flow_and_loads_add_up(station):
    works = build(station)
    heads = 460 * 2.6
    per_day = works.sewage.flow.reshape(-1, 24).mean(axis=1)
    # July: 105 L a head, monthly factor 1.18 of a mean of 1.0, a tenth of infiltration, and rain on top
    assert per_day.min() == pytest.approx(heads * 0.105 * 1.18 * 1.1 * 0.978, rel=0.03)
    cod = (works.sewage.cod * works.sewage.flow).reshape(-1, 24).mean(axis=1)
    assert cod.mean() == pytest.approx(heads * 48.0, rel=0.01)


def test_a_summer_week_of_the_village_keeps_1a(usual):
    assert usual.effluent["COD"].max() < 50.0
    assert usual.effluent["NH3-N"].max() < 5.0
    assert usual.effluent["TN"].max() < 15.0
    assert usual.effluent["TP"].max() < 0.5
    assert usual.effluent["SS"].max() < 10.0
    assert 0.2 < sum(e.mean() for e in usual.energy.values()) / usual.flow.mean() < 1.5  # kWh/m3


def test_oxygen_blown_in_is_what_the_tanks_took_up(usual):
    # kg O2 = air x share of oxygen x standard transfer x (deficit in sewage against clean water at 20 degC)
    for name, taken in usual.oxygen.items():
        assert (taken > 0).all(), name
        given = usual.air[name] * 0.2995 * 0.05 * 3.0
        assert (taken < given).all(), name
        assert (taken > 0.2 * given).all(), name


def test_steps_are_not_held_to_what_the_implicit_method_reaches_in_a_film(usual):
    # A film's diffusion lets it reach 5e-5 d: 20 000 steps a day. Stages go further, and must be tried.
    assert usual.run.steps < 7 * 1000


def test_the_dose_is_the_ratio_times_the_sewage(usual):
    day = usual.works.sewage.flow.reshape(-1, 24).mean(axis=1)
    assert usual.chemicals["oxidation2: Al"] == pytest.approx(9.0 * day / 1000.0, rel=0.02)


def test_less_dose_leaves_more_phosphorus(station, start, usual):
    less = run_station(station, Change(dose_factor=0.0), start)
    assert less.effluent["TP"][-1] > 1.3 * usual.effluent["TP"][-1]


def test_a_failed_blower_lets_ammonia_through(station, start, usual):
    limits = {name: np.full(7, limit) for name, limit in (("COD", 50.0), ("NH3-N", 5.0), ("TN", 15.0), ("TP", 0.5))}
    answer = blower_failure(station, start, usual, limits)
    assert answer.year is not None
    assert answer.year.effluent["NH3-N"].max() > 3.0 * usual.effluent["NH3-N"].max()
    assert any("no air in Contact oxidation 1" in line.en for line in answer.lines)
    ammonia = next(effect for effect in answer.effects if effect.parameter == "NH3-N")
    assert ammonia.worst == pytest.approx(answer.year.effluent["NH3-N"].max())
    assert ammonia.over == (answer.year.effluent["NH3-N"] > 5.0).sum()
    cold = cold_spell(station, start, usual, limits)
    assert cold.year is not None
    assert cold.year.effluent["NH3-N"].max() > usual.effluent["NH3-N"].max()


def test_bands_hold_the_middle_and_repeat(station, start):
    short = station.model_copy(update={"days": 3})
    bands = uncertainty(short, start, members=4)
    again = uncertainty(short, start, members=4)
    assert (bands.low["TN"] <= bands.middle["TN"]).all()
    assert (bands.middle["TN"] <= bands.high["TN"]).all()
    assert (bands.high["TN"] > bands.low["TN"]).any()
    assert (bands.high["TN"] == again.high["TN"]).all()


def test_the_ensemble_counts_the_days_of_each_run_over_a_limit(station, start):
    short = station.model_copy(update={"days": 3})
    high = uncertainty(short, start, members=4).high["TN"].max()
    for limit, wanted in ((10 * high, {0}), (0.0, {3})):
        assert set(uncertainty(short, start, {"TN": np.full(3, limit)}, members=4).days_over) == wanted


def test_a_batch_station_and_a_membrane_station_run(tmp_path, station):
    text = yaml.safe_load(VILLAGE.read_text(encoding="utf-8"))
    text["days"] = 2
    text["line"] = [
        text["line"][0],
        text["line"][1],
        {"kind": "sbr", "name": "sbr", "volume": 160, "area": 40, "cycles": 4, "exchange": 0.25,
        "settle": 0.2, "waste_m3_d": 5.0,
         "aeration": {"oxygen": 2.0, "air_max": 400}, "dosing": [{"product": "Fe", "dose": 15}]},
    ]  # fmt: skip
    text["recycles"], text["waste"] = [], []
    batch = _run(tmp_path, text)
    assert batch.effluent["SS"].max() < 60.0
    text["line"][2:] = [
        {"kind": "tank", "name": "oxic", "volume": 90, "aeration": {"oxygen": 2.0, "air_max": 400}},
        {"kind": "membrane", "name": "mbr", "volume": 20, "passes": 0.0005, "backwash_m3_d": 300},
    ]
    text["waste"] = [{"from": "oxic", "m3_d": 4}]
    membrane = _run(tmp_path, text)
    assert membrane.effluent["SS"].max() < 6.0


def test_a_batch_reactor_holds_no_more_than_its_volume(tmp_path):
    # 138 m3/d come on average, and 3 cycles decant 0.25 x 120 m3 each: 90 m3/d.
    text = yaml.safe_load(VILLAGE.read_text(encoding="utf-8")) | {"days": 2, "recycles": [], "waste": []}
    text["line"] = [
        {"kind": "sbr", "name": "sbr", "volume": 120, "area": 40, "cycles": 3, "exchange": 0.25, "settle": 0.2,
         "waste_m3_d": 3.0, "aeration": {"oxygen": 2.0, "air_max": 400}},
    ]  # fmt: skip
    with pytest.raises(Overfull, match=r"'sbr' would hold .* of 120 by 20\d\d-.* 3 cycles decant 90 m3/d; give it"):
        _run(tmp_path, text)


def _run(folder, text):
    file = folder / "station.yaml"
    file.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    return run_station(read_station(file))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"population": None}, "population"),
        ({"days": 0}, "days"),
        ({"dayz": 3}, "dayz: Extra inputs"),
        ({"recycles": [{"from": "nowhere", "to": "anoxic", "m3_d": 3}]}, "'nowhere' is not a unit"),
        ({"line": [{"kind": "pond", "name": "p"}]}, "pond"),
    ],
)
def test_a_bad_file_says_which_key(tmp_path, change, message):
    text = yaml.safe_load(VILLAGE.read_text(encoding="utf-8")) | change
    file = tmp_path / "bad.yaml"
    file.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    with pytest.raises(StationError, match=message):
        read_station(file)


def test_a_bad_file_says_which_line(tmp_path):
    lines = VILLAGE.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if "carrier_m2_m3" in line)
    lines[at] = lines[at].replace("80", "-80")
    file = tmp_path / "bad.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(StationError, match=rf"line {at + 1}: line\[4\].*carrier_m2_m3"):
        read_station(file)


def test_a_file_that_is_not_yaml_or_not_there_is_an_error_of_ours(tmp_path):
    with pytest.raises(StationError, match="cannot be read"):
        read_station(tmp_path / "none.yaml")
    (tmp_path / "x.yaml").write_text("a: [1", encoding="utf-8")
    with pytest.raises(StationError, match="is not YAML"):
        read_station(tmp_path / "x.yaml")
