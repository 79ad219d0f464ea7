"""The solids of settlers between two instants of the plant: many short steps while the plant takes one.

The layers slide on the kink of min(J_i, J_i+1) and change within a minute; all that flows into them changes slowly.
So they take steps of their own, of order three under error control (Bogacki and Shampine, Appl. Math. Lett. 2 (1989)
321), from the plant's present to its predicted state, with feed and flows on the straight line between: the whole
keeps order two. Multirate methods of this kind: Gear and Wells, BIT 24 (1984) 484; Savcenco, Hundsdorfer and Verwer,
BIT 47 (2007) 137.
"""

import math

import numpy as np

from clearbay.twins.activated_sludge.jit import kernel, part
from clearbay.twins.activated_sludge.records import Net, Work
from clearbay.twins.activated_sludge.settling import HALF, decay, grouped
from clearbay.twins.activated_sludge.stepping import growth
from clearbay.twins.activated_sludge.streams import carry_all, feed_of, ports_of
from clearbay.twins.activated_sludge.table import FloatArray

# Vectors of Work.solids, one after another at constant distances in one array: so the compiler sees that none
# overlaps another, and computes groups side by side. Each begins with the place above the first layer.
PITCH = 96
AT = 16
HERE, TRIAL, NEW, F_HERE, F_TRIAL, F_MID, F_NEW, FLUX, COUNTED = range(AT, AT + 9 * PITCH, PITCH)
RISING, SINKING, ENTERING, LETTING, CLEAR = range(AT + 9 * PITCH, AT + 14 * PITCH, PITCH)
LENGTH = 14 * PITCH
MOST_SUBSTEPS = 10_000
NEVER = -1e300


def scratch_of(net: Net) -> FloatArray:
    """Return Work.solids (settlers, LENGTH), with what is known of each settler's layers written.

    RISING, SINKING: 1 above and below the inlet; ENTERING: 1 at the inlet; LETTING: 1 for a layer that has
    one below; CLEAR: TSS [g/m3] up to which the layer below takes everything.
    """
    rows = np.zeros((len(net.settlers), LENGTH))
    for row, settler in zip(rows, net.settlers, strict=True):
        n, inlet = int(settler["layers"]), int(settler["feed"])
        row[RISING : RISING + inlet] = 1.0
        row[SINKING + inlet + 1 : SINKING + n] = 1.0
        row[ENTERING + inlet] = 1.0
        row[LETTING : LETTING + n - 1] = 1.0
        row[CLEAR : CLEAR + n] = NEVER
        row[CLEAR : CLEAR + inlet] = settler["x_t"]
    return rows


@part
def remember(net: Net, work: Work) -> None:
    """Keep the flows and the feed's TSS of each settler, of the last derivative: the next steps start there."""
    n = net.component.shape[1]
    for s in range(net.settlers.shape[0]):
        work.begun[s, 0] = work.through[s, 0]
        work.begun[s, 1] = work.through[s, 1]
        work.begun[s, 2] = work.feed[s * (n + 1) + n]


@kernel
def solids_rate(
    v: FloatArray, at: int, to: int, settlers: np.ndarray, s: int, feed_flow: float, bottom_flow: float, feed_tss: float
) -> None:
    """Write the change [g/(m3 d)] of the layers' TSS that stands at `at` in v, as `settling.settle` has it.

    v: (LENGTH,), a row of Work.solids; flows [m3/d] and TSS [g/m3] of the feed at that instant.
    """
    wide = grouped(settlers[s].layers, HALF)
    per_volume, per_height = settlers[s].per_volume, settlers[s].per_height
    x_min = settlers[s].f_ns * feed_tss
    v_0, v_max, r_h, r_p = settlers[s].v_0, settlers[s].v_max, settlers[s].r_h, settlers[s].r_p
    tie = 1.0 + settlers[s].tie
    up = (feed_flow - bottom_flow) * per_volume
    down = bottom_flow * per_volume
    load = feed_flow * per_volume * feed_tss
    for i in range(wide):
        over = max(v[at + i] - x_min, 0.0)
        velocity = v_0 * (decay(r_h * over) - decay(r_p * over))
        v[FLUX + i] = max(0.0, min(v_max, velocity)) * v[at + i] * per_height
    # What falls into a layer is worked out again where it arrives: to fetch it would take longer.
    for i in range(wide):
        here = v[at + i]
        above = v[FLUX + i - 1]
        falls = v[FLUX + i]
        below = v[FLUX + i + 1]
        comes = falls if (here > v[CLEAR + i - 1]) & (above > falls * tie) else above
        goes = below if (v[at + i + 1] > v[CLEAR + i]) & (falls > below * tie) else falls
        moved = up * v[RISING + i] * (v[at + i + 1] - here) + down * v[SINKING + i] * (v[at + i - 1] - here)
        entered = v[ENTERING + i] * (load - (up + down) * here)
        v[to + i] = moved + entered + comes * v[LETTING + i - 1] - goes * v[LETTING + i]


