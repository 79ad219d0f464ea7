"""The loggers of a district, simulated: which source each of its channels is fed by, and what each logger sends."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clearbay.district.model import District, LoggerEntry, PointEntry, Site
from clearbay.fleet.clock import BEIJING
from clearbay.fleet.errors import FleetError
from clearbay.fleet.plan import DAY, FURNACE, HOUR, MEAN_FURNACE, MINUTE, REAL_TIME, Channel, FleetPlan, LoggerPlan
from clearbay.fleet.sources.air import AmbientAir
from clearbay.fleet.sources.plant_line import PlantLine
from clearbay.fleet.sources.readings import Source
from clearbay.fleet.sources.sewage import SewageStation
from clearbay.fleet.sources.soil import Soil
from clearbay.fleet.sources.water import ANALYSED_CODES, Water
from clearbay.hj212.versions import Version
from clearbay.twins.activated_sludge.station import Station, read_station
from clearbay.twins.incineration import plant_file
from clearbay.vocabulary.parameters import find
from clearbay.vocabulary.tags import Tag

SEED = 20260301
SOIL_SAMPLE_DAY = (10, 15)
SPREAD_S = 8.0  # loggers send within so many seconds after a period
_PLANT_EVENTS_LAST = timedelta(days=120)  # so long after its file's start a plant's events are still those of the file

SHORT: Mapping[str, Mapping[str, timedelta]] = {
    "wte_plant": {HOUR: timedelta(days=10), DAY: timedelta(days=10), FURNACE: timedelta(days=6)},
    "sewage_station": {HOUR: timedelta(days=10), DAY: timedelta(days=10)},
    "air_station": {HOUR: timedelta(days=30), DAY: timedelta(days=30)},
    "river_section": {HOUR: timedelta(days=30), DAY: timedelta(days=30)},
    "lake_section": {HOUR: timedelta(days=30), DAY: timedelta(days=30)},
    "soil_plot": {DAY: timedelta(days=3 * 366)},
}
"""What loggers send before anything else, by kind of site, so that pages have something to show at once.

A logger that knows no 2111 (before HJ 212-2025) sends the mean furnace temperature in its minute data; of these its
history has that temperature alone."""

_DECIMALS = {
    "a34013": 2, "a21026": 2, "a21002": 2, "a21024": 2, "a21005": 2, "a21001": 2, "a19001": 2, "a00000": 2,
    "a01012": 1, "a01013": 3, "a01014": 1, "a01006": 2, "a01007": 1, "a01008": 0, "a01001": 1, "a01002": 1,
    "w01018": 1, "w21003": 2, "w21001": 2, "w21011": 3, "w01012": 1, "w01001": 2, "w01010": 1, "w00000": 2,
    "w01009": 2, "w01014": 0, "w01003": 1, "w01019": 2, "w01016": 1, "w01004": 2,
    "s01001": 2, "s20115": 3, "s20111": 3,
}  # fmt: skip
_AIR_DECIMALS = {"a34004": 0, "a34002": 0, "a21026": 0, "a21004": 0, "a21005": 2, "a05024": 0}


@dataclass(frozen=True)
class DemoFleet:
    """A district's fleet. `lines` are the plant's lines by point; `left_out` are channels that nothing feeds."""

    plan: FleetPlan
    lines: Mapping[str, PlantLine] = field(default_factory=dict)
    left_out: Sequence[str] = ()

    def declared(self, until: datetime) -> list[Tag]:
        """What the operators of the simulated lines declare up to an instant, by point and time."""
        return [tag for point_id, line in self.lines.items() for tag in line.tags(point_id, until)]


def demo_fleet(
    district: District,
    start: datetime,
    *,
    seed: int = SEED,
    history: Mapping[str, Mapping[str, timedelta]] | None = None,
) -> DemoFleet:
    """Make the fleet of a district, to begin at `start` (aware); `history` is by kind of site and command.

    Raises FleetError where a logger cannot be simulated, and the twins' own errors where their files cannot be used.
    """
    wanted = SHORT if history is None else history
    sources = _Sources(district, start, seed, wanted)
    loggers, left_out = [], []
    for entry in district.loggers:
        plan, without = _logger(district, entry, sources, wanted)
        left_out += [f"{entry.mn} {code}" for code in without]
        if plan is not None:
            loggers.append(plan)
    return DemoFleet(FleetPlan(tuple(loggers)), sources.lines, tuple(left_out))


def registered_minutes(entry: LoggerEntry, kind: str) -> int:
    """Length of a logger's minute data [min]; 0 where its kind of site sends none."""
    return 0 if kind == "soil_plot" else entry.minutes


