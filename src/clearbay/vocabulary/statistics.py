"""What a value says of its period, and the averagings that limits speak of."""

from dataclasses import dataclass
from enum import StrEnum


class Statistic(StrEnum):
    """What an observation's value is over its period (HJ 212 `Rtd`, `Avg`, `Min`, `Max`, `Cou`)."""

    VALUE = "value"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    SUM = "sum"


@dataclass(frozen=True)
class Averaging:
    """An averaging that a limit is set for: its id and names, in seconds where its length is fixed."""

    id: str
    name_zh: str
    name_en: str
    seconds: int | None


AVERAGINGS: dict[str, Averaging] = {
    a.id: a
    for a in (
        Averaging("instant", "瞬时值", "instantaneous", 0),
        Averaging("sample", "单次样", "single sample", 0),
        Averaging("1h", "1小时平均", "1-h mean", 3600),
        Averaging("8h", "8小时滑动平均", "moving 8-h mean", 8 * 3600),
        Averaging("24h", "24小时滑动平均", "moving 24-h mean", 24 * 3600),
        Averaging("day", "日平均", "daily mean", None),
        Averaging("mda8", "日最大8小时平均", "daily maximum 8-h mean", None),
        Averaging("max1h", "日最大1小时平均", "daily maximum 1-h mean", None),
        Averaging("week_rise", "周平均最大温升", "largest rise of the weekly mean", None),
        Averaging("week_fall", "周平均最大温降", "largest fall of the weekly mean", None),
        Averaging("season", "生长季平均", "growing-season mean", None),
        Averaging("month", "月平均", "monthly mean", None),
        Averaging("quarter", "季平均", "quarterly mean", None),
        Averaging("year", "年平均", "annual mean", None),
        Averaging("p90", "年第90百分位数", "90th percentile of the year", None),
        Averaging("p95", "年第95百分位数", "95th percentile of the year", None),
        Averaging("p98", "年第98百分位数", "98th percentile of the year", None),
    )
}

RULES_OVER: dict[str, Averaging] = {
    a.id: a
    for a in (
        Averaging("furnace_temperature", "低于 850 °C 的 5 分钟均值个数", "5-min furnace means below 850 °C", None),
        Averaging("exempt_pm", "豁免时段颗粒物小时均值", "hourly particulates in exempt hours", None),
        Averaging("budget_60h", "启停炉与故障时长（年）", "hours of start, stop and fault in the year", None),
        Averaging("budget_700h", "烘炉与停炉降温时长（年）", "hours of heating and cooling in the year", None),
        Averaging("maintenance_30h", "CEMS 维护时长（季）", "hours of CEMS maintenance in the quarter", None),
        Averaging("capture", "有效数据捕集率（季）", "data capture of the quarter", None),
        Averaging("tag_conflict", "标记与数据矛盾", "tags at odds with the data", None),
        Averaging("half_hours", "年内半小时均值", "half-hours of the year", None),
        Averaging("half_hours_a", "半小时均值（A 列）", "half-hours by column A", None),
        Averaging("half_hours_b", "半小时均值（B 列）", "half-hours by column B", None),
        Averaging("co_10min", "24 小时内 10 分钟 CO 均值", "10-min means of CO within 24 h", None),
        Averaging("co_days", "年内 CO 日均值", "daily means of CO over the year", None),
        Averaging("discarded_days", "年内剔除的天数", "days discarded in the year", None),
    )
}
"""What findings of rules are over where that is no averaging of a limit: counts, hours, shares."""
