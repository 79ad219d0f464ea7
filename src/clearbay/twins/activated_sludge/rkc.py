"""Dynamics of a mildly stiff plant: steps of order two, each by the cheaper of two methods, under error control.

Runge-Kutta-Chebyshev takes as many stages as the stiffness asks; the linearly implicit step takes two, makes
oxygen and what is readily degraded implicit, and lets the settlers' solids take steps of their own. Stepped
inputs are met exactly: no step crosses a breakpoint.
"""

import math

import numpy as np

from clearbay.twins.activated_sludge import layers
from clearbay.twins.activated_sludge.balance import backward, observe, rate
from clearbay.twins.activated_sludge.chebyshev import (
    ALL,
    COLUMNS,
    F0,
    FJ,
    FN,
    K2,
    KEPT,
    MOST_STAGES,
    WEIGHT,
    YJ,
    chebyshev,
    influent_at,
    spectral_radius,
    stages,
    step,
)
from clearbay.twins.activated_sludge.jit import kernel, part
from clearbay.twins.activated_sludge.layers import remember
from clearbay.twins.activated_sludge.records import MOST_QUICK, Net, Work, aligned, padded, whole_lanes, work_of
from clearbay.twins.activated_sludge.rosenbrock import REACH, quick_columns, smooth
from clearbay.twins.activated_sludge.stepping import growth
from clearbay.twins.activated_sludge.table import FloatArray

Scratch = tuple[FloatArray, FloatArray, Work, FloatArray, FloatArray, FloatArray, FloatArray]
DONE, NOT_FINITE, TOO_SMALL, TOO_MANY, BEYOND, BACKWARD = 0, 1, 2, 3, 4, 5
HEAVIEST = 1e6  # g/m3: more than water weighs cannot be dissolved or suspended in it
REWEIGH = 5  # accepted steps between two weighings of the error
SAME_INSTANT = 1e-3 / 86400.0  # d: times that differ by less are one, printed with other digits
REFRESH = 25  # accepted steps between two estimates of the spectral radius


@part
def weigh(y: FloatArray, rtol: FloatArray, scale: FloatArray, weight: FloatArray) -> None:
    """Write what one unit of error counts in each state."""
    for i in range(y.shape[0]):
        weight[i] = 1.0 / (rtol[i] * (scale[i] + abs(y[i])))


@kernel
def worst_state(y: FloatArray) -> int:
    """Return the first state that is not finite, or else the largest."""
    worst = 0
    for i in range(y.shape[0]):
        if not math.isfinite(y[i]):
            return i
        if abs(y[i]) > abs(y[worst]):
            worst = i
    return worst


@kernel
def row_at(times: FloatArray, t: float) -> int:
    """Return the last row whose time is not after t, or the first."""
    low, high = 0, times.shape[0]
    while low < high:
        middle = (low + high) // 2
        if times[middle] <= t:
            low = middle + 1
        else:
            high = middle
    return max(0, low - 1)


def scratch_of(net: Net, inputs: int, metered: int) -> Scratch:
    """Return what `integrate` works in; kernels allocate nothing, which keeps them free of reference counts."""
    vectors = aligned(COLUMNS + MOST_QUICK, padded(net.n_states))
    vectors[ALL] = vectors[KEPT] = 1.0
    for settler in net.settlers:
        vectors[KEPT, settler["state"] + np.arange(settler["layers"])] = 0.0
    return (
        vectors,
        np.zeros(inputs),
        work_of(net, layers.scratch_of(net)),
        np.zeros(metered),
        np.zeros(metered),
        np.zeros(metered),
        chebyshev(),
    )


