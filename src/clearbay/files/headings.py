"""The head of a column into what its values are: parameter, unit, averaging, statistic.

`COD(mg/L)`, `氨氮 mg/L`, `pm2_5_24h`, `w01018-Avg`, `Daily Mean PM2.5 Concentration`, `tp_raw` say more than a
name.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal

from clearbay.files.names import FACTS, REPORTED, ROLES, fold
from clearbay.vocabulary import units
from clearbay.vocabulary.parameters import Parameter, find, parameters

Shape = Literal["base", "fixed", "moving", "daily_max"]
"""`base`: the file's own period. `fixed`: a period of its own that begins with the row's. `moving`: a window of its own
that ends with the row's period. `daily_max`: the day's largest mean of that length."""


@dataclass(frozen=True)
class Heading:
    """What a header says: the name that is left, and what was said around it."""

    name: str
    unit: str | None = None
    shape: Shape = "base"
    seconds: int = 0
    statistic: str | None = None
    raw: bool = False
    basis: str | None = None
    flag: bool = False


_PAREN = re.compile(r"(.+?)[\s/]*[(\[【]([^()\[\]【】]+(?:\([^()]*\))?)[)\]】]\s*")
_TAIL = re.compile(r"(.+?)(?:\s*[,;/]\s*|\s+)([^\s,;]+(?:\s?/\s?\S+)?)")
_SNAKE_UNIT = re.compile(r"(.+?)[_.\s](mg|ug|ng|g)[_./]?(l|m3|kg)", re.IGNORECASE)

HOUR, DAY = 3600, 86400

MEDIA = ("water", "air", "soil", "noise", "process_water", "process_gas", "site")

# (pattern, what it says); tried at the start or end of the name until none fits.
_SAYS: tuple[tuple[re.Pattern[str], Mapping[str, object]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), says)
    for pattern, says in (
        (r"(?P<n>.+?)[_\-. ]raw", {"raw": True}),
        (r"(?:外排口|总排口|排放口|排口|出水口?|出口|瞬时|effluent[_\- ])(?P<n>.+)", {}),
        (r"(?P<n>.+?)(?:[_\-. ]?(?:标记|标识)|[_\-. ]flag)", {"flag": True}),
        (r"(?P<n>.+?)-ZsAvg", {"statistic": "avg", "basis": "reference_o2"}),
        (r"(?P<n>.+?)-ZsMin", {"statistic": "min", "basis": "reference_o2"}),
        (r"(?P<n>.+?)-ZsMax", {"statistic": "max", "basis": "reference_o2"}),
        (
            r"(?P<n>.+?)-ZsRtd",
            {"statistic": "value", "shape": "fixed", "seconds": 0, "basis": "reference_o2"},
        ),
        (r"(?P<n>.+?)(?:-Zs|[_\-. ]?折算(?:值|浓度)?|\(折算\))", {"basis": "reference_o2"}),
        (r"(?P<n>.+?)(?:[_\-. ]?标干(?:值|浓度)?|\(标干\))", {"basis": "standard"}),
        (r"(?P<n>.+?)(?:[_\-. ]?实测(?:值|浓度)?|\(实测\))", {"basis": "raw"}),
        (r"(?P<n>.+?)-Avg", {"statistic": "avg"}),
        (r"(?P<n>.+?)-Min", {"statistic": "min"}),
        (r"(?P<n>.+?)-Max", {"statistic": "max"}),
        (r"(?P<n>.+?)-Cou", {"statistic": "sum"}),
        (r"(?P<n>.+?)-Rtd", {"statistic": "value", "shape": "fixed", "seconds": 0}),
        (r"(?:Daily\s+Max(?:imum)?\s+)8-?h(?:ou)?rs?\s+(?P<n>.+)", {"shape": "daily_max", "seconds": 8 * HOUR}),
        (r"(?:Daily\s+Max(?:imum)?\s+)1-?h(?:ou)?rs?\s+(?P<n>.+)", {"shape": "daily_max", "seconds": HOUR}),
        (
            r"(?P<n>.+?)[_\-. ]?(?:mda8|日最大8小时(?:滑动)?(?:平均|均值)?(?:浓度)?)",
            {"shape": "daily_max", "seconds": 8 * HOUR},
        ),
        (r"mda8[_\-. ]?(?P<n>.+)", {"shape": "daily_max", "seconds": 8 * HOUR}),
        (r"Daily\s+(?:Mean|Average)\s+(?P<n>.+)", {"shape": "fixed", "seconds": DAY, "statistic": "avg"}),
        (
            r"(?P<n>.+?)[_\-. ]?(?:日均值?|日平均值?|daily\s+mean)(?:浓度)?",
            {"shape": "fixed", "seconds": DAY, "statistic": "avg"},
        ),
        (
            r"(?P<n>.+?)(?:[_\-. ]24h|[_\-. ]?24小时(?:滑动)?(?:平均值?|均值)?(?:浓度)?)",
            {"shape": "moving", "seconds": DAY},
        ),
        (
            r"(?P<n>.+?)(?:[_\-. ]8h|[_\-. ]?8小时(?:滑动)?(?:平均值?|均值)?(?:浓度)?)",
            {"shape": "moving", "seconds": 8 * HOUR},
        ),
        (
            r"(?P<n>.+?)(?:[_\-. ]1h|[_\-. ]?(?:1小时|小时)(?:平均值?|均值)(?:浓度)?|[_\-. ]hourly)",
            {"shape": "fixed", "seconds": HOUR, "statistic": "avg"},
        ),
        (r"(?P<n>.+?)(?:\s+concentration|[_\- ]?浓度|[_\- ](?:mean|avg|average)|平均值?|均值|测定值|监测值|含量)", {}),
    )
)


def read_heading(text: str) -> Heading:
    """Take a header apart; the name keeps what is not understood."""
    plain = unicodedata.normalize("NFKC", text).strip()
    heading = Heading(plain)
    heading = _with_unit(heading)
    while True:
        for pattern, says in _SAYS:
            match = pattern.fullmatch(heading.name)
            if match is not None:
                # The innermost suffix names what the outer one was taken of: o3_8h_24h is a window of 8 h.
                heading = replace(heading, **{**says, "name": match["n"].strip(" _-/")})  # type: ignore[arg-type]
                break
        else:
            return heading
        if heading.unit is None:
            heading = _with_unit(heading)


def _with_unit(heading: Heading) -> Heading:
    name = heading.name
    if (match := _PAREN.fullmatch(name)) and (found := _unit(match[2])):
        return replace(heading, name=match[1].strip(" _-/,"), unit=found)
    if (match := _TAIL.fullmatch(name)) and (found := _unit(match[2])) and not _known(name):
        return replace(heading, name=match[1].strip(" _-/,"), unit=found)
    if (match := _SNAKE_UNIT.fullmatch(name)) and (found := _unit(f"{match[2]}/{match[3]}")):
        return replace(heading, name=match[1].strip(" _-/,."), unit=found)
    return heading


def _unit(text: str) -> str | None:
    try:
        return units.unit(text.strip()).symbol
    except units.UnitMismatch:
        return None


def _known(name: str) -> bool:
    return bool(candidates(name)) or fold(name) in ROLES


@lru_cache(maxsize=4096)
def candidates(name: str) -> tuple[Parameter, ...]:
    """Give what a name may mean, one parameter a medium, the likeliest first.

    `氨氮(NH3-N)` is looked up whole, then outside, then inside its brackets.
    """
    for part in _parts(name):
        if len(fold(part)) == 1 and fold(part).isascii():
            continue  # a column headed B is seldom boron
        first = find(part)
        if first is not None:
            others = (find(part, medium=medium) for medium in MEDIA)
            return tuple(dict.fromkeys([first, *(p for p in others if p is not None)]))
    return ()


def _parts(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).strip()
    match = re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]", plain)
    return [plain, match[1], match[2]] if match else [plain]


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    """Folded spelling -> spelling, of every header that is known."""
    spellings = (s for p in parameters().values() for s in (p.code, p.name_zh, p.name_en, *p.aliases))
    return {fold(w): w for w in reversed([*spellings, *ROLES, *FACTS, *REPORTED]) if fold(w)}


def nearest(text: str) -> tuple[str, ...]:
    """Give up to three known headers that look like `text`."""
    words = _words()
    return tuple(words[w] for w in get_close_matches(fold(read_heading(text).name), words, n=3, cutoff=0.75))
