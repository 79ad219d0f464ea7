"""Days of a furnace line, judged by GB 18485-2014 and Order 10."""

import pytest

from clearbay.standards import Standards
from tests.assess.stack.furnace_data import judged, left_out, only, series, table, tag


def day(standards: Standards, values: list[float | None], oxygen: float = 11.0, **given: object) -> dict[str, object]:
    rows = table(series("a34013", values), series("a19001", [oxygen] * len(values)))
    return only(judged(standards, rows, **given), "day", "a34013")  # type: ignore[arg-type]


def test_a_daily_mean_equal_to_its_limit_meets_it(standards: Standards) -> None:
    assert day(standards, [20.0] * 24)["verdict"] == "met"
    assert day(standards, [20.0] * 23 + [20.024])["verdict"] == "exceeded"


def test_a_day_needs_twenty_valid_hours(standards: Standards) -> None:
    assert day(standards, [5.0] * 20 + [None] * 4)["verdict"] == "met"
    short = day(standards, [5.0] * 19 + [None] * 5)
    assert (short["verdict"], short["valid"], left_out(short)) == ("not_evaluable", 19, {"no_number": 5})


def test_each_hour_is_corrected_with_its_own_oxygen(standards: Standards) -> None:
    rows = table(series("a34013", [10.0] * 24), series("a19001", [11.0] * 12 + [16.0] * 12))
    assert only(judged(standards, rows), "day", "a34013")["value"] == 15.0  # 10 and 10 * 10 / 5


@pytest.mark.parametrize(
    ("oxygen", "reason"),
    [
        (20.0, None), (20.1, "oxygen_near_air"), (20.9, "oxygen_near_air"), (21.0, "oxygen_not_below_21"),
        (23.0, "oxygen_not_below_21"),
    ],
)  # fmt: skip
def test_an_hour_of_oxygen_near_air_is_left_out_and_never_clamped(
    standards: Standards, oxygen: float, reason: str | None
) -> None:
    rows = table(series("a34013", [1.0] * 24), series("a19001", [11.0] * 23 + [oxygen]))
    found = only(judged(standards, rows), "day", "a34013")
    assert left_out(found) == ({reason: 1} if reason else {})
    assert (found["confidence"] == "unverified") == (reason == "oxygen_near_air")


def test_evidence_lists_all_hours_with_flag_tag_and_reason(standards: Standards) -> None:
    flags = {3: "M"}
    rows = table(series("a34013", [2.0] * 24, flags=flags), series("a19001", [11.0] * 24))
    tags = [tag("启炉", "2026-03-01T05:00", "2026-03-01T07:00")]
    found = only(judged(standards, rows, tags=tags), "day", "a34013")
    windows = found["windows"]
    assert isinstance(windows, list)
    assert len(windows) == 24
    assert [(w["flag"], w["tag"], w["why"]) for w in windows[3:7]] == [
        ("M", "", "maintenance"), ("N", "", "used"), ("N", "启炉", "tag_exempt"), ("N", "启炉", "tag_exempt"),
    ]  # fmt: skip


def test_the_mean_before_tags_stands_beside_the_evaluated_one(standards: Standards) -> None:
    tags = [tag("启炉", "2026-03-01T00:00", "2026-03-01T02:00")]
    found = day(standards, [91.0] * 2 + [5.0] * 22, tags=tags)
    assert (found["value"], found["raw_value"], found["verdict"]) == (5.0, pytest.approx(12.1666667), "met")
    assert day(standards, [5.0] * 24)["raw_value"] is None


def test_more_dust_than_150_takes_an_exempt_hour_back_in(standards: Standards) -> None:
    tags = [tag("启炉", "2026-03-01T00:00", "2026-03-01T02:00")]
    rows = table(series("a34013", [151.0, 150.0] + [5.0] * 22), series("a19001", [11.0] * 24))
    frame = judged(standards, rows, tags=tags)
    assert only(frame, "exempt_pm")["verdict"] == "exceeded"
    mean = only(frame, "day", "a34013")
    assert (mean["valid"], mean["windows"][0]["tag"]) == (23, "启炉:pm_above_exempt_limit")  # type: ignore[index]


