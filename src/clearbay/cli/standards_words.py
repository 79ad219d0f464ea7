"""The words of the standards tables in both languages."""

from collections.abc import Sequence

from clearbay.cli.language import Language

KIND_WORDS = {
    "ambient_air": ("环境空气", "ambient air"),
    "ambient_air_rules": ("环境空气评价", "air evaluation"),
    "air_index": ("空气质量指数", "air index"),
    "surface_water": ("地表水", "surface water"),
    "surface_water_rules": ("地表水评价", "water evaluation"),
    "effluent": ("污水排放", "effluent"),
    "soil": ("土壤", "soil"),
    "stack": ("废气排放", "stack"),
}

AVERAGING_WORDS = {
    "instant": ("瞬时", "instant"),
    "sample": ("单次样", "sample"),
    "1h": ("1 小时平均", "1-h mean"),
    "8h": ("8 小时滑动平均", "moving 8-h mean"),
    "24h": ("24 小时滑动平均", "moving 24-h mean"),
    "day": ("日平均", "daily mean"),
    "mda8": ("日最大 8 小时平均", "daily max 8-h"),
    "max1h": ("日最大 1 小时平均", "daily max 1-h"),
    "month": ("月平均", "monthly mean"),
    "quarter": ("季平均", "quarterly mean"),
    "season": ("季节平均", "seasonal mean"),
    "year": ("年平均", "annual mean"),
    "p90": ("第 90 百分位数", "90th percentile"),
    "p95": ("第 95 百分位数", "95th percentile"),
    "p98": ("第 98 百分位数", "98th percentile"),
    "week_rise": ("周平均最大温升", "weekly max rise"),
    "week_fall": ("周平均最大温降", "weekly max fall"),
    "10min": ("10 分钟平均", "10-min mean"),
    "half_hour_a": ("半小时平均（A 栏）", "half-hour mean, A"),
    "half_hour_b": ("半小时平均（B 栏）", "half-hour mean, B"),
    "exempt_hour": ("豁免时段 1 小时平均", "1-h mean, exempt hours"),
}

FACT_WORDS = {"ph": ("pH", "pH"), "built": ("建设年份", "built"), "w01010": ("水温", "water temp.")}

CONFIDENCE_MARKS = {"verified": "✓", "one-source": "·", "unverified": "⚠"}
CONFIDENCE_STYLES = {"verified": "green", "one-source": "yellow", "unverified": "bold red"}

_CONFIDENCE_WORDS = {
    "verified": ("两处以上独立来源核实", "verified in two or more independent places"),
    "one-source": ("仅一处来源（标准原文算一处）", "one source (the text of the standard counts as one)"),
    "unverified": ("未核实：出自记忆，使用前须查原文", "UNVERIFIED: from memory; look at the text before use"),
}


def confidence_words(name: str, speak: Language) -> str:
    """Say how sure we are of a figure."""
    return _CONFIDENCE_WORDS[name][0 if speak == "zh" else 1]


def worst(confidences: Sequence[str]) -> str:
    """Give the least sure of several."""
    for name in ("unverified", "one-source"):
        if name in confidences:
            return name
    return "verified"
