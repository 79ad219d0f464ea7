"""Running a compiled plant: dynamics, steady state, ensembles."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from clearbay.twins.activated_sludge import newton, rkc
from clearbay.twins.activated_sludge.assemble import Plant, compile_plant
from clearbay.twins.activated_sludge.errors import InputError, SimulationDivergedError
from clearbay.twins.activated_sludge.pace import fastest
from clearbay.twins.activated_sludge.records import aligned, padded
from clearbay.twins.activated_sludge.table import FloatArray

DEFAULT_TOLERANCE = 1e-3
# An ensemble asks for spread, not for a storm's peak of solids: its settlers are held to the whole of this.
ENSEMBLE_TOLERANCE = 1e-2

# The settler's layers below the feed come to rest on the kink of min(J_i, J_i+1), with equal contents.
# There the
# difference quotients of Newton's method must stay on one branch; the fixed point is the same.
TIE = 1e-5


@dataclass(frozen=True)
class InfluentTable:
    """Influents in time: times (n,) [d]; values (n, inputs), for each influent its components [g/m3] and flow
    [m3/d]; linear: on straight lines between the times, else held."""

    times: FloatArray
    values: FloatArray
    linear: bool = False


@dataclass(frozen=True)
class Run:
    """What a run gives: states (n, places) at times [d]; means (n, metered) over the interval before each."""

    plant: Plant
    times: FloatArray
    states: FloatArray
    means: FloatArray
    steps: int
    refused: int
    derivatives: int


def constant_influent(plant: Plant, values: FloatArray) -> InfluentTable:
    """Return an influent table that never changes; values (inputs,)."""
    return InfluentTable(np.zeros(1), np.asarray(values, dtype=float).reshape(1, -1))


def steady_state(
    plant: Plant,
    influent: FloatArray,
    start: FloatArray,
    tolerance: float = 1e-9,
    iterations: int = 200,
) -> FloatArray:
    """Find the state at rest under a constant influent (inputs,) and the first row of controls.

    tolerance: largest relative rate of change [1/d]. Raises SimulationDivergedError when none is found.
    """
    y = np.array(start, dtype=float)
    u = np.asarray(influent, dtype=float)
    _check_start(plant, y, u[None, :])
    row = plant.controls[0]
    y = filled(plant, y)
    settlers = plant.net.settlers.copy()
    settlers["tie"] = TIE
    net = plant.net._replace(settlers=settlers)
    found, _, residual, worst = newton.rest(
        y,
        u,
        row,
        plant.table[int(row[0])],
        plant.coefficients,
        net,
        tolerance,
        iterations,
        plant.scale,
        newton.scratch_of(net),
    )
    if not found:
        unit, state = plant.labels[worst]
        raise SimulationDivergedError(
            state, unit, 0.0, f"no steady state found, still changing by {residual:.3g} of itself a day"
        )
    return np.array(y[: plant.net.n_states])


def filled(plant: Plant, values: FloatArray, rest: float = 0.0) -> FloatArray:
    """Return values of the states (places,) in a vector of the kernels' length, filled up with `rest`."""
    whole = aligned(1, padded(plant.net.n_states))[0]
    whole[values.size :] = rest
    whole[: values.size] = values
    return np.asarray(whole, dtype=float)


