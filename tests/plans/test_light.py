"""The rule of lights. The first six are the cases every open tracker gets wrong (facts: action-plan-model,
§1).
"""

from datetime import date

import pytest

from clearbay.plans.errors import NotInBook
from clearbay.plans.fold import fold
from clearbay.plans.indicator import judge_indicator
from clearbay.plans.light import Light, light_v1, red_since, rule_of

from .conftest import book_of, indicator, make_plan, milestone, project


def light_of(plan, said, at, basis="current", as_of=None):
    book = book_of(plan, said)
    assert book.problems == ()
    day = date.fromisoformat(at)
    state = fold(book, day, date.fromisoformat(as_of) if as_of else day)
    return light_v1(state.projects["P1"], day, plan.terms, basis)


START = ("2023-01-02", "2023-01-01", "P1", {"started": True})


# --- the six cases
# -----------------------------------------------------------------------------------------------


def test_a_project_past_its_due_date_without_milestones_is_red_with_its_61_days():
    light = light_of(make_plan([project()]), [START], "2023-08-30")
    assert light[:3] == ("red", "overdue", 61)


def test_a_running_project_whose_first_milestone_is_not_due_yet_is_green():
    plan = make_plan([project(due="2023-12-31")], [milestone("P1", "M1", "2023-06-30")])
    assert light_of(plan, [START], "2023-02-15")[:2] == ("green", "on_track")


def test_a_project_past_its_due_date_stays_red_though_all_its_milestones_are_ticked():
    plan = make_plan([project()], [milestone("P1", "M1", "2023-03-31")])
    said = [START, ("2023-03-20", "2023-03-20", "P1/M1", {"finished": True})]
    assert light_of(plan, said, "2023-07-10")[:3] == ("red", "overdue", 10)


def test_a_project_nobody_reported_on_for_a_year_is_no_report_and_never_green():
    plan = make_plan([project(due="2025-12-31")])
    light = light_of(plan, [START], "2024-01-01")
    assert light == Light("white", "no_report", 365, 365)


def test_an_indicator_past_its_target_date_with_only_an_older_value_waits_and_then_has_no_final_value():
    plan = make_plan(indicators=[indicator()])
    said = [("2025-01-20", "2025-01-20", "I1", {"value": {"period": "2024", "v": 250}})]
    state = fold(book_of(plan, said), date(2026, 3, 1), date(2026, 3, 1)).indicators["I1"]
    assert judge_indicator(state, date(2026, 3, 1)).current.status == "awaiting"
    assert judge_indicator(state, date(2026, 4, 30)).current.status == "awaiting"
    late = judge_indicator(state, date(2026, 5, 1)).current
    assert (late.status, late.days) == ("no_final_value", 121)


def test_an_indicator_that_went_the_wrong_way_and_missed_its_target_is_missed():
    plan = make_plan(indicators=[indicator()])
    said = [("2026-02-01", "2026-02-01", "I1", {"value": {"period": "2025", "v": 120}})]
    judged = judge_indicator(
        fold(book_of(plan, said), date(2026, 3, 1), date(2026, 3, 1)).indicators["I1"], date(2026, 3, 1)
    )
    assert judged.current.status == "missed"
    assert judged.current.share == pytest.approx((120 - 127.1) / (200 - 127.1))
    assert judged.current.share < 0


# --- the order of the rule
# ---------------------------------------------------------------------------------------


def test_finished_in_time_is_done_and_not_red_though_the_due_date_is_long_past():
    light = light_of(
        make_plan([project()]), [START, ("2023-06-30", "2023-06-29", "P1", {"finished": True})], "2024-06-30"
    )
    assert light[:3] == ("done", "finished_in_time", -1)


def test_finished_late_stays_late_though_the_due_date_is_moved_afterwards():
    said = [
        START,
        ("2023-07-20", "2023-07-20", "P1", {"finished": True}),
        ("2023-08-01", "2023-07-01", "P1", {"due": "2023-09-30", "doc": "文1", "reason": "补"}),
    ]
    assert light_of(make_plan([project()]), said, "2023-08-02")[:3] == ("done", "finished_late", 20)


def test_a_due_date_moved_on_the_day_of_the_finish_does_not_whiten_it():
    said = [
        START,
        ("2023-07-20", "2023-07-20", "P1", {"finished": True}),
        ("2023-07-20", "2023-07-20", "P1", {"due": "2023-09-30", "doc": "文1", "reason": "补"}),
    ]
    assert light_of(make_plan([project()]), said, "2023-08-02").reason == "finished_late"


def test_a_due_date_moved_in_time_is_judged_beside_the_original_one():
    said = [
        START,
        ("2023-06-01", "2023-06-01", "P1", {"due": "2023-09-30", "doc": "文1", "reason": "征地"}),
        ("2023-08-30", "2023-08-30", "P1", {"finished": True}),
    ]
    plan = make_plan([project()])
    assert light_of(plan, said, "2023-10-01")[:3] == ("done", "finished_in_time", -31)
    assert light_of(plan, said, "2023-10-01", "original")[:3] == ("done", "finished_late", 61)


