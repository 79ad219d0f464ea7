"""Time series of a plant's lines, as its loggers would report them: furnace sections, stack channels, tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration import dynamics, operation, sncr
from clearbay.twins.incineration.case import Case
from clearbay.twins.incineration.dynamics import Setup
from clearbay.twins.incineration.errors import InfeasibleCase
from clearbay.twins.incineration.if97 import saturation_k
from clearbay.twins.incineration.operation import CHANNELS, EVENTS, FURNACE_TAGS, N_CHANNEL, NORMAL, Operation
from clearbay.twins.incineration.plant import Plant, line_case
from clearbay.twins.incineration.plant import solve as solve_plant
from clearbay.twins.incineration.plant_file import Event, SeriesPlan

Floats = NDArray[np.float64]
SETTLE_MINUTES = 6 * 60  # run before the first reported minute, so that the start is at rest
MOISTURE_S, CALORIFIC_S = 1500.0, 4000.0  # time constants of the disturbances; crane grabs and mixing, priors
# stack channel -> HJ 212-2017 code
CODES = {
    "dust": "a34013", "so2": "a21026", "nox": "a21002", "hcl": "a21024", "co": "a21005", "nh3": "a21001",
    "o2_stack": "a19001", "stack_dry_nm3_h": "a00000", "stack_c": "a01012", "stack_h2o": "a01014",
}  # fmt: skip
FURNACE = ("furnace_lower_c", "furnace_middle_c", "furnace_upper_c")
NOISE = {"dust": 0.03, "so2": 0.02, "nox": 0.012, "hcl": 0.02, "co": 0.02, "nh3": 0.03, "o2_stack": 0.004,
         "stack_dry_nm3_h": 0.01}  # fmt: skip


@dataclass(frozen=True)
class Tag:
    """A state an operator would declare: a furnace's, or a monitor's; seconds since the start of the series."""

    kind: str  # "furnace" or "monitor"
    label: str
    start_s: int
    end_s: int


@dataclass(frozen=True)
class LineSeries:
    """One line: minute means, shape (minutes, channels), flags of stack and furnace (HJ 212 letters), tags."""

    values: Floats
    stack_flag: NDArray[np.str_]
    furnace_flag: NDArray[np.str_]
    tags: tuple[Tag, ...]
    residuals: dict[str, float]

    def __getitem__(self, channel: str) -> Floats:
        """Minute means of a channel, shape (minutes)."""
        return self.values[:, CHANNELS.index(channel)]


def _record(values: tuple[float, ...], fields: Sequence[str]) -> object:
    found: object = np.array([values], dtype=[(n, np.float64) for n in fields])[0]
    return found


def window(case: Case) -> Floats:
    """NO left and slip of this line's reagent over layer temperature (950 K + 12.5 K i) and NSR (0.25 j)."""
    celsius = 950.0 - 273.15 + 12.5 * np.arange(31)[:, None] + case.shift_k
    nsr = 0.25 * np.arange(13)[None, :]
    left = sncr.left_of_no(celsius, case.co_layer, nsr, 0.07, 2e-4, case.hnco_share, 0.6).reshape(31, 13, 4)
    return np.ascontiguousarray(np.stack([1 - case.mixing * (1 - left[..., 0]), left[..., 1] + left[..., 2]], axis=-1))


def disturbance(steps: int, sd: float, time_constant: float, rng: np.random.Generator, dt: float = 10.0) -> Floats:
    """Filtered white noise of given standard deviation and time constant [s], one value per `dt`, shape (steps)."""
    keep = float(np.exp(-dt / time_constant))
    shocks = rng.standard_normal(steps) * sd * np.sqrt(1 - keep**2)
    out = np.empty(steps)
    level = 0.0
    for k in range(steps):
        level = keep * level + shocks[k]
        out[k] = level
    return np.clip(out, -3 * sd, 3 * sd)


