"""The records a flowsheet is compiled to: what the kernels read."""

from typing import NamedTuple

import numpy as np

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
        ("area", "f8"),
        ("height", "f8"),  # m, of one layer
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
    top_returns: int  # 1 where what leaves a settler's top enters another unit
    n_outlets: int
    n_states: int  # length of y


# The first control columns are the same in every plant.
CONTROL_PARAMETERS, CONTROL_SATURATION, CONTROL_FIRST = 0, 1, 2
MODEL_ASM1, MODEL_ASM2D = 0, 1
