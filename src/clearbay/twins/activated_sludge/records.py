"""The records a flowsheet is compiled to: what the kernels read."""

from typing import NamedTuple

import numpy as np

from clearbay.twins.activated_sludge.jit import part
from clearbay.twins.activated_sludge.table import FloatArray

# A cell is a completely mixed reacting volume: a tank, or one layer of a biofilm.
CELL = np.dtype(
    [
        ("volume", "f8"),  # m3, where it does not vary
        ("volume_state", "i8"),  # place of the volume in y, or -1
        ("area", "f8"),  # m2, for the blanket of a sequencing batch reactor
        ("blanket_state", "i8"),  # place of the blanket height in y, or -1
        ("mixing", "i8"),  # control column: 1 mixed, 0 settling, or -1
        ("aeration", "i8"),  # one of AERATION_*
        ("air", "i8"),  # control column: kLa [1/d] or set point [g/m3]
        ("kla_max", "i8"),  # control column: ceiling of the controller [1/d]
        ("gain", "f8"),  # 1/d per g/m3
        ("integral_time", "f8"),  # d
        ("controller_state", "i8"),  # place of the integral part [1/d] in y, or -1
    ],
    align=True,
)
AERATION_NONE, AERATION_KLA, AERATION_SET_POINT = 0, 1, 2

# Columns of Net.edges: a stream from one port to another, and the row of Net.factors it takes states by,
# or -1.
SOURCE, AT, TARGET, TO, FACTOR = 0, 1, 2, 3, 4
FROM_INFLUENT, FROM_CELL, FROM_TOP, FROM_BOTTOM, FROM_DECANTER, FROM_BLANKET = 0, 1, 2, 3, 4, 5
TO_CELL, TO_SETTLER, TO_OUTLET = 0, 1, 2

# A flow that is given rather than left over: a pump, a share of an influent, or a weir.
FLOW = np.dtype(
    [
        ("kind", "i8"),
        ("control", "i8"),  # control column: m3/d, or the ratio to the influent flow
        ("influent", "i8"),
        ("cell", "i8"),  # cell whose level stops the pump or spills over the weir, or -1
        ("level", "f8"),  # m3: volume at which the pump stops, or the weir spills
        ("band", "f8"),  # m3 over which the pump fades
    ],
    align=True,
)
FLOW_INFLUENT, FLOW_PUMP, FLOW_RATIO, FLOW_WEIR = 0, 1, 2, 3
WEIR_RATE = 500.0  # 1/d: water above the weir leaves with a time constant of about three minutes

SETTLER = np.dtype(
    [
        ("per_height", "f8"),  # 1/m, of one layer
        ("per_volume", "f8"),  # 1/m3, of one layer
        ("layers", "i8"),
        ("feed", "i8"),  # index of the feed layer, 0 at the top
        ("v_max", "f8"),
        ("v_0", "f8"),
        ("r_h", "f8"),
        ("r_p", "f8"),
        ("f_ns", "f8"),
        ("x_t", "f8"),
        ("tie", "f8"),  # relative difference of fluxes below which the upper one is taken
        ("state", "i8"),  # place of the first layer's TSS in y
    ],
    align=True,
)

BIOFILM = np.dtype(
    [
        ("bulk", "i8"),
        ("first", "i8"),  # cell of the outermost layer
        ("layers", "i8"),
        ("area", "f8"),  # m2 of carrier
        ("thickness", "f8"),  # m
        ("boundary", "f8"),  # m
        ("density", "f8"),  # g TSS/m3 a layer holds before it pushes outward
        ("attachment", "f8"),  # m/d
        ("push", "f8"),  # 1/d
    ],
    align=True,
)

DOSE = np.dtype([("cell", "i8"), ("control", "i8"), ("influent", "i8")], align=True)

# Rows of Net.component.
PARTICULATE, TSS, DIFFUSION = 0, 1, 2