@dataclass
class Runner:
    """A dynamic line with its state: made at rest at full fire, stepped a stretch at a time."""

    setup: Setup
    operation: Operation
    states: Floats
    controls: Floats
    actuators: Floats
    readings: Floats
    totals: Floats
    grid: Floats

    def run(self, minutes: int, schedule: Floats, water: Floats, vary: Floats) -> Floats:
        """Minute means over the next stretch, shape (minutes, channels); times of `schedule` count from its start."""
        out = np.empty((minutes, N_CHANNEL))
        setup = cast(Setup, _record(tuple(self.setup), Setup._fields))
        held = cast(Operation, _record(tuple(self.operation), Operation._fields))
        operation.simulate(
            setup, held, self.states, self.controls, self.actuators, self.readings, self.grid,
            schedule, water, vary, self.totals, out,
        )  # fmt: skip
        return out


def runner(plant: Plant, load: float) -> Runner:
    """A dynamic line of the plant, in normal operation near its steady state.

    Raises:
        InfeasibleCase: as `plant.line_case` and the steady solver.
    """
    case = line_case(plant)
    q = dynamics.setup(case)
    steady = solve_plant(plant).lines
    share = float(steady["steam"][0] / (steady["steam"][0] + steady["drum_steam"][0]))
    scr = 1.0 - float(steady["nox"][0] / steady["nox_denitrified"][0])
    held = Operation(
        load=load, main_share=share, scr=scr, hcl_exponent=case.hcl_exponent, so2_exponent=case.so2_exponent,
        dust=float(steady["dust"][0]), leak=case.leak_share, stack_c=float(steady["stack_c"][0]),
        nox_setpoint=float(steady["nox"][0]), hcl_setpoint=8.0, so2_setpoint=40.0,
        fuel_max=0.60 * case.feed * case.lhv / dynamics.FUEL_LHV,
        nsr_max=2.9 if case.nsr > 0 else 0.0, sorbent_max=3.2 if case.sorbent_ratio > 0 else 0.0,
    )  # fmt: skip
    y = np.zeros(16)
    for zone, (water, volatile, char) in enumerate(((0.30, 0.55, 1.0), (0.02, 0.12, 0.6), (0.0, 0.01, 0.15))):
        y[4 * zone : 4 * zone + 4] = (
            q.feed * q.water * 1000 * water, q.feed * q.volatile * 1000 * volatile, q.feed * q.char * 1000 * char,
            q.feed * q.ash * 1250,
        )  # fmt: skip
    y[12] = q.c_refractory * (q.t_design - 60.0 - 298.15)
    y[13], y[14], y[15] = q.c_boiler * (saturation_k(q.drum_mpa) - 298.15), q.c_superheater * (640 - 298.15), q.drum_kg
    c = np.zeros(operation.N_CONTROL)
    c[0] = NORMAL
    c[[7, 15, 24, 25]] = q.t_design - 60.0
    c[2], c[8], c[9], c[13], c[19] = 1200.0, q.o2_wet, q.steam, q.steam, q.gas_design
    lime = min(1.8, held.sorbent_max)
    c[16], c[17], c[26], c[20], c[33], c[35], c[38], c[39] = (
        min(1.5, held.nsr_max),
        lime,
        lime,
        100.0,
        0.085,
        170.0,
        1.0,
        q.t_design,
    )
    u = np.zeros(16)
    u[0], u[4], u[5], u[6:9], u[10], u[11] = q.feed, q.o2_primary, q.o2_secondary, 1.0, 0.75, q.steam
    read = np.zeros(dynamics.N_READ)
    read[8], read[9], read[10], read[16] = q.steam_c, q.drum_mpa, q.gas_design, 0.02
    return Runner(q, held, y, c, u, read, np.zeros(dynamics.N_FLOW), window(case))


def schedule_of(events: Sequence[Event], line: int) -> Floats:
    """Events of one line (1, 2, ...) as rows: code, first second, end second."""
    rows = [(EVENTS.index(e.kind), e.at_h * 3600.0, (e.at_h + e.hours) * 3600.0) for e in events if e.line == line]
    return np.array(sorted(rows, key=lambda r: r[1]), dtype=float).reshape(-1, 3)


