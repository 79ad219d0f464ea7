"""Indicators against their targets: judged at the date of the value, with published figures where there are
any.
"""

from datetime import date

import pytest

from clearbay.plans.facts import Reading
from clearbay.plans.fold import Value, fold
from clearbay.plans.indicator import growth_needed, judge_indicator, wanted_at
from clearbay.plans.model import Baseline, Target
from clearbay.plans.periods import parse_period

from .conftest import book_of, indicator, make_plan

DECIDED = date(2021, 12, 31)


def judged(own, values, at, **given):
    said = [(rec, rec, "I1", {"value": value}) for rec, value in values]
    book = book_of(make_plan(indicators=[own]), said)
    assert [p for p in book.problems if p.level != "notice"] == []
    day = date.fromisoformat(at)
    return judge_indicator(fold(book, day, day, **given).indicators["I1"], day)


def target(value=200.0, due="2025-12-31", **given):
    return Target(given.pop("id", "T1"), date.fromisoformat(due), value, given.pop("decided_on", DECIDED), **given)


def pm25(goal=25.0, due="2025-12-31"):
    """PM2.5 of Shanghai: 35 in 2019, 27 in 2021, 25 in 2022, 28 in 2023 (sthj.sh.gov.cn 2024-06-05 and
    reposts).
    """
    return indicator(
        unit="µg/m³", comparator="<=", baseline=Baseline(35, date(2019, 12, 31)), targets=(target(goal, due),)
    )


def test_one_worse_year_before_the_due_date_is_not_missed():
    values = [("2023-03-01", {"period": "2022", "v": 25}), ("2024-06-05", {"period": "2023", "v": 28})]
    now = judged(pm25(), values, "2024-07-01").current
    assert now.status == "on_track"  # the path asks for 28.3 at the end of 2023
    assert now.wanted == pytest.approx(35 - 10 * 1461 / 2192)


def test_the_value_of_the_year_before_was_met_early():
    assert judged(pm25(), [("2023-03-01", {"period": "2022", "v": 25})], "2023-07-01").current.status == "met_early"


def test_a_value_is_compared_with_the_path_at_its_own_date_not_at_todays():
    half = [("2022-03-01", {"period": "2021", "v": 31.7})]  # 31.66 wanted at the end of 2021, 28.3 two years later
    assert judged(pm25(), half, "2023-12-31").current.status == "at_risk"
    assert judged(pm25(), half, "2022-03-02").current.status == "at_risk"


@pytest.mark.parametrize(
    ("value", "status"), [(163.6, "on_track"), (163.5, "at_risk"), (156.3, "at_risk"), (156.2, "off_track")]
)
def test_short_of_a_linear_path_by_a_tenth_of_the_way_is_at_risk_and_by_more_off_track(value, status):
    own = indicator(targets=(target(),))
    assert judged(own, [("2024-01-15", {"period": "2023-12-31", "v": value})], "2024-02-01").current.status == status


def test_the_clusters_need_twelve_percent_a_year_and_the_growth_path_gives_159_4_at_the_end_of_2023():
    assert growth_needed(127.1, 200.0, 4) == pytest.approx(0.120, abs=5e-4)
    own = indicator(targets=(target(),), path="cagr")
    state = fold(book_of(make_plan(indicators=[own])), date(2024, 1, 1), date(2024, 1, 1)).indicators["I1"]
    assert wanted_at(state, own.targets[0], date(2023, 12, 31)) == pytest.approx(159.4, abs=0.05)
    linear = indicator(targets=(target(),))
    state = fold(book_of(make_plan(indicators=[linear])), date(2024, 1, 1), date(2024, 1, 1)).indicators["I1"]
    assert wanted_at(state, linear.targets[0], date(2023, 12, 31)) == pytest.approx(163.6, abs=0.1)


def test_met_needs_a_value_that_covers_the_due_date():
    values = [("2026-01-20", {"period": "2025", "v": 201})]
    assert judged(indicator(targets=(target(),)), values, "2026-02-01").current.status == "met"
    early = [("2025-02-01", {"period": "2024", "v": 201})]
    assert judged(indicator(targets=(target(),)), early, "2026-02-01").current.status == "awaiting"


def test_a_provisional_value_does_not_settle_a_target():
    values = [("2026-01-20", {"period": "2025", "v": 201, "quality": "provisional"})]
    now = judged(indicator(targets=(target(),)), values, "2026-02-01").current
    assert (now.status, now.provisional) == ("awaiting", True)


def test_an_invalid_value_is_left_out_by_name():
    said = [("2026-01-20", "2026-01-20", "I1", {"value": {"period": "2025", "v": 900, "quality": "invalid"}})]
    book = book_of(make_plan(indicators=[indicator(targets=(target(),))]), said)
    state = fold(book, date(2026, 2, 1), date(2026, 2, 1)).indicators["I1"]
    assert (state.values, state.left_out[0][1]) == ((), "invalid")


def test_the_last_value_for_a_period_counts_and_the_earlier_is_named():
    values = [("2026-01-20", {"period": "2025", "v": 190}), ("2026-03-20", {"period": "2025", "v": 203})]
    assert judged(indicator(targets=(target(),)), values, "2026-02-01").current.status == "missed"
    assert judged(indicator(targets=(target(),)), values, "2026-04-01").current.status == "met"


