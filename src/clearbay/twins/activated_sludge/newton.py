"""Steady state by Newton's method with pseudo-transient continuation."""

import math

import numpy as np

from clearbay.twins.activated_sludge.balance import rate
from clearbay.twins.activated_sludge.jit import kernel
from clearbay.twins.activated_sludge.records import Net, Work, padded, work_of
from clearbay.twins.activated_sludge.table import FloatArray

Scratch = tuple[Work, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]
FIRST_STEP = 0.01  # d, of the pseudo-transient


@kernel
def solve(a: FloatArray, b: FloatArray) -> bool:
    """Solve a x = b in place (Gauss, partial pivoting), leaving x in b; False where a is singular."""
    n = b.shape[0]
    for c in range(n):
        p = c
        for r in range(c + 1, n):
            if abs(a[r, c]) > abs(a[p, c]):
                p = r
        if a[p, c] == 0.0 or not math.isfinite(a[p, c]):
            return False
        if p != c:
            for j in range(c, n):
                a[p, j], a[c, j] = a[c, j], a[p, j]
            b[p], b[c] = b[c], b[p]
        for r in range(c + 1, n):
            m = a[r, c] / a[c, c]
            if m != 0.0:
                for j in range(c + 1, n):
                    a[r, j] -= m * a[c, j]
                b[r] -= m * b[c]
    for c in range(n - 1, -1, -1):
        x = b[c]
        for j in range(c + 1, n):
            x -= a[c, j] * b[j]
        b[c] = x / a[c, c]
    return True


@kernel
def size(f: FloatArray, y: FloatArray, scale: FloatArray) -> tuple[float, int]:
    """Largest change relative to the state [1/d], and where."""
    largest = -1.0
    worst = 0
    for i in range(f.shape[0]):
        r = abs(f[i]) / max(abs(y[i]), scale[i])
        if not r <= largest:
            largest = r
            worst = i
    return largest, worst


@kernel
def rest(
    y: FloatArray,
    u: FloatArray,
    control: FloatArray,
    k: FloatArray,
    nu: FloatArray,
    net: Net,
    tolerance: float,
    iterations: int,
    scale: FloatArray,
    scratch: Scratch,
) -> tuple[bool, int, float, int]:
    """Move y (padded) to where nothing changes; returns (found, iterations, residual [1/d], state furthest from rest).

    The residual is the largest |dy/dt| relative to max(|y|, scale). Pseudo-time steps grow as the residual
    falls (Kelley and Keyes, SIAM J. Numer. Anal. 35 (1998) 508).
    """
    work, f, f1, y1, jacobian, matrix = scratch
    n = jacobian.shape[0]
    rerouted = n > 0  # not the literal True, for which the whole plant would be compiled once more
    rate(y, u, control, k, nu, net, work, rerouted, f)
    dt = FIRST_STEP
    residual, worst = size(f[:n], y, scale)
    for iteration in range(iterations):
        if residual < tolerance:
            return True, iteration, residual, worst
        for i in range(n):
            y1[i] = y[i]
        for j in range(n):
            d = 1e-7 * max(abs(y[j]), scale[j])
            y1[j] = y[j] + d
            rate(y1, u, control, k, nu, net, work, rerouted, f1)
            y1[j] = y[j]
            for i in range(n):
                jacobian[i, j] = (f1[i] - f[i]) / d
        taken = False
        for _ in range(12):
            for i in range(n):
                for j in range(n):
                    matrix[i, j] = -jacobian[i, j]
                matrix[i, i] += 1.0 / dt
                y1[i] = f[i]
            if solve(matrix, y1[:n]):
                for i in range(n):
                    # A state may fall to nothing in one move, but not below.
                    y1[i] = max(y[i] + y1[i], 0.05 * min(y[i], scale[i])) if y[i] >= 0.0 else y[i] + y1[i]
                rate(y1, u, control, k, nu, net, work, rerouted, f1)
                trial, _worst = size(f1[:n], y1, scale)
                if math.isfinite(trial) and (trial < 10.0 * residual or dt < 1e-3):
                    taken = True
                    break
            dt *= 0.2
        if not taken:
            return False, iteration, residual, worst
        for i in range(n):
            y[i] = y1[i]
            f[i] = f1[i]
        last = residual
        residual, worst = size(f[:n], y, scale)
        dt = min(1e12, dt * min(20.0, max(0.3, 2.0 * last / max(residual, 1e-300))))
    return residual < tolerance, iterations, residual, worst


def scratch_of(net: Net) -> Scratch:
    """Return what `rest` works in."""
    n, wide = net.n_states, padded(net.n_states)
    return work_of(net), np.zeros(wide), np.zeros(wide), np.zeros(wide), np.zeros((n, n)), np.zeros((n, n))
