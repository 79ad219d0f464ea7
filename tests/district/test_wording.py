"""Every problem is told in Chinese and English, with what to do."""

import string
from pathlib import Path

from clearbay.district.wording import WORDING

SOURCE = Path(__file__).resolve().parents[2] / "src" / "clearbay" / "district"
WITHOUT_ADVICE = {"plan", "standards", "twin", "unknown_code", "outside"}
"""Their own text carries it, or there is nothing to do."""


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    for kind, words in WORDING.items():
        assert words.zh, kind
        assert words.en, kind
        assert bool(words.do_zh) == bool(words.do_en), kind
        assert fields(words.zh + words.do_zh) == fields(words.en + words.do_en), kind


def test_every_problem_says_what_to_do() -> None:
    assert {kind for kind, words in WORDING.items() if not words.do_en} == WITHOUT_ADVICE


def test_every_kind_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("*.py") if path.name != "wording.py")
    assert {kind for kind in WORDING if f'"{kind}"' not in code} == set()