@kernel
def integrate(
    y: FloatArray,
    t_out: FloatArray,
    times: FloatArray,
    values: FloatArray,
    linear: bool,
    control_times: FloatArray,
    controls: FloatArray,
    table: FloatArray,
    nu: FloatArray,
    net: Net,
    rtol: FloatArray,
    scale: FloatArray,
    states: FloatArray,
    means: FloatArray,
    counts: np.ndarray,
    max_steps: int,
    scratch: Scratch,
) -> tuple[int, float]:
    """Integrate from t_out[0] to t_out[-1], recording states at t_out and means of what is metered between.

    y (padded) is the start and is overwritten; rtol and scale are as long;
    counts receives steps, refused steps, derivatives, the state at fault
    and the stream at fault. Returns (status, time reached).
    """
    n = states.shape[1]
    vectors, u, work, seen0, seen1, total, coefficients = scratch
    t = t_out[0]
    end = t_out[t_out.shape[0] - 1]
    i_in = row_at(times, t)
    i_c = row_at(control_times, t)
    for i in range(n):
        states[0, i] = y[i]
    i_out = 1
    h_next = 0.0
    radius = 0.0
    since = REFRESH
    since_weighed = REWEIGH
    refused = 0
    first, last = F0, FN
    wide = whole_lanes(n)
    weight = vectors[WEIGHT]
    moving = linear or net.fixed == 0
    wholly = n > 0  # not the literal True, for which the whole plant would be compiled once more
    explicit = 0.0
    split = False
    before = 0.0  # of the step before: 1 / (length x growth)
    new_segment = True
    t_kick = t
    h_kick = 0.0
    known = False
    control = controls[i_c]
    k = table[int(control[0])]
    while i_out < t_out.shape[0]:
        stop = t_out[i_out]
        if i_in + 1 < times.shape[0]:
            stop = min(stop, times[i_in + 1])
        if i_c + 1 < control_times.shape[0]:
            stop = min(stop, control_times[i_c + 1])
        if new_segment:
            influent_at(t, times, values, i_in, linear, u)
            rate(y, u, control, k, nu, net, work, wholly, vectors[first])
            counts[2] += 1
            observe(y, u, control, net, work, seen0)
            remember(net, work)
            wrong = backward(work.flow)
            if wrong >= 0:
                counts[4] = wrong
                return BACKWARD, t
            new_segment = False
            # Inputs that jump shake a plant that had come to rest: start as the last change allowed.
            if h_kick > 0.0:
                h_next = min(h_next, h_kick)
            t_kick = t
            before = 0.0  # errors before the change say nothing of those after it
        if since >= REFRESH:
            influent_at(t, times, values, i_in, linear, u)
            quick_columns(
                y, vectors[first], vectors[YJ], vectors[FJ], u, control, k, nu, net, work, moving, vectors, COLUMNS
            )
            explicit, used = spectral_radius(
                y, vectors[first], vectors, u, control, k, nu, net, work, explicit == 0.0, moving, 1.0
            )
            counts[2] += used + net.quick.shape[0]
            since = 0
            known = False
        if not (known or (split and radius > 0.0)):
            # What stages have to reach; of no use while the linearly implicit step goes further anyway.
            influent_at(t, times, values, i_in, linear, u)
            radius, used = spectral_radius(
                y, vectors[first], vectors, u, control, k, nu, net, work, radius == 0.0, moving, 0.0
            )
            counts[2] += used
            known = True
        if h_next == 0.0:
            h_next = min(0.25 / max(radius, 1.0), end - t)
        left = stop - t
        h = h_next
        if h >= left:
            h = left
        elif h > 0.5 * left:
            h = 0.5 * left
        s = stages(h, radius)
        if s > MOST_STAGES:
            s = MOST_STAGES
            h = min(h, (s * s - 1.0) * 0.65 / radius)
        # Whichever gets further with a derivative: stages, or the linearly implicit step as far as it reaches.
        reach = min(h, REACH / max(explicit, 1e-3))
        # With two stages both cost the same, and the implicit one does not mind what is quick.
        split = s * reach >= 2.0 * h
        if split:
            h = reach
            s = 2
        if since_weighed >= REWEIGH:
            weigh(y[:wide], rtol[:wide], scale[:wide], weight[:wide])
            since_weighed = 0
        row = step(
            t, h, s, y, vectors, times, values, i_in, linear, u, control, k, nu, net, work, coefficients, first, last,
            split,
        )  # fmt: skip
        new = vectors[row]
        counts[0] += 1
        counts[2] += s
        estimate, f0, fn = vectors[FJ], vectors[first], vectors[last]
        for i in range(wide):
            estimate[i] = 0.8 * (y[i] - new[i]) + 0.4 * h * (f0[i] + fn[i])
        if split:
            smooth(estimate, net, vectors, COLUMNS, work.inverses, vectors[K2])
            estimate = vectors[K2]
        counted = vectors[KEPT] if split else vectors[ALL]
        total_error = 0.0
        for i in range(wide):
            weighed = estimate[i] * counted[i] * weight[i]
            total_error += weighed * weighed
        error = math.sqrt(total_error / n)
        if not error <= 1.0:
            counts[1] += 1
            # A step refused for its accuracy says nothing of stability; twice in a row it may.
            refused += 1
            if refused > 1 or not math.isfinite(error):
                since = REFRESH
            shrink = max(0.1, 0.8 / np.cbrt(error)) if math.isfinite(error) else 0.1
            h_next = shrink * h
            if t_kick == t:
                h_kick = h_next
            if h_next < 1e-11 * max(1.0, abs(t)):
                counts[3] = worst_state(new)
                if not math.isfinite(error):
                    return NOT_FINITE, t
                worst = 0.0
                for i in range(n):
                    estimate = 0.8 * (y[i] - new[i]) + 0.4 * h * (vectors[first, i] + vectors[last, i])
                    weighed = abs(estimate) / (rtol[i] * (scale[i] + abs(y[i])))
                    if weighed > worst:
                        worst = weighed
                        counts[3] = i
                return TOO_SMALL, t
            if counts[0] >= max_steps:
                counts[3] = worst_state(y)
                return TOO_MANY, t
            continue
        grows = growth(error)
        factor = 0.8 * grows
        if before > 0.0:
            factor = min(factor, factor * h * grows * before)
        factor = min(2.0, max(0.1, factor))
        if t_kick == t:
            if h < 0.1 * h_next:
                t_kick = t + h  # cut short by an output that falls next to the change
            else:
                h_kick = h * min(1.5, 0.8 * grows)
        refused = 0
        squares = 0.0  # a sum the compiler takes side by side, which it would not a maximum
        for i in range(wide):
            y[i] = new[i]
            squares += new[i] * new[i]
        first, last = last, first
        if h < h_next:
            # Cut short: by an input or output, or by the implicit step's reach. What accuracy would allow beyond that
            # reach must show, or stages that go further are never tried.
            far = 0.8 * h / np.cbrt(max(error, 1e-6)) if h == reach and split else factor * h
            h_next = max(h_next, min(2.0 * h_next, far))
        else:
            h_next = factor * h
        before = 1.0 / (h * grows)
        since += 1
        since_weighed += 1
        if squares > HEAVIEST * HEAVIEST and abs(y[worst_state(y)]) > HEAVIEST:
            counts[3] = worst_state(y)
            return BEYOND, t + h
        if h == left:
            t = stop
        else:
            t += h
        observe(y, u, control, net, work, seen1)
        remember(net, work)
        for i in range(seen0.shape[0]):
            total[i] += 0.5 * h * (seen0[i] + seen1[i])
            seen0[i] = seen1[i]
        if t >= stop:
            if i_in + 1 < times.shape[0] and t + SAME_INSTANT >= times[i_in + 1]:
                i_in += 1
                if not linear:
                    new_segment = True
            if i_c + 1 < control_times.shape[0] and t + SAME_INSTANT >= control_times[i_c + 1]:
                i_c += 1
                control = controls[i_c]
                k = table[int(control[0])]
                new_segment = True
                since = REFRESH
            if t + SAME_INSTANT >= t_out[i_out]:
                span = t_out[i_out] - t_out[i_out - 1]
                for i in range(n):
                    states[i_out, i] = y[i]
                for i in range(total.shape[0]):
                    means[i_out, i] = total[i] / span
                    total[i] = 0.0
                i_out += 1
        if counts[0] >= max_steps:
            counts[3] = worst_state(y)
            return TOO_MANY, t
    return DONE, t
