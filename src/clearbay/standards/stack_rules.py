"""Rules of a stack and its furnace that are not limits: figures, what tags do, budgets of hours, contradictions.

Everything here is data of the standard's file, each entry with its clause and confidence: what is not verified can be
corrected by a district's own file without touching the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

Effect: TypeAlias = Literal["none", "stopped", "heating", "exempt", "monitor", "temperature"]
"""What a tag says of an hour: nothing that takes it out, or the class of reasons for which it is left out."""

RuleSet: TypeAlias = Literal["china_incinerator", "eu_incineration"]


@dataclass(frozen=True)
class Figure:
    """One figure of a rule: its value in `unit`, the clause it stands in and how sure it is."""

    value: Decimal
    unit: str
    clause: str
    confidence: str
    note: str
    valid_from: date | None = None


@dataclass(frozen=True)
class TagRule:
    """What a label does: `effect` on hours of the stack, whether it takes 5-min temperatures out, its caps.

    `event_cap_h` [h] holds for one event (None: no cap known), `cap_confidence` says how sure it is; `budget` names
    the budget that its hours are drawn from.
    """

    label: str
    effect: Effect
    temperature: bool
    event_cap_h: Decimal | None
    budget: str | None
    cap_confidence: str
    clause: str
    confidence: str


@dataclass(frozen=True)
class Budget:
    """Hours that the tags drawing on it may last together in a calendar year or quarter."""

    name: str
    hours: Decimal
    per: Literal["quarter", "year"]
    clause: str
    confidence: str
    valid_from: date | None = None


@dataclass(frozen=True)
class Contradiction:
    """Evidence that speaks against a tag: in an hour oxygen [%] at most, and furnace temperature [Cel] at least."""

    id: str
    labels: tuple[str, ...]
    oxygen_at_most: Decimal
    temperature_at_least: Decimal
    clause: str
    confidence: str


@dataclass(frozen=True)
class StackRules:
    """Rules of one standard of stacks; `set` says which set of rules its figures are for."""

    set: RuleSet
    figures: Mapping[str, Figure]
    tags: Mapping[str, TagRule]
    budgets: Mapping[str, Budget]
    contradictions: tuple[Contradiction, ...]

    @property
    def confidence(self) -> Mapping[str, str]:
        """How sure each entry is, by its name."""
        named: dict[str, str] = {name: figure.confidence for name, figure in self.figures.items()}
        named |= {label: tag.confidence for label, tag in self.tags.items()}
        named |= {name: budget.confidence for name, budget in self.budgets.items()}
        return named | {c.id: c.confidence for c in self.contradictions}
