"""A small plan to talk about, and books made from it without touching a disk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from clearbay.plans.book import Book, open_book
from clearbay.plans.digest import digest_of_plan
from clearbay.plans.journal import Draft, chain_lines, read_journal
from clearbay.plans.model import (
    Baseline,
    Indicator,
    Milestone,
    Plan,
    Project,
    ReportCalendar,
    Target,
    Terms,
    Theme,
)

PHASES = ("前期", "开工", "调试")
Said = tuple[str, str, str, Mapping[str, object]]
MakeBook = Callable[..., Book]


def project(project_id: str = "P1", start: str = "2023-01-01", due: str = "2023-06-30", **given: object) -> Project:
    row = Project(
        project_id,
        "T1",
        "市级",
        f"项目{project_id}",
        "",
        "水务",
        "",
        date.fromisoformat(start),
        date.fromisoformat(due),
    )
    return replace(row, **given)


def milestone(owner: str, name: str, due: str, phase: str = "", weight: float | None = None) -> Milestone:
    return Milestone(owner, name, phase, name, date.fromisoformat(due), weight)


def indicator(name: str = "I1", **given: object) -> Indicator:
    base = Indicator(
        name, "指标", "亿元", "level", ">=", Baseline(127.1, date(2021, 12, 31)),
        (Target("T1", date(2025, 12, 31), 200.0, date(2022, 7, 12)),),
    )  # fmt: skip
    return replace(base, **given)


def make_plan(
    projects: Sequence[Project] = (),
    milestones: Sequence[Milestone] = (),
    indicators: Sequence[Indicator] = (),
    **given: object,
) -> Plan:
    own = {p.id: tuple(m for m in milestones if m.project == p.id) for p in projects}
    plan = Plan(
        "plan", "计划", date(2023, 1, 1), date(2023, 12, 31), date(2022, 12, 1), ("市级", "区级"),
        (Theme("T1", "水"), Theme("T2", "气")), PHASES, Terms(last_phase="调试"), ReportCalendar(),
        {p.id: p for p in projects}, {name: nodes for name, nodes in own.items() if nodes},
        {i.id: i for i in indicators}, "",
    )  # fmt: skip
    plan = replace(plan, **given)
    return replace(plan, digest=digest_of_plan(plan))


def book_of(plan: Plan, said: Sequence[Said] = (), *, proposed: Sequence[int] = ()) -> Book:
    """A book from lines (known, true, about, says); `proposed` are the places of those not approved."""
    drafts = [
        (
            date.fromisoformat(rec),
            Draft(date.fromisoformat(on), about, sets, "甲", proposed=place in proposed),
        )
        for place, (rec, on, about, sets) in enumerate(said)
    ]
    return open_book(plan, read_journal(chain_lines(drafts, plan.digest), plan.digest))


@pytest.fixture
def day() -> Callable[[str], date]:
    return date.fromisoformat
