"""Runge-Kutta-Chebyshev of order two with step control: dynamics of a mildly stiff plant without a Jacobian.

Source: Sommeijer, Shampine and Verwer, RKC: an explicit solver for parabolic PDEs, J. Comput. Appl. Math. 88
(1998) 315. Stepped inputs are met exactly: no step crosses a breakpoint.
"""

import math
from functools import cache

import numpy as np

from clearbay.twins.activated_sludge.balance import backward, derivative, observe
from clearbay.twins.activated_sludge.jit import kernel
from clearbay.twins.activated_sludge.records import Net
from clearbay.twins.activated_sludge.table import FloatArray

DONE, NOT_FINITE, TOO_SMALL, TOO_MANY, BEYOND, BACKWARD = 0, 1, 2, 3, 4, 5
# Rows of the vector scratch.
F0, FN, YJ, YJ1, YJ2, FJ, EIGEN, WEIGHT = 0, 1, 2, 3, 4, 5, 6, 7
SCRATCH_ROWS = 8
MOST_STAGES = 150
HEAVIEST = 1e6  # g/m3: more than water weighs cannot be dissolved or suspended in it
REFRESH = 25  # accepted steps between two estimates of the spectral radius


@kernel
def influent_at(t: float, times: FloatArray, values: FloatArray, i: int, linear: bool, u: FloatArray) -> None:
    """Write the influents at t, in the interval i of the table: held, or on the straight line."""
    w = 0.0
    if linear and i + 1 < times.shape[0]:
        w = min(1.0, max(0.0, (t - times[i]) / (times[i + 1] - times[i])))
    if w == 0.0:
        for c in range(values.shape[1]):
            u[c] = values[i, c]
    else:
        for c in range(values.shape[1]):
            u[c] = values[i, c] + w * (values[i + 1, c] - values[i, c])


@kernel
def spectral_radius(
    y: FloatArray,
    f0: FloatArray,
    vectors: FloatArray,
    u: FloatArray,
    control: FloatArray,
    k: FloatArray,
    nu: FloatArray,
    net: Net,
    given: FloatArray,
    flow: FloatArray,
    ports: FloatArray,
    flux: FloatArray,
    fresh: bool,
) -> tuple[float, int]:
    """Estimate the spectral radius of the Jacobian at y [1/d] by the nonlinear power method of RKC."""
    n = y.shape[0]
    v = vectors[EIGEN]
    yt = vectors[YJ]
    ft = vectors[FJ]
    ynorm = 0.0
    vnorm = 0.0
    for i in range(n):
        if fresh:
            v[i] = f0[i]
        ynorm += y[i] * y[i]
        vnorm += v[i] * v[i]
    ynorm = math.sqrt(ynorm)
    vnorm = math.sqrt(vnorm)
    delta = max(ynorm, 1.0) * 1.5e-8
    if vnorm == 0.0:
        for i in range(n):
            v[i] = 1.0
        vnorm = math.sqrt(n)
    sigma = 0.0
    for iteration in range(50):
        scale = delta / vnorm
        for i in range(n):
            yt[i] = y[i] + scale * v[i]
        derivative(yt, u, control, k, nu, net, given, flow, ports, flux, ft)
        vnorm = 0.0
        for i in range(n):
            v[i] = ft[i] - f0[i]
            vnorm += v[i] * v[i]
        vnorm = math.sqrt(vnorm)
        last = sigma
        sigma = vnorm / delta
        if not math.isfinite(sigma) or vnorm == 0.0:
            return 0.0 if vnorm == 0.0 else 1e6, iteration + 1
        if iteration > 0 and abs(sigma - last) <= 0.02 * sigma:
            return 1.2 * sigma, iteration + 1
    return 1.2 * sigma, 50


@kernel
def stages(h: float, radius: float) -> int:
    """Stages that keep a step of h [d] stable, at least two."""
    return max(2, 1 + int(math.sqrt(1.54 * h * radius + 1.0)))


