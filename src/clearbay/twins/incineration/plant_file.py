"""Reads a waste-to-energy plant from YAML: the one module of this twin that reads a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from clearbay.twins.incineration.case import BOUNDS, INPUTS
from clearbay.twins.incineration.errors import InfeasibleCase, PlantFileError
from clearbay.twins.incineration.plant import OwnUse, Plant, line_case
from clearbay.twins.incineration.turbine import Turbine
from clearbay.twins.incineration.waste import Waste, from_proximate

# which inputs of a line belong to which section of the file
SECTIONS: dict[str, tuple[str, ...]] = {
    "air": ("o2_dry", "ambient_c", "air_humidity", "primary_share", "primary_c", "secondary_c", "bleed_air_c"),
    "furnace": (
        "loss_share", "slag_c", "loss_on_ignition", "fly_ash_share", "boiler_ash_share", "hcl_release", "so2_release",
        "co_raw", "no_base", "no_slope", "chamber_m2", "chamber_m3", "pass_m2", "pass_m3", "wall_c",
    ),
    "boiler": (
        "gas_design", "ntu_evaporator", "ntu_economiser", "fouling", "steam_mpa", "steam_c", "drum_mpa",
        "feedwater_c", "blowdown",
    ),
    "denox": (
        "nsr", "urea_share", "hnco_share", "layer", "shift_k", "release_s", "mixing", "co_layer", "carrier",
    ),
    "acid_gas": ("sorbent_ratio", "hcl_exponent", "so2_exponent", "carbonation", "reactor_c"),
    "filter": ("activated_carbon", "filter_drop_k", "leak_share", "filter_pass"),
    "scr": ("scr_c", "scr_m2", "scr_nsr", "scr_k180", "scr_ea", "scr_recovery"),
}  # fmt: skip
assert {n for names in SECTIONS.values() for n in names} == set(INPUTS[10:])

Percent = Annotated[float, Field(ge=0, le=100)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Name(_Model):
    zh: str
    en: str


class _Waste(_Model):
    lhv_kj_kg: Annotated[float, Field(gt=0)]
    water_pct: Percent
    ash_pct: Percent
    chlorine_pct: Percent = 0.32
    sulphur_pct: Percent = 0.11


class _Pit(_Model):
    leachate_pct: Percent = 0.0


class _Lines(_Model):
    count: Annotated[int, Field(ge=1, le=20)]
    capacity_t_d: Annotated[float, Field(gt=0, le=2000)]
    load_pct: list[Annotated[float, Field(ge=0, le=150)]] = [100.0]


class _Turbines(_Model):
    count: Annotated[int, Field(ge=1, le=10)] = 1
    lines_each: Annotated[float, Field(ge=0)] = 0.0
    header_mpa: float = Turbine(1.0).header_mpa
    header_c: float = Turbine(1.0).header_c
    bleeds_mpa: tuple[float, float, float] = (1.2, 0.35, 0.06)
    condenser_mpa: Annotated[float, Field(gt=0.002, lt=0.05)] = 0.007
    efficiency: Annotated[float, Field(gt=0.3, lt=0.95)] = 0.82


class Event(_Model):
    """Something that happens to a line: start-up, shutdown, a fault, or work on the monitors."""

    line: Annotated[int, Field(ge=1)] = 1
    kind: Literal["stop", "start", "feeder", "lime", "denox", "filter", "draught", "cems", "thermocouple"]
    at_h: Annotated[float, Field(ge=0)]
    hours: Annotated[float, Field(gt=0)] = 1.0


class _Series(_Model):
    start: AwareDatetime = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=8)))
    seed: int = 1
    moisture_sd: Annotated[float, Field(ge=0, le=0.1)] = 0.02
    calorific_sd: Annotated[float, Field(ge=0, le=0.3)] = 0.06
    events: list[Event] = []


class _File(_Model):
    kind: Literal["waste_to_energy"]
    name: _Name
    waste: _Waste
    pit: _Pit = _Pit()
    lines: _Lines
    air: dict[str, float] = {}
    furnace: dict[str, float] = {}
    boiler: dict[str, float] = {}
    denox: dict[str, float] = {}
    acid_gas: dict[str, float] = {}
    filter: dict[str, float] = {}
    scr: dict[str, float] = {}
    turbines: _Turbines = _Turbines()
    own_use: dict[str, float] = {}
    series: _Series = _Series()
    scenarios: dict[str, dict[str, object]] = {}


@dataclass(frozen=True)
class SeriesPlan:
    """How a time series of this plant is to be made: its start (with zone), seed, disturbances and events."""

    start: datetime
    seed: int
    moisture_sd: float
    calorific_sd: float
    events: tuple[Event, ...]


@dataclass(frozen=True)
class PlantFile:
    """A plant file as read: the plant, how its series is made, and the names of its scenarios."""

    plant: Plant
    series: SeriesPlan
    scenarios: tuple[str, ...]


def read(path: Path, scenario: str | None = None) -> PlantFile:
    """Read a plant; a scenario of the file is laid over it, section by section.

    Raises:
        PlantFileError: no such file or scenario, not YAML, an unknown key, a value that no plant could have.
    """
    return from_mapping(load(path), scenario, str(path))


def load(path: Path) -> Mapping[str, object]:
    """Parse YAML to a mapping.

    Raises:
        PlantFileError: the file cannot be read, or is not a YAML mapping.
    """
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlantFileError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise PlantFileError(f"{path}: is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise PlantFileError(f"{path}{place}: {problem}") from None
    if not isinstance(content, dict):
        raise PlantFileError(f"{path}: a plant file is a mapping that begins with `kind:`")
    return {str(k): v for k, v in content.items()}


def _overlay(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(value, dict) and isinstance(below, dict)
        merged[key] = _overlay(below, value) if both else value  # type: ignore[arg-type]
    return merged


def from_mapping(content: Mapping[str, object], scenario: str | None, where: str) -> PlantFile:
    """Make a plant of a parsed file; `where` names it in errors.

    Raises:
        PlantFileError: as `read`.
    """
    named = content.get("scenarios")
    scenarios = tuple(str(k) for k in named) if isinstance(named, dict) else ()
    if scenario is not None:
        if scenario not in scenarios:
            known = ", ".join(scenarios) or "none"
            raise PlantFileError(f"{where}: has no scenario {scenario!r}; it has: {known}")
        assert isinstance(named, dict)
        over = named[scenario]
        if not isinstance(over, dict):
            raise PlantFileError(f"{where}: scenario {scenario!r} is not a mapping")
        content = _overlay(content, over)
    try:
        file = _File.model_validate(dict(content))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(p) for p in first["loc"]) or "top level"
        raise PlantFileError(f"{where}: {place}: {first['msg']} (found {first['input']!r:.60})") from None
    settings: dict[str, float] = {}
    for section, allowed in SECTIONS.items():
        for name, value in getattr(file, section).items():
            if name not in allowed:
                raise PlantFileError(f"{where}: {section}.{name}: no such setting; there are: {', '.join(allowed)}")
            low, high = BOUNDS[name]
            if not low <= value <= high:
                raise PlantFileError(f"{where}: {section}.{name}: {value:g} is not between {low:g} and {high:g}")
            settings[name] = value
    known_use = OwnUse.__dataclass_fields__
    for name in file.own_use:
        if name not in known_use:
            raise PlantFileError(f"{where}: own_use.{name}: no such setting; there are: {', '.join(known_use)}")
    loads = file.lines.load_pct
    if len(loads) == 1:
        loads = loads * file.lines.count
    if len(loads) != file.lines.count:
        raise PlantFileError(
            f"{where}: lines.load_pct: {len(loads)} loads for {file.lines.count} lines; give one, or one for each line"
        )
    for k, event in enumerate(file.series.events):
        if event.line > file.lines.count:
            raise PlantFileError(
                f"{where}: series.events.{k}: line {event.line}; the plant has {file.lines.count} line(s)"
            )
    t = file.turbines
    try:
        plant = Plant(
            name_zh=file.name.zh,
            name_en=file.name.en,
            received=_waste(file.waste),
            leachate=file.pit.leachate_pct / 100,
            capacity_t_d=file.lines.capacity_t_d,
            loads=tuple(load / 100 for load in loads),
            settings=settings,
            turbines=t.count,
            turbine_lines=t.lines_each,
            turbine=Turbine(
                flow=1.0, header_mpa=t.header_mpa, header_c=t.header_c, bleed1_mpa=t.bleeds_mpa[0],
                bleed2_mpa=t.bleeds_mpa[1], bleed3_mpa=t.bleeds_mpa[2], condenser_mpa=t.condenser_mpa,
                efficiency=t.efficiency,
            ),
            own_use=replace(OwnUse(), **file.own_use),
        )  # fmt: skip
        line_case(plant)
    except InfeasibleCase as error:
        raise PlantFileError(f"{where}: {error}") from None
    if not t.condenser_mpa < t.bleeds_mpa[2] < t.bleeds_mpa[1] < t.bleeds_mpa[0] < t.header_mpa:
        raise PlantFileError(f"{where}: turbines: pressures must fall from header through bleeds to condenser")
    s = file.series
    series = SeriesPlan(s.start, s.seed, s.moisture_sd, s.calorific_sd, tuple(s.events))
    return PlantFile(plant, series, scenarios)


def _waste(w: _Waste) -> Waste:
    return from_proximate(
        w.water_pct / 100, w.ash_pct / 100, w.lhv_kj_kg, w.chlorine_pct / 100, w.sulphur_pct / 100
    )  # fmt: skip
