"""How the plant commands judge a steady plant: its stack and furnace against GB 18485-2014.

The limits stand here, each with how sure it is, until the standard itself is among `clearbay.standards`; then this one
module composes twin and `assess` instead.
"""

from dataclasses import dataclass
from typing import Literal

from clearbay.twins.incineration.plant import PlantResult

Sure = Literal["verified", "one-source", "unverified"]


@dataclass(frozen=True)
class StackLimit:
    """A limit on a steady value: output of the twin, names, bound and unit, and how sure the figure is."""

    output: str
    zh: str
    en: str
    bound: float
    unit: str
    sure: Sure
    at_least: bool = False


# GB 18485-2014 Table 4, 24-h mean (mg/Nm3, dry, 11 % O2), and Table 1. A steady plant is judged as its own daily mean.
GB_18485 = (
    StackLimit("dust", "颗粒物", "particulate matter", 20.0, "mg/m³", "one-source"),
    StackLimit("nox", "氮氧化物", "nitrogen oxides", 250.0, "mg/m³", "verified"),
    StackLimit("so2", "二氧化硫", "sulphur dioxide", 80.0, "mg/m³", "verified"),
    StackLimit("hcl", "氯化氢", "hydrogen chloride", 50.0, "mg/m³", "verified"),
    StackLimit("co", "一氧化碳", "carbon monoxide", 80.0, "mg/m³", "one-source"),
    StackLimit("upper_c", "炉膛上部温度", "upper furnace", 850.0, "°C", "verified", at_least=True),
    StackLimit("seconds_above_850", "850 °C 停留时间", "time above 850 °C", 2.0, "s", "verified", at_least=True),
    StackLimit("loss_on_ignition_pct", "炉渣热灼减率", "slag loss on ignition", 5.0, "%", "verified"),
)


@dataclass(frozen=True)
class Judgement:
    """One limit on one line: its value and whether it is met."""

    line: int
    limit: StackLimit
    value: float
    met: bool


def judge(result: PlantResult) -> list[Judgement]:
    """Judge every line of a solved plant by GB 18485-2014; values are compared as they are, unrounded."""
    found = []
    for limit in GB_18485:
        column = (
            100 * result.lines["loss_on_ignition"]
            if limit.output == "loss_on_ignition_pct"
            else result.lines[limit.output]
        )
        for k, value in enumerate(column.tolist(), start=1):
            met = value >= limit.bound if limit.at_least else value <= limit.bound
            found.append(Judgement(k, limit, value, met))
    return found


def stack_limits() -> dict[str, float]:
    """Limits on the stack by output of the twin, for `whatif.highest_load`."""
    return {limit.output: limit.bound for limit in GB_18485 if limit.unit == "mg/m³"}
