"""Evaluation rules that are not limits: surface-water status (环办[2011]22号) and yearly air evaluation (HJ 663)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from clearbay.standards.stack_rules import StackRules


@dataclass(frozen=True)
class Status:
    """A named state with its colour: of a section, a river or basin, or a change between two periods."""

    id: str
    name_zh: str
    name_en: str
    colour: str
    colour_name_zh: str
    colour_name_en: str
    confidence: str


@dataclass(frozen=True)
class ShareRule:
    """A river or basin has `status` when its shares of sections [%] lie within the bounds that are given.

    `good` is the share of classes I-III, `worse_than_v` the share worse than class V; `_ge` is inclusive, `_lt` not.
    """

    status: str
    good_ge: Decimal | None
    good_lt: Decimal | None
    worse_than_v_ge: Decimal | None
    worse_than_v_lt: Decimal | None


@dataclass(frozen=True)
class ChangeRule:
    """A change of `dG - dD` [percentage points] whose size is above `above` and at most `up_to` has `word`."""

    above: Decimal
    up_to: Decimal | None
    id: str
    better_zh: str
    better_en: str
    worse_zh: str
    worse_en: str
    confidence: str


@dataclass(frozen=True)
class TrophicItem:
    """One indicator of the trophic level index: `TLI = 10 (a + b ln x)` with its correlation to chlorophyll-a."""

    code: str
    a: Decimal
    b: Decimal
    correlation: Decimal
    unit: str


@dataclass(frozen=True)
class TrophicBand:
    """A trophic state: TLI at most `up_to` (None: no upper bound)."""

    up_to: Decimal | None
    below: bool
    id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class SurfaceWaterRules:
    """How surface water is evaluated (环办[2011]22号): indicators, status, shares, main pollutants, change, trend.

    `indicators` holds every code an indicator may come under; `same_as` names the one it is the same indicator as
    (w20138 copper is w20122 total copper), so that nothing is counted twice.
    """

    limits_of: str
    indicators: tuple[str, ...]
    same_as: Mapping[str, str]
    reported_apart: tuple[str, ...]
    classes: tuple[str, ...]
    worse_than_v: str
    statuses: Mapping[str, Status]
    section_status: Mapping[str, Status]
    shares_from_sections: int
    river_status: tuple[ShareRule, ...]
    reference_class: str
    main_pollutants: int
    no_multiple_for: tuple[str, ...]
    named_first: tuple[str, ...]
    change: tuple[ChangeRule, ...]
    trend_min_periods: int
    trend_critical: Mapping[int, tuple[Decimal, Decimal]]
    trophic_items: tuple[TrophicItem, ...]
    trophic_bands: tuple[TrophicBand, ...]
    confidence: Mapping[str, str]
    clauses: Mapping[str, str]


@dataclass(frozen=True)
class AnnualItem:
    """One pollutant of the yearly evaluation: percentile of its daily values, and how results are rounded."""

    code: str
    daily: str
    percentile: Decimal
    has_annual_mean: bool
    unit: str
    decimals_daily: int
    decimals_annual: int
    weight: Decimal
    confidence: str


@dataclass(frozen=True)
class AmbientAirRules:
    """How ambient air is evaluated over a year (HJ 663): percentiles, percentile method, 8-h windows of a day."""

    limits_of: str
    items: tuple[AnnualItem, ...]
    percentile_method: str
    mda8_first_end_hour: int
    mda8_last_end_hour: int
    mda8_min_windows: int
    mda8_valid_anyway_above_limit: bool
    composite: Mapping[str, Decimal]
    clauses: Mapping[str, str]
    confidence: Mapping[str, str]


Rules: TypeAlias = SurfaceWaterRules | AmbientAirRules | StackRules
"""The rules a standard may carry beside limits."""
