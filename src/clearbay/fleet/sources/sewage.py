"""A sewage station, as its logger sees it: the activated-sludge twin run ten days at a time, ahead of need."""

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from clearbay.fleet.errors import FleetError
from clearbay.fleet.sources.by_minute import MinuteSource
from clearbay.fleet.sources.noise import normal, smooth, streams_of
from clearbay.fleet.sources.readings import Flags, Floats
from clearbay.twins.activated_sludge.station import Station
from clearbay.twins.activated_sludge.works import EFFLUENT
from clearbay.twins.activated_sludge.year import run_station, settled

CODES = ("w01018", "w21003", "w21001", "w21011", "w01012", "w01001", "w01010", "w00000")
"""COD, NH3-N, TN, TP, SS [mg/L], pH, temperature [degC], flow [L/s]."""
_MEASURED = ("COD", "NH3-N", "TN", "TP", "SS")
CHUNK_DAYS = 10
KEPT_CHUNKS = 4
DAY_S = 86400
_ANALYSER_SD = np.array([0.04, 0.05, 0.03, 0.05, 0.08])[:, None]
_LEAST = np.array([4.0, 0.025, 0.1, 0.02, 1.0])[:, None]  # what the analysers can still show [mg/L]
_SPREAD = np.array([0.0, 0.0, 0.0, 0.0, 0.02, 0.003, 0.002, 0.06])


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Hourly values of the effluent (5, hours), flow [L/s] and temperature [degC] by hour (hours)."""

    quality: Floats
    flow: Floats
    temperature: Floats


class SewageStation(MinuteSource):
    """The effluent of a station from `epoch` on, a local midnight. Analysers give one result an hour."""

    def __init__(self, station: Station, epoch: datetime, *, seed: int | None = None) -> None:
        super().__init__(CODES, station.rain.seed if seed is None else seed, _SPREAD, water=True)
        self._station = station
        self._first = epoch.date()
        self._epoch_s = int(epoch.timestamp()) // 3600 * 3600
        self._lock = threading.Lock()
        self._starts: list[Floats] = []
        self._chunks: OrderedDict[int, _Chunk] = OrderedDict()

    def prepare(self, until: datetime) -> None:
        """Run the twin up to an instant; about 0.02 s a day once compiled, and some seconds to settle it."""
        last = (int(until.timestamp()) - self._epoch_s) // (DAY_S * CHUNK_DAYS)
        for number in range(len(self._starts) - 1, last + 1):
            if number >= 0:
                self._chunk(number)

    def _chunk(self, number: int) -> _Chunk:
        if number < 0:
            raise FleetError("the station begins at its epoch; earlier data were asked for")
        with self._lock:
            if not self._starts:
                self._starts.append(settled(self._part(0)))
            found = self._chunks.get(number)
            if found is not None:
                return found
            for one in range(min(number, len(self._starts) - 1), number + 1):
                found = self._run(one)
            assert found is not None
            return found

    def _part(self, number: int) -> Station:
        station = self._station
        # The sums of rain belong to a climate; which days are wet is drawn anew for each stretch.
        rain = station.rain.model_copy(update={"seed": self.seed + 7919 * number})
        first = self._first + dt.timedelta(days=CHUNK_DAYS * number)
        return station.model_copy(update={"start": first, "days": CHUNK_DAYS, "rain": rain})

    def _run(self, number: int) -> _Chunk:
        year = run_station(self._part(number), start=self._starts[number])
        if len(self._starts) == number + 1:
            self._starts.append(np.asarray(year.run.states[-1], dtype=float))
        plant = year.works.plant
        outlet = plant.flowsheet.outlets.index(EFFLUENT) * (len(plant.flowsheet.model.states) + 1)
        flow = year.run.means[1:, outlet + len(plant.flowsheet.model.states)] / 86.4
        chunk = _Chunk(
            np.stack([year.hourly[name] for name in _MEASURED]), np.maximum(flow, 0.0), np.repeat(year.temperature, 24)
        )
        self._chunks[number] = chunk
        while len(self._chunks) > KEPT_CHUNKS:
            self._chunks.popitem(last=False)
        return chunk

    def hour(self, seconds: NDArray[np.int64]) -> tuple[Floats, Flags | None]:
        """Minute values of one hour: one result of each analyser, and what probes measure all the time."""
        since = (int(seconds[0]) - self._epoch_s) // 3600
        chunk = self._chunk(since // (24 * CHUNK_DAYS))
        at = since % (24 * CHUNK_DAYS)
        noise = normal(self.seed, np.arange(5), seconds[:1])
        analysed = np.maximum(chunk.quality[:, at : at + 1] * (1.0 + _ANALYSER_SD * noise), _LEAST)
        slow = smooth(self.seed, streams_of(10, 11), seconds, 6.0 * 3600)
        ph = 7.15 + 0.12 * slow[0]
        # a filter and a pump let the flow come unevenly within its hour
        flow = chunk.flow[at] * np.maximum(0.0, 1.0 + 0.15 * normal(self.seed, streams_of(12), seconds)[0])
        temperature = chunk.temperature[at] + 0.25 * slow[1]
        values = np.vstack([np.repeat(analysed, 60, axis=1), ph, temperature, flow])
        return values, None

    def total(self, code: str, mean: float, period_s: int) -> float | None:
        """Effluent of a period [m3]."""
        return mean * period_s / 1000.0 if code == "w00000" else None
