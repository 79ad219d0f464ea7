"""How little air and dose will do: what is turned, what is kept, and what is said where nothing can be."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from clearbay.twins.activated_sludge import least
from clearbay.twins.activated_sludge.least import MARGIN, knobs_of, least_air_and_dose
from clearbay.twins.activated_sludge.station import Station
from clearbay.twins.activated_sludge.year import Year, run_station, settled

VILLAGE = Path(__file__).parents[3] / "examples" / "stations" / "village.yaml"
LIMITS = {"COD": 50.0, "NH3-N": 5.0, "TN": 15.0, "TP": 0.5}


def village(*, air: bool = False, aerated: bool = True, dosed: bool = True) -> Station:
    text = yaml.safe_load(VILLAGE.read_text(encoding="utf-8")) | {"days": 2}
    for unit in text["line"]:
        if "aeration" in unit:
            if not aerated:
                del unit["aeration"]
            elif air:
                unit["aeration"] = {"air": 60}
        if not dosed:
            unit.pop("dosing", None)
    return Station.model_validate(text)


def asked(station: Station, factor: float = 1.0) -> tuple[Year, least.Answer]:
    start = settled(station)
    year = run_station(station, start=start)
    limits = {name: np.full(2, factor * limit) for name, limit in LIMITS.items()}
    return year, least_air_and_dose(station, start, year, limits)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(least, "RUNS", 8)


@pytest.mark.usefixtures("few")
def test_air_that_is_given_is_turned_down_as_set_points_are():
    year, answer = asked(village(air=True), 3.0)
    assert answer.year is not None
    blown = {name: series.mean() / year.air[name].mean() for name, series in answer.year.air.items()}
    assert len(set(np.round(list(blown.values()), 3))) == 1, "one factor for all"
    factor = next(iter(blown.values()))
    assert factor < 0.95
    assert f"given air × {factor:.2f}" in answer.lines[0].en
    assert "set point" not in answer.lines[0].en
    assert all((answer.year.effluent[name] <= MARGIN * 3.0 * limit).all() for name, limit in LIMITS.items())


@pytest.mark.usefixtures("few")
def test_a_station_without_doses_is_asked_for_its_air_alone():
    _, answer = asked(village(dosed=False), 20.0)
    assert answer.year is not None
    assert not answer.year.chemicals
    assert all("dose" not in line.en and "chemical" not in line.en for line in answer.lines)


def test_a_station_with_neither_has_nothing_to_save():
    station = village(aerated=False, dosed=False)
    assert knobs_of(station).held == knobs_of(station).blown == ()
    answer = least_air_and_dose(station, np.zeros(0), None, {})  # type: ignore[arg-type]
    assert answer.lines[0].en == "the station neither aerates nor doses: nothing to save"


@pytest.mark.usefixtures("few")
def test_where_no_run_keeps_the_limits_the_nearest_is_named():
    _, answer = asked(village(), 0.1)
    assert answer.year is None
    assert "none of" in answer.lines[0].en
    assert "nearest: oxygen set points" in answer.lines[1].en
