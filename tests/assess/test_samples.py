"""Samples and reported means as windows: each value is one of its own; a day is one of the legal zone."""

from datetime import timedelta

import numpy as np

from clearbay.assess.reasons import Why
from clearbay.assess.records import to_records
from clearbay.assess.samples import facts_beside, local_days, of_records, select, whole_days
from clearbay.assess.windows import Method
from tests.assess.measurements import at, table

NOON = at("2026-03-01T12:00")
SHANGHAI = "Asia/Shanghai"


def test_each_value_is_a_window_that_says_why_it_does_not_count() -> None:
    rows = [("S", "w01018", NOON, 5.0, "N"), ("S", "w01018", NOON + timedelta(hours=1), 6.0, "M")]
    made = of_records("sample", to_records(table([*rows, ("S", "w21003", NOON, 0.1, "ND")], unit="mg/L")), SHANGHAI)
    assert made.ok.tolist() == [True, False, True]
    assert made.why.tolist() == [Why.USED, Why.MAINTENANCE, Why.USED]
    assert made.below.tolist() == [False, False, True]
    assert {int(m) for m in made.method} == {Method.SINGLE}
    assert {why: counts.tolist() for why, counts in made.left_out().items()} == {Why.MAINTENANCE: [0, 1, 0]}
    assert made.take(np.array([1])).left_out()[Why.MAINTENANCE].tolist() == [1]


def test_the_local_day_begins_at_local_midnight_in_summer_and_winter() -> None:
    t = np.array([int(at(f"2026-03-02T{h}").timestamp()) for h in ("00:00", "23:59")])
    assert (local_days(t, SHANGHAI) - local_days(t - 1, SHANGHAI)).tolist() == [1, 0]
    # Berlin: midnight of 25 October is 22:00 UTC (summer), that of the 26th 23:00 UTC (winter).
    berlin = np.array([1792879200 - 1, 1792879200, 1792879200 + 25 * 3600 - 1, 1792879200 + 25 * 3600])
    days = local_days(berlin, "Europe/Berlin")
    assert (days - days[0]).tolist() == [0, 1, 1, 2]


def test_only_a_mean_of_a_whole_local_day_is_a_daily_mean() -> None:
    midnight = at("2026-03-01T00:00")
    for start, length, whole in (
        (midnight, 86400, True),
        (midnight + timedelta(hours=8), 86400, False),
        (midnight, 43200, False),
        (midnight - timedelta(hours=1), 3600, False),
    ):
        made = to_records(table([("S", "a34004", start, 1.0)], period_s=length))
        assert whole_days(made, SHANGHAI).tolist() == [whole]


def test_a_fact_beside_a_sample_is_of_the_same_point_and_time_and_counts() -> None:
    hour = timedelta(hours=1)
    rows = [("A", "w21003", NOON, 1.0), ("A", "w21003", NOON + hour, 1.0), ("B", "w21003", NOON, 1.0)]
    facts = [("A", "w01010", NOON, 12.5, "", "Cel"), ("A", "w01010", NOON + hour, 9.0, "M", "Cel")]
    windows = of_records("sample", to_records(table(rows, unit="mg/L")), SHANGHAI)
    beside = of_records("sample", to_records(table(facts)), SHANGHAI)
    values, known = facts_beside(windows, "w01010", beside, {"A": 0, "B": 1})
    assert known.tolist() == [True, False, False]
    assert values[0] == 12_500_000_000


def test_series_without_a_kept_record_go() -> None:
    made = to_records(table([("A", "w01018", NOON, 1.0), ("B", "w01018", NOON, 2.0)], unit="mg/L"))
    left = select(made, np.array([False, True]))
    assert left.keys == (("B", "w01018"),)
    assert left.bounds.tolist() == [0, 1]
