"""What a standard says, as frozen values: limits, index breakpoints and validity rules with clause and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeAlias

from clearbay.standards.rules import Rules

Confidence: TypeAlias = Literal["verified", "one-source", "unverified"]
"""How sure we are of a figure: seen in two independent places, in one (a primary text counts as one), or in none."""

Kind: TypeAlias = Literal[
    "ambient_air", "ambient_air_rules", "air_index", "surface_water", "surface_water_rules", "effluent", "soil", "stack"
]
"""What a standard is about, and so which assessment uses it."""


@dataclass(frozen=True)
class Range:
    """A condition on a numeric fact: every bound that is given must hold."""

    gt: Decimal | None = None
    ge: Decimal | None = None
    lt: Decimal | None = None
    le: Decimal | None = None

    def holds(self, x: Decimal) -> bool:
        """Say whether `x` lies within the range."""
        return (
            (self.gt is None or x > self.gt)
            and (self.ge is None or x >= self.ge)
            and (self.lt is None or x < self.lt)
            and (self.le is None or x <= self.le)
        )

    def __str__(self) -> str:
        bounds = ((">", self.gt), (">=", self.ge), ("<", self.lt), ("<=", self.le))
        return ", ".join(f"{sign} {bound}" for sign, bound in bounds if bound is not None)


@dataclass(frozen=True)
class Limit:
    """One cell of a standard's table; met exactly when `minimum <= x <= maximum` (both inclusive).

    `profile` is what a permit must say (class, level, land use), `when` numeric facts beside the value (pH, water
    temperature, year built). `decimals` rounds the value by GB/T 8170 first; None compares the full value.
    `valid_from` to `valid_to` are inclusive days of the point's legal zone. `state` is the gas state the figure
    refers to, empty where there is none. A limit that `must_not_be_detected` has `maximum` 0.
    """

    standard: str
    clause: str
    code: str
    averaging: str
    basis: str
    minimum: Decimal | None
    maximum: Decimal | None
    unit: str
    decimals: int | None
    profile: Mapping[str, str]
    when: Mapping[str, Range]
    valid_from: date
    valid_to: date | None
    source: tuple[str, ...]
    confidence: Confidence
    note: str
    state: str = ""
    must_not_be_detected: bool = False

    @property
    def key(self) -> str:
        """Stable id of the limit, as "GB 18918-2002/w21003/day/level=1A;w01010<=12"; the same on every day it holds."""
        facts = [f"{name}={value}" for name, value in sorted(self.profile.items())]
        facts += [f"{name}{str(rule).replace(' ', '')}" for name, rule in sorted(self.when.items())]
        return "/".join((self.standard, self.code, self.averaging, ";".join(facts)))

    def holds_on(self, on: date) -> bool:
        """Say whether the limit is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Band:
    """One level of an index or of a status, with its colour and what people should know and do."""

    low: int
    high: int
    level: str
    name_zh: str
    name_en: str
    colour: str
    colour_name_zh: str
    colour_name_en: str
    effect_zh: str
    effect_en: str
    advice_zh: str
    advice_en: str


@dataclass(frozen=True)
class IndexItem:
    """The breakpoints of one pollutant and averaging: index over concentration, straight lines between.

    `lows` are the low ends of the segments where the table leaves gaps between them (US EPA: 12.0 | 12.1), one fewer
    than `concentrations`; None when segments join (HJ 633). Beyond the last concentration the index is `above`; None
    there means it is not computed from this item, unless `extrapolates` (the last segment goes on).
    Below the first concentration the item says nothing when that concentration is not 0.
    """

    code: str
    averaging: str
    unit: str
    decimals: int
    concentrations: tuple[Decimal, ...]
    indices: tuple[int, ...]
    lows: tuple[Decimal, ...] | None
    index_lows: tuple[int, ...] | None
    above: int | None
    extrapolates: bool
    clause: str
    source: tuple[str, ...]
    confidence: Confidence
    note: str


@dataclass(frozen=True)
class SensitiveGroup:
    """Who should take care when a pollutant's own index is above 100 (HJ 633-2026, Table 2)."""

    code: str
    text_zh: str
    text_en: str


@dataclass(frozen=True)
class Index:
    """An air-quality index: how concentrations are rounded, the items of each report, the levels."""

    standard: str
    result: Literal["ceil", "nearest"]
    concentration: Literal["half_even", "truncate"]
    hourly: tuple[IndexItem, ...]
    daily: tuple[IndexItem, ...]
    bands: tuple[Band, ...]
    primary_above: int
    exceeding_above: int | None
    missing_one_publish_above: int | None
    groups: tuple[SensitiveGroup, ...]


@dataclass(frozen=True)
class Validity:
    """How many parts a mean needs: `at_least` of `of` per `averaging`, for `codes` and in `months` (empty: all).

    For example a year of SO2 needs 324 daily means, and 27 in every month, 25 in February (GB 3095, Table 4).
    """

    averaging: str
    of: str
    at_least: int
    unit: str
    codes: tuple[str, ...]
    per: str
    months: tuple[int, ...]
    note: str
    clause: str
    source: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True)
class Pending:
    """A table known to be in force whose figures we do not have: what it covers cannot be judged, and must say so."""

    averaging: str
    codes: tuple[str, ...]
    clause: str
    valid_from: date
    text_zh: str
    text_en: str


@dataclass(frozen=True)
class Standard:
    """One edition of a standard, as one file holds it.

    `profile_values` names what a permit may say (zh, en), `names` the file's own parameters that the vocabulary
    lacks.
    """

    id: str
    family: str
    kind: Kind
    title_zh: str
    title_en: str
    valid_from: date
    valid_to: date | None
    limits: tuple[Limit, ...]
    index: Index | None
    validity: tuple[Validity, ...]
    pending: tuple[Pending, ...]
    rules: Rules | None
    sources: Mapping[str, str]
    notes_zh: tuple[str, ...]
    notes_en: tuple[str, ...]
    profile_values: Mapping[str, Mapping[str, tuple[str, str]]]
    names: Mapping[str, tuple[str, str]]
    path: Path
    digest: str
    confidence: Confidence

    def holds_on(self, on: date) -> bool:
        """Say whether the standard is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
