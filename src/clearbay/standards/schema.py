"""The shape of a standards file (YAML): a table of the law, its columns declared once, one row an item."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from clearbay.standards.model import Confidence, Kind, Range
from clearbay.standards.rules_schema import AmbientAirRulesFile, SurfaceWaterRulesFile
from clearbay.standards.stack_rules_schema import StackRulesFile

AVERAGINGS = frozenset(
    [
        "instant",
        "sample",
        "1h",
        "8h",
        "24h",
        "day",
        "mda8",
        "max1h",
        "month",
        "quarter",
        "season",
        "year",
        "p90",
        "p95",
        "p98",
        "week_rise",
        "week_fall",
        "10min",
        "half_hour_a",
        "half_hour_b",
        "exempt_hour",
    ]
)
"""Averagings that a limit or an index item may name."""

NOT_DETECTABLE = ("not detectable", "不得检出")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: one number, a closed interval, or "not detectable"."""

    low: Decimal | None
    high: Decimal | None
    single: bool
    not_detectable: bool = False


def _cell(value: object) -> Cell:
    if isinstance(value, Decimal):
        return Cell(value, value, single=True)
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, Decimal) for v in value):
        low, high = value
        if low > high:
            raise ValueError(f"the interval [{low}, {high}] is upside down")
        return Cell(low, high, single=False)
    if value in NOT_DETECTABLE:
        return Cell(None, Decimal(0), single=False, not_detectable=True)
    raise ValueError(f"{_shown(value)} is not a limit: give a number, [low, high] or `not detectable`")


_SIGNS: dict[str, str] = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}


def _range(value: object) -> Range:
    bounds: dict[str, Decimal] = {}
    for part in str(value).replace("≥", ">=").replace("≤", "<=").split(","):
        text = part.strip()
        sign = next((s for s in (">=", "<=", ">", "<") if text.startswith(s)), None)
        number = text[len(sign or "") :].strip()
        if sign is None or not number.replace(".", "", 1).lstrip("-").isdigit():
            raise ValueError(f"{_shown(value)} is not a condition: write it as '> 12' or '> 5.5, <= 6.5'")
        bounds[_SIGNS[sign]] = Decimal(number)
    return Range(**bounds)


def _averaging(value: object) -> str:
    if str(value) not in AVERAGINGS:
        raise ValueError(f"{_shown(value)} is not an averaging: use one of {', '.join(sorted(AVERAGINGS))}")
    return str(value)


def _text(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _shown(value: object) -> str:
    return f"`{value}`" if value is not None else "an empty value"


CellValue = Annotated[Cell, PlainValidator(_cell)]
RangeValue = Annotated[Range, PlainValidator(_range)]
Averaging = Annotated[str, BeforeValidator(_averaging)]
Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Texts = Annotated[list[Text], BeforeValidator(_list)]


class Part(BaseModel):
    """Any part of a file: unknown keys are refused, because a misspelt one would be a rule nobody applies."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Names(Part):
    """A text in both languages."""

    zh: Text
    en: Text


class Notes(Part):
    """Notes in both languages, one entry a remark."""

    zh: Texts = []
    en: Texts = []


class Terms(Part):
    """What a row may say of its figures, and `defaults` for all rows."""

    clause: Text | None = None
    averaging: Averaging | None = None
    basis: Text | None = None
    state: Text | None = None
    unit: Text | None = None
    decimals: Annotated[int, Field(ge=0, le=9)] | None = None
    bound: Literal["at_most", "at_least"] | None = None
    source: Texts | None = None
    confidence: Confidence | None = None


class Column(Part):
    """A column of the table: what its heading means, as conditions on permit, facts and dates."""

    profile: dict[str, Text] = {}
    when: dict[str, RangeValue] = {}
    valid_from: date | None = None
    valid_to: date | None = None
    source: Texts | None = None
    confidence: Confidence | None = None


class Row(Terms):
    """A row of the table: one item, its figures by column (`values`), one for `every` column, or one in all (`value`).

    `also` lists other codes the same item goes by (copper is w20122 and w20138); a profile may list several values.
    """

    code: Text
    also: Texts = []
    no: Text | None = None
    name: Names | None = None
    profile: dict[str, Texts] = {}
    when: dict[str, RangeValue] = {}
    valid_from: date | None = None
    valid_to: date | None = None
    values: dict[str, CellValue] | None = None
    every: CellValue | None = None
    value: CellValue | None = None
    note: Text = ""


class BandRow(Part):
    """A level of the index; colours as #rrggbb."""

    low: int
    high: int
    level: Text
    name: Names
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
    colour_name: Names
    effect: Names
    advice: Names


class IndexRow(Part):
    """Breakpoints of one pollutant and averaging, and the reports that use them."""

    code: Text
    averaging: Averaging
    reports: list[Literal["hourly", "daily"]]
    unit: Text
    decimals: int = Field(ge=0, le=6)
    breakpoints: list[Decimal] = Field(min_length=2)
    indices: list[int] | None = None
    lows: list[Decimal] | None = None
    index_lows: list[int] | None = None
    above: int | Literal["not computed", "extrapolated"]
    clause: Text | None = None
    source: Texts | None = None
    confidence: Confidence | None = None
    note: Text = ""


class GroupRow(Part):
    """Sensitive people for one pollutant."""

    code: Text
    text: Names


class IndexFile(Part):
    """The index section of a file."""

    result: Literal["ceil", "nearest"]
    concentration: Literal["half_even", "truncate"]
    primary_above: int
    exceeding_above: int | None = None
    missing_one_publish_above: int | None = None
    indices: list[int]
    items: list[IndexRow]
    bands: list[BandRow]
    groups: list[GroupRow] = []


class ValidityRow(Part):
    """How many parts a mean needs; `per` names a shorter stretch the count is for (27 days in every month)."""

    averaging: Averaging
    of: Averaging | Literal["min", "h"]
    at_least: int = Field(gt=0)
    unit: Literal["min", "h", "d", "windows"]
    codes: Texts = []
    per: Literal["", "month"] = ""
    months: list[int] = []
    note: Text = ""
    clause: Text
    source: Texts | None = None
    confidence: Confidence | None = None


class PendingRow(Part):
    """A table in force whose figures are not known yet."""

    averaging: Averaging
    codes: Texts
    clause: Text
    valid_from: date
    text: Names


class StandardFile(Part):
    """A whole standards file."""

    id: Text
    family: Text
    kind: Kind
    title: Names
    valid_from: date
    valid_to: date | None
    confidence: Confidence = "verified"
    sources: dict[str, Text]
    notes: Notes = Notes()
    profiles: dict[str, dict[str, Names]] = {}
    defaults: Terms = Field(default_factory=Terms)
    columns: dict[str, Column] = {}
    limits: list[Row] = []
    index: IndexFile | None = None
    validity: list[ValidityRow] = []
    pending: list[PendingRow] = []
    surface_water_rules: SurfaceWaterRulesFile | None = None
    ambient_air_rules: AmbientAirRulesFile | None = None
    stack_rules: StackRulesFile | None = None