def test_the_day_a_project_is_due_is_not_late_and_the_next_one_is():
    said = [START, ("2023-06-29", "2023-06-29", "P1", {"phase": "调试"})]
    assert light_of(make_plan([project()]), said, "2023-06-30").colour == "green"
    assert light_of(make_plan([project()]), said, "2023-07-01")[:3] == ("red", "overdue", 1)


def test_grace_is_one_definition_for_overdue_and_for_finished_late():
    plan = make_plan([project()])
    plan = make_plan([project()], terms=type(plan.terms)(grace=10, last_phase="调试"))
    assert (
        light_of(plan, [START, ("2023-06-20", "2023-06-20", "P1", {"phase": "调试"})], "2023-07-10").colour == "green"
    )
    assert light_of(plan, [START], "2023-07-11")[:3] == ("red", "overdue", 1)
    said = [START, ("2023-07-11", "2023-07-11", "P1", {"finished": True})]
    assert light_of(plan, said, "2023-08-01")[:3] == ("done", "finished_late", 1)


@pytest.mark.parametrize(
    ("at", "colour"),
    [("2023-03-31", "green"), ("2023-04-01", "yellow"), ("2023-04-30", "yellow"), ("2023-05-01", "red")],
)
def test_a_milestone_is_yellow_up_to_thirty_days_late_and_red_after(at, colour):
    plan = make_plan([project(due="2023-12-31")], [milestone("P1", "M1", "2023-03-31")])
    said = [START, ("2023-03-15", "2023-03-15", "P1", {"pct": 30})]
    assert light_of(plan, said, at).colour == colour


def test_the_leads_own_later_date_is_red_before_the_due_date_comes():
    said = [START, ("2023-04-01", "2023-04-01", "P1", {"expected": "2023-08-09"})]
    light = light_of(make_plan([project()]), said, "2023-04-10")
    assert light[:3] == ("red", "expected_late", 40)


def test_not_started_after_its_start_is_yellow():
    assert light_of(make_plan([project()]), [], "2023-01-11")[:3] == ("yellow", "not_started", 10)


def test_thirty_days_before_the_end_is_yellow_unless_the_last_phase_is_reached():
    plan = make_plan([project()])
    assert light_of(plan, [START, ("2023-05-30", "2023-05-30", "P1", {"pct": 80})], "2023-05-31")[:3] == (
        "yellow",
        "due_soon",
        30,
    )
    assert (
        light_of(plan, [START, ("2023-05-30", "2023-05-30", "P1", {"phase": "调试"})], "2023-05-31").colour == "green"
    )


@pytest.mark.parametrize(("at", "colour"), [("2023-05-01", "green"), ("2023-05-02", "white")])
def test_silence_is_white_after_sixty_days(at, colour):
    plan = make_plan([project(due="2023-12-31")])
    assert light_of(plan, [START, ("2023-03-02", "2023-03-02", "P1", {"report": True})], at).colour == colour


def test_a_moved_date_is_not_a_report_of_the_lead():
    plan = make_plan([project(due="2023-12-31")])
    said = [START, ("2023-04-20", "2023-04-20", "P1", {"due": "2024-03-31", "doc": "文", "reason": "改"})]
    assert light_of(plan, said, "2023-05-01").colour == "white"


def test_every_light_says_how_long_nobody_reported():
    assert light_of(make_plan([project()]), [START], "2023-07-10").silent == 190


def test_before_its_start_a_project_is_grey():
    plan = make_plan([project(start="2023-03-01")])
    assert light_of(plan, [], "2023-02-01")[:3] == ("grey", "not_yet", 28)


def test_a_dropped_project_is_grey_though_it_is_overdue():
    said = [START, ("2023-02-01", "2023-02-01", "P1", {"dropped": "规划调整", "doc": "文2"})]
    assert light_of(make_plan([project()]), said, "2023-09-01")[:2] == ("grey", "dropped")


def test_an_accepted_deviation_stays_red_with_a_note_and_ends_by_itself():
    waiver = {"waiver": {"reason": "汛期", "approver": "领导小组", "until": "2023-07-31"}}
    said = [START, ("2023-07-05", "2023-07-05", "P1", waiver)]
    plan = make_plan([project()])
    assert light_of(plan, said, "2023-07-31").waived == date(2023, 7, 31)
    assert light_of(plan, said, "2023-07-31").colour == "red"
    assert light_of(plan, said, "2023-08-01").waived is None


def test_a_red_says_since_when():
    plan = make_plan([project()])
    book = book_of(plan, [START, ("2023-04-01", "2023-04-01", "P1", {"expected": "2023-08-09"})])
    day = date(2023, 7, 10)
    own = fold(book, day, day).projects["P1"]
    light = light_v1(own, day, plan.terms)
    assert light.reason == "overdue"
    assert red_since(own, light, plan.terms, day) == date(2023, 4, 1)


def test_an_unknown_version_of_the_rule_is_refused():
    with pytest.raises(NotInBook, match="no such version"):
        rule_of("0")
