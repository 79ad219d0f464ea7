"""In-furnace denitrification: a table of plug-flow reactors, and the two-step scheme it is checked against.

The table is written by `tools/sncr_table.py` from the mechanism of Alzueta et al. (2023): 59,940 isothermal reactors,
12.5 K apart. It holds NO, NH3, HNCO and N2O left per mole of NO fed, over temperature, CO, N fed, O2, NO, the share of
N fed as HNCO, and time. Between nodes it is multilinear (in the logarithms of CO and NO), which keeps every value
inside its neighbours'.
"""

import math
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clearbay.twins.incineration.compiled import kernel

Floats = NDArray[np.float64]
CO_SCALE = 2e-5  # CO acts through the logarithm of 1 + CO/this: the window moves by about as much per doubling


def _load() -> tuple[NDArray[np.float32], Floats, NDArray[np.int64]]:
    with resources.as_file(resources.files(__package__) / "sncr_alzueta.npz") as path, np.load(path) as archive:
        names = ("temperature_k", "co", "nsr", "o2", "no", "hnco_share", "tau_s")
        axes = [np.asarray(archive[name], dtype=float) for name in names]
        axes[1] = np.log1p(axes[1] / CO_SCALE)
        axes[4] = np.log(axes[4])
        values = np.ascontiguousarray(archive["table"].astype(np.float32))
    starts = np.cumsum([0] + [len(a) for a in axes])
    return values.reshape(-1, 4), np.concatenate(axes), starts


TABLE, AXES, STARTS = _load()
_STRIDE = np.ones(7, dtype=np.int64)
for _k in range(5, -1, -1):
    _STRIDE[_k] = _STRIDE[_k + 1] * (STARTS[_k + 2] - STARTS[_k + 1])


@kernel
def reactor(
    values: NDArray[np.float32], t: float, co: float, nsr: float, o2: float, no: float, hnco: float, tau: float,
    out: Floats, base: NDArray[np.int64], weight: Floats,
) -> None:  # fmt: skip
    """NO, NH3, HNCO, N2O left per mole of NO fed, written to `out` (4); inputs are held to the table's edges.

    `base` and `weight` (128 each) are scratch: the corners of the cell and their weights.

    `t` [K]; `co`, `o2`, `no` mole shares of the wet gas; `nsr` mole N per mole NO; `tau` [s]. Below the smallest
    NSR the reagent's effect goes to nothing in proportion, so that no reagent changes nothing.
    """
    base[0], weight[0], count = 0, 1.0, 1
    small = min(nsr / 0.25, 1.0)
    for axis in range(7):
        if axis == 0:
            x = t
        elif axis == 1:
            x = math.log1p(max(co, 0.0) / CO_SCALE)
        elif axis == 2:
            x = nsr
        elif axis == 3:
            x = o2
        elif axis == 4:
            x = math.log(max(no, 1e-9))
        elif axis == 5:
            x = hnco
        else:
            x = tau
        start, end = STARTS[axis], STARTS[axis + 1]
        x = min(max(x, AXES[start]), AXES[end - 1])
        if axis == 0:
            k = min(int((x - AXES[0]) / 12.5), end - 2)
        else:
            k = start
            while k < end - 2 and x > AXES[k + 1]:
                k += 1
        f = (x - AXES[k]) / (AXES[k + 1] - AXES[k])
        offset = (k - start) * _STRIDE[axis]
        if f <= 0.0:
            for m in range(count):
                base[m] += offset
        elif f >= 1.0:
            for m in range(count):
                base[m] += offset + _STRIDE[axis]
        else:
            for m in range(count):
                base[m] += offset
                base[m + count] = base[m] + _STRIDE[axis]
                weight[m + count] = weight[m] * f
                weight[m] *= 1.0 - f
            count *= 2
    a = b = c = d = 0.0
    for m in range(count):
        w, row = weight[m], base[m]
        a += w * values[row, 0]
        b += w * values[row, 1]
        c += w * values[row, 2]
        d += w * values[row, 3]
    out[0] = 1.0 + small * (a - 1.0)
    out[1], out[2], out[3] = b * small, c * small, d * small


