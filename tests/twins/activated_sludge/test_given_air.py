"""Tanks aerated by a given flow of air: what it transfers, when it blows, and what its blower takes."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import yaml

from clearbay.twins.activated_sludge.errors import StationError
from clearbay.twins.activated_sludge.flowsheet import KLa, Schedule
from clearbay.twins.activated_sludge.station import Station, read_station
from clearbay.twins.activated_sludge.works import Change, build, first_state
from clearbay.twins.activated_sludge.year import run_station

VILLAGE = Path(__file__).parents[3] / "examples" / "stations" / "village.yaml"
# By hand, for 40 m3 under 3 m of water: 100 Nm3/h x 24 h/d x 299.5 g O2/Nm3 x 5 %/m x 3 m = 107 820 g/d in clean
# water at no oxygen and 20 degC; x alpha 0.6 x fouling 0.85 in sewage; / (9.09 g/m3 x 40 m3).
KLA_OF_100 = 107_820 * 0.6 * 0.85 / (9.09 * 40)
BY_HOUR = [20.0] * 6 + [100.0] * 17 + [50.0]


def village(**aeration: object) -> Station:
    """Two days of the village, its first contact tank of 40 m3 and aerated like this."""
    text = yaml.safe_load(VILLAGE.read_text(encoding="utf-8")) | {"days": 2, "start": dt.date(2025, 7, 1)}
    text["line"][3] |= {"volume": 40, "aeration": aeration}
    return Station.model_validate(text)


def kla_of(station: Station, name: str = "oxidation1", change: Change | None = None) -> KLa:
    works = build(station, change)
    air = next(u for u in works.plant.flowsheet.units if u.name == name).aeration
    assert isinstance(air, KLa)
    assert air.t_ref == 20.0
    return air


def test_air_becomes_kla_by_the_transfer_of_its_diffusers():
    assert kla_of(village(air=100)).value == pytest.approx(KLA_OF_100)
    assert kla_of(village(air=100, depth=6)).value == pytest.approx(2 * KLA_OF_100)
    assert kla_of(village(air=100, alpha=0.3)).value == pytest.approx(0.5 * KLA_OF_100)


def test_air_follows_its_hours_and_its_timer():
    signal = kla_of(village(air=BY_HOUR, off_hours=[12])).value
    assert isinstance(signal, Schedule)
    assert signal.times[:6] * 24 == pytest.approx([0, 6, 12, 13, 23, 24])
    assert signal.values[:6] == pytest.approx(np.array([0.2, 1.0, 0.0, 1.0, 0.5, 0.2]) * KLA_OF_100)
    out = kla_of(village(air=100), change=Change(blower_out=((1, 1, "oxidation1"),))).value
    assert isinstance(out, Schedule)
    assert out.values == pytest.approx([KLA_OF_100, 0.0])


def test_air_of_a_batch_reactor_blows_in_its_aerated_phase_only():
    text = yaml.safe_load(VILLAGE.read_text(encoding="utf-8")) | {"days": 1, "recycles": [], "waste": []}
    text["line"] = [
        {"kind": "sbr", "name": "sbr", "volume": 40, "area": 10, "cycles": 2, "exchange": 0.25, "waste_m3_d": 5.0,
         "aeration": {"air": BY_HOUR}},
    ]  # fmt: skip
    signal = kla_of(Station.model_validate(text), "sbr").value
    assert isinstance(signal, Schedule)
    # Cycles of 12 h: 3 h of fill, air until 8.4 h, settling and decanting; less air before 6 h and after 23 h.
    assert signal.times * 24 == pytest.approx([0, 3, 6, 8.4, 15, 20.4], abs=1e-6)
    assert signal.values == pytest.approx(np.array([0, 0.2, 1, 0, 1, 0]) * KLA_OF_100)


def test_what_was_blown_and_its_electricity_follow_from_the_air_given():
    station = village(air=BY_HOUR)
    year = run_station(station, start=first_state(build(station)))
    assert year.air["oxidation1"] == pytest.approx([sum(BY_HOUR)] * 2, rel=1e-3)
    # Adiabatic: 1.2932 x 8.314 x 293.15 / (28.97 x 0.283) kJ/Nm3 x ((10.33 + 3.35) / 10.33)^0.283 - 1), 45 %.
    per_nm3 = 384.45 * ((13.68 / 10.33) ** 0.283 - 1.0) / 3600 / 0.45
    both = year.air["oxidation1"] + year.air["oxidation2"]
    assert year.energy["blowers"] == pytest.approx(both * per_nm3, rel=1e-3)


@pytest.mark.parametrize(
    ("aeration", "message"),
    [
        ({"air": 100, "oxygen": 2.0}, "'air' is blown as given: it goes without 'oxygen'"),
        ({"air": 100, "oxygen": 2.0, "air_max": 90}, "without 'air_max' and 'oxygen'"),
        ({"oxygen": 2.0}, "give the air"),
        ({"depth": 3.0}, "give the air"),
        ({"air": [100] * 23}, "at least 24"),
        ({"air": -1}, "greater than or equal to 0"),
        ({"air": "much"}, "air"),
        ({"oxygen": 0, "air_max": 100}, "oxygen: Input should be greater than 0"),
    ],
)
def test_air_that_is_not_one_thing_is_refused_on_its_line(tmp_path, aeration, message):
    text = VILLAGE.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(text) if "aeration:" in line)
    text[at] = f"    aeration: {yaml.safe_dump(aeration, default_flow_style=True, width=1000)}".rstrip()
    file = tmp_path / "station.yaml"
    file.write_text("\n".join(text), encoding="utf-8")
    with pytest.raises(StationError, match=rf"line {at + 1}: line\[4\].*") as told:
        read_station(file)
    assert message in str(told.value)
