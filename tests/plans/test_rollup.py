"""Counts in a bureau's words, curves, earned schedule, forecasts, marks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearbay.plans.curve import earned_schedule, items_of, s_curve
from clearbay.plans.facts import Promise
from clearbay.plans.fold import fold
from clearbay.plans.forecast import lead_records, plan_forecast, project_forecasts, theil_sen
from clearbay.plans.monthly import month_report, monthly_reports, months_of
from clearbay.plans.review import outcome_of, review_pack
from clearbay.plans.rollup import (
    counts_by,
    counts_of,
    figure_of,
    lights_of,
    summed,
    weighted_progress,
    whole_percents,
    worst_first,
)

from .conftest import book_of, make_plan, milestone, project


def done(name, on, rec=None):
    return (rec or on, on, name, {"finished": True})


FOUR = make_plan(
    [
        project("P1", due="2023-03-31"),
        project("P2", due="2023-06-30", theme="T2"),
        project("P3", due="2023-06-30", level="区级", lead="环境"),
        project("P4", due="2023-12-31"),
    ]
)
SAID = [
    done("P1", "2023-03-30"),
    ("2023-04-01", "2023-04-01", "P4", {"started": True}),
    done("P2", "2023-07-10"),
]


def state_of(plan, said, at):
    day = date.fromisoformat(at)
    return fold(book_of(plan, said), day, day)


def counted(plan, said, at):
    state = state_of(plan, said, at)
    return counts_of(state.projects.values(), lights_of(state, plan.terms), state.at)


def test_counts_come_first_and_rates_stand_on_what_was_due():
    c = counted(FOUR, SAID, "2023-07-31")
    assert (c.total, c.started, c.done, c.due, c.done_of_due, c.in_time, c.done_late) == (4, 3, 2, 3, 2, 1, 1)
    assert c.rates["done"] == 0.5
    assert c.rates["done_of_due"] == pytest.approx(2 / 3)
    assert c.rates["in_time"] == pytest.approx(1 / 3)


def test_a_finished_project_stays_in_the_denominator_and_a_dropped_one_leaves_it_only_with_a_document():
    without = [*SAID, ("2023-07-20", "2023-07-20", "P3", {"dropped": "调整"})]
    with_doc = [*SAID, ("2023-07-20", "2023-07-20", "P3", {"dropped": "调整", "doc": "文〔2023〕1号"})]
    assert (counted(FOUR, without, "2023-07-31").total, counted(FOUR, without, "2023-07-31").due) == (4, 3)
    assert (counted(FOUR, with_doc, "2023-07-31").total, counted(FOUR, with_doc, "2023-07-31").due) == (3, 2)
    assert counted(FOUR, with_doc, "2023-07-31").dropped == 1


def test_rates_of_nothing_due_are_none_not_zero():
    assert counted(FOUR, [], "2023-01-02").rates["in_time"] is None


def test_groups_add_up_to_the_whole():
    state = state_of(FOUR, SAID, "2023-07-31")
    lights = lights_of(state, FOUR.terms)
    whole = counts_of(state.projects.values(), lights, state.at)
    for by in ("theme", "level", "lead"):
        assert summed(counts_by(state, lights, lambda row, by=by: getattr(row, by)).values()) == whole
    assert figure_of("total:区级", state, lights) == 1
    assert figure_of("done", state, lights) == 2
    assert figure_of("colour", state, lights) is None


def test_the_worst_stand_first():
    state = state_of(FOUR, SAID, "2023-07-31")
    order = [(own.project.id, light.colour) for own, light in worst_first(state, lights_of(state, FOUR.terms))]
    assert order == [("P3", "red"), ("P4", "white"), ("P1", "done"), ("P2", "done")] or order[0] == (
        "P3",
        "red",
    )
    assert [colour for _, colour in order][-2:] == ["done", "done"]


def test_weights_count_only_where_declared():
    assert weighted_progress(state_of(FOUR, SAID, "2023-07-31")).percent is None
    plan = make_plan([project("P1", weight=3.0), project("P2", weight=1.0), project("P3")])
    said = [done("P1", "2023-05-01"), ("2023-05-01", "2023-05-01", "P2", {"pct": 40})]
    w = weighted_progress(state_of(plan, said, "2023-06-01"))
    assert (w.percent, w.weighted, w.unweighted, w.without_progress) == (85.0, 2, 1, 0)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12))
def test_whole_percents_sum_to_a_hundred(parts):
    shares = whole_percents(parts)
    assert sum(shares) == (100 if sum(parts) else 0)
    assert all(abs(share - 100 * part / max(sum(parts), 1)) < 1 for share, part in zip(shares, parts, strict=True))


# --- curves
# ------------------------------------------------------------------------------------------------------


def test_what_should_be_done_comes_from_each_items_own_due_date_not_from_a_line():
    items = items_of(state_of(FOUR, SAID, "2023-07-31").projects.values())
    curve = s_curve(items, FOUR.start, FOUR.end, date(2023, 7, 31))
    assert curve.planned_original == (0, 0, 1, 1, 1, 3, 3, 3, 3, 3, 3, 4)
    assert curve.earned == (0, 0, 1, 1, 1, 1, 2)


def test_a_plan_exactly_on_its_dates_has_index_one_though_its_dates_are_back_loaded():
    # The seventh round: 27 of 75 done on 2020-06-11, 81 % of 2018–2020 gone, called 有序. On a line that is
    # 0.44.
    rows = [project(f"P{n}", start="2018-01-01", due="2020-03-31" if n < 27 else "2020-12-31") for n in range(75)]
    plan = make_plan(rows, start=date(2018, 1, 1), end=date(2020, 12, 31), approved_on=date(2018, 1, 1))
    state = state_of(plan, [done(f"P{n}", "2020-03-30") for n in range(27)], "2020-06-11")
    schedule = earned_schedule(items_of(state.projects.values()), plan.start, state.at)
    assert (schedule.index, schedule.days, schedule.earned) == (1.0, 0, 27)
    elapsed = (state.at - plan.start).days / (plan.end - plan.start).days
    assert elapsed == pytest.approx(0.81, abs=0.01)
    assert 27 / 75 / elapsed == pytest.approx(0.44, abs=0.005)


def test_a_plan_behind_stands_on_the_day_the_next_item_was_due():
    state = state_of(FOUR, [done("P1", "2023-03-30")], "2023-07-30")
    schedule = earned_schedule(items_of(state.projects.values()), FOUR.start, state.at)
    assert (schedule.reached_from, schedule.reached_until, schedule.days) == (
        date(2023, 3, 31),
        date(2023, 6, 30),
        30,
    )
    assert schedule.index == pytest.approx(180 / 210)


def test_an_index_is_not_given_before_a_tenth_was_due():
    state = state_of(FOUR, [], "2023-02-28")
    assert earned_schedule(items_of(state.projects.values()), FOUR.start, state.at).too_early


def test_milestones_share_their_project_by_declared_weight():
    plan = make_plan(
        [project()],
        [milestone("P1", "A", "2023-02-01", weight=1), milestone("P1", "B", "2023-06-01", weight=3)],
    )
    state = state_of(plan, [("2023-02-01", "2023-02-01", "P1/A", {"finished": True})], "2023-03-01")
    assert earned_schedule(items_of(state.projects.values()), plan.start, state.at).earned == 0.25


def test_what_was_finished_after_the_status_date_is_not_earned_before_it():
    items = items_of(state_of(FOUR, SAID, "2023-12-31").projects.values())
    assert earned_schedule(items, FOUR.start, date(2023, 6, 30)).earned == 1


# --- forecasts
# ---------------------------------------------------------------------------------------------------


def test_the_leads_record_stands_beside_its_own_date():
    said = [*SAID, ("2023-07-20", "2023-07-20", "P3", {"expected": "2023-09-15"})]
    state = state_of(FOUR, said, "2023-07-31")
    record = lead_records(state.projects.values())["水务"]
    assert (record.finished, record.median_slip) == (2, 4.5)
    assert [(f.project, f.day.isoformat(), f.announced) for f in project_forecasts(state)] == [
        ("P3", "2023-09-15", True),
        ("P4", "2023-12-31", False),
    ]


def test_a_plan_is_forecast_only_from_ten_finished_items():
    rows = [project(f"P{n:02d}", due="2023-03-31") for n in range(11)] + [project("Z", due="2023-12-31")]
    plan = make_plan(rows)
    nine = [done(f"P{n:02d}", f"2023-04-{n + 1:02d}") for n in range(9)]
    assert plan_forecast(state_of(plan, nine, "2023-05-01")).middle is None
    eleven = [done(f"P{n:02d}", f"2023-04-{n + 1:02d}") for n in range(11)]
    forecast = plan_forecast(state_of(plan, eleven, "2023-05-01"))
    assert (forecast.early, forecast.middle, forecast.late) == (
        date(2024, 1, 2),
        date(2024, 1, 6),
        date(2024, 1, 10),
    )


def test_a_slope_needs_four_values_and_one_outlier_does_not_turn_it():
    years = [date(y, 12, 31) for y in range(2018, 2023)]
    assert theil_sen(list(zip(years[:3], (1, 2, 3), strict=True)), date(2025, 12, 31)) is None
    straight = theil_sen([(d, 10.0 + (d - years[0]).days / 100) for d in years], date(2025, 12, 31))
    bent = theil_sen(
        [(d, 99.0 if d.year == 2020 else 10.0 + (d - years[0]).days / 100) for d in years], date(2025, 12, 31)
    )
    assert straight.per_day == pytest.approx(0.01)
    assert bent.per_day == pytest.approx(0.01)
    assert straight.reaches == pytest.approx(10 + (date(2025, 12, 31) - years[0]).days / 100)


# --- marks kept for ever
# -----------------------------------------------------------------------------------------

MARKED = make_plan(
    [project(due="2023-12-31")],
    [
        milestone("P1", "M1", "2023-03-15"),
        milestone("P1", "M2", "2023-04-15"),
        milestone("P1", "M3", "2023-05-15"),
    ],
)


def marks_at(said, month):
    return {m.month: (m.colour, m.made_good) for m in month_report(book_of(MARKED, said), month).marks.by_project["P1"]}


def test_march_red_made_good_in_april_is_yellow_in_march_and_green_in_april():
    # The example of 瓯海 2020, wenzhou.gov.cn art_1217834_43244903.
    said = [done("P1/M1", "2023-04-10"), done("P1/M2", "2023-04-12")]
    assert marks_at(said, "2023-03") == {"2023-03": ("red", None)}
    assert marks_at(said, "2023-04") == {"2023-03": ("yellow", date(2023, 4, 10)), "2023-04": ("green", None)}


def test_a_finish_told_after_the_report_date_does_not_make_the_month_green():
    said = [done("P1/M1", "2023-03-10", rec="2023-04-20")]
    assert marks_at(said, "2023-04")["2023-03"] == ("yellow", date(2023, 4, 20))


def test_a_due_date_moved_after_the_report_does_not_take_the_red_away():
    said = [("2023-04-03", "2023-04-03", "P1/M1", {"due": "2023-08-15", "doc": "文", "reason": "改"})]
    assert marks_at(said, "2023-12")["2023-03"] == ("red", None)


def test_three_reds_in_a_row_are_counted_and_one_made_good_ends_the_row():
    report = month_report(book_of(MARKED, []), "2023-05")
    assert report.marks.streak("P1") == 3
    report = month_report(book_of(MARKED, [done("P1/M2", "2023-06-05")]), "2023-06")
    assert report.marks.streak("P1") == 1


def test_a_finish_that_is_voided_turns_the_month_red_again():
    first = [done("P1/M1", "2023-04-10")]
    said = [*first, ("2023-05-02", "2023-05-02", "P1", {"void": book_of(MARKED, first).journal.head})]
    assert marks_at(said, "2023-04")["2023-03"][0] == "yellow"
    assert marks_at(said, "2023-05")["2023-03"] == ("red", None)


def test_there_is_a_report_a_month_and_none_after_the_plan():
    book = book_of(MARKED, [])
    assert months_of(book, date(2024, 6, 1)) == tuple(f"2023-{m:02d}" for m in range(1, 13))
    assert len(months_of(book, date(2023, 3, 30))) == 2
    assert [r.state.at.day for r in monthly_reports(book, ("2023-01", "2023-02"))] == [31, 28]


# --- the pack for a meeting
# --------------------------------------------------------------------------------------


def test_the_pack_says_what_went_red_what_was_promised_and_what_is_due_next():
    promise = ("2023-04-01", "2023-04-01", "P3", {"promise": {"what": "六月底前完成", "by": "2023-06-25"}})
    pack = review_pack(
        book_of(FOUR, [*SAID[:1], promise, *SAID[1:]]),
        date(2023, 7, 31),
        date(2023, 4, 1),
        date(2023, 12, 31),
    )
    water, air = pack.pages
    assert [item.state.project.id for item in water.went_red] == ["P3"]
    assert water.went_red[0].red_since == date(2023, 7, 1)
    assert (water.promised[0].promised[0].outcome, water.promised[0].promised[0].days) == ("broken", 36)
    assert [due.ref for due in water.due_next] == ["P4"]
    assert [item.state.project.id for item in air.recovered] == ["P2"]  # red and finished late between the two
    assert (pack.counts_before.done, pack.counts.done) == (1, 2)


def test_what_was_red_at_the_last_meeting_is_as_it_was_reported_then():
    late = [done("P3", "2023-06-29", rec="2023-07-20")]
    pack = review_pack(book_of(FOUR, late), date(2023, 7, 31), date(2023, 7, 10), date(2023, 9, 30))
    assert "P3" in [item.state.project.id for item in pack.pages[0].recovered]


@pytest.mark.parametrize(("finish", "outcome"), [("2023-06-20", "kept"), ("2023-06-28", "kept_late")])
def test_a_promise_is_kept_by_the_day_it_was_given_for(finish, outcome):
    own = state_of(FOUR, [done("P3", finish)], "2023-07-31").projects["P3"]
    assert outcome_of(own, date(2023, 4, 1), Promise("完成", date(2023, 6, 25)), date(2023, 7, 31)).outcome == outcome
