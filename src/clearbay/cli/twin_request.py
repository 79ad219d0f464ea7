"""What a caller asks of a twin, whatever its kind."""

from dataclasses import dataclass
from pathlib import Path

from clearbay.cli.language import Language
from clearbay.vocabulary.errors import ClearbayError


class TwinError(ClearbayError):
    """A twin's file cannot be read, or it was asked for what its kind does not answer."""


@dataclass(frozen=True)
class Request:
    """A run: a scenario of the file, questions of the kind, where to write, the language."""

    scenario: str | None
    questions: tuple[str, ...]
    out: Path | None
    speak: Language


@dataclass(frozen=True)
class SeriesRequest:
    """A time series: a scenario of the file, its length [d], the period of a value [s], the file to write."""

    scenario: str | None
    days: float
    period_s: int
    out: Path | None
    speak: Language
