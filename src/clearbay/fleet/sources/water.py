"""A river section and a lake: water quality with season, day, rain and blooms.

The levels are working values for a lowland river of class III and a mildly eutrophic lake of East China (GB 3838-2002
names the classes); they are not measurements of any place. Dissolved oxygen is saturation (Benson and Krause 1984, as
the polynomial of APHA 4500-O) times a share.
"""

import math

import numpy as np
from numpy.typing import NDArray

from clearbay.fleet.sources.air import BEIJING_S, DAY_S, YEAR_S
from clearbay.fleet.sources.by_minute import MinuteSource
from clearbay.fleet.sources.noise import normal, smooth, streams_of
from clearbay.fleet.sources.readings import Flags, Floats

RIVER_CODES = ("w01010", "w01001", "w01009", "w01014", "w01003", "w01019", "w21003", "w21011", "w21001")
"""Temperature, pH, DO, conductivity, turbidity, CODMn, NH3-N, TP, TN."""
LAKE_CODES = (*RIVER_CODES, "w01016", "w01004")
"""A lake adds chlorophyll a [ug/L] and Secchi depth [m]."""
ANALYSIS_S = 4 * 3600  # a station's wet-chemical analysers run every four hours
_ANALYSED = slice(5, 9)
ANALYSED_CODES = RIVER_CODES[_ANALYSED]
RAIN_S = 1.6 * DAY_S
_SPREAD = np.array([0.002, 0.002, 0.01, 0.003, 0.06, 0.0, 0.0, 0.0, 0.0])


def saturation(celsius: Floats) -> Floats:
    """Dissolved oxygen at saturation in fresh water at 101.325 kPa [mg/L] (APHA 4500-O, Benson and Krause 1984)."""
    t = celsius + 273.15
    return np.exp(-139.34411 + 1.575701e5 / t - 6.642308e7 / t**2 + 1.243800e10 / t**3 - 8.621949e11 / t**4)


class Water(MinuteSource):
    """A river section, or a lake where `lake` is true; `region` is the seed of the rain it shares."""

    def __init__(self, seed: int, *, region: int | None = None, lake: bool = False, level: float = 1.0) -> None:
        codes, spread = (LAKE_CODES, np.append(_SPREAD, [0.05, 0.02])) if lake else (RIVER_CODES, _SPREAD)
        super().__init__(codes, seed, spread, water=True)
        self._region = seed if region is None else region
        self._lake = lake
        self._level = level

    def hour(self, seconds: NDArray[np.int64]) -> tuple[Floats, Flags | None]:
        """Minute means of one hour; what an analyser measures holds for its four hours."""
        now = self._state(seconds)
        held = self._state(seconds[:1] // ANALYSIS_S * ANALYSIS_S)
        now[_ANALYSED] = held[_ANALYSED]
        return now, None

    def _state(self, seconds: NDArray[np.int64]) -> Floats:
        local = seconds + BEIJING_S
        of_day = (local % DAY_S) / 3600.0
        # water lags the air by some weeks: coldest about 1 February, 12 days after the air
        winter = np.cos(2.0 * math.pi * (local / YEAR_S - 31.0 / 365.0))
        bright = np.cos(2.0 * math.pi * (of_day - 15.5) / 24.0)
        rain = np.maximum(0.0, smooth(self._region, streams_of(5), seconds, RAIN_S)[0] - 0.9)
        slow = smooth(self.seed, np.arange(30, 38), seconds, 5.0 * DAY_S)
        quick = normal(self.seed, np.arange(40, 51), seconds)
        warm = 18.0 - 10.5 * winter + 1.2 * slow[0]
        level = self._level
        if self._lake:
            bloom = np.exp(0.75 * slow[1] - 0.28) * (1.0 - 0.62 * winter)
            celsius = warm + 0.5 + 0.9 * bright
            chlorophyll = 17.0 * level * bloom
            share = 0.97 + 0.006 * chlorophyll * bright - 0.03 * rain
            ph = 8.0 + 0.010 * chlorophyll * (1.0 + 0.5 * bright)
            turbidity = 9.0 + 0.25 * chlorophyll + 18.0 * rain
            chemistry = [
                4.2 + 0.035 * chlorophyll + 0.4 * slow[2],
                0.16 * np.exp(0.35 * slow[3] + 0.3 * winter),
                0.042 * level * np.exp(0.22 * slow[4]) + 0.0008 * chlorophyll,
                0.95 * level * np.exp(0.18 * slow[5] + 0.25 * winter),
            ]
            clear = np.clip(1.35 * np.exp(-0.022 * chlorophyll - 0.03 * turbidity), 0.15, 4.0)
        else:
            celsius = warm + 0.4 * bright - 0.8 * rain
            share = 0.86 + 0.05 * bright - 0.10 * rain + 0.03 * slow[1] + 0.03 * winter
            ph = 7.55 + 0.10 * bright + 0.12 * slow[2] - 0.10 * rain
            turbidity = 22.0 * np.exp(0.25 * slow[3]) + 90.0 * rain
            chemistry = [
                3.6 * level + 1.1 * rain + 0.35 * slow[4],
                0.42 * level * np.exp(0.30 * slow[5] + 0.38 * winter) * (1.0 + 0.35 * rain),
                0.115 * level * np.exp(0.20 * slow[6]) * (1.0 + 0.55 * rain),
                2.4 * level * np.exp(0.14 * slow[7] + 0.16 * winter),
            ]
        oxygen = saturation(celsius) * np.clip(share, 0.2, 1.8)
        conductivity = 430.0 * (1.0 + 0.06 * slow[2]) / (1.0 + 0.3 * rain)
        rows = [celsius, ph, oxygen, conductivity, turbidity, *chemistry]
        if self._lake:
            rows += [chlorophyll, clear]
        values = np.stack(rows)
        noise = np.array([0.002, 0.002, 0.006, 0.003, 0.04, 0.03, 0.04, 0.04, 0.03, 0.05, 0.02])[: len(values)]
        floor = np.array([0.2, 5.0, 0.2, 50.0, 0.5, 0.5, 0.025, 0.01, 0.05, 0.3, 0.1])[: len(values), None]
        return np.asarray(np.maximum(values * (1.0 + noise[:, None] * quick[: len(values)]), floor))
