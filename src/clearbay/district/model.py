"""What a district folder says, as frozen values: sites, points, loggers, what applies, who is connected, what is on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from clearbay.assess.permits import NOTHING, Permit, Point
from clearbay.district.problems import Problem
from clearbay.store.channels import Channel
from clearbay.vocabulary.tags import Tag

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A value of a JSON text."""

SITE_KINDS: Mapping[str, tuple[str, str]] = {
    "wte_plant": ("生活垃圾焚烧厂", "Waste-to-energy plant"),
    "sewage_station": ("农村生活污水处理站", "Village sewage station"),
    "air_station": ("环境空气监测站", "Air station"),
    "river_section": ("河流断面", "River section"),
    "lake_section": ("湖库点位", "Lake section"),
    "soil_plot": ("农用地土壤点位", "Soil plot"),
    "works_outlet": ("企业排放口", "Works outlet"),
}
"""Kinds of site with their name in Chinese and English."""

POINT_KINDS: Mapping[str, tuple[str, str]] = {
    "stack": ("废气排口", "Stack"),
    "furnace": ("焚烧炉", "Furnace"),
    "effluent": ("废水排口", "Effluent"),
    "air": ("空气点位", "Ambient air"),
    "section": ("地表水断面", "Surface-water section"),
    "soil": ("土壤点位", "Soil"),
}
"""Kinds of point with their name in Chinese and English."""

ACTIVITY_KINDS: Mapping[str, tuple[str, str]] = {
    "open_day": ("公众开放日", "Public open day"),
    "inspection": ("执法检查", "Inspection"),
    "sampling": ("采样监测", "Sampling"),
    "maintenance": ("检修维护", "Maintenance"),
    "training": ("培训演练", "Training or drill"),
    "meeting": ("会议", "Meeting"),
}
"""Kinds of activity with their name in Chinese and English."""

Severity: TypeAlias = Literal["info", "warning", "critical"]
"""How grave an alarm is."""

LOGGER_VERSIONS = ("2005", "2017", "2025", "surface-water")
"""Versions of HJ 212 that a logger may speak; `surface-water` is the stations' dialect (ST 21)."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Chinese and English."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        """Give the text in a language, "zh" or "en" (any other is answered in English)."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Site:
    """A place: a plant, a station, a section, a plot. Degrees are WGS 84; `twin` is the file of its model or None."""

    site_id: str
    kind: str
    name: Bilingual
    lon: float
    lat: float
    operator: Bilingual
    address: Bilingual
    twin: Path | None
    opened: date | None


@dataclass(frozen=True, slots=True)
class PointEntry:
    """A point of a site: what series belong to. `facts` are what conditions of limits ask for (`land_use=paddy`)."""

    point_id: str
    site_id: str
    kind: str
    name: Bilingual
    zone: str
    lon: float
    lat: float
    facts: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    def assessed(self, language: str = "zh") -> Point:
        """Give the point as assessments take it."""
        return Point(self.point_id, self.name.said(language), self.zone, self.facts)


@dataclass(frozen=True, slots=True)
class LoggerEntry:
    """A registered logger: MN, version of HJ 212, what it sends for, length of its minute data [min], SM4 key."""

    mn: str
    version: str
    password: str = field(repr=False)
    site_id: str
    minutes: int
    key: bytes = field(repr=False)
    st: str
    name: str


@dataclass(frozen=True, slots=True)
class Household:
    """A household of `persons` that is joined to a sewage station from day `joined` to before day `left`."""

    household_id: str
    site_id: str
    persons: int
    joined: date
    left: date | None


@dataclass(frozen=True, slots=True)
class Activity:
    """An entry of the activity calendar; the bulletin shows only those that are `public`. `site_id` may be empty."""

    activity_id: str
    kind: str
    site_id: str
    start: datetime
    end: datetime
    title: Bilingual
    public: bool
    note: Bilingual


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """When an alarm is raised: on findings, on values (above or below, with hysteresis and dwell), on silence.

    `points` are ids or patterns (`wte-*`), empty for all. `above` and `below` are in the unit of the parameter's
    series; an alarm clears when the value is back past `clear_at`. `dwell_s` is how long the condition must last,
    `silence_s` how long nothing may come [s]. `notify` names receivers that the service's settings address.
    """

    rule_id: str
    on: Literal["finding", "value", "silence"]
    severity: Severity
    name: Bilingual
    points: tuple[str, ...] = ()
    standard: str = ""
    averaging: str = ""
    verdict: str = "exceeded"
    code: str = ""
    basis: str = ""
    statistic: str = "avg"
    above: float | None = None
    below: float | None = None
    clear_at: float | None = None
    dwell_s: int = 0
    silence_s: int = 0
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class District:
    """A district folder that was read and found whole. `digest` is SHA-256 over its files,
    `files` that of each by its name in the folder, `plans` are plan folders.

    `standards` are the folder's own standards (for `standards.loader.load`); `notices` do not stop it from working.
    """

    folder: Path
    name: Bilingual
    zone: str
    sites: tuple[Site, ...]
    points: tuple[PointEntry, ...]
    loggers: tuple[LoggerEntry, ...]
    channels: tuple[Channel, ...]
    permits: tuple[Permit, ...]
    tags: tuple[Tag, ...]
    households: tuple[Household, ...]
    activities: tuple[Activity, ...]
    alarms: tuple[AlarmRule, ...]
    outline: Mapping[str, Json]
    plans: tuple[Path, ...]
    standards: tuple[Path, ...]
    texts: Mapping[str, Bilingual]
    digest: str
    files: Mapping[str, str]
    notices: tuple[Problem, ...] = ()

    def site(self, site_id: str) -> Site | None:
        """Find a site by its id."""
        return next((s for s in self.sites if s.site_id == site_id), None)

    def point(self, point_id: str) -> PointEntry | None:
        """Find a point by its id."""
        return next((p for p in self.points if p.point_id == point_id), None)

    def logger(self, mn: str) -> LoggerEntry | None:
        """Find a logger by its MN."""
        return next((entry for entry in self.loggers if entry.mn == mn), None)

    def points_of(self, site_id: str) -> tuple[PointEntry, ...]:
        """Give the points of a site, in the order of the file."""
        return tuple(p for p in self.points if p.site_id == site_id)
