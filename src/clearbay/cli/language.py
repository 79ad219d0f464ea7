"""Which language to speak: what was asked for, else what the locale says, else English."""

import locale
import os
from collections.abc import Callable
from typing import Literal, TypeAlias

import click

Language: TypeAlias = Literal["zh", "en"]


def language(asked: str | None) -> Language:
    """Give "zh" or "en": the one asked for, else the locale's (LC_ALL, LC_MESSAGES, LANG, then the system's)."""
    if asked in ("zh", "en"):
        return "zh" if asked == "zh" else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def language_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add `--lang zh|en` to a command."""
    return click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; default from the locale.")(command)
