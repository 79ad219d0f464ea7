"""Rules of alarms say what they watch, in words that fit it."""

from pathlib import Path

import pytest

from clearbay.district import AlarmRule, Bilingual, read_district
from tests.district.folders import plant_folder, told

NAME = "name: {zh: 名, en: Name}"
VALUE = ("id: a", "on: value", "severity: info", NAME)


def rules(*lines: str) -> str:
    return "rules:\n  - " + "\n    ".join(lines) + "\n"


def test_a_rule_on_values_has_a_limit_hysteresis_and_dwell(tmp_path: Path) -> None:
    text = rules(
        "id: co", "on: value", "severity: critical", NAME, "points: [wte-*]", "code: a21005", "basis: reference_o2",
        "above: 80", "clear_at: 60", "dwell_min: 2.5", "notify: [duty]",
    )  # fmt: skip
    (rule,) = read_district(plant_folder(tmp_path, alarms_yaml=text)).alarms
    assert rule == AlarmRule(
        "co", "value", "critical", Bilingual("名", "Name"), ("wte-*",), code="a21005", basis="reference_o2",
        above=80.0, clear_at=60.0, dwell_s=150, notify=("duty",),
    )  # fmt: skip


def test_rules_on_findings_and_silence(tmp_path: Path) -> None:
    text = rules("id: f", "on: finding", "severity: info", NAME, "verdict: not_evaluable")
    text += rules("id: s", "on: silence", "severity: warning", NAME, "silence_min: 30").removeprefix("rules:\n")
    finding, silence = read_district(plant_folder(tmp_path, alarms_yaml=text)).alarms
    assert (finding.on, finding.verdict, finding.points) == ("finding", "not_evaluable", ())
    assert (silence.on, silence.silence_s) == ("silence", 1800)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("on: value", "severity: info", NAME, "code: a21005", "above: 1"), [(2, "missing_key")]),
        (("id: a", "severity: info", NAME), [(2, "missing_key")]),
        (("id: a", "on: values", "severity: info", NAME), [(3, "not_one_of")]),
        (("id: a", "on: finding", "severity: red", NAME), [(4, "not_one_of")]),
        (("id: a", "on: finding", "severity: info"), [(2, "missing_key")]),
        (("id: a", "on: finding", "severity: info", NAME, "above: 3"), [(6, "alarm_not")]),
        (("id: a", "on: finding", "severity: info", NAME, "abov: 3"), [(6, "unknown_key")]),
        (("id: a", "on: finding", "severity: info", NAME, "points: [wta-*]"), [(6, "alarm_points")]),
        (("id: a", "on: silence", "severity: info", NAME), [(2, "alarm_needs")]),
        (("id: a", "on: silence", "severity: info", NAME, "silence_min: -5"), [(6, "number")]),
        ((*VALUE, "above: 3"), [(2, "alarm_needs")]),
        ((*VALUE, "code: a21005"), [(2, "alarm_needs")]),
        ((*VALUE, "code: a21005", "above: 3", "below: 2"), [(2, "alarm_needs")]),
        ((*VALUE, "code: a21005", "above: high"), [(7, "number")]),
        ((*VALUE, "code: x99", "above: 3"), [(6, "alarm_code")]),
        ((*VALUE, "code: a21005", "above: 3", "clear_at: 4"), [(8, "alarm_clear")]),
        ((*VALUE, "code: a19001", "below: 3", "clear_at: 2"), [(8, "alarm_clear")]),
    ],
)  # fmt: skip
def test_a_rule_that_is_wrong(tmp_path: Path, lines: tuple[str, ...], expected: list[tuple[int, str]]) -> None:
    assert told(plant_folder(tmp_path, alarms_yaml=rules(*lines))) == [("alarms.yaml", *each) for each in expected]


def test_an_id_stands_once(tmp_path: Path) -> None:
    one = rules("id: f", "on: finding", "severity: info", NAME)
    assert told(plant_folder(tmp_path, alarms_yaml=one + one.removeprefix("rules:\n"))) == [
        ("alarms.yaml", 6, "duplicate")
    ]
