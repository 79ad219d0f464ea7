"""A line of a waste-to-energy plant, as its logger sees it: the dynamic twin run a day at a time, ahead of need.

Each day goes on from the state the day before ended in; the states are kept, so a day that was forgotten can be run
again and comes out the same. Stack channels, furnace probes, process values and the states its operation declares.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from clearbay.fleet.errors import FleetError
from clearbay.fleet.plan import MEAN_FURNACE
from clearbay.fleet.sources.by_minute import MinuteSource
from clearbay.fleet.sources.noise import Floats, normal, smooth, streams_of
from clearbay.fleet.sources.readings import Flags, Minutes
from clearbay.twins.incineration import series
from clearbay.twins.incineration.operation import CHANNELS
from clearbay.twins.incineration.plant import Plant
from clearbay.twins.incineration.plant import solve as solve_plant
from clearbay.twins.incineration.plant_file import SeriesPlan
from clearbay.vocabulary.tags import Tag

DAY_MINUTES = 1440
KEPT_DAYS = 3
POLLUTANTS = ("a34013", "a21026", "a21002", "a21024", "a21005", "a21001")
PROBES = {
    "i33310": "furnace_upper_c", "i33311": "furnace_upper_c", "i33312": "furnace_upper_c",
    "i33320": "furnace_middle_c", "i33321": "furnace_middle_c", "i33322": "furnace_middle_c",
    "i33330": "furnace_lower_c", "i33331": "furnace_lower_c",
}  # fmt: skip
"""Furnace probes (HJ 212-2017 Table B.10) and the section of the twin that each measures."""
PROCESS = {"p51001": "steam_t_h", "p51002": "steam_c", "p51003": "feed_t_h"}
GROSS, NET, LOAD = "p51004", "p51005", "I33400"
BOILER_EXIT, REACTOR_EXIT, SCR = "p51006", "p51007", "p51008"
CODES = (
    *POLLUTANTS,
    "a19001",
    "a00000",
    "a01012",
    "a01013",
    "a01014",
    *PROBES,
    MEAN_FURNACE,
    *PROCESS,
    GROSS,
    NET,
    LOAD,
    BOILER_EXIT,
    REACTOR_EXIT,
    SCR,
)
_CHANNEL = {code: channel for channel, code in series.CODES.items()}
REFERENCE_O2 = 11.0  # %, GB 18485-2014
MOST_O2 = 19.0  # above it the factor is held: it would grow without bound in air (a logger's convention, ours)
_PROBE_SD_K = 7.0  # how far probes of one section stand apart
_SPREAD = {"a19001": 0.02, "a00000": 0.03, "a01012": 0.004, "a01013": 0.1, "a01014": 0.02, LOAD: 0.01}


@dataclass(frozen=True, slots=True)
class _Day:
    values: Floats
    stack: Flags
    furnace: Flags
    tags: tuple[series.Tag, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """What a line carries from one day to the next."""

    states: Floats
    controls: Floats
    actuators: Floats
    readings: Floats


class PlantLine(MinuteSource):
    """Line `number` (1, 2, ...) of a plant from `epoch` on, a midnight; hours of the plan's events count from there."""

    def __init__(
        self, plant: Plant, plan: SeriesPlan, number: int, epoch: datetime, *, seed: int | None = None
    ) -> None:
        spread = np.array([_SPREAD.get(code, 0.003 if code[0] in "iap" else 0.05) for code in CODES])
        spread[: len(POLLUTANTS)] = 0.06
        super().__init__(CODES, plan.seed if seed is None else seed, spread)
        self._plan, self._number = plan, number
        self._epoch_s = int(epoch.timestamp()) // 60 * 60
        self._lock = threading.Lock()
        self._runner = series.runner(plant, plant.loads[number - 1])
        self._states: list[_State] = []
        self._days: OrderedDict[int, _Day] = OrderedDict()
        self._found_tags: dict[int, tuple[series.Tag, ...]] = {}
        steady = solve_plant(plant)
        lines = [k for k, load in enumerate(plant.loads, 1) if load > 0]
        steam = float(steady.lines["steam"][lines.index(number)]) * 3.6
        self._steam_t_h = steam
        at = {name: float(steady.lines[name][lines.index(number)]) for name in ("reactor_exit_c", "scr_c", "stack_c")}
        self._reactor_c, self._scr_over_stack = at["reactor_exit_c"], at["scr_c"] - at["stack_c"]
        self._gross = steady.totals["gross_mw"] / steady.totals["steam_t_h"]
        self._net = steady.totals["net_mw"] / steady.totals["gross_mw"]
        offset = normal(self.seed, np.arange(len(PROBES)), streams_of(-7 - number))
        self._offsets = _PROBE_SD_K * offset

    # Days of the twin ----------------------------------------------------------------------------------------

    def prepare(self, until: datetime) -> None:
        """Run the twin up to an instant; about 0.06 s a day once compiled."""
        last = (int(until.timestamp()) - self._epoch_s) // (60 * DAY_MINUTES)
        for number in range(len(self._states), last + 1):
            self._day(number)

    def _day(self, number: int) -> _Day:
        if number < 0:
            raise FleetError(
                f"the plant's line {self._number} begins at its epoch; {-number} day(s) before it were asked"
            )
        with self._lock:
            if not self._states:
                self._settle()
            found = self._days.get(number)
            if found is not None:
                return found
            first = min(number, len(self._states) - 1)
            for one in range(first, number + 1):
                found = self._run(one)
            assert found is not None
            return found

    def _settle(self) -> None:
        minutes = series.SETTLE_MINUTES
        water, vary = self._disturbances(self._epoch_s - 60 * minutes, minutes)
        self._runner.run(minutes, np.zeros((0, 3)), water, vary)
        self._states.append(self._state())

    def _state(self) -> _State:
        r = self._runner
        return _State(r.states.copy(), r.controls.copy(), r.actuators.copy(), r.readings.copy())

    def _disturbances(self, start: int, minutes: int) -> tuple[Floats, Floats]:
        """Moisture of the feed and a factor on its combustible, every 10 s."""
        seconds = start + 10 * np.arange(6 * minutes + 1)
        plan, stream = self._plan, 100 * self._number
        wet = plan.moisture_sd * smooth(self.seed, streams_of(stream), seconds, 2.0 * series.MOISTURE_S)[0]
        rich = plan.calorific_sd * smooth(self.seed, streams_of(stream + 1), seconds, 2.0 * series.CALORIFIC_S)[0]
        return np.clip(self._runner.setup.water + wet, 0.02, 0.75), np.clip(1.0 + rich, 0.5, 1.5)

    def _run(self, number: int) -> _Day:
        r, state = self._runner, self._states[number]
        r.states[:], r.controls[:] = state.states, state.controls
        r.actuators[:], r.readings[:] = state.actuators, state.readings
        rows = series.schedule_of(self._plan.events, self._number)
        rows[:, 1:] -= 60.0 * DAY_MINUTES * number
        water, vary = self._disturbances(self._epoch_s + 60 * DAY_MINUTES * number, DAY_MINUTES)
        values = r.run(DAY_MINUTES, rows, water, vary)
        if len(self._states) == number + 1:
            self._states.append(self._state())
        seen = rows[(rows[:, 2] > 0) & (rows[:, 1] < 60 * DAY_MINUTES)]
        seen[:, 1] = np.maximum(seen[:, 1], 0.0)
        rng = np.random.default_rng([self.seed, self._number, number])
        reported = series.as_reported(values, seen, rng, {})
        day = _Day(reported.values, reported.stack_flag, reported.furnace_flag, reported.tags)
        self._days[number] = day
        self._found_tags[number] = day.tags
        while len(self._days) > KEPT_DAYS:
            self._days.popitem(last=False)
        return day

    # Minutes -------------------------------------------------------------------------------------------------

    def hour(self, seconds: NDArray[np.int64]) -> tuple[Floats, Flags | None]:
        """Minute means of one hour, with flags of stack and furnace."""
        minute = (int(seconds[0]) - self._epoch_s) // 60
        if minute % 60:
            raise FleetError("the plant's epoch does not begin an hour")
        day = self._day(minute // DAY_MINUTES)
        at = minute % DAY_MINUTES
        span = slice(at, at + 60)
        values = day.values[span]
        channel = CHANNELS.index
        jitter = normal(self.seed, np.arange(60, 60 + len(PROBES) + 3), seconds)
        rows: dict[str, Floats] = {}
        for code in (*POLLUTANTS, "a19001", "a01012", "a01014"):
            rows[code] = values[:, channel(_CHANNEL[code])]
        rows["a00000"] = values[:, channel("stack_dry_nm3_h")] / 3600.0
        rows["a01013"] = -0.12 + 0.01 * jitter[len(PROBES)]
        for k, (code, section) in enumerate(PROBES.items()):
            measured = values[:, channel(section)]
            warm = np.clip((measured - 100.0) / 700.0, 0.0, 1.0)  # a probe in a cold furnace, or broken, has no offset
            rows[code] = measured + warm * (self._offsets[k, 0] + 2.0 * jitter[k])
        rows[MEAN_FURNACE] = _mean_of_medians(np.stack([rows[code] for code in PROBES]))
        for code, name in PROCESS.items():
            rows[code] = values[:, channel(name)]
        rows[GROSS] = self._gross * rows["p51001"]
        rows[NET] = self._net * rows[GROSS]
        rows[LOAD] = 100.0 * rows["p51001"] / self._steam_t_h
        rows[BOILER_EXIT] = values[:, channel("boiler_exit_c")]
        # The reactor's water holds its outlet at the set point; a colder gas passes as it comes.
        rows[REACTOR_EXIT] = np.minimum(rows[BOILER_EXIT], self._reactor_c) + 0.6 * jitter[len(PROBES) + 1]
        rows[SCR] = values[:, channel("stack_c")] + self._scr_over_stack + 0.3 * jitter[len(PROBES) + 2]
        flags = None
        if (day.stack[span] != "N").any() or (day.furnace[span] != "N").any():
            flags = np.full((len(CODES), 60), "N")
            for k, code in enumerate(CODES):
                if code in PROBES or code == MEAN_FURNACE:
                    broken = code == MEAN_FURNACE or PROBES[code] == "furnace_upper_c"
                    flags[k] = day.furnace[span] if broken else "N"
                elif code[0] == "a":
                    flags[k] = day.stack[span]
        return np.stack([rows[code] for code in CODES]), flags

    def converted(self, minutes: Minutes) -> dict[int, Floats]:
        """Factors to 11 % oxygen: (21 - 11)/(21 - O2) (GB 18485-2014), O2 held at most at 19 %."""
        oxygen = np.minimum(minutes.mean[CODES.index("a19001")], MOST_O2)
        factor = (21.0 - REFERENCE_O2) / (21.0 - oxygen)
        return dict.fromkeys(range(len(POLLUTANTS)), factor)

    def total(self, code: str, mean: float, period_s: int) -> float | None:
        """Dry flue gas of a period [m3]."""
        return mean * period_s if code == "a00000" else None

    # Tags ----------------------------------------------------------------------------------------------------

    def tags(self, point_id: str, until: datetime) -> list[Tag]:
        """What the operator declares up to an instant; a state that still lasts then has an open end."""
        self.prepare(until)
        stop_s = int(until.timestamp()) - self._epoch_s
        merged: list[series.Tag] = []
        for number in sorted(self._found_tags):
            shift = 60 * DAY_MINUTES * number
            for tag in self._found_tags[number]:
                one = series.Tag(tag.kind, tag.label, tag.start_s + shift, tag.end_s + shift)
                before = next((k for k, t in enumerate(merged) if _goes_on(t, one)), None)
                if before is None:
                    merged.append(one)
                else:
                    merged[before] = series.Tag(one.kind, one.label, merged[before].start_s, one.end_s)
        epoch = datetime.fromtimestamp(self._epoch_s, UTC)
        out = []
        for tag in merged:
            if tag.start_s >= stop_s:
                continue
            start = epoch + timedelta(seconds=tag.start_s)
            end = epoch + timedelta(seconds=tag.end_s) if tag.end_s <= stop_s else None
            name = f"{point_id}-{tag.kind}-{start:%Y%m%dT%H%M}"
            # said when the state has ended, or as it begins while it lasts
            out.append(Tag(name, point_id, tag.kind, tag.label, start, end, end or start, "operator", "simulated"))
        return out


def _goes_on(before: series.Tag, after: series.Tag) -> bool:
    return (before.kind, before.label, before.end_s) == (after.kind, after.label, after.start_s)


def _mean_of_medians(probes: Floats) -> Floats:
    """Mean of the medians of the upper and of the middle section, minute by minute."""
    sections = list(PROBES.values())
    upper = [k for k, name in enumerate(sections) if name == "furnace_upper_c"]
    middle = [k for k, name in enumerate(sections) if name == "furnace_middle_c"]
    return 0.5 * (np.median(probes[upper], axis=0) + np.median(probes[middle], axis=0))
