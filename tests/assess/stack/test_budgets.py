"""Hours of tags used so far of a year or quarter, by the rules of GB 18485 for incinerators."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from clearbay.assess.stack.budgets import Drawn, drawn_so_far
from clearbay.standards import Standards
from clearbay.standards.stack_rules import StackRules
from clearbay.vocabulary.tags import LABELS, Tag

BEIJING = timezone(timedelta(hours=8))
ZONE = "Asia/Shanghai"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=BEIJING)
NOW = datetime(2026, 5, 20, 12, tzinfo=BEIJING)


def tag(number: int, label: str, start: datetime, hours: float | None, revision: int = 0) -> Tag:
    end = None if hours is None else start + timedelta(hours=hours)
    return Tag(f"T{number}", "wte-1", LABELS[label].kind, label, start, end, NOW, "operator", "log", revision)


def drawn(standards: Standards, *tags: Tag, now: datetime = NOW) -> dict[str, Drawn]:
    rules = standards["GB 18485-2014"].rules
    assert isinstance(rules, StackRules)
    return {one.budget.name: one for one in drawn_so_far(tags, tags, rules, ZONE, now)}


def test_start_ups_and_heating_draw_on_budgets_of_their_own(standards: Standards) -> None:
    found = drawn(
        standards,
        tag(1, "启炉", datetime(2026, 2, 1, 8, tzinfo=BEIJING), 3),
        tag(2, "故障", datetime(2026, 3, 1, 8, tzinfo=BEIJING), 1.5),
        tag(3, "烘炉", datetime(2026, 1, 30, 8, tzinfo=BEIJING), 48),
        tag(4, "停运", datetime(2026, 3, 10, tzinfo=BEIJING), 200),
    )
    assert {name: (one.hours, int(one.budget.hours)) for name, one in found.items()} == {
        "budget_60h": (4.5, 60),
        "budget_700h": (48.0, 700),
        "maintenance_30h": (0.0, 30),
    }
    assert found["budget_60h"].share == pytest.approx(7.5)


def test_a_year_is_that_of_the_legal_zone_and_maintenance_is_counted_by_quarter(standards: Standards) -> None:
    found = drawn(
        standards,
        tag(1, "启炉", NEW_YEAR - timedelta(hours=2), 3),
        tag(2, "CEMS维护", datetime(2026, 3, 31, 20, tzinfo=BEIJING), 6),
    )
    assert (found["budget_60h"].hours, found["budget_60h"].since) == (1.0, NEW_YEAR.astimezone(UTC))
    assert found["maintenance_30h"].hours == 2.0


def test_a_tag_that_goes_on_counts_up_to_now_and_is_said_to(standards: Standards) -> None:
    found = drawn(standards, tag(1, "停炉降温", NOW - timedelta(hours=5), None))
    assert (found["budget_700h"].hours, found["budget_700h"].open) == (5.0, True)
    ahead = drawn(standards, tag(1, "停炉降温", NOW - timedelta(hours=5), 9))
    assert (ahead["budget_700h"].hours, ahead["budget_700h"].open) == (5.0, False)


def test_what_exceeds_one_event_is_not_drawn_and_overlaps_count_once(standards: Standards) -> None:
    start = datetime(2026, 4, 2, 8, tzinfo=BEIJING)
    assert drawn(standards, tag(1, "启炉", start, 7))["budget_60h"].hours == 4.0
    twice = drawn(standards, tag(1, "启炉", start, 3), tag(2, "故障", start + timedelta(hours=2), 2))
    assert twice["budget_60h"].hours == 4.0


def test_of_a_tag_its_last_revision_counts(standards: Standards) -> None:
    start = datetime(2026, 4, 2, 8, tzinfo=BEIJING)
    assert drawn(standards, tag(1, "启炉", start, 3), tag(1, "启炉", start, 1, 1))["budget_60h"].hours == 1.0


def test_a_budget_that_is_used_up_is_over(standards: Standards) -> None:
    tags = [tag(k, "停炉", NEW_YEAR + timedelta(days=3 * k), 13) for k in range(5)]
    found = drawn(standards, *tags)["budget_60h"]
    assert (found.hours, found.over, found.share) == (65.0, True, 100.0)
