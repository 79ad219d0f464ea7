"""From a station file to a plant: sewage in time, flowsheet, controls."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from clearbay.twins.activated_sludge import aeration
from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT, with_metal
from clearbay.twins.activated_sludge.assemble import Plant, compile_plant
from clearbay.twins.activated_sludge.dosing import contents
from clearbay.twins.activated_sludge.errors import StationError
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
    Signal,
    Stream,
    Takes,
    Tank,
    Unit,
    Weir,
)
from clearbay.twins.activated_sludge.influent import (
    Fractions,
    Infiltration,
    Sewage,
    Village,
    fractionate,
    rainfall,
    sewage_of,
)
from clearbay.twins.activated_sludge.pace import check_residence
from clearbay.twins.activated_sludge.simulate import InfluentTable
from clearbay.twins.activated_sludge.table import FloatArray

SOURCE, EFFLUENT, SLUDGE = "sewage", "effluent", "sludge"
HOURS = 24
FULL = 0.95  # share of an equalisation tank's volume at which it spills
LOW = 0.15  # share at which its pump stops
MOMENT = 9  # decimals of a day, 0.1 ms: times that should be one are one
SOLIDS = ("X_I", "X_S", "X_H", "X_PAO", "X_PP", "X_PHA", "X_AUT", "X_TSS", "X_MeOH", "X_MeP")


@dataclass(frozen=True)
class Change:
    """What differs from the file: factors on people and dose, shifts of temperature, blowers out, by day.

    Each is (first day, last day, value), days counted from the start; `oxygen` replaces set points, `air_factor` scales
    air that is given, `dose_factor` doses.
    """

    crowd: tuple[tuple[int, int, float], ...] = ()
    colder: tuple[tuple[int, int, float], ...] = ()
    blower_out: tuple[tuple[int, int, str], ...] = ()
    oxygen: Mapping[str, float] = field(default_factory=dict)
    air_factor: float = 1.0
    dose_factor: float = 1.0
    load_factor: float = 1.0
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Works:
    """A station ready to run: its plant, its sewage (totals and states), temperature by day [degC]."""

    station: st.Station
    plant: Plant
    sewage: Sewage
    influent: InfluentTable
    temperature: FloatArray


def build(station: st.Station, change: Change | None = None) -> Works:
    """Build the plant and the sewage of a station, with what differs from its file.

    Raises StationError or FlowsheetError saying what in the file cannot be a plant.
    """
    change = change or Change()
    days = [station.start + dt.timedelta(days=d) for d in range(station.days)]
    temperature = _temperature(station, days, change)
    sewage = _sewage(station, days, change)
    states = fractionate(sewage, Fractions(alkalinity=station.water.alkalinity))
    # Hour by hour: the value of an hour stands in its middle, and the table is followed on straight lines.
    times = np.concatenate([[0.0], sewage.times + 0.5 / HOURS])
    values = np.column_stack([states, sewage.flow])
    influent = InfluentTable(times, np.ascontiguousarray(np.vstack([values[:1], values])), linear=True)
    plant = compile_plant(_sheet(station, temperature, change))
    check_residence(plant, sewage.flow.mean(keepdims=True))
    return Works(station, plant, sewage, influent, temperature)


def _temperature(station: st.Station, days: list[dt.date], change: Change) -> FloatArray:
    month, day = (int(x) for x in station.water.coldest.split("-"))
    # From the first of the month, for 29 February in a year without one.
    coldest = dt.date(station.start.year, month, 1) + dt.timedelta(days=day - 1)
    phase = np.array([(d - coldest).days for d in days]) / 365.25
    temperature = station.water.mean - station.water.swing * np.cos(2.0 * np.pi * phase)
    for first, last, fall in change.colder:
        temperature[first : last + 1] -= fall
    # Sewage in a covered station does not freeze; ASM's laws are not meant below 4 degC.
    return np.maximum(temperature, 4.0)


def _sewage(station: st.Station, days: list[dt.date], change: Change) -> Sewage:
    people = station.population
    crowd = np.full(len(days), change.load_factor)
    for holiday in people.holidays:
        inside = [i for i, d in enumerate(days) if holiday.first <= d <= holiday.last]
        crowd[inside] *= holiday.factor
    for first, last, factor in change.crowd:
        crowd[first : last + 1] *= factor
    village = Village(
        heads=people.households * people.persons_per_household * people.connected,
        water=people.water_l / 1000.0,
        loads=people.loads_g.model_dump(),
        hourly=np.array(people.hourly),
        weekly=np.array(people.weekly),
        monthly=np.array(people.monthly),
    )
    month = np.array([d.month for d in days])
    weekday = np.array([d.weekday() for d in days])
    rain = rainfall(np.array(station.rain.monthly_mm), np.array(station.rain.wet_days), month, station.rain.seed)
    wet = Infiltration(station.rain.dry_share, station.rain.m3_per_mm, station.rain.days)
    return sewage_of(village, wet, weekday, month, crowd, rain)


def _sheet(station: st.Station, temperature: FloatArray, change: Change) -> Flowsheet:
    metals = {d.product for u in station.line if not isinstance(u, st.SettlingTank) for d in u.dosing}
    model = with_metal(ASM2D_FAT, "Fe" if "Fe" in metals else "Al")
    units = tuple(_unit(station, u, change) for u in station.line)
    return Flowsheet(
        model=model,
        influents=(SOURCE,),
        outlets=(EFFLUENT, SLUDGE),
        units=units,
        streams=_streams(station),
        temperature=Schedule(np.arange(len(temperature), dtype=float), temperature),
        values={**station.parameters, **change.parameters},
    )


def _unit(station: st.Station, unit: st.Unit, change: Change) -> Unit:
    if isinstance(unit, st.SettlingTank):
        return Settler(unit.name, unit.area, unit.depth)
    air = _aeration(station, unit, change)
    doses = tuple(
        Dose(d.product, d.dose * change.dose_factor, contents(d.product, d.basicity), per_influent=SOURCE)
        for d in unit.dosing
    )
    if isinstance(unit, st.Equalisation):
        return Buffer(unit.name, unit.volume, air, doses)
    if isinstance(unit, st.ContactOxidation):
        return ContactTank(
            unit.name, unit.volume, unit.carrier_m2_m3 * unit.volume, unit.thickness_mm / 1000.0, unit.layers,
            aeration=air, doses=doses,
        )  # fmt: skip
    if isinstance(unit, st.BatchReactor):
        return BatchReactor(unit.name, unit.volume, unit.area, _mixing(station, unit), air, doses)
    return Tank(unit.name, unit.volume, air, doses)


def _aeration(station: st.Station, unit: st.Unit, change: Change) -> KLa | SetPoint | None:
    """Return what blows air: kLa at 20 degC from the air by SOTE (`aeration.kla_per_air`), given or as a ceiling."""
    if isinstance(unit, st.SettlingTank) or unit.aeration is None:
        return None
    given = unit.aeration
    per_air = aeration.kla_per_air(unit.volume, given.depth, given.transfer_per_m, given.alpha, given.fouling)
    hours = np.arange(station.days * HOURS)
    rate = np.resize(np.asarray(given.air_max if given.air is None else given.air, dtype=float), HOURS)
    if given.air is not None:
        rate = rate * change.air_factor
    rate[list(given.off_hours)] = 0.0
    kla_by_hour = per_air * rate[hours % HOURS]
    for first, last, name in change.blower_out:
        if name == unit.name:
            kla_by_hour[(hours // HOURS >= first) & (hours // HOURS <= last)] = 0.0
    if isinstance(unit, st.BatchReactor):
        begins, aerated = _phases(station, unit, (0, 1, 0, 0))
        times = np.unique(np.concatenate([begins, np.round(hours / HOURS, MOMENT)]))
        phase = np.searchsorted(begins, times, side="right") - 1
        hour = np.floor(times * HOURS + 1e-6).astype(int)
        kla: Signal = _changes(times, kla_by_hour[hour] * aerated[phase])
    elif (kla_by_hour == kla_by_hour[0]).all():
        kla = float(kla_by_hour[0])
    else:
        kla = _changes(hours / HOURS, kla_by_hour)
    if given.air is not None:
        return KLa(kla, t_ref=20.0)
    return SetPoint(change.oxygen.get(unit.name, given.oxygen), kla)


def _changes(times: FloatArray, values: FloatArray) -> Schedule:
    kept = np.concatenate([[True], np.diff(values) != 0])
    return Schedule(times[kept], values[kept])


def _phases(station: st.Station, unit: st.BatchReactor, levels: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Times and levels of the phases anoxic fill, aerated, settling, decanting of every cycle.

    A phase of no length, as without an anoxic fill, is left out.
    """
    length = 1.0 / unit.cycles
    starts = np.array([0.0, unit.anoxic, 1.0 - unit.settle - unit.decant, 1.0 - unit.decant])
    kept = np.diff(starts, append=1.0) > st.ROUNDING
    cycles = np.arange(station.days * unit.cycles) * length
    times = np.round((cycles[:, None] + starts[kept] * length).reshape(-1), MOMENT)
    return times, np.tile(np.array(levels, dtype=float)[kept], cycles.size)


