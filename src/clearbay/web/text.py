"""Every text of the pages in Chinese and English: `words/<prefix>.csv`, one file for each part of the face.

A key is `<prefix>.<name>`; places in braces are filled in. Nothing that a reader sees is written elsewhere.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from clearbay.reports.assessment.words import Words
from clearbay.reports.assessment.words import words as report_words
from clearbay.standards import Standards, load
from clearbay.vocabulary.errors import ClearbayError
from clearbay.web.settings import Language
from clearbay.web.source import Bilingual

PLACE: dict[Language, int] = {"zh": 0, "en": 1}


class WordsError(ClearbayError):
    """A file of words is wrong; the message names file, line and what to do."""


@cache
def table() -> Mapping[str, tuple[str, str]]:
    """Give (Chinese, English) by key, of all files.

    Raises
    ------
    WordsError : a key stands twice, has another prefix than its file, or lacks a language.
    """
    found: dict[str, tuple[str, str]] = {}
    for file in sorted(files("clearbay.web").joinpath("words").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".csv"):
            continue
        prefix = file.name.removesuffix(".csv")
        reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
        for row in reader:
            key, where = f"{prefix}.{row['key']}", f"words/{file.name}:{reader.line_num}"
            if key in found:
                raise WordsError(f"{where}: key {row['key']!r} stands twice; remove one")
            if not row["zh"] or not row["en"]:
                raise WordsError(f"{where}: key {row['key']!r} lacks a language; give both zh and en")
            found[key] = (row["zh"], row["en"])
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class Both:
    """A text in both languages."""

    zh: str
    en: str


def both(key: str, **values: object) -> Both:
    """Give a text in both languages where the reader is not known yet; values may themselves be `Both`."""
    zh = {name: value.zh if isinstance(value, Both) else value for name, value in values.items()}
    en = {name: value.en if isinstance(value, Both) else value for name, value in values.items()}
    found = table()[key]
    return Both(found[PLACE["zh"]].format(**zh), found[PLACE["en"]].format(**en))


@cache
def standards() -> Standards:
    """The standards that come with Clearbay; pages take names, levels and colours from them."""
    return load()


@dataclass(frozen=True)
class Text:
    """Texts in one language. `names` speaks of parameters, verdicts, averagings as the reports do."""

    lang: Language
    names: Words

    def __call__(self, key: str, **values: object) -> str:
        """Give the text of `<prefix>.<name>` with its places filled in."""
        try:
            text = table()[key][PLACE[self.lang]]
        except KeyError:
            prefix, _, name = key.partition(".")
            raise WordsError(f"no text {name!r} in words/{prefix}.csv; add a line key,zh,en") from None
        return text.format(**values) if values else text

    def symbol(self, code: str) -> str:
        """Name a parameter as shortly as a page needs it: the furnace's temperature has no symbol of the field."""
        # The numbered codes of furnace probes (i33310 to i33339) have one text a section.
        if code[:4] == "i333" and f"code.{code[:5]}x" in table():
            return self(f"code.{code[:5]}x", n=int(code[5:] or 0) + 1)
        key = f"code.{code}"
        return self(key) if key in table() else self.names.symbol(code)

    def parameter(self, code: str) -> str:
        """Name a parameter in full."""
        return self.symbol(code) if code[:4] == "i333" else self.names.parameter(code)

    def averaging(self, averaging: str) -> str:
        """Name an averaging; what only an incinerator's findings have is named here."""
        key = f"averaging.{averaging}"
        return self(key) if key in table() else self.names.averaging(averaging)

    def method(self, method: str) -> str:
        """Name how a value was made of its windows; a method that is not known here stays as it is written."""
        key = f"method.{method}"
        return self(key) if key in table() else method

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in table()

    def of(self, two: Bilingual | str) -> str:
        """Choose the language of a text that data carry; the other one where it is empty."""
        if isinstance(two, str):
            return two
        return (two.zh or two.en) if self.lang == "zh" else (two.en or two.zh)

    def other(self, two: Bilingual) -> str:
        """Give the text in the other language: hall screens show both."""
        return two.en if self.lang == "zh" else two.zh


@cache
def text(lang: Language) -> Text:
    """Give the texts of a language."""
    return Text(lang, report_words(lang, standards()))
