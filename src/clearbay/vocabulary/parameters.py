"""Pollutants and other parameters by HJ 212 code, with their names in Chinese and English, unit and medium.

The table is `parameters.csv`: all of HJ 212-2017 Annex B, the codes of HJ 212-2005 Annex B, and what the standards need
beyond them. `unit` is the unit of HJ 212-2017's own table, which is not always the one a standard uses: ambient PM10 is
in ng/m3 there, mercury in water in ug/L. Where the annex prints one code twice (e701xx, g119xx) both readings are kept.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from clearbay.vocabulary.errors import ClearbayError

_NUMBERED = re.compile(r"[a-z][0-9]{5}")


class UnknownParameter(ClearbayError):
    """No parameter has this code."""


@dataclass(frozen=True)
class Parameter:
    """A parameter: its HJ 212/HJ 524 code, names, the unit of HJ 212-2017, medium, and for gases a molar mass [g/mol].

    `medium` is one of water, air, noise, soil, process_water, process_gas, site. `code_2005` is the code of
    HJ 212-2005 or empty. `confidence` is `verified`, `one-source` or `unverified`.
    """

    code: str
    name_zh: str
    name_en: str
    formula: str
    unit: str
    medium: str
    code_2005: str
    molar_mass: Fraction | None
    aliases: tuple[str, ...]
    source: str
    confidence: str


def parameter(code: str) -> Parameter:
    """Give the parameter of a code of HJ 212-2017, or of a code that only HJ 212-2005 has.

    A code of equipment that the annex prints with `x` for its number (`i3331x`, `e301xx`) is given for each number.

    Raises
    ------
    UnknownParameter : no such code; the message names the nearest ones.
    """
    found = parameters().get(code) or _numbered(code)
    if found is not None:
        return found
    near = get_close_matches(code, parameters(), n=3)
    other = find(code)
    if other is not None:
        near = [other.code, *(n for n in near if n != other.code)]
    hint = "; near it: " + ", ".join(f"{n} ({parameters()[n].name_en})" for n in near) if near else ""
    raise UnknownParameter(f"code {code!r} is not in the vocabulary{hint}")


def find(text: str, *, medium: str | None = None) -> Parameter | None:
    """Find a parameter by code (2017 or 2005), Chinese or English name, formula or alias; None when nothing fits.

    Letter case, blanks, punctuation and full-width forms make no difference ("PM2.5", "pm2_5", "ＰＭ２．５").
    Where several fit (lead in water, in air, in soil), `medium` decides; without it the order of the table does.
    """
    for rank in _index():
        for found in rank.get(_fold(text), ()):
            if medium is None or found.medium == medium:
                return found
    numbered = _numbered(text.strip())
    return numbered if numbered is not None and medium in (None, numbered.medium) else None


def readings(code: str) -> tuple[Parameter, ...]:
    """Give every reading of a code: two for the codes that HJ 212-2017 prints twice, else one, or none."""
    return tuple(p for p in _rows() if p.code == code)


@cache
def _numbered(code: str) -> Parameter | None:
    """Parameter of a code with the number of its equipment, of which the annex prints the pattern (B.7, B.8, B.10)."""
    if _NUMBERED.fullmatch(code) is None:
        return None
    for digits in (1, 2):
        pattern = parameters().get(code[:-digits] + "x" * digits)
        if pattern is not None:
            number = int(code[-digits:])
            return replace(
                pattern, code=code, name_zh=f"{pattern.name_zh} {number}", name_en=f"{pattern.name_en} {number}"
            )
    return None


@cache
def parameters() -> Mapping[str, Parameter]:
    """Give all parameters by code, in the order of the table; of a code printed twice, the first reading."""
    table: dict[str, Parameter] = {}
    for row in _rows():
        table.setdefault(row.code, row)
    return MappingProxyType(table)


@cache
def _rows() -> tuple[Parameter, ...]:
    text = (files("clearbay.vocabulary") / "parameters.csv").read_text(encoding="utf-8")
    return tuple(
        Parameter(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            formula=row["formula"],
            unit=row["unit"],
            medium=row["medium"],
            code_2005=row["code_2005"],
            molar_mass=Fraction(row["molar_mass"]) if row["molar_mass"] else None,
            aliases=tuple(row["aliases"].split(";")) if row["aliases"] else (),
            source=row["source"],
            confidence=row["confidence"],
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def _index() -> tuple[Mapping[str, tuple[Parameter, ...]], ...]:
    """Ways to name a parameter, the surest first: code, 2005 code, full name, alias, formula."""
    ways: tuple[dict[str, tuple[Parameter, ...]], ...] = ({}, {}, {}, {}, {})
    for one in _rows():
        spellings = ((one.code,), (one.code_2005,), (one.name_zh, one.name_en), one.aliases, (one.formula,))
        for way, texts in zip(ways, spellings, strict=True):
            for text in texts:
                folded = _fold(text)
                if folded and one not in way.get(folded, ()):
                    way[folded] = (*way.get(folded, ()), one)
    return ways


def _fold(text: str) -> str:
    """Keep letters, digits and signs of charge; fold width, case, Greek micro and everything between words."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum() or c == "+")
