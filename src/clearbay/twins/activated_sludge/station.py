"""A station as text: the schema of its YAML file, and the one reader of it."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, ValidationError, field_validator, model_validator

from clearbay.twins.activated_sludge.errors import StationError

KIND = "sewage_station"
ROUNDING = 1e-9  # what shares that should add up to one may lack
Share = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0)]
Hourly = Annotated[tuple[NotNegative, ...], Field(min_length=24, max_length=24)]  # one for each hour of the day
Monthly = Annotated[tuple[NotNegative, ...], Field(min_length=12, max_length=12)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Name(_Part):
    """A name in both languages."""

    zh: str
    en: str


class Loads(_Part):
    """Loads per head [g/d]; fat as mass of animal and vegetable fat."""

    cod: PositiveFloat
    bod5: PositiveFloat
    tss: PositiveFloat
    tkn: PositiveFloat
    tp: PositiveFloat
    fat: NotNegative


class Holiday(_Part):
    """Days on which more or fewer people are there than usual."""

    first: dt.date
    last: dt.date
    factor: PositiveFloat

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Holiday":
        if self.last < self.first:
            raise ValueError(f"the holiday ends on {self.last}, before it begins on {self.first}")
        return self


class Population(_Part):
    """Who is connected, what each sends, and when."""

    households: PositiveFloat
    persons_per_household: PositiveFloat
    connected: Share = 1.0
    water_l: PositiveFloat
    loads_g: Loads
    hourly: Hourly
    weekly: Annotated[tuple[NotNegative, ...], Field(min_length=7, max_length=7)] = (1.0,) * 7
    monthly: Monthly = (1.0,) * 12
    holidays: tuple[Holiday, ...] = ()


class Rain(_Part):
    """Water that is not sewage, and the climate that brings it."""

    dry_share: NotNegative = 0.1
    m3_per_mm: NotNegative = 0.0
    days: PositiveFloat = 2.0
    monthly_mm: Monthly = (0.0,) * 12
    wet_days: Monthly = (0.0,) * 12
    seed: int = 1


class Water(_Part):
    """Temperature of the sewage over the year [degC] and its alkalinity [mol/m3]."""

    mean: float
    swing: NotNegative
    coldest: str = "02-01"
    alkalinity: PositiveFloat = 6.0

    @field_validator("coldest")
    @classmethod
    def _a_day_of_the_year(cls, text: str) -> str:
        try:
            dt.date.fromisoformat(f"2024-{text}")
        except ValueError:
            raise ValueError(f"'{text}' is not a day of the year: month and day are expected, such as 02-01") from None
        return text


class Aeration(_Part):
    """Diffused air: by an oxygen set point [g/m3] with the most air [Nm3/h], or by the air blown [Nm3/h].

    `air` is one rate, or one for each hour of the day; then there is no set point (oxygen 0) and `air_max` is the
    largest rate. Timer hours off, and what the diffusers give, hold for both.
    """

    oxygen: PositiveFloat = 0.0
    air_max: PositiveFloat = 0.0
    air: NotNegative | Hourly | None = None
    off_hours: tuple[Annotated[int, Field(ge=0, le=23)], ...] = ()
    depth: PositiveFloat = 3.0
    transfer_per_m: PositiveFloat = 0.05
    alpha: PositiveFloat = 0.6
    fouling: PositiveFloat = 0.85
    efficiency: PositiveFloat = 0.45

    @model_validator(mode="before")
    @classmethod
    def _one_way_of_control(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        named = {"oxygen", "air_max"} & set(given)
        if given.get("air") is None:
            if len(named) < 2:
                raise ValueError("give the air [Nm3/h] as 'air', or a set point 'oxygen' [g/m3] with its 'air_max'")
            return given
        if named:
            raise ValueError(f"'air' is blown as given: it goes without {' and '.join(repr(n) for n in sorted(named))}")
        air = given["air"]
        rates = air if isinstance(air, list | tuple) else [air]
        # What is no number is refused by its own field.
        return {**given, "air_max": max((r for r in rates if isinstance(r, int | float)), default=0.0)}


class Dosing(_Part):
    """A product dosed in proportion to the sewage: `dose` in g of active substance (metal, salt) per m3."""

    product: Literal["Al", "Fe", "soda", "acetate"]
    dose: NotNegative
    basicity: Share = 0.0


class _Basin(_Part):
    name: str
    label: Name | None = None
    volume: PositiveFloat
    mixer_w_m3: NotNegative = 0.0
    aeration: Aeration | None = None
    dosing: tuple[Dosing, ...] = ()


class GreaseTrap(_Basin):
    """Grease trap or septic tank: what settles or floats stays and slowly hydrolyses."""

    kind: Literal["grease_trap"]
    area: PositiveFloat
    solids_m_d: NotNegative = 20.0
    fat_m_d: NotNegative = 60.0
    sludge_m3_d: PositiveFloat
    thickening: PositiveFloat = 4.0


class Equalisation(_Basin):
    """Equalisation: a pump at a steady rate, stopping when low; what the tank cannot hold spills to the
    next."""

    kind: Literal["equalisation"]
    pump_m3_d: PositiveFloat


class PlainTank(_Basin):
    """A mixed tank: anaerobic, anoxic or, with aeration, aerobic."""

    kind: Literal["tank"]


class ContactOxidation(_Basin):
    """A tank with carriers; carrier_m2_m3: area of biofilm per tank volume."""

    kind: Literal["contact_oxidation"]
    carrier_m2_m3: PositiveFloat
    thickness_mm: PositiveFloat = 0.4
    layers: Annotated[int, Field(ge=1, le=12)] = 3


class BatchReactor(_Basin):
    """A sequencing batch reactor: cycles a day, and how each is divided."""

    kind: Literal["sbr"]
    area: PositiveFloat
    cycles: Annotated[int, Field(ge=1, le=12)]
    exchange: Annotated[float, Field(gt=0, lt=1)]
    anoxic: Share = 0.25
    settle: Share = 0.15
    decant: Annotated[float, Field(gt=0, le=1)] = 0.15
    waste_m3_d: PositiveFloat

    @model_validator(mode="after")
    def _phases_fit_the_cycle(self) -> "BatchReactor":
        total = self.anoxic + self.settle + self.decant
        if total > 1.0 + ROUNDING:
            raise ValueError(
                f"'{self.name}': anoxic, settle and decant add up to {total:.3g} of a cycle; no more than 1 is there"
            )
        return self


class SettlingTank(_Part):
    """A secondary settler."""

    kind: Literal["settler"]
    name: str
    label: Name | None = None
    area: PositiveFloat
    depth: PositiveFloat


class Polish(_Basin):
    """A membrane or filter on the way out: `passes` is the share of solids that goes through."""

    kind: Literal["membrane", "filter"]
    passes: Share
    backwash_m3_d: PositiveFloat


Unit = Annotated[
    GreaseTrap | Equalisation | PlainTank | ContactOxidation | BatchReactor | SettlingTank | Polish,
    Field(discriminator="kind"),
]


class Recycle(_Part):
    """A pump from one unit back to another [m3/d]; from a settler it takes the sludge."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    m3_d: PositiveFloat
    head_m: PositiveFloat = 2.0


