"""The terminal: one console for all commands, wide enough when its output goes to a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from clearbay.cli.language import language
from clearbay.vocabulary.errors import ClearbayError, SaidInBoth

WIDTH_WITHOUT_TERMINAL = 120
EXIT_NOTHING_DONE = 2

Given = ParamSpec("Given")
Result = TypeVar("Result")


def console(*, stderr: bool = False) -> Console:
    """Give a console that prints text as it is (no markup, no guessing of colours)."""
    made = Console(highlight=False, markup=False, stderr=stderr)
    if made.is_terminal:
        return made
    return Console(highlight=False, markup=False, stderr=stderr, width=WIDTH_WITHOUT_TERMINAL)


def speaks_of_errors(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Let a command end with the message of an error of ours and exit code 2; others are bugs and keep their trace."""

    @wraps(command)
    def told(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except ClearbayError as error:
            lang = kwargs.get("lang")
            said = (
                error.said(language(lang if isinstance(lang, str) else None))
                if isinstance(error, SaidInBoth)
                else error
            )
            console(stderr=True).print(f"✗ {said}", style="red", soft_wrap=True)
            raise click.exceptions.Exit(EXIT_NOTHING_DONE) from error

    return told


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on a terminal (nothing elsewhere); the function it gives advances it."""
    shown = console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=shown,
        transient=True,
        disable=not shown.is_terminal,
    ) as bar:
        task = bar.add_task(label, total=max(total, 1))

        def advance(amount: int) -> None:
            bar.advance(task, amount)

        yield advance
