"""`clearbay twin`: run the twin of a plant from its YAML file; the file's `kind:` says which twin."""

import importlib
from collections.abc import Callable
from pathlib import Path

import click
import yaml

# kind -> "module:function"; a function takes (path, out, options) and is imported only when its kind is met.
KINDS: dict[str, str] = {
    "sewage_station": "clearbay.cli.twin_station:run",
}

Runner = Callable[[Path, Path | None, tuple[str, ...]], None]


@click.group()
def twin() -> None:
    """Twins of plants: what comes out, what it takes, and what if. 工厂孪生：出水、能耗与推演。"""


@twin.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for tables and pictures."
)
@click.option(
    "--ask",
    multiple=True,
    metavar="QUESTION",
    help="A question of the plant's kind, repeatable; a sewage station answers: bands, cold-spell, holiday, "
    "blower-failure, least-air-and-dose.",
)
def run(file: Path, out: Path | None, ask: tuple[str, ...]) -> None:
    """Run the plant described in FILE and report."""
    kind = _kind(file)
    module, function = KINDS[kind].split(":")
    runner: Runner = getattr(importlib.import_module(module), function)
    runner(file, out, ask)


def _kind(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as text:
            data = yaml.safe_load(text)
    except OSError as error:
        raise click.ClickException(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: is not UTF-8 text") from None
    except yaml.YAMLError as error:
        raise click.ClickException(f"{file}: is not YAML: {' '.join(str(error).split())}") from None
    kind = data.get("kind") if isinstance(data, dict) else None
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise click.ClickException(f"{file}: its `kind:` is {kind!r}; there are twins for: {known}")
    return str(kind)
