"""Kernels of the ten-layer settler of Takacs et al. (1991), as the benchmark uses it."""

import numpy as np

from clearbay.twins.activated_sludge.jit import kernel, part
from clearbay.twins.activated_sludge.records import LANES
from clearbay.twins.activated_sludge.table import FloatArray

HALF = LANES // 2


@part
def decay(a: float) -> float:
    """Return exp(-a) for a >= 0 without a branch or a call, so that the layers are computed side by side.

    Series of degree 7 for a/16, squared four times, its last two terms a little less for all that are left out:
    absolute error below 1e-10. Terms are added by pairs, which wait for each other less than one after another.
    """
    x = min(a, 30.0) * (-1.0 / 16.0)
    x2 = x * x
    low = (1.0 + x) + x2 * (1.0 / 2.0 + x * (1.0 / 6.0))
    high = (1.0 / 24.0 + x * (1.0 / 120.0)) + x2 * (0.997 / 720.0 + x * (0.895 / 5040.0))
    e = low + x2 * x2 * high
    e *= e
    e *= e
    e *= e
    return e * e


@part
def sink(
    layers: FloatArray, settlers: np.ndarray, s: int, feed_tss: float, flux: FloatArray, change: FloatArray
) -> None:
    """Add to change what a settler's solids sink [g/(m3 d)]; layers: their TSS and a group of anything beyond.

    Source: Takacs, Patry and Nolasco, Water Research 25 (1991) 1263; threshold as in BSM1.
    """
    n = settlers[s].layers
    x_min = settlers[s].f_ns * feed_tss
    per_height = settlers[s].per_height
    v_0, v_max, r_h, r_p = settlers[s].v_0, settlers[s].v_max, settlers[s].r_h, settlers[s].r_p
    inlet, x_t, tie = settlers[s].feed, settlers[s].x_t, 1.0 + settlers[s].tie
    # Whole groups: a loop whose end is not known to be one is finished value by value.
    for i in range(grouped(n, HALF)):
        over = max(layers[i] - x_min, 0.0)
        v = v_0 * (decay(r_h * over) - decay(r_p * over))
        flux[i] = max(0.0, min(v_max, v)) * layers[i] * per_height
    came = 0.0
    for i in range(n - 1):
        falls = flux[i]
        held = flux[i + 1]
        # Above the inlet a clear layer below takes everything. Choices, not branches: at rest they are a coin's.
        falls = held if (i >= inlet or layers[i + 1] > x_t) & (falls > held * tie) else falls
        change[i] += came - falls
        came = falls
    change[n - 1] += came


@kernel
def settle(
    y: FloatArray,
    dy: FloatArray,
    settlers: np.ndarray,
    s: int,
    through: FloatArray,
    feed: FloatArray,
    solubles: int,
    component: FloatArray,
    masks: FloatArray,
    flux: FloatArray,
    sinks: bool,
) -> None:
    """Write the change of a settler's TSS and soluble layers into dy.

    through: (settlers, 2) flows of feed and bottom [m3/d]; feed: states of each settler's feed and its TSS [g/m3];
    masks: (2, places); flux: scratch; sinks: False to leave out what sinks. Writes up to a group beyond
    the settler's layers: what stands there must be written later.
    """
    base = settlers[s].state
    n = settlers[s].layers
    first = s * (feed.shape[0] // settlers.shape[0])
    feed_tss = feed[first + feed.shape[0] // settlers.shape[0] - 1]
    inlet = settlers[s].feed
    per_volume = settlers[s].per_volume
    up = (through[s, 0] - through[s, 1]) * per_volume
    down = through[s, 1] * per_volume
    load = through[s, 0] * per_volume
    # Transport by the water, for all contents at once: up above the inlet, down below it.
    wide = grouped(n * (solubles + 1), LANES)
    here = y[base : base + wide]
    below = y[base + 1 : base + 1 + wide]
    above = y[base - 1 : base - 1 + wide]
    rising = masks[0, base : base + wide]
    sinking = masks[1, base : base + wide]
    change = dy[base : base + wide]
    for i in range(wide):
        change[i] = up * rising[i] * (below[i] - here[i]) + down * sinking[i] * (above[i] - here[i])
    change[inlet] = load * feed_tss - (up + down) * here[inlet]
    i = inlet
    for j in range(component.shape[1]):
        if component[0, j] == 0.0:
            i += n
            change[i] = load * feed[first + j] - (up + down) * here[i]
    if sinks:
        sink(here, settlers, s, feed_tss, flux, change)


@part
def grouped(n: int, group: int) -> int:
    """Length of the whole groups that hold n."""
    return group * ((n + group - 1) // group)