class Waste(_Part):
    """Sludge taken out of the works [m3/d]."""

    source: str = Field(alias="from")
    m3_d: PositiveFloat


class Permit(_Part):
    """What the effluent is judged by."""

    standard: Literal["GB 18918-2002"] = "GB 18918-2002"
    grade: Literal["1A", "1B"] = "1A"
    built: int = 2021


class Station(_Part):
    """A village sewage station, as its file gives it."""

    kind: Literal["sewage_station"]
    name: Name
    note: str = ""
    start: dt.date
    days: Annotated[int, Field(ge=1, le=3660)] = 365
    zone: str = "Asia/Shanghai"
    permit: Permit = Permit()
    population: Population
    rain: Rain = Rain()
    water: Water
    line: tuple[Unit, ...] = Field(min_length=1)
    recycles: tuple[Recycle, ...] = ()
    waste: tuple[Waste, ...] = ()
    lift_head_m: PositiveFloat = 6.0
    pump_efficiency: PositiveFloat = 0.4
    parameters: dict[str, NotNegative] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_known(self) -> "Station":
        names = [u.name for u in self.line]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two units are named '{name}'")
        for source in [r.source for r in self.recycles] + [w.source for w in self.waste]:
            if source not in names:
                raise ValueError(f"'{source}' is not a unit of the line ({', '.join(names)})")
        for recycle in self.recycles:
            if recycle.target not in names:
                raise ValueError(f"'{recycle.target}' is not a unit of the line ({', '.join(names)})")
        metals = {d.product for u in self.line if isinstance(u, _Basin) for d in u.dosing} & {"Al", "Fe"}
        if len(metals) > 1:
            raise ValueError("one station precipitates with one metal: 'Al' or 'Fe', not both")
        return self


def read_station(path: Path) -> Station:
    """Read a station file.

    Raises StationError saying which line and key is wrong, what was found and what is expected.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StationError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise StationError(f"{path}: is not UTF-8 text") from None
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise StationError(f"{path}: is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise StationError(f"{path}: 'kind: {KIND}' is expected at the top")
    try:
        return Station.model_validate(data)
    except ValidationError as error:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = [f"  line {_line(tree, e['loc'])}: {_where(e['loc'])}: {e['msg']}" for e in error.errors()]
        raise StationError(f"{path}: {len(lines)} key(s) cannot be used\n" + "\n".join(lines)) from None


def _line(tree: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """Line of the deepest key of a location that stands in the file; a missing key is looked for in its parent."""
    line, node = 1, tree
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if found:
                line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _where(location: tuple[int | str, ...]) -> str:
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(words).lstrip(".") or "file"
