"""Hours of tags that the budgets of a year or quarter have been drawn on so far: a running figure, no finding."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from clearbay.assess.reasons import Why
from clearbay.assess.slots import HOUR_S, periods
from clearbay.assess.stack.timeline import OPEN, latest, timeline
from clearbay.standards.stack_rules import Budget, StackRules
from clearbay.vocabulary.clocks import local_date
from clearbay.vocabulary.tags import Tag, TagKind


@dataclass(frozen=True)
class Drawn:
    """Hours [h] that a budget was drawn on in its period up to now; `open`: a tag among them has no end yet."""

    budget: Budget
    since: datetime
    hours: float
    open: bool

    @property
    def over(self) -> bool:
        """Whether it is used up and more."""
        return self.hours > float(self.budget.hours)

    @property
    def share(self) -> float:
        """How much of it is used [%], from 0 to 100."""
        return min(100.0, 100 * self.hours / float(self.budget.hours))


def drawn_so_far(
    furnace: Iterable[Tag], monitor: Iterable[Tag], rules: StackRules, zone: str, now: datetime
) -> list[Drawn]:
    """Add up what the tags of a furnace and of its monitors drew on each budget since its year or quarter began.

    The rules are those of the findings (`tag_findings.judge_budgets`): hours beyond those of one event are not drawn,
    hours under several tags are drawn once. Other than there, a tag that goes on counts up to `now` (aware).
    """
    lines = [
        timeline(latest(tags), kind, rules, zone)
        for tags, kind in ((furnace, TagKind.FURNACE), (monitor, TagKind.MONITOR))
    ]
    today, until = local_date(now, zone), int(now.timestamp())
    found = []
    for budget in rules.budgets.values():
        if budget.valid_from is not None and today < budget.valid_from:
            continue
        start = int(periods(today, today, budget.per, zone).start[0])
        mine = [
            s
            for line in lines
            for s in line.drawn
            if s.rule.budget == budget.name and s.why == Why.USED and s.end > start and s.start < until
        ]
        spent = sum(min(s.end, until) - max(s.start, start) for s in mine)
        going_on = any(s.end >= OPEN for s in mine)
        found.append(Drawn(budget, datetime.fromtimestamp(start, UTC), spent / HOUR_S, going_on))
    return found
