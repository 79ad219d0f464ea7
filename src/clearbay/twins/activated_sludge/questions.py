"""What an operator asks: what if it gets cold, people come home, a blower fails; how little air and dose
will do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT
from clearbay.twins.activated_sludge.composite import MEASURED
from clearbay.twins.activated_sludge.table import FloatArray
from clearbay.twins.activated_sludge.works import Change
from clearbay.twins.activated_sludge.year import Year, run_many, run_station

COLD_DAYS, COLD_FALL = 10, 5.0  # a cold wave: ten days, sewage 5 K colder
PEAK_DAYS, PEAK = 8, 1.6
FAILURE_DAYS = 2
# Part of every limit that an optimum may reach on its worst day.
MARGIN = 0.95


@dataclass(frozen=True)
class Answer:
    """An answer in words and figures, and the run behind it."""

    title_zh: str
    title_en: str
    lines: tuple[str, ...]
    year: Year | None


@dataclass(frozen=True)
class Bands:
    """Daily effluent of an ensemble: 5, 50 and 95 % of the members, (days,) [g/m3]."""

    members: int
    low: dict[str, FloatArray]
    middle: dict[str, FloatArray]
    high: dict[str, FloatArray]


Limits = Mapping[str, FloatArray]


def uncertainty(station: st.Station, start: FloatArray, members: int = 16, seed: int = 1) -> Bands:
    """Run an ensemble in which kinetics and loads are not known exactly.

    Growth, decay, hydrolysis and precipitation rates are log-normal with 15 %, half-saturation with 25 %,
    loads with
    10 % standard deviation (working values). The same seed gives the same bands.
    """
    random = np.random.default_rng(seed)
    base = {p.name: p.value for p in ASM2D_FAT.parameters}
    rates = ("mu_H", "mu_AUT", "b_H", "b_AUT", "K_h", "k_PRE", "eta_NO3H")
    halves = ("K_NH4A", "K_O2A", "K_NO3", "K_F")
    changes = []
    for _ in range(members):
        values = {name: base[name] * float(np.exp(0.15 * random.standard_normal())) for name in rates}
        values |= {name: base[name] * float(np.exp(0.25 * random.standard_normal())) for name in halves}
        changes.append(Change(parameters=values, load_factor=float(np.exp(0.10 * random.standard_normal()))))
    years = run_many(station, changes, start)
    quantiles = {
        name: np.quantile(np.array([year.effluent[name] for year in years]), [0.05, 0.5, 0.95], axis=0)
        for name in MEASURED
    }
    return Bands(
        members,
        low={name: q[0] for name, q in quantiles.items()},
        middle={name: q[1] for name, q in quantiles.items()},
        high={name: q[2] for name, q in quantiles.items()},
    )


def cold_spell(station: st.Station, start: FloatArray, year: Year, limits: Limits) -> Answer:
    """Answer what a cold spell at the coldest time does."""
    first = int(np.argmin(year.temperature[: max(1, station.days - COLD_DAYS)]))
    last = min(first + COLD_DAYS, station.days) - 1
    what = run_station(station, Change(colder=((first, last, COLD_FALL),)), start)
    lines = (
        f"days {first} to {last}, water down to {what.temperature[first : last + 1].min():.1f} degC",
        *_compare(year, what, limits, first, last + 15),
    )
    return Answer("寒潮", "Cold spell", lines, what)


def holiday_peak(station: st.Station, start: FloatArray, year: Year, limits: Limits) -> Answer:
    """Answer what a holiday with many more people does, at the coldest time."""
    first = int(np.argmin(year.temperature[: max(1, station.days - PEAK_DAYS)]))
    last = min(first + PEAK_DAYS, station.days) - 1
    what = run_station(station, Change(crowd=((first, last, PEAK),)), start)
    lines = (
        f"days {first} to {last}, {PEAK:g} times the people, flow up to {what.flow[first : last + 1].max():.0f} m3/d",
        *_compare(year, what, limits, first, last + 15),
    )
    return Answer("节假日高峰", "Holiday peak", lines, what)


def blower_failure(station: st.Station, start: FloatArray, year: Year, limits: Limits) -> Answer:
    """Answer what the loss of the largest blower for two days does, at the station's heaviest load."""
    aerated = [u for u in station.line if not isinstance(u, st.SettlingTank) and u.aeration is not None]
    if not aerated:
        return Answer("风机故障", "Blower failure", ("the station has no blower",), None)
    unit = max(aerated, key=lambda u: u.aeration.air_max if u.aeration else 0.0)
    load = sum(series for series in year.oxygen.values())
    first = int(np.argmax(np.asarray(load)[: max(1, station.days - FAILURE_DAYS)]))
    last = min(first + FAILURE_DAYS, station.days) - 1
    what = run_station(station, Change(blower_out=((first, last, unit.name),)), start)
    # The hours that the failure, not the usual day, put above the limit.
    window = slice(first * 24, (last + 16) * 24)
    limit = np.repeat(limits["NH3-N"], 24)[window]
    over = np.flatnonzero((what.hourly["NH3-N"][window] > limit) & (year.hourly["NH3-N"][window] <= limit))
    recovery = "at no hour" if over.size == 0 else f"until {(over[-1] + 1) / 24:.1f} days after it began"
    lines = (
        f"{unit.name} without air on days {first} to {last}",
        f"NH3-N above its limit through the failure: {recovery}",
        *_compare(year, what, limits, first, last + 15),
    )
    return Answer("风机故障", "Blower failure", lines, what)


