"""How little air and dose keep every limit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.questions import Answer, Limits, Said
from clearbay.twins.activated_sludge.table import FloatArray
from clearbay.twins.activated_sludge.works import Change
from clearbay.twins.activated_sludge.year import Year, run_station

MARGIN = 0.95  # part of every limit that an optimum may reach on its worst day
KWH, KG = 0.7, 12.0  # CNY per kWh and per kg of active substance: working values
AIR, DOSES = (0.2, 2.0), (0.0, 3.0)  # factors tried
RUNS = 30
BEYOND = 1e6  # CNY/d: dearer than any station
TITLE = Said("最省曝气与加药", "Least air and dose")


@dataclass(frozen=True)
class Setting:
    """A try: factors on air and doses, cost [CNY/d], each limit's worst day as a share; the run if best."""

    air: float
    dose: float
    cost: float
    worst: Mapping[str, float]
    year: Year | None


@dataclass(frozen=True)
class Knobs:
    """What of a station can be turned: tanks held at a set point of oxygen, tanks blown as given, products dosed."""

    held: tuple[st.Unit, ...]
    blown: tuple[st.Unit, ...]
    dosed: bool

    def change(self, air: float, dose: float) -> Change:
        """Return the change that these factors are."""
        points = {u.name: air * _aeration(u).oxygen for u in self.held}
        return Change(oxygen=points, air_factor=air if self.blown else 1.0, dose_factor=dose)


def knobs_of(station: st.Station) -> Knobs:
    """Return what of a station can be turned."""
    basins = [u for u in station.line if not isinstance(u, st.SettlingTank)]
    aerated = [u for u in basins if u.aeration is not None]
    return Knobs(
        held=tuple(u for u in aerated if _aeration(u).air is None),
        blown=tuple(u for u in aerated if _aeration(u).air is not None),
        dosed=any(d.dose > 0.0 for u in basins for d in u.dosing),
    )


def least_air_and_dose(station: st.Station, start: FloatArray, year: Year, limits: Limits) -> Answer:
    """Find the air and the doses that cost least and keep every limit, with a margin, on every day.

    Nelder-Mead over one factor on the aeration of all tanks (on set points of oxygen, and on air that is given) and one
    on all doses; a try whose worst day lies above `MARGIN` of a limit is dearer than all that keep them (Deb, Comput.
    Methods Appl. Mech. Eng. 186 (2000) 311). Each try is a run of the whole period; the cheapest of those that keep
    every limit is the answer, and where none does, that is said. Cost: electricity and chemicals, by typical prices
    (working values).
    """
    knobs = knobs_of(station)
    names = [name for name in limits if name in year.effluent]
    turned = [bounds for bounds, there in ((AIR, knobs.held or knobs.blown), (DOSES, knobs.dosed)) if there]
    if not turned:
        nothing = Said("本站既不曝气也不加药，没有可以节省的", "the station neither aerates nor doses: nothing to save")
        return Answer(TITLE, (nothing,), (), None)
    tried: dict[tuple[float, float], Setting] = {}
    kept: list[Setting] = []

    def run(x: FloatArray) -> Setting:
        found = [round(float(np.clip(v, *bounds)), 3) for v, bounds in zip(x, turned, strict=True)]
        air = found[0] if turned[0] is AIR else 1.0
        dose = found[-1] if turned[-1] is DOSES else 1.0
        if (air, dose) not in tried:
            what = run_station(station, knobs.change(air, dose), start)
            worst = {name: float((what.effluent[name] / limits[name]).max()) for name in names}
            setting = Setting(air, dose, KWH * energy(what) + KG * chemicals(what), worst, None)
            if max(worst.values()) <= MARGIN and all(setting.cost < other.cost for other in kept):
                kept[:] = [replace(setting, year=what)]
            tried[air, dose] = setting
        return tried[air, dose]

    def price(x: FloatArray) -> float:
        setting = run(x)
        excess = max(setting.worst.values()) - MARGIN
        # What breaks a limit is worse than anything that keeps them, the more so the further it is (Deb 2000).
        return setting.cost if excess <= 0.0 else BEYOND * (1.0 + excess)

    first = np.ones(len(turned))
    steps = [0.25 if bounds is AIR else 0.12 for bounds in turned]
    simplex = np.vstack([first, first - np.diag(steps)])
    minimize(
        price, first, method="Nelder-Mead", bounds=turned,
        options={"initial_simplex": simplex, "maxfev": RUNS, "xatol": 0.02, "fatol": 0.2},
    )  # fmt: skip
    if not kept:
        near = min(tried.values(), key=lambda setting: max(setting.worst.values()))
        return Answer(TITLE, _none_kept(knobs, near, len(tried)), (), None)
    return Answer(TITLE, _saved(knobs, kept[0], year, len(tried)), (), kept[0].year)


