"""What a station's twin and `assess` say together: daily effluent means judged by the permit's standard."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from clearbay.assess.findings import Verdict
from clearbay.assess.judge import judge as judge_values
from clearbay.assess.observations import SCHEMA
from clearbay.assess.permits import Permit
from clearbay.standards import load
from clearbay.vocabulary.clocks import DEFAULT_ZONE, day_start

FloatArray = npt.NDArray[np.float64]

CODES = {
    "COD": "w01018", "BOD5": "w01017", "SS": "w01012", "NH3-N": "w21003", "TN": "w21001", "TP": "w21011",
    "oil": "w22002",
}  # fmt: skip
TEMPERATURE = "w01010"
OUTLET = "outlet"
STANDARD = "GB 18918"


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
    confidence: str


def judge(
    days: Sequence[dt.date],
    effluent: Mapping[str, FloatArray],
    temperature: FloatArray,
    grade: str,
    built: int,
) -> list[Judged]:
    """Judge daily effluent means (days,) [mg/L] by GB 18918 as in force on each day; temperature (days,) [degC].

    Raises
    ------
    PermitError : the standard knows no such grade.
    """
    permit = Permit(OUTLET, STANDARD, MappingProxyType({"level": grade, "built": str(built)}))
    values = {CODES[name]: effluent[name] for name in CODES} | {TEMPERATURE: temperature}
    found = judge_values(_table(days, values), load(), [permit], assessed_at=dt.datetime.now(dt.UTC))
    frame = pl.from_arrow(found.select(["code", "time", "limit_max", "value", "margin", "verdict", "confidence"]))
    assert isinstance(frame, pl.DataFrame)
    frame = frame.with_columns(pl.col(pl.Categorical).cast(pl.String)).sort("code", "time")
    judged = []
    for name, code in CODES.items():
        mine = frame.filter(pl.col("code") == code)
        limit = mine["limit_max"].to_numpy()
        worst = int(np.argmax(mine["value"].to_numpy() / limit))
        over = mine["verdict"].to_numpy() == Verdict.EXCEEDED
        judged.append(
            Judged(
                name,
                code,
                limit,
                float(effluent[name].mean()),
                float(mine["value"][worst]),
                days[worst],
                tuple(day for day, exceeded in zip(days, over, strict=True) if exceeded),
                str(mine["confidence"][0]),
            )
        )
    return judged


def _table(days: Sequence[dt.date], values: Mapping[str, FloatArray]) -> pa.Table:
    """Daily means of the outlet as a measurement table."""
    starts = [day_start(day, DEFAULT_ZONE) for day in days]
    lengths = [int((day_start(day + dt.timedelta(days=1), DEFAULT_ZONE) - start).total_seconds())
               for day, start in zip(days, starts, strict=True)]  # fmt: skip
    n = len(days)
    parts = []
    for code, series in values.items():
        columns: dict[str, object] = {
            "point_id": [OUTLET] * n, "code": [code] * n, "basis": ["raw"] * n, "time": starts, "period_s": lengths,
            "statistic": ["avg"] * n, "value": np.asarray(series, dtype=np.float64),
            "text": [f"{v:.9g}" for v in series], "unit": ["Cel" if code == TEMPERATURE else "mg/L"] * n,
            "flag": ["N"] * n, "quality": [1] * n, "source": [0] * n, "row": list(range(1, n + 1)),
        }  # fmt: skip
        parts.append(
            pa.table(
                {
                    field.name: pa.array(columns[field.name], field.type.value_type).dictionary_encode()
                    if pa.types.is_dictionary(field.type)
                    else pa.array(columns[field.name], field.type)
                    for field in SCHEMA
                }
            )
        )
    return pa.concat_tables(parts).unify_dictionaries()
