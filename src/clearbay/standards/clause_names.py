"""Clauses as an English reader finds them: 表4 is Table 4, 附录D is Annex D, 第10条 is Article 10.

The files of the standards keep clauses as the standard's own text writes them. Only the forms below are translated; the
rest (anything written by hand, as in a permit) stays as it is.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Literal

_PLURAL = re.compile("、")

_WHOLE: dict[str, str] = {
    "无条文": "no clause",
    "标记规则": "Rules for tagging automatic monitoring data",
    "数据统计要求": "requirements for data statistics",
    "城市排名技术规定": "technical rules for ranking cities",
    "一（一）1": "part 1 (1) 1",
    "二 断面水质定性评价": "part 2, quality of a section",
    "二 河流、流域（水系）水质评价": "part 2, quality of rivers and basins",
    "二 湖泊、水库营养状态评价": "part 2, trophic state of lakes and reservoirs",
    "二 主要污染指标的确定": "part 2, main pollution indicators",
    "三 水质变化趋势": "part 3, trend of water quality",
    "三 秩相关系数法": "part 3, rank correlation",
}

_FORMS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (
        r"修改单（公告 (\d+) 年第 (\d+) 号）([\d.]+) 所指新表",
        r"new table that \3 of the amendment names (Announcement \2 of \1)",
    ),
    (r"部令第(\d+)号", r"MEE Order No. \1 "),
    (r"第([\d、]+)条", lambda found: _counted("Article", found[1])),
    (r"第([\d、]+)款", lambda found: _counted("paragraph", found[1])),
    (r"第([\d、]+)章", lambda found: _counted("clause", found[1])),
    (r"表\s?([A-Z]?[\d.]+)", r"Table \1"),
    (r"附录\s?([A-Z])", r"Annex \1"),
    (r"注\s?([a-z\d]+)", r"note \1"),
    (r"（判据为本软件的工作界限）", " (the criterion is a working bound of this software)"),
    (r"（条号待核）", " (number of the article not checked)"),
    (r"（待核）", " (not checked)"),
    (r"（豁免时段）", " (exempt periods)"),
    (r"（(\d+) 分钟）", r" (\1 minutes)"),
    (r"（比照 ([^）]+)）", r" (after \1)"),
    (r"；", "; "),
    (r"，", ", "),
)


@cache
def clause_in(clause: str, lang: Literal["zh", "en"]) -> str:
    """Give a clause in a language; in Chinese it is what the standard's file says."""
    if lang == "zh":
        return clause
    text = clause
    for zh, en in _WHOLE.items():
        text = text.replace(zh, en)
    for form, put in _FORMS:
        text = re.sub(form, put, text)
    return re.sub(r" +(?=[;,)]|$)", "", re.sub(r"  +", " ", text)).strip()


def _counted(word: str, numbers: str) -> str:
    several = _PLURAL.split(numbers)
    return f"{word} {numbers}" if len(several) == 1 else f"{word}s {', '.join(several[:-1])} and {several[-1]}"