def _compare(usual: Year, what: Year, limits: Limits, first: int, last: int) -> list[str]:
    lines = []
    inside = slice(first, last + 1)
    for name in ("COD", "NH3-N", "TN", "TP"):
        before, after = usual.effluent[name][inside], what.effluent[name][inside]
        over = int((after > limits[name][inside]).sum())
        lines.append(
            f"{name}: worst day {before.max():.2f} -> {after.max():.2f} mg/L, {over} day(s) over the limit "
            f"(before: {int((before > limits[name][inside]).sum())})"
        )
    return lines


def least_air_and_dose(station: st.Station, start: FloatArray, year: Year, limits: Limits) -> Answer:
    """Find the oxygen set points and doses that cost least and keep every limit, with a margin, on every day.

    Nelder-Mead over one factor on the set points of all aerated tanks and one on all doses; a try whose worst day lies
    above `MARGIN` of a limit is dearer than all that keep them (Deb, Comput. Methods Appl. Mech. Eng. 186 (2000) 311).
    Each try is a run of the whole period; the cheapest of those that keep every limit is the answer, and where none
    does, that is said. Cost: electricity and metal, by typical prices (working values).
    """
    aerated = [u for u in station.line if not isinstance(u, st.SettlingTank) and u.aeration is not None]
    usual = max((u.aeration.oxygen for u in aerated if u.aeration), default=2.0)
    names = [name for name in limits if name in year.effluent]
    tried: dict[tuple[float, float], Setting] = {}
    kept: list[Setting] = []

    def run(x: FloatArray) -> Setting:
        share = round(float(np.clip(x[0], *SET_POINTS)), 3), round(float(np.clip(x[1], *DOSES)), 3)
        if share not in tried:
            points = {u.name: share[0] * u.aeration.oxygen for u in aerated if u.aeration}
            what = run_station(station, Change(oxygen=points, dose_factor=share[1]), start)
            worst = {name: float((what.effluent[name] / limits[name]).max()) for name in names}
            setting = Setting(*share, KWH * _energy(what) + KG * _dose(what), worst, None)
            if max(worst.values()) <= MARGIN and all(setting.cost < other.cost for other in kept):
                kept[:] = [replace(setting, year=what)]
            tried[share] = setting
        return tried[share]

    def price(x: FloatArray) -> float:
        setting = run(x)
        excess = max(setting.worst.values()) - MARGIN
        # What breaks a limit is worse than anything that keeps them, the more so the further it is (Deb 2000).
        return setting.cost if excess <= 0.0 else BEYOND * (1.0 + excess)

    minimize(
        price, np.array([1.0, 1.0]), method="Nelder-Mead", bounds=[SET_POINTS, DOSES],
        options={"initial_simplex": np.array([[1.0, 1.0], [0.75, 1.0], [1.0, 0.88]]), "maxfev": RUNS, "xatol": 0.02,
                 "fatol": 0.2},
    )  # fmt: skip
    count = f"{len(tried)} runs of the whole period"
    if not kept:
        near = min(tried.values(), key=lambda setting: max(setting.worst.values()))
        tight = max(near.worst, key=lambda name: near.worst[name])
        said = (
            f"none of {count} kept every limit with {100 * (1 - MARGIN):.0f} % in hand",
            f"nearest: oxygen set points x {near.oxygen:.2f}, doses x {near.dose:.2f}: {tight} at "
            f"{100 * near.worst[tight]:.0f} % of its limit on the worst day",
        )
        return Answer("最省曝气与加药", "Least air and dose", said, None)
    best = kept[0]
    assert best.year is not None
    tight = max(best.worst, key=lambda name: best.worst[name])
    lines = (
        f"oxygen set points x {best.oxygen:.2f} (largest was {usual:g} mg/L), doses x {best.dose:.2f}, after {count}",
        f"energy {_energy(year):.1f} -> {_energy(best.year):.1f} kWh/d, "
        f"chemicals {_dose(year):.2f} -> {_dose(best.year):.2f} kg/d",
        f"keeps every limit on every day; tightest: {tight} at {100 * best.worst[tight]:.0f} % of its limit on its "
        "worst day",
    )
    return Answer("最省曝气与加药", "Least air and dose", lines, best.year)


KWH, KG = 0.7, 12.0  # CNY per kWh and per kg of metal in PAC: working values
SET_POINTS, DOSES = (0.2, 2.0), (0.0, 3.0)  # factors tried
RUNS = 30
BEYOND = 1e6  # CNY/d: dearer than any station


@dataclass(frozen=True)
class Setting:
    """A try: factors on set points and doses, cost [CNY/d], each limit's worst day as a share; the run if best."""

    oxygen: float
    dose: float
    cost: float
    worst: Mapping[str, float]
    year: Year | None


def _energy(year: Year) -> float:
    return sum(float(series.mean()) for series in year.energy.values())


def _dose(year: Year) -> float:
    return sum(float(series.mean()) for series in year.chemicals.values())


__all__ = [
    "Answer", "Bands", "blower_failure", "cold_spell", "holiday_peak", "least_air_and_dose", "uncertainty",
]  # fmt: skip
