"""Runs a station and adds up what its operator asks: effluent by day, energy, chemicals, sludge."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np

from clearbay.twins.activated_sludge import aeration
from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.capacity import check_batches
from clearbay.twins.activated_sludge.composite import measured
from clearbay.twins.activated_sludge.simulate import Run, simulate
from clearbay.twins.activated_sludge.table import FloatArray
from clearbay.twins.activated_sludge.works import (
    EFFLUENT,
    HOURS,
    SLUDGE,
    SOURCE,
    Change,
    Works,
    build,
    first_state,
    settled_days,
)

STATION_TOLERANCE = 3e-3
# A village takes some hundreds to twenty thousand steps a day, as its aeration asks: at ten times that some unit is
# so fast that a year would not end in a working day.
STEPS_A_DAY = 200_000


@dataclass(frozen=True)
class Year:
    """A run of a station, by day (d,) unless said: concentrations in g/m3, means weighted by flow."""

    works: Works
    run: Run
    flow: FloatArray  # m3/d
    effluent: dict[str, FloatArray]
    influent: dict[str, FloatArray]
    temperature: FloatArray  # degC
    hourly: dict[str, FloatArray]  # (d * 24,)
    air: dict[str, FloatArray]  # Nm3/d by tank
    oxygen: dict[str, FloatArray]  # kg/d by tank
    energy: dict[str, FloatArray]  # kWh/d by use
    chemicals: dict[str, FloatArray]  # kg/d of active substance
    sludge: FloatArray  # kg dry solids/d


def run_station(station: st.Station, change: Change | None = None, start: FloatArray | None = None) -> Year:
    """Run a station over its days from a settled start (or from `start`), with what differs from its file.

    Raises Overfull where a batch reactor gets more than it can hold.
    """
    works = build(station, change)
    y = settled(station) if start is None else start
    times = np.arange(station.days * HOURS + 1) / HOURS
    most = STEPS_A_DAY * station.days
    run = simulate(works.plant, works.influent, times, y, STATION_TOLERANCE, most)
    check_batches(works, run)
    return account(works, run)


def settled(station: st.Station) -> FloatArray:
    """Return the state the station's file starts from: sixty days of its own sewage before it.

    Raises SimulationDivergedError naming the unit that asks for more than STEPS_A_DAY, and Overfull where a batch
    reactor gets more than it can hold.
    """
    before = settled_days(station)
    works = build(before)
    first = first_state(works)
    # One day alone first: what is far too fast is told within a minute.
    simulate(works.plant, works.influent, np.array([0.0, 1.0]), first, STATION_TOLERANCE, STEPS_A_DAY)
    times, most = np.arange(before.days * HOURS + 1) / HOURS, STEPS_A_DAY * before.days
    run = simulate(works.plant, works.influent, times, first, STATION_TOLERANCE, most)
    check_batches(works, run)
    return np.asarray(run.states[-1], dtype=float)


def run_many(station: st.Station, changes: Sequence[Change], start: FloatArray | None = None) -> list[Year]:
    """Run a station with each of the changes, from the same start, on all cores."""
    y = settled(station) if start is None else start
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        return list(pool.map(lambda change: run_station(station, change, y), changes))


def account(works: Works, run: Run) -> Year:
    """Add up a run that was recorded hour by hour."""
    station, plant = works.station, works.plant
    n = len(plant.flowsheet.model.states)
    means = run.means[1:]
    days = len(means) // HOURS
    outlet = plant.flowsheet.outlets.index(EFFLUENT) * (n + 1)
    load, flow = means[:, outlet : outlet + n], means[:, outlet + n]
    per_hour = load / np.maximum(flow, 1e-9)[:, None]
    daily_load = load.reshape(days, HOURS, n).sum(axis=1)
    daily_flow = flow.reshape(days, HOURS).sum(axis=1)
    sewage = works.sewage
    weight = sewage.flow.reshape(days, HOURS)
    incoming = {
        name: (values.reshape(days, HOURS) * weight).sum(axis=1) / weight.sum(axis=1)
        for name, values in (
            ("COD", sewage.cod), ("BOD5", sewage.bod5), ("SS", sewage.tss), ("TKN", sewage.tkn), ("TP",
            sewage.tp),
            ("oil", sewage.fat),
        )
    }  # fmt: skip
    air, oxygen, energy = _air(works, means, days)
    given = means[:, means.shape[1] - len(plant.net.flows) :]
    energy |= _pumps(works, given.reshape(days, HOURS, -1).mean(axis=1))
    mixers = sum(u.mixer_w_m3 * u.volume for u in station.line if not isinstance(u, st.SettlingTank))
    energy["mixers"] = np.full(days, mixers * 24.0 / 1000.0)
    sludge = plant.flowsheet.outlets.index(SLUDGE) * (n + 1)
    solids = means[:, sludge : sludge + n] @ plant.net.component[1]
    return Year(
        works=works,
        run=run,
        flow=daily_flow / HOURS,
        effluent=measured(daily_load / np.maximum(daily_flow, 1e-9)[:, None]),
        influent=incoming,
        temperature=works.temperature,
        hourly=measured(per_hour),
        air=air,
        oxygen=oxygen,
        energy=energy,
        chemicals=_chemicals(works, means, days),
        sludge=solids.reshape(days, HOURS).mean(axis=1) / 1000.0,
    )


def _air(
    works: Works, means: FloatArray, days: int
) -> tuple[dict[str, FloatArray], dict[str, FloatArray], dict[str, FloatArray]]:
    plant = works.plant
    n = len(plant.flowsheet.model.states)
    first = plant.net.n_outlets * (n + 1)
    air: dict[str, FloatArray] = {}
    oxygen: dict[str, FloatArray] = {}
    blowers = np.zeros(days)
    for unit in works.station.line:
        if isinstance(unit, st.SettlingTank) or unit.aeration is None:
            continue
        given = unit.aeration
        cell = plant.cell_names.index(unit.name)
        kla = means[:, first + 2 * cell].reshape(days, HOURS).mean(axis=1)
        at_20 = kla / 1.024 ** (works.temperature - 20.0)
        per_air = aeration.kla_per_air(unit.volume, given.depth, given.transfer_per_m, given.alpha, given.fouling)
        air[unit.name] = at_20 / per_air * 24.0
        oxygen[unit.name] = means[:, first + 2 * cell + 1].reshape(days, HOURS).mean(axis=1) / 1000.0
        blowers += air[unit.name] * aeration.blower_energy(given.depth, given.efficiency)
    return air, oxygen, {"blowers": blowers}


def _pumps(works: Works, given: FloatArray) -> dict[str, FloatArray]:
    station = works.station
    lift = aeration.pump_energy(station.lift_head_m, station.pump_efficiency) * given[:, 0]
    recycled = np.zeros(len(given))
    for recycle in station.recycles:
        each = aeration.pump_energy(recycle.head_m, station.pump_efficiency)
        recycled += each * recycle.m3_d
    return {"lift": lift, "recycles": recycled}


def _chemicals(works: Works, means: FloatArray, days: int) -> dict[str, FloatArray]:
    plant = works.plant
    n = len(plant.flowsheet.model.states)
    first = plant.net.n_outlets * (n + 1) + 2 * len(plant.net.cells)
    return {
        name: means[:, first + i].reshape(days, HOURS).mean(axis=1) / 1000.0 for i, name in enumerate(plant.dose_names)
    }


__all__ = ["SOURCE", "Year", "account", "run_many", "run_station", "settled"]
