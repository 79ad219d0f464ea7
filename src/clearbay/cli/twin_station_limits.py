"""GB 18918-2002 as the station command needs it: to be replaced by `clearbay.standards` and
`clearbay.assess`.

Table 1, daily means; one source, the standard's PDF. `judge` is the only thing the command calls.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

CODES = {
    "COD": "w01018", "BOD5": "w01017", "SS": "w01012", "NH3-N": "w21003", "TN": "w21001", "TP": "w21011",
    "oil": "w22002",
}  # fmt: skip
# Limits [mg/L] of grade 1A and 1B. NH3-N: water above 12 degC, and at 12 degC or below. TP: built from 2006.
_LIMITS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "1A": {
        "COD": (50, 50), "BOD5": (10, 10), "SS": (10, 10), "NH3-N": (5, 8), "TN": (15, 15), "TP": (0.5, 0.5),
        "oil": (1, 1),
    },
    "1B": {
        "COD": (60, 60), "BOD5": (20, 20), "SS": (20, 20), "NH3-N": (8, 15), "TN": (20, 20), "TP": (1, 1),
        "oil": (3, 3),
    },
}  # fmt: skip
COLD = 12.0
# Decimals a daily mean is rounded to before it is compared: one more than the limit is written with.
_DECIMALS = {"COD": 0, "BOD5": 1, "SS": 0, "NH3-N": 1, "TN": 1, "TP": 2, "oil": 1}


@dataclass(frozen=True)
class Judged:
    """One parameter over the run: limit [mg/L] and verdict of each day, and what stands out."""

    parameter: str
    code: str
    limit: FloatArray
    mean: float
    worst: float
    worst_day: dt.date
    exceeded: tuple[dt.date, ...]
    confidence: str = "one-source"


def judge(
    days: Sequence[dt.date],
    effluent: Mapping[str, FloatArray],
    temperature: FloatArray,
    grade: str,
    built: int,
) -> list[Judged]:
    """Judge daily effluent means (days,) [mg/L] by GB 18918-2002 Table 1; temperature (days,) [degC]."""
    judged = []
    for name, (warm, cold) in _LIMITS[grade].items():
        limit = np.where(temperature > COLD, warm, cold)
        if name == "TP" and built < 2006:
            limit = limit + 0.5  # both grades: 1 and 1.5 mg/L for works built before 2006
        value = np.round(effluent[name], _DECIMALS[name])
        over = tuple(day for day, exceeded in zip(days, value > limit, strict=True) if exceeded)
        worst = int(np.argmax(effluent[name] / limit))
        judged.append(
            Judged(
                name, CODES[name], limit, float(effluent[name].mean()), float(value[worst]), days[worst], over
            )
        )
    return judged