def furnace_tags(state: Floats) -> list[Tag]:
    """Stretches of every furnace state except normal operation, minute by minute."""
    edges = np.flatnonzero(np.diff(state)) + 1
    starts = np.concatenate([[0], edges])
    ends = np.concatenate([edges, [len(state)]])
    return [
        Tag("furnace", FURNACE_TAGS[int(state[a])], int(a) * 60, int(b) * 60)
        for a, b in zip(starts, ends, strict=True)
        if int(state[a]) != NORMAL
    ]


def make(plant: Plant, plan: SeriesPlan, days: float) -> list[LineSeries]:
    """Run every line of a plant that has a load; the same file and seed give the same bits.

    Raises:
        InfeasibleCase: days not from a minute to 400, or a line that cannot run.
    """
    return [make_line(plant, plan, days, k) for k, load in enumerate(plant.loads, start=1) if load > 0]


def make_line(plant: Plant, plan: SeriesPlan, days: float, number: int) -> LineSeries:
    """Run one line (1, 2, ...) of a plant for some days, settled for six hours before the first reported minute.

    Raises:
        InfeasibleCase: days not from a minute to 400, or a line that cannot run.
    """
    if not 1 / 1440 <= days <= 400:
        raise InfeasibleCase(f"days is {days:g}; it must lie from a minute to 400 days")
    minutes = round(days * 1440)
    rng = np.random.default_rng([plan.seed, number])
    one = runner(plant, plant.loads[number - 1])
    q = one.setup
    still = SETTLE_MINUTES * 6
    steps = minutes * 6 + 1
    water = np.clip(q.water + disturbance(still + steps, plan.moisture_sd, MOISTURE_S, rng), 0.02, 0.75)
    vary = np.clip(1.0 + disturbance(still + steps, plan.calorific_sd, CALORIFIC_S, rng), 0.5, 1.5)
    one.run(SETTLE_MINUTES, np.zeros((0, 3)), water[:still], vary[:still])
    before = one.states.copy()
    one.totals[:] = 0.0
    rows = schedule_of(plan.events, number)
    values = one.run(minutes, rows, water[still:], vary[still:])
    closed = dynamics.residuals(q, before, one.states, one.totals)
    return as_reported(values, rows, rng, closed)


def as_reported(values: Floats, schedule: Floats, rng: np.random.Generator, closed: dict[str, float]) -> LineSeries:
    """Add analyser noise, flags, and what a monitor shows while it is worked on."""
    minutes = len(values)
    for channel, sd in NOISE.items():
        values[:, CHANNELS.index(channel)] *= 1.0 + sd * rng.standard_normal(minutes)
    for channel in FURNACE:
        values[:, CHANNELS.index(channel)] += 1.5 * rng.standard_normal(minutes)
    stack = np.full(minutes, "N")
    furnace = np.full(minutes, "N")
    state = values[:, CHANNELS.index("state")]
    stack[state == operation.STOPPED] = "F"
    tags = furnace_tags(state)
    for code, start, end in schedule:
        a, b = int(start // 60), min(int(-(-end // 60)), minutes)
        if a >= minutes:
            continue
        if EVENTS[int(code)] == "cems":
            stack[a:b] = "M"
            for channel in CODES:
                if channel in NOISE and channel != "stack_dry_nm3_h":
                    values[a:b, CHANNELS.index(channel)] *= 0.0
            values[a:b, CHANNELS.index("o2_stack")] = 20.9
            tags.append(Tag("monitor", "CEMS维护", a * 60, b * 60))
        elif EVENTS[int(code)] == "thermocouple":
            furnace[a:b] = "D"
            values[a:b, CHANNELS.index("furnace_upper_c")] = 20.0 + rng.standard_normal(b - a)
            tags.append(Tag("monitor", "热电偶故障", a * 60, b * 60))
    ordered = tuple(sorted(tags, key=lambda t: (t.start_s, t.kind)))
    return LineSeries(values, stack, furnace, ordered, closed)


def start_of(plan: SeriesPlan, minute: int) -> str:
    """ISO time, in the plan's zone, of a minute of the series."""
    return (plan.start + timedelta(minutes=minute)).isoformat()
