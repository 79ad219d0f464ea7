"""Which flow goes where: every stream as a linear combination of the given flows."""

import numpy as np

from clearbay.twins.activated_sludge.errors import FlowsheetError
from clearbay.twins.activated_sludge.flowsheet import BatchReactor, Buffer, Flowsheet
from clearbay.twins.activated_sludge.table import FloatArray


def split_matrix(sheet: Flowsheet, given: dict[int, int]) -> FloatArray:
    """Return (streams, given flows) such that the flow of every stream is split @ given flows.

    given: stream -> column of its given flow. Every unit of constant volume has one stream left over, which
    closes its balance. Raises FlowsheetError where that is not so, or where a loop has no given flow.
    """
    n = len(sheet.streams)
    sources = [s.source.split(".")[0] for s in sheet.streams]
    equations = np.zeros((n, n))
    right = np.zeros((n, max(given.values(), default=-1) + 1))
    for e, column in given.items():
        equations[e, e] = 1.0
        right[e, column] = 1.0
    for unit in sheet.units:
        out = [e for e in range(n) if sources[e] == unit.name]
        into = [e for e in range(n) if sheet.streams[e].target == unit.name]
        if not into or not out:
            raise FlowsheetError(f"unit '{unit.name}' has no stream {'out' if into else 'in'}")
        left_over = [e for e in out if e not in given]
        if isinstance(unit, Buffer | BatchReactor):
            if left_over:
                raise FlowsheetError(f"unit '{unit.name}' varies in volume: give every stream out of it a flow")
            continue
        if len(left_over) != 1:
            raise FlowsheetError(
                f"unit '{unit.name}' has {len(left_over)} streams without a flow; exactly one closes its balance"
            )
        row = left_over[0]
        for e in out:
            equations[row, e] += 1.0
        for e in into:
            equations[row, e] -= 1.0
    try:
        split = np.linalg.solve(equations, right)
    except np.linalg.LinAlgError:
        raise FlowsheetError("a loop of streams has no given flow: give one of them a pump") from None
    split[np.abs(split) < 1e-9] = 0.0
    return np.asarray(split, dtype=float)
