"""A linearly implicit step of order two in which what is quick in every cell is implicit, with all it does there.

Oxygen and what is readily degraded answer within seconds to minutes, everything else more slowly. ROS2 keeps its
order with any approximation of the Jacobian, so the columns of the quick states of each cell will do: two
derivatives a step, and three equations at most for each cell.
Source: Verwer, Spee, Blom and Hundsdorfer, SIAM J. Sci. Comput. 20 (1999) 1456.
"""

from clearbay.twins.activated_sludge.balance import rate
from clearbay.twins.activated_sludge.jit import part, whole
from clearbay.twins.activated_sludge.records import Net, Work, whole_lanes
from clearbay.twins.activated_sludge.table import FloatArray

GAMMA = 0.29289321881345254  # 1 - 1/sqrt(2): L-stable
REACH = 1.9  # largest step times the spectral radius of what is explicit; the method's own limit is 2
LEAST = 0.25  # what is quick falls back, so the determinant is above 1; an old Jacobian must not turn that over
GROUP = 8  # states of a cell are written by groups, into the next cell, which is written next


@part
def quick_columns(
    y: FloatArray, f0: FloatArray, trial: FloatArray, f1: FloatArray, u: FloatArray, control: FloatArray,
    k: FloatArray, nu: FloatArray, net: Net, work: Work, rerouted: bool, vectors: FloatArray, first: int,
) -> None:  # fmt: skip
    """Write what each quick state does to all states of its cell [1/d] into the rows of vectors from `first` on.

    To itself never above nought.
    """
    n = net.component.shape[1]
    for i in range(y.shape[0]):
        trial[i] = y[i]
    for j in range(net.quick.shape[0]):
        column = vectors[first + j]
        for c in range(net.cells.shape[0]):
            place = c * n + net.quick[j]
            trial[place] += 1e-6 * (1.0 + abs(y[place]))
        rate(trial, u, control, k, nu, net, work, rerouted, f1)
        for c in range(net.cells.shape[0]):
            place = c * n + net.quick[j]
            change = trial[place] - y[place]
            trial[place] = y[place]
            for i in range(c * n, c * n + n):
                column[i] = (f1[i] - f0[i]) / change
            column[place] = min(0.0, column[place])


@part
def invert(h: float, net: Net, vectors: FloatArray, first: int, inverses: FloatArray) -> None:
    """Write GAMMA h times the inverse of 1 - GAMMA h J of each cell's quick states: inverses (cells, 9)."""
    n = net.component.shape[1]
    p, q, r = net.trio[0], net.trio[1], net.trio[2]
    one, two, three = vectors[first], vectors[first + 1], vectors[first + 2]
    g = GAMMA * h
    for c in range(net.cells.shape[0]):
        at = c * n
        a00, a01, a02 = 1.0 - g * one[at + p], -g * two[at + p], -g * three[at + p]
        a10, a11, a12 = -g * one[at + q], 1.0 - g * two[at + q], -g * three[at + q]
        a20, a21, a22 = -g * one[at + r], -g * two[at + r], 1.0 - g * three[at + r]
        b00, b10, b20 = a11 * a22 - a12 * a21, a12 * a20 - a10 * a22, a10 * a21 - a11 * a20
        share = g / max(LEAST, a00 * b00 + a01 * b10 + a02 * b20)
        inverses[c, 0] = share * b00
        inverses[c, 1] = share * (a02 * a21 - a01 * a22)
        inverses[c, 2] = share * (a01 * a12 - a02 * a11)
        inverses[c, 3] = share * b10
        inverses[c, 4] = share * (a00 * a22 - a02 * a20)
        inverses[c, 5] = share * (a02 * a10 - a00 * a12)
        inverses[c, 6] = share * b20
        inverses[c, 7] = share * (a01 * a20 - a00 * a21)
        inverses[c, 8] = share * (a00 * a11 - a01 * a10)


@whole
def smooth(f: FloatArray, net: Net, vectors: FloatArray, first: int, inverses: FloatArray, out: FloatArray) -> None:
    """Solve (1 - GAMMA h J) out = f by the inverses."""
    n = net.component.shape[1]
    p, q, r = net.trio[0], net.trio[1], net.trio[2]
    one, two, three = vectors[first], vectors[first + 1], vectors[first + 2]
    wide = GROUP * ((n + GROUP - 1) // GROUP)
    for c in range(net.cells.shape[0]):
        at = c * n
        fp, fq, fr = f[at + p], f[at + q], f[at + r]
        x = inverses[c, 0] * fp + inverses[c, 1] * fq + inverses[c, 2] * fr
        y = inverses[c, 3] * fp + inverses[c, 4] * fq + inverses[c, 5] * fr
        z = inverses[c, 6] * fp + inverses[c, 7] * fq + inverses[c, 8] * fr
        # Slices, because a place that might be counted from the end is not computed side by side.
        source, target = f[at : at + wide], out[at : at + wide]
        by_p, by_q, by_r = one[at : at + wide], two[at : at + wide], three[at : at + wide]
        for i in range(wide):
            target[i] = source[i] + x * by_p[i] + y * by_q[i] + z * by_r[i]
    rest = net.cells.shape[0] * n
    source, target = f[rest:], out[rest:]
    for i in range(whole_lanes(net.n_states) - rest):
        target[i] = source[i]


@part
def take_out(y: FloatArray, moved: FloatArray, net: Net, vectors: FloatArray, first: int, change: FloatArray) -> None:
    """Take what the columns stand for out of the change of the derivative between y and `moved`."""
    n = net.component.shape[1]
    for j in range(net.quick.shape[0]):
        column = vectors[first + j]
        for c in range(net.cells.shape[0]):
            place = c * n + net.quick[j]
            for i in range(c * n, c * n + n):
                change[i] -= column[i] * (moved[place] - y[place])


@part
def keep_solids(net: Net, stage: FloatArray, new: FloatArray) -> None:
    """Write the settlers' solids of the stage, where they have gone their own way, into the new state."""
    for s in range(net.settlers.shape[0]):
        base = net.settlers[s].state
        for i in range(base, base + net.settlers[s].layers):
            new[i] = stage[i]