class _Sources:
    """One source for each point, made when it is first asked for."""

    def __init__(
        self, district: District, start: datetime, seed: int, history: Mapping[str, Mapping[str, timedelta]]
    ) -> None:
        self._district, self._start, self._seed, self._history = district, start, seed, history
        self._made: dict[str, Source | None] = {}
        self._stations: dict[str, Station] = {}
        self.lines: dict[str, PlantLine] = {}

    def of(self, point_id: str) -> Source | None:
        """The source of a point, or None where nothing simulates its kind."""
        if point_id not in self._made:
            point = self._district.point(point_id)
            site = self._district.site(point.site_id) if point else None
            self._made[point_id] = self._make(point, site) if point and site else None
        return self._made[point_id]

    def _make(self, point: PointEntry, site: Site) -> Source | None:
        seed = _seed(self._seed, point.point_id)
        level = 0.92 + 0.2 * (seed % 1000) / 1000
        if site.kind == "wte_plant":
            return self._line(point, site)
        if site.kind == "sewage_station":
            return SewageStation(self._station(site, seed), self._epoch(site.kind), seed=seed)
        if site.kind == "air_station":
            return AmbientAir(seed, region=self._seed, level=level)
        if site.kind in ("river_section", "lake_section"):
            return Water(seed, region=self._seed, lake=site.kind == "lake_section", level=level)
        if site.kind == "soil_plot":
            return Soil(seed, level=level)
        return None

    def _epoch(self, kind: str) -> datetime:
        """Midnight before the first value that may be asked of a site of this kind."""
        reach = max(self._history.get(kind, {}).values(), default=timedelta()) + timedelta(days=1)
        first = (self._start - reach).astimezone(BEIJING)
        return first.replace(hour=0, minute=0, second=0, microsecond=0)

    def _line(self, point: PointEntry, site: Site) -> PlantLine | None:
        if site.twin is None:
            return None
        file = plant_file.read(site.twin)
        numbers = [p.point_id for p in self._district.points_of(site.site_id) if p.kind in ("stack", "furnace")]
        number = numbers.index(point.point_id) + 1
        if number > len(file.plant.loads):
            raise FleetError(f"{point.point_id} is line {number} of {site.site_id}, but {site.twin.name} has fewer")
        epoch = self._epoch(site.kind)
        # The operator's log of the district follows the events of the plant's file where the dates allow it.
        if file.series.start <= epoch and self._start < file.series.start + _PLANT_EVENTS_LAST:
            epoch = file.series.start
        line = PlantLine(file.plant, file.series, number, epoch, seed=_seed(self._seed, site.site_id))
        self.lines[point.point_id] = line
        return line

    def _station(self, site: Site, seed: int) -> Station:
        """The station's own twin; a station without a file has a neighbour's works and a load of its own."""
        twin = site.twin or next((s.twin for s in self._district.sites if s.kind == site.kind and s.twin), None)
        if twin is None:
            raise FleetError(f"{site.site_id}: no sewage station of this district has a twin to simulate it with")
        station = read_station(twin)
        if site.twin is not None:
            return station
        people = station.population.model_copy(
            update={"households": round(station.population.households * (0.72 + 0.3 * (seed % 997) / 997))}
        )
        return station.model_copy(update={"population": people})


def _seed(seed: int, name: str) -> int:
    return zlib.crc32(f"{seed}:{name}".encode())


def _logger(
    district: District, entry: LoggerEntry, sources: _Sources, history: Mapping[str, Mapping[str, timedelta]]
) -> tuple[LoggerPlan | None, list[str]]:
    rows = [row for row in district.channels if row.mn == entry.mn and row.st == entry.st]
    site = district.site(entry.site_id)
    kind = site.kind if site else ""
    version = Version.V2017 if entry.version == Version.SURFACE_WATER else Version(entry.version)
    channels, left_out = [], []
    for row in rows:
        source = sources.of(row.point_id)
        reads = row.code
        if source is not None and reads not in source.codes:
            known = find(row.code)
            reads = known.code if known else row.code
        if source is None or reads not in source.codes:
            left_out.append(row.code)
            continue
        channels.append(
            Channel(row.code, _decimals(reads, kind), source, reads=reads, only=_only(reads, kind, version))
        )
    if not channels:
        return None, left_out
    is_soil, is_water, is_plant = kind == "soil_plot", kind in ("river_section", "lake_section"), kind == "wte_plant"
    return LoggerPlan(
        entry.mn,
        tuple(channels),
        st=entry.st,
        version=version,
        password=entry.password,
        key=entry.key,
        real_time_s=0 if is_soil or is_water else (30 if is_plant else 60),
        minutes=registered_minutes(entry, kind),
        hours=0 if is_soil else (4 if is_water else 1),
        days=not is_soil,
        furnace=version is Version.V2025 and any(c.source_code == MEAN_FURNACE for c in channels),
        on_days=(SOIL_SAMPLE_DAY,) if is_soil else (),
        stamps_end=any(row.label == "end" for row in rows),
        delay_s=1.0 + SPREAD_S * (zlib.crc32(entry.mn.encode()) % 1000) / 1000,
        history=_spoken(history.get(kind, {}), version),
        history_codes={} if version is Version.V2025 else {MINUTE: (MEAN_FURNACE,)},
    ), left_out


def _spoken(history: Mapping[str, timedelta], version: Version) -> Mapping[str, timedelta]:
    """The history in commands that a version knows: before 2025 furnace temperatures go into minute data."""
    if version is Version.V2025 or FURNACE not in history:
        return history
    return {MINUTE if cn == FURNACE else cn: span for cn, span in history.items()}


def _decimals(code: str, kind: str) -> int:
    if kind == "air_station" and code in _AIR_DECIMALS:
        return _AIR_DECIMALS[code]
    return _DECIMALS.get(code, 2 if code[0] == "p" else 1)


def _only(code: str, kind: str, version: Version) -> tuple[str, ...]:
    """Commands a code is limited to: before 2025 the mean furnace temperature goes into the minute data, and a water
    station's analysers give a result every four hours."""
    if code == MEAN_FURNACE and version is not Version.V2025:
        return (REAL_TIME, MINUTE)
    if kind in ("river_section", "lake_section") and code in ANALYSED_CODES:
        return (HOUR, DAY)
    return ()
