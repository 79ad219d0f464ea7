"""`clearbay twin`: run a model of a plant or a station from its file; the file's `kind:` says which model."""

import importlib
from pathlib import Path
from typing import Protocol, cast

import click
import yaml

from clearbay.cli.console import speaks_of_errors
from clearbay.cli.language import language, language_option
from clearbay.cli.twin_request import Request, SeriesRequest, TwinError

# kind in the file -> module with `run` and `series`; one row for each kind of twin, imported when its kind is met
KINDS: dict[str, str] = {
    "sewage_station": "clearbay.cli.twin_station",
    "waste_to_energy": "clearbay.cli.twin_plant",
}


class Twin(Protocol):
    """What a module of `KINDS` has."""

    def run(self, path: Path, request: Request) -> None:
        """Run the model and print what comes out."""

    def series(self, path: Path, request: SeriesRequest) -> None:
        """Make a time series and write it."""


@click.group("twin")
def twin() -> None:
    """Models of the plants behind the outlets: what comes out, what it takes, and what if."""


def _module(path: Path) -> Twin:
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TwinError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise TwinError(f"{path}: is not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise TwinError(f"{path}: is not YAML: {' '.join(str(error).split())}") from error
    kind = content.get("kind") if isinstance(content, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        raise TwinError(f"{path}: `kind:` is {kind!r}; a twin file begins with `kind:` and one of: {known}")
    return cast(Twin, importlib.import_module(KINDS[kind]))


_FILE = click.argument("file", type=click.Path(path_type=Path), metavar="FILE.yaml")
_SCENARIO = click.option("--scenario", help="A scenario of a plant's file, laid over it.")


@twin.command("run")
@_FILE
@_SCENARIO
@click.option(
    "--ask",
    "questions",
    multiple=True,
    metavar="QUESTION",
    help="A question of the plant's kind, repeatable; a sewage station answers: bands, cold-spell, holiday, "
    "blower-failure, least-air-and-dose.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for tables and pictures.")
@language_option
@speaks_of_errors
def run(file: Path, scenario: str | None, questions: tuple[str, ...], out: Path | None, lang: str | None) -> None:
    """Run the plant described in FILE and report: emissions, balances, energy, judgement."""
    _module(file).run(file, Request(scenario, questions, out, language(lang)))


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
    _module(file).series(file, SeriesRequest(scenario, days, int(period_s), out, language(lang)))