@cache
def chebyshev() -> FloatArray:
    """Coefficients (mu, nu, mu~, a) of every stage, for 1 to MOST_STAGES stages one after another."""
    rows = np.zeros((MOST_STAGES * (MOST_STAGES + 1) // 2, 4))
    fill_coefficients(rows)
    return rows


@kernel
def fill_coefficients(rows: FloatArray) -> None:
    """Write the coefficients of RKC with damping 2/13."""
    for s in range(2, MOST_STAGES + 1):
        first = s * (s - 1) // 2
        w0 = 1.0 + 2.0 / (13.0 * s * s)
        temp1 = w0 * w0 - 1.0
        temp2 = math.sqrt(temp1)
        arg = s * math.log(w0 + temp2)
        w1 = math.sinh(arg) * temp1 / (math.cosh(arg) * s * temp2 - w0 * math.sinh(arg))
        b1 = 1.0 / (4.0 * w0 * w0)
        b2 = b1
        rows[first, 0] = w1 * b1
        z1, z2 = w0, 1.0
        dz1, dz2 = 1.0, 0.0
        d2z1, d2z2 = 0.0, 0.0
        for j in range(1, s):
            z = 2.0 * w0 * z1 - z2
            dz = 2.0 * w0 * dz1 - dz2 + 2.0 * z1
            d2z = 2.0 * w0 * d2z1 - d2z2 + 4.0 * dz1
            b = d2z / (dz * dz)
            mu = 2.0 * w0 * b / b1
            rows[first + j, 0] = mu
            rows[first + j, 1] = -b / b2
            rows[first + j, 2] = mu * w1 / w0
            rows[first + j, 3] = 1.0 - z1 * b1
            b2, b1 = b1, b
            z2, z1 = z1, z
            dz2, dz1 = dz1, dz
            d2z2, d2z1 = d2z1, d2z


@kernel
def step(
    t: float,
    h: float,
    s: int,
    y: FloatArray,
    vectors: FloatArray,
    times: FloatArray,
    values: FloatArray,
    i_in: int,
    linear: bool,
    u: FloatArray,
    control: FloatArray,
    k: FloatArray,
    nu: FloatArray,
    net: Net,
    given: FloatArray,
    flow: FloatArray,
    ports: FloatArray,
    flux: FloatArray,
    coefficients: FloatArray,
) -> None:
    """Take one step of h with s stages from y; leaves the new state in row YJ and its derivative in FN."""
    n = y.shape[0]
    f0 = vectors[F0]
    fj = vectors[FJ]
    yj, yj1, yj2 = vectors[YJ], vectors[YJ1], vectors[YJ2]
    row = coefficients[s * (s - 1) // 2 :]
    mus = row[0, 0]
    for i in range(n):
        yj2[i] = y[i]
        yj1[i] = y[i] + h * mus * f0[i]
    th2, th1 = 0.0, mus
    for j in range(1, s):
        mu, bend, mus, a1 = row[j, 0], row[j, 1], row[j, 2], row[j, 3]
        if linear:
            influent_at(t + h * th1, times, values, i_in, linear, u)
        derivative(yj1, u, control, k, nu, net, given, flow, ports, flux, fj)
        rest = 1.0 - mu - bend
        hm = h * mus
        ha = -hm * a1
        for i in range(n):
            yj[i] = mu * yj1[i] + bend * yj2[i] + rest * y[i] + hm * fj[i] + ha * f0[i]
        th = mu * th1 + bend * th2 + mus * (1.0 - a1)
        yj2, yj1, yj = yj1, yj, yj2
        th2, th1 = th1, th
    if linear:
        influent_at(t + h, times, values, i_in, linear, u)
    derivative(yj1, u, control, k, nu, net, given, flow, ports, flux, vectors[FN])
    new = vectors[YJ]
    for i in range(n):
        new[i] = yj1[i]


@kernel
def error_norm(
    h: float,
    y: FloatArray,
    vectors: FloatArray,
    rtol: FloatArray,
    scale: FloatArray,
) -> float:
    """Weighted root mean square of the local error of the last step; above 1 it is refused."""
    new = vectors[YJ]
    f0, fn = vectors[F0], vectors[FN]
    total = 0.0
    for i in range(y.shape[0]):
        estimate = 0.8 * (y[i] - new[i]) + 0.4 * h * (f0[i] + fn[i])
        weight = rtol[i] * (scale[i] + max(abs(y[i]), abs(new[i])))
        total += (estimate / weight) * (estimate / weight)
    return math.sqrt(total / y.shape[0])


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


def scratch_of(net: Net, places: int, inputs: int, metered: int) -> tuple[FloatArray, ...]:
    """Return what `integrate` works in; kernels allocate nothing, which keeps them free of reference
    counts."""
    return (
        np.zeros((SCRATCH_ROWS, places)),
        np.zeros(inputs),
        np.zeros(len(net.flows)),
        np.zeros(len(net.edges)),
        np.zeros(3 * len(net.settlers) * (net.component.shape[1] + 2)),
        np.zeros(64),
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
    scratch: tuple[FloatArray, ...],
) -> tuple[int, float]:
    """Integrate from t_out[0] to t_out[-1], recording states at t_out and means of what is metered between.

    y is the start and is overwritten; counts receives steps, refused steps, derivatives, the state at fault
    and the stream at fault. Returns (status, time reached).
    """
    n = y.shape[0]
    vectors, u, given, flow, ports, flux, seen0, seen1, total, coefficients = scratch
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
    error_last = 0.0
    h_last = 0.0
    new_segment = True
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
            derivative(y, u, control, k, nu, net, given, flow, ports, flux, vectors[F0])
            counts[2] += 1
            observe(y, u, control, net, given, flow, ports, seen0)
            wrong = backward(flow)
            if wrong >= 0:
                counts[4] = wrong
                return BACKWARD, t
            new_segment = False
        if since >= REFRESH:
            influent_at(t, times, values, i_in, linear, u)
            fresh = radius == 0.0
            radius, used = spectral_radius(
                y, vectors[F0], vectors, u, control, k, nu, net, given, flow, ports, flux, fresh
            )
            counts[2] += used
            since = 0
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
        step(
            t,
            h,
            s,
            y,
            vectors,
            times,
            values,
            i_in,
            linear,
            u,
            control,
            k,
            nu,
            net,
            given,
            flow,
            ports,
            flux,
            coefficients,
        )
        counts[0] += 1
        counts[2] += s
        error = error_norm(h, y, vectors, rtol, scale)
        if not error <= 1.0:
            counts[1] += 1
            since = REFRESH
            shrink = 0.1
            if math.isfinite(error):
                shrink = max(0.1, 0.8 / error ** (1.0 / 3.0))
            h_next = shrink * h
            if h_next < 1e-11 * max(1.0, abs(t)):
                new = vectors[YJ]
                counts[3] = worst_state(new)
                if not math.isfinite(error):
                    return NOT_FINITE, t
                worst = 0.0
                for i in range(n):
                    estimate = 0.8 * (y[i] - new[i]) + 0.4 * h * (vectors[F0, i] + vectors[FN, i])
                    weighed = abs(estimate) / (rtol[i] * (scale[i] + abs(y[i])))
                    if weighed > worst:
                        worst = weighed
                        counts[3] = i
                return TOO_SMALL, t
            if counts[0] >= max_steps:
                counts[3] = worst_state(y)
                return TOO_MANY, t
            continue
        factor = 2.0
        if error > 0.0:
            factor = 0.8 / error ** (1.0 / 3.0)
            if error_last > 0.0:
                factor = min(factor, 0.8 * h * error_last ** (1.0 / 3.0) / (h_last * error ** (2.0 / 3.0)))
        factor = min(2.0, max(0.1, factor))
        new = vectors[YJ]
        heaviest = 0.0
        for i in range(n):
            y[i] = new[i]
            vectors[F0, i] = vectors[FN, i]
            heaviest = max(heaviest, abs(new[i]))
        h_next = max(h_next, factor * h) if h < h_next else factor * h
        error_last, h_last = max(error, 1e-6), h
        since += 1
        if heaviest > HEAVIEST:
            counts[3] = worst_state(y)
            return BEYOND, t + h
        if h == left:
            t = stop
        else:
            t += h
        observe(y, u, control, net, given, flow, ports, seen1)
        for i in range(seen0.shape[0]):
            total[i] += 0.5 * h * (seen0[i] + seen1[i])
            seen0[i] = seen1[i]
        if t >= stop:
            if i_in + 1 < times.shape[0] and t >= times[i_in + 1]:
                i_in += 1
                if not linear:
                    new_segment = True
            if i_c + 1 < control_times.shape[0] and t >= control_times[i_c + 1]:
                i_c += 1
                control = controls[i_c]
                k = table[int(control[0])]
                new_segment = True
                since = REFRESH
            if t >= t_out[i_out]:
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