def _mixing(station: st.Station, unit: st.BatchReactor) -> Schedule:
    times, levels = _phases(station, unit, (1, 1, 0, 0))
    return Schedule(times, levels)


def _streams(station: st.Station) -> tuple[Stream, ...]:
    streams = [Stream(SOURCE, station.line[0].name)]
    for place, unit in enumerate(station.line):
        last = place == len(station.line) - 1
        target = EFFLUENT if last else station.line[place + 1].name
        streams += _onward(station, unit, target)
    for recycle in station.recycles:
        streams.append(Stream(_outlet(station, recycle.source), recycle.target, Pump(recycle.m3_d)))
    for waste in station.waste:
        streams.append(Stream(_outlet(station, waste.source), SLUDGE, Pump(waste.m3_d)))
    return tuple(streams)


def _onward(station: st.Station, unit: st.Unit, target: str) -> list[Stream]:
    if isinstance(unit, st.SettlingTank):
        return [Stream(f"{unit.name}.top", target)]
    if isinstance(unit, st.GreaseTrap):
        speeds = {**dict.fromkeys(SOLIDS, unit.solids_m_d), "X_FAT": unit.fat_m_d}
        thick = Takes(dict.fromkeys((*SOLIDS, "X_FAT"), unit.thickening))
        return [
            Stream(unit.name, target, solids=Clarified(unit.area, speeds)),
            Stream(unit.name, SLUDGE, Pump(unit.sludge_m3_d), solids=thick),
        ]
    if isinstance(unit, st.Equalisation):
        return [
            Stream(unit.name, target, Pump(unit.pump_m3_d, stops_at=LOW * unit.volume)),
            Stream(unit.name, target, Weir(FULL * unit.volume)),
        ]
    if isinstance(unit, st.BatchReactor):
        times, open_ = _phases(station, unit, (0, 0, 0, 1))
        rate = unit.exchange * unit.volume * unit.cycles / unit.decant
        return [
            Stream(
                f"{unit.name}.decanter",
                target,
                Pump(Schedule(times, rate * open_), stops_at=(1.0 - unit.exchange) * unit.volume),
            ),
            Stream(f"{unit.name}.blanket", SLUDGE, Pump(Schedule(times, unit.waste_m3_d / unit.decant * open_))),
        ]
    if isinstance(unit, st.Polish):
        return [
            Stream(unit.name, target, solids=Takes(dict.fromkeys((*SOLIDS, "X_FAT"), unit.passes))),
            Stream(unit.name, backwash_target(station, unit), Pump(unit.backwash_m3_d)),
        ]
    return [Stream(unit.name, target)]