def simulate(
    plant: Plant,
    influent: InfluentTable,
    times: FloatArray,
    start: FloatArray,
    tolerance: float = DEFAULT_TOLERANCE,
    max_steps: int = 20_000_000,
    tight_settlers: bool = True,
) -> Run:
    """Integrate from times[0] to times[-1] [d] with relative local error `tolerance`.

    tight_settlers: hold the solids of settlers to a fiftieth of it (a two-hundredth on a smooth influent), else to
    the whole of it.

    start: (places,); max_steps: then the run ends, naming what is so fast. Raises InputError for tables that do not
    fit, SimulationDivergedError naming state and time.
    """
    y = np.array(start, dtype=float)
    _check_start(plant, y, influent.values)
    _check_times(np.asarray(influent.times), "influent")
    _check_times(np.asarray(times), "output")
    if not 1e-12 < tolerance < 1:
        raise InputError(f"tolerance {tolerance} must lie between 1e-12 and 1")
    states = np.empty((len(times), y.size))
    means = np.zeros((len(times), metered(plant)))
    counts = np.zeros(5, dtype=np.int64)
    share = _shares(plant, influent.linear, tight_settlers)
    moved = filled(plant, y)
    status, reached = rkc.integrate(
        moved, np.asarray(times, dtype=float), influent.times, influent.values, influent.linear,
        plant.control_times, plant.controls, plant.table, plant.coefficients, plant.net,
        filled(plant, tolerance * share, 1.0), filled(plant, plant.scale, 1.0), states, means, counts, max_steps,
        rkc.scratch_of(plant.net, plant.n_inputs, means.shape[1]),
    )  # fmt: skip
    if status == rkc.BACKWARD:
        raise InputError(
            f"stream {plant.stream_names[counts[4]]} would flow backwards at t = {reached:.6g} d: "
            "the pumps out of its source take more than flows in"
        )
    if status == rkc.TOO_MANY:
        at, row = rkc.row_at(influent.times, reached), rkc.row_at(plant.control_times, reached)
        unit, state, seconds = fastest(plant, moved[: y.size], influent.values[at], plant.controls[row])
        raise SimulationDivergedError(
            state, unit, float(reached),
            f"more than {max_steps} steps, because this answers within {seconds:.2g} s; check the sizes, flows and "
            "parameters of that unit",
        )  # fmt: skip
    if status != rkc.DONE:
        unit, state = plant.labels[counts[3]]
        raise SimulationDivergedError(state, unit, float(reached), _REASONS[status])
    return Run(plant, np.asarray(times, dtype=float), states, means, int(counts[0]), int(counts[1]), int(counts[2]))


# Parts of the tolerance that the plant and the solids of its settlers are held to, on held and on smooth
# influents, and where only spread is asked for: chosen so that effluent NH4 and TSS of the benchmark stay within
# 1e-3 and 2e-3 of their maxima. At 0.02 the jumps of a held influent threw the layers off that way in one of six
# runs that differed by their steps alone; where no jump shakes them, smaller errors count.
_HELD, _SMOOTH, _LOOSE = (0.7, 0.007), (0.15, 0.005), (0.1, 1.0)


def _shares(plant: Plant, linear: bool, tight_settlers: bool) -> FloatArray:
    rest, solids = (_SMOOTH if linear else _HELD) if tight_settlers else _LOOSE
    return np.where(plant.solids, solids, rest)


_REASONS = {
    rkc.NOT_FINITE: "the derivative is not a number",
    rkc.TOO_SMALL: "the tolerance cannot be met",
    rkc.BEYOND: "a concentration passed that of water",
}


@dataclass(frozen=True)
class Case:
    """One member of an ensemble: a plant (its parameters and controls may differ), influent and start."""

    plant: Plant
    influent: InfluentTable
    start: FloatArray


def simulate_many(
    cases: Sequence[Case],
    times: FloatArray,
    tolerance: float = ENSEMBLE_TOLERANCE,
    workers: int | None = None,
    tight_settlers: bool = False,
) -> list[Run]:
    """Run every case over the same times, on all cores; the results do not depend on the workers.

    The defaults are for bands: on BSM1 NH4 within 2e-3 and effluent solids within some 3 % of their maxima.
    """

    def one(case: Case) -> Run:
        return simulate(case.plant, case.influent, times, case.start, tolerance, tight_settlers=tight_settlers)

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        return list(pool.map(one, cases))


def with_parameters(plant: Plant, values: dict[str, float]) -> Plant:
    """Return the plant with other parameter values, at their reference temperatures, without compiling
    anew."""
    return compile_plant(replace(plant.flowsheet, values={**plant.flowsheet.values, **values}))


def metered(plant: Plant) -> int:
    """Columns of what is metered: outlets, cells (kLa, oxygen), doses, given flows."""
    net = plant.net
    n = net.component.shape[1]
    return int(net.n_outlets * (n + 1) + 2 * len(net.cells) + len(net.doses) + len(net.flows))


def _check_start(plant: Plant, y: FloatArray, values: FloatArray) -> None:
    if y.shape != (plant.net.n_states,):
        raise InputError(f"the start has {y.size} values; the plant has {plant.net.n_states} states")
    if values.ndim != 2 or values.shape[1] != plant.n_inputs:
        raise InputError(f"the influent has {values.shape[-1]} columns; the plant takes {plant.n_inputs}")
    for what, array in (("start", y), ("influent", values)):
        if not np.isfinite(array).all():
            raise InputError(f"the {what} holds a value that is not a number")
    if (values < 0).any():
        raise InputError("the influent holds a negative concentration or flow")


def _check_times(times: FloatArray, what: str) -> None:
    if times.ndim != 1 or times.size == 0 or not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise InputError(f"the {what} times must be finite and increase")
