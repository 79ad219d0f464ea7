"""What the shape of `stack_rules` cannot say: every figure that its rule set needs is there, names fit together."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

from clearbay.standards.stack_rules_schema import StackRulesFile
from clearbay.standards.yaml_source import Source
from clearbay.vocabulary.tags import LABELS

if TYPE_CHECKING:
    from clearbay.standards.schema import StandardFile

COMMON = ("reference_oxygen", "oxygen_above", "slot_share")
NEEDED = {
    "china_incinerator": (
        *COMMON, "day_valid_hours", "furnace_temperature", "furnace_below_count", "probe_share", "frozen_minutes",
        "late_hour", "capture_share",
    ),
    "eu_incineration": (
        *COMMON, "discarded_half_hours", "discarded_days", "half_hour_b_share", "co_days_share", "co_10min_share",
    ),
}  # fmt: skip
"""Figures that each set of rules asks for."""

ALSO = {"china_incinerator": ("residence_time", "slag_ignition_loss"), "eu_incineration": ()}
"""Figures that a standard may state besides: of what is designed or sampled, not monitored."""


def check_stack_rules(rules: StackRulesFile, file: "StandardFile", source: Source) -> None:
    """Note every problem of the section."""
    for name in NEEDED[rules.set]:
        if name not in rules.figures:
            source.problem(("stack_rules", "figures"), f"the figure `{name}` is missing", f"`{rules.set}` needs it")
    for name in rules.figures:
        known = (*NEEDED[rules.set], *ALSO[rules.set])
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
            source.problem(("stack_rules", "figures", name), f"`{name}` is no figure of this set", hint, key=True)
    for i, tag in enumerate(rules.tags):
        if tag.label not in LABELS:
            hint = f"labels: {', '.join(LABELS)}"
            source.problem(("stack_rules", "tags", i, "label"), f"there is no label `{tag.label}`", hint)
        if tag.budget is not None and tag.budget not in rules.budgets:
            hint = f"`budgets` has: {', '.join(rules.budgets) or 'none'}"
            source.problem(("stack_rules", "tags", i, "budget"), f"there is no budget `{tag.budget}`", hint)
    given = {tag.label for tag in rules.tags}
    for i, row in enumerate(rules.contradictions):
        for label in row.labels:
            if label not in given:
                source.problem(("stack_rules", "contradictions", i, "labels"), f"no tag here is labelled `{label}`")
    if not file.limits:
        source.problem(("limits",), "a stack without limits has nothing to be judged by")
