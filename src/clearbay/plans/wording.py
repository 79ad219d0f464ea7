"""Lights, reasons and verdicts in words, Chinese and English: a colour is never alone."""

from datetime import date

from clearbay.plans.indicator import Judgement
from clearbay.plans.light import Light
from clearbay.plans.model import Indicator, Target

COLOUR_WORDS = {
    "red": ("红", "red"),
    "yellow": ("黄", "yellow"),
    "white": ("白", "white"),
    "green": ("绿", "green"),
    "grey": ("灰", "grey"),
    "done": ("完成", "done"),
}
#: A shape for each light, so that it reads without colour.
SHAPES = {"red": "✖", "yellow": "▲", "white": "○", "green": "●", "grey": "–", "done": "✔"}

_REASONS = {
    "overdue": ("逾期 {d} 天", "overdue {d} d"),
    "milestone_overdue": ("节点 {m} 逾期 {d} 天", "milestone {m} overdue {d} d"),
    "expected_late": ("预计逾期 {d} 天", "expected {d} d late"),
    "not_started": ("应开工未开工 {d} 天", "not started, {d} d past start"),
    "due_soon": ("临期，还有 {d} 天", "due in {d} d"),
    "no_report": ("未报 {d} 天", "no report for {d} d"),
    "not_yet": ("未到期，{d} 天后开工", "starts in {d} d"),
    "on_track": ("正常，距期限 {d} 天", "on track, {d} d left"),
    "finished_in_time": ("按期完成（提前 {e} 天）", "finished in time ({e} d early)"),
    "finished_late": ("完成，晚 {d} 天", "finished {d} d late"),
    "dropped": ("已调出", "dropped"),
    "merged": ("已合并", "merged"),
}
_STATUSES = {
    "met": ("达到", "met"),
    "missed": ("未达到", "missed"),
    "met_early": ("提前达到", "met early"),
    "on_track": ("进度相符", "on track"),
    "at_risk": ("有风险", "at risk"),
    "off_track": ("偏离", "off track"),
    "awaiting": ("到期，等待数值", "due, value awaited"),
    "no_final_value": ("到期，无终值", "due, no final value"),
    "no_report": ("未报", "no report"),
    "superseded": ("已被替代", "superseded"),
}
OUTCOMES = {
    "kept": ("已兑现", "kept"),
    "kept_late": ("兑现，晚", "kept late"),
    "open": ("未到期", "open"),
    "broken": ("未兑现", "broken"),
}
GRADE_WORDS = {
    "N": "据报载",
    "A": "官方或原始新闻",
    "B": "转载",
    "C": "待核转载",
    "D": "推算",
    "E": "示例",
    "": "",
}


def reason_words(light: Light) -> tuple[str, str]:
    """A light's reason with its days, in Chinese and English; with the waiver and a long silence when there
    is one.
    """
    zh, en = _REASONS[light.reason]
    fields = {"d": light.days, "e": -light.days, "m": light.milestone}
    zh, en = zh.format(**fields), en.format(**fields)
    if light.waived is not None:
        zh, en = f"{zh}（已同意至 {light.waived}）", f"{en} (accepted until {light.waived})"
    if light.reason != "no_report" and light.silent is not None and light.silent > 60:
        zh, en = f"{zh}，已 {light.silent} 天未报", f"{en}, no report for {light.silent} d"
    return zh, en


def status_words(judgement: Judgement) -> tuple[str, str]:
    """An indicator's status in Chinese and English, with days where it waits."""
    zh, en = _STATUSES[judgement.status]
    if judgement.status in ("awaiting", "no_final_value", "no_report"):
        zh, en = f"{zh} {judgement.days} 天", f"{en} {judgement.days} d"
    if judgement.provisional:
        zh, en = f"{zh}（暂报值）", f"{en} (provisional)"
    return zh, en


def target_words(indicator: Indicator, target: Target) -> str:
    """A target as people write it: `≥ 2000 亿元 (2025-12-31)`."""
    sign = {">=": "≥", "<=": "≤"}.get(indicator.comparator, "")
    value = f"{target.value:g}" if target.high is None else f"{target.value:g}–{target.high:g}"
    return f"{sign} {value} {indicator.unit}".strip()


def percent_words(rate: float | None) -> str:
    """A rate as a percentage with one decimal, a dash where there is none."""
    return "—" if rate is None else f"{100 * rate:.1f} %"


def day_words(day: date | None) -> str:
    """A day as 2023-06-30, a dash where there is none."""
    return "—" if day is None else day.isoformat()
