"""A rule of alarms in a reader's words: when it is raised, when it ends, where it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearbay.casebook.alarm_rules import AlarmRule, matches
from clearbay.vocabulary.parameters import find
from clearbay.web.layout.formats import number, span, unit
from clearbay.web.source import PointEntry
from clearbay.web.text import Text

NAMED = 3
"""So many points are named; of more the rest is counted."""


@dataclass(frozen=True)
class RuleWords:
    """A rule as it is shown."""

    rule_id: str
    name: str
    severity: str
    begins: str
    ends: str
    where: str


def rule_words(rule: AlarmRule, points: Sequence[PointEntry], t: Text) -> RuleWords:
    """Put a rule into words."""
    begins, ends = _condition(rule, t)
    held = [t.of(point.name) for point in points if matches(rule, point.point_id)]
    where = t("alarms.everywhere") if not rule.points else t.names.listed(held[:NAMED])
    if rule.points and len(held) > NAMED:
        where = t("alarms.and_more", names=where, n=len(held) - NAMED)
    return RuleWords(rule.rule_id, t.of(rule.name), rule.severity, begins, ends, where or t("alarms.nowhere"))


def _condition(rule: AlarmRule, t: Text) -> tuple[str, str]:
    if rule.on == "silence":
        return t("alarms.when_silent", span=span(rule.silence_s, t)), t("alarms.until_heard")
    if rule.on == "finding":
        averaging = t.averaging(rule.averaging) if rule.averaging else ""
        of = [text for text in (_parameter(rule, t), rule.standard, averaging) if text]
        about = t("alarms.about", what=t.names.listed(of)) if of else ""
        return t("alarms.when_found", verdict=t.names.verdict(rule.verdict), about=about), t("alarms.until_well")
    known = find(rule.code)
    symbol = unit(known.unit) if known is not None else ""
    bound = rule.above if rule.above is not None else rule.below
    clear = bound if rule.clear_at is None else rule.clear_at
    side = "above" if rule.above is not None else "below"
    begins = t(f"alarms.when_{side}", what=_parameter(rule, t), bound=f"{number(bound)} {symbol}".strip())
    if rule.dwell_s:
        begins = t("alarms.for_so_long", condition=begins, span=span(rule.dwell_s, t))
    return begins, t(f"alarms.until_{side}", clear=f"{number(clear)} {symbol}".strip())


def _parameter(rule: AlarmRule, t: Text) -> str:
    if not rule.code:
        return ""
    basis = f"point.basis_{rule.basis}"
    name = t.parameter(rule.code)
    return t("alarms.on_basis", what=name, basis=t(basis)) if rule.basis and t.has(basis) else name
