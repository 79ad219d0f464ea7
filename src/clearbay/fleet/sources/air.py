"""Ambient air of a station: pollutants and weather with day, season, spells of still air, and ties between them.

The levels are working values for a suburban station of East China in the 2020s, chosen so that a year's statistics
look like those cities publish (PM2.5 near 30, MDA8 ozone above 160 on some days of early summer); they are not
measurements of any place. Stations of one region share its weather and its spells.
"""

import math

import numpy as np
from numpy.typing import NDArray

from clearbay.fleet.sources.by_minute import MinuteSource
from clearbay.fleet.sources.noise import normal, smooth, streams_of
from clearbay.fleet.sources.readings import Flags, Floats

CODES = (
    "a34004", "a34002", "a21026", "a21004", "a21005", "a05024",
    "a01001", "a01002", "a01006", "a01007", "a01008",
)  # fmt: skip
"""PM2.5, PM10, SO2, NO2, O3 [ug/m3], CO [mg/m3]; temperature [degC], humidity [%], pressure [kPa], wind [m/s, deg]."""

BEIJING_S = 8 * 3600
DAY_S, YEAR_S = 86400, 365.2425 * 86400
SPELL_S = 2.5 * DAY_S  # how long still or clean air lasts
# traffic and cooking: two humps a day; boundary layer: dilution by day
_TRAFFIC = (0.85, 0.78, 0.72, 0.70, 0.74, 0.88, 1.08, 1.28, 1.32, 1.18, 1.00, 0.88,
            0.80, 0.76, 0.76, 0.82, 0.95, 1.15, 1.30, 1.36, 1.30, 1.20, 1.08, 0.95)  # fmt: skip
_SUN = (0.35, 0.32, 0.30, 0.28, 0.26, 0.24, 0.26, 0.34, 0.52, 0.78, 1.08, 1.38,
        1.62, 1.78, 1.84, 1.80, 1.66, 1.42, 1.12, 0.86, 0.68, 0.56, 0.47, 0.40)  # fmt: skip
_SPREAD = np.array([0.04, 0.05, 0.08, 0.05, 0.04, 0.02, 0.004, 0.006, 0.0002, 0.25, 0.05])


def _by_hour(table: tuple[float, ...], hour: Floats) -> Floats:
    """A table of 24 values followed on straight lines between the middles of its hours."""
    at = (hour - 0.5) % 24.0
    k = at.astype(np.int64)
    values = np.array(table)
    return np.asarray(values[k] + (at - k) * (values[(k + 1) % 24] - values[k]))


class AmbientAir(MinuteSource):
    """Air at one station; `region` is the seed of the weather it shares, `level` scales its emissions."""

    def __init__(self, seed: int, *, region: int | None = None, level: float = 1.0) -> None:
        super().__init__(CODES, seed, _SPREAD)
        self._region = seed if region is None else region
        self._level = level

    def hour(self, seconds: NDArray[np.int64]) -> tuple[Floats, Flags | None]:
        """Minute means of one hour."""
        local = seconds + BEIJING_S
        of_day = (local % DAY_S) / 3600.0
        # 1 for the depth of winter (20 January), -1 for high summer
        winter = np.cos(2.0 * math.pi * (local / YEAR_S - 19.0 / 365.0))
        spell, front, cloud = smooth(self._region, streams_of(1, 2, 3), seconds, SPELL_S)
        quick = smooth(self.seed, np.arange(10, 16), seconds, 3.0 * 3600)
        jitter = normal(self.seed, np.arange(20, 20 + len(CODES)), seconds)

        sun = _by_hour(_SUN, of_day)
        traffic = _by_hour(_TRAFFIC, of_day)
        wind = np.maximum(0.2, 2.1 * np.exp(-0.38 * spell) * (0.75 + 0.28 * sun) * np.exp(0.18 * quick[0]))
        still = np.exp(0.52 * spell - 0.135)
        pm25 = 29.0 * self._level * (1.0 + 0.42 * winter) * still * (0.9 + 0.1 * traffic) * np.exp(0.16 * quick[1])
        coarse = 20.0 * self._level * (1.0 + 0.12 * winter) * np.exp(0.22 * spell + 0.25 * quick[2]) * traffic**0.5
        so2 = 7.0 * (1.0 + 0.22 * winter) * np.exp(0.25 * spell + 0.2 * quick[3])
        no2 = 27.0 * self._level * (1.0 + 0.36 * winter) * traffic * np.exp(0.36 * spell + 0.14 * quick[4])
        co = 0.58 * (1.0 + 0.24 * winter) * (0.8 + 0.2 * traffic) * np.exp(0.3 * spell)
        summer = 1.0 - 0.46 * winter
        o3 = 55.0 * summer * sun ** (1.0 - 0.25 * winter) * np.exp(0.22 * cloud + 0.1 * quick[5]) - 0.35 * (no2 - 27.0)
        temperature = 16.8 - 11.6 * winter + 3.4 * (sun - 0.85) * (1.0 + 0.25 * cloud) + 2.6 * front
        humidity = 74.0 - 13.0 * (sun - 0.85) - 7.0 * cloud - 3.0 * winter
        pressure = 101.6 + 0.95 * winter - 0.28 * front
        # winter monsoon from the north-west, summer monsoon from the south-east
        direction = (315.0 - 90.0 * (1.0 - winter) + 40.0 * front + 12.0 * quick[0]) % 360.0

        values = np.stack([
            pm25, pm25 + coarse, so2, no2, co, np.maximum(o3, 3.0),
            temperature, humidity, pressure, wind, direction,
        ])  # fmt: skip
        values *= 1.0 + 0.5 * self._spread * jitter
        values[:6] = np.maximum(values[:6], [[2.0], [3.0], [1.0], [2.0], [0.1], [2.0]])
        values[7] = np.clip(values[7], 15.0, 100.0)
        values[10] %= 360.0
        return values, None
