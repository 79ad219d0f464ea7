"""What a station file may get wrong, and what its author is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from clearbay.twins.activated_sludge import year
from clearbay.twins.activated_sludge.errors import (
    ActivatedSludgeError,
    InputError,
    SimulationDivergedError,
    StationError,
)
from clearbay.twins.activated_sludge.influent import Fractions, Sewage, fractionate
from clearbay.twins.activated_sludge.simulate import simulate
from clearbay.twins.activated_sludge.station import Station, read_station
from clearbay.twins.activated_sludge.works import build, first_state

VILLAGE = Path(__file__).parents[3] / "examples" / "stations" / "village.yaml"
SBR = {"kind": "sbr", "name": "batch", "volume": 160, "area": 40, "cycles": 4, "exchange": 0.25, "waste_m3_d": 5.0}


def village(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    text = yaml.safe_load(VILLAGE.read_text(encoding="utf-8")) | {"days": 2}
    change(text)
    return text


def batch(**phases: float) -> Callable[[dict[str, Any]], object]:
    return lambda text: text.update(line=[SBR | phases], recycles=[], waste=[])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t["water"].update(coldest="13-45"), r"line \d+: water.coldest: .*'13-45' is not a day of the year"),
        (lambda t: t["water"].update(coldest="winter"), "'winter' is not a day of the year"),
        (lambda t: t["water"].update(mean=float("nan")), "water.mean: Input should be a finite number"),
        (lambda t: t["population"].update(households=float("inf")), "population.households: .*finite number"),
        (lambda t: t["population"].update(hourly=[1] * 5), "population.hourly: .*at least 24"),
        (lambda t: t["population"].update(weekly=[1] * 8), "population.weekly: .*at most 7"),
        (lambda t: t["rain"].update(wet_days=[1] * 3), "rain.wet_days: .*at least 12"),
        (lambda t: t["population"]["holidays"][0].update(last="2025-01-01"), r"holidays\[1\].*before it begins"),
        (batch(decant=0), r"line\[1\].sbr.decant: Input should be greater than 0"),
        (batch(exchange=1), r"line\[1\].sbr.exchange: Input should be less than 1"),
        (batch(anoxic=0.4, settle=0.5, decant=0.4), r"'batch': anoxic, settle and decant add up to 1.3 of a cycle"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_line(tmp_path, change, message):
    file = tmp_path / "station.yaml"
    file.write_text(yaml.safe_dump(village(change), allow_unicode=True), encoding="utf-8")
    with pytest.raises(StationError, match=message) as told:
        read_station(file)
    assert "line " in str(told.value)


def test_a_cycle_may_do_without_an_anoxic_fill_and_a_leap_day_may_be_the_coldest():
    build(Station.model_validate(village(batch(anoxic=0.0))))
    build(Station.model_validate(village(batch(anoxic=0.7, settle=0.15, decant=0.15))))
    build(Station.model_validate(village(lambda t: t["water"].update(coldest="02-29"))))


def test_a_filter_cannot_be_the_first_unit():
    text = village(lambda t: t.update(line=t["line"][-1:], recycles=[], waste=[]))
    with pytest.raises(ActivatedSludgeError, match="'filter' cannot be the first unit"):
        build(Station.model_validate(text))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        # 60 m3 typed as 1e-9: sewage and both recycles pass it within a microsecond
        (lambda t: t["line"][2].update(volume=1e-9), "unit 'anoxic' holds 1e-09 m3 .*check its size"),
        # 60 m3 by 1e9 m3/d are 5 ms
        (lambda t: t["recycles"][0].update(m3_d=1e9), r"unit '(anoxic|oxidation1|oxidation2)' .* 1e\+09 m3/d flow in"),
        (lambda t: t["line"][5].update(area=1e-6), "unit 'settler' holds 3.5e-06 m3"),
    ],
)
def test_a_unit_that_no_water_stays_in_is_named(change, message):
    with pytest.raises(ActivatedSludgeError, match=message):
        build(Station.model_validate(village(change)))


def test_a_run_that_would_not_end_names_what_is_so_fast(monkeypatch):
    monkeypatch.setattr(year, "STEPS_A_DAY", 2000)
    # Heterotrophs that would double within a tenth of a second
    station = Station.model_validate(village(lambda t: t.update(parameters={"mu_H": 1e6})))
    with pytest.raises(SimulationDivergedError, match="more than 2000 steps, because this answers within") as told:
        year.settled(station)
    assert told.value.unit.startswith("oxidation")


def test_more_waste_than_sewage_names_the_stream_that_runs_dry():
    works = build(Station.model_validate(village(lambda t: t["waste"][0].update(m3_d=1e5))))
    with pytest.raises(InputError, match=r"settler\.top -> filter would flow backwards"):
        simulate(works.plant, works.influent, np.array([0.0, 1.0]), first_state(works))


def sewage(**totals: float) -> Sewage:
    given = {"cod": 400.0, "bod5": 180.0, "tss": 220.0, "tkn": 55.0, "tp": 6.0, "fat": 40.0} | totals
    return Sewage(np.zeros(1), np.ones(1), **{k: np.array([v]) for k, v in given.items()})


@pytest.mark.parametrize(
    ("totals", "message"),
    [
        # 180 of BOD5 are 296 of degradable COD, 273 without the biomass: 94 of fat at 2.89 g/g
        ({"fat": 95.0}, "fat of 95 g/m3 .* more than the degradable COD allows .94.4 g/m3.: lower fat or raise BOD5"),
        # inert 83.6 x 0.75, biomass 23.7 x 0.9 and fat 115.6 x 0.35 weigh 124.5, volatile: four fifths of 156
        ({"tss": 150.0}, "TSS of 150 g/m3 .* less than the inert COD, biomass and fat weigh .156 g/m3.: raise TSS"),
        # with all else particulate, 157.1 x 0.75 more, volatile: 303
        ({"tss": 310.0}, "TSS of 310 g/m3 .* more than the COD allows .303 g/m3.: lower TSS or raise BOD5"),
    ],
)
def test_solids_and_fat_that_the_cod_cannot_hold_are_named(totals, message):
    with pytest.raises(InputError, match=message):
        fractionate(sewage(**totals), Fractions())
