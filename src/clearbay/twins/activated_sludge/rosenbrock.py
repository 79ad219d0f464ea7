"""A linearly implicit step of order two in which what is quick in every cell alone is implicit.

Oxygen and what is readily degraded answer within seconds to minutes, everything else more slowly. ROS2 keeps its
order with any approximation of the Jacobian, so a diagonal one will do: two derivatives a step, no linear algebra.
Source: Verwer, Spee, Blom and Hundsdorfer, SIAM J. Sci. Comput. 20 (1999) 1456.
"""

from clearbay.twins.activated_sludge.balance import rate
from clearbay.twins.activated_sludge.jit import part
from clearbay.twins.activated_sludge.records import Net, Work, whole_lanes
from clearbay.twins.activated_sludge.table import FloatArray

GAMMA = 0.29289321881345254  # 1 - 1/sqrt(2): L-stable
REACH = 1.9  # largest step times the spectral radius of what is explicit; the method's own limit is 2


@part
def quick_slopes(
    y: FloatArray, f0: FloatArray, trial: FloatArray, f1: FloatArray, u: FloatArray, control: FloatArray,
    k: FloatArray, nu: FloatArray, net: Net, work: Work, rerouted: bool, slopes: FloatArray,
) -> None:  # fmt: skip
    """Write how fast what is quick answers to itself in each cell [1/d], never above nought, into slopes."""
    n = net.component.shape[1]
    for i in range(y.shape[0]):
        trial[i] = y[i]
    for j in range(net.quick.shape[0]):
        for c in range(net.cells.shape[0]):
            place = c * n + net.quick[j]
            trial[place] += 1e-6 * (1.0 + abs(y[place]))
        rate(trial, u, control, k, nu, net, work, rerouted, f1)
        for c in range(net.cells.shape[0]):
            place = c * n + net.quick[j]
            slopes[place] = min(0.0, (f1[place] - f0[place]) / (trial[place] - y[place]))
            trial[place] = y[place]


@part
def predict(
    h: float, y: FloatArray, f0: FloatArray, slopes: FloatArray, net: Net, damping: FloatArray, stage: FloatArray
) -> None:
    """Write what a step of h [d] damps what is quick by, and its first stage; others keep 1, settlers' solids 0."""
    n = net.component.shape[1]
    for c in range(net.cells.shape[0]):
        for j in range(net.quick.shape[0]):
            i = c * n + net.quick[j]
            damping[i] = 1.0 / (1.0 - GAMMA * h * slopes[i])
    for i in range(whole_lanes(net.n_states)):
        stage[i] = y[i] + h * damping[i] * f0[i]


@part
def correct(
    h: float, y: FloatArray, f0: FloatArray, f1: FloatArray, net: Net, damping: FloatArray,
    stage: FloatArray, new: FloatArray,
) -> None:  # fmt: skip
    """Write the new state from the derivatives at the start and at the first stage; settlers' solids are there."""
    for i in range(whole_lanes(net.n_states)):
        k1 = damping[i] * f0[i]
        new[i] = y[i] + h * (1.5 * k1 + damping[i] * (0.5 * f1[i] - k1))
    for s in range(net.settlers.shape[0]):
        base = net.settlers[s].state
        for i in range(base, base + net.settlers[s].layers):
            new[i] = stage[i]
