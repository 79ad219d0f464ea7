"""`clearbay twin`: run a model of a plant or a station from its file; the file's `kind:` says which model."""

import importlib
from pathlib import Path
from typing import Protocol, cast

import click
import yaml

from clearbay.cli.console import speaks_of_errors
from clearbay.cli.language import Language, language, language_option
from clearbay.vocabulary.errors import ClearbayError

# kind in the file -> module with `run` and `series`; one row for each kind of twin
KINDS: dict[str, str] = {
    "waste_to_energy": "clearbay.cli.twin_plant",
}


class Twin(Protocol):
    """What a module of `KINDS` has."""

    def run(self, path: Path, scenario: str | None, out: Path | None, speak: Language) -> None:
        """Solve the steady state and print it."""

    def series(
        self, path: Path, scenario: str | None, days: float, period_s: int, out: Path | None, speak: Language
    ) -> None:
        """Make a time series and write it."""


class UnknownTwin(ClearbayError):
    """A file whose `kind:` no model knows."""


@click.group("twin")
def twin() -> None:
    """Models of the plants behind the outlets: steady state, time series."""


def _module(path: Path) -> Twin:
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnknownTwin(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnknownTwin(f"{path}: is not YAML: {' '.join(str(error).split())}") from error
    kind = content.get("kind") if isinstance(content, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        raise UnknownTwin(f"{path}: `kind:` is {kind!r}; a twin file begins with `kind:` and one of: {known}")
    return cast(Twin, importlib.import_module(KINDS[kind]))


_FILE = click.argument("file", type=click.Path(path_type=Path), metavar="PLANT.yaml")
_SCENARIO = click.option("--scenario", help="A scenario of the file, laid over it.")


@twin.command("run")
@_FILE
@_SCENARIO
@click.option("--out", type=click.Path(path_type=Path), help="Folder for pictures and results; default NAME-twin here.")
@language_option
@speaks_of_errors
def run(file: Path, scenario: str | None, out: Path | None, lang: str | None) -> None:
    """Solve the steady state: balances, operating point, emissions, power, judgement; write pictures."""
    _module(file).run(file, scenario, out, language(lang))


@twin.command("series")
@_FILE
@_SCENARIO
@click.option("--days", type=float, default=30.0, show_default=True, help="Length of the series.")
@click.option(
    "--period", "period_s", type=click.Choice(["60", "300", "600", "3600"]), default="60", show_default=True,
    help="Length of a reported value in seconds.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write, .parquet or .csv; default NAME-series.parquet."
)
@language_option
@speaks_of_errors
def series(file: Path, scenario: str | None, days: float, period_s: str, out: Path | None, lang: str | None) -> None:
    """Make the time series that the loggers of the plant would report, with the tags an operator would set."""
    _module(file).series(file, scenario, days, int(period_s), out, language(lang))
