"""The shape of the section `stack_rules` of a standards file."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from clearbay.standards.stack_rules import Effect, RuleSet

Sure = Literal["verified", "one-source", "unverified"]


class Part(BaseModel):
    """Any part of the section: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FigureRow(Part):
    """One figure of a rule."""

    value: Decimal
    unit: str
    clause: str
    confidence: Sure
    note: str = ""
    valid_from: date | None = None


class TagRow(Part):
    """What a label does."""

    label: str
    effect: Effect
    temperature: bool = False
    event_cap_h: Decimal | None = Field(default=None, gt=0)
    budget: str | None = None
    cap_confidence: Sure = "unverified"
    clause: str
    confidence: Sure


class BudgetRow(Part):
    """A budget of hours."""

    hours: Decimal = Field(gt=0)
    per: Literal["quarter", "year"]
    clause: str
    confidence: Sure
    valid_from: date | None = None


class ContradictionRow(Part):
    """Evidence that speaks against a tag."""

    id: Literal["feeding_while_stopped", "normal_load_while_fault"]
    labels: list[str] = Field(min_length=1)
    oxygen_at_most: Decimal
    temperature_at_least: Decimal
    clause: str
    confidence: Sure


class StackRulesFile(Part):
    """The section `stack_rules`."""

    set: RuleSet
    figures: dict[str, FigureRow]
    tags: list[TagRow] = []
    budgets: dict[str, BudgetRow] = {}
    contradictions: list[ContradictionRow] = []