def test_a_day_out_of_operation_is_exempt_and_one_under_maintenance_is_not(standards: Standards) -> None:
    for label, verdict in (("停运", "exempt"), ("CEMS维护", "not_evaluable")):
        tags = [tag(label, "2026-03-01T00:00", "2026-03-02T00:00")]
        assert day(standards, [5.0] * 24, tags=tags)["verdict"] == verdict


def test_an_hour_above_its_limit_is_a_finding_of_its_own(standards: Standards) -> None:
    rows = table(series("a34013", [5.0] * 10 + [30.1] + [5.0] * 13), series("a19001", [11.0] * 24))
    frame = judged(standards, rows)
    assert only(frame, "1h")["value"] == 30.1
    assert (only(frame, "max1h", "a34013")["verdict"], only(frame, "max1h", "a34013")["value"]) == ("exceeded", 30.1)


@pytest.mark.parametrize(("below", "verdict"), [(5, "met"), (6, "exceeded")])
def test_the_sixth_mean_below_850_exceeds(standards: Standards, below: int, verdict: str) -> None:
    means = [849.9] * below + [850.0] * (288 - below)
    # Two thermocouples that never differ would stand still: they move around the same mean of medians.
    up = [x + (k % 2) for k, x in enumerate(means)]
    down = [x - (k % 2) for k, x in enumerate(means)]
    rows = table(series("i33311", up, period_s=300), series("i33321", down, period_s=300))
    found = only(judged(standards, rows), "furnace_temperature")
    assert (found["value"], found["verdict"], found["valid"]) == (below, verdict, 288)


def test_the_sixty_first_hour_of_the_year_counts_again(standards: Standards) -> None:
    tags = [tag("故障", f"2026-01-{d:02}T00:00", f"2026-01-{d:02}T04:00") for d in range(1, 16)]
    tags.append(tag("故障", "2026-03-01T00:00", "2026-03-01T01:00"))
    rows = table(series("a34013", [100.0] + [5.0] * 23), series("a19001", [11.0] * 24))
    frame = judged(standards, rows, tags=tags)
    assert (only(frame, "budget_60h")["value"], only(frame, "budget_60h")["verdict"]) == (61.0, "exceeded")
    hour = only(frame, "day", "a34013")["windows"][0]  # type: ignore[index]
    assert (hour["why"], hour["tag"]) == ("used", "故障:tag_over_budget")


def test_maintenance_beyond_thirty_hours_a_quarter_takes_nothing_out(standards: Standards) -> None:
    tags = [
        tag("CEMS维护", "2026-01-05T00:00", "2026-01-06T06:00"),
        tag("CEMS维护", "2026-03-01T00:00", "2026-03-01T02:00"),
    ]
    rows = table(series("a34013", [100.0] * 2 + [5.0] * 22), series("a19001", [11.0] * 24))
    frame = judged(standards, rows, tags=tags)
    assert (only(frame, "maintenance_30h")["value"], only(frame, "day", "a34013")["valid"]) == (32.0, 24)


def test_a_tag_for_a_furnace_nobody_knows_is_named(standards: Standards) -> None:
    rows = table(series("a34013", [5.0] * 24), series("a19001", [11.0] * 24))
    frame = judged(standards, rows, tags=[tag("停运", "2026-03-01T00:00", "2026-03-01T02:00", point="wte-9")])
    found = only(frame, "tag_conflict")
    assert (found["point_id"], left_out(found)) == ("wte-9", {"tag_unknown_furnace": 1})


def test_rules_of_order_10_hold_from_2020_on(standards: Standards) -> None:
    rows = table(
        series("a34013", [5.0] * 24, start="2019-12-31T00:00"),
        series("a19001", [11.0] * 24, start="2019-12-31T00:00"),
    )
    kinds = set(judged(standards, rows)["averaging"].to_list())
    assert {"day", "budget_60h"} <= kinds
    assert not {"furnace_temperature", "budget_700h", "maintenance_30h"} & kinds
