"""What a plant's twin and `assess` say together: a steady day of each line judged by GB 18485 as in force.

The day is what the line's monitors would report of it: hours of the stack's pollutants at 11 % O2, five-minute furnace
temperatures. Residence time and loss on ignition are no series; their figures stand in the same standard.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from clearbay.assess.findings import Verdict
from clearbay.assess.judge import judge as judge_values
from clearbay.assess.observations import SCHEMA
from clearbay.assess.permits import Permit
from clearbay.standards import Standard, Standards, load
from clearbay.standards.errors import StandardNotFound
from clearbay.standards.stack_rules import StackRules
from clearbay.twins.incineration.plant import PlantResult
from clearbay.vocabulary.clocks import DEFAULT_ZONE, day_start

STANDARD = "GB 18485"
CODES: Mapping[str, str] = {
    "dust": "a34013", "nox": "a21002", "so2": "a21026", "hcl": "a21024", "co": "a21005",
}  # fmt: skip
"""Outputs of the twin and the codes their values are reported under."""

NAMES: Mapping[str, tuple[str, str]] = {
    "dust": ("颗粒物", "particulate matter"), "nox": ("氮氧化物", "nitrogen oxides"),
    "so2": ("二氧化硫", "sulphur dioxide"), "hcl": ("氯化氢", "hydrogen chloride"),
    "co": ("一氧化碳", "carbon monoxide"),
    "furnace_temperature": ("低于 850 °C 的 5 分钟均值", "5-min means below 850 °C"),
    "seconds_above_850": ("850 °C 停留时间", "time above 850 °C"),
    "loss_on_ignition": ("炉渣热灼减率", "slag loss on ignition"),
}  # fmt: skip
RIPPLE_C = 0.001
"""A steady reading ripples by so much [degC]: one that never moved would be taken for a frozen thermocouple."""

FURNACE = {"upper_c": "i33310", "middle_c": "i33320"}
"""Sections whose medians make the furnace temperature, probe 0."""


@dataclass(frozen=True)
class StackLimit:
    """A limit as it was applied: output of the twin, bound and unit, clause, and how sure the figure is."""

    output: str
    bound: float
    unit: str
    clause: str
    sure: str
    at_least: bool = False

    @property
    def zh(self) -> str:
        """Name in Chinese."""
        return NAMES[self.output][0]

    @property
    def en(self) -> str:
        """Name in English."""
        return NAMES[self.output][1]


@dataclass(frozen=True)
class Judgement:
    """One limit on one line: its value and whether it is met."""

    line: int
    limit: StackLimit
    value: float
    met: bool


def judge(result: PlantResult, day: dt.date) -> list[Judgement]:
    """Judge every line of a solved plant as a day of itself, by the edition in force on `day`.

    Raises
    ------
    StandardNotFound : no edition is in force then.
    """
    standards = load()
    edition = _edition(standards, day)
    lines = len(result.lines["feed"])
    permits = [Permit(_point(k), STANDARD) for k in range(lines)]
    found = judge_values(_table(result, day), standards, permits, assessed_at=dt.datetime.now(dt.UTC), span=(day, day))
    frame = pl.from_arrow(
        found.select(["point_id", "code", "averaging", "limit_max", "unit", "clause", "confidence", "value", "verdict"])
    )
    assert isinstance(frame, pl.DataFrame)
    frame = frame.with_columns(pl.col(pl.Categorical).cast(pl.String))
    judged = []
    outputs = {code: output for output, code in CODES.items()}
    for row in frame.filter(pl.col("averaging").is_in(["day", "furnace_temperature"])).iter_rows(named=True):
        output = outputs.get(row["code"], "furnace_temperature")
        limit = StackLimit(output, row["limit_max"], _unit(row["unit"]), row["clause"], row["confidence"])
        line = next(k for k in range(lines) if _point(k) == row["point_id"])
        judged.append(Judgement(line + 1, limit, row["value"], row["verdict"] == Verdict.MET))
    for k in range(lines):
        judged += _design(result, k, edition)
    order = list(NAMES)
    return sorted(judged, key=lambda one: (order.index(one.limit.output), one.line))


def _design(result: PlantResult, line: int, edition: Standard) -> list[Judgement]:
    """What is designed and sampled, not monitored."""
    assert isinstance(edition.rules, StackRules)
    figures = edition.rules.figures
    time, loss = figures["residence_time"], figures["slag_ignition_loss"]
    seconds = float(result.lines["seconds_above_850"][line])
    share = 100 * float(result.lines["loss_on_ignition"][line])
    above = StackLimit("seconds_above_850", float(time.value), "s", time.clause, time.confidence, at_least=True)
    slag = StackLimit("loss_on_ignition", float(loss.value), "%", loss.clause, loss.confidence)
    return [
        Judgement(line + 1, above, seconds, seconds >= above.bound),
        Judgement(line + 1, slag, share, share <= slag.bound),
    ]


def stack_limits(day: dt.date, standards: Standards | None = None) -> dict[str, float]:
    """Daily limits on the stack by output of the twin, for `whatif.highest_load`."""
    edition = _edition(standards or load(), day)
    outputs = {code: output for output, code in CODES.items()}
    return {
        outputs[limit.code]: float(limit.maximum)
        for limit in edition.limits
        if limit.averaging == "day" and limit.code in outputs and limit.maximum is not None
    }


def _edition(standards: Standards, day: dt.date) -> Standard:
    held = standards.at(day)
    if STANDARD not in held.families():
        raise StandardNotFound(f"no edition of {STANDARD} is in force on {day}")
    return held.editions(STANDARD)[0]


def _point(line: int) -> str:
    return f"line-{line + 1}"


def _unit(text: str) -> str:
    return {"mg/m3": "mg/m³", "1": ""}.get(text, text)


def _table(result: PlantResult, day: dt.date) -> pa.Table:
    """A day of every line: 24 hours of each pollutant at 11 % O2, 288 five-minute temperatures of two sections."""
    start = day_start(day, DEFAULT_ZONE)
    rows: list[tuple[str, str, str, dt.datetime, int, float, str]] = []
    for k in range(len(result.lines["feed"])):
        for output, code in CODES.items():
            value = float(result.lines[output][k])
            rows += [
                (_point(k), code, "reference_o2", start + dt.timedelta(hours=hour), 3600, value, "mg/m3")
                for hour in range(24)
            ]
        for output, code in FURNACE.items():
            value = float(result.lines[output][k])
            rows += [
                (_point(k), code, "raw", start + dt.timedelta(minutes=5 * n), 300, value + RIPPLE_C * (n % 7), "Cel")
                for n in range(288)
            ]
    names = ("point_id", "code", "basis", "time", "period_s", "value", "unit")
    columns: dict[str, list[object]] = {
        name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }
    n = len(rows)
    columns |= {
        "statistic": ["avg"] * n, "text": [None] * n, "flag": ["N"] * n, "quality": [1] * n, "source": [0] * n,
        "row": list(range(1, n + 1)),
    }  # fmt: skip
    arrays = {
        field.name: pa.array(columns[field.name], field.type.value_type).dictionary_encode().cast(field.type)
        if pa.types.is_dictionary(field.type)
        else pa.array(columns[field.name], field.type)
        for field in SCHEMA
    }
    return pa.table(arrays, schema=SCHEMA)
