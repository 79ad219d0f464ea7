"""What an operator asks: what if it gets cold, people come home, a blower fails; how little air and dose
will do."""

from collections.abc import Mapping
from dataclasses import dataclass

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
# Margin to every limit that an optimum must keep on its worst day.
MARGIN = 0.9


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
    """Find the oxygen set points and dose that cost least and keep every limit, with a margin, on every day.

    Nelder-Mead over (one factor on the set points of all aerated tanks, one on the doses), each try a run of the
    whole period. Cost: blower electricity and metal, by typical prices (working values).
    """
    aerated = [u for u in station.line if not isinstance(u, st.SettlingTank) and u.aeration is not None]
    usual = max((u.aeration.oxygen for u in aerated if u.aeration), default=2.0)

    def change(x: FloatArray) -> Change:
        share = float(np.clip(x[0], 0.2, 2.0))
        points = {u.name: share * u.aeration.oxygen for u in aerated if u.aeration}
        return Change(oxygen=points, dose_factor=float(np.clip(x[1], 0.0, 3.0)))

    tried: dict[tuple[float, float], float] = {}

    def price(x: FloatArray) -> float:
        key = (round(float(x[0]), 3), round(float(x[1]), 3))
        if key not in tried:
            tried[key] = _price(run_station(station, change(x), start), limits)
        return tried[key]

    found = minimize(
        price, np.array([1.0, 1.0]), method="Nelder-Mead", bounds=[(0.2, 2.0), (0.0, 3.0)],
        options={"initial_simplex": np.array([[1.0, 1.0], [0.7, 1.0], [1.0, 0.8]]), "maxfev": 30,
        "xatol": 0.02,
                 "fatol": 0.2},
    )  # fmt: skip
    best = run_station(station, change(found.x), start)
    worst = {n: float((best.effluent[n] / limits[n]).max()) for n in limits if n in best.effluent}
    tight = max(worst, key=lambda n: worst[n])
    before, after = _energy(year), _energy(best)
    lines = (
        f"oxygen set points x {float(np.clip(found.x[0], 0.2, 2.0)):.2f} (largest was {usual:g} mg/L), "
        f"doses x {float(np.clip(found.x[1], 0.0, 3.0)):.2f}, after {len(tried)} runs of the whole period",
        f"energy {before:.1f} -> {after:.1f} kWh/d, chemicals {_dose(year):.2f} -> {_dose(best):.2f} kg/d",
        f"tightest: {tight} at {100 * worst[tight]:.0f} % of its limit on the worst day"
        + ("" if worst[tight] <= 1.0 else " (no setting within the bounds keeps it on every day)"),
    )
    return Answer("最省曝气与加药", "Least air and dose", lines, best)


KWH, KG = 0.7, 12.0  # CNY per kWh and per kg of metal in PAC: working values
PENALTY = 200.0  # CNY/d per unit of worst relative excess: outweighs any saving


def _price(year: Year, limits: Limits) -> float:
    excess = sum(
        float(np.maximum(year.effluent[n] / limits[n] - MARGIN, 0.0).mean() * 50.0)
        + max(0.0, float((year.effluent[n] / limits[n]).max()) - 1.0)
        for n in limits
    )
    return KWH * _energy(year) + KG * _dose(year) + PENALTY * excess


def _energy(year: Year) -> float:
    return sum(float(series.mean()) for series in year.energy.values())


def _dose(year: Year) -> float:
    return sum(float(series.mean()) for series in year.chemicals.values())


__all__ = [
    "Answer", "Bands", "blower_failure", "cold_spell", "holiday_peak", "least_air_and_dose", "uncertainty",
]  # fmt: skip