class Net(NamedTuple):
    """Everything about the plant that does not change with time."""

    model: int
    cells: np.ndarray
    edges: np.ndarray  # (edges, 5) int64
    areas: FloatArray  # (edges,) m2 of the basin a clarified stream leaves, or 0
    flows: np.ndarray
    split: FloatArray  # (edges, flows): flow of each stream from the given flows
    factors: FloatArray  # (rows, states): what a stream takes of each state, or a settling velocity [m/d]
    settlers: np.ndarray
    biofilms: np.ndarray
    doses: np.ndarray
    recipes: FloatArray  # (doses, states): g of each state per g of product
    component: FloatArray  # (3, states): particulate, TSS content, diffusion [m2/d]
    soluble: np.ndarray  # (solubles,) places of the solubles among the states
    masks: FloatArray  # (2, places): 1 for a layer above its settler's inlet, 1 for one below
    oxygen: int
    quick: np.ndarray  # (quick,) places among the states of those that answer within minutes, oxygen first
    trio: np.ndarray  # (MOST_QUICK,) the same, filled up by repetition
    top_returns: int  # 1 where what leaves a settler's top enters another unit
    n_outlets: int
    n_states: int  # length of y
    fixed: int  # 1 where no flow depends on the state: then flows change with influents and controls alone
    links: np.ndarray  # (links, 4) int64: CELL, STREAM, SIGN, BASE; of what enters cells, by cell
    spans: np.ndarray  # (cells, 3) int64: first link from a cell, first from elsewhere, end
    feeds: np.ndarray  # (feeds, 4) int64: SETTLER, STREAM, ELSEWHERE, BASE
    drains: np.ndarray  # (drains, 2) int64: settler, stream out of its bottom
    parts: np.ndarray  # (parts, 2) int64: stream that takes states unequally, its place elsewhere
    outs: np.ndarray  # (outs, 4) int64: OUTLET, STREAM, ELSEWHERE, BASE
    origins: int  # rows of what streams carry that no cell holds as it is: influents, ports, parted streams


# Columns of Net.links, feeds and outs. SIGN is -1 where a stream that takes states unequally leaves a cell; BASE is
# the place of the first state in y, or (ELSEWHERE) among the origins.
CELL_OF, STREAM, SIGN, BASE = 0, 1, 2, 3
ELSEWHERE = 2


MOST_LAYERS = 64
MOST_QUICK = 3  # states of a cell that are solved for together
FLUX_PLACES = MOST_LAYERS + 16
FIRST_PACE = 1e-4  # d: where the layers of a settler begin, before errors set their step


class Work(NamedTuple):
    """What the kernels of the right-hand side write and read again; they allocate nothing."""

    given: FloatArray  # (flows,) m3/d
    flow: FloatArray  # (streams,) m3/d
    weights: FloatArray  # (links,) 1/d: flow per volume of the cell
    loss: FloatArray  # (cells,) 1/d: what leaves per volume
    shares: FloatArray  # (feeds,) share of a settler's feed
    through: FloatArray  # (settlers, 2) m3/d: feed and bottom
    origins: FloatArray  # (origins * states,) g/m3
    feed: FloatArray  # (settlers * (states + 1),) g/m3: feed and its TSS
    flux: FloatArray  # scratch for the layers of a settler
    solids: FloatArray  # (settlers, places): layers between two instants of the plant; see layers.py
    begun: FloatArray  # (settlers, 3) m3/d, g/m3: feed, bottom and the feed's TSS where a step begins
    pace: FloatArray  # (settlers,) d: step of the layers
    inverses: FloatArray  # (cells, 9): of the system of the quick states of each cell


def work_of(net: Net, solids: FloatArray | None = None) -> Work:
    """Return the scratch of a plant; solids: of `layers.scratch_of`, where steps are to be taken."""
    n = net.component.shape[1]
    return Work(
        given=np.zeros(len(net.flows)),
        flow=np.zeros(len(net.edges)),
        weights=np.zeros(len(net.links)),
        loss=np.zeros(len(net.cells)),
        shares=np.zeros(len(net.feeds)),
        through=np.zeros((len(net.settlers), 2)),
        origins=np.zeros(net.origins * n),
        feed=np.zeros(len(net.settlers) * (n + 1)),
        flux=np.zeros(FLUX_PLACES),
        solids=np.zeros((0, 0)) if solids is None else solids,
        begun=np.zeros((len(net.settlers), 3)),
        pace=np.full(len(net.settlers), FIRST_PACE),
        inverses=np.zeros((len(net.cells), MOST_QUICK**2)),
    )


def aligned(rows: int, length: int) -> FloatArray:
    """Return zeros (rows, length) that begin where a vector of the processor begins."""
    store = np.zeros(rows * length + 8)
    offset = (-store.ctypes.data // 8) % 8
    return store[offset : offset + rows * length].reshape(rows, length)


# The kernels work on whole groups of LANES values, so that no loop ends in single steps: vectors are this
# much longer than y, and filled up with zeros.
LANES = 32


def padded(places: int) -> int:
    """Length of a vector that holds y and a group of zeros."""
    return int(whole_lanes(places)) + LANES


@part
def whole_lanes(places: int) -> int:
    """Length of the groups that hold y."""
    return LANES * -(-places // LANES)


# The first control columns are the same in every plant.
CONTROL_PARAMETERS, CONTROL_SATURATION, CONTROL_FIRST = 0, 1, 2
MODEL_ASM1, MODEL_ASM2D = 0, 1
