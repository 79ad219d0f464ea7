"""What a plant is made of, declared: units, streams, and how each is run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from clearbay.twins.activated_sludge.errors import InputError
from clearbay.twins.activated_sludge.table import FloatArray, Model


@dataclass(frozen=True)
class Schedule:
    """A value held from each time [d] until the next; the first also holds before it."""

    times: FloatArray
    values: FloatArray

    def __post_init__(self) -> None:
        times, values = np.asarray(self.times, dtype=float), np.asarray(self.values, dtype=float)
        if times.ndim != 1 or times.shape != values.shape or times.size == 0:
            raise InputError("a schedule needs one value for each time, and at least one")
        if not (np.isfinite(times).all() and np.isfinite(values).all()):
            raise InputError("a schedule holds a time or value that is not a number")
        if (np.diff(times) <= 0).any():
            raise InputError("the times of a schedule must increase")
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "values", values)


Signal = float | Schedule


@dataclass(frozen=True)
class KLa:
    """Aeration by oxygen transfer coefficient [1/d] at `t_ref` [degC]; follows 1.024^(T - t_ref)."""

    value: Signal
    t_ref: float = 15.0


@dataclass(frozen=True)
class SetPoint:
    """Aeration by a PI controller holding oxygen [g/m3] with kLa up to `kla_max` [1/d at 20 degC]."""

    oxygen: Signal
    kla_max: Signal
    gain: float = 100.0
    integral_time: float = 0.01
    t_ref: float = 20.0


@dataclass(frozen=True)
class Dose:
    """A product dosed into a tank [g/d], or [g per m3 of an influent's flow] when `per_influent` names one.

    contents: g (or mol for alkalinity) of each state per g of product.
    """

    name: str
    rate: Signal
    contents: Mapping[str, float]
    per_influent: str | None = None


@dataclass(frozen=True)
class Tank:
    """A completely mixed tank of constant volume [m3]."""

    name: str
    volume: float
    aeration: KLa | SetPoint | None = None
    doses: tuple[Dose, ...] = ()


@dataclass(frozen=True)
class Buffer:
    """A mixed tank whose volume varies: equalisation. What leaves it is pumped or spills; start half full."""

    name: str
    volume: float
    aeration: KLa | SetPoint | None = None
    doses: tuple[Dose, ...] = ()


@dataclass(frozen=True)
class BatchReactor:
    """A sequencing batch reactor: volume [m3] when full, area [m2], `mixing` 1 mixed or 0 settling."""

    name: str
    volume: float
    area: float
    mixing: Signal
    aeration: KLa | SetPoint | None = None
    doses: tuple[Dose, ...] = ()


@dataclass(frozen=True)
class ContactTank:
    """A contact-oxidation tank: mixed water of `volume` [m3] and a biofilm on `carrier_area` [m2].

    thickness, boundary [m]; density [g TSS/m3] of the film; attachment [m/d].
    """

    name: str
    volume: float
    carrier_area: float
    thickness: float = 5e-4
    layers: int = 4
    boundary: float = 1e-4
    density: float = 4e4
    attachment: float = 0.002
    aeration: KLa | SetPoint | None = None
    doses: tuple[Dose, ...] = ()


@dataclass(frozen=True)
class Settler:
    """A Takacs settler; ports 'name.top' and 'name.bottom'. Defaults: the BSM1 settler."""

    name: str
    area: float
    depth: float
    layers: int = 10
    feed_layer: int = 5
    v_max: float = 250.0
    v_0: float = 474.0
    r_h: float = 5.76e-4
    r_p: float = 2.86e-3
    f_ns: float = 2.28e-3
    x_t: float = 3000.0


Unit = Tank | Buffer | BatchReactor | ContactTank | Settler


@dataclass(frozen=True)
class Pump:
    """A given flow [m3/d]; with `stops_at` [m3] it fades out as the source's volume falls to that."""

    flow: Signal
    stops_at: float | None = None


@dataclass(frozen=True)
class Share:
    """A flow that is a ratio of an influent's flow."""

    influent: str
    ratio: Signal


@dataclass(frozen=True)
class Weir:
    """What stands above `level` [m3] spills."""

    level: float


@dataclass(frozen=True)
class Takes:
    """What a stream takes of each state relative to the tank it leaves: 1 where not named."""

    shares: Mapping[str, float]


@dataclass(frozen=True)
class Clarified:
    """A stream leaving a basin of `area` [m2] in which states settle at velocities [m/d] (Hazen, mixed)."""

    area: float
    velocities: Mapping[str, float]


@dataclass(frozen=True)
class Stream:
    """Joins a source to a target; without `flow` it carries what is left over of its source's balance.

    Source: an influent, a tank, 'settler.top', 'settler.bottom', 'reactor.decanter' or 'reactor.blanket'.
    """

    source: str
    target: str
    flow: Pump | Share | Weir | None = None
    solids: Takes | Clarified | None = None


@dataclass(frozen=True)
class Flowsheet:
    """A plant: a model, its units and streams, the temperature [degC] and the oxygen saturation [g/m3].

    saturation None: clean water at the temperature and sea level, times `saturation_share` (beta).
    """

    model: Model
    influents: tuple[str, ...]
    outlets: tuple[str, ...]
    units: tuple[Unit, ...]
    streams: tuple[Stream, ...]
    temperature: Signal = 15.0
    saturation: float | None = None
    saturation_share: float = 0.95
    values: Mapping[str, float] = field(default_factory=dict)
