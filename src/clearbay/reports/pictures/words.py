"""What a picture has to be told: the names and colours of its levels, the words of its axes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """A level of an index, class or verdict: the key in the data, its name for the reader, its colour (hex)."""

    key: str
    name: str
    colour: str


@dataclass(frozen=True)
class SeriesWords:
    """Words of a time series: axis title (with the unit), and what tooltips call time, value, limit and gap."""

    axis: str
    time: str
    value: str
    limit: str
    gap: str
    why: str
