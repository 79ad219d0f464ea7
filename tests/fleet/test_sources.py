"""Sources: the same for the same seed and time, in whatever order they are asked, and within what is plausible."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.fleet import FleetError
from clearbay.fleet.clock import BEIJING
from clearbay.fleet.sources.air import AmbientAir
from clearbay.fleet.sources.noise import normal, smooth
from clearbay.fleet.sources.plant_line import KEPT_DAYS, POLLUTANTS, PROBES, PlantLine
from clearbay.fleet.sources.readings import Minutes, Source
from clearbay.fleet.sources.sewage import SewageStation
from clearbay.fleet.sources.soil import Soil
from clearbay.fleet.sources.water import Water, saturation
from clearbay.twins.activated_sludge.station import read_station
from clearbay.twins.incineration import plant_file
from clearbay.vocabulary.parameters import find

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
EPOCH = datetime(2026, 3, 1, tzinfo=BEIJING)
EPOCH_S = int(EPOCH.timestamp())
DAY = timedelta(days=1)


@cache
def line() -> PlantLine:
    file = plant_file.read(EXAMPLES / "plants" / "two-lines.yaml")
    return PlantLine(file.plant, file.series, 1, EPOCH)


@cache
def station() -> SewageStation:
    return SewageStation(read_station(EXAMPLES / "stations" / "village.yaml"), EPOCH)


def sources() -> dict[str, Source]:
    return {
        "air": AmbientAir(1),
        "river": Water(2),
        "lake": Water(2, lake=True),
        "soil": Soil(3),
        "plant": line(),
        "station": station(),
    }


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["air", "river", "lake", "soil", "plant", "station"]),
    st.lists(
        st.tuples(st.integers(0, 8 * 1440), st.sampled_from([0, 60, 300, 600, 3600, 86400])), min_size=1, max_size=4
    ),
)
def test_asking_again_in_another_order_gives_the_same(name: str, asked: list[tuple[int, int]]):
    one = sources()[name]
    first = {(minute, period): one.read(EPOCH_S + 60 * minute, period) for minute, period in asked}
    for (minute, period), found in reversed(first.items()):
        assert one.read(EPOCH_S + 60 * minute, period) == found


def test_a_day_that_was_forgotten_is_run_again_from_its_state():
    file = plant_file.read(EXAMPLES / "plants" / "two-lines.yaml")
    one, other = (PlantLine(file.plant, file.series, 1, EPOCH) for _ in range(2))
    first, second = (one.sample(EPOCH + n * DAY, 3600) for n in (0, 1))
    for days in range(2, KEPT_DAYS + 3):
        one.sample(EPOCH + days * DAY, 3600)
    assert one.sample(EPOCH + DAY, 3600) == second
    assert one.sample(EPOCH, 3600) == first
    assert other.sample(EPOCH + DAY, 3600) == second  # another line of the same file


def test_seeds_differ():
    assert AmbientAir(1).sample(EPOCH, 3600) != AmbientAir(2).sample(EPOCH, 3600)


@pytest.mark.parametrize("name", ["air", "river", "lake", "soil", "plant", "station"])
def test_codes_are_in_the_vocabulary_and_extremes_enclose_means(name: str):
    one = sources()[name]
    for period in (60, 3600, 86400):
        for code, reading in one.sample(EPOCH + 5 * DAY, period).items():
            assert find(code) is not None
            assert reading.min <= reading.avg <= reading.max


def test_a_mean_is_that_of_its_minutes():
    air = AmbientAir(1)
    minutes = [air.read(EPOCH_S + 60 * k, 60)["a34004"] for k in range(60)]
    hour = air.read(EPOCH_S, 3600)["a34004"]
    assert hour.avg == pytest.approx(np.mean([m.avg for m in minutes]))
    assert (hour.min, hour.max) == (min(m.min for m in minutes), max(m.max for m in minutes))


@pytest.fixture(scope="module")
def year_of_air() -> dict[str, np.ndarray]:
    """Hourly means of every third hour of a year."""
    air = AmbientAir(7)
    rows = [air.read(EPOCH_S + 3600 * hour, 3600) for hour in range(0, 8760, 3)]
    return {code: np.array([row[code].avg for row in rows]) for code in air.codes}


def test_a_year_of_air_looks_like_a_year_of_air(year_of_air: dict[str, np.ndarray]):
    year = year_of_air
    assert 20 < year["a34004"].mean() < 45  # PM2.5 of eastern cities in the 2020s, ug/m3
    assert (year["a34002"] > year["a34004"]).all()
    assert 120 < np.percentile(year["a05024"], 95) < 180
    assert year["a05024"].max() < 350
    assert 0.4 < year["a21005"].mean() < 0.9  # mg/m3
    assert 14 < year["a01001"].mean() < 19
    # what still air does: fine dust and NO2 rise together, ozone falls where NO2 is high
    assert np.corrcoef(np.log(year["a34004"]), np.log(year["a21004"]))[0, 1] > 0.4
    assert np.corrcoef(year["a05024"], year["a21004"])[0, 1] < -0.2
    afternoon, night = year["a05024"][4::8], year["a05024"][7::8]  # noon and 21 h of Beijing
    assert afternoon.mean() > 1.5 * night.mean()


def test_stations_of_a_region_share_its_weather():
    here, there, elsewhere = (AmbientAir(1, region=9), AmbientAir(2, region=9), AmbientAir(3, region=8))
    series = [
        np.log([one.read(EPOCH_S + 7200 * k, 3600)["a34004"].avg for k in range(600)])
        for one in (here, there, elsewhere)
    ]
    together, apart = np.corrcoef(series)[0, 1:]
    assert together > 0.8 > apart


def test_oxygen_saturation_is_that_of_the_tables():
    # APHA 4500-O, Table: fresh water at 101.325 kPa
    assert saturation(np.array([0.0, 10.0, 20.0, 30.0])) == pytest.approx([14.621, 11.288, 9.092, 7.559], abs=2e-3)


def test_a_stations_analysers_hold_their_four_hours():
    river = Water(2)
    values = [river.read(EPOCH_S + 3600 * hour, 3600) for hour in range(8)]
    for code in ("w01019", "w21003", "w21011", "w21001"):
        assert [len({v[code].avg for v in values[k : k + 4]}) for k in (0, 4)] == [1, 1]
    assert len({v["w01010"].avg for v in values}) == 8


def test_soil_is_sampled_once_a_year():
    soil = Soil(3)
    this, next_day, next_year = (soil.sample(EPOCH + n * DAY, 86400)["s20115"].avg for n in (0, 1, 366))
    assert this == next_day != next_year
    assert next_year == pytest.approx(this, rel=0.4)


def test_a_line_burns_as_its_twin_says():
    running = line().sample(EPOCH + 2 * DAY, 3600)
    assert {reading.flag for reading in running.values()} == {"N"}
    assert 850 < running["a01901"].avg < 1100
    assert 35 < running["p51001"].avg < 50  # t/h of steam, 500 t/d of waste
    oxygen = running["a19001"].avg
    for code in POLLUTANTS:
        reading = running[code]
        assert reading.zs is not None
        assert reading.zs[0] == pytest.approx(reading.avg * 10 / (21 - oxygen), rel=0.01)  # GB 18485: 11 % O2
    assert running["a00000"].total == pytest.approx(3600 * running["a00000"].avg)


def test_the_reported_furnace_temperature_is_the_mean_of_medians():
    minute = line().read(EPOCH_S + 60 * 2000, 60)
    upper = np.median([minute[code].avg for code, name in PROBES.items() if name == "furnace_upper_c"])
    middle = np.median([minute[code].avg for code, name in PROBES.items() if name == "furnace_middle_c"])
    assert minute["a01901"].avg == pytest.approx((upper + middle) / 2)


def test_what_its_operator_declares_follows_the_events():
    # events of two-lines.yaml: line 1 stops at hour 100 and starts at hour 148; its monitor is serviced at hour 260
    tags = line().tags("wte-1", EPOCH + 11 * DAY)
    assert [tag.label for tag in tags] == ["停炉", "停炉降温", "停运", "烘炉", "启炉", "CEMS维护"]
    stopping, cooling, stopped, heating, starting, service = tags
    assert stopping.start == EPOCH + timedelta(hours=100)
    assert heating.start == EPOCH + timedelta(hours=148)
    assert stopping.end == cooling.start
    assert (cooling.end, stopped.end, heating.end) == (stopped.start, heating.start, starting.start)
    assert (service.start, service.end) == (EPOCH + timedelta(hours=260), EPOCH + timedelta(hours=262))
    during = line().tags("wte-1", EPOCH + timedelta(hours=101))
    assert [(tag.tag_id, tag.end) for tag in during][-1] == (cooling.tag_id, None)
    flags = {code: reading.flag for code, reading in line().sample(EPOCH + timedelta(hours=260), 3600).items()}
    assert flags["a21002"] == "M"
    assert flags["i33310"] == "N"


def test_what_lies_before_the_epoch_is_refused():
    for one in (line(), station()):
        with pytest.raises(FleetError, match="epoch"):
            one.sample(EPOCH - DAY, 3600)


def test_a_station_meets_what_its_twin_gives():
    day = station().sample(EPOCH + 3 * DAY, 86400)
    assert 15 < day["w01018"].avg < 40  # COD of a class 1A effluent, mg/L
    assert 0.1 < day["w21003"].avg < 8
    assert 60 < (day["w00000"].total or 0) < 250  # m3/d of 1,200 heads
    hour = [station().sample(EPOCH + 3 * DAY + timedelta(minutes=k), 60)["w01018"].avg for k in (0, 30, 59)]
    assert len(set(hour)) == 1  # one analysis an hour


def test_a_change_reaches_the_converted_values():
    def tripled(minutes: Minutes) -> None:
        row = minutes.codes.index("a21002")
        for array in (minutes.mean, minutes.low, minutes.high):
            array[row] *= 3.0

    second = EPOCH_S + 86400
    before, after = line().read(second, 3600), line().read(second, 3600, tripled)
    assert before["a21002"].zs is not None
    assert after["a21002"].zs == pytest.approx([3 * v for v in before["a21002"].zs])
    assert after["a21026"] == before["a21026"]
    assert line().read(second, 3600) == before


def test_noise_is_standard():
    values = normal(1, np.arange(50), np.arange(2000))
    assert values.mean() == pytest.approx(0.0, abs=0.01)
    assert values.std() == pytest.approx(1.0, abs=0.01)
    seconds = np.arange(0, 4_000_000, 1000)
    slow = smooth(1, np.arange(40), seconds, 3600.0)
    assert slow.std() == pytest.approx(1.0, abs=0.05)
    assert np.abs(np.diff(smooth(1, np.arange(2), np.arange(0, 7200, 60), 3600.0))).max() < 0.2


def test_the_zone_of_a_request_does_not_matter():
    assert AmbientAir(1).sample(EPOCH, 60) == AmbientAir(1).sample(EPOCH.astimezone(UTC), 60)


def test_the_gas_cools_along_the_line_and_the_reactor_holds_its_outlet():
    """The solved plant of two-lines.yaml at full load has 199, 152 and 180 °C."""
    one = line()
    values = {code: reading.avg for code, reading in one.sample(EPOCH + 2 * DAY, 3600).items()}
    assert 170 < values["p51006"] < 230
    assert values["p51007"] == pytest.approx(152, abs=3)
    assert values["p51008"] == pytest.approx(180, abs=6)
