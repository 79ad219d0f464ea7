"""Runge-Kutta-Chebyshev of order two: stages, coefficients, one step, and the spectral radius it needs.

Source: Sommeijer, Shampine and Verwer, RKC: an explicit solver for parabolic PDEs, J. Comput. Appl. Math. 88
(1998) 315.
"""

import math
from functools import cache

import numpy as np

from clearbay.twins.activated_sludge.balance import derivative, flows_through, rate
from clearbay.twins.activated_sludge.jit import kernel, part
from clearbay.twins.activated_sludge.layers import settle_ahead
from clearbay.twins.activated_sludge.records import Net, Work, whole_lanes
from clearbay.twins.activated_sludge.rosenbrock import invert, keep_solids, smooth, take_out
from clearbay.twins.activated_sludge.table import FloatArray

# Rows of the vector scratch.
F0, FN, YJ, YJ1, YJ2, FJ, EIGEN, EIGEN_REST, WEIGHT, K1, K2, ALL, KEPT, COLUMNS = range(14)
MOST_STAGES = 150


@part
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
    work: Work,
    fresh: bool,
    rerouted: bool,
    without: float,
) -> tuple[float, int]:
    """Estimate the spectral radius of the Jacobian at y [1/d] by the nonlinear power method of RKC.

    without: 1 to leave out what the columns stand for and the settlers' solids, or 0.
    """
    n = y.shape[0]
    v = vectors[EIGEN_REST if without > 0.0 else EIGEN]
    kept = vectors[KEPT if without > 0.0 else ALL]
    yt = vectors[YJ]
    ft = vectors[FJ]
    ynorm = 0.0
    vnorm = 0.0
    for i in range(n):
        if fresh:
            v[i] = f0[i] * kept[i]
        ynorm += y[i] * y[i]
        vnorm += v[i] * v[i]
    ynorm = math.sqrt(ynorm)
    vnorm = math.sqrt(vnorm)
    delta = max(ynorm, 1.0) * 1.5e-8
    if vnorm == 0.0:
        for i in range(n):
            v[i] = kept[i]
            vnorm += kept[i]
        vnorm = math.sqrt(vnorm)
    sigma = 0.0
    for iteration in range(50):
        scale = delta / vnorm
        for i in range(n):
            yt[i] = y[i] + scale * v[i]
        rate(yt, u, control, k, nu, net, work, rerouted, ft)
        vnorm = 0.0
        for i in range(n):
            v[i] = ft[i] - f0[i]
        if without > 0.0:
            take_out(y, yt, net, vectors, COLUMNS, v)
        for i in range(n):
            v[i] *= kept[i]
            vnorm += v[i] * v[i]
        vnorm = math.sqrt(vnorm)
        last = sigma
        sigma = vnorm / delta
        if not math.isfinite(sigma) or vnorm == 0.0:
            return 0.0 if vnorm == 0.0 else 1e6, iteration + 1
        if iteration > 0 and abs(sigma - last) <= 0.05 * sigma:
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


@part
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
    work: Work,
    coefficients: FloatArray,
    first: int,
    last: int,
    split: bool,
) -> int:
    """Take one step of h with s stages from y, whose derivative stands in row `first`; split: linearly implicit.

    Returns the row of the new state; leaves its derivative in row `last`.
    """
    n = whole_lanes(net.n_states)
    f0, fj, k1, k2 = vectors[first], vectors[FJ], vectors[K1], vectors[K2]
    a, b, c = YJ, YJ1, YJ2
    yj1, yj2 = vectors[b], vectors[c]
    row = coefficients[s * (s - 1) // 2 :]
    mus = row[0, 0]
    th2, th1 = 0.0, 1.0 if split else mus
    if split:
        invert(h, net, vectors, COLUMNS, work.inverses)
        smooth(f0, net, vectors, COLUMNS, work.inverses, k1)
        for i in range(n):
            yj1[i] = y[i] + h * k1[i]
    else:
        for i in range(n):
            yj2[i] = y[i]
            yj1[i] = y[i] + h * mus * f0[i]
    rerouted = linear or net.fixed == 0
    for j in range(1, s + 1):
        if linear:
            influent_at(t + h * th1 if j < s else t + h, times, values, i_in, linear, u)
        to = FJ if j < s else last
        yj, yj1, yj2 = vectors[a], vectors[b], vectors[c]
        if split and j == 1:
            settle_ahead(h, y, f0, yj1, vectors[WEIGHT], u, control, net, work, rerouted)
        else:
            flows_through(yj1, u, control, net, work, rerouted)
        derivative(yj1, u, control, k, nu, net, work, not split or j == s, vectors[to])
        if j == s:
            break
        if split:
            for i in range(n):
                fj[i] -= 2.0 * k1[i]
            smooth(fj, net, vectors, COLUMNS, work.inverses, k2)
            for i in range(n):
                yj[i] = y[i] + h * (1.5 * k1[i] + 0.5 * k2[i])
            keep_solids(net, yj1, yj)
        else:
            mu, bend, mus, a1 = row[j, 0], row[j, 1], row[j, 2], row[j, 3]
            rest = 1.0 - mu - bend
            hm = h * mus
            ha = -hm * a1
            for i in range(n):
                yj[i] = mu * yj1[i] + bend * yj2[i] + rest * y[i] + hm * fj[i] + ha * f0[i]
            th = mu * th1 + bend * th2 + mus * (1.0 - a1)
            th2, th1 = th1, th
        a, b, c = c, a, b
    return b