def left_of_no(
    t_c: ArrayLike, co: ArrayLike, nsr: ArrayLike, o2: ArrayLike, no: ArrayLike, hnco: ArrayLike, tau: ArrayLike
) -> Floats:
    """`reactor` over arrays: shape (n, 4), NO, NH3, HNCO, N2O left per mole of NO fed, t in [degC]."""
    columns = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (t_c, co, nsr, o2, no, hnco, tau)))
    rows = np.column_stack([v.ravel() for v in columns])
    out = np.empty((rows.shape[0], 4))
    corners, weights = np.empty(128, dtype=np.int64), np.empty(128)
    for k, row in enumerate(rows):
        reactor(TABLE, row[0] + 273.15, row[1], row[2], row[3], row[4], row[5], row[6], out[k], corners, weights)
    return out


# Two steps: NO + NH3 -> N2 and NH3 + O2 -> NO (Ostberg and Dam-Johansen 1994 on Brouwer et al. 1996), m3/mol/s
def _reduction(t_k: float) -> float:
    return float(4.24e2 * t_k**5.30 * math.exp(-349937 / (8.314462618 * t_k)))


def _oxidation(t_k: float) -> float:
    return float(3.50e-1 * t_k**7.65 * math.exp(-524487 / (8.314462618 * t_k)))


def critical_no(t_k: float, o2: float) -> float:
    """NO [mole share] at which the two steps balance: reduction above it, formation below it."""
    return _oxidation(t_k) * o2 / _reduction(t_k)


def two_step(t_k: float, no: float, nh3: float, o2: float, tau_s: float) -> tuple[float, float]:
    """NO and NH3 left [mole share] after `tau_s` by the two-step scheme at 101.325 kPa (fourth-order Runge-Kutta).

    Each step is a tenth of the time constant of NH3 at that moment, so the fast start is resolved.
    """
    density = 101325 / (8.314462618 * t_k)
    k_red, k_ox = _reduction(t_k) * density, _oxidation(t_k) * density * o2

    def slope(u: float, n: float) -> tuple[float, float]:
        red, ox = k_red * u * n, k_ox * n
        return ox - red, -ox - red

    time = 0.0
    while time < tau_s and nh3 > 1e-16:
        dt = min(0.1 / (k_red * no + k_ox), tau_s - time)
        time += dt
        a1, b1 = slope(no, nh3)
        a2, b2 = slope(no + dt / 2 * a1, nh3 + dt / 2 * b1)
        a3, b3 = slope(no + dt / 2 * a2, nh3 + dt / 2 * b2)
        a4, b4 = slope(no + dt * a3, nh3 + dt * b3)
        no += dt / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
        nh3 += dt / 6 * (b1 + 2 * b2 + 2 * b3 + b4)
    return no, nh3


def two_step_end(t_k: float, no: float, nh3: float, o2: float) -> float:
    """NO [mole share] when all NH3 is spent: the root of (u - u0) + 2 a ln|(u - a)/(u0 - a)| = -n0 (bisection).

    `a` is `critical_no`. The relation is exact: du/dn = (u - a)/(u + a) along any path of the two steps.
    """
    a = critical_no(t_k, o2)

    def left(u: float) -> float:
        return (u - no) + 2 * a * math.log(abs((u - a) / (no - a))) + nh3

    low, high = (a * (1 + 1e-15) + 1e-30, no) if no > a else (no, a * (1 - 1e-15))
    for _ in range(200):
        mid = 0.5 * (low + high)
        # above a, left() rises with u from -inf; below a it falls with u to -inf
        if (left(mid) > 0) == (no > a):
            high = mid
        else:
            low = mid
    return 0.5 * (low + high)
