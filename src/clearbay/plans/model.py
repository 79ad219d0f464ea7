"""The approved plan: what was promised, by whom, by when. Values only; nothing
here changes after approval.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from clearbay.plans.errors import Problem
from clearbay.plans.periods import month_end, month_period, months_between, next_month

#: Grades of a source, best first: N newspaper as printed, A official or original site, B repost, C copy to be
#: re-checked, D worked out by us, E example (示例, not a fact).
GRADES = ("N", "A", "B", "C", "D", "E")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme (专项) or sub-plan; `example` marks a name that no source gives (示例)."""

    id: str
    name: str
    name_en: str = ""
    example: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """One approved project. `weight` [any unit, declared], `invest` [10 000 CNY]; None when not declared."""

    id: str
    theme: str
    level: str
    name: str
    content: str
    lead: str
    support: str
    start: date
    due: date
    weight: float | None = None
    invest: float | None = None
    key: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """One node of a project; the journal names it `PROJECT/ID`."""

    project: str
    id: str
    phase: str
    name: str
    due: date
    weight: float | None = None

    @property
    def ref(self) -> str:
        """The name the journal uses."""
        return f"{self.project}/{self.id}"


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where an indicator stood before the plan."""

    value: float
    date: date
    source: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A promised value by a date. `high` is set for a range; `supersedes` names the target it replaces."""

    id: str
    due: date
    value: float
    decided_on: date
    high: float | None = None
    doc: str = ""
    grade: str = ""
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A promised number and how it is judged.

    `kind`: `level` (a state, may go both ways), `cumulative` (a running total), `keep` (hold it).
    `comparator`: `>=`, `<=` or `range`. `path`: `linear`, `step`, `cagr` or `table` between baseline and
    targets.
    `evaluate`: `last` or `mean3` (mean of the last three reported periods, for noisy yearly values).
    `every`: how often a value is due (`year`, `half`, `quarter`, `month`), empty when not promised.
    `reads`: `manual`, or what a caller above joins in (`series:…`, `register:…`).
    """

    id: str
    name: str
    unit: str
    kind: str
    comparator: str
    baseline: Baseline
    targets: tuple[Target, ...]
    name_en: str = ""
    theme: str = ""
    binding: bool = False
    path: str = "linear"
    path_points: tuple[tuple[date, float], ...] = ()
    evaluate: str = "last"
    every: str = ""
    minimum: float | None = 0.0
    maximum: float | None = None
    reads: str = "manual"
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportCalendar:
    """When the report of a month is due: day of the month (0 = its last day), in it or in the next."""

    day: int = 0
    in_next_month: bool = False

    def report_date(self, month: str) -> date:
        """The day the report of `month` (2023-07) is due."""
        last = month_period(next_month(month) if self.in_next_month else month).end
        return last if self.day == 0 else date(last.year, last.month, min(self.day, last.day))

    def months_reported(self, first: date, until: date) -> tuple[str, ...]:
        """Months from the one of `first` whose report date is not after `until`."""
        return tuple(m for m in months_between(first, until) if self.report_date(m) <= until)


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure somebody printed, to stand beside ours: what, value, source, grade.

    `counts` names the figure of the roll-up it speaks of (`total`, `started:市级`, `done:区级` …), empty for
    none.
    """

    what: str
    value: str
    grade: str
    source: str
    counts: str = ""
    known_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers the rule needs [days]; one definition for the whole plan."""

    grace: int = 0
    silence: int = 60
    soon: int = 30
    milestone_red: int = 30
    last_phase: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """An approved plan as read from its folder. `digest` is over the meaning, not over the bytes of the
    files.
    """

    id: str
    title: str
    start: date
    end: date
    approved_on: date
    levels: tuple[str, ...]
    themes: tuple[Theme, ...]
    phases: tuple[str, ...]
    terms: Terms
    calendar: ReportCalendar
    projects: Mapping[str, Project]
    milestones: Mapping[str, tuple[Milestone, ...]]
    indicators: Mapping[str, Indicator]
    digest: str
    title_en: str = ""
    doc_no: str = ""
    source: str = ""
    note: str = ""
    approval: str = "direct"
    meetings: tuple[date, ...] = ()
    claims: tuple[Claim, ...] = ()
    printed_on: date | None = None
    continues: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Problem, ...] = ()

    def theme(self, theme_id: str) -> Theme:
        """The theme of an id; an unknown id (kept, shown as it is) gives a theme of that name."""
        return next((t for t in self.themes if t.id == theme_id), Theme(theme_id, theme_id))

    @property
    def last_day(self) -> date:
        """Last day of the month the plan ends in."""
        return month_end(self.end.year, self.end.month)
