"""What the plan commands share: the folder, days as people write them, errors as sentences."""

import gc
import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from clearbay.plans.errors import PlanError
from clearbay.plans.periods import parse_date

P = ParamSpec("P")
R = TypeVar("R")


class Day(click.ParamType[date]):
    """A day written as 2023-06-30, 2023/6/30 or 2023年6月30日."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or fail with a sentence."""
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


DAY = Day()
folder_argument = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="PLAN"
)


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Say what is wrong with a plan book in a sentence, without a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except PlanError as wrong:
            raise click.ClickException(str(wrong)) from None

    return run


@contextmanager
def collector_spared() -> Iterator[None]:
    """Keep the garbage collector from walking a book again and again while a long series is made from it.

    A book is a million small values that never form cycles, so there is nothing to collect.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def me() -> str:
    """The name of the one who enters a line, when none is given."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