@kernel
def settle_ahead(
    h: float, y: FloatArray, f0: FloatArray, stage: FloatArray, weight: FloatArray, u: FloatArray,
    control: FloatArray, net: Net, work: Work, rerouted: bool,
) -> None:  # fmt: skip
    """Replace the settlers' solids in `stage`, the plant predicted after a step of h [d], by their own way there.

    y, f0: the plant at the start and its change; weight: what one unit of error counts; u, control: at the end.
    Where no way is found a NaN is left, which refuses the step.
    """
    carry_all(stage, u, control, net, work, rerouted)
    n = net.component.shape[1]
    for s in range(net.settlers.shape[0]):
        feed_of(s, stage, net, work)
        base = net.settlers[s].state
        layers = net.settlers[s].layers
        v = work.solids[s]
        for i in range(layers):
            v[HERE + i] = y[base + i]
            v[F_HERE + i] = f0[base + i]
            v[COUNTED + i] = weight[base + i]
        work.pace[s], found = walk(
            h, work.pace[s], v, net.settlers, s, work.begun[s, 0], work.begun[s, 1], work.begun[s, 2],
            work.through[s, 0], work.through[s, 1], work.feed[s * (n + 1) + n], net.n_states,
        )  # fmt: skip
        for i in range(layers):
            stage[base + i] = v[HERE + i] if found else math.nan
        ports_of(s, stage, net, work, net.top_returns > 0)


@kernel
def walk(
    h: float, pace: float, v: FloatArray, settlers: np.ndarray, s: int,
    flow0: float, bottom0: float, tss0: float, flow1: float, bottom1: float, tss1: float, n_states: int,
) -> tuple[float, bool]:  # fmt: skip
    """Take the layers through h [d] in steps that begin with `pace`; return the pace reached and whether they arrived.

    v: (LENGTH,), a row of Work.solids, with the start and its change; flow, bottom, tss: of the feed at both ends.
    """
    wide = grouped(settlers[s].layers, HALF)
    done, before = 0.0, 0.0
    per_state = 1.0 / n_states
    rise, bottom_rise, tss_rise = flow1 - flow0, bottom1 - bottom0, tss1 - tss0
    for _ in range(MOST_SUBSTEPS):
        left = h - done
        step = pace
        if step >= left:
            step = left
        elif step > 0.5 * left:
            step = 0.5 * left
        w = (done + 0.5 * step) / h
        for i in range(wide):
            v[TRIAL + i] = v[HERE + i] + 0.5 * step * v[F_HERE + i]
        solids_rate(v, TRIAL, F_TRIAL, settlers, s, flow0 + w * rise, bottom0 + w * bottom_rise, tss0 + w * tss_rise)
        w = (done + 0.75 * step) / h
        for i in range(wide):
            v[NEW + i] = v[HERE + i] + 0.75 * step * v[F_TRIAL + i]
        solids_rate(v, NEW, F_MID, settlers, s, flow0 + w * rise, bottom0 + w * bottom_rise, tss0 + w * tss_rise)
        w = (done + step) / h
        for i in range(wide):
            v[NEW + i] = v[HERE + i] + step * (
                2.0 / 9.0 * v[F_HERE + i] + 1.0 / 3.0 * v[F_TRIAL + i] + 4.0 / 9.0 * v[F_MID + i]
            )
        solids_rate(v, NEW, F_NEW, settlers, s, flow0 + w * rise, bottom0 + w * bottom_rise, tss0 + w * tss_rise)
        total = 0.0
        for i in range(wide):
            estimate = (
                1.0 / 12.0 * v[F_TRIAL + i]
                + 1.0 / 9.0 * v[F_MID + i]
                - 5.0 / 72.0 * v[F_HERE + i]
                - 1.0 / 8.0 * v[F_NEW + i]
            ) * v[COUNTED + i]
            total += estimate * estimate
        error = step * math.sqrt(per_state * total)
        if error <= 1.0:
            for i in range(wide):
                v[HERE + i] = v[NEW + i]
                v[F_HERE + i] = v[F_NEW + i]
            grows = growth(error)
            factor = 0.8 * grows
            if before > 0.0:
                factor = min(factor, factor * step * grows * before)
            factor = min(2.0, max(0.1, factor))
            pace = max(pace, factor * step) if step < pace else factor * step
            if step == left:
                return pace, True
            before = 1.0 / (step * grows)
            done += step
        else:
            pace = step * (max(0.1, 0.8 / np.cbrt(error)) if math.isfinite(error) else 0.1)
        if not pace > 1e-11:
            break
    return h, False
