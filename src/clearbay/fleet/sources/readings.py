"""What a source says of a period, and what every source can do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.str_]


class Reading(NamedTuple):
    """A code over a period: mean, least and greatest value, and data flag (HJ 212-2017 Table 8).

    `zs` are the mean, least and greatest value converted to reference oxygen, where the source converts; `total` is
    the sum over the period (x-Cou: m3 of flow), where it has one.
    """

    avg: float
    min: float
    max: float
    flag: str = "N"
    zs: tuple[float, float, float] | None = None
    total: float | None = None


@dataclass(slots=True)
class Minutes:
    """Minute by minute: starts [s since 1970 UTC] (m,), means, least and greatest values (codes, m), flags.

    `flags` is None where all are normal.
    """

    codes: tuple[str, ...]
    seconds: NDArray[np.int64]
    mean: Floats
    low: Floats
    high: Floats
    flags: Flags | None


Change = Callable[[Minutes], None]
"""Changes minutes in place before they are summed up: how a fault gets into the hour and the day as well."""


class Source(Protocol):
    """Where a logger's values come from: the same for the same seed and time, in whatever order it is asked."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes it knows."""
        ...

    def sample(self, t0: datetime, period_s: int) -> Mapping[str, Reading]:
        """Readings of the period [s] that begins at an instant (aware); period 0 is the instant itself."""
        ...

    def read(self, second: int, period_s: int, change: Change | None = None) -> Mapping[str, Reading]:
        """As `sample`, from seconds since 1970 UTC, with the minutes changed first."""
        ...

    def prepare(self, until: datetime) -> None:
        """Make what is needed up to an instant in advance; may take seconds, and may run in a thread."""
        ...
