"""The shapes of `plan.yaml` and `indicators.yaml`, checked before they become values of the model."""

from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from clearbay.plans.errors import PlanFileError, Problem
from clearbay.plans.model import Baseline, Claim, Indicator, ReportCalendar, Target, Terms, Theme
from clearbay.plans.periods import parse_date


def _as_date(value: object) -> object:
    return parse_date(value) if isinstance(value, str) else value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Day = Annotated[date, BeforeValidator(_as_date)]
Id = Annotated[str, Field(pattern=r"^[\w-]+$"), BeforeValidator(_as_text)]
Text = Annotated[str, BeforeValidator(_as_text)]
Grade = Literal["N", "A", "B", "C", "D", "E", ""]


Shape = TypeVar("Shape", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Period(_Strict):
    start: Day
    end: Day


class _Theme(_Strict):
    id: Id
    name: str
    name_en: str = ""
    example: bool = False


class _Terms(_Strict):
    grace_days: int = Field(default=0, ge=0, le=366)
    silence_days: int = Field(default=60, ge=1, le=1000)
    soon_days: int = Field(default=30, ge=0, le=366)
    milestone_red_days: int = Field(default=30, ge=0, le=366)


class _Reports(_Strict):
    day: int | Literal["last"] = "last"
    month: Literal["same", "next"] = "same"


class _Claim(_Strict):
    what: str
    value: Text
    grade: Literal["N", "A", "B", "C", "D", "E"]
    source: str
    counts: str = ""
    known_on: Day | None = None
    note: str = ""


class PlanSchema(_Strict):
    """`plan.yaml`."""

    id: Id
    title: str
    title_en: str = ""
    doc_no: str = ""
    source: str = ""
    note: str = ""
    period: _Period
    approved_on: Day
    approval: Literal["direct", "second-person"] = "direct"
    levels: tuple[str, ...] = Field(min_length=1)
    themes: tuple[_Theme, ...] = Field(min_length=1)
    phases: tuple[str, ...] = ()
    terms: _Terms = _Terms()
    reports: _Reports = _Reports()
    meetings: tuple[Day, ...] = ()
    claims: tuple[_Claim, ...] = ()
    printed_on: Day | None = None
    continues: dict[str, str] = {}

    def themes_of_model(self) -> tuple[Theme, ...]:
        """Themes as values of the model."""
        return tuple(Theme(t.id, t.name, t.name_en, t.example) for t in self.themes)

    def terms_of_model(self) -> Terms:
        """The rule's numbers as values of the model."""
        t = self.terms
        last = self.phases[-1] if self.phases else ""
        return Terms(t.grace_days, t.silence_days, t.soon_days, t.milestone_red_days, last)

    def calendar_of_model(self) -> ReportCalendar:
        """The calendar of report dates as a value of the model."""
        day = 0 if self.reports.day == "last" else self.reports.day
        return ReportCalendar(day, self.reports.month == "next")

    def claims_of_model(self) -> tuple[Claim, ...]:
        """Printed figures as values of the model."""
        return tuple(Claim(c.what, c.value, c.grade, c.source, c.counts, c.known_on, c.note) for c in self.claims)


class _Baseline(_Strict):
    value: float = Field(allow_inf_nan=False)
    date: Day
    source: str = ""
    grade: Grade = ""


class _Target(_Strict):
    id: Text = ""
    due: Day
    value: float | tuple[float, float]
    decided_on: Day
    doc: str = ""
    grade: Grade = ""
    supersedes: Text | None = None


class _Point(_Strict):
    on: Day
    value: float


class _Indicator(_Strict):
    id: Id
    name: str
    name_en: str = ""
    unit: str
    theme: str = ""
    kind: Literal["level", "cumulative", "keep"]
    comparator: Literal[">=", "<=", "range"]
    binding: Literal["约束性", "预期性"] = "预期性"
    baseline: _Baseline
    targets: tuple[_Target, ...] = Field(min_length=1)
    path: Literal["linear", "step", "cagr", "table"] = "linear"
    path_points: tuple[_Point, ...] = ()
    evaluate: Literal["last", "mean3"] = "last"
    every: Literal["year", "half", "quarter", "month", ""] = ""
    minimum: float | None = 0.0
    maximum: float | None = None
    reads: str = "manual"
    note: str = ""


class IndicatorsSchema(_Strict):
    """`indicators.yaml`."""

    indicators: tuple[_Indicator, ...] = ()


def check_shape(shape: type[Shape], content: object, where: str) -> Shape:
    """Check a document read from YAML; raises `PlanFileError` with every problem and its place."""
    try:
        return shape.model_validate(content if content is not None else {})
    except ValidationError as wrong:
        problems = tuple(
            Problem(
                f"{where}: {'.'.join(str(step) for step in error['loc']) or '(top)'}",
                error["msg"].removeprefix("Value error, "),
            )
            for error in wrong.errors()
        )
        raise PlanFileError(where, problems) from None


def indicators_of(schema: IndicatorsSchema, themes: set[str], where: str) -> tuple[list[Indicator], list[Problem]]:
    """Indicators as values of the model, and notices; raises `PlanFileError` for what cannot be judged."""
    indicators: list[Indicator] = []
    notices: list[Problem] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for given in schema.indicators:
        place = f"{where}: {given.id}"
        if given.id in seen:
            problems.append(Problem(place, "this id is given twice", "ids are never reused"))
        seen.add(given.id)
        if given.theme and given.theme not in themes:
            problems.append(Problem(place, f"theme {given.theme!r} is not in plan.yaml"))
        indicator = _indicator(given)
        problems += _wrong_with(indicator, place)
        notices += _worth_knowing(indicator, place)
        indicators.append(indicator)
    if problems:
        raise PlanFileError(where, tuple(problems))
    return indicators, notices


def _indicator(given: _Indicator) -> Indicator:
    targets = []
    for number, target in enumerate(given.targets, start=1):
        low, high = target.value if isinstance(target.value, tuple) else (target.value, None)
        targets.append(
            Target(
                target.id or f"T{number}", target.due, low, target.decided_on, high, target.doc, target.grade,
                target.supersedes,
            )
        )  # fmt: skip
    maximum = 100.0 if given.maximum is None and given.unit == "%" else given.maximum
    base = given.baseline
    return Indicator(
        id=given.id,
        name=given.name,
        unit=given.unit,
        kind=given.kind,
        comparator=given.comparator,
        baseline=Baseline(base.value, base.date, base.source, base.grade),
        targets=tuple(targets),
        name_en=given.name_en,
        theme=given.theme,
        binding=given.binding == "约束性",
        path=given.path,
        path_points=tuple((point.on, point.value) for point in given.path_points),
        evaluate=given.evaluate,
        every=given.every,
        minimum=given.minimum,
        maximum=maximum,
        reads=given.reads,
        note=given.note,
    )


def _wrong_with(indicator: Indicator, place: str) -> list[Problem]:
    problems = []
    ids = [target.id for target in indicator.targets]
    if len(set(ids)) != len(ids):
        problems.append(Problem(place, f"target ids are not unique: {ids}"))
    for target in indicator.targets:
        problems += wrong_with_target(indicator, target, place)
        if target.supersedes is not None and target.supersedes not in ids:
            problems.append(Problem(place, f"target {target.id} supersedes {target.supersedes!r}, which is not there"))
    if indicator.path == "table" and len(indicator.path_points) < 2:
        problems.append(Problem(place, "path: table needs path_points, two or more"))
    days = [day for day, _ in indicator.path_points]
    if days != sorted(set(days)):
        problems.append(Problem(place, "path_points are not in order of date"))
    return problems


def wrong_with_target(indicator: Indicator, target: Target, place: str) -> list[Problem]:
    """What makes a target impossible to judge; also used when the journal adds one."""
    problems = []
    where = f"{place}, target {target.id}"
    if target.due <= indicator.baseline.date:
        problems.append(Problem(where, f"is due {target.due}, not after the baseline's date {indicator.baseline.date}"))
    if (target.high is not None) != (indicator.comparator == "range"):
        problems.append(Problem(where, "two values belong to comparator range, one value to >= and <="))
    if target.high is not None and target.high <= target.value:
        problems.append(Problem(where, f"the range {target.value}–{target.high} is upside down or empty"))
    for value in (target.value, target.high):
        if value is None:
            continue
        if indicator.minimum is not None and value < indicator.minimum:
            problems.append(
                Problem(
                    where,
                    f"{value} is below the minimum {indicator.minimum}",
                    "declare minimum: null if meant",
                )
            )
        if indicator.maximum is not None and value > indicator.maximum:
            problems.append(
                Problem(where, f"{value} is above the maximum {indicator.maximum}", "declare maximum if meant")
            )
    if indicator.path == "cagr" and (indicator.baseline.value <= 0 or target.value <= 0):
        problems.append(Problem(where, "a growth path needs values above zero at both ends", "use path: linear"))
    return problems


def _worth_knowing(indicator: Indicator, place: str) -> list[Problem]:
    notices = []
    base = indicator.baseline.value
    for target in indicator.targets:
        if indicator.kind == "keep" or indicator.comparator == "range":
            continue
        if target.value == base:
            what = f"target {target.id} equals the baseline {base}: judged met or not met, without a share"
            notices.append(Problem(place, what, "declare kind: keep if holding it is meant", "notice"))
        elif (base > target.value) if indicator.comparator == ">=" else (base < target.value):
            goal = f"{indicator.comparator} {target.value}"
            what = f"the baseline {base} meets target {target.id} ({goal}) already"
            notices.append(Problem(place, what, "check the comparator", "notice"))
    return notices