def backwash_target(station: st.Station, unit: st.Polish) -> str:
    """Return where backwash and retained sludge go: the first biological tank, or the head of the works."""
    first = station.line[0].name
    if first == unit.name:
        raise StationError(f"'{unit.name}' cannot be the first unit: its backwash needs somewhere to go")
    biological = [u.name for u in station.line if isinstance(u, st.PlainTank | st.ContactOxidation)]
    return biological[0] if biological else first


def _outlet(station: st.Station, name: str) -> str:
    unit = next(u for u in station.line if u.name == name)
    if isinstance(unit, st.SettlingTank):
        return f"{name}.bottom"
    if isinstance(unit, st.BatchReactor):
        return f"{name}.blanket"
    return name


def first_state(works: Works) -> FloatArray:
    """Return a start with grown sludge: thin water in traps and filters, sludge in tanks, films full."""
    model = works.plant.flowsheet.model
    water = works.influent.values[: HOURS * 7].mean(axis=0)[: len(model.states)]
    sludge = {
        "S_O2": 0.5, "S_F": 2.0, "S_A": 1.0, "S_NH4": 8.0, "S_NO3": 5.0, "S_PO4": 1.0, "S_I": float(water[6]),
        "S_ALK": 4.0, "S_N2": 15.0, "X_I": 900.0, "X_S": 80.0, "X_H": 1100.0, "X_PAO": 50.0, "X_PP": 10.0,
        "X_PHA": 1.0, "X_AUT": 60.0, "X_MeOH": 50.0, "X_MeP": 150.0, "X_FAT": 1.0,
    }  # fmt: skip
    tss = {s.name: model_tss(s.contains.get("TSS", "0")) for s in model.states if s.name != "X_TSS"}
    sludge["X_TSS"] = sum(tss[name] * value for name, value in sludge.items())
    mixed = np.array([sludge.get(name, 0.0) for name in model.state_names])
    film = mixed.copy()
    film[works.plant.net.component[0] > 0] *= 10.0
    thin = {u.name for u in works.station.line if isinstance(u, st.GreaseTrap | st.Equalisation)}
    y = works.plant.scale.copy()
    for place, (unit, state) in enumerate(works.plant.labels):
        if unit in works.plant.cell_names and state in model.state_names:
            source = water if unit in thin else film if ".film" in unit else mixed
            y[place] = source[model.index(state)]
        elif state.startswith("TSS_"):
            y[place] = (10, 15, 25, 60, 300, 300, 300, 300, 1000, 6000)[int(state[4:]) - 1]
        elif "_" in state and state.rsplit("_", 1)[0] in model.state_names:
            y[place] = mixed[model.index(state.rsplit("_", 1)[0])]
        elif state == "volume":
            y[place] = 0.5 * y[place]
    return y


def model_tss(text: str) -> float:
    """Return a TSS content of the table as a number [g TSS per unit]."""
    values = {p.name: p.value for p in ASM2D_FAT.parameters}
    return values[text] if text in values else float(text)


def settled_days(station: st.Station) -> st.Station:
    """Return the station for the sixty days before its start, from which a run begins."""
    return station.model_copy(update={"start": station.start - dt.timedelta(days=60), "days": 60})


__all__ = ["Change", "Works", "build", "first_state", "replace", "settled_days"]
