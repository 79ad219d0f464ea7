"""The shape of evaluation rules in a standards file: surface water (环办[2011]22号) and yearly air (HJ 663)."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Any part of the rules; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """A wording in both languages."""

    zh: str
    en: str


class StatusRow(Part):
    """A named state with its colour."""

    zh: str
    en: str
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    colour_zh: str
    colour_en: str
    confidence: str


class SectionStatusRow(Part):
    """Which classes of a section have a status."""

    classes: list[str]
    status: str


class ShareRow(Part):
    """Shares of sections [%] for which a river or basin has a status."""

    status: str
    good_ge: Decimal | None = None
    good_lt: Decimal | None = None
    worse_than_v_ge: Decimal | None = None
    worse_than_v_lt: Decimal | None = None


class ChangeRow(Part):
    """How a change of a given size is called."""

    above: Decimal
    up_to: Decimal | None = None
    id: str
    better: Words
    worse: Words
    confidence: str


class TrophicRow(Part):
    """One indicator of the trophic level index."""

    code: str
    a: Decimal
    b: Decimal
    correlation: Decimal
    unit: str


class TrophicBandRow(Part):
    """A trophic state up to an index (`below`: the bound itself belongs to the next state)."""

    id: str
    zh: str
    en: str
    up_to: Decimal | None = None
    below: bool = False


class SurfaceWaterRulesFile(Part):
    """The section `surface_water_rules`."""

    limits_of: str
    indicators: list[str]
    also: dict[str, str]
    reported_apart: list[str]
    classes: list[str]
    worse_than_v: str
    statuses: dict[str, StatusRow]
    section_status: list[SectionStatusRow]
    shares_from_sections: int
    river_status: list[ShareRow]
    reference_class: str
    main_pollutants: int
    no_multiple_for: list[str]
    named_first: list[str]
    change: list[ChangeRow]
    trend_min_periods: int
    trend_critical: dict[Annotated[str, Field(pattern=r"^[0-9]+$")], tuple[Decimal, Decimal]]
    trophic_items: list[TrophicRow]
    trophic_bands: list[TrophicBandRow]
    confidence: dict[str, str]
    clauses: dict[str, str]


class AnnualRow(Part):
    """One pollutant of the yearly evaluation."""

    code: str
    daily: str
    percentile: Decimal
    annual_mean: bool
    unit: str
    decimals_daily: int
    decimals_annual: int
    weight: Decimal
    confidence: str


class AmbientAirRulesFile(Part):
    """The section `ambient_air_rules`."""

    limits_of: str
    items: list[AnnualRow]
    percentile_method: str
    mda8_first_end_hour: int
    mda8_last_end_hour: int
    mda8_min_windows: int
    mda8_valid_anyway_above_limit: bool
    composite: dict[str, Decimal]
    clauses: dict[str, str]
    confidence: dict[str, str]
