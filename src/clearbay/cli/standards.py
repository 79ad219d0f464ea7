"""`clearbay standards`: which limits there are, what a standard says, whether a district's own files are right."""

from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from clearbay.cli.language import Language, language, language_option
from clearbay.cli.standards_tables import overview, sheets
from clearbay.standards import StandardNotFound, Standards, StandardsFileError, StandardsFilesError, load

WIDTH_WITHOUT_TERMINAL = 120
"""Characters a line when the output goes to a file or a pipe."""


@click.group("standards")
def standards() -> None:
    """Dated limits: list them, read one, check a district's own files."""


@standards.command("list")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Only what is in force on this day.")
@click.option("--with", "folders", type=click.Path(path_type=Path), multiple=True, help="A district's own folder, too.")
@language_option
def list_standards(on: datetime | None, folders: tuple[Path, ...], lang: str | None) -> None:
    """List all standards, or those in force on a day."""
    speak = language(lang)
    _console().print(overview(_loaded(folders, on), speak))


@standards.command("show")
@click.argument("name", metavar="ID")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As it stands on this day; ID may then be a family.")
@click.option("--with", "folders", type=click.Path(path_type=Path), multiple=True, help="A district's own folder, too.")
@language_option
def show(name: str, on: datetime | None, folders: tuple[Path, ...], lang: str | None) -> None:
    """Show one standard: its limits, dates, clauses and how sure each figure is.

    ID is an id ("GB 3838-2002") or, with --on, a family ("GB 3095").
    """
    speak = language(lang)
    loaded = _loaded(folders, on)
    try:
        standard = loaded[_as_written(name, loaded)]
    except StandardNotFound as error:
        raise click.UsageError(str(error).replace("with .at(day)", "with --on YYYY-MM-DD")) from error
    console = _console()
    for sheet in sheets(standard, speak):
        console.print(sheet)


@standards.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@language_option
def check(folder: Path, lang: str | None) -> None:
    """Check a district's own standards files beside ours; exit code 1 when something is wrong."""
    speak = language(lang)
    console = _console()
    try:
        loaded = load(folder)
    except StandardsFilesError as error:
        for problem in error.problems:
            console.print(_excerpt(problem))
        console.print(_count(len(error.problems), speak), style="bold red")
        raise click.exceptions.Exit(1) from error
    own = [standard for standard in loaded if standard.path.is_relative_to(folder)]
    console.print(overview(Standards(tuple(own)), speak))
    limits = sum(len(standard.limits) for standard in own)
    said = (
        f"{len(own)} 个文件无误，共 {limits} 条限值。"
        if speak == "zh"
        else f"{len(own)} file{'' if len(own) == 1 else 's'}, {limits} limits: all right."
    )
    console.print(said, style="green")


def _as_written(name: str, loaded: Standards) -> str:
    """Find the id or family that is meant where only blanks, dashes or letter case differ ("gb3838", "GB3838—2002")."""
    folded = _folded(name)
    return next((known for known in (*loaded.ids(), *loaded.families()) if _folded(known) == folded), name)


def _folded(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _loaded(folders: tuple[Path, ...], on: datetime | None) -> Standards:
    try:
        loaded = load(*folders)
    except StandardsFilesError as error:
        raise click.ClickException(str(error)) from error
    return loaded.at(_day(on)) if on else loaded


def _day(moment: datetime) -> date:
    return moment.date()


def _excerpt(problem: StandardsFileError) -> Text:
    """The problem, the line it is on and a caret under the place."""
    text = Text(f"{problem.path}:{problem.line}:{problem.column}: ", style="bold")
    text.append(problem.reason, style="red")
    if problem.hint:
        text.append(f"\n  → {problem.hint}", style="cyan")
    try:
        line = problem.path.read_text(encoding="utf-8-sig").splitlines()[problem.line - 1]
    except (OSError, UnicodeDecodeError, IndexError):
        return text  # no line to show: the file is missing, not text or shorter
    start = max(0, problem.column - 60)
    before = Text(line[start : problem.column - 1])
    text.append(f"\n  {line[start : start + 110]}\n", style="dim")
    text.append("  " + " " * before.cell_len + "^", style="red")
    return text


def _count(problems: int, speak: Language) -> str:
    if speak == "zh":
        return f"共 {problems} 处问题。"
    return f"{problems} problem{'' if problems == 1 else 's'}."


def _console() -> Console:
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=WIDTH_WITHOUT_TERMINAL)
