"""Shapes of the API's answers: what a program may rely on, and what OpenAPI tells of it.

Times are ISO 8601 in UTC; figures are in the unit that stands beside them; null is a figure that does not exist.
"""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """An answer or a part of one."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True, ser_json_inf_nan="null")


class Bilingual(Shape):
    """A text in Chinese and English."""

    zh: str
    en: str


class Problem(Shape):
    """An error as RFC 9457 has it; `detail` says what was wrong."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class Site(Shape):
    """A place: a plant, a station, a section. Degrees are WGS 84."""

    site_id: str
    kind: str
    name: Bilingual
    operator: Bilingual
    address: Bilingual
    lon: float
    lat: float
    opened: date | None
    points: list[str] = Field(description="ids of its points")


class Sites(Shape):
    """All sites of the district."""

    district: Bilingual
    zone: str = Field(description="IANA name of the district's legal zone")
    simulated: bool = Field(description="whether the data come from twins and generators instead of instruments")
    items: list[Site]


class Point(Shape):
    """Where something is measured."""

    point_id: str
    site_id: str
    kind: str
    name: Bilingual
    zone: str
    facts: dict[str, str] = Field(description="what conditions of limits ask for")


class Points(Shape):
    """All points of the district."""

    items: list[Point]


class Latest(Shape):
    """The newest value of a series and statistic; `text` is as sent, `time` the start of its period."""

    point_id: str
    code: str
    basis: str
    statistic: str
    period_s: int
    time: datetime
    value: float | None
    text: str
    flag: str
    unit: str
    packet_id: str


class LatestValues(Shape):
    """Newest values."""

    now: datetime = Field(description="the service's time")
    items: list[Latest]


class Finding(Shape):
    """What was judged: one row a judgement. `margin` is the distance to the limit, positive when it is met."""

    finding_id: str
    revision: int
    rule: str
    point_id: str
    code: str
    basis: str
    time: datetime
    period_s: int
    zone: str
    averaging: str
    method: str
    standard: str
    clause: str
    limit_min: float | None
    limit_max: float | None
    unit: str
    confidence: str
    value: float | None
    raw_value: float | None
    margin: float | None
    verdict: str
    class_: str | None = Field(alias="class")
    index: int | None
    primary: str | None
    expected: int | None
    valid: int | None
    input_digest: str
    rule_digest: str
    assessed_at: datetime
    supersedes: str | None


class LeftOut(Shape):
    """How many windows were left out for a reason."""

    reason: str
    count: int


class Window(Shape):
    """A window behind a finding: `why` is `used`, or the reason it was left out."""

    code: str
    time: datetime
    period_s: int
    value: float | None
    why: str
    flag: str | None = None
    tag: str | None = None


class Evidence(Finding):
    """A finding with all that it rests on."""

    left_out: list[LeftOut]
    windows: list[Window]


class Findings(Shape):
    """A page of findings, the newest first."""

    items: list[Finding]
    next: str | None = Field(description="address of the next page, null on the last")


class Revisions(Shape):
    """All revisions of a finding, the first one first."""

    items: list[Finding]


class Refusal(Shape):
    """A packet that was refused, and why."""

    packet_id: str
    received_at: datetime
    reason: str


class Logger(Shape):
    """The account of a logger: received = stored + refused + duplicate."""

    mn: str
    site_id: str
    version: str
    last_seen: datetime | None
    received: int
    stored: int
    refused: int
    duplicate: int
    latest_refusals: list[Refusal]


class Loggers(Shape):
    """All loggers."""

    items: list[Logger]


class Packet(Shape):
    """A packet as it came; passwords in `text` are hidden, control characters written out."""

    number: int
    packet_id: str
    received_at: datetime
    peer: str | None
    mn: str | None
    cn: int | None
    verdict: str
    reason: str | None
    size: int = Field(description="bytes")
    text: str


class Observation(Shape):
    """A value made from a packet."""

    point_id: str
    code: str
    basis: str
    time: datetime
    period_s: int
    statistic: str
    value: float | None
    text: str | None
    flag: str | None
    unit: str | None


class OpenedPacket(Packet):
    """A packet with what the protocol says of it and what was made of it."""

    explained: list[str]
    observations: list[Observation]


class Packets(Shape):
    """A page of packets, the newest first."""

    items: list[Packet]
    next: str | None = Field(description="address of the next page, null on the last")


class Counts(Shape):
    """Counts of projects; rates are fractions, null where nothing could be counted."""

    total: int
    started: int
    done: int
    due: int
    done_of_due: int
    in_time: int
    done_late: int
    dropped: int
    lights: dict[str, int]
    rates: dict[str, float | None]


class PlanHead(Shape):
    """A plan book."""

    name: str
    title: Bilingual
    doc_no: str
    start: date
    end: date


class Plans(Shape):
    """All plan books that can be read."""

    items: list[PlanHead]


class Project(Shape):
    """A project on a day, as known on a day."""

    id: str
    name: str
    theme: str
    level: str
    lead: str
    start: date
    due: date
    due_as_approved: date
    light: str
    reason: Bilingual
    days: int | None = Field(description="days late, or to go where negative; null where neither")
    phase: str
    done_percent: float | None
    finished: date | None


class Plan(PlanHead):
    """A plan book folded to a day."""

    at: date
    as_of: date
    counts: Counts
    projects: list[Project] = Field(description="the worst first")
