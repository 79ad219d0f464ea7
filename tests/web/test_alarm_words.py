"""Rules of alarms as sentences, from the example district's own file."""

from pathlib import Path

from clearbay.district import read_district
from clearbay.web.alarm_words import rule_words
from clearbay.web.text import text

DISTRICT = read_district(Path(__file__).resolve().parents[2] / "examples" / "district")
RULES = {rule.rule_id: rule for rule in DISTRICT.alarms}


def said(rule_id: str, lang: str) -> tuple[str, str, str]:
    words = rule_words(RULES[rule_id], DISTRICT.points, text("zh" if lang == "zh" else "en"))
    return words.begins, words.ends, words.where


def test_a_rule_on_a_value_says_how_far_for_how_long_and_when_it_ends() -> None:
    begins, ends, where = said("carbon-monoxide", "en")
    assert begins == "Carbon monoxide (CO), at reference O₂, above 70 mg/m³ for 10 min"
    assert ends == "back at 50 mg/m³ or below"
    assert where == "Line 1, Line 2"
    assert said("furnace-cold", "en")[0].endswith("below 860 °C for 5 min")


def test_a_rule_on_silence_and_one_on_findings_are_sentences_too() -> None:
    assert said("logger-silent", "en")[0] == "nothing came from a logger for 30 min"
    assert said("logger-silent", "zh")[0] == "数采仪 30 分钟没有数据"
    assert said("exceeded", "en")[:2] == ("a finding says: Exceeded", "its revision or a later window complies")
    assert said("exceeded", "en")[2] == "all points"


def test_of_many_points_the_first_are_named_and_the_rest_counted() -> None:
    held = sum(point.point_id.startswith(("wte", "village", "air", "river", "lake")) for point in DISTRICT.points)
    assert said("logger-silent", "en")[2].endswith(f"and {held - 3} more")


def test_no_rule_is_without_words_in_either_language() -> None:
    for rule_id in RULES:
        for lang in ("zh", "en"):
            assert all(said(rule_id, lang))
            assert "{" not in "".join(said(rule_id, lang))