def test_a_running_total_reached_before_the_day_is_met_and_short_after_it_is_missed():
    households = indicator(kind="cumulative", baseline=Baseline(0, DECIDED), targets=(target(4600, "2023-12-31"),))
    assert (
        judged(households, [("2023-06-30", {"period": "2023-06-30", "v": 4600})], "2024-09-01").current.status == "met"
    )
    short = [("2024-02-01", {"period": "2024-02-01", "v": 4599})]
    assert judged(households, short, "2024-03-01").current.status == "missed"
    later = [("2024-02-01", {"period": "2024-02-01", "v": 4700})]
    assert judged(households, later, "2024-03-01").current.status == "awaiting"


@pytest.mark.parametrize(("value", "status"), [(799, "missed"), (800, "met"), (1000, "met"), (1001, "missed")])
def test_a_range_is_met_inside_it_with_both_ends(value, status):
    visitors = indicator(comparator="range", baseline=Baseline(0, DECIDED), targets=(target(800, high=1000),))
    now = judged(visitors, [("2026-02-01", {"period": "2025", "v": value})], "2026-03-01").current
    assert (now.status, now.share) == (status, None)
    assert now.gap == {799: 1, 800: 0, 1000: 0, 1001: -1}[value]


@pytest.mark.parametrize("base", [0.0, 200.0, -5.0])
def test_a_target_equal_to_its_baseline_is_met_or_not_without_a_share(base):
    own = indicator(baseline=Baseline(base, DECIDED), targets=(target(base),), minimum=None)
    now = judged(own, [("2024-02-01", {"period": "2023", "v": base - 1})], "2024-03-01").current
    assert (now.status, now.share) == ("off_track", None)


def test_a_target_of_zero_has_a_share():
    own = indicator(comparator="<=", baseline=Baseline(10, DECIDED), targets=(target(0),))
    assert judged(own, [("2024-02-01", {"period": "2023", "v": 4})], "2024-03-01").current.share == pytest.approx(0.6)


def test_a_kept_level_has_no_share():
    own = indicator(kind="keep", unit="%", baseline=Baseline(95, DECIDED), targets=(target(95),))
    now = judged(own, [("2024-02-01", {"period": "2023", "num": 96, "den": 100})], "2024-03-01").current
    assert (now.status, now.share, now.value) == ("on_track", None, 96.0)


def test_a_share_is_never_clipped():
    own = indicator(targets=(target(),))
    assert judged(own, [("2024-02-01", {"period": "2023", "v": 100})], "2024-03-01").current.share < 0
    assert judged(own, [("2024-02-01", {"period": "2023", "v": 300})], "2024-03-01").current.share > 1


def test_silence_of_an_indicator_is_no_report_and_never_on_track():
    own = indicator(targets=(target(),), every="year")
    values = [("2023-02-01", {"period": "2022", "v": 190})]
    assert judged(own, values, "2024-04-29").current.status == "on_track"  # 366 + 120 days from the end of 2022
    late = judged(own, values, "2024-05-02").current
    assert (late.status, late.days) == ("no_report", 2)


def test_a_noisy_yearly_value_may_be_judged_by_the_mean_of_three_when_declared():
    own = indicator(
        unit="µg/m³",
        comparator="<=",
        evaluate="mean3",
        baseline=Baseline(35, date(2019, 12, 31)),
        targets=(target(27, "2023-12-31"),),
    )
    values = [(f"{y + 1}-06-05", {"period": str(y), "v": v}) for y, v in ((2021, 27), (2022, 25), (2023, 28))]
    now = judged(own, values, "2024-07-01").current
    assert (now.status, now.value) == ("met", pytest.approx(80 / 3))


def test_two_targets_for_one_day_are_both_judged_and_the_later_decision_counts():
    old = target(260.0, id="A20", decided_on=date(2022, 1, 26))
    new = target(200.0, id="N2025", decided_on=date(2022, 7, 12))
    both = judged(indicator(targets=(old, new)), [("2026-01-20", {"period": "2025", "v": 210})], "2026-02-01")
    assert (both.current.target.id, both.current.status) == ("N2025", "met")
    assert (both.original.target.id, both.original.status) == ("A20", "missed")


def test_a_target_decided_by_a_line_supersedes_and_the_old_one_stays():
    book = book_of(
        make_plan(indicators=[indicator(targets=(target(),))]),
        [
            (
                "2023-05-01",
                "2023-05-01",
                "I1",
                {"target": {"id": "T2", "due": "2025-12-31", "value": 180, "doc": "文", "supersedes": "T1"}},
            )
        ],
    )
    day = date(2023, 6, 1)
    status = judge_indicator(fold(book, day, day).indicators["I1"], day)
    assert [j.target.id for j in status.all] == ["T1", "T2"]
    assert status.all[0].status == "superseded"
    assert status.current.target.value == 180


def test_values_joined_in_from_elsewhere_obey_both_dates():
    own = indicator(targets=(target(),), reads="series:x")
    measured = Value(Reading(parse_period("2025"), 205.0, "final", None, None), date(2026, 1, 10), "store")
    assert judged(own, [], "2026-01-09", readings={"I1": [measured]}).current.status == "awaiting"
    assert judged(own, [], "2026-01-10", readings={"I1": [measured]}).current.status == "met"
