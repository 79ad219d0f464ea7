"""What an operator asks: what if it gets cold, people come home, a blower fails, and how sure is all this."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT
from clearbay.twins.activated_sludge.composite import MEASURED
from clearbay.twins.activated_sludge.table import FloatArray
from clearbay.twins.activated_sludge.works import Change
from clearbay.twins.activated_sludge.year import Year, run_many, run_station

COLD_DAYS, COLD_FALL = 10, 5.0  # a cold wave: ten days, sewage 5 K colder
PEAK_DAYS, PEAK = 8, 1.6
FAILURE_DAYS = 2
AFTER = 15  # days after what happens that are looked at, too


@dataclass(frozen=True)
class Said:
    """A sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Effect:
    """One parameter while it lasts and AFTER days more: worst day [mg/L] and days over the limit, usually and then."""

    parameter: str
    worst_before: float
    worst: float
    over_before: int
    over: int


@dataclass(frozen=True)
class Answer:
    """An answer in words, what it does to the effluent, and the run behind it."""

    title: Said
    lines: tuple[Said, ...]
    effects: tuple[Effect, ...]
    year: Year | None


@dataclass(frozen=True)
class Bands:
    """Daily effluent of an ensemble: 5, 50 and 95 % of the members, (days,) [g/m3].

    days_over: days on which a member is over any limit, (members,); no limits, none over.
    """

    members: int
    low: dict[str, FloatArray]
    middle: dict[str, FloatArray]
    high: dict[str, FloatArray]
    days_over: tuple[int, ...]


Limits = Mapping[str, FloatArray]


def uncertainty(
    station: st.Station, start: FloatArray, limits: Limits | None = None, members: int = 16, seed: int = 1
) -> Bands:
    """Run an ensemble in which kinetics and loads are not known exactly.

    Growth, decay, hydrolysis and precipitation rates are log-normal with 15 %, half-saturation with 25 %,
    loads with 10 % standard deviation (working values). The same seed gives the same bands.
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
    over = tuple(
        int(np.any([year.effluent[name] > limit for name, limit in (limits or {}).items()], axis=0).sum())
        for year in years
    )
    return Bands(
        members,
        low={name: q[0] for name, q in quantiles.items()},
        middle={name: q[1] for name, q in quantiles.items()},
        high={name: q[2] for name, q in quantiles.items()},
        days_over=over,
    )


def cold_spell(station: st.Station, start: FloatArray, year: Year, limits: Limits) -> Answer:
    """Answer what a cold spell at the coldest time does."""
    first = int(np.argmin(year.temperature[: max(1, station.days - COLD_DAYS)]))
    last = min(first + COLD_DAYS, station.days) - 1
    what = run_station(station, Change(colder=((first, last, COLD_FALL),)), start)
    span, lowest = _span(station, first, last), what.temperature[first : last + 1].min()
    line = Said(
        f"{span.zh}水温低 {COLD_FALL:g} °C，最低 {lowest:.1f} °C",
        f"{span.en}: water {COLD_FALL:g} °C colder, down to {lowest:.1f} °C",
    )
    return Answer(Said("寒潮", "Cold spell"), (line,), _effects(year, what, limits, first, last), what)


def holiday_peak(station: st.Station, start: FloatArray, year: Year, limits: Limits) -> Answer:
    """Answer what a holiday with many more people does, at the coldest time."""
    first = int(np.argmin(year.temperature[: max(1, station.days - PEAK_DAYS)]))
    last = min(first + PEAK_DAYS, station.days) - 1
    what = run_station(station, Change(crowd=((first, last, PEAK),)), start)
    span, most = _span(station, first, last), what.flow[first : last + 1].max()
    line = Said(
        f"{span.zh}人数为平时的 {PEAK:g} 倍，水量最高 {most:.0f} m³/d",
        f"{span.en}: {PEAK:g} times the people, flow up to {most:.0f} m³/d",
    )
    return Answer(Said("节假日高峰", "Holiday peak"), (line,), _effects(year, what, limits, first, last), what)


def blower_failure(station: st.Station, start: FloatArray, year: Year, limits: Limits) -> Answer:
    """Answer what the loss of the largest blower for two days does, at the station's heaviest load."""
    title = Said("风机故障", "Blower failure")
    aerated = [u for u in station.line if not isinstance(u, st.SettlingTank) and u.aeration is not None]
    if not aerated:
        return Answer(title, (Said("本站没有风机", "the station has no blower"),), (), None)
    unit = max(aerated, key=lambda u: u.aeration.air_max if u.aeration else 0.0)
    load = sum(series for series in year.oxygen.values())
    first = int(np.argmax(np.asarray(load)[: max(1, station.days - FAILURE_DAYS)]))
    last = min(first + FAILURE_DAYS, station.days) - 1
    what = run_station(station, Change(blower_out=((first, last, unit.name),)), start)
    # The hours that the failure, not the usual day, put above the limit.
    window = slice(first * 24, (last + AFTER + 1) * 24)
    limit = np.repeat(limits["NH3-N"], 24)[window]
    over = np.flatnonzero((what.hourly["NH3-N"][window] > limit) & (year.hourly["NH3-N"][window] <= limit))
    span, label = _span(station, first, last), unit.label or st.Name(zh=unit.name, en=unit.name)
    lines = [Said(f"{span.zh}{label.zh}停止曝气", f"{span.en}: no air in {label.en}")]
    if over.size == 0:
        lines.append(Said("氨氮没有因此超过限值的小时", "no hour of NH3-N above its limit through it"))
    else:
        days = (over[-1] + 1) / 24
        lines.append(
            Said(
                f"氨氮因此超过限值，直到故障开始后 {days:.1f} 天",
                f"NH3-N above its limit through it until {days:.1f} days after it began",
            )
        )
    return Answer(title, tuple(lines), _effects(year, what, limits, first, last), what)


def _span(station: st.Station, first: int, last: int) -> Said:
    """Days of a run as dates; the Chinese ends with a colon, since a Chinese sentence goes on after it."""
    begin, end = (station.start + dt.timedelta(days=day) for day in (first, last))
    return Said(f"{begin} 至 {end}：", f"{begin} to {end}")


def _effects(usual: Year, what: Year, limits: Limits, first: int, last: int) -> tuple[Effect, ...]:
    inside = slice(first, last + AFTER + 1)
    effects = []
    for name in ("COD", "NH3-N", "TN", "TP"):
        before, after, limit = usual.effluent[name][inside], what.effluent[name][inside], limits[name][inside]
        over = int((before > limit).sum()), int((after > limit).sum())
        effects.append(Effect(name, float(before.max()), float(after.max()), *over))
    return tuple(effects)


__all__ = [
    "Answer", "Bands", "Effect", "Limits", "Said", "blower_failure", "cold_spell", "holiday_peak", "uncertainty",
]  # fmt: skip
