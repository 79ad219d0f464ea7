from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from clearbay.casebook.alarm_rules import Rules, Seen, Storm, admit, on_value, summary_due
from clearbay.casebook.alarm_rules import State as Standing

START = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Name(NamedTuple):
    zh: str
    en: str


NAME = Name("一氧化碳", "Carbon monoxide")


@dataclass(frozen=True)
class Rule:
    rule_id: str = "co"
    on: Literal["finding", "value", "silence"] = "value"
    severity: str = "warning"
    name: Name = NAME
    points: tuple[str, ...] = ("wte-*",)
    standard: str = ""
    averaging: str = ""
    verdict: str = "exceeded"
    code: str = "a21005"
    basis: str = ""
    statistic: str = "avg"
    above: float | None = 70.0
    below: float | None = None
    clear_at: float | None = 50.0
    dwell_s: int = 0
    silence_s: int = 1800
    notify: tuple[str, ...] = field(default=("duty",))


def course(rule: Rule, values: list[float], period_s: int = 60) -> list[str | None]:
    state, told = Standing(), []
    for n, value in enumerate(values):
        state, verdict = on_value(state, rule, value, START + n * MINUTE, period_s)
        told.append(verdict)
    return told


def test_values_between_threshold_and_clearing_change_nothing() -> None:
    assert course(Rule(), [60, 71, 69, 75, 51, 50, 60]) == [None, "raised", None, None, None, "cleared", None]


def test_the_threshold_itself_is_not_beyond() -> None:
    assert course(Rule(), [70, 70.1]) == [None, "raised"]


def test_dwell_counts_from_the_start_of_the_first_period_to_the_end_of_the_last() -> None:
    # Five minutes of one-minute means: the fifth completes them.
    assert course(Rule(dwell_s=300), [80, 80, 80, 80, 80]) == [None] * 4 + ["raised"]
    assert course(Rule(dwell_s=300), [80, 80, 60, 80, 80, 80, 80]) == [None] * 7


def test_below_works_the_other_way_round() -> None:
    rule = Rule(above=None, below=860.0, clear_at=870.0)
    assert course(rule, [900, 859, 865, 870]) == [None, "raised", None, "cleared"]


def test_a_late_value_changes_nothing() -> None:
    state, _ = on_value(Standing(), Rule(), 10.0, START)
    assert on_value(state, Rule(), 500.0, START - MINUTE) == (state, None)


@given(st.lists(st.floats(0, 150), max_size=200))
def test_raised_and_cleared_take_turns_whatever_comes(values: list[float]) -> None:
    told = [verdict for verdict in course(Rule(dwell_s=120), values) if verdict]
    assert told == (["raised", "cleared"] * len(told))[: len(told)]


@given(st.lists(st.floats(50.01, 150), max_size=100))
def test_without_a_value_back_past_the_clearing_an_alarm_is_raised_at_most_once(values: list[float]) -> None:
    assert len([verdict for verdict in course(Rule(), values) if verdict]) <= 1


def test_a_rule_looks_at_its_points_code_basis_and_statistic_only() -> None:
    rules = Rules([Rule(basis="reference_o2")], ["wte-1", "air-1"])
    assert len(rules.value("wte-1", "a21005", "reference_o2", "avg", 80.0, START, 60, "mg/m3")) == 1
    for other in (("air-1", "a21005", "reference_o2", "avg"), ("wte-1", "a21002", "reference_o2", "avg"),
                  ("wte-1", "a21005", "raw", "avg"), ("wte-1", "a21005", "reference_o2", "max")):  # fmt: skip
        assert not rules.value(*other, 80.0, START + MINUTE, 60, "mg/m3")


def finding(rules: Rules, verdict: str, day: int) -> list[str]:
    seen = Seen("wte-1", "a21002", 265.0, "mg/m3", START + timedelta(days=day), "f")
    return [c.kind for c in rules.finding("wte-1", "a21002", "GB 18485-2014", "day", verdict, seen)]


def test_a_finding_raises_and_its_revision_or_a_later_day_that_is_well_clears() -> None:
    rules = Rules([Rule(on="finding", code="")], ["wte-1"])
    assert finding(rules, "exceeded", 1) == ["raised"]
    assert finding(rules, "exceeded", 2) == []
    assert finding(rules, "complies", 1) == []
    assert finding(rules, "complies", 2) == ["cleared"]


def test_silence_begins_after_its_minutes_and_ends_with_a_packet() -> None:
    rules = Rules([Rule(on="silence", code="")], ["wte-1"])
    heard = {"MN1": (["wte-1"], START), "MN2": (["air-1"], START)}
    assert not rules.silence(heard, START + timedelta(minutes=29))
    assert [(c.kind, c.subject) for c in rules.silence(heard, START + timedelta(minutes=30))] == [("raised", "MN1")]
    assert not rules.silence(heard, START + timedelta(minutes=31))
    now = START + timedelta(minutes=32)
    assert [c.kind for c in rules.silence({"MN1": (["wte-1"], now)}, now)] == ["cleared"]


def test_an_alarm_that_was_on_before_a_restart_is_not_raised_again_and_can_clear() -> None:
    rules = Rules([Rule()], ["wte-1"])
    rules.resume([("co", "wte-1|a21005|raw|60", START)])
    assert not rules.value("wte-1", "a21005", "raw", "avg", 90.0, START + MINUTE, 60, "mg/m3")
    assert [c.kind for c in rules.value("wte-1", "a21005", "raw", "avg", 40.0, START + 2 * MINUTE, 60, "mg/m3")] == [
        "cleared"
    ]


def test_a_storm_sends_so_many_and_then_one_summary() -> None:
    storm, window = Storm(), timedelta(minutes=10)
    let = []
    for n in range(100):
        storm, through = admit(storm, START + n * timedelta(seconds=1), 5, window)
        let.append(through)
    assert sum(let) == 5
    assert summary_due(storm, START + timedelta(minutes=5), window)[1] == 0
    storm, held = summary_due(storm, START + window, window)
    assert held == 95
    assert summary_due(storm, START + 3 * window, window)[1] == 0
