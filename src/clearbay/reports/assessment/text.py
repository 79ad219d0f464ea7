"""Every text of the report in Chinese and English: `text.csv`. Nothing that a reader sees is written elsewhere."""

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType


def _read() -> dict[str, tuple[str, str]]:
    text = (files("clearbay.reports.assessment") / "text.csv").read_text(encoding="utf-8")
    return {row["key"]: (row["zh"], row["en"]) for row in csv.DictReader(text.splitlines())}


TEXT: Mapping[str, tuple[str, str]] = MappingProxyType(_read())
"""(Chinese, English) by key; places in braces are filled in."""
