"""Soil of a plot: one sample a year, as a laboratory reports it.

Medians are of the order of the background of East China's farmland (China's soil background survey of 1990 gives such
figures); a plot has its own level, and a year's sample scatters round it. Working values, not measurements.
"""

import numpy as np
from numpy.typing import NDArray

from clearbay.fleet.sources.by_minute import MinuteSource
from clearbay.fleet.sources.noise import normal
from clearbay.fleet.sources.readings import Flags, Floats

_MEDIANS = {
    "s01001": 6.6,  # pH
    "s20115": 0.15, "s20111": 0.09, "s20119": 8.4, "s20120": 27.0, "s20116": 67.0, "s20122": 27.0, "s20121": 30.0,
    "s20123": 82.0,
}  # fmt: skip
CODES = tuple(_MEDIANS)
"""pH; Cd, Hg, As, Pb, Cr, Cu, Ni, Zn [mg/kg]."""
_YEAR_S = 31_556_952
_PLOT_SD, _YEAR_SD = 0.22, 0.05


class Soil(MinuteSource):
    """Soil of one plot; `level` scales its metals."""

    def __init__(self, seed: int, *, level: float = 1.0) -> None:
        super().__init__(CODES, seed, np.zeros(len(CODES)), water=True)
        self._level = level

    def hour(self, seconds: NDArray[np.int64]) -> tuple[Floats, Flags | None]:
        """The year's sample, whatever the hour."""
        streams = np.arange(len(CODES))
        plot = normal(self.seed, streams, np.array([-1]))
        year = normal(self.seed, streams, np.array([int(seconds[0]) // _YEAR_S]))
        values = np.array(list(_MEDIANS.values()))[:, None] * np.exp(_PLOT_SD * plot + _YEAR_SD * year)
        values[1:] *= self._level
        values[0] = _MEDIANS["s01001"] + 0.7 * plot[0] + 0.05 * year[0]
        return np.repeat(values, 60, axis=1), None