def energy(year: Year) -> float:
    """Return the mean electricity of a run [kWh/d]."""
    return sum(float(series.mean()) for series in year.energy.values())


def chemicals(year: Year) -> float:
    """Return the mean of what a run doses [kg/d of active substance]."""
    return sum(float(series.mean()) for series in year.chemicals.values())


def _aeration(unit: st.Unit) -> st.Aeration:
    assert not isinstance(unit, st.SettlingTank)
    assert unit.aeration is not None
    return unit.aeration


def _turned(knobs: Knobs, setting: Setting) -> Said:
    zh, en = [], []
    if knobs.held:
        usual = max(_aeration(u).oxygen for u in knobs.held)
        zh.append(f"溶解氧设定值 × {setting.air:.2f}（原最高 {usual:g} mg/L）")
        en.append(f"oxygen set points × {setting.air:.2f} (highest was {usual:g} mg/L)")
    if knobs.blown:
        zh.append(f"给定风量 × {setting.air:.2f}")
        en.append(f"given air × {setting.air:.2f}")
    if knobs.dosed:
        zh.append(f"加药量 × {setting.dose:.2f}")
        en.append(f"doses × {setting.dose:.2f}")
    return Said("，".join(zh), ", ".join(en))


def _none_kept(knobs: Knobs, near: Setting, count: int) -> tuple[Said, ...]:
    tight = max(near.worst, key=lambda name: near.worst[name])
    spare, share, turned = 100 * (1 - MARGIN), 100 * near.worst[tight], _turned(knobs, near)
    return (
        Said(
            f"整个时段试算 {count} 次，没有一次能使全部指标都留有 {spare:.0f} % 余量",
            f"none of {count} runs of the whole period kept every limit with {spare:.0f} % in hand",
        ),
        Said(
            f"最接近的：{turned.zh}；最差日 {tight} 为限值的 {share:.0f} %",
            f"nearest: {turned.en}: {tight} at {share:.0f} % of its limit on its worst day",
        ),
    )


def _saved(knobs: Knobs, best: Setting, year: Year, count: int) -> tuple[Said, ...]:
    assert best.year is not None
    tight = max(best.worst, key=lambda name: best.worst[name])
    share, turned = 100 * best.worst[tight], _turned(knobs, best)
    use = f"{energy(year):.1f} → {energy(best.year):.1f} kWh/d"
    lines = [
        Said(f"{turned.zh}（整个时段试算 {count} 次）", f"{turned.en}, after {count} runs of the whole period"),
        Said(f"电 {use}", f"energy {use}"),
    ]
    if knobs.dosed:
        metal = f"{chemicals(year):.2f} → {chemicals(best.year):.2f} kg/d"
        lines.append(Said(f"药（有效成分） {metal}", f"chemicals {metal} of active substance"))
    lines.append(
        Said(
            f"每天全部指标达标；最紧的是 {tight}，最差日为限值的 {share:.0f} %",
            f"every limit kept on every day; tightest: {tight}, {share:.0f} % of its limit on its worst day",
        )
    )
    return tuple(lines)


__all__ = ["chemicals", "energy", "knobs_of", "least_air_and_dose"]
